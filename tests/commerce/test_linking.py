"""Whose an order is, why we think so, and what an agent says about it."""

from __future__ import annotations

import pytest

from shopbell.commerce import contract, evidence
from shopbell.commerce.models import Order
from shopbell.commerce.operations import linking, recording
from shopbell.customers.operations import resolving
from shopbell.events.models import Event
from tests import factories
from tests.commerce.things import connect, order

pytestmark = pytest.mark.django_db


def weighed() -> dict[str, tuple[str, int, bool]]:
    found = evidence.of_orders(Order.objects.all())
    rows = dict(Order.objects.values_list("id", "remote_id"))
    return {rows[number]: (one.by, one.confidence, one.is_sure) for number, one in found.items()}


def test_an_order_found_by_an_address_nobody_proved_is_a_suggestion():
    laden = connect()
    recording.record(laden, [contract.CustomerData(remote_id="7", email="acc@x.test", name="Anna Saar")])
    recording.record(
        laden,
        [
            order("1", email="anna@x.test"),
            order("2", email="proved@x.test"),
            order("3", email="other@x.test", customer_id="7"),
            order("4", email="", phone="+4917112345"),
            order("5", email="", name=""),
        ],
        historic=True,
    )
    resolving.resolve("email", "proved@x.test", verified=True)
    assert weighed() == {
        "1": ("email", 60, False),
        "2": ("email", 95, True),
        "3": ("account", 80, True),
        "4": ("phone", 50, False),
        "5": ("", 0, False),
    }


def test_what_an_agent_says_stays_and_can_be_taken_back():
    laden, agent = connect(), factories.agent()
    recording.record(laden, [order("1", email="anna@x.test")], historic=True)
    row = Order.objects.get()
    first, berta = row.customer_id, resolving.resolve("email", "berta@x.test", name="Berta")
    assert linking.give(row.id, berta.id, actor=agent.pk) is True
    assert linking.give(row.id, berta.id, actor=agent.pk) is False
    recording.record(laden, [order("1", email="anna@x.test", updated_at=None, total=1)], historic=True)
    row.refresh_from_db()
    assert (row.total, row.customer_id, row.linked_by) == (1, berta.id, "agent")
    assert linking.give_back(row.id, actor=agent.pk) is True
    assert linking.give_back(row.id, actor=agent.pk) is False
    row.refresh_from_db()
    assert (row.customer_id, row.linked_by) == (first, "email")
    told = Event.objects.filter(name="commerce.order_given").order_by("id")
    assert [(one.data["customer_id"], one.data["former_id"]) for one in told] == [(berta.id, first), (first, berta.id)]


def test_an_order_may_be_nobody_s():
    recording.record(connect(), [order("1")], historic=True)
    row = Order.objects.get()
    linking.give(row.id, None, actor=factories.agent().pk)
    row.refresh_from_db()
    assert (row.customer, row.linked_by) == (None, "agent")


def test_the_account_a_shop_s_site_vouched_for_is_its_customer_s():
    laden = connect()
    slug = laden.shop.slug
    known = resolving.resolve("account", f"{slug}:7", name="Anna", verified=True)
    recording.record(laden, [contract.CustomerData(remote_id="7", email="new@x.test")])
    recording.record(laden, [order("1", customer_id="7")], historic=True)
    assert Order.objects.get().customer == known
