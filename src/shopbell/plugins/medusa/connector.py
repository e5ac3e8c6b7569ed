"""Medusa 2, by its admin API. It pushes by the subscriber the merchant adds (integrations/medusa)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from shopbell.commerce.contract import (
    OF_AGENTS,
    OLD_SECRET,
    Ability,
    Deed,
    Done,
    Fields,
    Finding,
    Item,
    Kind,
    NotThere,
    Page,
    Refused,
    SettingsField,
    ShopError,
    SignedConnector,
    Unparsable,
    understood,
)
from shopbell.plugins.medusa import deeds, orders, others
from shopbell.plugins.medusa.api import FIELDS, Api

AT_ONCE = 50


class Medusa(SignedConnector):
    """Returns are asked for beside the orders they belong to."""

    label: ClassVar[str] = "Medusa"
    settings_form: ClassVar[tuple[SettingsField, ...]] = (
        SettingsField(
            path="url", label=_("Address of the shop’s server"), required=True, help="https://api.shop.example"
        ),
        SettingsField(
            path="key",
            label=_("Secret API key"),
            kind="password",
            required=True,
            secret=True,
            help=_("Settings → Secret API Keys in Medusa’s admin: sk_…"),
        ),
        SettingsField(
            path="secret",
            label=_("Signing secret"),
            kind="password",
            secret=True,
            help=_("The same as on the shop’s server: whsec_…"),
        ),
        OLD_SECRET,
        SettingsField(
            path="page",
            label=_("Address of a product’s page"),
            rare=True,
            help="https://shop.example/products/{handle}",
        ),
    )
    abilities: ClassVar[frozenset[Ability]] = OF_AGENTS - {Ability.NOTE}
    cannot: ClassVar[Mapping[Ability, str]] = {Ability.NOTE: _("Medusa keeps no notes on orders.")}  # type: ignore[dict-item]

    def understand(self, kind: Kind, raw: Mapping[str, Any]) -> Item:
        given = Fields(raw)
        if kind == "order":
            return orders.read(given, str(self.settings.get("url") or "").rstrip("/"))
        if kind == "product":
            return others.product(given, str(self.settings.get("page") or ""))
        return others.customer(given)

    def fetch(self, kind: Kind, remote_id: str) -> Item | None:
        path = f"{kind}s/{quote(remote_id, safe='')}"
        try:
            found = self._api().read(path, [("fields", FIELDS[kind])])
        except NotThere:
            return None
        raws = self._complete(kind, [found.raw.get(kind)])
        return None if _is_passed_over(kind, raws[0]) else self.understand(kind, raws[0])

    def changes(self, kind: Kind, since: datetime | None, cursor: Mapping[str, Any]) -> Page:
        after, skip = str(cursor.get("after") or (since.isoformat() if since else "")), int(cursor.get("skip") or 0)
        query = [("fields", FIELDS[kind]), ("limit", str(AT_ONCE)), ("offset", str(skip))]
        query += [("updated_at[$gte]", after), ("order", "updated_at")] if after else [("order", "-created_at")]
        given = self._api().read(f"{kind}s", query).raw.get(f"{kind}s")
        if not isinstance(given, list):
            raise Unparsable(f"{kind}s is missing: is this the address of a Medusa server?")
        raws = self._complete(kind, given)
        wanted = [raw for raw in raws if not _is_passed_over(kind, raw)]
        items, broken = understood(wanted, lambda raw: self.understand(kind, raw))
        return Page(
            items=items,
            broken=broken,
            has_more=len(raws) == AT_ONCE,
            cursor=_following(raws, after, skip) if since else {"skip": skip + len(raws)},
        )

    def _complete(self, kind: Kind, raws: Sequence[Any]) -> list[Any]:
        """Orders with their returns, where this version can be asked for them."""
        ids = [str(raw["id"]) for raw in raws if isinstance(raw, Mapping) and raw.get("id")]
        if kind != "order" or not ids:
            return list(raws)
        returns: list[Any] = []
        with suppress(Refused):
            query = [*(("order_id[]", one) for one in ids), ("fields", "*items"), ("limit", "500")]
            returns = [one.raw for one in self._api().read("returns", query).each("returns")]
        return [_with_returns(raw, returns) for raw in raws]

    def do(self, deed: Deed) -> Done:
        return deeds.do(self._api(), deed)

    def was_done(self, deed: Deed) -> Done | None:
        return deeds.was_done(self._api(), deed)

    def test(self) -> list[Finding]:
        try:
            for kind in self.kinds:
                self._api().read(f"{kind}s", [("limit", "1"), ("fields", "id")])
        except ShopError as error:
            return [Finding(level="error", text=str(error))]
        return []

    def _api(self) -> Api:
        return Api(self.settings)


def _with_returns(raw: Any, returns: Iterable[Mapping[str, Any]]) -> Any:
    if not isinstance(raw, Mapping):
        return raw
    return {**raw, "returns": [one for one in returns if one.get("order_id") == raw.get("id")]}


def _is_passed_over(kind: Kind, raw: Any) -> bool:
    """Drafts, and the shadows of guests, who have no account."""
    if not isinstance(raw, Mapping):
        return False
    if kind == "order":
        return raw.get("is_draft_order") is True or raw.get("status") == "draft"
    return kind == "customer" and raw.get("has_account") is False


def _following(raws: Sequence[Any], after: str, skip: int) -> dict[str, Any]:
    """Where the next page begins: at the last one's instant, which others may share. Only where all of a page share one
    is counted on, as what changes meanwhile moves to the end and would make others be passed over."""
    moments = [Fields(raw).moment("updated_at") for raw in raws]
    dates = [at for at in moments if at]
    if not dates or dates[0] == dates[-1]:
        return {"after": after, "skip": skip + len(moments)}
    return {"after": dates[-1].isoformat(), "skip": 0}
