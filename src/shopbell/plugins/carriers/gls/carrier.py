"""GLS Group: Track and Trace v1 (dev-portal.gls-group.net)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from shopbell.commerce.contract import SettingsField, Tracking, TrackingData, ask
from shopbell.commerce.contract.reading import Fields
from shopbell.plugins.carriers import fields, opening, table, zones
from shopbell.plugins.carriers.polled import Polled, granted, happened, in_order, place

TABLE = table.of("gls")


class Gls(Polled):
    """GLS with the key and secret of an application."""

    label: ClassVar[str] = "GLS"
    codes: ClassVar[table.Table] = TABLE
    serves: ClassVar[frozenset[str]] = frozenset({"gls"})
    at_once: ClassVar[int] = 10
    settings_form: ClassVar[tuple[SettingsField, ...]] = (
        fields.key(),
        fields.key("api_secret", _("API secret")),
        fields.address("https://api.gls-group.net/track-and-trace-v1/tracking/simple/trackids"),
        fields.token_address("https://api.gls-group.net/oauth2/v2/token"),
    )

    def understand(self, raw: Any) -> list[Tracking]:
        parcels = Fields(opening.opened(raw)).each("parcels")
        return [self._parcel(one) for one in parcels if "errorCode" not in one]

    def _parcel(self, one: Fields) -> Tracking:
        """The parcel's own state stands beside its events, and is news where it is younger than all of them."""
        events = [event for event in (self._event(event) for event in one.each("events")) if event]
        state = self._state(one)
        if state and all(state.occurred_at > event.occurred_at for event in events):
            events.insert(0, state) if len(events) > 1 and _newest_first(events) else events.append(state)
        return Tracking(number=one.text("requested") or one.text("unitno"), events=in_order(events), carrier="gls")

    def _event(self, event: Fields) -> TrackingData | None:
        country = event.text("country")
        return happened(
            TABLE,
            event.text("code"),
            opening.moment(event.raw.get("eventDateTime"), zones.of(country, self.home)),
            text=event.text("description"),
            place=place(event.text("city"), country),
        )

    def _state(self, one: Fields) -> TrackingData | None:
        when = opening.moment(one.raw.get("statusDateTime"), zones.of("", self.home))
        return happened(TABLE, one.text("status"), when) if one.text("status") else None

    def answer(self, numbers: Sequence[str]) -> Any:
        ids = ",".join(quote(number, safe="") for number in numbers)
        return ask(
            "GET",
            f"{self.text('address')}/{ids}?showEvents=true",
            headers={"Authorization": f"Bearer {self.token()}", "Accept-Language": "en"},
        ).json()

    def new_token(self) -> tuple[str, int]:
        headers = {"Authorization": self.basic(self.text("api_key"), self.text("api_secret"))}
        form = {"grant_type": "client_credentials"}
        return granted(ask("POST", self.text("token_address"), headers=headers, data=form))


def _newest_first(events: Sequence[TrackingData]) -> bool:
    return events[0].occurred_at > events[-1].occurred_at
