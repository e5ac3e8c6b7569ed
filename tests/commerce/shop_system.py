"""A small shop system for tests: what it has lies in a folder-less place, and its switches make it misbehave."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

from shopbell.commerce import contract
from shopbell.core import registry
from shopbell.core.money import code, minor
from shopbell.core.settings_field import SettingsField

SECRET = "shop-secret"


@dataclass
class Shop:
    """What the far side has, and how it behaves."""

    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    deeds: list[contract.Deed] = field(default_factory=list)
    fails: Exception | None = None  # every question
    loses_answers: bool = False  # deeds are done, and nobody hears of it
    page: int = 2

    def put(self, remote_id: str = "1", **fields: Any) -> dict[str, Any]:
        """An order, as this shop would give it."""
        row = {"id": remote_id, "number": f"10{remote_id}", "total": "49.90", "currency": "EUR", **fields}
        row.setdefault("updated", datetime.now(UTC).isoformat())
        self.orders[remote_id] = row
        return row


SHOPS: dict[str, Shop] = {}


class TestShop(contract.BaseConnector):
    """Reads `SHOPS[settings["shop"]]`."""

    __test__ = False
    label: ClassVar[str] = "Test shop"
    settings_form: ClassVar[tuple[SettingsField, ...]] = (SettingsField(path="shop_name", label="Which one"),)
    abilities: ClassVar[frozenset[contract.Ability]] = frozenset(
        {contract.Ability.NOTE, contract.Ability.REFUND, contract.Ability.CANCEL, contract.Ability.ADDRESS}
    )
    cannot: ClassVar[Mapping[contract.Ability, str]] = {contract.Ability.COUPON: "This shop has no coupons."}
    kinds: ClassVar[tuple[contract.Kind, ...]] = ("order",)
    has_webhooks: ClassVar[bool] = True

    @property
    def shop(self) -> Shop:
        shop = SHOPS[self.settings.get("shop") or self.settings["shop_name"]]
        if shop.fails:
            raise shop.fails
        return shop

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> None:
        if not hmac.compare_digest(headers.get("x-test-signature", ""), sign(body)):
            raise contract.Forged("wrong signature")

    def hints(self, body: bytes, headers: Mapping[str, str]) -> list[contract.Hint]:
        try:
            said = json.loads(body)
            return [contract.Hint(kind="order", remote_id=str(said["order"]), is_gone=bool(said.get("gone")))]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise contract.Unparsable("this is no push of ours") from error

    def understand(self, kind: contract.Kind, raw: Mapping[str, Any]) -> contract.Item:
        try:
            updated = datetime.fromisoformat(raw["updated"])
            return contract.OrderData(
                remote_id=raw["id"] + "",
                number=raw["number"] + "",
                currency=code(raw["currency"]),
                total=minor(raw["total"], raw["currency"]),
                placed_at=updated,
                updated_at=updated,
                payment=contract.Payment(raw.get("payment", "unknown")),
                fulfilment=contract.Fulfilment(raw.get("fulfilment", "unknown")),
                email=raw.get("email", "") + "",
                name=raw.get("name", "") + "",
                paid=raw.get("paid", 0),
                lines=tuple(raw.get("lines", ())),
                shipments=tuple(raw.get("shipments", ())),
                refunds=tuple(raw.get("refunds", ())),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise contract.Unparsable(f"order {raw.get('id')}: {error}") from error

    def fetch(self, kind: contract.Kind, remote_id: str) -> contract.Item | None:
        raw = self.shop.orders.get(remote_id)
        return self.understand(kind, raw) if raw else None

    def changes(self, kind: contract.Kind, since: datetime | None, cursor: Mapping[str, Any]) -> contract.Page:
        rows = sorted(self.shop.orders.values(), key=lambda row: row["updated"], reverse=since is None)
        rows = [row for row in rows if since is None or datetime.fromisoformat(row["updated"]) >= since]
        start = cursor.get("start", 0)
        part = rows[start : start + self.shop.page]
        items, broken = [], {}
        for row in part:
            try:
                items.append(self.understand(kind, row))
            except contract.Unparsable as error:
                broken[str(row["id"])] = str(error)
        end = start + len(part)
        return contract.Page(items=items, cursor={"start": end}, has_more=end < len(rows), broken=broken)

    def do(self, deed: contract.Deed) -> contract.Done:
        shop = self.shop
        shop.deeds.append(deed)
        if deed.ability == contract.Ability.REFUND:
            row = shop.orders[deed.order_id]
            made = contract.RefundData(remote_id=deed.key, amount=deed.amount, made_at=datetime.now(UTC))
            row["refunds"] = (*row.get("refunds", ()), made)
            row["updated"] = datetime.now(UTC).isoformat()
        if shop.loses_answers:
            raise contract.UnknownOutcome("the answer was lost")
        return contract.Done(remote_id=deed.key)

    def test(self) -> list[contract.Finding]:
        try:
            assert self.shop
        except contract.ShopError as error:
            return [contract.Finding(level="error", text=str(error))]
        return []

    def was_done(self, deed: contract.Deed) -> contract.Done | None:
        done = [one for one in self.shop.deeds if one.key == deed.key]
        return contract.Done(remote_id=deed.key) if done else None


def sign(body: bytes) -> str:
    return hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


def install(name: str = "one") -> Shop:
    """A shop that connections with `connector="test_shop", settings={"shop": name}` read."""
    registry.connectors.add("test_shop", f"{__name__}.TestShop")
    SHOPS[name] = Shop()
    return SHOPS[name]
