"""Vendure 3, by its admin API. It pushes by the plugin the merchant adds (integrations/vendure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from shopbell.commerce.contract import (
    OF_AGENTS,
    OLD_SECRET,
    Ability,
    Deed,
    Done,
    Fields,
    Finding,
    Hint,
    Item,
    Kind,
    Page,
    SettingsField,
    ShopError,
    SignedConnector,
    Unparsable,
    pushed,
    understood,
)
from shopbell.plugins.vendure import deeds, queries, understanding
from shopbell.plugins.vendure.api import Api

AT_ONCE = 50
_NEWEST = {"order": "orderPlacedAt", "product": "createdAt", "customer": "createdAt"}
_STEP = timedelta(milliseconds=1)


class Vendure(SignedConnector):
    """Orders change at one end of a list ordered by when they did, so pages are cut by that instant, not by number."""

    label: ClassVar[str] = "Vendure"
    settings_form: ClassVar[tuple[SettingsField, ...]] = (
        SettingsField(
            path="url", label=_("Address of the admin API"), required=True, help="https://shop.example/admin-api"
        ),
        SettingsField(path="username", label=_("Administrator"), required=True),
        SettingsField(path="password", label=_("Password"), kind="password", required=True, secret=True),
        SettingsField(
            path="secret",
            label=_("Signing secret"),
            kind="password",
            secret=True,
            help=_("The same as in the plugin’s options: whsec_…"),
        ),
        OLD_SECRET,
        SettingsField(path="channel", label=_("Token of the channel"), rare=True),
        SettingsField(
            path="page",
            label=_("Address of a product’s page"),
            rare=True,
            help="https://shop.example/products/{slug}",
        ),
    )
    abilities: ClassVar[frozenset[Ability]] = OF_AGENTS

    def hints(self, body: bytes, headers: Mapping[str, str]) -> list[Hint]:
        """Also what a plugin of the merchant's own may send: `order.…` with the order's id."""
        given = pushed(body)
        if given.text("type").startswith("order."):
            return [Hint(kind="order", remote_id=given.inner("data").needed("id"))]
        return super().hints(body, headers)

    def understand(self, kind: Kind, raw: Mapping[str, Any]) -> Item:
        given = Fields(raw)
        if kind == "order":
            return understanding.order(given)
        if kind == "product":
            return understanding.product(given, str(self.settings.get("page") or ""))
        return understanding.customer(given)

    def fetch(self, kind: Kind, remote_id: str) -> Item | None:
        raw = self._api().read(queries.ONE[kind], id=remote_id).raw.get("found")
        return None if raw is None or _is_passed_over(kind, raw) else self.understand(kind, raw)

    def changes(self, kind: Kind, since: datetime | None, cursor: Mapping[str, Any]) -> Page:
        after, skip = str(cursor.get("after") or (since.isoformat() if since else "")), int(cursor.get("skip") or 0)
        options = {"take": AT_ONCE, "skip": skip, **_order_and_filter(kind, after)}
        found = self._api().read(queries.MANY[kind], options=options).inner("found").raw
        raws = found.get("items")
        if not isinstance(raws, list):
            raise Unparsable("the shop gave no list")
        wanted = [raw for raw in raws if not _is_passed_over(kind, raw)]
        items, broken = understood(wanted, lambda raw: self.understand(kind, raw))
        return Page(
            items=items,
            broken=broken,
            has_more=len(raws) == AT_ONCE,
            cursor=_following(raws, after, skip) if since else {"skip": skip + len(raws)},
        )

    def do(self, deed: Deed) -> Done:
        return deeds.do(self._api(), deed)

    def was_done(self, deed: Deed) -> Done | None:
        return deeds.was_done(self._api(), deed)

    def test(self) -> list[Finding]:
        try:
            self._api().read(queries.ME)
            for kind in self.kinds:
                self._api().read(queries.MANY[kind], options={"take": 1})
        except ShopError as error:
            return [Finding(level="error", text=str(error))]
        return []

    def _api(self) -> Api:
        return Api(self.settings, self._keep)

    def _keep(self, changed: Mapping[str, Any]) -> None:
        self.settings = {**self.settings, **changed}
        self.remember(changed)


def _is_passed_over(kind: Kind, raw: Any) -> bool:
    """Baskets, and the shadows of guests, who have no account."""
    if not isinstance(raw, Mapping):
        return False
    if kind == "order":
        return raw.get("active") is True or raw.get("orderPlacedAt") is None
    return kind == "customer" and raw.get("user") is None


def _order_and_filter(kind: Kind, after: str) -> dict[str, Any]:
    wanted: dict[str, Any] = {"active": {"eq": False}} if kind == "order" else {}
    if not after:
        return {"sort": {_NEWEST[kind]: "DESC"}, "filter": wanted}
    return {"sort": {"updatedAt": "ASC"}, "filter": {**wanted, "updatedAt": {"after": after}}}


def _following(raws: Iterable[Any], after: str, skip: int) -> dict[str, Any]:
    """Where the next page begins: just before the last one's instant, which others may share. Only where all of a page
    share one is counted on."""
    moments = [Fields(raw).moment("updatedAt") for raw in raws]
    dates = [at for at in moments if at]
    if not dates or dates[0] == dates[-1]:
        return {"after": after, "skip": skip + len(moments)}
    return {"after": (dates[-1] - _STEP).isoformat(), "skip": 0}
