"""Chronopost: its own tracking service (SOAP), which answers everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from shopbell.commerce.contract import Refused, SettingsField, Tracking, TrackingData, Transient, ask
from shopbell.plugins.carriers import fields, opening, table, zones
from shopbell.plugins.carriers.polled import Polled, happened, in_order

TABLE = table.of("chronopost")
_ITS_OWN_FAULT = {"1"}  # "System Error"


class Chronopost(Polled):
    """Chronopost needs no credentials."""

    label: ClassVar[str] = "Chronopost"
    codes: ClassVar[table.Table] = TABLE
    serves: ClassVar[frozenset[str]] = frozenset({"chronopost"})
    home: ClassVar[str] = "Europe/Paris"
    settings_form: ClassVar[tuple[SettingsField, ...]] = (
        fields.address("https://ws.chronopost.fr/tracking-cxf/TrackingServiceWS/trackSkybillV2"),
    )

    def understand(self, raw: Any) -> list[Tracking]:
        answers = opening.every(opening.root(raw), "listEventInfoComp")
        return [self._parcel(one) for one in answers]

    def _parcel(self, one: opening.Element) -> Tracking:
        events = [self._event(event) for event in opening.every(one, "events")]
        return Tracking(
            number=opening.inner(one, "skybillNumber"),
            events=in_order(events),
            carrier="chronopost",
        )

    def _event(self, event: opening.Element) -> TrackingData | None:
        when = opening.moment(opening.inner(event, "eventDate"), zones.of("FR", self.home))
        text, where = opening.inner(event, "eventLabel"), opening.inner(event, "officeLabel")
        return happened(TABLE, opening.inner(event, "code"), when, text=text, place=where)

    def answer(self, numbers: Sequence[str]) -> Any:
        query = urlencode({"language": "en_GB", "skybillNumber": numbers[0]})
        root = opening.root(ask("GET", f"{self.text('address')}?{query}", headers={"Accept": "text/xml"}).body)
        code = next((one.text or "" for one in opening.every(root, "errorCode")), "0")
        if code not in ("0", ""):
            said = next((one.text or "" for one in opening.every(root, "errorMessage")), "") or "Chronopost refuses"
            raise (Transient if code in _ITS_OWN_FAULT else Refused)(said, code=code)
        return root
