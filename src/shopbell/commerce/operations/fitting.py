"""What of a shop's objects the mirror has no room for: one such object is noted as broken, the others are mirrored."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

LONGEST_ID = 100
MOST_COUNTED = 2**31 - 1
MOST_MONEY = 10**18  # of the smallest unit: sums of it fit 64 bits
MOST_PARTS = 10_000
COUNTS = frozenset({"quantity", "fulfilled", "returned", "refunded", "stock"})


def trouble(item: Any, of: str = "") -> str:
    """Why this object cannot be kept, in words for a person; "" when it can."""
    found = (_field(getattr(item, one.name), one.name, of) for one in fields(item) if one.name != "raw")
    return next((why for why in found if why), "")


def _field(value: Any, name: str, of: str) -> str:
    shown = f"{of}{name}"
    if isinstance(value, bool):
        return ""
    if isinstance(value, int):
        most = MOST_COUNTED if name in COUNTS else MOST_MONEY
        return f"{shown} is {value}, which nothing can be" if abs(value) > most else ""
    if isinstance(value, str):
        return _identifier(value, shown) if name.endswith("_id") else ""
    if isinstance(value, tuple):
        if len(value) > MOST_PARTS:
            return f"{shown} are {len(value)}, which is too many"
        found = (trouble(part, f"{name}.") for part in value if is_dataclass(part))
        return next((why for why in found if why), "")
    return ""


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
