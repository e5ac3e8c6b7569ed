"""Sending through a real Postfix into real mailboxes; scripted servers only for what Postfix would not say."""

from __future__ import annotations

import base64
import email
import socket
import time
from collections.abc import Callable, Iterator
from email import policy
from email.message import EmailMessage
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from shopbell.channels import contract
from shopbell.plugins.email import lmtp, network, oauth, sending
from tests import mailservers

REFUSALS = """
smtpd_recipient_restrictions = check_recipient_access inline:{
  { nobody@customer.test = 550 5.1.1 no such user },
  { gone@customer.test = 550 5.1.6 moved away },
  { later@customer.test = 450 4.2.0 greylisted } }, permit_sasl_authenticated, reject_unauth_destination
smtpd_sender_restrictions = check_sender_access inline:{
  { support+notmine@shop.test = 553 5.7.1 Sender address rejected: not owned by user support } }
"""


@pytest.fixture(scope="module")
def dovecot() -> Iterator[mailservers.Dovecot]:
    with mailservers.Dovecot("support", *(f"kunde{n}" for n in range(20))) as server:
        yield server


@pytest.fixture(scope="module")
def postfix(dovecot: mailservers.Dovecot) -> Iterator[mailservers.Postfix]:
    with mailservers.Postfix(dovecot, extra=REFUSALS, size=300_000) as server:
        yield server


_customers = iter(range(20))


@pytest.fixture
def customer() -> str:
    return f"kunde{next(_customers)}"


def account(postfix: mailservers.Postfix, **changed: Any) -> oauth.Account:
    return oauth.Account(
        {
            "address": "support@shop.test",
            "smtp": {"host": "localhost", "port": postfix.smtps, "security": "ssl", "username": "support"},
            "smtp_password": mailservers.PASSWORD,
            "ca_file": str(postfix.cert),
            "reply_token": True,
        }
        | changed
    )


def message(*to: str, **changed: Any) -> contract.OutboundMessage:
    found: dict[str, Any] = {
        "external_id": "m1.42@shop.test",
        "sender": contract.Sender(address="support@shop.test", name="Kännchen"),
        "to": tuple(contract.Sender(address=f"{who}@customer.test") for who in to),
        "text": "Tere!\n\nteie pakk on teel.\n",
        "reference": "r7k2",
        "subject": "Re: pakk",
    }
    return contract.OutboundMessage(**(found | changed))


def landed(dovecot: mailservers.Dovecot, user: str) -> EmailMessage:
    octets = mailservers.until(lambda: dovecot.mails(user), 10, f"a mail for {user}")[-1]
    parsed = email.message_from_bytes(octets, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_a_reply_lands_threaded(dovecot: mailservers.Dovecot, postfix: mailservers.Postfix, customer: str) -> None:
    sent = message(
        customer,
        cc=(contract.Sender(address="kunde18@customer.test"),),
        bcc=(contract.Sender(address="kunde19@customer.test"),),
        reply_to_external_id="q2@customer.test",
        thread_ids=("q1@customer.test", "m1@shop.test", "q2@customer.test"),
        html="<p>Tere!</p>",
        attachments=(contract.AttachmentData(name="arve.pdf", content_type="application/pdf", content=b"%PDF"),),
    )
    assert sending.send(account(postfix), sent) == "m1.42@shop.test"
    mail = landed(dovecot, customer)
    assert mail["Return-Path"] == "<support+r7k2@shop.test>"
    assert mail["Reply-To"] == "Kännchen <support+r7k2@shop.test>"
    assert mail["From"] == "Kännchen <support@shop.test>"
    assert mail["Message-ID"] == "<m1.42@shop.test>"
    assert mail["In-Reply-To"] == "<q2@customer.test>"
    assert mail["References"].split() == ["<q1@customer.test>", "<m1@shop.test>", "<q2@customer.test>"]
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]
    for copied in ("kunde18", "kunde19"):
        other = landed(dovecot, copied)
        assert other["Message-ID"] == "<m1.42@shop.test>"
        assert "kunde19" not in str(other["To"]) + str(other["Cc"]) + str(other["Bcc"])


def test_starttls_and_a_line_without_sign_in(
    dovecot: mailservers.Dovecot, postfix: mailservers.Postfix, customer: str
) -> None:
    starttls = {"host": "localhost", "port": postfix.submission, "security": "starttls", "username": "support"}
    sending.send(account(postfix, smtp=starttls), message(customer))
    assert "with ESMTPSA" in landed(dovecot, customer)["Received"] + str(landed(dovecot, customer).get_all("Received"))
    relay = {"host": "localhost", "port": postfix.smtp, "security": "none"}
    sending.send(account(postfix, smtp=relay, smtp_password=""), message(customer))
    mailservers.until(lambda: len(dovecot.mails(customer)) == 2)


