"""Sendcloud: parcels of all its carriers, by webhook and by question (sendcloud.dev)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from shopbell.commerce.contract import SettingsField, Tracking, TrackingData, ask
from shopbell.commerce.contract.reading import Fields
from shopbell.plugins.carriers import fields, opening, table, zones
from shopbell.plugins.carriers.polled import Polled, happened, in_order, signed

TABLE = table.of("sendcloud")


class Sendcloud(Polled):
    """Sendcloud with the keys of an integration; its secret key signs the pushes, too."""

    label: ClassVar[str] = "Sendcloud"
    codes: ClassVar[table.Table] = TABLE
    has_webhooks: ClassVar[bool] = True
    home: ClassVar[str] = "Europe/Amsterdam"
    settings_form: ClassVar[tuple[SettingsField, ...]] = (
        fields.name("public_key", _("Public key")),
        fields.key("secret_key", _("Secret key")),
        fields.address("https://panel.sendcloud.sc/api/v2/tracking"),
    )

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> None:
        """Header Sendcloud-Signature: hexadecimal over the raw body. Raises Forged."""
        signed(body, self.text("secret_key"), headers.get("sendcloud-signature", ""), as_hex=True)

    def understand(self, raw: Any) -> list[Tracking]:
        answer = Fields(opening.opened(raw))
        if "parcel" in answer:
            return [one for one in [self._push(answer)] if one.number]
        return [self._history(answer)] if "statuses" in answer else []

    def _push(self, push: Fields) -> Tracking:
        """A change of state; other pushes (an integration was edited) hold no parcel."""
        parcel = push.inner("parcel")
        status = parcel.inner("status")
        when = push.raw.get("carrier_status_change_timestamp") or push.raw.get("timestamp")
        made = happened(
            TABLE,
            status.text("id") or status.text("message"),
            opening.moment(when, zones.of("", self.home)),
            text=status.text("message"),
        )
        return Tracking(
            number=parcel.text("tracking_number"),
            events=in_order([made]),
            expected_on=opening.day(parcel.raw.get("expected_delivery_date"), zones.of("", self.home)),
            carrier=parcel.inner("carrier").text("code"),
        )

    def _history(self, answer: Fields) -> Tracking:
        return Tracking(
            number=answer.text("tracking_number"),
            events=in_order([self._status(one) for one in answer.each("statuses")]),
            expected_on=opening.day(answer.raw.get("expected_delivery_date"), zones.of("", self.home)),
            carrier=answer.text("carrier_code"),
        )

    def _status(self, one: Fields) -> TrackingData | None:
        code = one.text("parent_status")
        when = opening.moment(one.raw.get("carrier_update_timestamp"), zones.of("", self.home))
        return happened(TABLE, code, when, text=one.text("carrier_message"))

    def answer(self, numbers: Sequence[str]) -> Any:
        headers = {"Authorization": self.basic(self.text("public_key"), self.text("secret_key"))}
        url = f"{self.text('address')}/{quote(numbers[0], safe='')}"
        return ask("GET", url, headers=headers, reason=lambda body: body["error"]["message"]).json()
