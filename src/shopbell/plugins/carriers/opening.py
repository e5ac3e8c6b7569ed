"""Take apart what carriers answer: JSON and XML, dates in their many spellings. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, tzinfo
from json import JSONDecodeError, loads
from typing import Any
from xml.etree import ElementTree

from shopbell.commerce.contract import Unparsable

Element = ElementTree.Element
_SPELLINGS = (
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p",
    "%Y%m%d%H%M%S", "%Y%m%d %H%M%S", "%Y%m%d%H%M", "%Y%m%d", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M",
)  # fmt: skip
_MILLISECONDS_FROM = 100_000_000_000  # a count of seconds that large lies in the year 5138


def opened(raw: Any) -> Any:
    """JSON as its objects, XML as its root; what is open already as it is. Raises Unparsable."""
    if isinstance(raw, bytes | bytearray | memoryview):
        raw = bytes(raw).decode("utf-8-sig", "replace")
    if not isinstance(raw, str):
        return raw
    plain = raw.strip().lstrip("\ufeff")
    return _xml(plain) if plain.startswith("<") else _json(plain)


def _json(plain: str) -> Any:
    try:
        return loads(plain)
    except (JSONDecodeError, RecursionError) as error:
        raise Unparsable("the answer is neither JSON nor XML") from error


def _xml(plain: str) -> Element:
    if "<!DOCTYPE" in plain or "<!ENTITY" in plain:
        raise Unparsable("the answer declares a document type, which no carrier's does")
    try:
        return ElementTree.fromstring(re.sub(r"^<\?xml[^>]*\?>", "", plain))
    except ElementTree.ParseError as error:
        raise Unparsable(f"the answer is no XML: {error}") from error


def root(raw: Any) -> Element:
    """The root of an answer in XML. Raises Unparsable."""
    found = opened(raw)
    if not isinstance(found, Element):
        raise Unparsable("the answer is no XML")
    return found


def every(element: Element, name: str) -> Iterator[Element]:
    """The elements of a name at any depth, whatever their namespace."""
    return (one for one in element.iter() if isinstance(one.tag, str) and one.tag.rpartition("}")[2] == name)


def inner(element: Element | None, *names: str) -> str:
    """The text at a path of names below an element; "" where there is none."""
    for name in names:
        if element is None:
            return ""
        element = next((one for one in element if str(one.tag).rpartition("}")[2] == name), None)
    return "" if element is None else " ".join("".join(element.itertext()).split())


def moment(value: object, zone: tzinfo) -> datetime | None:
    """An instant in UTC of ISO 8601, a count since 1970, or a spelling carriers use; without a zone it is in `zone`.

    None for none. Raises Unparsable.
    """
    if value is None or value == "":
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _counted(value)
    found = _spelt(str(value).strip())
    if found is None:
        raise Unparsable(f"{str(value)[:60]!r} is no date and time")
    try:
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError as error:
        raise Unparsable(f"{str(value)[:60]!r} is no date and time") from error


def _counted(value: float) -> datetime:
    try:
        return datetime.fromtimestamp(value / 1000 if value >= _MILLISECONDS_FROM else value, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise Unparsable(f"{value} is no date and time") from error


def _spelt(value: str) -> datetime | None:
    with suppress(ValueError, OverflowError):
        return datetime.strptime(value, "%Y%m%d") if re.fullmatch(r"\d{8}", value) else datetime.fromisoformat(value)
    for spelling in _SPELLINGS:
        with suppress(ValueError):
            return datetime.strptime(value, spelling)
    return None


def day(value: object, zone: tzinfo) -> date | None:
    """The day of a forecast, on the calendar where the parcel goes; None for what cannot be read: it is but a hope."""
    with suppress(Unparsable, OverflowError, ValueError):
        if isinstance(value, str) and re.fullmatch(
            r"\d{4}-\d\d-\d\d([T ]00:00(:00(\.0+)?)?(Z|\+00:00)?)?", value.strip()
        ):
            return date.fromisoformat(value.strip()[:10])  # midnight stands for "some time that day"
        found = moment(value, zone)
        return found.astimezone(zone).date() if found else None
    return None
