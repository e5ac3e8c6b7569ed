from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shopbell.channels import contract
from shopbell.plugins.email import channel_parse
from tests.plugins.email import mails
from tests.plugins.email.bounces.cases import BY_NAME, CASES

NOW = datetime(2026, 3, 3, 9, 0, 6, tzinfo=UTC)


def parse(mail: str | bytes, envelope: dict[str, Any] | None = None, **settings: Any) -> list[contract.Inbound]:
    raw = mail.encode() if isinstance(mail, str) else mail
    return channel_parse.parse(raw, envelope or {}, NOW, settings)


def message(mail: str | bytes, envelope: dict[str, Any] | None = None, **settings: Any) -> contract.InboundMessage:
    (found,) = parse(mail, envelope, **settings)
    assert isinstance(found, contract.InboundMessage)
    return found


def test_a_mail_becomes_a_message() -> None:
    found = message(mails.GERMAN)
    assert found.external_id.startswith("20260303.1@kunde.example#")
    assert len(found.external_id) == len("20260303.1@kunde.example#") + 16
    assert found.message_id == "20260303.1@kunde.example"
    assert found.thread_ids == ("m7.1@shop.example", "m6.1@shop.example", "m5.1@shop.example")
    assert found.sender == contract.Sender(address="anna@privat.example", name="Anna privat")
    assert found.to == (contract.Sender(address="support@shop.example", name="Shop, Kundendienst"),)
    assert found.cc == (contract.Sender(address="peter@kunde.example", name="Peter"),)
    assert found.occurred_at == NOW
    assert found.sent_at == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    assert found.conversation_number == 4711
    assert (found.reply_token, found.auto, found.language, found.authentication) == ("", "none", "de", "unknown")
    assert "unterwegs" in found.full_text
    assert "unterwegs" not in found.text
    assert found.about == {}


def test_the_same_mail_twice_is_one_and_two_mails_with_one_id_are_two() -> None:
    copy = "Received: by other.example; Tue, 3 Mar 2026 10:05:00 +0100\nX-Spam-Score: 1\n" + mails.GERMAN
    other = mails.GERMAN.replace("zu klein", "zu weit")
    assert message(mails.GERMAN).external_id == message(copy).external_id
    assert message(mails.GERMAN).external_id != message(other).external_id
    assert message(mails.GERMAN).message_id == message(other).message_id


@pytest.mark.parametrize(
    "header", ["", "Message-ID:\n", "Message-ID: <>\n", "Message-ID: < >\n", "Message-ID: <null@x>\n"]
)
def test_without_a_usable_id_the_content_is_the_key_and_nothing_threads(header: str) -> None:
    mail = (
        f"From: a@b.example\nDate: Tue, 3 Mar 2026 10:00:00 +0100\n{header}In-Reply-To: <>\nReferences: <> <@>\n\nhello"
    )
    found = message(mail)
    assert found.external_id.startswith("sha256:")
    assert (found.message_id, found.thread_ids) == ("", ())


def test_a_mail_never_answers_itself() -> None:
    assert message("From: a@b.example\nMessage-ID: <one1@x>\nReferences: <one1@x> <two2@x>\n\nx").thread_ids == (
        "two2@x",
    )


@pytest.mark.parametrize(
    ("field", "token"),
    [
        ("To: support+12-abcdefghijklmnop@shop.example", "12-abcdefghijklmnop"),
        ("Cc: X <SUPPORT+12-ABCDEFGHIJKLMNOP@shop.example>", "12-abcdefghijklmnop"),
        ("Delivered-To: support+12-abcdefghijklmnop@shop.example", "12-abcdefghijklmnop"),
        ("X-Original-To: support+12-abcdefghijklmnop@shop.example", "12-abcdefghijklmnop"),
        ("To: support+news@shop.example", ""),
        ("To: support@shop.example", ""),
        ("Subject: support+12-abcdefghijklmnop@shop.example", ""),
        ("From: support+12-abcdefghijklmnop@shop.example", ""),
    ],
)
def test_the_token_in_a_recipient_address(field: str, token: str) -> None:
    assert message(f"{field}\nMessage-ID: <one1@x>\n\nx").reply_token == token


def test_the_token_in_the_envelope() -> None:
    assert (
        message(mails.GERMAN, {"rcpt_tos": ["support+12-abcdefghijklmnop@shop.example"]}).reply_token
        == "12-abcdefghijklmnop"
    )


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("Re: [#12] x", 12),
        ("x [#0012]", 12),
        ("[#12][#13]", 12),
        ("#12", None),
        ("[12]", None),
        ("[#1234567890123]", None),
        ("[#]", None),
    ],
)
def test_the_number_in_the_subject(subject: str, number: int | None) -> None:
    assert message(f"From: a@b.example\nSubject: {subject}\n\nx").conversation_number == number


PROVED = "Authentication-Results: mx.shop.example; dmarc=pass header.from=kunde.example\n"
FORGED = "Authentication-Results: mx.shop.example; spf=fail smtp.mailfrom=x.example; dmarc=fail\n"
MAIL = "From: anna@kunde.example\nMessage-ID: <one1@x>\n{}\nx"


