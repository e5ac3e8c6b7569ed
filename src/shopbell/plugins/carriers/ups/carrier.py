"""UPS: Track API (developer.ups.com).

An activity has a code, a status number and a type. The code is the most exact and the type the least; the first that is
known counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from shopbell.commerce.contract import SettingsField, State, Tracking, TrackingData, ask
from shopbell.commerce.contract.reading import Fields
from shopbell.plugins.carriers import fields, opening, table, zones
from shopbell.plugins.carriers.polled import Polled, granted, happened, in_order, place

TABLE = table.of("ups")
_FORECASTS = ("RDD", "SDD", "")  # rescheduled before scheduled; "DEL" is when it was delivered


class Ups(Polled):
    """UPS with the client of an application."""

    label: ClassVar[str] = "UPS"
    codes: ClassVar[table.Table] = TABLE
    families: ClassVar[tuple[str, ...]] = ("TYPE:",)
    serves: ClassVar[frozenset[str]] = frozenset({"ups"})
    home: ClassVar[str] = "America/New_York"
    settings_form: ClassVar[tuple[SettingsField, ...]] = (
        fields.name("client_id", _("Client ID")),
        fields.key("client_secret", _("Client secret")),
        fields.address("https://onlinetools.ups.com/api/track/v1/details"),
        fields.token_address("https://onlinetools.ups.com/security/v1/oauth/token"),
    )

    def understand(self, raw: Any) -> list[Tracking]:
        shipments = Fields(opening.opened(raw)).inner("trackResponse").each("shipment")
        return [self._package(one, package) for one in shipments for package in one.each("package")]

    def _package(self, shipment: Fields, package: Fields) -> Tracking:
        events = [self._activity(one) for one in package.each("activity")]
        number = package.text("trackingNumber")
        return Tracking(
            number=number if number.startswith("1Z") else shipment.text("inquiryNumber") or number,
            events=in_order(events),
            expected_on=_forecast(package),
            carrier="ups",
        )

    def _activity(self, one: Fields) -> TrackingData | None:
        status, address = one.inner("status"), one.inner("location").inner("address")
        country = address.text("countryCode") or address.text("country")
        number = status.text("statusCode")
        used = best(status.text("code"), number, status.text("type"))
        return happened(
            TABLE,
            used,
            _moment(one, zones.of(country, self.home)),
            text=status.text("description"),
            place=place(address.text("city"), country),
            kept=status.text("code") or number or status.text("type"),
        )

    def answer(self, numbers: Sequence[str]) -> Any:
        headers = {
            "Authorization": f"Bearer {self.token()}",
            "transId": "shopbell",
            "transactionSrc": "shopbell",
        }
        number = quote(numbers[0], safe="")
        return ask("GET", f"{self.text('address')}/{number}?locale=en_US", headers=headers, reason=_said).json()

    def new_token(self) -> tuple[str, int]:
        headers = {"Authorization": self.basic(self.text("client_id"), self.text("client_secret"))}
        form = {"grant_type": "client_credentials"}
        return granted(ask("POST", self.text("token_address"), headers=headers, data=form))


def best(code: str, number: str, kind: str) -> str:
    """Which of an activity's three codes to ask the table for."""
    choices = [one for one in (code, number.zfill(3) if number else "", f"TYPE:{kind}" if kind else "") if one]
    known = [one for one in choices if (row := TABLE.find(one)) and row.state != State.UNKNOWN]
    return known[0] if known else (choices or [""])[0]


def _moment(one: Fields, zone: ZoneInfo) -> datetime | None:
    """UPS's universal time where it gives it, else the local one."""
    if one.text("gmtDate") and one.text("gmtTime"):
        when = f"{one.text('gmtDate')} {one.text('gmtTime').replace(':', '')}"
        return opening.moment(when, ZoneInfo("UTC"))
    return opening.moment(f"{one.text('date')} {one.text('time').replace(':', '')}".strip(), zone)


def _forecast(package: Fields) -> Any:
    days = {one.text("type").upper(): one.text("date") for one in package.each("deliveryDate")}
    return next((day for kind in _FORECASTS if (day := opening.day(days.get(kind), ZoneInfo("UTC"))) is not None), None)


def _said(body: Any) -> str:
    return str(body["response"]["errors"][0]["message"])
