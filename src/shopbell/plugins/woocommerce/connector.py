"""The connector to WooCommerce (REST API version 3, WooCommerce 5.8 or newer)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from shopbell.commerce import contract
from shopbell.plugins.woocommerce import deeds, health, understanding
from shopbell.plugins.woocommerce.api import PER_PAGE, Api
from shopbell.plugins.woocommerce.settings_form import SETTINGS_FORM

LONG = timedelta(days=2)
_PING = re.compile(rb"webhook_id=\d+")
_PATHS: Mapping[contract.Kind, str] = {"customer": "customers", "product": "products", "order": "orders"}
_KINDS: Mapping[str, contract.Kind] = {"customer": "customer", "product": "product", "order": "order"}


class WooCommerce(contract.BaseConnector):
    label: ClassVar[str] = "WooCommerce"
    settings_form: ClassVar[tuple[contract.SettingsField, ...]] = SETTINGS_FORM
    abilities: ClassVar[frozenset[contract.Ability]] = frozenset(contract.Ability)
    has_webhooks: ClassVar[bool] = True

    def __init__(
        self, settings: Mapping[str, Any], zone: ZoneInfo, remember: contract.Remember = contract.forget
    ) -> None:
        super().__init__(settings, zone, remember)
        self.api = Api(settings)

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> None:
        """The signature is Base64 of HMAC-SHA256. The ping of a new webhook has none, and must be answered as fine."""
        given = headers.get("x-wc-webhook-signature", "")
        if not given and _PING.fullmatch(body.strip()):
            return
        secret = str(self.settings.get("webhook_secret") or "")
        wanted = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
        if not secret or not hmac.compare_digest(wanted.encode(), given.encode()):
            raise contract.Forged("the signature does not hold")

    def delivery_key(self, body: bytes, headers: Mapping[str, str]) -> str:
        """WooCommerce gives several deliveries of one second the same id, so what is delivered is the key."""
        return f"{headers.get('x-wc-webhook-topic', 'ping')[:60]}:{hashlib.sha256(body).hexdigest()}"

    def hints(self, body: bytes, headers: Mapping[str, str]) -> list[contract.Hint]:
        topic = headers.get("x-wc-webhook-topic", "")
        resource, _, event = topic.partition(".")
        if resource not in _KINDS or _PING.fullmatch(body.strip()):
            return []
        try:
            fields = contract.Fields(json.loads(body), resource)
        except (ValueError, RecursionError) as error:
            raise contract.Unparsable("the webhook is no JSON") from error
        if "id" not in fields and health.is_unknown(fields.raw):  # it was deleted before the shop came to tell of it
            return []
        return [contract.Hint(kind=_KINDS[resource], remote_id=fields.needed("id"), is_gone=event == "deleted")]

    def understand(self, kind: contract.Kind, raw: Mapping[str, Any]) -> contract.Item:
        if kind == "customer":
            return understanding.customer(raw, self.zone)
        if kind == "product":
            return understanding.product(raw, str(self.settings.get("currency") or ""), self.zone)
        return understanding.order(raw, self.api.root, self.zone)

    def fetch(self, kind: contract.Kind, remote_id: str) -> contract.Item | None:
        if not remote_id.isdigit():
            return None
        try:
            raw = self.api.get(f"{_PATHS[kind]}/{remote_id}")
        except contract.NotThere as error:
            if health.is_unknown(error.body):
                return None
            raise contract.Transient("the shop does not offer its API at this address") from error
        if understanding.is_draft(kind, raw):
            return None
        if kind == "product" and (parent := understanding.parent(raw)):
            return self.fetch("product", parent)
        return self.understand(kind, self._complete(kind, raw))

    def _complete(self, kind: contract.Kind, raw: dict[str, Any]) -> dict[str, Any]:
        """With what the shop tells apart: refunds say in short what they are, variable products what they come in."""
        if kind == "order" and raw.get("refunds"):
            return {**raw, "refunds": self.api.everything(f"orders/{raw['id']}/refunds")}
        if kind == "product":
            self._learn_currency()
            if raw.get("variations"):
                return {**raw, "_variations": self.api.everything(f"products/{raw['id']}/variations")}
        return raw

    def _learn_currency(self) -> None:
        """Products do not say which currency their prices are in."""
        if not self.settings.get("currency"):
            self._keep({"currency": contract.Fields(self.api.get("data/currencies/current")).currency("code")})

    def _keep(self, changed: Mapping[str, Any]) -> None:
        self.settings = {**self.settings, **changed}
        self.remember(changed)

    def changes(self, kind: contract.Kind, since: datetime | None, cursor: Mapping[str, Any]) -> contract.Page:
        """By the time of change from the oldest on, or of creation from the newest on; customers only by the latter.

        The shop does not say when a customer changed. Changed ones are pushed; whoever asks for more than LONG gets
        all, so that the nightly sweep finds those of whom no push came.
        """
        if kind == "customer":
            return self._customers(since, cursor)
        page = int(cursor.get("page", 1))
        bound: str | None = cursor.get("bound") or (_text(since - timedelta(seconds=1)) if since else None)
        rows = self.api.rows(_PATHS[kind], page=page, dates_are_gmt="true", **_order(since, bound))
        items, broken = self._understood(kind, rows)
        return contract.Page(
            items=items, cursor=_next(rows, since, bound, page), has_more=len(rows) == PER_PAGE, broken=broken
        )

    def _customers(self, since: datetime | None, cursor: Mapping[str, Any]) -> contract.Page:
        page = int(cursor.get("page", 1))
        rows = self.api.rows("customers", page=page, orderby="registered_date", order="desc")
        items, broken = self._understood("customer", rows)
        lately = since if since is not None and since > datetime.now(UTC) - LONG else None
        is_older = lately is not None and any(
            isinstance(one, contract.CustomerData) and one.created_at and one.created_at < lately for one in items
        )
        has_more = len(rows) == PER_PAGE and not is_older
        return contract.Page(items=items, cursor={"page": page + 1}, has_more=has_more, broken=broken)

    def _understood(self, kind: contract.Kind, rows: list[Any]) -> tuple[list[contract.Item], dict[str, str]]:
        items: list[contract.Item] = []
        broken: dict[str, str] = {}
        for row in rows:
            if understanding.is_draft(kind, row):
                continue
            try:
                items.append(self.understand(kind, self._complete(kind, dict(contract.Fields(row).raw))))
            except contract.Unparsable as error:
                broken[str(row.get("id", "")) if isinstance(row, Mapping) else ""] = str(error)
        return items, broken

    def do(self, deed: contract.Deed) -> contract.Done:
        return deeds.do(self.api, deed, by_hand=bool(self.settings.get("refunds_by_hand")))

    def was_done(self, deed: contract.Deed) -> contract.Done | None:
        return deeds.was_done(self.api, deed)

    def test(self) -> list[contract.Finding]:
        return health.test(self.api, self.settings)

    def subscribe(self, address: str) -> list[contract.Finding]:
        return health.subscribe(self.api, self.settings, address, self._keep)


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _order(since: datetime | None, bound: str | None) -> dict[str, str]:
    if since:
        return {"orderby": "modified", "order": "asc", "modified_after": bound or ""}
    return {"orderby": "date", "order": "desc", **({"before": bound} if bound else {})}


def _next(rows: list[Any], since: datetime | None, bound: str | None, page: int) -> dict[str, Any]:
    """Go on from the last row's time and not from a page's number: rows move between pages while one reads.

    The bound excludes its own second, so it is put one beside; where a whole page is of one second, the next page of
    the same bound follows.
    """
    name, step = ("date_modified_gmt", -1) if since else ("date_created_gmt", 1)
    last = rows[-1] if rows and isinstance(rows[-1], Mapping) else {}
    try:
        at = contract.Fields(last).moment(name)
    except contract.Unparsable:
        at = None
    following = _text(at + timedelta(seconds=step)) if at else None
    if following is None or following == bound:
        return {"page": page + 1, "bound": bound}
    return {"page": 1, "bound": following}
