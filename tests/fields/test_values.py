"""What may be typed into a field of the shop's own, how it is kept, and what is said when it does not fit."""

from __future__ import annotations

from typing import Any

import pytest

from shopbell.fields import values
from shopbell.fields.models import Field, Kind


def field(kind: Kind, **fields: Any) -> Field:
    return Field(key="k", kind=kind, options=["Small", "Large", "Extra large"], **fields)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (Kind.TEXT, "  hello\0 ", "hello"),
        (Kind.TEXT, "   ", None),
        (Kind.NUMBER, "12", 12),
        (Kind.NUMBER, "1,5", 1.5),
        (Kind.NUMBER, "-3.25", -3.25),
        (Kind.NUMBER, "1 000", 1000),
        (Kind.NUMBER, 7, 7),
        (Kind.NUMBER, "0", 0),
        (Kind.DATE, "2026-11-30", "2026-11-30"),
        (Kind.DATE, "30.11.2026", "2026-11-30"),
        (Kind.DATE, "1.2.2026", "2026-02-01"),
        (Kind.YES_NO, "yes", True),
        (Kind.YES_NO, "Nein", False),
        (Kind.YES_NO, True, True),
        (Kind.YES_NO, "", None),
        (Kind.CHOICE, "large", "Large"),
        (Kind.CHOICES, ["Extra large", "Small"], ["Small", "Extra large"]),
        (Kind.CHOICES, "small; LARGE", ["Small", "Large"]),
        (Kind.CHOICES, [], None),
        (Kind.CHOICES, " , ", None),
        (Kind.URL, "example.com/a", "https://example.com/a"),
        (Kind.URL, "http://example.com", "http://example.com"),
    ],
)
def test_what_fits_is_kept_in_one_form(kind, typed, kept):
    assert values.read(field(kind), typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Kind.TEXT, "x" * 2001),
        (Kind.TEXT, 5),
        (Kind.NUMBER, "twelve"),
        (Kind.NUMBER, "inf"),
        (Kind.NUMBER, "1e30"),
        (Kind.NUMBER, True),
        (Kind.DATE, "2026-02-30"),
        (Kind.DATE, "soon"),
        (Kind.YES_NO, "maybe"),
        (Kind.CHOICE, "Medium"),
        (Kind.CHOICES, ["Small", "Medium"]),
        (Kind.URL, "javascript:alert(1)"),
        (Kind.URL, "https://[broken"),
        (Kind.URL, "ftp://example.com"),
        (Kind.URL, "nowhere"),
    ],
)
def test_what_does_not_fit_is_refused(kind, typed):
    with pytest.raises(ValueError):
        values.read(field(kind), typed)


def test_every_wrong_field_is_told_and_none_is_taken():
    known = [Field(key="size", kind=Kind.NUMBER), Field(key="since", kind=Kind.DATE), Field(key="name", kind=Kind.TEXT)]
    with pytest.raises(values.Unfit) as wrong:
        values.read_all(known, {"size": "x", "since": "y", "name": "fine", "colour": "red"})
    assert sorted(wrong.value.errors) == ["colour", "since", "size"]
    assert values.read_all(known, {"size": "", "name": "fine"}) == {"size": None, "name": "fine"}


def test_a_value_is_set_kept_or_taken_away():
    assert values.changed({"a": 1, "b": 2, "c": False}, {"b": None, "d": "x"}) == {"a": 1, "c": False, "d": "x"}


def test_no_is_an_answer_where_a_field_is_needed():
    known = [Field(key="a", is_required=True), Field(key="b", is_required=True), Field(key="c")]
    assert [one.key for one in values.missing(known, {"a": False})] == ["b"]
    assert values.missing(known, {"a": False, "b": 0}) == []
