"""FedEx: Track API (developer.fedex.com)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from shopbell.commerce.contract import SettingsField, Tracking, TrackingData, ask
from shopbell.commerce.contract.reading import Fields
from shopbell.plugins.carriers import fields, opening, table, zones
from shopbell.plugins.carriers.polled import Polled, grant, happened, in_order, place

TABLE = table.of("fedex")
_MISHAPS = {"DE", "SE", "DY", "DD"}  # events whose exception code says what it is
_FORECASTS = ("ESTIMATED_DELIVERY", "APPOINTMENT_DELIVERY", "COMMITMENT")


class Fedex(Polled):
    """FedEx with the key and secret of a project."""

    label: ClassVar[str] = "FedEx"
    codes: ClassVar[table.Table] = TABLE
    families: ClassVar[tuple[str, ...]] = ("EXC:",)
    serves: ClassVar[frozenset[str]] = frozenset({"fedex"})
    at_once: ClassVar[int] = 30
    home: ClassVar[str] = "America/New_York"
    settings_form: ClassVar[tuple[SettingsField, ...]] = (
        fields.key(),
        fields.key("api_secret", _("Secret key")),
        fields.address("https://apis.fedex.com/track/v1/trackingnumbers"),
        fields.token_address("https://apis.fedex.com/oauth/token"),
    )

    def understand(self, raw: Any) -> list[Tracking]:
        answers = Fields(opening.opened(raw)).inner("output").each("completeTrackResults")
        found = [self._newest(one) for one in answers]
        return [one for one in found if one is not None]

    def _newest(self, answer: Fields) -> Tracking | None:
        """FedEx uses numbers again: of several parcels with one number the youngest is meant."""
        parcels = [self._parcel(one) for one in answer.each("trackResults")]
        parcels = [one for one in parcels if one.events]
        newest = max(parcels, key=lambda one: one.events[-1].occurred_at, default=None)
        return newest and replace(newest, number=answer.text("trackingNumber") or newest.number)

    def _parcel(self, one: Fields) -> Tracking:
        return Tracking(
            number=one.inner("trackingNumberInfo").text("trackingNumber"),
            events=in_order([self._scan(event) for event in one.each("scanEvents")]),
            expected_on=_forecast(one, self.home),
            carrier="fedex",
        )

    def _scan(self, event: Fields) -> TrackingData | None:
        where = event.inner("scanLocation")
        country = where.text("countryCode")
        kind, mishap = event.text("eventType") or event.text("derivedStatusCode"), event.text("exceptionCode")
        texts = [event.text(name) for name in ("eventDescription", "exceptionDescription")]
        return happened(
            TABLE,
            _code(kind, mishap),
            opening.moment(event.raw.get("date"), zones.of(country, self.home)),
            text=": ".join(one for one in texts if one),
            place=place(where.text("city"), country),
            kept=f"{kind}/{mishap}" if mishap and kind in _MISHAPS else kind,
        )

    def answer(self, numbers: Sequence[str]) -> Any:
        wanted = [{"trackingNumberInfo": {"trackingNumber": number}} for number in numbers]
        return ask(
            "POST",
            self.text("address"),
            headers={"Authorization": f"Bearer {self.token()}", "X-locale": "en_US"},
            json={"includeDetailedScans": True, "trackingInfo": wanted},
            reason=lambda body: body["errors"][0]["message"],
        ).json()

    def new_token(self) -> tuple[str, int]:
        return grant(
            self.text("token_address"),
            grant_type="client_credentials",
            client_id=self.text("api_key"),
            client_secret=self.text("api_secret"),
        )


def _code(kind: str, mishap: str) -> str:
    if kind in _MISHAPS and mishap:
        choices = (f"{kind}:{mishap}", f"EXC:{mishap}")
        return next((one for one in choices if TABLE.find(one)), kind)
    return kind


def _forecast(one: Fields, home: str) -> date | None:
    country = one.inner("recipientInformation").inner("address").text("countryCode")
    given = {entry.text("type"): entry.raw.get("dateTime") for entry in one.each("dateAndTimes")}
    ends = one.inner("estimatedDeliveryTimeWindow").inner("window").raw.get("ends")
    days = [_day(value, home, country) for value in (*(given.get(name) for name in _FORECASTS), ends)]
    return next((day for day in days if day), None)


def _day(value: Any, home: str, country: str) -> date | None:
    """FedEx writes local days with zones that are not the recipient's: the day as it is written counts."""
    return opening.day(value[:10] if isinstance(value, str) else None, zones.of(country, home))
