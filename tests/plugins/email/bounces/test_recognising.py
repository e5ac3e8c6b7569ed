from __future__ import annotations

import pytest

from shopbell.plugins.email import bodies, bounces
from shopbell.plugins.email.mime import fields, parts
from shopbell.plugins.email.parsed import Report
from tests.plugins.email.bounces.cases import BY_NAME, CASES, NONE, Case


def recognise(mail: str) -> Report | None:
    root = parts.parse(mail.encode())
    senders = fields.addresses(root.headers, "from")
    return bounces.recognise(root, root.headers.text("subject"), senders, bodies.read(root).text)


def recognised(mail: str) -> Report:
    report = recognise(mail)
    assert report is not None
    return report


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_recipient_is_found_with_outcome_kind_and_reason(case: Case) -> None:
    found = recognised(case.mail).statuses
    assert tuple((each.recipient, each.outcome, each.kind, each.reason) for each in found) == case.found


@pytest.mark.parametrize("case", [case for case in CASES if case.codes], ids=lambda case: case.name)
def test_codes_are_read(case: Case) -> None:
    first = recognised(case.mail).statuses[0]
    assert (first.status, first.smtp_code) == case.codes


@pytest.mark.parametrize("case", [case for case in CASES if case.original], ids=lambda case: case.name)
def test_the_mail_that_bounced_is_named(case: Case) -> None:
    assert recognised(case.mail).original_message_id == case.original


@pytest.mark.parametrize("name", NONE)
def test_what_only_looks_like_a_bounce_is_none(name: str) -> None:
    assert recognise(NONE[name]) is None


def test_the_token_of_our_envelope_is_among_the_original_addresses() -> None:
    assert "support+7-abcdefghijklmnop@shop.example" in recognised(BY_NAME["postfix-report"].mail).original_addresses


def test_a_bounce_that_tells_nothing_is_still_one() -> None:
    report = recognised("From: mailer-daemon@x.example\nSubject: Mail could not be delivered\n\nSorry.\n")
    assert [(each.recipient, each.outcome, each.kind) for each in report.statuses] == [("", "failed", "hard")]


def test_an_answer_below_the_copy_of_the_mail_is_not_searched() -> None:
    mail = BY_NAME["qmail"].mail + "\n<somebody.else@kunde.example>:\n550 no such user\n"
    assert [each.recipient for each in recognised(mail).statuses] == ["jens@kunde.example"]
