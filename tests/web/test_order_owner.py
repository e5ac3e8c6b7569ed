"""Whose an order is: shown with its reason, and an agent's word on it stays until it is taken back."""

from __future__ import annotations

import pytest
from django.test import Client

from shopbell.commerce.models import Order
from shopbell.commerce.operations import recording
from shopbell.events.models import Event
from tests import factories
from tests.commerce.things import NOON, connect, order
from tests.web.entering import entering

pytestmark = pytest.mark.django_db


def page(agent: Client, row: Order) -> str:
    return agent.get(f"/desk/orders/{row.id}/").content.decode()


def say(agent: Client, row: Order, what: str) -> Order:
    assert agent.post(f"/desk/orders/{row.id}/owner/", {"do": what}).status_code == 303
    return Order.objects.get()


def test_an_agent_s_word_stays_until_it_is_taken_back():
    laden, mari = connect(factories.shop()), factories.agent("Mari")
    recording.record(laden, [order()])
    row = Order.objects.get()
    anna, desk = row.customer_id, entering(mari)
    seen = page(desk, row)
    assert "Taken for theirs: its e-mail address" in seen
    assert "not proved" in seen
    assert say(desk, row, "theirs").linked_by == "agent"
    assert "not proved" not in page(desk, row)
    assert say(desk, row, "back").linked_by == "email"
    assert say(desk, row, "not-theirs").customer_id is None
    recording.record(laden, [order(total=1, updated_at=NOON.replace(hour=13))])
    assert Order.objects.get().customer_id is None, "the shop's next word changes nothing"
    assert "Nobody’s: an agent says so" in page(desk, row)
    assert say(desk, row, "back").customer_id == anna
    said = Event.objects.filter(name="commerce.order_given")
    assert [event.actor_id for event in said] == [mari.id] * 4
    assert say(desk, row, "nonsense").customer_id == anna
    assert said.count() == 4


def test_the_way_back_to_the_conversation_stays():
    laden = connect(factories.shop())
    recording.record(laden, [order()])
    row, mari = Order.objects.get(), entering(factories.agent())
    talk = factories.conversation(factories.mailbox(laden.shop), text="Hello")
    there = f"/desk/orders/{row.id}/?from={talk.id}"
    where = f"/desk/orders/{row.id}/owner/?from={talk.id}"
    assert f'action="{where}"' in mari.get(there).content.decode()
    assert mari.post(where, {"do": "theirs"})["Location"] == f"{there}#who"
    assert mari.post(f"/desk/orders/{row.id}/owner/", {"do": "back"})["Location"] == f"/desk/orders/{row.id}/#who"


def test_nobody_says_it_of_an_order_they_may_not_see():
    recording.record(connect(factories.shop()), [order()])
    row = Order.objects.get()
    ravi = factories.agent("Ravi", role="partner", teams=(factories.team("Nightline", is_partner=True),))
    assert entering(ravi).post(f"/desk/orders/{row.id}/owner/", {"do": "not-theirs"}).status_code in (403, 404)
    assert Client().post(f"/desk/orders/{row.id}/owner/", {"do": "not-theirs"}).status_code == 302
    assert entering(factories.agent()).get(f"/desk/orders/{row.id}/owner/").status_code == 405
    assert Order.objects.get().customer_id == row.customer_id
