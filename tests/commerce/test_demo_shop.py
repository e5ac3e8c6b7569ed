"""The demo's shop carries out what it confirms: the order beside the conversation shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shopbell.commerce import contract
from shopbell.commerce.contract import Ability
from shopbell.commerce.models import Action, Order
from shopbell.commerce.operations import acting, recording, syncing
from shopbell.core import registry
from shopbell.events import delivery
from tests import factories
from tests.commerce import things

pytestmark = pytest.mark.django_db
ADDRESS = contract.Address(name="Anna Saar", line1="Pikk 2", postcode="10123", city="Tallinn", country="EE")
MOVING = (things.scan(9, contract.State.HANDED_OVER), things.scan(12, contract.State.IN_TRANSIT))


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch) -> Order:
    monkeypatch.setitem(
        registry.connectors._paths, "demo", "shopbell.demo.shop_system.DemoShop"
    )  # as in the demo alone
    parcel = things.parcel(lines={"l1": 2}, events=MOVING)
    given = things.order(paid=4990, payment=contract.Payment.PAID, shipments=(parcel,), billing=ADDRESS, coupons=("X",))
    recording.record(things.connect(connector="demo"), [given])
    return Order.objects.get()


@pytest.fixture
def ask(order: Order, django_capture_on_commit_callbacks: Any) -> Callable[..., Action]:
    def asked(ability: Ability, **fields: Any) -> Action:
        seen = Action.objects.filter(ability=ability).count()
        wish = acting.Wish(ability=ability, seen=seen, **fields)
        row = acting.ask(order.id, factories.agent("Lea Lead", "lead"), wish)
        taken = 1
        while taken:
            with django_capture_on_commit_callbacks(execute=True):
                taken = delivery.deliver("inside", 50) + delivery.deliver("outside", 1)
        row.refresh_from_db()
        assert row.state == Action.State.DONE
        return row

    return asked


def test_an_order_read_anew_is_what_it_was(order: Order):
    before = Order.objects.values().get(), list(order.shipments.values()), list(order.lines.values())
    syncing.fetch(order.connection, "order", "1")
    after = Order.objects.values().get(), list(order.shipments.values()), list(order.lines.values())
    for old, new in zip([before[0], *before[1], *before[2]], [after[0], *after[1], *after[2]], strict=True):
        touched = {"id", "digest", "seen_at", "watch_at", "ask_at", "remote_updated_at"}
        assert {name: old[name] for name in old.keys() - touched} == {name: new[name] for name in old.keys() - touched}


def test_what_was_cancelled_is_cancelled_and_goes_to_its_new_address(order: Order, ask: Callable[..., Action]):
    ask(Ability.ADDRESS, address=ADDRESS)
    ask(Ability.CANCEL)
    order.refresh_from_db()
    assert (order.is_cancelled, order.shipping_address["line1"]) == (True, "Pikk 2")
    assert order.shipments.get().state == contract.State.IN_TRANSIT


def test_money_goes_back_once_and_in_parts(order: Order, ask: Callable[..., Action]):
    ask(Ability.REFUND, amount=990)
    ask(Ability.NOTE, text="Hello")
    order.refresh_from_db()
    assert (order.refunded, order.payment) == (990, contract.Payment.PARTLY_REFUNDED)
    ask(Ability.REFUND, amount=4000)
    order.refresh_from_db()
    assert (order.refunded, order.payment, order.refunds.count()) == (4990, contract.Payment.REFUNDED, 2)
