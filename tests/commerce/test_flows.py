"""The same flow for each kind of shop: its first import, its changes, its pushes, and a deed whose answer is lost."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shopbell.commerce import contract
from shopbell.commerce.contract import Ability
from shopbell.commerce.models import Account, Action, Connection, Line, Order, Product, Push, Shipment
from shopbell.commerce.operations import acting, syncing
from shopbell.events import delivery
from shopbell.events.models import Delivery
from tests import factories
from tests.commerce.standin import StandIn, serving
from tests.commerce.things import connect
from tests.plugins.ecwid import shop as ecwid
from tests.plugins.prestashop import shop as prestashop
from tests.plugins.shopify import shop as shopify
from tests.plugins.shopware import shop as shopware
from tests.plugins.woocommerce import shop as woocommerce

pytestmark = pytest.mark.django_db
Push_ = tuple[bytes, dict[str, str], str]  # body, headers, query


@dataclass
class Case:
    """A kind of shop with one order, product and customer: how it pushes, and how its order changes."""

    connector: str
    make: Callable[[], Any]
    settings: Callable[[Any], dict[str, Any]]
    order: Callable[[Any], dict[str, Any]]  # the order as it lies in the shop
    cancelled: dict[str, Any]  # what changes when it is cancelled
    push: Callable[[Any, dict[str, Any]], Push_] | None
    number: str


def _mac(body: bytes, secret: str = "geheim") -> bytes:
    return hmac.new(secret.encode(), body, hashlib.sha256).digest()


def _woo_push(order: Any, settings: dict[str, Any]) -> Push_:
    body = json.dumps(order).encode()
    mac = base64.b64encode(_mac(body, settings["webhook_secret"])).decode()
    return body, {"X-WC-Webhook-Topic": "order.updated", "X-WC-Webhook-Signature": mac}, ""


def _shopify_push(order: Any, settings: dict[str, Any]) -> Push_:
    body = json.dumps({"id": 450, "name": "#1001"}).encode()
    headers = {"X-Shopify-Topic": "orders/updated", "X-Shopify-Event-Id": "e1"}
    return body, {**headers, "X-Shopify-Hmac-Sha256": base64.b64encode(_mac(body)).decode()}, ""


def _shopware_push(order: Any, settings: dict[str, Any]) -> Push_:
    row = {"entity": "order", "operation": "update", "primaryKey": order["id"]}
    body = json.dumps({"data": {"payload": [row], "event": "order.written"}, "source": {"eventId": "e1"}}).encode()
    return body, {}, f"?token={settings['webhook_token']}"


def _ecwid_push(order: Any, settings: dict[str, Any]) -> Push_:
    said = {"eventId": "e1", "eventCreated": 1, "entityId": 20, "eventType": "order.updated"}
    body = json.dumps({**said, "data": {"orderId": "XJ20"}}).encode()
    return body, {"X-Ecwid-Webhook-Signature": base64.b64encode(_mac(b"1.e1")).decode()}, ""


def _things(shop: Any, name: str) -> dict[str, Any]:
    found: dict[str, Any] = shop.things[name][0]
    return found


CASES = [
    Case(
        "woocommerce",
        lambda: woocommerce.WooShop(
            orders=[woocommerce.order()], products=[woocommerce.product()], customers=[woocommerce.customer()]
        ),
        lambda shop: {"url": shop.url, "consumer_key": "ck_1", "consumer_secret": "cs_1"},
        lambda shop: _things(shop, "orders"),
        {"status": "cancelled", "date_modified_gmt": "2026-11-22T10:00:00"},
        _woo_push,
        "24",
    ),
    Case(
        "shopify",
        lambda: shopify.ShopifyShop(
            orders=[shopify.order()], products=[shopify.product()], customers=[shopify.customer()]
        ),
        lambda shop: {"shop": shop.url, "client_id": "id", "client_secret": "geheim"},
        lambda shop: _things(shop, "orders"),
        {"cancelledAt": "2026-11-23T10:00:00Z", "updatedAt": "2026-11-23T10:00:00Z"},
        _shopify_push,
        "1001",
    ),
    Case(
        "shopware",
        lambda: shopware.ShopwareShop(
            order=[shopware.order()], product=[shopware.product()], customer=[shopware.customer()]
        ),
        lambda shop: {"url": shop.url, "client_id": "id", "client_secret": "geheim"},
        lambda shop: _things(shop, "order"),
        {"stateMachineState": shopware.state("cancelled"), "updatedAt": "2026-11-23T10:00:00.000+00:00"},
        _shopware_push,
        "10001",
    ),
    Case(
        "ecwid",
        lambda: ecwid.EcwidShop(orders=[ecwid.order()], products=[ecwid.product()], customers=[ecwid.customer()]),
        lambda shop: {"api": shop.url, "store_id": "1003", "token": "secret_1", "client_secret": "geheim"},
        lambda shop: _things(shop, "orders"),
        {"paymentStatus": "CANCELLED", "updateTimestamp": 1795299999},
        _ecwid_push,
        "HL-20",
    ),
    Case(
        "prestashop",
        lambda: prestashop.PrestaShopShop(orders=[prestashop.order()], products=[prestashop.product()]),
        lambda shop: {"url": shop.url, "key": "ABC"},
        lambda shop: _things(shop, "orders"),
        {"current_state": "6", "date_upd": "2026-11-23 12:00:00"},
        None,
        "XKBKNABJK",
    ),
]


@dataclass
class Flow:
    case: Case
    shop: StandIn
    row: Connection

    def fresh(self) -> Connection:
        return Connection.objects.select_related("shop").get(id=self.row.id)


@pytest.fixture(params=CASES, ids=lambda case: case.connector)
def flow(request: pytest.FixtureRequest) -> Iterator[Flow]:
    """A connected shop whose first import is done."""
    case: Case = request.param
    with ExitStack() as stack:
        shop = stack.enter_context(serving(case.make()))
        row = connect(connector=case.connector, settings=case.settings(shop), key="abc", imported_at=None)
        found = Flow(case, shop, row)
        assert syncing.import_everything(row, lambda: False, pause=0)
        yield found


def test_the_first_import_brings_everything(flow: Flow):
    order = Order.objects.get()
    assert (order.number, order.total > 9000, order.currency) == (flow.case.number, True, "EUR")
    assert order.customer is not None
    assert order.account == Account.objects.get()
    assert Product.objects.get().variants.count() == 1
    assert Line.objects.filter(order=order).exists()
    assert {parcel.tracking_number for parcel in Shipment.objects.all()} <= {"JJD1", ""}
    assert flow.fresh().imported_at is not None


def test_reading_everything_again_brings_no_news(flow: Flow):
    before = list(Order.objects.values())
    row = flow.fresh()
    assert syncing.sweep(row, lambda: False) == 0
    assert syncing.fetch(row, "order", Order.objects.get().remote_id) is False
    assert list(Order.objects.values()) == before


def test_what_changed_is_found_by_asking(flow: Flow):
    flow.case.order(flow.shop).update(flow.case.cancelled)
    row = flow.fresh()
    row.cursors = {kind: {"since": "2026-11-20T00:00:00+00:00"} for kind in contract.KINDS}
    assert syncing.read_changes(row, lambda: False) == 1
    assert Order.objects.get().is_cancelled is True


def test_a_push_is_a_hint(flow: Flow, settings: Any):
    if flow.case.push is None:
        assert flow.fresh().adapter().has_webhooks is False
        return
    settings.BASE_URL = "https://desk.test"
    syncing.check_health(flow.fresh())
    order = flow.case.order(flow.shop)
    body, headers, query = flow.case.push(dict(order), flow.fresh().settings)
    order.update(flow.case.cancelled)
    for expected in (200, 200):
        answer = Client().post(f"/hooks/shops/abc/{query}", body, content_type="application/json", headers=headers)
        assert answer.status_code == expected
    assert Client().post("/hooks/shops/abc/", body, content_type="application/json").status_code == 401
    while delivery.deliver("outside", 1):
        pass
    assert [push.state for push in Push.objects.all()] == ["done"]
    assert Order.objects.get().is_cancelled is True


def test_health_says_nothing_a_second_time(flow: Flow, settings: Any):
    """A shop that is well is found well, and what was set up is not set up again."""
    settings.BASE_URL = "https://desk.test"
    syncing.check_health(flow.fresh())
    made = len(flow.shop.asked("POST"))
    syncing.check_health(flow.fresh())
    levels = [level for level, _text in flow.fresh().findings]
    assert "error" not in levels
    asked = flow.shop.asked("POST")[made:]
    assert [call for call in asked if call.path.endswith(("v3/webhooks", "api/webhook"))] == []
    assert [
        call for call in asked if b"webhookSubscriptionCreate" in call.body and b"FULFILLMENT_EV" not in call.body
    ] == []


def test_a_shop_that_answers_half_a_list_loses_nothing(flow: Flow):
    flow.case.order(flow.shop).update(flow.case.cancelled)
    row = flow.fresh()
    row.cursors = {kind: {"since": "2026-11-20T00:00:00+00:00"} for kind in contract.KINDS}
    flow.shop.fault(200, half=True)
    with pytest.raises(contract.ShopError):
        syncing.read_changes(row, lambda: False)
    assert Order.objects.get().gone_at is None
    assert syncing.read_changes(row, lambda: False) == 1


@pytest.mark.parametrize(
    "flow", [case for case in CASES if case.connector in ("woocommerce", "shopify")], indirect=True
)
def test_a_refund_whose_answer_is_lost_goes_back_once(flow: Flow, django_capture_on_commit_callbacks: Any):
    """The shop does it and answers with a 500: it is read back, and never done twice."""
    if isinstance(flow.shop, shopify.ShopifyShop):
        flow.shop.payments = [shopify.payment(1, "94.90")]
        flow.shop.loses_answers = True
    else:
        flow.shop.fault(500, after=True, method="POST", part="/refunds")
    order = Order.objects.get()
    wish = acting.Wish(ability=Ability.REFUND, seen=0, amount=1000, text="Kulanz")
    row = acting.ask(order.id, factories.agent("Leena Lead", "lead"), wish)
    for state in (Action.State.UNKNOWN, Action.State.DONE):
        taken = 1
        while taken:
            with django_capture_on_commit_callbacks(execute=True):
                taken = delivery.deliver("inside", 50) + delivery.deliver("outside", 1)
        row.refresh_from_db()
        assert row.state == state
        Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    made = flow.shop.refunded.values() if isinstance(flow.shop, shopify.ShopifyShop) else _made(flow.shop)
    assert len(made) == 1


def _made(shop: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.made["orders/24/refunds"]
    return found
