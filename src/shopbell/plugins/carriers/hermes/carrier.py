"""Hermes Germany: the shipment information of its HSI interface."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from shopbell.commerce.contract import SettingsField, Tracking, TrackingData, ask
from shopbell.commerce.contract.reading import Fields
from shopbell.plugins.carriers import fields, opening, table, zones
from shopbell.plugins.carriers.polled import Polled, grant, happened, in_order, place

TABLE = table.of("hermes")


class Hermes(Polled):
    """Hermes with the credentials of a business customer."""

    label: ClassVar[str] = "Hermes"
    codes: ClassVar[table.Table] = TABLE
    serves: ClassVar[frozenset[str]] = frozenset({"hermes"})
    settings_form: ClassVar[tuple[SettingsField, ...]] = (
        fields.name("client_id", _("Client ID")),
        fields.key("client_secret", _("Client secret")),
        fields.user(),
        fields.password(),
        fields.address("https://de-api.hermesworld.com/services/hsi"),
        fields.token_address("https://authme.myhermes.de/authorization-facade/oauth2/access_token"),
    )

    def understand(self, raw: Any) -> list[Tracking]:
        parcels = Fields(opening.opened(raw)).each("shipmentinfo")
        return [self._parcel(one) for one in parcels if "status" in one]

    def _parcel(self, one: Fields) -> Tracking:
        return Tracking(
            number=one.text("shipmentID"),
            events=in_order([self._event(event) for event in one.each("status")]),
            expected_on=opening.day(one.inner("deliveryForecast").raw.get("date"), zones.of("DE", self.home)),
            carrier="hermes",
        )

    def _event(self, event: Fields) -> TrackingData | None:
        unit = event.inner("scanningUnit")
        return happened(
            TABLE,
            event.text("code"),
            opening.moment(event.raw.get("timestamp"), zones.of("DE", self.home)),
            text=event.text("description"),
            place=place(unit.text("city"), unit.text("countryCode")),
        )

    def answer(self, numbers: Sequence[str]) -> Any:
        query = urlencode({"shipmentID": numbers[0]})
        headers = {"Authorization": f"Bearer {self.token()}", "Accept-Language": "EN"}
        return ask("GET", f"{self.text('address')}/shipmentinfo?{query}", headers=headers).json()

    def new_token(self) -> tuple[str, int]:
        return grant(
            self.text("token_address"),
            grant_type="password",
            client_id=self.text("client_id"),
            client_secret=self.text("client_secret"),
            username=self.text("user"),
            password=self.text("password"),
        )
