"""What of a shop's objects the mirror has no room for: one such object is noted as broken, the others are mirrored."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

LONGEST_ID = 100
MOST_COUNTED = 2**31 - 1
MOST_MONEY = 10**18  # of the smallest unit: sums of it fit 64 bits
MOST_PARTS = 10_000
COUNTS = frozenset({"quantity", "fulfilled", "returned", "refunded", "stock"})
_FIELDS: dict[type[Any], tuple[str, ...]] = {}


def trouble(item: Any, of: str = "") -> str:
    """Why this object cannot be kept, in words for a person; "" when it can."""
    for name in _names(type(item)):
        why = _field(getattr(item, name), name, of)
        if why:
            return why
    return ""


def _names(kind: type[Any]) -> tuple[str, ...]:
    """The fields that may not fit: numbers, lists and what the far side calls things."""
    if kind not in _FIELDS:
        numbers = [one.name for one in fields(kind) if str(one.type).startswith(("int", "tuple"))]
        _FIELDS[kind] = (*numbers, *(one.name for one in fields(kind) if one.name.endswith("_id")))
    return _FIELDS[kind]


def _field(value: Any, name: str, of: str) -> str:
    if isinstance(value, int):
        most = MOST_COUNTED if name in COUNTS else MOST_MONEY
        return f"{of}{name} is {value}, which nothing can be" if abs(value) > most else ""
    if isinstance(value, str):
        return _identifier(value, f"{of}{name}")
    return _parts(value, name) if isinstance(value, tuple) else ""


def _parts(parts: tuple[Any, ...], name: str) -> str:
    if len(parts) > MOST_PARTS:
        return f"{name} are {len(parts)}, which is too many"
    found = (trouble(part, f"{name}.") for part in parts if is_dataclass(part))
    return next((why for why in found if why), "")


def _identifier(value: str, shown: str) -> str:
    if len(value) > LONGEST_ID:
        return f"{shown} is longer than {LONGEST_ID} characters"
    return f"{shown} holds signs that cannot be kept" if "\0" in value or not _is_text(value) else ""


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return True
