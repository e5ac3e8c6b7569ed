"""Read what a far side's API gave, its types checked: strict about what is needed, generous about what is not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from shopbell.commerce.contract.errors import Unparsable
from shopbell.core import money

_SPACE = re.compile(r" (?=[+-]\d\d:?\d\d$)")  # before the zone: "2026-01-01 10:00:00 +0200"
LATEST = 4_102_444_800  # 2100-01-01: what is later is no count of seconds


class Fields:
    """An object of JSON. Whatever is of a wrong type raises Unparsable, which names the field; null is as missing."""

    def __init__(self, raw: Any, path: str = "") -> None:
        if not isinstance(raw, Mapping):
            raise Unparsable(f"{path or 'it'} is {_kind(raw)} and no object")
        self.raw: Mapping[str, Any] = raw
        self.path = path

    def __contains__(self, name: str) -> bool:
        return self.raw.get(name) is not None

    def text(self, name: str, otherwise: str = "") -> str:
        """A text or number as text, without white space around it."""
        value = self.raw.get(name)
        if value is None:
            return otherwise
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self._wrong(name, "text")
        return str(value).strip()

    def needed(self, name: str) -> str:
        """A text that is not empty."""
        value = self.text(name)
        if not value:
            raise Unparsable(f"{self._at(name)} is missing")
        return value

    def key(self, name: str) -> str:
        """What the far side calls a thing; "" for none, which some write as 0."""
        value = self.text(name)
        return "" if value == "0" else value

    def number(self, name: str, otherwise: int = 0) -> int:
        """A whole number, also as text ("2") or with noughts after the point (2.0)."""
        value = self.raw.get(name)
        if value is None or value == "":
            return otherwise
        try:
            found = int(float(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
        except (ValueError, OverflowError):
            found = None
        if found is None or abs(found) > money.MOST:
            raise self._wrong(name, "number")
        return found

    def flag(self, name: str) -> bool:
        """True, 1 and "1" are true."""
        return self.raw.get(name) in (True, 1, "1", "true")

    def currency(self, name: str) -> str:
        """ISO 4217 in capitals."""
        try:
            return money.code(self.raw.get(name))
        except money.NotMoney as error:
            raise Unparsable(f"{self._at(name)}: {error}") from error

    def amount(self, name: str, currency: str) -> int:
        """An amount in the currency's units, as its smallest unit; missing and "" are 0."""
        value = self.raw.get(name)
        if not isinstance(value, str | int | float | None):
            raise self._wrong(name, "amount")
        try:
            return money.minor(value, currency)
        except money.NotMoney as error:
            raise Unparsable(f"{self._at(name)}: {error}") from error

    def moment(self, name: str, zone: tzinfo = UTC) -> datetime | None:
        """An instant in UTC: ISO 8601, or seconds since 1970; without a zone it is in `zone`. None for none.

        "0000-00-00 00:00:00" is what MySQL writes for none.
        """
        value = self.raw.get(name)
        if value is None or value == "" or (isinstance(value, str) and value.startswith("0000-00-00")):
            return None
        found = _moment(value, zone)
        if found is None:
            raise self._wrong(name, "date and time")
        return found

    def inner(self, name: str) -> Fields:
        """An object inside; an empty one when it is missing. An empty list counts as one: PHP cannot tell them."""
        value = self.raw.get(name)
        return Fields({} if value is None or value == [] else value, self._at(name))

    def each(self, name: str) -> Iterator[Fields]:
        """The objects of a list; none when it is missing."""
        value = self.raw.get(name)
        if value is None:
            return
        if not isinstance(value, list):
            raise self._wrong(name, "list")
        for at, one in enumerate(value):
            yield Fields(one, f"{self._at(name)}[{at}]")

    def texts(self, name: str) -> list[str]:
        """The texts of a list that are not empty; others are passed over."""
        value = self.raw.get(name)
        return [one.strip() for one in value if isinstance(one, str) and one.strip()] if isinstance(value, list) else []

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def _wrong(self, name: str, wanted: str) -> Unparsable:
        value = self.raw.get(name)
        plain = isinstance(value, str | int | float) and not isinstance(value, bool)
        shown = f" {value!r}"[:80] if plain else ""
        return Unparsable(f"{self._at(name)} is {_kind(value)}{shown} and no {wanted}")


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "the text", bool: "yes or no", type(None): "nothing"}
    return names.get(type(value), "the number")


def _moment(value: object, zone: tzinfo) -> datetime | None:
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC) if 0 <= value < LATEST else None
        found = datetime.fromisoformat(_SPACE.sub("", value.strip())) if isinstance(value, str) else None
        if found is None:
            return None
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
