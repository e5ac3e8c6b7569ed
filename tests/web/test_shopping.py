"""Orders, parcels and purchases stand between a customer's messages, in the order they happened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shopbell.commerce import contract
from shopbell.commerce.models import Order
from shopbell.commerce.operations import recording
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation
from tests import factories
from tests.commerce.things import NOON, connect, order, parcel, scan
from tests.web.entering import entering

pytestmark = pytest.mark.django_db
State = contract.State
ANNA = "anna@customer.example"


def told(agent, talk: Conversation) -> list[str]:
    entries = entering(agent).get(f"/desk/customers/{talk.customer_id}/").context["entries"]
    return [one.text for one in entries if one.kind in ("fact", "link")]


def test_what_was_ordered_and_became_of_it_stands_between_the_messages():
    box = factories.mailbox()
    talk = factories.conversation(box, text="Where is it?", subject="Late", occurred_at=NOON + timedelta(days=3))
    moving = parcel(
        events=(
            scan(8, State.HANDED_OVER),
            scan(9, State.IN_TRANSIT),
            scan(10, State.ATTEMPT_FAILED),
            scan(11, State.ATTEMPT_FAILED),
            scan(12, State.AVAILABLE_FOR_PICKUP),
        )
    )
    back = contract.RefundData(remote_id="r", amount=500, made_at=NOON + timedelta(days=5))
    recording.record(connect(box.shop), [order(number="A-1", email=ANNA, shipments=(moving,), refunds=(back,))])
    assert told(factories.agent(), talk) == [
        "Ordered: #A-1, €49.90",
        "Parcel of #A-1: handed to the carrier",
        "Parcel of #A-1: could not be handed over",
        "Parcel of #A-1: waits to be picked up",
        "Late",
        "€5.00 of #A-1 went back",
    ]


def test_purchases_in_the_store_and_what_is_collected_there_are_told():
    box = factories.mailbox()
    talk = factories.conversation(box, text="Hi", subject="Hi", occurred_at=NOON - timedelta(days=1))
    bought = order("1", number="K-1", email=ANNA, source=contract.Source.STORE, place="Viru")
    wanted = order("2", number="K-2", email=ANNA, is_pickup=True, placed_at=NOON + timedelta(hours=1))
    ready = order(
        "3",
        number="K-3",
        email=ANNA,
        is_pickup=True,
        fulfilment=contract.Fulfilment.READY,
        placed_at=NOON + timedelta(hours=2),
    )
    recording.record(connect(box.shop), [bought, wanted, ready])
    Order.objects.filter(number="K-3").update(collected_at=NOON + timedelta(hours=5))
    assert told(factories.agent(), talk) == [
        "Hi",
        "Bought in the store (Viru): #K-1, €49.90",
        "Ordered to be collected in the store: #K-2, €49.90 (reserved)",
        "Ordered to be collected in the store: #K-3, €49.90 (collected)",
        "Order #K-3 was collected in the store",
    ]


def test_older_messages_bring_what_happened_meanwhile_and_nothing_twice():
    box = factories.mailbox()
    first = factories.receive(box, text="0", subject="S", occurred_at=NOON)
    for number in range(1, 60):
        factories.receive(
            box, text=str(number), thread_ids=(first.message_id,), occurred_at=NOON + timedelta(hours=number)
        )
    rows = [order(str(n), number=f"A-{n}", email=ANNA, placed_at=NOON + timedelta(hours=n, minutes=5)) for n in (1, 40)]
    recording.record(connect(box.shop), rows)
    mari = entering(factories.agent())
    page = mari.get(f"/desk/customers/{first.customer_id}/")
    assert ("A-40" in page.content.decode(), "A-1," in page.content.decode()) == (True, False)
    older = mari.get(f"/desk/customers/{first.customer_id}/{page.context['older_url']}", headers={"HX-Request": "true"})
    assert ("A-40" in older.content.decode(), "A-1," in older.content.decode()) == (False, True)


def test_the_timeline_asks_no_more_for_more_orders():
    box, mari = factories.mailbox(), entering(factories.agent())
    talk, laden = factories.conversation(box, text="Hi"), connect(box.shop)
    counted = []
    for number in (1, 2, 3):
        back = contract.RefundData(remote_id="r", amount=5, made_at=NOON)
        one = order(str(number), number=f"A-{number}", email=ANNA, refunds=(back,), shipments=(parcel(),))
        recording.record(laden, [one])
        mari.get(f"/desk/customers/{talk.customer_id}/")
        with CaptureQueriesContext(connection) as queries:
            mari.get(f"/desk/customers/{talk.customer_id}/")
        counted.append(len(queries))
    assert len(set(counted)) == 1


def test_a_partner_agent_sees_orders_of_their_own_customers_only():
    box, team = factories.mailbox(), factories.team(is_partner=True)
    talk = factories.conversation(box, text="Hi")
    recording.record(connect(box.shop), [order(number="A-1", email=ANNA)])
    recording.record(connect(factories.shop("Teine")), [order(number="B-1", email=ANNA)])
    operations.assign(talk.id, agent=None, team=team, actor=None)
    seen = " ".join(told(factories.agent("Ravi Menon", "partner", (team,)), talk))
    assert ("#A-1" in seen, "#B-1" in seen) == (True, False)
