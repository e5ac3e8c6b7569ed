"""The connector to PrestaShop (webservice). The shop pushes nothing: changes are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shopbell.commerce import contract
from shopbell.plugins.prestashop import joining, understanding, xml
from shopbell.plugins.prestashop.api import PER_PAGE, Api
from shopbell.plugins.prestashop.settings_form import SETTINGS_FORM

_RESOURCES: Mapping[contract.Kind, str] = {"customer": "customers", "product": "products", "order": "orders"}
_JOINED: Mapping[contract.Kind, Callable[[Api, list[Any]], list[dict[str, Any]]]] = {
    "customer": joining.customers,
    "product": joining.products,
    "order": joining.orders,
}
_MOST = 2**31 - 1  # of ids
NEEDED = (
    *("orders", "customers", "products", "addresses", "order_carriers", "order_slip", "order_states", "carriers"),
    *("countries", "currencies", "languages", "combinations", "stock_availables"),
)


class PrestaShop(contract.BaseConnector):
    label: ClassVar[str] = "PrestaShop"
    settings_form: ClassVar[tuple[contract.SettingsField, ...]] = SETTINGS_FORM
    abilities: ClassVar[frozenset[contract.Ability]] = frozenset({contract.Ability.CANCEL})
    cannot: ClassVar[Mapping[contract.Ability, str]] = {
        contract.Ability.NOTE: _("PrestaShop takes notes in its back office only."),  # type: ignore[dict-item]
        contract.Ability.ADDRESS: _(  # type: ignore[dict-item]
            "An address of PrestaShop's belongs to all orders of its customer: change it in the back office."
        ),
        contract.Ability.REFUND: _(  # type: ignore[dict-item]
            "PrestaShop gives money back in its back office only: do it there, and it is seen here."
        ),
        contract.Ability.COUPON: _("PrestaShop makes vouchers in its back office only."),  # type: ignore[dict-item]
    }

    def __init__(
        self, settings: Mapping[str, Any], zone: ZoneInfo, remember: contract.Remember = contract.forget
    ) -> None:
        super().__init__(settings, zone, remember)
        self.api = Api(settings)

    def understand(self, kind: contract.Kind, raw: Mapping[str, Any]) -> contract.Item:
        if kind == "customer":
            return understanding.customer(raw, self.zone)
        if kind == "product":
            return understanding.product(raw, self.zone)
        delivered = {one.strip() for one in str(self.settings.get("delivered_states") or "5").split(",")}
        return understanding.order(raw, self.zone, delivered, str(self.settings.get("assumed_currency") or ""))

    def opened(self, body: bytes) -> Any:
        text = body.decode("utf-8-sig")
        return xml.opened(text) if text.lstrip().startswith("<") else super().opened(body)

    def fetch(self, kind: contract.Kind, remote_id: str) -> contract.Item | None:
        rows = self.api.of(_RESOURCES[kind], "id", [remote_id])
        return self.understand(kind, _JOINED[kind](self.api, rows)[0]) if rows else None

    def changes(self, kind: contract.Kind, since: datetime | None, cursor: Mapping[str, Any]) -> contract.Page:
        """By the number of the last one read, not by pages: rows that change move between those."""
        query = {"sort": "[id_ASC]" if since else "[id_DESC]", "limit": str(PER_PAGE)}
        last = cursor.get("last")
        if since:
            query |= {"date": "1", "filter[date_upd]": f"[{since.astimezone(self.zone):%Y-%m-%d %H:%M:%S},9999-12-31]"}
        if last is not None:
            query["filter[id]"] = f"[{last + 1},{_MOST}]" if since else f"[0,{last - 1}]"
        if kind == "customer":
            query["filter[is_guest]"] = "[0]"
        rows = self.api.rows(_RESOURCES[kind], **query)
        items: list[contract.Item] = []
        broken: dict[str, str] = {}
        for raw in _JOINED[kind](self.api, rows):
            try:
                items.append(self.understand(kind, raw))
            except contract.Unparsable as error:
                broken[str(raw.get("id", ""))] = str(error)
        ids = [contract.Fields(row).number("id") for row in rows]
        return contract.Page(
            items=items, cursor={"last": ids[-1] if ids else last}, has_more=len(rows) == PER_PAGE, broken=broken
        )

    def do(self, deed: contract.Deed) -> contract.Done:
        if deed.ability != contract.Ability.CANCEL:
            raise contract.Refused(_now("This shop system cannot do that."))
        state = self._state(deed)
        if state.flag("shipped"):
            text = _now("The order cannot be cancelled: its status in the shop is “{status}”.")
            raise contract.Refused(text.format(status=understanding.told(state, "name")))
        if state.text("template") != understanding.CANCELLED:
            values = {"id_order": deed.order_id, "id_order_state": self._cancelled()}
            self.api.create("order_histories", "order_history", values)
        return contract.Done(remote_id=deed.order_id)

    def was_done(self, deed: contract.Deed) -> contract.Done | None:
        is_done = self._state(deed).text("template") == understanding.CANCELLED
        return contract.Done(remote_id=deed.order_id) if is_done else None

    def _state(self, deed: contract.Deed) -> contract.Fields:
        rows = self.api.of("orders", "id", [deed.order_id])
        if not rows:
            raise contract.Refused(_now("The shop does not show this order."))
        return contract.Fields(self.api.known("order_states").get(contract.Fields(rows[0]).text("current_state"), {}))

    def _cancelled(self) -> str:
        rows = (contract.Fields(row) for row in self.api.known("order_states").values())
        found = (row.text("id") for row in rows if row.text("template") == understanding.CANCELLED)
        if number := next(found, ""):
            return number
        raise contract.Refused(_now("The shop has no order state for cancelled orders."))

    def test(self) -> list[contract.Finding]:
        if not self.api.root.startswith(("https://", "http://")):
            return [contract.Finding(level="error", text=_now("The address of the shop begins with https://."))]
        try:
            missing = [resource for resource in NEEDED if not self._may_read(resource)]
        except contract.ShopError as error:
            return [_explained(error)]
        if not missing:
            return []
        text = _now("The webservice key may not read: {what}. Tick them (GET) in its permissions.")
        return [contract.Finding(level="error", text=text.format(what=", ".join(missing)))]

    def _may_read(self, resource: str) -> bool:
        try:
            self.api.rows(resource, limit="1")
        except contract.AuthFailed as error:
            if error.code != "403" and resource == NEEDED[0]:
                raise
            return False
        return True


def _explained(error: contract.ShopError) -> contract.Finding:
    """A failure as a merchant can act on it."""
    if isinstance(error, contract.AuthFailed):
        text = _now("The shop refuses the key ({reason}). Check it, and that the webservice is switched on.")
    elif isinstance(error, contract.NotThere):
        text = _now("There is no PrestaShop webservice at this address ({reason}). Switch it on in the back office.")
    else:
        text = _now("The shop cannot be asked: {reason}")
    return contract.Finding(level="error", text=text.format(reason=str(error).rstrip(".")))
