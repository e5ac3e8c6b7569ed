"""Bodies as webhooks and the REST API write them, understood like those of the GraphQL API."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shopbell.commerce import contract
from shopbell.plugins.shopify.connector import Shopify

CONNECTOR = Shopify({"currency": "DKK"}, ZoneInfo("Europe/Copenhagen"))


def price(shop: str, shown: str) -> dict[str, Any]:
    return {
        "shop_money": {"amount": shop, "currency_code": "DKK"},
        "presentment_money": {"amount": shown, "currency_code": "EUR"},
    }


def order(**changes: Any) -> dict[str, Any]:
    """Paid in euros in a Danish shop; one of two mugs was refunded, the plate is still to be sent."""
    return {
        "id": 5001,
        "admin_graphql_api_id": "gid://shopify/Order/5001",
        "name": "#1042",
        "order_number": 1042,
        "email": "ane@example.dk",
        "phone": None,
        "currency": "DKK",
        "presentment_currency": "EUR",
        "total_price": "260.00",
        "total_price_set": price("260.00", "35.00"),
        "subtotal_price_set": price("223.00", "30.00"),
        "total_shipping_price_set": price("37.00", "5.00"),
        "total_tax_set": price("52.00", "7.00"),
        "total_discounts_set": price("0.00", "0.00"),
        "taxes_included": True,
        "financial_status": "partially_refunded",
        "fulfillment_status": "partial",
        "processed_at": "2026-11-02T09:30:00+01:00",
        "created_at": "2026-11-02T09:29:00+01:00",
        "updated_at": "2026-11-04T09:30:00+01:00",
        "cancelled_at": None,
        "customer": {"id": 77, "email": "ane@example.dk"},
        "customer_locale": "da-DK",
        "payment_gateway_names": ["shopify_payments"],
        "source_name": "web",
        "shipping_lines": [{"title": "GLS Pakkeshop", "price": "37.00"}],
        "shipping_address": {"first_name": "Ane", "last_name": "Ærø", "zip": "2100", "country_code": "DK"},
        "discount_codes": [{"code": "TAK", "amount": "0.00"}],
        "line_items": [
            {
                "id": 1,
                "title": "Mug",
                "variant_title": "Blue",
                "sku": "M-B",
                "product_id": 9,
                "variant_id": 91,
                "quantity": 2,
                "current_quantity": 1,
                "fulfillable_quantity": 0,
                "price": "74.00",
                "price_set": price("74.00", "10.00"),
                "tax_lines": [{"price": "29.60", "price_set": price("29.60", "4.00")}],
                "discount_allocations": [],
            },
            {"id": 2, "title": "Plate", "quantity": 1, "fulfillable_quantity": 1, "price_set": price("74.00", "10.00")},
        ],
        "fulfillments": [
            {
                "id": 301,
                "status": "success",
                "shipment_status": "ready_for_pickup",
                "tracking_company": "GLS",
                "tracking_numbers": ["12345678901", "12345678902"],
                "tracking_urls": ["https://gls.example/1"],
                "created_at": "2026-11-03T10:00:00+01:00",
                "line_items": [{"id": 1, "quantity": 2}],
            }
        ],
        "refunds": [
            {
                "id": 401,
                "created_at": "2026-11-04T09:30:00+01:00",
                "note": "broken",
                "refund_line_items": [{"line_item_id": 1, "quantity": 1}],
                "transactions": [
                    {"kind": "refund", "status": "success", "amount": "10.00"},
                    {"kind": "refund", "status": "failure", "amount": "10.00"},
                ],
            }
        ],
        **changes,
    }


def understood(**changes: Any) -> Any:
    return CONNECTOR.understand("order", order(**changes))


def test_an_order_in_the_currency_the_customer_paid_in():
    found = understood()
    assert (found.remote_id, found.number, found.customer_id, found.name) == ("5001", "1042", "77", "Ane Ærø")
    assert (found.currency, found.total, found.subtotal, found.shipping, found.tax) == ("EUR", 3500, 3000, 500, 700)
    assert (found.payment, found.paid) == (contract.Payment.PARTLY_REFUNDED, 3500)
    assert (found.fulfilment, found.delivery_method) == (contract.Fulfilment.PARTLY, "GLS Pakkeshop")
    assert found.placed_at.isoformat() == "2026-11-02T08:30:00+00:00"
    assert (found.language, found.coupons, found.source) == ("da-DK", ("TAK",), contract.Source.WEB)
    assert found.raw["order_number"] == 1042


def test_its_lines_parcels_and_refunds():
    found = understood()
    assert [(one.title, one.total, one.tax, one.fulfilled, one.refunded) for one in found.lines] == [
        ("Mug Blue", 2000, 400, 1, 1),
        ("Plate", 1000, 0, 0, 0),
    ]
    assert [(one.remote_id, one.tracking_number, one.tracking_url, one.state) for one in found.shipments] == [
        ("301", "12345678901", "https://gls.example/1", contract.State.AVAILABLE_FOR_PICKUP),
        ("301-1", "12345678902", "", contract.State.AVAILABLE_FOR_PICKUP),
    ]
    assert [(one.amount, one.reason, one.is_pending) for one in found.refunds] == [(1000, "broken", False)]


def test_bodies_of_old_versions_have_one_currency():
    old = {"presentment_currency": None, "total_price_set": None, "total_shipping_price_set": None}
    found = understood(**old, refunds=[], line_items=[], fulfillments=None, fulfillment_status=None)
    assert (found.currency, found.total, found.shipping) == ("DKK", 26000, 3700)
    assert (found.fulfilment, found.shipments) == (contract.Fulfilment.OPEN, ())


@pytest.mark.parametrize(
    ("changes", "payment", "fulfilment"),
    [
        ({"financial_status": "pending", "fulfillment_status": None}, "pending", "open"),
        ({"financial_status": "voided", "fulfillment_status": "restocked"}, "voided", "unknown"),
        ({"financial_status": "in_dispute", "fulfillment_status": "teleported"}, "unknown", "unknown"),
    ],
)
def test_states_that_are_not_known_are_unknown(changes: dict[str, Any], payment: str, fulfilment: str):
    found = understood(**changes, refunds=[])
    assert (found.payment, found.fulfilment, found.paid) == (payment, fulfilment, 0)


def test_a_guest_without_anything():
    found = understood(customer=None, email="", shipping_address=None, cancelled_at="2026-11-03T10:00:00Z")
    assert (found.customer_id, found.email, found.name, found.is_cancelled) == ("", "", "", True)


def test_customers_and_products():
    given = {"id": 77, "email": "a@b.dk", "first_name": "Ane", "last_name": "", "accepts_marketing": False}
    found = CONNECTOR.understand("customer", {**given, "default_address": {"zip": "2100", "country_code": "DK"}})
    assert (found.remote_id, found.name, found.accepts_marketing, found.address.postcode) == (
        "77",
        "Ane",
        False,
        "2100",
    )
    agreed = CONNECTOR.understand("customer", {**given, "email_marketing_consent": {"state": "subscribed"}})
    assert agreed.accepts_marketing is True
    one = {"id": 91, "title": "Blue", "sku": "M-B", "price": "74.00", "inventory_quantity": 3}
    given = {"id": 9, "title": "Mug", "product_type": "", "status": "draft", "images": [{"src": "https://x.example/m"}]}
    mug = CONNECTOR.understand("product", {**given, "variants": [one, {**one, "inventory_management": "shopify"}]})
    assert (mug.is_active, mug.image_url) == (False, "https://x.example/m")
    assert [(v.title, v.price, v.currency, v.stock) for v in mug.variants] == [
        ("Mug Blue", 7400, "DKK", None),
        ("Mug Blue", 7400, "DKK", 3),
    ]


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("order", {"id": 1, "name": "#D1", "status": "open", "total_price": "5.00", "line_items": []}),  # a draft
        ("order", {"id": 1, "token": "x", "name": "#4478", "total_price": "5.00"}),  # a checkout
        ("customer", {"id": 1, "name": "The shop", "email": "shop@example.com"}),
        ("product", {"id": 1, "title": "A collection", "handle": "a"}),
    ],
)
def test_what_is_none_of_them(kind: contract.Kind, given: dict[str, Any]):
    with pytest.raises(contract.Unparsable, match=f"this is no {kind}"):
        CONNECTOR.understand(kind, given)
