"""Which orders a conversation speaks of: what exists counts, and nothing is proved by naming it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shopbell.commerce import contract
from shopbell.commerce.models import Order
from shopbell.commerce.operations import recording
from shopbell.conversations import operations, orders
from shopbell.conversations.models import Conversation, OrderLink
from shopbell.conversations.numbers import candidates
from shopbell.events import delivery
from shopbell.events.models import Delivery, Event
from tests import factories
from tests.commerce.things import connect, order, parcel

pytestmark = pytest.mark.django_db
ANNA = "anna@customer.example"


def deliver() -> None:
    while delivery.deliver("inside", 50):
        pass


def ordered(shop=None, remote_id="1", **fields) -> Order:
    """An order placed an hour ago, in the mirror."""
    laden = connect(shop)
    given = {"placed_at": timezone.now() - timedelta(hours=1), "email": ANNA, **fields}
    recording.record(laden, [order(remote_id, **given)])
    return Order.objects.get(connection=laden, remote_id=remote_id)


def reasons(conversation: Conversation) -> dict[str, str]:
    rows = OrderLink.objects.filter(conversation=conversation, is_hidden=False)
    return dict(rows.values_list("order__number", "reason"))


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("Order #1042 is late", "1042"),
        ("my order SB-2044/7!", "SB20447"),
        ("Bestellung Nr. 1042", "1042"),
        ("see https://shop.example/o/A-77 please", "A77"),
        ("parcel 0034 0434 1610 9401 5902", "00340434161094015902"),
        ("JJD 00 0390 0075 7890", "JJD00039000757890"),
        ("tellimus 10422, palun", "10422"),
    ],
)
def test_what_may_be_a_number_is_gathered(written, number):
    assert number in candidates(written).keys


def test_a_short_bare_number_says_little_of_somebody_else_s_order():
    found = candidates("In 2026 I paid 1042 for size 38, order 5501")
    assert not found.names("2026", is_own=False)
    assert not found.names("1042", is_own=False)
    assert found.names("1042", is_own=True)
    assert not found.names("2026", is_own=True)
    assert found.names("5501", is_own=False)


def test_a_number_that_exists_in_the_shop_is_linked_and_one_that_does_not_is_not():
    box = factories.mailbox()
    row = ordered(box.shop, number="SB-1042")
    talk = factories.conversation(box, text="Where are SB-1042 and SB-1043?", subject="Hi")
    deliver()
    assert reasons(talk) == {"SB-1042": "number"}
    assert Event.objects.get(name="conversations.order_linked").data["order_id"] == row.id


@pytest.mark.parametrize(
    ("written", "owed"),
    [("Where is it? Straße, Ärger, õun", 0), ("No 7?", 1), ("anna at ANNA@customer.example", 1), ("رقم ٤٢", 1)],
)
def test_only_what_may_name_an_order_is_looked_at(written, owed):
    factories.conversation(factories.mailbox(), text=written, subject="Hello")
    assert Delivery.objects.filter(handler__endswith=".find_orders").count() == owed


def test_a_number_in_the_subject_alone_is_looked_at():
    factories.conversation(factories.mailbox(), text="Where is it?", subject="SB-1042")
    assert Delivery.objects.filter(handler__endswith=".find_orders").count() == 1


def test_a_tracking_number_names_its_order():
    box = factories.mailbox()
    ordered(box.shop, number="77", shipments=(parcel(),))
    talk = factories.conversation(box, "bea@other.example", text="00340434161094015902 does not move", subject="Hi")
    deliver()
    assert reasons(talk) == {"77": "tracking"}


def test_an_address_somebody_ordered_with_is_found_but_not_one_s_own():
    box = factories.mailbox()
    ordered(box.shop, number="77", email="old@customer.example")
    ordered(box.shop, number="78")
    talk = factories.conversation(box, text=f"I ordered as Old@customer.example, now I am {ANNA}", subject="Hi")
    deliver()
    assert reasons(talk) == {"77": "address"}


def test_another_shop_s_number_is_linked_only_for_the_customer_who_ordered_there():
    box, other = factories.mailbox(), factories.shop("Teine")
    ordered(other, number="OT-5001")
    stranger = factories.conversation(box, "eve@other.example", text="Order OT-5001?", subject="Hi")
    own = factories.conversation(box, ANNA, text="Order OT-5001?", subject="Hi")
    deliver()
    assert reasons(stranger) == {}
    assert reasons(own) == {"OT-5001": "number"}


def test_naming_an_order_does_not_make_it_one_s_own():
    box = factories.mailbox()
    ordered(box.shop, number="SB-1042")
    eve = factories.conversation(box, "eve@other.example", text="Order SB-1042", subject="Hi")
    anna = factories.conversation(box, ANNA, text="Order SB-1042", subject="Hi")
    deliver()
    assert reasons(eve) == {"SB-1042": "number"}
    assert list(orders.proved(eve)) == []
    assert [one.number for one in orders.proved(anna)] == ["SB-1042"]


def test_an_agent_s_word_makes_it_theirs_and_what_was_let_go_stays_away():
    box, mari = factories.mailbox(), factories.agent()
    row = ordered(box.shop, number="SB-1042")
    eve = factories.conversation(box, "eve@other.example", text="Order SB-1042", subject="Hi")
    deliver()
    assert operations.choose_order(eve.id, row.id, actor=mari.id)
    assert not operations.choose_order(eve.id, row.id, actor=mari.id)
    assert [one.id for one in orders.proved(eve)] == [row.id]
    assert operations.let_go_of_order(eve.id, row.id, actor=mari.id)
    assert not operations.let_go_of_order(eve.id, row.id, actor=mari.id)
    again = factories.receive(box, "eve@other.example", text="SB-1042!", thread_ids=(eve.messages.get().message_id,))
    deliver()
    assert again.conversation_id == eve.id
    assert reasons(eve) == {}
    assert list(orders.proved(eve)) == []
    told = Event.objects.filter(name__startswith="conversations.order_", actor_id=mari.id)
    assert list(told.order_by("id").values_list("name", flat=True)) == [
        "conversations.order_linked",
        "conversations.order_unlinked",
    ]


def test_an_order_that_comes_after_the_message_that_names_it_is_linked_then():
    box = factories.mailbox()
    talk = factories.conversation(box, "eve@other.example", text="I just placed SB-1042", subject="Hi")
    deliver()
    assert reasons(talk) == {}
    ordered(box.shop, number="SB-1042", placed_at=timezone.now())
    deliver()
    assert reasons(talk) == {"SB-1042": "number"}


def test_a_note_names_nothing():
    box, mari = factories.mailbox(), factories.agent()
    ordered(box.shop, number="SB-1042")
    talk = factories.conversation(box, text="Hello", subject="Hi")
    note = operations.note(talk.id, mari, body="Is it SB-1042?", key="n1")
    deliver()
    operations.find_orders(note.id)
    assert reasons(talk) == {}


def test_what_was_merged_in_brings_its_orders():
    box = factories.mailbox()
    ordered(box.shop, number="SB-1042")
    one = factories.conversation(box, "eve@other.example", text="SB-1042", subject="Hi")
    other = factories.conversation(box, "eve@other.example", text="Hello?", subject="Ho")
    deliver()
    operations.merge(one.id, other.id, actor=None)
    deliver()
    assert reasons(other) == {"SB-1042": "number"}


def test_a_partner_agent_sees_orders_of_their_conversations_only_and_masked():
    box, team = factories.mailbox(), factories.team(is_partner=True)
    address = contract.Address(name="Anna Saar", line1="Pikk 1", city="Tallinn", country="EE", phone="+37255551234")
    mine = ordered(box.shop, number="SB-1", shipping_address=address, phone="+37255551234", note="call +372 5555 1234")
    other = ordered(box.shop, number="SB-2", email="bert@customer.example")
    ravi = factories.agent("Ravi Menon", "partner", (team,))
    talk = factories.conversation(box, text="SB-2 is not mine", subject="Hi")
    deliver()
    assert orders.find(ravi, mine.id) is None
    operations.assign(talk.id, agent=None, team=team, actor=None)
    seen = orders.find(ravi, mine.id)
    assert seen is not None
    assert (seen.email, seen.phone, seen.name) == ("a•••@•••", "•••34", "Anna S.")
    assert seen.shipping_address == {"city": "Tallinn", "region": "", "country": "EE"}
    assert "5555" not in seen.note
    assert (seen.raw, seen.url) == ({}, "")
    assert orders.find(ravi, other.id) is None, "a number quoted opens nothing"


def test_an_agent_of_one_shop_sees_that_shop_s_orders():
    one, other = factories.shop("Esimene"), factories.shop("Teine")
    here, there = ordered(one, number="A-1"), ordered(other, number="A-2")
    kadri = factories.agent("Kadri Kask", limited_to_shops=True)
    kadri.shops.set([one])
    assert orders.find(kadri, here.id) == here
    assert orders.find(kadri, there.id) is None