def test_our_servers_verdict_decides_about_the_sender() -> None:
    ids = {"authserv_ids": ["mx.shop.example"]}
    proved, forged = message(PROVED + MAIL.format(""), **ids), message(FORGED + MAIL.format(""), **ids)
    assert (proved.authentication, proved.sender.verified) == ("pass", True)
    assert (forged.authentication, forged.sender.verified) == ("fail", False)
    assert message(PROVED + MAIL.format("")).authentication == "unknown"
    assert message(MAIL.format(""), **ids).authentication == "unknown"


def test_a_reply_to_elsewhere_is_answered_but_proves_nothing() -> None:
    found = message(PROVED + MAIL.format("Reply-To: eve@evil.example\n"), authserv_ids="mx.shop.example")
    assert (found.sender.address, found.sender.verified, found.authentication) == ("eve@evil.example", False, "fail")


@pytest.mark.parametrize("reply_to", ["support@shop.example", "group@shop.example", ""])
def test_an_answer_never_goes_to_ourselves(reply_to: str) -> None:
    mail = f"To: group@shop.example\nReply-To: {reply_to}\n" + MAIL.format("")
    assert message(mail, address="support@shop.example").sender.address == "anna@kunde.example"


def test_of_a_group_that_writes_its_own_address_into_from_the_author_is_answered() -> None:
    mail = (
        "From: 'Anna B.' via Support <support@shop.example>\nTo: support@shop.example\nReply-To: support@shop.example\n"
        "X-Original-From: Anna B. <anna@kunde.example>\nList-Id: <support.shop.example>\nPrecedence: list\n\nHello"
    )
    found = message(mail, address="support@shop.example")
    assert (found.sender, found.auto) == (contract.Sender(address="anna@kunde.example", name="Anna B."), "none")
    assert message(mail, address="other@shop.example").auto == "list"


def test_an_out_of_office_is_a_message_marked_automatic() -> None:
    found = message(
        "From: a@b.example\nSubject: Automatische Antwort: x\nAuto-Submitted: auto-replied\n\nIch bin im Urlaub."
    )
    assert found.auto == "auto-reply"


def test_attachments_keep_their_bytes() -> None:
    (file,) = message(mails.ENGLISH).attachments
    assert (file.name, file.content_type, file.content[:4], file.inline) == (
        "receipt.png",
        "image/png",
        b"\x89PNG",
        False,
    )


def test_an_invitation_is_told() -> None:
    mail = (
        "From: a@b.example\nContent-Type: text/calendar; method=REQUEST\n\n"
        "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\n"
        "UID:1\nDTSTART:20260303T090000Z\nSUMMARY:Pickup\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    assert message(mail).about["calendar"] == [
        {
            "summary": "Pickup",
            "start": "2026-03-03T09:00:00+00:00",
            "end": "",
            "location": "",
            "organizer": "",
            "method": "REQUEST",
        }
    ]


def test_a_forwarded_mail_names_its_first_sender() -> None:
    found = message(mails.FORWARDED).forwarded
    assert found is not None
    assert (found.sender.address, found.subject) == ("udo@kunde.example", "Reklamation")


def test_a_bounce_is_a_receipt_for_the_mail_that_bounced() -> None:
    assert parse(BY_NAME["postfix-report"].mail) == [
        contract.Receipt(
            state="failed",
            external_id="m7.1772531990@shop.example",
            reference="7-abcdefghijklmnop",
            recipient="karin@kunde.example",
            permanent=True,
            reason="mailbox_unknown 550 5.1.1: 550 5.1.1 <karin@kunde.example>: Recipient address rejected: "
            "User unknown in virtual "
            "mailbox table",
        )
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("postfix-delay", [("delayed", "karin@kunde.example", False)]),
        ("delivered", [("delivered", "karin@kunde.example", False)]),
        ("read-receipt", [("delivered", "eva@kunde.example", False)]),
        (
            "two-recipients-one-arrived",
            [("delivered", "anna@firma.example", False), ("failed", "peter@firma.example", True)],
        ),
        ("queue-expired", [("failed", "li@slow.example", False)]),
    ],
)
def test_receipts_of_other_kinds(name: str, expected: list[tuple[str, str, bool]]) -> None:
    found = parse(BY_NAME[name].mail)
    assert [
        (each.state, each.recipient, each.permanent) for each in found if isinstance(each, contract.Receipt)
    ] == expected


def test_every_report_yields_receipts_and_never_a_message() -> None:
    for case in CASES:
        found = parse(case.mail)
        assert found
        assert all(isinstance(each, contract.Receipt) for each in found)


@pytest.mark.parametrize(
    "raw", [b"", b"\n\n", bytes(range(256)) * 50, b"\x00" * 500, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4]
)
def test_what_is_no_mail_is_refused(raw: bytes) -> None:
    with pytest.raises(contract.Unparsable):
        parse(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.example\n\n",
        b"Subject: x\n",
        b"just a text without any header",
        b"From: a@b.example\n\n\x00\x01\x02",
    ],
)
def test_what_may_be_a_mail_is_kept(raw: bytes) -> None:
    assert message(raw).external_id


def test_a_mail_too_large_to_fetch_says_so() -> None:
    assert "content left out: the mail is too large" in message(mails.GERMAN, {"content_left_out": 90_000_000}).warnings


@pytest.mark.parametrize("settings", [{"authserv_ids": None}, {"authserv_ids": 5}, {"authserv_ids": [1, None]}, {}])
def test_odd_settings_do_no_harm(settings: dict[str, Any]) -> None:
    assert message(mails.GERMAN, {"mail_from": None, "rcpt_tos": "x"}, **settings).authentication == "unknown"
