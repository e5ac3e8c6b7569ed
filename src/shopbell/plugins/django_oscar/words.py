"""What a shop calls things: oscar leaves the names of statuses and events to each shop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class Words:
    """Names in lower case. What is in none of the lists is not guessed at."""

    shipped: frozenset[str]
    delivered: frozenset[str]
    returned: frozenset[str]
    cancelled: frozenset[str]
    refunded: frozenset[str]

    DEFAULTS: ClassVar[Mapping[str, str]] = {
        "shipped": "Shipped, Dispatched",
        "delivered": "Delivered",
        "returned": "Returned",
        "cancelled": "Cancelled, Canceled",
        "refunded": "Refunded, Refund",
    }

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Words:
        """As the merchant listed them in the connection's settings, separated by commas."""
        given = settings.get("words") or {}
        return cls(**{name: _names(given.get(name) or usual) for name, usual in cls.DEFAULTS.items()})


def _names(text: object) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in str(text).split(",") if name.strip())
