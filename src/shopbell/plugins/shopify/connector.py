"""The connector to Shopify (Admin GraphQL API)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from shopbell.commerce import contract
from shopbell.plugins.shopify import deeds, health, queries, rest, understanding
from shopbell.plugins.shopify.api import TOO_COSTLY, Api
from shopbell.plugins.shopify.settings_form import SETTINGS_FORM

FIRST_SIZE = 10  # objects a page: as much as one question's cost allows in most shops
_KINDS: Mapping[str, contract.Kind] = {"customers": "customer", "products": "product", "orders": "order"}
# Topics about something that belongs to an order.
_OF_ORDER = ("fulfillments", "fulfillment_events", "refunds", "order_transactions", "returns")
_SILENT = ("redact", "data_request")  # of personal data: the shop writes an e-mail about it, there is nothing to fetch
_INNER: Mapping[str, tuple[str, str]] = {
    "order": ("lineItems", queries.LINES),
    "product": ("variants", queries.VARIANTS),
}


class Shopify(contract.BaseConnector):
    label: ClassVar[str] = "Shopify"
    settings_form: ClassVar[tuple[contract.SettingsField, ...]] = SETTINGS_FORM
    abilities: ClassVar[frozenset[contract.Ability]] = contract.OF_AGENTS
    has_webhooks: ClassVar[bool] = True

    def __init__(
        self, settings: Mapping[str, Any], zone: ZoneInfo, remember: contract.Remember = contract.forget
    ) -> None:
        super().__init__(settings, zone, remember)
        self.api = Api(settings, remember)

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> None:
        """Base64 of HMAC-SHA256 over the raw body, with the app's client secret."""
        secret = str(self.settings.get("client_secret") or "")
        wanted = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
        given = headers.get("x-shopify-hmac-sha256", "")
        if not secret or not hmac.compare_digest(wanted.encode(), given.encode()):
            raise contract.Forged("the signature does not hold")

    def delivery_key(self, body: bytes, headers: Mapping[str, str]) -> str:
        """One event comes under several topics, and again with the same body when the shop tries again."""
        topic, event = headers.get("x-shopify-topic", ""), headers.get("x-shopify-event-id", "")
        return f"{topic[:60]}:{event[:60]}:{hashlib.sha256(body).hexdigest()[:32]}"

    def hints(self, body: bytes, headers: Mapping[str, str]) -> list[contract.Hint]:
        resource, _slash, event = (headers.get("x-shopify-topic") or _topic(body)).partition("/")
        if event in _SILENT or (resource not in _KINDS and resource not in _OF_ORDER):
            return []
        try:
            fields = contract.Fields(json.loads(body), resource)
        except (ValueError, RecursionError) as error:
            raise contract.Unparsable("the webhook is no JSON") from error
        if resource in _OF_ORDER:
            order = fields.text("order_id") or fields.inner("order").text("id")
            return [contract.Hint(kind="order", remote_id=order)] if order else []
        if event == "edited":
            fields = contract.Fields({"id": fields.inner("order_edit").text("order_id")}, resource)
        return [contract.Hint(kind=_KINDS[resource], remote_id=fields.needed("id"), is_gone=event == "delete")]

    def understand(self, kind: contract.Kind, raw: Mapping[str, Any]) -> contract.Item:
        if rest.is_rest(raw):
            translated = rest.as_graphql(kind, raw, str(self.settings.get("currency") or ""))
            return replace(self._understand(kind, translated), raw=raw)
        return self._understand(kind, raw)

    def _understand(self, kind: contract.Kind, raw: Mapping[str, Any]) -> contract.Item:
        if kind == "customer":
            return understanding.customer(raw)
        return understanding.product(raw) if kind == "product" else understanding.order(raw, self._admin())

    def _admin(self) -> str:
        name = str(self.settings.get("shop", "")).strip().removesuffix(".myshopify.com")
        return f"https://admin.shopify.com/store/{name}" if name and "/" not in name else ""

    def fetch(self, kind: contract.Kind, remote_id: str) -> contract.Item | None:
        if not remote_id.isdigit():
            return None
        self._know_rights()
        gid = f"gid://shopify/{kind.capitalize()}/{remote_id}"
        data = self.api.ask(queries.one(kind, self.api.rights), {"id": gid})
        if data.get(kind) is None:
            if kind == "order" and "read_all_orders" not in self.api.rights:
                raise contract.Refused(_("The shop does not show this order: it may be older than 60 days."))
            return None
        return self.understand(kind, self._complete(kind, data[kind], data))

    def _know_rights(self) -> None:
        """A query must not ask for more than the app may see."""
        if "scopes" not in self.api.settings:
            health.learn_rights(self.api)

    def _complete(self, kind: contract.Kind, raw: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
        """With the further pages of its lines or variants, and a product with the currency of its prices."""
        whole = dict(raw)
        if kind == "product":
            whole["_currency"] = contract.Fields(data).inner("shop").text("currencyCode")
        if kind not in _INNER:
            return whole
        name, inner = _INNER[kind]
        part = contract.Fields(whole).inner(name)
        nodes = [one.raw for one in part.each("nodes")]
        while part.inner("pageInfo").flag("hasNextPage"):
            wanted = {"id": contract.Fields(whole).needed("id"), "after": part.inner("pageInfo").text("endCursor")}
            found = contract.Fields(self.api.ask(queries.rest(kind, name, inner), wanted))
            part = found.inner(kind).inner(name)
            nodes += [one.raw for one in part.each("nodes")]
        return {**whole, name: {"nodes": nodes}}

    def changes(self, kind: contract.Kind, since: datetime | None, cursor: Mapping[str, Any]) -> contract.Page:
        """By cursors. What one question may cost is limited: pages become smaller until the shop takes them."""
        self._know_rights()
        size = int(cursor.get("size", FIRST_SIZE))
        while True:
            try:
                data = self.api.ask(queries.several(kind, self.api.rights), _wanted(since, cursor, size))
                break
            except contract.Refused as error:
                if error.code != TOO_COSTLY or size == 1:
                    raise
                size = max(1, size // 2)
        part = contract.Fields(data).inner(f"{kind}s")
        items, broken = self._understood(kind, part.raw.get("nodes"), data)
        info = part.inner("pageInfo")
        following = {"after": info.text("endCursor"), "size": size}
        return contract.Page(items=items, cursor=following, has_more=info.flag("hasNextPage"), broken=broken)

    def _understood(
        self, kind: contract.Kind, rows: Any, data: Mapping[str, Any]
    ) -> tuple[list[contract.Item], dict[str, str]]:
        if not isinstance(rows, list):
            raise contract.Transient("the shop answered with something that is no list")
        items: list[contract.Item] = []
        broken: dict[str, str] = {}
        for row in rows:
            try:
                items.append(self.understand(kind, self._complete(kind, contract.Fields(row).raw, data)))
            except contract.Unparsable as error:
                gid = row.get("id") if isinstance(row, Mapping) else ""
                broken[understanding.number_of(str(gid or ""))] = str(error)
        return items, broken

    def do(self, deed: contract.Deed) -> contract.Done:
        return deeds.do(self.api, deed)

    def was_done(self, deed: contract.Deed) -> contract.Done | None:
        return deeds.was_done(self.api, deed)

    def test(self) -> list[contract.Finding]:
        return health.test(self.api)

    def subscribe(self, address: str) -> list[contract.Finding]:
        return health.subscribe(self.api, address)


def _topic(body: bytes) -> str:
    """What a body without its headers is about, as far as it says: "gid://shopify/Order/1" stands in most."""
    with suppress(ValueError, RecursionError, contract.Unparsable):
        fields = contract.Fields(json.loads(body))
        name = fields.text("admin_graphql_api_id").removeprefix("gid://shopify/").partition("/")[0]
        return {"Order": "orders", "Product": "products", "Customer": "customers"}.get(name, f"{name.lower()}s")
    return ""


def _wanted(since: datetime | None, cursor: Mapping[str, Any], size: int) -> dict[str, Any]:
    after = cursor.get("after") or None
    if since is None:
        return {"first": size, "after": after, "query": None, "reverse": True, "sort": "CREATED_AT"}
    query = f"updated_at:>='{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'"
    return {"first": size, "after": after, "query": query, "reverse": False, "sort": "UPDATED_AT"}
