"""DHL Paket (Germany), "Parcel DE Tracking": XML with event codes (ICE), reasons (RIC) and the standard event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode
from xml.etree import ElementTree

from django.utils.translation import gettext_lazy as _

from shopbell.commerce.contract import (
    AuthFailed,
    Refused,
    SettingsField,
    State,
    Tracking,
    TrackingData,
    Transient,
    ask,
)
from shopbell.plugins.carriers import fields, opening, table, zones
from shopbell.plugins.carriers.polled import Polled, happened, in_order, place, with_state

TABLE = table.of("dhl_parcel_de", "dhl")
NOT_FOUND = {"100", "200"}  # no data; no data yet
REFUSED_LOGIN = {"5", "6", "62", "64"}
_VAGUE = {State.IN_TRANSIT, State.UNKNOWN}  # the standard event may know it better: loaded on which vehicle
_BACK = {State.DELIVERED: State.RETURNED}


class ParcelDe(Polled):
    """DHL Paket with the credentials of a business customer."""

    label: ClassVar[str] = "DHL Paket (Parcel DE)"
    codes: ClassVar[table.Table] = TABLE
    serves: ClassVar[frozenset[str]] = frozenset({"dhl"})
    settings_form: ClassVar[tuple[SettingsField, ...]] = (
        fields.key(),
        fields.key("api_secret", _("API secret")),
        fields.user(),
        fields.password(),
        fields.address("https://api-eu.dhl.com/parcel/de/tracking/v0/shipments"),
    )

    def understand(self, raw: Any) -> list[Tracking]:
        root = opening.root(raw)
        pieces = [one for one in opening.every(root, "data") if one.get("name") == "piece-shipment"]
        return [self._piece(one) for one in pieces if one.get("error-status", "0") in ("", "0")]

    def _piece(self, piece: opening.Element) -> Tracking:
        events = [one for one in opening.every(piece, "data") if one.get("name") == "piece-event"]
        is_back = piece.get("ruecksendung") == "true"
        made = [self._event(one, is_back) for one in events] or [self._current(piece, is_back)]
        country = piece.get("dest-country") or "DE"
        return Tracking(
            number=piece.get("piece-code") or piece.get("searched-piece-code") or "",
            events=in_order(made),
            expected_on=opening.day(piece.get("delivery-date"), zones.of(country, self.home)),
            carrier="dhl",
        )

    def _event(self, event: opening.Element, is_back: bool) -> TrackingData | None:
        return self._made(event, "event-timestamp", "event-status", is_back or event.get("ruecksendung") == "true")

    def _current(self, piece: opening.Element, is_back: bool) -> TrackingData | None:
        return self._made(piece, "status-timestamp", "status", is_back)

    def _made(self, one: opening.Element, time_name: str, text_name: str, is_back: bool) -> TrackingData | None:
        text, standard = one.get(text_name) or "", one.get("standard-event-code") or ""
        code = one.get("ice") or standard
        made = happened(
            TABLE,
            code,
            opening.moment(one.get(time_name), zones.of("DE", self.home)),
            text=text,
            place=place(one.get("event-location") or "", one.get("event-country") or ""),
        )
        if made and made.state in _VAGUE and standard and TABLE.find(standard):
            made = with_state(made, *TABLE.read(standard, text))
        if made and is_back and made.state != State.UNKNOWN:
            made = with_state(made, _BACK.get(made.state, State.RETURNING))
        return made

    def answer(self, numbers: Sequence[str]) -> Any:
        root = opening.root(self._ask(numbers[0]))
        code, said = root.get("code", "0"), root.get("error") or ""
        if code in REFUSED_LOGIN:
            raise AuthFailed(said or f"DHL answers with code {code}", code=code)
        if code.startswith("-"):
            raise Transient(said or f"DHL answers with code {code}", code=code)
        if code not in ("0", "", *NOT_FOUND):
            raise Refused(said or f"DHL answers with code {code}", code=code)
        return root

    def _ask(self, number: str) -> bytes:
        question = ElementTree.Element(
            "data",
            {
                "appname": self.text("user"),
                "language-code": "en",
                "password": self.text("password"),
                "piece-code": number,
                "request": "d-get-piece-detail",
            },
        )
        query = urlencode({"xml": ElementTree.tostring(question, encoding="unicode")})
        headers = {
            "Authorization": self.basic(self.text("api_key"), self.text("api_secret")),
            "DHL-API-Key": self.text("api_key"),
            "Accept": "application/xml",
        }
        return ask("GET", f"{self.text('address')}?{query}", headers=headers).body
