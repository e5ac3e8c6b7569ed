"""Amounts as people write them."""

from __future__ import annotations

import pytest

from shopbell.core import money


@pytest.mark.parametrize(
    ("amount", "currency", "language", "written"),
    [
        (139090, "DKK", "en", "DKK\u00a01,390.90"),
        (-139090, "DKK", "en", "-DKK\u00a01,390.90"),
        (1240, "EUR", "en", "€12.40"),
        (1240, "EUR", "de", "12,40\u00a0€"),
        (139090, "DKK", "da", "1.390,90\u00a0kr."),
        (1240, "JPY", "en", "¥1,240"),
    ],
)
def test_an_amount_reads_as_its_language_writes_it(amount: int, currency: str, language: str, written: str) -> None:
    assert money.shown(amount, currency, language) == written
