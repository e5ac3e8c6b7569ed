"""What is needed is checked, what is not has a default, and what is wrong is named."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shopbell.commerce.contract import Fields, Unparsable

TALLINN = ZoneInfo("Europe/Tallinn")


def test_texts_and_numbers():
    fields = Fields({"id": 12, "name": " Anna ", "none": None, "two": "2.0", "on": "1", "zero": 0})
    assert (fields.text("id"), fields.text("name"), fields.text("none"), fields.text("x", "y")) == (
        "12",
        "Anna",
        "",
        "y",
    )
    assert (fields.key("id"), fields.key("zero"), fields.number("two"), fields.flag("on")) == ("12", "", 2, True)
    assert fields.needed("id") == "12"


def test_amounts_keep_to_the_currency():
    fields = Fields({"a": "260.41", "b": 12.345, "c": "", "d": "-10.00", "yen": "1240"})
    assert [fields.amount(name, "EUR") for name in "abcd"] == [26041, 1235, 0, -1000]
    assert fields.amount("yen", "JPY") == 1240


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("2026-11-21T19:56:40", datetime(2026, 11, 21, 17, 56, 40, tzinfo=UTC)),
        ("2026-11-21 19:56:40", datetime(2026, 11, 21, 17, 56, 40, tzinfo=UTC)),
        ("2026-11-21T19:56:40Z", datetime(2026, 11, 21, 19, 56, 40, tzinfo=UTC)),
        ("2026-11-21T19:56:40-05:00", datetime(2026, 11, 22, 0, 56, 40, tzinfo=UTC)),
        (1_700_000_000, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        (None, None),
        ("", None),
        ("0000-00-00 00:00:00", None),
    ],
)
def test_a_time_without_a_zone_is_the_shop_s(value: Any, found: datetime | None):
    assert Fields({"at": value}).moment("at", TALLINN) == found


@pytest.mark.parametrize(
    ("ask", "value", "complaint"),
    [
        ("text", ["x"], "order.field is a list and no text"),
        ("text", True, "order.field is yes or no and no text"),
        ("needed", "", "order.field is missing"),
        ("number", "many", "order.field is the text 'many' and no number"),
        ("number", float("inf"), "order.field is the number inf and no number"),
        ("moment", "yesterday", "order.field is the text 'yesterday' and no date and time"),
        ("moment", 10**15, "order.field is the number 1000000000000000 and no date and time"),
        ("currency", "Euro", "order.field: 'Euro' is no currency"),
        ("inner", "text", "order.field is the text and no object"),
    ],
)
def test_what_is_wrong_is_named(ask: str, value: Any, complaint: str):
    with pytest.raises(Unparsable) as raised:
        getattr(Fields({"field": value}, "order"), ask)("field")
    assert str(raised.value) == complaint


def test_what_is_no_amount_is_named():
    for value in ("12,40", {"amount": 1}, True, "NaN", "1e30"):
        with pytest.raises(Unparsable, match=r"^total"):
            Fields({"total": value}).amount("total", "EUR")


def test_lists_say_which_of_them_is_wrong():
    fields = Fields({"lines": [{"id": 1}, 7], "empty": [], "half": {}})
    lines = fields.each("lines")
    assert next(lines).needed("id") == "1"
    with pytest.raises(Unparsable, match=r"lines\[1\] is the number and no object"):
        next(lines)
    assert "id" not in fields.inner("empty")
    assert list(fields.each("missing")) == []
    with pytest.raises(Unparsable, match="half is an object and no list"):
        list(fields.each("half"))
