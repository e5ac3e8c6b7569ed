"""Omniva: the feed of all events of a business customer's parcels (XML), and single events as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from shopbell.commerce.contract import SettingsField, Tracking, TrackingData, ask
from shopbell.commerce.contract.reading import Fields
from shopbell.plugins.carriers import fields, opening, table, zones
from shopbell.plugins.carriers.polled import Polled, happened, in_order

TABLE = table.of("omniva", "upu")
REACHES_BACK = timedelta(days=13)  # the feed gives two weeks at most


class Omniva(Polled):
    """Omniva in Estonia, Latvia and Lithuania. One question is answered about all parcels."""

    label: ClassVar[str] = "Omniva"
    codes: ClassVar[table.Table] = TABLE
    serves: ClassVar[frozenset[str]] = frozenset({"omniva"})
    at_once: ClassVar[int] = 500
    home: ClassVar[str] = "Europe/Tallinn"
    settings_form: ClassVar[tuple[SettingsField, ...]] = (
        fields.user(),
        fields.password(),
        fields.name("customer", _("Customer code"), required=False),
        fields.address("https://edixml.post.ee/epteavitus/events"),
    )

    def understand(self, raw: Any) -> list[Tracking]:
        answer = opening.opened(raw)
        if isinstance(answer, opening.Element):
            return _collected(self._feed(one) for one in opening.every(answer, "event"))
        entries = answer if isinstance(answer, list) else [answer]
        events = [event for one in entries for event in _events(Fields(one))]
        return _collected(self._single(event, barcode) for barcode, event in events)

    def _feed(self, event: opening.Element) -> tuple[str, TrackingData | None]:
        when, code = opening.inner(event, "eventDate"), opening.inner(event, "eventCode")
        text, where = opening.inner(event, "eventName"), opening.inner(event, "eventSource")
        return opening.inner(event, "packetCode"), self._made(code, when, text, where)

    def _single(self, event: Fields, barcode: str) -> tuple[str, TrackingData | None]:
        code = event.text("eventCode") or event.text("stateCode")
        text = event.text("eventName") or event.text("eventDescription")
        made = self._made(code, event.text("eventDate"), text, event.text("eventSource") or event.text("location"))
        return event.text("barcode") or event.text("packetCode") or barcode, made

    def _made(self, code: str, when: str, text: str, where: str) -> TrackingData | None:
        return happened(TABLE, code, opening.moment(when, zones.of("", self.home)), text=text, place=where)

    def answer(self, numbers: Sequence[str]) -> Any:
        since = (datetime.now(UTC) - REACHES_BACK).isoformat(timespec="seconds")
        customer = self.text("customer") or self.text("user")
        url = f"{self.text('address')}/from/{quote(since, safe='')}/for-client-code/{quote(customer, safe='')}"
        headers = {
            "Authorization": self.basic(self.text("user"), self.text("password")),
            "Accept": "application/xml",
        }
        return ask("GET", url, headers=headers).body

    def track(self, numbers: Sequence[str]) -> list[Tracking]:
        """Of the feed those that are asked about. Raises ShopError."""
        wanted = {number.upper() for number in numbers}
        return [one for one in self.understand(self.answer(numbers)) if one.number.upper() in wanted]


def _events(one: Fields) -> Iterable[tuple[str, Fields]]:
    """The events of a barcode, or the event that this is itself."""
    barcode = one.text("barcode")
    if "events" in one:
        return [(barcode, event) for event in one.each("events")]
    return [(barcode, one)]


def _collected(events: Iterable[tuple[str, TrackingData | None]]) -> list[Tracking]:
    found: dict[str, list[TrackingData | None]] = {}
    for number, event in events:
        found.setdefault(number, []).append(event)
    return [Tracking(number=number, events=in_order(made), carrier="omniva") for number, made in found.items()]