def test_a_signature_survives_the_way(
    dovecot: mailservers.Dovecot, postfix: mailservers.Postfix, customer: str
) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    own = account(postfix, dkim={"selector": "s1", "private_key": pem.replace("\n", "\r\n")})
    sending.send(own, message(customer, html="<p>" + "ä" * 3000 + "</p>", text="From me\n.\n" + "x" * 2000))
    octets = mailservers.until(lambda: dovecot.mails(customer))[0]
    assert dkim.verify(octets, dnsfunc=lambda name, timeout=5: record)
    assert not dkim.verify(octets.replace(b"From me", b"From us"), dnsfunc=lambda name, timeout=5: record)


def test_all_recipients_refused(postfix: mailservers.Postfix) -> None:
    with pytest.raises(contract.Permanent) as caught:
        sending.send(account(postfix), message("nobody", "gone"))
    assert type(caught.value) is contract.Permanent
    assert caught.value.code == "550 5.1.1"
    assert "nobody@customer.test" in str(caught.value)
    assert "gone@customer.test" in str(caught.value)


def test_some_recipients_refused(dovecot: mailservers.Dovecot, postfix: mailservers.Postfix, customer: str) -> None:
    with pytest.raises(contract.PartlyTaken) as caught:
        sending.send(account(postfix), message(customer, "nobody"))
    assert list(caught.value.refused) == ["nobody@customer.test"]
    assert caught.value.refused["nobody@customer.test"].startswith("550 5.1.1")
    assert landed(dovecot, customer)["Message-ID"] == "<m1.42@shop.test>"


def test_one_recipient_refused_for_now_holds_all_back(
    dovecot: mailservers.Dovecot, postfix: mailservers.Postfix, customer: str
) -> None:
    """Otherwise the next try would reach the others twice."""
    with pytest.raises(contract.Transient) as caught:
        sending.send(account(postfix), message(customer, "later"))
    assert caught.value.code == "450 4.2.0"
    time.sleep(0.5)
    assert dovecot.mails(customer) == []


@pytest.mark.parametrize("delay", ["yes", "no"])
def test_a_server_that_allows_the_bare_address_only(dovecot: mailservers.Dovecot, customer: str, delay: str) -> None:
    with mailservers.Postfix(dovecot, extra=f"{REFUSALS}\nsmtpd_delay_reject = {delay}") as strict:
        sending.send(account(strict), message(customer, reference="notmine"))
        assert landed(dovecot, customer)["Return-Path"] == "<support@shop.test>"
    assert len(dovecot.mails(customer)) == 1


def test_too_large(dovecot: mailservers.Dovecot, postfix: mailservers.Postfix, customer: str) -> None:
    big = contract.AttachmentData(name="x", content_type="image/png", content=b"x" * 300_000)
    with pytest.raises(contract.Permanent) as caught:
        sending.send(account(postfix), message(customer, attachments=(big,)))
    assert caught.value.code == "552 5.3.4"
    assert dovecot.mails(customer) == []


def test_a_wrong_password(postfix: mailservers.Postfix, customer: str) -> None:
    with pytest.raises(contract.AuthFailed) as caught:
        sending.send(account(postfix, smtp_password="falsch"), message(customer))
    assert caught.value.code == "535 5.7.8"


def test_a_certificate_nobody_vouches_for(postfix: mailservers.Postfix, customer: str) -> None:
    with pytest.raises(contract.Transient) as caught:
        sending.send(account(postfix, ca_file=""), message(customer))
    assert caught.value.code == "certificate"


def test_addresses_beyond_ascii(dovecot: mailservers.Dovecot) -> None:
    kept: list[tuple[bytes, dict[str, Any]]] = []

    def accept(body: bytes, envelope: dict[str, Any]) -> bool:
        kept.append((body, envelope))
        return True

    server = lmtp.serve(accept, host="127.0.0.1", port=0, protocol="lmtp", max_bytes=10**6, knows=lambda address: True)
    try:
        with mailservers.Postfix(dovecot, lmtp=server.port) as postfix:
            sending.send(account(postfix), message("jõgi"))
            mailservers.until(lambda: kept, 10, postfix.log())
    finally:
        server.stop()
    assert kept[0][1]["rcpt_tos"] == ["jõgi@customer.test"]
    assert "\r\nTo: jõgi@customer.test\r\n".encode() in kept[0][0]


def test_addresses_beyond_ascii_where_the_server_cannot(dovecot: mailservers.Dovecot) -> None:
    with (
        mailservers.Postfix(dovecot, extra="smtpd_discard_ehlo_keywords = smtputf8") as plain,
        pytest.raises(contract.Permanent) as caught,
    ):
        sending.send(account(plain), message("jõgi"))
    assert caught.value.code == "550 5.6.7"


def test_nobody_to_send_to(postfix: mailservers.Postfix) -> None:
    with pytest.raises(contract.Permanent, match="no recipient"):
        sending.send(account(postfix), message())


