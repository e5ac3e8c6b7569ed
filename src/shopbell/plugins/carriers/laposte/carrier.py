"""La Poste, Colissimo and, through La Poste, Chronopost: "Suivi" v2 (developer.laposte.fr)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from shopbell.commerce.contract import SettingsField, Tracking, TrackingData, ask
from shopbell.commerce.contract.reading import Fields
from shopbell.plugins.carriers import fields, opening, table, zones
from shopbell.plugins.carriers.polled import Polled, happened, in_order

TABLE = table.of("laposte")
_BRANDS = {"colissimo": "colissimo", "chronopost": "chronopost"}


class LaPoste(Polled):
    """La Poste with an Okapi key."""

    label: ClassVar[str] = "La Poste, Colissimo"
    codes: ClassVar[table.Table] = TABLE
    serves: ClassVar[frozenset[str]] = frozenset({"laposte", "colissimo", "chronopost"})
    at_once: ClassVar[int] = 10
    home: ClassVar[str] = "Europe/Paris"
    settings_form: ClassVar[tuple[SettingsField, ...]] = (
        fields.key("api_key", "X-Okapi-Key"),
        fields.address("https://api.laposte.fr/suivi/v2/idships"),
    )

    def understand(self, raw: Any) -> list[Tracking]:
        answer = opening.opened(raw)
        entries = [Fields(one) for one in (answer if isinstance(answer, list) else [answer])]
        return [self._shipment(one.inner("shipment")) for one in entries if "shipment" in one]

    def _shipment(self, one: Fields) -> Tracking:
        forecast = one.raw.get("estimDate") if not one.flag("isFinal") else None
        return Tracking(
            number=one.text("idShip"),
            events=in_order([self._event(event) for event in one.each("event")]),
            expected_on=opening.day(forecast, zones.of("FR", self.home)),
            carrier=_BRANDS.get(one.text("product").lower(), "laposte"),
        )

    def _event(self, event: Fields) -> TrackingData | None:
        when = opening.moment(event.raw.get("date"), zones.of("FR", self.home))
        return happened(TABLE, event.text("code"), when, text=event.text("label"), place=event.text("country"))

    def answer(self, numbers: Sequence[str]) -> Any:
        ids = ",".join(quote(number, safe="") for number in numbers)
        return ask(
            "GET",
            f"{self.text('address')}/{ids}?lang=en_GB",
            headers={"X-Okapi-Key": self.text("api_key")},
            reason=lambda body: body.get("returnMessage"),
        ).json()
