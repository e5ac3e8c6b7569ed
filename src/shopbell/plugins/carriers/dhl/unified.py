"""DHL, "Shipment Tracking – Unified": one address for all its companies (developer.dhl.com)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from shopbell.commerce.contract import Asked, SettingsField, State, Tracking, TrackingData, ask
from shopbell.commerce.contract.reading import Fields
from shopbell.plugins.carriers import fields, opening, table, texts, zones
from shopbell.plugins.carriers.polled import Polled, happened, in_order, place

TABLE = table.of("dhl", "dhl_parcel_de")
# Its five codes are coarse: "transit" is also said of a parcel that waits in a Packstation. Its words make a code more
# exact, and only within what the code allows.
_EXACTER = {
    State.IN_TRANSIT: {
        *(State.OUT_FOR_DELIVERY, State.AVAILABLE_FOR_PICKUP, State.CUSTOMS, State.ATTEMPT_FAILED, State.RETURNING),
    },
    State.DELIVERED: {State.AVAILABLE_FOR_PICKUP, State.RETURNED},
    State.ATTEMPT_FAILED: {State.EXCEPTION, State.RETURNING, State.RETURNED, State.AVAILABLE_FOR_PICKUP},
}


class Unified(Polled):
    """DHL with an API key; 250 questions a day until DHL raises it."""

    label: ClassVar[str] = "DHL (Unified Tracking)"
    codes: ClassVar[table.Table] = TABLE
    serves: ClassVar[frozenset[str]] = frozenset({"dhl", "dhl_express", "dhl_parcel"})
    settings_form: ClassVar[tuple[SettingsField, ...]] = (
        fields.key(),
        fields.address("https://api-eu.dhl.com/track/shipments"),
    )

    def understand(self, raw: Any) -> list[Tracking]:
        answer = Fields(opening.opened(raw))
        return [self._shipment(one) for one in answer.each("shipments")]

    def _shipment(self, one: Fields) -> Tracking:
        events = [self._event(event) for event in one.each("events")]
        if not events and "status" in one:
            events = [self._event(one.inner("status"))]
        country = one.inner("destination").inner("address").text("countryCode")
        is_express = one.text("service").startswith("express")
        return Tracking(
            number=one.text("id"),
            events=in_order(events),
            expected_on=opening.day(one.raw.get("estimatedTimeOfDelivery"), zones.of(country, self.home)),
            carrier="dhl_express" if is_express else "dhl",
        )

    def _event(self, event: Fields) -> TrackingData | None:
        address = event.inner("location").inner("address")
        country = address.text("countryCode")
        said = [event.text(name) for name in ("status", "description")]
        made = happened(
            TABLE,
            event.text("statusCode"),
            opening.moment(event.raw.get("timestamp"), zones.of(country, self.home)),
            text=next((one for one in reversed(said) if one), ""),
            place=place(address.text("addressLocality"), country),
        )
        return _exacter(made, said) if made else None

    def answer(self, numbers: Sequence[str]) -> Any:
        return self._ask(numbers[0]).json()

    def _ask(self, number: str) -> Asked:
        query = urlencode({"trackingNumber": number, "language": "en"})
        return ask(
            "GET",
            f"{self.text('address')}?{query}",
            headers={"DHL-API-Key": self.text("api_key")},
            reason=lambda body: body.get("detail") or body.get("title"),
        )


def _exacter(event: TrackingData, said: Sequence[str]) -> TrackingData:
    allowed = _EXACTER.get(event.state, set())
    for one in said:
        state, reason = texts.read(one)
        if state in allowed:
            return replace(event, state=state, reason=reason)
    return event