ANSWERS = {
    b"EHLO": b"250-x\r\n250 AUTH PLAIN\r\n",
    b"AUTH": b"235 2.7.0 in\r\n",
    b"MAIL": b"250 ok\r\n",
    b"RCPT": b"250 ok\r\n",
    b"DATA": b"354 go\r\n",
    b".": b"250 2.0.0 queued\r\n",
    b"RSET": b"250 ok\r\n",
    b"QUIT": b"221 bye\r\n",
}


def talker(changed: dict[bytes, bytes | None], greeting: bytes, heard: list[bytes]) -> Callable[[socket.socket], None]:
    """A server that answers from a table, and hangs up where it has no answer."""
    table: dict[bytes, bytes | None] = ANSWERS | changed

    def talk(line: socket.socket) -> None:
        line.sendall(greeting)
        in_mail = False
        for command in line.makefile("rb"):
            heard.append(command)
            word = command.split()[0].upper() if command.split() else b""
            if in_mail and word != b".":
                continue
            answer = table.get(word)
            if answer is None:
                return
            in_mail = answer.startswith(b"354")
            line.sendall(answer)

    return talk


def talked(changed: dict[bytes, bytes | None], greeting: bytes = b"220 x ESMTP\r\n") -> tuple[Any, list[bytes]]:
    heard: list[bytes] = []
    with mailservers.scripted_server(talker(changed, greeting, heard)) as port:
        own = oauth.Account(
            {
                "address": "support@shop.test",
                "smtp": {"host": "127.0.0.1", "port": port, "security": "none"},
                "password": "p",
            }
        )
        try:
            return sending.send(own, message("anna")), heard
        except contract.ChannelError as error:
            return error, heard


def test_the_scripted_server_works() -> None:
    assert talked({})[0] == "m1.42@shop.test"


@pytest.mark.parametrize(
    ("changed", "kind", "code"),
    [
        ({b".": None}, contract.Transient, "outcome-unknown"),
        ({b"DATA": None}, contract.Transient, "outcome-unknown"),
        ({b".": b"552 5.2.3 too large\r\n"}, contract.Permanent, "552 5.2.3"),
        ({b".": b"550 spam\r\n"}, contract.Permanent, "550"),
        ({b".": b"451 4.3.0 later\r\n"}, contract.Transient, "451 4.3.0"),
        ({b"DATA": b"452 4.3.1 full\r\n"}, contract.Transient, "452 4.3.1"),
        ({b"RCPT": b"421 4.3.2 going down\r\n"}, contract.Transient, "421 4.3.2"),
        ({b"RCPT": None}, contract.Transient, "lost"),
        ({b"MAIL": b"530 5.7.57 Client not authenticated\r\n"}, contract.AuthFailed, "530 5.7.57"),
        ({b"MAIL": b"451 4.7.0 try again\r\n"}, contract.Transient, "451 4.7.0"),
        ({b"MAIL": b"550 5.7.1 not you\r\n"}, sending.SenderRefused, "550 5.7.1"),
        ({b".": b"554 5.2.252 SendAsDenied; not allowed\r\n"}, sending.SenderRefused, "554 5.2.252"),
        ({b"AUTH": b"454 4.7.0 Temporary authentication failure\r\n"}, contract.Transient, "454 4.7.0"),
        (
            {b"AUTH": b"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled\r\n"},
            contract.AuthFailed,
            "535 5.7.139",
        ),
        ({b"EHLO": b"250 x\r\n"}, contract.AuthFailed, "unsupported"),
        ({b"EHLO": b"\xff\0 what\r\n"}, contract.Transient, None),
        ({b"RCPT": b"x" * 100_000 + b"\r\n"}, contract.Transient, None),
    ],
)
def test_what_a_server_may_say(
    changed: dict[bytes, bytes | None], kind: type[contract.ChannelError], code: str | None
) -> None:
    outcome, _heard = talked(changed)
    assert type(outcome) is kind
    assert code is None or outcome.code == code


@pytest.mark.parametrize("greeting", [b"554 5.7.1 your network is blocked\r\n", b"421 too busy\r\n", b"hello?\r\n"])
def test_a_server_that_does_not_let_us_in_says_nothing_about_the_mail(greeting: bytes) -> None:
    outcome, _heard = talked({b"EHLO": None, b"HELO": None}, greeting)
    assert type(outcome) is contract.Transient


def test_the_bare_address_is_tried_when_the_plus_address_may_not_send() -> None:
    _outcome, heard = talked({b".": b"554 5.7.60 may not send as this sender\r\n"})
    assert [line for line in heard if line.startswith(b"mail FROM")] == [
        b"mail FROM:<support+r7k2@shop.test>\r\n",
        b"mail FROM:<support@shop.test>\r\n",
    ]


def test_a_server_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "READ_SECONDS", 0.3)
    with mailservers.silent_server() as port, pytest.raises(contract.Transient) as caught:
        own = {"address": "a@b.test", "smtp": {"host": "127.0.0.1", "port": port, "security": "none"}}
        sending.send(oauth.Account(own), message("anna"))
    assert caught.value.code == "timeout"
