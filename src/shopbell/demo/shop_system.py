"""The demo's shop system: it has no network behind it, and does whatever it is asked at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from shopbell.commerce import contract
from shopbell.demo import shop_orders


class DemoShop(contract.BaseConnector):
    """What it has is in the mirror already, and what it was asked for since is done."""

    label: ClassVar[str] = "Demo shop"
    abilities: ClassVar[frozenset[contract.Ability]] = frozenset(contract.Ability)
    kinds: ClassVar[tuple[contract.Kind, ...]] = ()

    def fetch(self, kind: contract.Kind, remote_id: str) -> contract.Item | None:
        if kind != "order":
            raise contract.Refused("the demo shop has nothing else to read")
        return shop_orders.order(remote_id)

    def changes(self, kind: contract.Kind, since: datetime | None, cursor: Mapping[str, Any]) -> contract.Page:
        return contract.Page(items=(), cursor={}, has_more=False)

    def do(self, deed: contract.Deed) -> contract.Done:
        is_voucher = deed.ability == contract.Ability.COUPON
        return contract.Done(remote_id=deed.key, text=contract.coupon_code(deed.key, self.label) if is_voucher else "")

    def was_done(self, deed: contract.Deed) -> contract.Done | None:
        return self.do(deed)
