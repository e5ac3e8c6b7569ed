"""bpost: tracking information of the Shipping Manager (XML)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from shopbell.commerce.contract import SettingsField, Tracking, TrackingData, ask
from shopbell.plugins.carriers import fields, opening, table, zones
from shopbell.plugins.carriers.polled import Polled, happened, in_order

TABLE = table.of("bpost")


class Bpost(Polled):
    """bpost with the account of the Shipping Manager."""

    label: ClassVar[str] = "bpost"
    codes: ClassVar[table.Table] = TABLE
    serves: ClassVar[frozenset[str]] = frozenset({"bpost"})
    home: ClassVar[str] = "Europe/Brussels"
    settings_form: ClassVar[tuple[SettingsField, ...]] = (
        fields.name("account", _("Account ID")),
        fields.key("passphrase", _("Passphrase")),
        fields.address("https://api.parcel.bpost.cloud/services/trackedmail/item"),
    )

    def understand(self, raw: Any) -> list[Tracking]:
        return [self._item(one) for one in opening.every(opening.root(raw), "itemTracking")]

    def _item(self, item: opening.Element) -> Tracking:
        return Tracking(
            number=opening.inner(item, "itemCode"),
            events=in_order([self._state(one) for one in opening.every(item, "stateInfo")]),
            expected_on=opening.day(opening.inner(item, "expectedDeliveryDate"), zones.of("BE", self.home)),
            carrier="bpost",
        )

    def _state(self, state: opening.Element) -> TrackingData | None:
        when = opening.moment(opening.inner(state, "time"), zones.of("BE", self.home))
        text = opening.inner(state, "stateDescription")
        return happened(TABLE, opening.inner(state, "stateCode"), when, text=text)

    def answer(self, numbers: Sequence[str]) -> Any:
        headers = {
            "Authorization": self.basic(self.text("account"), self.text("passphrase")),
            "Accept": "application/xml",
        }
        url = f"{self.text('address')}/{quote(numbers[0], safe='')}/trackingInfo"
        return ask("GET", url, headers=headers).body
