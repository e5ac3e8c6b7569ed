"""Whether a shop can be asked, and whether it pushes."""

from __future__ import annotations

import secrets

from django.utils.translation import gettext as _

from shopbell.commerce.contract import AuthFailed, Fields, Finding, NotThere, ShopError
from shopbell.plugins.shopware.api import Api

_DELIVERY = ("open", "shipped", "shipped_partially", "returned", "returned_partially", "cancelled")
_PAYMENT = (
    *("open", "in_progress", "authorized", "paid", "paid_partially", "failed", "reminded"),
    *("refunded", "refunded_partially", "cancelled"),
)
# What is written to a delivery or a payment is not told of the order: their states are.
EVENTS = (
    *("order.written", "order.deleted", "customer.written", "customer.deleted", "product.written", "product.deleted"),
    *(f"state_enter.order_delivery.state.{state}" for state in _DELIVERY),
    *(f"state_enter.order_transaction.state.{state}" for state in _PAYMENT),
)
READ = ("order", "customer", "product")


def test(api: Api) -> list[Finding]:
    """What is wrong, in words of a merchant. Raises nothing."""
    if not api.root.startswith(("https://", "http://")):
        return [_error(_("The address of the shop begins with https://."))]
    found = []
    try:
        for entity in READ:
            found += _readable(api, entity)
    except ShopError as error:
        return [explained(error)]
    return found


def _readable(api: Api, entity: str) -> list[Finding]:
    try:
        api.search(entity, limit=1)
    except AuthFailed as error:
        if error.code != "403":
            raise
        text = _("The integration may not read this: {what}. Give it the role of an administrator, or more rights.")
        return [_error(text.format(what=entity))]
    return []


def subscribe(api: Api, address: str) -> list[Finding]:
    """Make the webhooks that are missing, and switch those on again that are off. Raises nothing."""
    if api.settings.get("app_secret"):
        return []  # the app's manifest says what it pushes
    try:
        return _subscribe(api, address)
    except ShopError as error:
        return [explained(error)]


def _subscribe(api: Api, address: str) -> list[Finding]:
    if not api.settings.get("webhook_token"):
        api.learn(webhook_token=secrets.token_urlsafe(32))
    url = f"{address}?token={api.settings['webhook_token']}"
    rows = [Fields(row) for row in api.search("webhook", limit=500)]
    there = {row.text("eventName"): row for row in rows if row.text("url") == url}
    revived = []
    for event in EVENTS:
        row = there.get(event)
        if row is None:
            name = f"shopbell-{secrets.token_hex(4)}-{event}"[:255]
            api.call("POST", "webhook", {"name": name, "eventName": event, "url": url, "active": True})
        elif not row.flag("active"):
            api.call("PATCH", f"webhook/{row.needed('id')}", {"active": True, "errorCount": 0})
            revived.append(event)
    if not revived:
        return []
    text = _("The shop had switched webhooks off after failed deliveries; they are on again: {topics}.")
    return [Finding(level="warning", text=text.format(topics=", ".join(revived)))]


def explained(error: ShopError) -> Finding:
    """A failure as a merchant can act on it."""
    if isinstance(error, AuthFailed):
        text = _("The shop refuses the integration ({reason}). Check the access key and its secret, and its rights.")
    elif isinstance(error, NotThere):
        text = _("There is no Shopware 6 at this address ({reason}).")
    else:
        text = _("The shop cannot be asked: {reason}")
    return _error(text.format(reason=str(error).rstrip(".")))


def _error(text: str) -> Finding:
    return Finding(level="error", text=text)
