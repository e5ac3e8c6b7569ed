"""Whether a shop can be asked, what the app may do there, and whether it pushes."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from shopbell.commerce.contract import AuthFailed, Fields, Finding, NotThere, ShopError
from shopbell.plugins.shopify import queries
from shopbell.plugins.shopify.api import Api

TOPICS = (
    *("ORDERS_CREATE", "ORDERS_UPDATED", "ORDERS_DELETE", "REFUNDS_CREATE"),
    *("FULFILLMENTS_CREATE", "FULFILLMENTS_UPDATE", "FULFILLMENT_EVENTS_CREATE"),
    *("CUSTOMERS_CREATE", "CUSTOMERS_UPDATE", "CUSTOMERS_DELETE"),
    *("PRODUCTS_CREATE", "PRODUCTS_UPDATE", "PRODUCTS_DELETE"),
)
NEEDED = ("read_orders", "read_customers", "read_products")
WANTED = ("write_orders", "write_discounts")


def learn_rights(api: Api) -> None:
    """Ask what the app may do. Raises ShopError."""
    found = Fields(api.ask(queries.HEALTH, {})).inner("currentAppInstallation")
    api.learn(scopes=sorted(one.text("handle") for one in found.each("accessScopes")))


def test(api: Api) -> list[Finding]:
    """What is wrong, in words of a merchant. Raises nothing."""
    try:
        learn_rights(api)
    except ShopError as error:
        return [explained(error)]
    return list(_rights(api))


def _rights(api: Api) -> Iterator[Finding]:
    missing = [one for one in NEEDED if one not in api.rights]
    if missing:
        text = _("The app lacks rights it cannot do without: {rights}. Add them in the Dev Dashboard.")
        yield _error(text.format(rights=", ".join(missing)))
    lacking = [one for one in WANTED if one not in api.rights]
    if lacking:
        text = _("The app lacks rights, so agents cannot change orders or give coupons: {rights}.")
        yield _warning(text.format(rights=", ".join(lacking)))
    if "read_all_orders" not in api.rights:
        text = _("Only orders of the last 60 days can be seen. Ask Shopify for the right read_all_orders to see all.")
        yield _warning(text)


def subscribe(api: Api, address: str) -> list[Finding]:
    """Make the subscriptions that are missing: Shopify removes those that failed for long. Raises nothing."""
    if not address.startswith("https://") and api.root.startswith("https://"):
        return [_error(_("Shopify pushes to https addresses only; changes are found every ten minutes instead."))]
    try:
        there = _subscribed(api, address)
        failed = [said for topic in TOPICS if topic not in there for said in _subscribe(api, topic, address)]
    except ShopError as error:
        return [explained(error)]
    return [_warning(said) for said in failed]


def _subscribed(api: Api, address: str) -> set[str]:
    found: set[str] = set()
    after: str | None = None
    while True:
        part = Fields(api.ask(queries.WEBHOOKS, {"after": after})).inner("webhookSubscriptions")
        found |= {one.text("topic") for one in part.each("nodes") if one.text("uri") == address}
        if not part.inner("pageInfo").flag("hasNextPage"):
            return found
        after = part.inner("pageInfo").text("endCursor")


def _subscribe(api: Api, topic: str, address: str) -> list[str]:
    """What the shop says against it."""
    made = Fields(api.ask(queries.SUBSCRIBE, {"topic": topic, "uri": address})).inner("webhookSubscriptionCreate")
    text = _("The shop does not push {topic}: {reason}")
    return [text.format(topic=topic, reason=one.text("message")) for one in made.each("userErrors")]


def explained(error: ShopError) -> Finding:
    """A failure as a merchant can act on it."""
    if isinstance(error, AuthFailed):
        text = _(
            "The shop refuses the app ({reason}). Check client ID and secret, and that the app is installed in the "
            "shop and belongs to the same organisation."
        )
    elif isinstance(error, NotThere):
        text = _("There is no shop of this name ({reason}). It ends in .myshopify.com.")
    else:
        text = _("The shop cannot be asked: {reason}")
    return _error(text.format(reason=str(error).rstrip(".")))


def _error(text: str) -> Finding:
    return Finding(level="error", text=text)


def _warning(text: str) -> Finding:
    return Finding(level="warning", text=text)
