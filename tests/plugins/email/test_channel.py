"""The channel as the desk uses it: a real mail's way in, our answer's way out, a bounce's way back; the test page."""

from __future__ import annotations

import email
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email import policy
from typing import Any

import pytest

from shopbell.channels import contract
from shopbell.core import registry
from shopbell.plugins.email import channel
from tests import mailservers
from tests.plugins.email.desk import Desk, mail


@pytest.fixture(scope="module")
def tokens() -> Iterator[mailservers.TokenServer]:
    with mailservers.TokenServer() as server:
        yield server


@pytest.fixture(scope="module")
def dovecot(tokens: mailservers.TokenServer) -> Iterator[mailservers.Dovecot]:
    with mailservers.Dovecot("support", "kunde", "sales", tokens=tokens) as server:
        yield server


REFUSES_PLUS = """
smtpd_recipient_restrictions = check_recipient_access inline:{
  { sales+shopbell-test@shop.test = 550 5.1.1 no such user } }, permit_sasl_authenticated, reject_unauth_destination
"""


@pytest.fixture(scope="module")
def postfix(dovecot: mailservers.Dovecot) -> Iterator[mailservers.Postfix]:
    with mailservers.Postfix(dovecot, extra=REFUSES_PLUS) as server:
        yield server


def settings(dovecot: mailservers.Dovecot, postfix: mailservers.Postfix, user: str = "support") -> dict[str, Any]:
    return {
        "address": f"{user}@shop.test",
        "name": "Kännchen",
        "imap": {"host": "localhost", "port": dovecot.imaps, "security": "ssl", "username": user},
        "smtp": {"host": "localhost", "port": postfix.smtps, "security": "ssl", "username": user},
        "password": mailservers.PASSWORD,
        "ca_file": str(dovecot.cert),
    }


def test_it_is_registered() -> None:
    assert registry.channel_types.get("email") is channel.Email


def test_in_out_and_back(dovecot: mailservers.Dovecot, postfix: mailservers.Postfix) -> None:
    """A customer's mail is here within 3 s; our answer lands threaded; so does the customer's answer to it."""
    own = channel.Email(settings(dovecot, postfix) | {"reply_token": True})
    desk = Desk()
    with desk.listening(own.account):
        mailservers.until(lambda: desk.advances >= 2)
        time.sleep(0.3)
        began = time.monotonic()
        postfix.receive(mail("Wo ist mein Paket", "Hallo!"), "support@shop.test")
        desk.wait_for(1, 3)
        assert time.monotonic() - began < 3
        raw = next(iter(desk.mails.values()))
        (asked,) = own.parse(raw.body, raw.envelope, raw.received_at)
        assert isinstance(asked, contract.InboundMessage)
        assert (asked.sender.address, asked.subject, asked.text) == (
            "kunde@customer.test",
            "Wo ist mein Paket",
            "Hallo!",
        )
        answer = contract.OutboundMessage(
            external_id="m7@shop.test",
            sender=contract.Sender(address="support@shop.test", name="Kännchen"),
            to=(contract.Sender(address="kunde@customer.test"),),
            text="Unterwegs.",
            reference="7-abcdefgh12",
            subject="Re: Wo ist mein Paket",
            reply_to_external_id=asked.message_id,
            thread_ids=(asked.message_id,),
        )
        assert own.send(answer) == "m7@shop.test"
        landed = mailservers.until(lambda: dovecot.mails("kunde"))[0]
        parsed = email.message_from_bytes(landed, policy=policy.default)
        assert parsed["In-Reply-To"] == "<Wo-ist-mein-Paket@customer.test>"
        thanks = mail("Re: Wo ist mein Paket", "Danke!").replace(
            b"\r\n\r\n", b"\r\nIn-Reply-To: <m7@shop.test>\r\nReferences: <m7@shop.test>\r\n\r\n", 1
        )
        postfix.receive(thanks, parsed["Reply-To"].addresses[0].addr_spec)
        desk.wait_for(2, 3)
    raw = list(desk.mails.values())[1]
    (thanked,) = own.parse(raw.body, raw.envelope, raw.received_at)
    assert isinstance(thanked, contract.InboundMessage)
    assert thanked.thread_ids == ("m7@shop.test",)
    assert thanked.reply_token == "7-abcdefgh12"
    assert desk.errors == []


def test_a_bounce_comes_back_to_the_plus_address(dovecot: mailservers.Dovecot, postfix: mailservers.Postfix) -> None:
    own = channel.Email(settings(dovecot, postfix))
    desk = Desk()
    with desk.listening(own.account):
        mailservers.until(lambda: desk.advances >= 2)
        own.send(
            contract.OutboundMessage(
                external_id="m8@shop.test",
                sender=contract.Sender(address="support@shop.test"),
                to=(contract.Sender(address="niemand@customer.test"),),
                text="Hallo?",
                reference="8-abcdefgh12",
                subject="Ihre Bestellung",
            )
        )
        desk.wait_for(1, 10)
    raw = next(iter(desk.mails.values()))
    assert b"\r\nTo: support+8-abcdefgh12@shop.test\r\n" in raw.body
    assert b"Return-Path: <>" in raw.body
    (receipt,) = own.parse(raw.body, raw.envelope, raw.received_at)
    assert isinstance(receipt, contract.Receipt)
    assert (receipt.state, receipt.permanent) == ("failed", True)
    assert receipt.recipient == "niemand@customer.test"
    assert receipt.reference == "8-abcdefgh12"
    assert receipt.external_id == "m8@shop.test"


