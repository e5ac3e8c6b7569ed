from __future__ import annotations

import pytest

from shopbell.plugins.email import bodies, bounces
from shopbell.plugins.email.mime import fields, parts
from shopbell.plugins.email.parsed import Report
from tests.plugins.email.bounces.cases import CASES, NONE, Case


def recognise(mail: str) -> Report | None:
    root = parts.parse(mail.encode())
    senders = fields.addresses(root.headers, "from")
    return bounces.recognise(root, root.headers.text("subject"), senders, bodies.read(root).text)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_recipient_is_found_with_outcome_kind_and_reason(case: Case) -> None:
    report = recognise(case.mail)
    assert report is not None
    assert tuple((each.recipient, each.outcome, each.kind, each.reason) for each in report.statuses) == case.found


@pytest.mark.parametrize("case", [case for case in CASES if case.status or case.smtp_code], ids=lambda case: case.name)
def test_codes_are_read(case: Case) -> None:
    report = recognise(case.mail)
    assert report is not None
    assert (report.statuses[0].status, report.statuses[0].smtp_code) == (case.status, case.smtp_code)


@pytest.mark.parametrize("case", [case for case in CASES if case.original], ids=lambda case: case.name)
def test_the_mail_that_bounced_is_named(case: Case) -> None:
    report = recognise(case.mail)
    assert report is not None
    assert report.original_message_id == case.original


@pytest.mark.parametrize("name", NONE)
def test_what_only_looks_like_a_bounce_is_none(name: str) -> None:
    assert recognise(NONE[name]) is None


def test_the_token_of_our_envelope_is_among_the_original_addresses() -> None:
    report = recognise(CASES[0].mail)
    assert report is not None
    assert "support+7-abcdefghijklmnop@shop.example" in report.original_addresses
