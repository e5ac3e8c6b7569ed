"""AfterShip: one account for hundreds of carriers, by webhook and by question (aftership.com/docs/tracking)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from shopbell.commerce.contract import SettingsField, State, Tracking, TrackingData, ask
from shopbell.commerce.contract.reading import Fields
from shopbell.plugins.carriers import fields, opening, table, zones
from shopbell.plugins.carriers.polled import Polled, happened, in_order, place, signed

TABLE = table.of("aftership")


class AfterShip(Polled):
    """AfterShip Tracking with an API key; pushes are signed with the webhook secret."""

    label: ClassVar[str] = "AfterShip"
    codes: ClassVar[table.Table] = TABLE
    has_webhooks: ClassVar[bool] = True
    at_once: ClassVar[int] = 50
    home: ClassVar[str] = "UTC"
    settings_form: ClassVar[tuple[SettingsField, ...]] = (
        fields.key(),
        SettingsField(
            path="webhook_secret",
            label=_("Webhook secret"),
            kind="password",
            secret=True,
            help=_("From the webhook's settings at AfterShip. Without it pushes are refused."),
        ),
        fields.address("https://api.aftership.com/tracking/2025-07/trackings"),
    )

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> None:
        """Header aftership-hmac-sha256: base64 over the raw body. Raises Forged."""
        signed(body, self.text("webhook_secret"), headers.get("aftership-hmac-sha256", ""), as_hex=False)

    def understand(self, raw: Any) -> list[Tracking]:
        answer = Fields(opening.opened(raw))
        if "msg" in answer:
            return [self._tracking(answer.inner("msg"))]
        data = answer.inner("data")
        if "trackings" in data:
            return [self._tracking(one) for one in data.each("trackings")]
        single = data.inner("tracking") if "tracking" in data else data if "tracking_number" in data else answer
        return [self._tracking(single)] if "tracking_number" in single else []

    def _tracking(self, one: Fields) -> Tracking:
        events = [self._checkpoint(point) for point in one.each("checkpoints")]
        if not events:
            when = opening.moment(one.raw.get("updated_at"), zones.of("", self.home))
            events = [happened(TABLE, one.text("subtag") or one.text("tag"), when)] if one.text("tag") else []
        return Tracking(
            number=one.text("tracking_number"),
            events=in_order(events),
            expected_on=_forecast(one),
            carrier=one.text("slug"),
        )

    def _checkpoint(self, point: Fields) -> TrackingData | None:
        country = point.text("country_region") or point.text("country_iso3")
        tag, subtag = point.text("tag"), point.text("subtag")
        known = (row := TABLE.find(subtag)) and (row.state != State.UNKNOWN or subtag.startswith("Expired"))
        return happened(
            TABLE,
            subtag if known else tag or subtag,
            opening.moment(point.raw.get("checkpoint_time"), zones.of(country[:2], self.home)),
            text=point.text("message"),
            place=place(point.text("city") or point.text("location"), country),
            kept=subtag or tag,
        )

    def answer(self, numbers: Sequence[str]) -> Any:
        query = urlencode({"tracking_numbers": ",".join(numbers), "limit": 200})
        return ask(
            "GET",
            f"{self.text('address')}?{query}",
            headers={"as-api-key": self.text("api_key")},
            reason=lambda body: body["meta"]["message"],
        ).json()


def _forecast(one: Fields) -> date | None:
    zone = zones.of("", "UTC")
    estimates = [one.raw.get(name) for name in ("latest_estimated_delivery", "courier_estimated_delivery_date")]
    plain = [
        each.get("datetime") or each.get("estimated_delivery_date") for each in estimates if isinstance(each, dict)
    ]
    values = [*plain, one.raw.get("expected_delivery")]
    days = [opening.day(value[:10] if isinstance(value, str) else None, zone) for value in values]
    return next((day for day in days if day), None)
