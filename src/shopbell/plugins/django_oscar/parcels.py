"""Parcels from oscar's shipping events, which know lines and a note but no tracking number of their own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from shopbell.commerce.contract import Fields, ShipmentData, State
from shopbell.plugins.django_oscar.words import Words

LONG_AGO = datetime.min.replace(tzinfo=UTC)
_URL = re.compile(r"https?://\S+")
_NUMBER = re.compile(r"(?<![\w+])(?!\d{4}-\d\d-\d\d\b)(?=(?:[A-Z-]*\d){7})[A-Z0-9][A-Z0-9-]{7,34}\b", re.IGNORECASE)
_LABEL = re.compile(
    r"\b(tracking|track|trace|number|no|nr|sendungsnummer|sendung|id|code|ref|reference|via|by|with|mit|kood)\b[.:#]*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Event:
    """A shipping event: `lines` is remote id of the line → how many."""

    number: str
    type: str  # in lower case
    at: datetime | None
    notes: str
    lines: Mapping[str, int]


def events(order: Fields) -> list[Event]:
    """The order's shipping events, oldest first."""
    found = [
        Event(
            number=one.needed("id"),
            type=one.text("type").lower(),
            at=one.moment("date_created"),
            notes=one.text("notes"),
            lines=_quantities(one),
        )
        for one in order.each("shipping_events")
    ]
    return sorted(found, key=lambda one: (one.at or LONG_AGO, one.number))


def _quantities(event: Fields) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for one in event.each("lines"):
        counted[one.needed("line")] += one.number("quantity")
    return dict(counted)


def counted(happened: Iterable[Event], names: frozenset[str]) -> Counter[str]:
    """Line → how many of it have passed an event of these names."""
    found: Counter[str] = Counter()
    for event in happened:
        if event.type in names:
            found.update(event.lines)
    return found


def shipments(happened: list[Event], words: Words) -> tuple[ShipmentData, ...]:
    """One parcel for each shipping; it is delivered, or came back, when all its lines did so later."""
    found: list[ShipmentData] = []
    for event in happened:
        if event.type in words.shipped:
            found.append(_parcel(event))
        elif event.type in words.delivered:
            found = _moved(found, event, State.DELIVERED)
        elif event.type in words.returned:
            found = _moved(found, event, State.RETURNED)
    return tuple(found)


def _parcel(event: Event) -> ShipmentData:
    carrier, number, url = read_note(event.notes)
    return ShipmentData(
        remote_id=event.number,
        carrier=carrier,
        tracking_number=number,
        tracking_url=url,
        state=State.HANDED_OVER,
        shipped_at=event.at,
        lines=event.lines,
    )


def _moved(parcels: list[ShipmentData], event: Event, state: State) -> list[ShipmentData]:
    """Oldest first: each parcel takes from the event the lines it holds, while they last."""
    left = Counter(event.lines)
    moved = []
    for parcel in parcels:
        held = Counter(parcel.lines)
        if parcel.state != state and held and not held - left:
            left -= held
            delivered = event.at if state == State.DELIVERED else parcel.delivered_at
            parcel = replace(parcel, state=state, delivered_at=delivered)
        moved.append(parcel)
    return moved


def read_note(note: str) -> tuple[str, str, str]:
    """Carrier, tracking number and link from what the merchant wrote: "DHL 00340434161094015902".

    A number has at least seven digits in one piece of eight signs or more; what stands before it is the carrier.
    """
    link = _URL.search(note)
    plain = _URL.sub(" ", note)
    number = _NUMBER.search(plain)
    before = plain[: number.start()] if number else ""
    carrier = " ".join(_LABEL.sub(" ", before).split()).strip(" .,:;#-")
    return carrier[:50], number.group() if number else "", link.group() if link else ""
