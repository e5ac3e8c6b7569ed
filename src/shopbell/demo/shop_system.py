"""The demo's shop system: it has no network behind it, and does whatever it is asked at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from shopbell.commerce import contract


class DemoShop(contract.BaseConnector):
    """Nothing is read from it: what it has is in the mirror already."""

    label: ClassVar[str] = "Demo shop"
    abilities: ClassVar[frozenset[contract.Ability]] = frozenset(contract.Ability) - {contract.Ability.COUPON}
    cannot: ClassVar[Mapping[contract.Ability, str]] = {
        contract.Ability.COUPON: _("The demo shop has no vouchers.")  # type: ignore[dict-item]
    }
    kinds: ClassVar[tuple[contract.Kind, ...]] = ()

    def fetch(self, kind: contract.Kind, remote_id: str) -> contract.Item | None:
        raise contract.Refused("the demo shop has nothing to read")

    def changes(self, kind: contract.Kind, since: datetime | None, cursor: Mapping[str, Any]) -> contract.Page:
        return contract.Page(items=(), cursor={}, has_more=False)

    def do(self, deed: contract.Deed) -> contract.Done:
        return contract.Done(remote_id=deed.key)

    def was_done(self, deed: contract.Deed) -> contract.Done | None:
        return contract.Done(remote_id=deed.key)
