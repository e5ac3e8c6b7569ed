"""Cells: what they say, and that nothing is guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from shopbell.commerce import contract
from shopbell.commerce.mapping import values
from shopbell.commerce.mapping.values import Unfit

TALLINN = ZoneInfo("Europe/Tallinn")


@pytest.mark.parametrize(
    ("cell", "decimal", "minor"),
    [
        ("12,50", ",", 1250),
        ("12.50", ".", 1250),
        ("1.234,50", ",", 123450),
        ("1,234.50", ".", 123450),
        ("1 234,5", ",", 123450),
        ("1\u00a0234\u00a0567,89 €", ",", 123456789),
        ("1'234.50", ".", 123450),
        ("1.234", ",", 123400),
        ("1.234", ".", 123),
        ("12,345", ",", 1235),  # three decimals: half up
        ("12,344", ",", 1234),
        ("-12,50", ",", -1250),
        ("12,50-", ",", -1250),
        ("(12.50)", ".", -1250),
        ("EUR 5", "", 500),
        ("5 EUR", "", 500),
        ("12,50", "", 1250),
        ("1.234,50", "", 123450),
        ("1.234.567", "", 123456700),
        (".5", "", 50),
        ("0.125", "", 13),
        ("12345.678", ".", 1234568),
    ],
)
def test_amounts(cell, decimal, minor):
    assert values.amount(cell, "EUR", decimal) == minor


@pytest.mark.parametrize(
    ("cell", "decimal", "why"),
    [
        ("1.234", "", "thousands or three decimals"),
        ("1,234", "", "thousands or three decimals"),
        ("12,50", ".", "is “,” the decimal sign"),
        ("12.5", ",", "is “.” the decimal sign"),
        ("Anna", ",", "is no amount"),
        ("12 kg", ",", "is no amount"),
        ("5 USD", ",", "is not in EUR"),
        ("$5", ",", "is not in EUR"),
        ("1,2,3", ",", "is no amount"),
        ("9" * 20, ",", "is no amount"),
    ],
)
def test_what_is_no_amount_or_could_be_two(cell, decimal, why):
    with pytest.raises(Unfit, match=why.replace("(", r"\(")):
        values.amount(cell, "EUR", decimal)


@pytest.mark.parametrize(
    ("cell", "formats", "expected"),
    [
        ("2026-03-01T10:00:00Z", (), datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01 10:00:00 +0100", (), datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("2026-03-01 10:00:00 UTC", (), datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01 10:00", (), datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("2026-07-01 10:00", (), datetime(2026, 7, 1, 7, tzinfo=UTC)),
        ("01.03.2026 10:00", (), datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("1.3.2026", (), datetime(2026, 2, 28, 22, tzinfo=UTC)),
        ("03/01/2026 10:00", ("MM/DD/YYYY HH:mm",), datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("03/01/26", ("%d/%m/%y",), datetime(2026, 1, 2, 22, tzinfo=UTC)),
        ("1772359200", ("unix",), datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("0000-00-00 00:00:00", (), None),
    ],
)
def test_instants(cell, formats, expected):
    assert values.instant(cell, formats, TALLINN) == expected


@pytest.mark.parametrize("cell", ["03/01/2026", "2026-02-30", "31.02.2026", "yesterday", "1826-01-01", "2226-01-01"])
def test_what_is_no_instant(cell):
    with pytest.raises(Unfit):
        values.instant(cell, (), TALLINN)


def test_a_day_may_lie_ahead():
    assert values.day("24.12.2199", (), TALLINN) == date(2199, 12, 24)
    assert values.day("2026-03-01T23:30:00Z", (), TALLINN) == date(2026, 3, 2)


def test_pieces():
    assert [values.whole(cell, "") for cell in ("2", "2,00", "2.0", "1 000", "-1")] == [2, 2, 2, 1000, -1]
    for cell in ("1,5", "two", "3 m"):
        with pytest.raises(Unfit):
            values.whole(cell, "")


def test_words():
    assert values.word("Partly Paid", contract.Payment) == contract.Payment.PARTLY_PAID
    assert values.word("bezahlt", contract.Payment) == contract.Payment.UNKNOWN
    assert values.word("shelf", contract.Source) == contract.Source.OTHER
    assert [values.yes(cell) for cell in ("Ja", "jah", "1", "nein", "Ei", "false")] == [True] * 3 + [False] * 3
    with pytest.raises(Unfit):
        values.yes("maybe")
    assert [values.country(cell) for cell in ("de", "Deutschland", "Eesti", "Danmark", "uk", "Atlantis")] == [
        *("DE", "DE", "EE", "DK", "GB", ""),
    ]
    assert [values.language(cell) for cell in ("de_DE", "Deutsch", "eesti", "dansk", "!")] == [
        *("de", "de", "et", "da", ""),
    ]
    assert values.currency("eur") == values.currency("€") == "EUR"
    with pytest.raises(Unfit):
        values.currency("kr")


@pytest.mark.parametrize(
    ("cell", "form", "expected"),
    [
        ("46114.5", "excel", datetime(2026, 4, 2, 9, 0, tzinfo=UTC)),  # noon in Tallinn
        ("46114", "excel", datetime(2026, 4, 1, 21, 0, tzinfo=UTC)),
        ("46114,25", "excel", datetime(2026, 4, 2, 3, 0, tzinfo=UTC)),
        ("3/4/2026 2:15 PM", "M/D/YYYY h:mm AM", datetime(2026, 3, 4, 12, 15, tzinfo=UTC)),
        ("May 6, 2026 10:20:30 AM", "MMM DD, YYYY hh:mm:ss AM", datetime(2026, 5, 6, 7, 20, 30, tzinfo=UTC)),
        ("06-May-2026", "DD-MMM-YYYY", datetime(2026, 5, 5, 21, 0, tzinfo=UTC)),
        ("06/05/2026 10:20:30 +0100", "DD/MM/YYYY HH:mm:ss ZZ", datetime(2026, 5, 6, 9, 20, 30, tzinfo=UTC)),
        ("2026-3-4 9:05", "", datetime(2026, 3, 4, 7, 5, tzinfo=UTC)),
        ("2026-03-29 03:30", "", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # an hour that there was not
    ],
)
def test_more_spellings_of_instants(cell, form, expected):
    assert values.instant(cell, [form] if form else [], TALLINN) == expected


@pytest.mark.parametrize("cell", ["0", "99999999", "-5", "nan", "inf"])
def test_no_day_of_a_spreadsheet(cell):
    with pytest.raises(Unfit):
        values.instant(f"{cell}.5", ["excel"], TALLINN)


@pytest.mark.parametrize(
    ("cell", "currency", "minor"),
    [
        ("$5.00", "CAD", 500),
        ("kr 5,00", "SEK", 500),
        ("5,00 kr.", "DKK", 500),
        ("5,00 zł", "PLN", 500),
        ("¥500", "JPY", 500),
        ("1.234", "KWD", 1234),
    ],
)
def test_signs_that_several_currencies_share(cell, currency, minor):
    assert values.amount(cell, currency, "," if "," in cell else ".") == minor


def test_the_currency_an_amount_names():
    named = {cell: values.currency_of(cell) for cell in ("5 €", "$5", "£5", "5 DKK", "5 kr", "¥5", "5", "x", "5 abc")}
    assert {cell: code for cell, code in named.items() if code} == {
        "5 €": "EUR",
        "$5": "USD",
        "£5": "GBP",
        "5 DKK": "DKK",
    }


@pytest.mark.parametrize(
    ("cell", "currency", "decimal", "minor"),
    [
        ("12.900", "ISK", "", 12900),
        ("12,900", "JPY", "", 12900),
        ("12.900", "ISK", ",", 12900),
        ("1.240.500 kr.", "ISK", "", 1240500),
        ("1240.00", "JPY", ".", 1240),
        ("1240.000", "JPY", ".", 1240),
        ("12.345", "KWD", ".", 12345),
        ("-0,750", "KWD", ",", -750),
        ("1 234,567", "KWD", ",", 1234567),
    ],
)
def test_amounts_of_currencies_without_decimals_and_with_three(cell, currency, decimal, minor):
    assert values.amount(cell, currency, decimal) == minor


def test_thousands_are_not_taken_for_decimals_that_a_currency_does_not_have():
    with pytest.raises(Unfit, match="ISK has no decimals"):
        values.amount("12.900", "ISK", ".")
    with pytest.raises(Unfit, match="thousands or three decimals"):
        values.amount("1.234", "KWD", "")


NOON = datetime(2026, 11, 2, 10, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "cell",
    [
        "2. November 2026 12:05",
        "2. nov. 2026, 12:05",
        "Mon, 02 Nov 2026 12:05:00 +0200",
        "Mon Nov 2, 2026 12:05 PM",
        "November 2, 2026 at 12:05 pm",
        "2nd November 2026 12:05",
        "2 de noviembre de 2026 12:05",
        "2 novembre 2026 à 12:05",
        "2 listopada 2026 12:05",
        "2. marraskuuta 2026 12.05",
        "2-Nov-2026 12:05",
        "2026-11-02 10:05:00 UTC",
        "2026-11-02 10:05 GMT",
        "2026-11-02T10:05:00Z",
        "2026-11-02 12:05:00 +0200",
        "2026-11-2 12:05:00",
    ],
)
def test_dates_as_people_and_programs_write_them(cell):
    assert values.instant(cell, [], TALLINN) == NOON


@pytest.mark.parametrize(
    ("cell", "month"),
    [("3. märts 2026", 3), ("3. mai 2026", 5), ("3. Dezember 2025", 12), ("3 août 2026", 8), ("3. oktober 2026", 10)],
)
def test_months_of_many_languages(cell, month):
    assert values.day(cell, [], TALLINN).month == month


@pytest.mark.parametrize(
    "cell", ["31. November 2026", "2 Foo 2026", "Nov 2026", "2 Nov", "13:00 PM", "2 nov 2026 13 PM"]
)
def test_what_is_no_such_date(cell):
    with pytest.raises(Unfit):
        values.instant(cell, [], TALLINN)
