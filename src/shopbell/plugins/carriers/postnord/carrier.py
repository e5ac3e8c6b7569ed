"""PostNord: Track & Trace (developer.postnord.com).

The status of an event is one of thirteen words for all its countries, and counts; the event's own code is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from shopbell.commerce.contract import SettingsField, Tracking, TrackingData, ask
from shopbell.commerce.contract.reading import Fields
from shopbell.plugins.carriers import fields, opening, table, zones
from shopbell.plugins.carriers.polled import Polled, happened, in_order, place

TABLE = table.of("postnord", "upu")


class PostNord(Polled):
    """PostNord in all its countries, with an API key."""

    label: ClassVar[str] = "PostNord"
    codes: ClassVar[table.Table] = TABLE
    serves: ClassVar[frozenset[str]] = frozenset({"postnord"})
    home: ClassVar[str] = "Europe/Stockholm"
    settings_form: ClassVar[tuple[SettingsField, ...]] = (
        fields.key(),
        fields.address("https://api2.postnord.com/rest/shipment/v7/trackandtrace/id"),
    )

    def understand(self, raw: Any) -> list[Tracking]:
        answer = Fields(opening.opened(raw)).inner("TrackingInformationResponse")
        return [self._item(shipment, item) for shipment in answer.each("shipments") for item in shipment.each("items")]

    def _item(self, shipment: Fields, item: Fields) -> Tracking:
        forecast = item.raw.get("estimatedTimeOfArrival") or shipment.raw.get("estimatedTimeOfArrival")
        country = shipment.inner("consignee").inner("address").text("countryCode")
        events = [self._event(event) for event in item.each("events")]
        return Tracking(
            number=item.text("itemId") or shipment.text("shipmentId"),
            events=in_order(events),
            expected_on=opening.day(forecast, zones.of(country, self.home)),
            carrier="postnord",
        )

    def _event(self, event: Fields) -> TrackingData | None:
        where = event.inner("location")
        country = where.text("countryCode")
        status, code = event.text("status") or event.text("eventStatus"), event.text("eventCode")
        return happened(
            TABLE,
            status or code,
            opening.moment(event.raw.get("eventTime"), zones.of(country, self.home)),
            text=event.text("eventDescription"),
            place=place(where.text("displayName") or where.text("name") or where.text("city"), country),
            kept=code or status,
        )

    def answer(self, numbers: Sequence[str]) -> Any:
        query = urlencode({"apikey": self.text("api_key"), "locale": "en"})
        url = f"{self.text('address')}/{quote(numbers[0], safe='')}/public?{query}"
        return ask("GET", url, reason=_said).json()


def _said(body: Any) -> str:
    return str(body["TrackingInformationResponse"]["compositeFault"]["faults"][0]["explanationText"])