def test_history_stays_history(dovecot: mailservers.Dovecot, postfix: mailservers.Postfix) -> None:
    own = channel.Email(settings(dovecot, postfix))
    for envelope, expected in (({"historic": True}, True), ({}, False)):
        (found,) = own.parse(mail("alt"), envelope, datetime.now(UTC))
        assert isinstance(found, contract.InboundMessage)
        assert found.historic is expected


def test_all_is_well(dovecot: mailservers.Dovecot, postfix: mailservers.Postfix) -> None:
    before = len(dovecot.mails("support"))
    assert channel.Email(settings(dovecot, postfix)).test() == []
    time.sleep(0.3)
    assert len(dovecot.mails("support")) == before


def test_plus_addresses_the_server_refuses(dovecot: mailservers.Dovecot, postfix: mailservers.Postfix) -> None:
    own = settings(dovecot, postfix, "sales")
    found = channel.Email(own).test()
    assert found == [
        "The mail server refuses plus addresses (sales+shopbell-test@shop.test): switch them off for answers and "
        "bounces, or switch them on at your mail provider."
    ]
    assert channel.Email(own | {"verp": False, "reply_token": False}).test() == []


def test_troubles_in_words(dovecot: mailservers.Dovecot, postfix: mailservers.Postfix) -> None:
    own = settings(dovecot, postfix)

    def said(section: str, **changed: Any) -> str:
        (sentence,) = channel.Email(own | {section: own[section] | changed}).test()
        return sentence

    nobody = mailservers.free_port()
    assert said("imap", port=nobody) == f"Nothing answers at localhost, port {nobody} (IMAP). Check the port."
    assert said("smtp", port=nobody) == f"Nothing answers at localhost, port {nobody} (SMTP). Check the port."
    assert said("imap", host="imap.nowhere.invalid") == (
        "The IMAP server “imap.nowhere.invalid” is not known. Check its name."
    )
    assert said("smtp", host="smtp.nowhere.invalid").startswith("The SMTP server “smtp.nowhere.invalid” is not known.")
    assert said("imap", username="nobody").startswith("User name or password is wrong (IMAP at localhost).")
    assert said("smtp", username="nobody").startswith("User name or password is wrong (SMTP at localhost).")
    assert said("imap", folder="Posteingang").startswith("The mailbox has no folder “Posteingang”. It has: INBOX")
    assert said("imap", port=dovecot.imap).startswith(f"localhost, port {dovecot.imap} (IMAP) does not speak this")
    assert said("smtp", port=postfix.submission).startswith("localhost, port")
    strange = channel.Email(own | {"ca_file": ""}).test()
    assert [sentence.partition(" (")[0] for sentence in strange] == ["The certificate of localhost"] * 2


def test_a_name_the_certificate_does_not_carry(dovecot: mailservers.Dovecot, postfix: mailservers.Postfix) -> None:
    own = settings(dovecot, postfix)
    own["imap"]["host"] = "127.0.0.2"
    (sentence,) = channel.Email(own).test()
    assert "127.0.0.2" in sentence


def test_a_sign_in_that_has_ended(
    dovecot: mailservers.Dovecot, postfix: mailservers.Postfix, tokens: mailservers.TokenServer
) -> None:
    own = settings(dovecot, postfix)
    own["imap"]["auth"] = "xoauth2"
    own["oauth"] = {
        "provider": "custom",
        "token_url": f"{tokens.url}/token",
        "refresh_token": "ended",
        "client_id": "x",
    }
    (sentence,) = channel.Email(own).test()
    assert sentence == (
        "The permission to use this mailbox is missing or has ended: sign in with the provider again (IMAP)."
    )


@pytest.mark.parametrize(
    ("host", "code", "words"),
    [
        ("outlook.office365.com", "AUTHENTICATIONFAILED", "Microsoft 365 takes no passwords any more (IMAP)."),
        ("imap.gmail.com", "ALERT", "Google takes no ordinary password (IMAP)."),
        ("imap.shop.test", "LOGINDISABLED", "imap.shop.test takes no password on an unencrypted line (IMAP)."),
    ],
)
def test_what_large_providers_mean(host: str, code: str, words: str) -> None:
    account = channel.Email({"address": "a@b.test", "imap": {"host": host}}).account
    error = contract.AuthFailed("NO", code=code)
    assert channel.diagnosis.explain(error, account, "imap").startswith(words)


def test_nothing_to_read_ends_at_once() -> None:
    desk = Desk()
    channel.Email({"address": "a@b.test"}).listen(desk)
    channel.Email({"address": "a@b.test", "reading": "lmtp", "imap": {"host": "x"}}).listen(desk)
    assert desk.advances == 0


def test_no_server_to_send_by() -> None:
    assert channel.Email({"address": "a@b.test"}).test() == ["No SMTP server is set, so nothing can be sent."]
