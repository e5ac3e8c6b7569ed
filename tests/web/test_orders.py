"""Orders in the desk: beside a conversation, in a list, on their own page."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from shopbell.commerce import contract
from shopbell.commerce.models import Companion, Order
from shopbell.commerce.operations import recording
from shopbell.conversations import operations
from shopbell.conversations.models import OrderLink
from shopbell.events import delivery
from shopbell.watching.operations import objecting
from tests import factories
from tests.commerce.things import connect, order, parcel, scan
from tests.web.entering import entering

pytestmark = pytest.mark.django_db
State = contract.State
ANNA = "anna@customer.example"


def deliver() -> None:
    while delivery.deliver("inside", 50):
        pass


def ordered(laden, remote_id="1", **fields) -> Order:
    given = {"placed_at": timezone.now() - timedelta(hours=int(remote_id)), "email": ANNA, **fields}
    recording.record(laden, [order(remote_id, **given)])
    return Order.objects.get(connection=laden, remote_id=remote_id)


def page(agent: Client, conversation) -> str:
    return agent.get(reverse("desk:conversation", args=[conversation.id])).content.decode()


def test_the_customer_s_orders_stand_beside_the_conversation():
    box = factories.mailbox()
    laden = connect(box.shop)
    ordered(laden, "1", number="SB-1", fulfilment=contract.Fulfilment.OPEN, payment=contract.Payment.PAID)
    moving = parcel(events=(scan(8, State.IN_TRANSIT, text="In the depot", place="Tallinn"),))
    row = ordered(laden, "2", number="SB-2", total=12400, shipments=(moving,), promised_on="2026-12-24")
    talk = factories.conversation(box, text="Where is SB-2?", subject="Hi")
    deliver()
    seen = page(entering(factories.agent()), talk)
    assert "2 orders, €173.90" in seen
    panel = seen[seen.index('id="orders"') :]
    assert panel.index("#SB-2") < panel.index("#SB-1"), "the one that was named comes first"
    assert "00340434161094015902" in panel
    assert "on its way" in panel
    assert "Delivery expected Thu 24 Dec" in panel
    assert "In the depot, Tallinn" in panel
    assert f"/desk/orders/{row.id}/?from={talk.id}" in panel
    assert "nothing proves" not in panel


def test_what_went_back_of_a_cancelled_order_takes_nothing_from_the_others():
    box = factories.mailbox()
    laden = connect(box.shop)
    gone_back = (contract.RefundData(remote_id="r", amount=4990),)
    ordered(laden, "1", number="SB-1", total=12400, refunds=(contract.RefundData(remote_id="r", amount=400),))
    ordered(laden, "2", number="SB-2", is_cancelled=True, refunds=gone_back)
    talk = factories.conversation(box, text="Thank you", subject="Hi")
    assert "2 orders, €120.00" in page(entering(factories.agent()), talk)


def test_a_quoted_order_is_marked_and_shows_nothing_but_its_number():
    box, laden = factories.mailbox(), None
    laden = connect(box.shop)
    ordered(laden, number="SB-1", lines=(contract.LineData(remote_id="l", title="Secret mug", quantity=1),))
    talk = factories.conversation(box, "eve@other.example", name="Eve", text="Where is SB-1?", subject="Hi")
    deliver()
    seen = page(entering(factories.agent()), talk)
    assert "nothing proves that it is theirs" in seen
    assert "#SB-1" in seen
    assert "Secret mug" not in seen
    assert "Anna Saar" not in seen[seen.index('id="orders"') :]


def test_an_agent_says_that_a_quoted_order_is_theirs():
    box, mari = factories.mailbox(), entering(factories.agent())
    row = ordered(connect(box.shop), number="SB-1")
    talk = factories.conversation(box, "eve@other.example", text="Where is SB-1?", subject="Hi")
    deliver()
    address = reverse("desk:choose_order", args=[talk.id])
    assert mari.post(address, {"order": row.id, "do": "choose"}).status_code == 303
    assert OrderLink.objects.get().reason == "agent"
    assert "nothing proves" not in page(mari, talk)
    assert mari.post(address, {"order": row.id, "do": "let-go"}).status_code == 303
    assert "SB-1" not in page(mari, talk).partition('class="side"')[2]
    assert mari.post(address, {"order": row.id + 1, "do": "choose"}).status_code == 404
    assert mari.post(address, {"order": "x", "do": "choose"}).status_code == 404


def test_the_panel_asks_four_queries_however_much_there_is():
    box, mari = factories.mailbox(), entering(factories.agent())
    laden = connect(box.shop)
    talk = factories.conversation(box, text="Hello", subject="Hi")
    counted = []
    lines = tuple(contract.LineData(remote_id=f"l{n}", title=f"T{n}", quantity=n + 1) for n in range(5))
    for number in (0, 1, 2, 3):
        if number:
            parcels = (parcel("a", events=(scan(8, State.IN_TRANSIT),)), parcel("b", tracking_number=f"T{number}"))
            ordered(laden, str(number), number=f"SB-{number}", shipments=parcels, lines=lines)
            deliver()
        page(mari, talk)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(mari, talk)
        counted.append(len(queries))
    assert counted[1] - counted[0] == 4  # the last for the cases of these orders
    assert counted[1:] == [counted[1]] * 3


def test_a_merged_customer_s_orders_are_the_customer_s():
    box = factories.mailbox()
    ordered(connect(box.shop), number="SB-1", email="old@customer.example")
    talk = factories.conversation(box, text="Hello", subject="Hi")
    operations.merge_customers(talk.customer_id, Order.objects.get().customer_id, actor=None)
    assert "#SB-1" in page(entering(factories.agent()), talk)


def test_the_page_of_an_order_says_everything():
    laden = connect()
    row = ordered(
        laden,
        number="SB-1",
        placed_at=datetime(2026, 11, 20, 12, 5, 40, tzinfo=UTC),
        subtotal=4500,
        shipping=490,
        tax=867,
        paid=4990,
        payment=contract.Payment.PARTLY_REFUNDED,
        payment_method="Card",
        note="Please ring",
        coupons=("SUMMER",),
        url="https://shop.test/admin/1",
        source=contract.Source.MARKETPLACE,
        place="Kaup24",
        shipping_address=contract.Address(name="Anna Saar", line1="Pikk 1", postcode="10123", city="Tallinn"),
        refunds=(contract.RefundData(remote_id="r", amount=500, reason="Scratch"),),
        returns=(contract.ReturnData(remote_id="t", state="requested", lines={"l1": 1}),),
        shipments=(parcel(lines={"l1": 2}, tracking_url="https://dhl.test/1", events=(scan(8, State.DELIVERED),)),),
        fulfilment=contract.Fulfilment.FULFILLED,
    )
    seen = entering(factories.agent()).get(reverse("desk:order", args=[row.id])).content.decode()
    for words in (
        *("Order SB-1", "Kruus", "€49.90", "€45.00", "€4.90", "€8.67", "-€5.00", "delivered", "partly refunded"),
        *("Card", "Please ring", "SUMMER", "https://shop.test/admin/1", "marketplace, Kaup24", "10123 Tallinn"),
        *("€5.00 · Scratch", "1 × Kruus · requested", "https://dhl.test/1", "2 × Kruus"),
    ):
        assert words in seen, words
    assert re.search(r"Friday, 20 November 2026, \d\d:05</span>", seen), "to the minute, not to the second"


def test_a_shop_s_link_that_is_no_web_address_is_not_printed():
    row = ordered(connect(), url="javascript:alert(1)", shipments=(parcel(tracking_url="data:text/html,x"),))
    seen = entering(factories.agent()).get(reverse("desk:order", args=[row.id])).content.decode()
    assert "javascript:alert" not in seen
    assert "data:text" not in seen


@pytest.mark.parametrize(
    "typed", ["SB-1042", "sb1042", "00340434161094015902", "Anna@Customer.example", "+372 5555 1234", "anna", "Saar"]
)
def test_an_order_is_found_by_what_people_know_of_it(typed):
    laden = connect()
    ordered(laden, number="SB-1042", phone="+37255551234", name="Anna Saar", shipments=(parcel(),))
    ordered(laden, "2", number="SB-9", email="bert@customer.example", name="Bert Kask")
    seen = entering(factories.agent()).get(reverse("desk:orders"), {"q": typed}).content.decode()
    assert ("#SB-1042" in seen, "#SB-9" in seen) == (True, False)


def test_the_list_goes_on_where_it_ended():
    laden = connect()
    at = timezone.now()
    items = [order(str(n), number=f"N-{n}", placed_at=at, email=ANNA) for n in range(120)]
    recording.record(laden, items, historic=True)
    agent, seen, query = entering(factories.agent()), [], ""
    for _turn in range(3):
        answer = agent.get(reverse("desk:orders") + query)
        seen += [row.number for row in answer.context["rows"]]
        query = answer.context["more_url"]
    assert (len(seen), len(set(seen)), query) == (120, 120, "")


def test_the_search_knows_orders():
    row = ordered(connect(), number="SB-1042")
    seen = entering(factories.agent()).get("/desk/search/suggest/", {"q": "SB-1042"}).content.decode()
    assert f"/desk/orders/{row.id}/" in seen


def test_a_partner_agent_gets_only_what_is_theirs():
    box, team = factories.mailbox(), factories.team(is_partner=True)
    laden = connect(box.shop)
    mine = ordered(laden, number="SB-1", name="Anna Saarinen", phone="+37255551234")
    other = ordered(laden, "2", number="SB-2", email="bert@customer.example", name="Bert Kask")
    talk = factories.conversation(box, name="Anna Saarinen", text="SB-2?", subject="Hi")
    operations.assign(talk.id, agent=None, team=team, actor=None)
    deliver()
    ravi = entering(factories.agent("Ravi Menon", "partner", (team,)))
    assert ravi.get(reverse("desk:order", args=[other.id])).status_code == 404
    seen = ravi.get(reverse("desk:order", args=[mine.id])).content.decode() + page(ravi, talk)
    seen += ravi.get(reverse("desk:orders")).content.decode()
    for secret in (ANNA, "5555", "Saarinen", "SB-2<", "Bert"):
        assert secret not in seen
    assert "#SB-2" not in page(ravi, talk), "what was quoted is nothing to them"
    assert "SB-2" not in ravi.get(reverse("desk:orders"), {"q": "SB-2"}).content.decode().partition("<ol")[2]
    assert "Anna" not in ravi.get(reverse("desk:orders"), {"q": ANNA}).content.decode()


def test_what_a_customer_may_like_is_told_with_its_reason():
    box = factories.mailbox()
    laden = connect(box.shop)
    ordered(laden, number="SB-1", lines=(contract.LineData(remote_id="l", title="Tea", quantity=1, product_id="tea"),))
    recording.record(laden, [contract.ProductData(remote_id="pot", title="Teapot", url="javascript:x")])
    Companion.objects.create(connection=laden, item="tea", other="pot", baskets=7, score=0.5)
    talk = factories.conversation(box, text="Hi", subject="Hi")
    address = reverse("desk:recommended", args=[talk.id])
    mari = entering(factories.agent())
    seen = mari.get(address).content.decode()
    assert "Teapot" in seen
    assert "because they bought Tea" in seen
    assert "7 customers bought both" in seen
    assert "javascript:" not in seen.partition("<main")[2]
    assert address in page(mari, talk)
    objecting.object_to(Order.objects.get())
    assert "Teapot" not in mari.get(address).content.decode()
    objecting.allow_again(Order.objects.get())
    assert "Teapot" in mari.get(address).content.decode()
    recording.record(laden, [contract.CustomerData(remote_id="c", email=ANNA, accepts_marketing=False)])
    assert "Nothing: too little is known" in mari.get(address).content.decode()


def test_a_day_that_has_gone_by_is_no_forecast():
    box = factories.mailbox()
    moving = parcel(events=(scan(8, State.OUT_FOR_DELIVERY),))
    yesterday = timezone.localdate() - timedelta(days=1)
    ordered(connect(box.shop), number="SB-1", shipments=(moving,), promised_on=yesterday)
    seen = page(entering(factories.agent()), factories.conversation(box, text="Hi", subject="Hi"))
    assert "Was expected" in seen
    assert "Next:" not in seen
