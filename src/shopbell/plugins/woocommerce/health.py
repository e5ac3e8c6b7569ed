"""Whether a shop can be asked, and whether it pushes: after failures it switches a webhook off and says nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from shopbell.commerce.contract import AuthFailed, Fields, Finding, NotThere, ShopError
from shopbell.plugins.woocommerce.api import Api

TOPICS = (
    *("order.created", "order.updated", "order.deleted", "order.restored"),
    *("customer.created", "customer.updated", "customer.deleted"),
    *("product.created", "product.updated", "product.deleted", "product.restored"),
)
Keep = Callable[[Mapping[str, Any]], None]


def is_unknown(body: Any) -> bool:
    """An error for an object and not for the API: "woocommerce_rest_shop_order_invalid_id" and the like."""
    return isinstance(body, Mapping) and str(body.get("code", "")).endswith("invalid_id")


def test(api: Api, settings: Mapping[str, Any]) -> list[Finding]:
    """What is wrong, in words of a merchant. Raises nothing."""
    if not api.root.startswith(("https://", "http://")):
        return [_error(_("The address of the shop begins with https://."))]
    try:
        api.get("orders", per_page=1)
        found = [*_rights(api), *_switched_off(api, str(settings.get("delivery_url") or ""))]
    except ShopError as error:
        return [explained(error)]
    if api.root.startswith("http://"):
        text = _("The shop is asked without encryption: customers' data can be read on the way. Use https.")
        found.append(_warning(text))
    return found


def _rights(api: Api) -> list[Finding]:
    """A batch of nothing changes nothing, and needs the right to."""
    try:
        api.change("POST", "orders/batch", {}, is_deed=False)
    except AuthFailed:
        text = _("The key may only read. Give it read/write access, or notes, cancellations and refunds fail.")
        return [_warning(text)]
    return []


def _switched_off(api: Api, address: str) -> list[Finding]:
    """Nothing is said before the webhooks were set up once. No error: the next `subscribe` puts it right."""
    if not address:
        return []
    hooks = _hooks(api, address)
    off = sorted(topic for topic, hook in hooks.items() if hook.text("status") != "active")
    gone = [topic for topic in TOPICS if topic not in hooks]
    found = []
    if off:
        text = _("The shop has switched webhooks off after failed deliveries: {topics}.")
        found.append(_warning(text.format(topics=", ".join(off))))
    if gone:
        text = _("Webhooks are missing in the shop: {topics}.")
        found.append(_warning(text.format(topics=", ".join(gone))))
    return found


def _hooks(api: Api, address: str) -> dict[str, Fields]:
    """Topic → our webhook for it."""
    rows = (Fields(row) for row in api.everything("webhooks"))
    return {row.text("topic"): row for row in rows if row.text("delivery_url") == address}


def subscribe(api: Api, settings: Mapping[str, Any], address: str, keep: Keep) -> list[Finding]:
    """Make the webhooks that are missing and switch those on again that are off. Raises nothing."""
    try:
        return _subscribe(api, settings, address, keep)
    except ShopError as error:
        return [explained(error)]


def _subscribe(api: Api, settings: Mapping[str, Any], address: str, keep: Keep) -> list[Finding]:
    secret = str(settings.get("webhook_secret") or "")
    is_new = not secret
    if is_new:
        secret = secrets.token_urlsafe(32)
        keep({"webhook_secret": secret})
    hooks = _hooks(api, address)
    revived = []
    for topic in TOPICS:
        hook = hooks.get(topic)
        if hook is None:
            body = {"name": f"Shopbell {topic}", "topic": topic, "delivery_url": address, "secret": secret}
            api.change("POST", "webhooks", {**body, "status": "active"}, is_deed=False)
        elif is_new or hook.text("status") != "active":
            change = {"status": "active", "secret": secret}
            api.change("PUT", f"webhooks/{hook.needed('id')}", change, is_deed=False)
            revived += [topic] if hook.text("status") != "active" else []
    keep({"delivery_url": address})
    if not revived:
        return []
    text = _("The shop had switched webhooks off after failed deliveries; they are on again: {topics}.")
    return [_warning(text.format(topics=", ".join(revived)))]


def explained(error: ShopError) -> Finding:
    """A failure as a merchant can act on it."""
    if isinstance(error, AuthFailed):
        text = _("The shop refuses the keys ({reason}). Make a new key with read/write access and enter it here.")
    elif isinstance(error, NotThere):
        text = _(
            "There is no WooCommerce at this address ({reason}). Check it, and in WordPress → Settings → Permalinks "
            "choose anything but “Plain”."
        )
    else:
        text = _("The shop cannot be asked: {reason}")
    return _error(text.format(reason=str(error).rstrip(".")))


def _error(text: str) -> Finding:
    return Finding(level="error", text=text)


def _warning(text: str) -> Finding:
    return Finding(level="warning", text=text)
