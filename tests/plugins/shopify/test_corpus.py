"""Bodies of Shopify's own REST fixtures, which webhooks have the shape of."""

from __future__ import annotations

import json

import pytest

from shopbell.commerce import contract
from tests import corpora
from tests.plugins.shopify.shop import ShopifyShop

CONNECTOR = ShopifyShop().connector()


@pytest.mark.parametrize(
    ("name", "topic", "hint"),
    [
        ("order", "orders/updated", ("order", "450789469")),
        ("refund", "refunds/create", ("order", "450789469")),
        ("fulfillment", "fulfillments/create", ("order", "450789469")),
        ("fulfillment_event", "fulfillment_events/create", ("order", "2776493818019")),
        ("transaction", "order_transactions/create", ("order", "450789469")),
        ("customer", "customers/create", ("customer", "207119551")),
        ("product", "products/update", ("product", "632910392")),
    ],
)
def test_what_a_body_hints_at(name: str, topic: str, hint: tuple[contract.Kind, str]):
    folder = corpora.folder("shops", "shopify-fixtures", "fixtures")
    body = json.loads((folder / f"{name}.json").read_bytes())[name]
    found = CONNECTOR.hints(json.dumps(body).encode(), {"x-shopify-topic": topic})
    assert [(one.kind, one.remote_id) for one in found] == [hint]


OF_A_KIND = {
    "order": {"order", "orders"},
    "customer": {"customer", "customers_search", "customer_saved_search_customers"},
    "product": {"product", "products"},
}


def test_orders_customers_and_products_are_understood_and_nothing_else_is():
    folder = corpora.folder("shops", "shopify-fixtures", "fixtures")
    files = sorted(folder.glob("*.json"))
    assert len(files) > 90
    for file in files:
        raw = json.loads(file.read_bytes())
        inner = next(iter(raw.values())) if isinstance(raw, dict) and len(raw) == 1 else raw
        for kind in contract.KINDS:
            for thing in inner if isinstance(inner, list) else [inner]:
                if file.stem in OF_A_KIND[kind]:
                    assert CONNECTOR.understand(kind, thing).remote_id == str(thing["id"])
                else:
                    with pytest.raises(contract.Unparsable):
                        CONNECTOR.understand(kind, thing)
