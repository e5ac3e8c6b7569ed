from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shopbell.plugins.email import understanding
from shopbell.plugins.email.mime.fields import Address
from shopbell.plugins.email.parsed import ParsedMail
from tests.plugins.email import mails
from tests.plugins.email.bounces.cases import CASES, Case


def understand(mail: str, encoding: str = "utf-8") -> ParsedMail:
    return understanding.understand(mail.encode(encoding))


def test_a_german_answer() -> None:
    mail = understand(mails.GERMAN)
    assert mail.sender == Address("Anna Müller", "Anna.Mueller@kunde.example")
    assert mail.to == (Address("Shop, Kundendienst", "support@shop.example"),)
    assert mail.cc == (Address("Peter", "peter@kunde.example"),)
    assert mail.reply_to == (Address("Anna privat", "anna@privat.example"),)
    assert mail.answer_to == Address("Anna privat", "anna@privat.example")
    assert mail.subject == "AW: Bestellung 4711 – Größe [#4711]"
    assert mail.date == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    assert mail.received_at == datetime(2026, 3, 3, 9, 0, 5, tzinfo=UTC)
    assert mail.message_id == "20260303.1@kunde.example"
    assert mail.in_reply_to == ("m7.1@shop.example",)
    assert mail.references == ("m5.1@shop.example", "m6.1@shop.example", "m7.1@shop.example")
    assert mail.visible.startswith("Guten Tag,")
    assert "Größe 43 tauschen?" in mail.visible
    assert "unterwegs" not in mail.visible
    assert "unterwegs" in mail.quoted
    assert (mail.language, mail.auto, mail.report, mail.warnings) == ("de", "none", None, ())


def test_a_danish_mail_in_html_alone() -> None:
    mail = understand(mails.DANISH)
    assert mail.sender.name == "Søren Ågaard"
    assert mail.subject == "Påmindelse om ordre 99"
    assert "jeg har stadig ikke modtaget min pakke, selv om I lovede" in mail.visible
    assert mail.html.startswith("<html>")
    assert mail.language == "da"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1257", "iso8859-15", "iso8859-4", "cp1252"])
def test_an_estonian_mail_that_claims_to_be_ascii(encoding: str) -> None:
    mail = understand(mails.ESTONIAN, encoding)
    assert "šokolaadikarbi" in mail.visible
    assert mail.language == "et"
    assert len(mail.warnings) == 1


def test_an_english_mail_with_a_photo() -> None:
    mail = understand(mails.ENGLISH)
    assert [(file.name, file.content_type, file.inline) for file in mail.attachments] == [
        ("receipt.png", "image/png", False)
    ]
    assert mail.language == "en"


def test_a_mail_forwarded_as_attachment_has_its_original() -> None:
    mail = understand(mails.FORWARDED)
    assert mail.forwarded is not None
    assert mail.forwarded.sender == Address("Udo Kunde", "udo@kunde.example")
    assert (mail.forwarded.subject, mail.forwarded.body) == ("Reklamation", "Die Lampe ist kaputt.")
    assert mail.forwarded.date == datetime(2026, 3, 5, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_about_our_mail_is_marked_so(case: Case) -> None:
    mail = understand(case.mail)
    failed = any(found[1] == "failed" for found in case.found)
    assert mail.auto == ("bounce" if failed else "delivery-report")
    assert mail.forwarded is None


@pytest.mark.parametrize(
    ("header", "warning"),
    [
        ("Subject: x", "header: no From address"),
        ("From: a@b.example\nDate: nonsense", "header: unreadable Date"),
        ("From: a@b.example\nMessage-ID: <>", "header: unusable Message-ID"),
        ("From: a@b.example\nFrom: c@d.example", "header: several from fields, the first is used"),
        (
            "From: a@b.example\nDate: Tue, 3 Mar 2020 10:00:00 +0000\nReceived: by x; Tue, 3 Mar 2026 10:00:00 +0000",
            "header: the sender's clock is off by 2191 days",
        ),
    ],
)
def test_what_is_wrong_with_a_header_is_told(header: str, warning: str) -> None:
    assert warning in understand(f"{header}\n\nbody").warnings


def test_without_a_date_there_is_none() -> None:
    mail = understand("From: a@b.example\n\nbody")
    assert (mail.date, mail.received_at, mail.message_id) == (None, None, "")


def test_the_reply_address_is_only_named_when_it_is_another() -> None:
    assert understand("From: a@b.example\nReply-To: A <a@b.example>\n\nx").reply_to == ()
    assert understand("From: a@b.example\nReply-To:\n\nx").answer_to.address == "a@b.example"


def test_a_copy_over_another_way_has_the_same_fingerprint() -> None:
    one = understand(mails.GERMAN)
    trace = "Received: from list.example by mx2.shop.example; Tue, 3 Mar 2026 10:03:00 +0100\nX-Spam: no\n"
    two = understand(trace + mails.GERMAN.replace("Subject: ", "Subject: [Extern] ").replace("\n", "\r\n"))
    assert one.fingerprint == two.fingerprint


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("zu klein", "zu weit"),
        ("10:00:00 +0100\nMessage", "10:00:01 +0100\nMessage"),
        ("Bestellung_4711", "Bestellung_4712"),
        ("Anna.Mueller@", "Eva@"),
    ],
)
def test_another_mail_has_another_fingerprint(before: str, after: str) -> None:
    assert before in mails.GERMAN
    assert understand(mails.GERMAN).fingerprint != understand(mails.GERMAN.replace(before, after)).fingerprint


def test_equal_mails_without_date_and_id_are_told_apart_by_their_first_server() -> None:
    mail = "Received: from pc by mx.kunde.example id {}; x\nFrom: a@b.example\n\nsame"
    fingerprints = {understand(mail.format(number)).fingerprint for number in (1, 1, 2)}
    assert len(fingerprints) == 2


def test_every_recipient_field_is_looked_at() -> None:
    mail = understanding.understand(
        b"To: a@b.example\nDelivered-To: c+t-abcdefgh@b.example\nX-Original-To: d@b.example\n\nx",
        envelope_to=["e@b.example"],
    )
    assert mail.recipients == ("e@b.example", "a@b.example", "c+t-abcdefgh@b.example", "d@b.example")
