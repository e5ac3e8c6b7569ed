"""Numbers as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shopbell.core import numbers


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(
            ("12,5", "12.5"),
            ("12.50", "12.50"),
            (" 7 ", "7"),
            ("12.", "12"),
            ("1000", "1000"),
            ("-3,2", "-3.2"),
            ("−3", "-3"),
        ),
        *(("1.000,50", "1000.50"), ("1,000.50", "1000.50"), ("1.234.567", "1234567"), ("1,234,567.5", "1234567.5")),
        *(("1 000", "1000"), ("1\u202f000,5", "1000.5"), ("1'000.5", "1000.5"), ("0,125", "0.125"), (".5", "0.5")),
        *(("1234.567", "1234.567"), ("1.0000", "1.0000"), ("1,000.500", "1000.500")),
    ],
)
def test_either_mark_is_understood_where_it_can_be_only_one(typed: str, meant: str) -> None:
    assert numbers.read(typed) == Decimal(meant)


@pytest.mark.parametrize(
    ("typed", "ways"), [("1.000", "1000 or 1.0"), ("1,250", "1250 or 1,25"), ("-12.345", "-12345 or -12.3450")]
)
def test_what_could_be_a_thousand_or_one_is_refused_with_both(typed: str, ways: str) -> None:
    with pytest.raises(numbers.NotNumber, match=f"“{typed}” can be read in two ways: write {ways}."):
        numbers.read(typed)


@pytest.mark.parametrize("typed", ["", "x", "1.00.0", "1,00,000", "1.2,3,4", "1e5", "nan", "--1", "1" * 40])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(numbers.NotNumber, match="has to be a number"):
        numbers.read(typed)


@pytest.mark.parametrize("number", [1.125, -2.375, 0.125, 1000, 1234567.0, 12.5, 1e-07, 1e15])
def test_what_is_written_into_a_field_is_read_as_the_same(number: float) -> None:
    assert float(numbers.read(numbers.written(number))) == number
