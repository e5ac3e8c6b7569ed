"""Itella, SmartPosti and Posti: events as their interfaces give them.

Posti gives events in words and one code for the whole parcel; its interfaces differ by contract, so the address comes
from the merchant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from shopbell.commerce.contract import SettingsField, State, Tracking, TrackingData, ask
from shopbell.commerce.contract.reading import Fields
from shopbell.plugins.carriers import fields, opening, table, zones
from shopbell.plugins.carriers.polled import Polled, happened, in_order, with_state

TABLE = table.of("itella", "upu")
NUMBER = "{number}"


class Itella(Polled):
    """SmartPosti (Itella) in the Baltics and Posti in Finland, at the address of the merchant's contract."""

    label: ClassVar[str] = "SmartPosti (Itella), Posti"
    codes: ClassVar[table.Table] = TABLE
    serves: ClassVar[frozenset[str]] = frozenset({"itella"})
    home: ClassVar[str] = "Europe/Helsinki"
    settings_form: ClassVar[tuple[SettingsField, ...]] = (
        SettingsField(
            path="address",
            label=_("Address of the interface"),
            required=True,
            help=_("As your contract says, with {number} where the number of the parcel goes."),
        ),
        fields.key(),
    )

    def understand(self, raw: Any) -> list[Tracking]:
        answer = opening.opened(raw)
        if isinstance(answer, dict):
            answer = next((answer[name] for name in ("shipments", "parcels", "items") if name in answer), [answer])
        return [self._parcel(Fields(one)) for one in (answer if isinstance(answer, list) else [answer])]

    def _parcel(self, one: Fields) -> Tracking:
        events = in_order([self._event(event) for event in one.each("events")])
        state = one.raw.get("status")
        code = Fields(state).text("main") if isinstance(state, dict) else one.text("status")
        forecast = one.raw.get("estimatedDeliveryTime") or one.raw.get("estimatedDelivery")
        return Tracking(
            number=one.text("displayId") or one.text("barcode") or one.text("trackingCode"),
            events=_returned(events) if TABLE.read(code)[0] == State.RETURNED else events,
            expected_on=opening.day(forecast, zones.of("FI", self.home)),
            carrier="itella",
        )

    def _event(self, event: Fields) -> TrackingData | None:
        text = event.text("eventDescription") or event.text("description") or event.text("name")
        when = next((event.raw[name] for name in ("timestamp", "eventTime", "date") if name in event), None)
        code = event.text("eventCode") or event.text("code")
        where = event.text("city") or event.text("locationName")
        return happened(TABLE, code, opening.moment(when, zones.of("FI", self.home)), text=text, place=where)

    def answer(self, numbers: Sequence[str]) -> Any:
        url = self.text("address").replace(NUMBER, quote(numbers[0], safe=""))
        return ask("GET", url, headers={"Authorization": f"Bearer {self.text('api_key')}"}).json()


def _returned(events: tuple[TrackingData, ...]) -> tuple[TrackingData, ...]:
    """A parcel that came back was delivered, too: to its sender."""
    return tuple(
        with_state(event, State.RETURNED) if event.state == State.DELIVERED and event is events[-1] else event
        for event in events
    )
