"""DHL Express: MyDHL API (JSON), and the older XML that some programs pass on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from shopbell.commerce.contract import SettingsField, Tracking, TrackingData, ask
from shopbell.commerce.contract.reading import Fields
from shopbell.plugins.carriers import fields, opening, table, zones
from shopbell.plugins.carriers.polled import Polled, happened, in_order

TABLE = table.of("dhl_express")


class Express(Polled):
    """DHL Express with the credentials of the MyDHL API."""

    label: ClassVar[str] = "DHL Express (MyDHL API)"
    codes: ClassVar[table.Table] = TABLE
    serves: ClassVar[frozenset[str]] = frozenset({"dhl_express"})
    settings_form: ClassVar[tuple[SettingsField, ...]] = (
        fields.user(),
        fields.password(),
        fields.address("https://express.api.dhl.com/mydhlapi"),
    )

    def understand(self, raw: Any) -> list[Tracking]:
        answer = opening.opened(raw)
        if isinstance(answer, opening.Element):
            return [self._waybill(one) for one in opening.every(answer, "AWBInfo") if _is_known(one)]
        return [self._shipment(one) for one in Fields(answer).each("shipments")]

    def _shipment(self, one: Fields) -> Tracking:
        return Tracking(
            number=one.text("shipmentTrackingNumber"),
            events=in_order([self._event(event) for event in one.each("events")]),
            expected_on=opening.day(one.raw.get("estimatedTimeOfDelivery"), zones.of("", self.home))
            or opening.day(one.raw.get("estimatedDeliveryDate"), zones.of("", self.home)),
            carrier="dhl_express",
        )

    def _event(self, event: Fields) -> TrackingData | None:
        areas = [area.text("description") for area in event.each("serviceArea")]
        when = f"{event.text('date')} {event.text('time')}".strip() + event.text("GMTOffset")
        return happened(
            TABLE,
            event.text("typeCode"),
            opening.moment(when, zones.of("", self.home)),
            text=event.text("description"),
            place=next((area for area in areas if area), ""),
        )

    def _waybill(self, one: opening.Element) -> Tracking:
        info = next(iter(opening.every(one, "ShipmentInfo")), None)
        forecast = opening.inner(info, "EstDlvyDate")
        return Tracking(
            number=opening.inner(one, "AWBNumber"),
            events=in_order([self._scan(event) for event in opening.every(one, "ShipmentEvent")]),
            expected_on=opening.day(forecast[:10], zones.of("", self.home)),
            carrier="dhl_express",
        )

    def _scan(self, event: opening.Element) -> TrackingData | None:
        when = f"{opening.inner(event, 'Date')} {opening.inner(event, 'Time')}".strip()
        return happened(
            TABLE,
            opening.inner(event, "ServiceEvent", "EventCode"),
            opening.moment(when, zones.of("", self.home)),
            text=opening.inner(event, "ServiceEvent", "Description"),
            place=re.sub(r"\s+", " ", opening.inner(event, "ServiceArea", "Description")),
        )

    def answer(self, numbers: Sequence[str]) -> Any:
        return ask(
            "GET",
            f"{self.text('address')}/shipments/{quote(numbers[0], safe='')}/tracking?trackingView=all-checkpoints",
            headers={"Authorization": self.basic(self.text("user"), self.text("password"))},
            reason=lambda body: body.get("detail") or body.get("title"),
        ).json()


def _is_known(waybill: opening.Element) -> bool:
    return next(opening.every(waybill, "ShipmentInfo"), None) is not None
