"""What tells who an answer was written to is taken out of it, and it is said what."""

from __future__ import annotations

import pytest

from shopbell.conversations.depersonalising import Replaced, depersonalised
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Dear Anna Saar, hello.", "Dear [name], hello."),
        ("Dear Ms Saar, Anna’s parcel", "Dear Ms [name], [name] parcel"),
        ("Write to Anna@Customer.example or b@x.example.", "Write to [e-mail address] or [e-mail address]."),
        ("Call +49 30 1234567 now", "Call [phone number] now"),
        ("to DE89 3704 0044 0532 0130 00 today", "to [account number] today"),
        ("sent to Lindenstraße 12a, 10969 Berlin", "sent to [address], [town]"),
        ("aadressile Pikk tänav 5-7", "aadressile [address]"),
        ("at 12 Baker Street", "at [address]"),
        ("Order #104233 and AB-99120", "Order [number] and [number]"),
        ("https://track.example/?id=0034012345 follows", "[link] follows"),
        ("In 2026 you have 14 days, 4,90 € from 50 €", "In 2026 you have 14 days, 4,90 € from 50 €"),
        ("A bananna is no name", "A bananna is no name"),
    ],
)
def test_what_is_taken_out(source: str, expected: str) -> None:
    assert depersonalised(source, factories.conversation())[0] == expected


def test_what_was_replaced_is_said_once() -> None:
    body, replaced = depersonalised("Anna, order 12345. Bye Anna, 12345", factories.conversation())
    assert body == "[name], order [number]. Bye [name], [number]"
    assert replaced == [Replaced("12345", "[number]"), Replaced("Anna", "[name]")]
