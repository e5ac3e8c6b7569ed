"""The connector to Shopware 6 (Admin API)."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from shopbell.commerce import contract
from shopbell.plugins.shopware import criteria, deeds, health, jsonapi, understanding
from shopbell.plugins.shopware.api import LIMIT, Api
from shopbell.plugins.shopware.settings_form import SETTINGS_FORM

_ID = re.compile(r"[0-9a-f]{32}")
_KINDS: Mapping[str, contract.Kind] = {"order": "order", "customer": "customer", "product": "product"}


class Shopware(contract.BaseConnector):
    label: ClassVar[str] = "Shopware 6"
    settings_form: ClassVar[tuple[contract.SettingsField, ...]] = SETTINGS_FORM
    abilities: ClassVar[frozenset[contract.Ability]] = frozenset(
        {contract.Ability.CANCEL, contract.Ability.ADDRESS, contract.Ability.COUPON}
    )
    cannot: ClassVar[Mapping[contract.Ability, str]] = {
        contract.Ability.NOTE: _("Shopware keeps no notes on orders."),  # type: ignore[dict-item]
        contract.Ability.REFUND: _(  # type: ignore[dict-item]
            "Shopware leaves refunds to the payment plug-in: give the money back there, and it is seen here."
        ),
    }
    has_webhooks: ClassVar[bool] = True

    def __init__(
        self, settings: Mapping[str, Any], zone: ZoneInfo, remember: contract.Remember = contract.forget
    ) -> None:
        super().__init__(settings, zone, remember)
        self.api = Api(settings, remember)

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> None:
        """An app signs: hex of HMAC-SHA256 with the shop's secret. Webhooks without an app know a secret address."""
        given, secret = headers.get("shopware-shop-signature", ""), str(self.settings.get("app_secret") or "")
        if given and secret:
            wanted = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        else:
            given = parse_qs(urlsplit(url).query).get("token", [""])[-1]
            wanted = str(self.settings.get("webhook_token") or "")
        if not wanted or not hmac.compare_digest(wanted.encode(), given.encode()):
            raise contract.Forged("the signature does not hold")

    def delivery_key(self, body: bytes, headers: Mapping[str, str]) -> str:
        """Tries of the same delivery differ in their time stamp only, where they have an id of the event."""
        try:
            event = contract.Fields(json.loads(body)).inner("source").text("eventId")
        except (ValueError, RecursionError, contract.Unparsable):
            event = ""
        return f"event:{event[:100]}" if event else f"body:{hashlib.sha256(body).hexdigest()}"

    def hints(self, body: bytes, headers: Mapping[str, str]) -> list[contract.Hint]:
        """Of two shapes: a list of what was written, or (of events) the object itself under its name."""
        try:
            payload = contract.Fields(json.loads(body)).inner("data").raw.get("payload")
        except (ValueError, RecursionError) as error:
            raise contract.Unparsable("the webhook is no JSON") from error
        if isinstance(payload, Mapping):
            things = contract.Fields(payload, "payload")
            found = [(name, things.inner(name).text("id"), False) for name in _KINDS]
        else:
            rows = list(contract.Fields({"payload": payload}).each("payload"))
            found = [(row.text("entity"), row.text("primaryKey"), row.text("operation") == "delete") for row in rows]
        hints = [
            contract.Hint(kind=_KINDS[name], remote_id=remote_id, is_gone=is_gone)
            for name, remote_id, is_gone in found
            if name in _KINDS and _ID.fullmatch(remote_id)
        ]
        return list(dict.fromkeys(hints))

    def understand(self, kind: contract.Kind, raw: Mapping[str, Any]) -> contract.Item:
        if kind == "customer":
            return understanding.customer(raw, self.zone)
        if kind == "product":
            return understanding.product(raw, str(self.api.settings.get("currency") or ""), self.zone)
        is_promise = bool(self.settings.get("dates_are_promises"))
        currency = str(self.settings.get("assumed_currency") or "")
        return understanding.order(raw, self.api.root, self.zone, dates_are_promises=is_promise, otherwise=currency)

    def opened(self, body: bytes) -> Any:
        return jsonapi.flattened(super().opened(body))

    def fetch(self, kind: contract.Kind, remote_id: str) -> contract.Item | None:
        if not _ID.fullmatch(remote_id):
            return None
        if kind == "product":
            self.api.currency()
        rows = self.api.search(kind, **criteria.single(kind, remote_id))
        if not rows:
            return None
        fields = contract.Fields(rows[0])
        if kind == "product" and (parent := fields.text("parentId")):
            return self.fetch("product", parent)
        return None if kind == "customer" and fields.flag("guest") else self.understand(kind, fields.raw)

    def changes(self, kind: contract.Kind, since: datetime | None, cursor: Mapping[str, Any]) -> contract.Page:
        """In the order things were made, those only that changed; the first import from the newest on."""
        if kind == "product":
            self.api.currency()
        rows = self.api.search(kind, **criteria.page(kind, since, cursor.get("last"), LIMIT))
        items: list[contract.Item] = []
        broken: dict[str, str] = {}
        for row in rows:
            try:
                items.append(self.understand(kind, contract.Fields(row).raw))
            except contract.Unparsable as error:
                broken[str(row.get("id", "")) if isinstance(row, Mapping) else ""] = str(error)
        last = contract.Fields(rows[-1]).number("autoIncrement") if rows else cursor.get("last")
        return contract.Page(items=items, cursor={"last": last}, has_more=len(rows) == LIMIT, broken=broken)

    def do(self, deed: contract.Deed) -> contract.Done:
        return deeds.do(self.api, deed)

    def was_done(self, deed: contract.Deed) -> contract.Done | None:
        return deeds.was_done(self.api, deed)

    def test(self) -> list[contract.Finding]:
        return health.test(self.api)

    def subscribe(self, address: str) -> list[contract.Finding]:
        return health.subscribe(self.api, address)
