"""What is done in a shop from the desk: forms, limits, the second person."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shopbell.commerce import contract
from shopbell.commerce.models import Action, Allowance, Order
from shopbell.commerce.operations import syncing
from shopbell.events import delivery
from shopbell.events.models import Delivery
from tests import factories
from tests.commerce import shop_system
from tests.commerce.things import connect
from tests.web.entering import entering

pytestmark = pytest.mark.django_db
ANNA = "anna@customer.example"


@pytest.fixture
def remote() -> shop_system.Shop:
    shop = shop_system.install()
    lines = (contract.LineData(remote_id="l1", title="Mug", quantity=2, total=4990),)
    shop.put("1", paid=4990, payment="paid", email=ANNA, lines=lines, number="SB-1")
    return shop


@pytest.fixture
def order(remote) -> Order:
    laden = connect(factories.shop(), connector="test_shop", settings={"shop": "one"})
    syncing.fetch(laden, "order", "1")
    return Order.objects.get()


def form(order: Order, ability: str) -> str:
    return reverse("desk:deed", args=[order.id, ability])


def test_a_refund_is_asked_for_in_a_form_and_done_by_a_worker(order, remote, django_capture_on_commit_callbacks):
    leena = entering(factories.agent("Leena Lead", "lead"))
    shown = leena.get(form(order, "refund")).content.decode()
    assert "At most €49.90 can still go back" in shown
    assert 'name="seen" value="0"' in shown
    answer = leena.post(form(order, "refund"), {"seen": "0", "amount": "12,50", "text": "Scratched"})
    row = Action.objects.get()
    there = f"/desk/orders/{order.id}/?deed={row.id}#deed-{row.id}"
    assert (answer.status_code, answer["Location"]) == (303, there)
    for _turn in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            delivery.deliver("outside", 5)
            delivery.deliver("inside", 50)
    assert [(deed.amount, deed.text) for deed in remote.deeds] == [(1250, "Scratched")]
    seen = leena.get(reverse("desk:order", args=[order.id])).content.decode()
    assert "Refund €12.50" in seen
    assert "Leena Lead" in seen
    assert "Went back" in seen


def test_pressing_twice_asks_once_and_a_colleague_is_told(order):
    leena, kai = factories.agent("Leena Lead", "lead"), factories.agent("Kai", "lead")
    values = {"seen": "0", "amount": "10"}
    for _press in range(2):
        assert entering(leena).post(form(order, "refund"), values).status_code == 303
    answer = entering(kai).post(form(order, "refund"), values)
    assert answer.status_code == 422
    assert "Leena Lead asked for this meanwhile" in answer.content.decode()
    assert 'name="seen" value="1"' in answer.content.decode()
    assert Action.objects.count() == 1


@pytest.mark.parametrize(
    ("ability", "values", "words"),
    [
        ("refund", {"amount": "49,91"}, "At most €49.90"),
        ("refund", {"amount": "ten"}, "This has to be a number"),
        ("refund", {"amount": "1.000"}, "“1.000” can be read in two ways: write 1000 or 1.0."),
        ("refund", {"amount": "-1"}, "This is no amount"),
        ("refund", {"amount": ""}, "Say how much, or choose lines"),
        ("note", {"text": " "}, "Write the note"),
        ("address", {"line1": "Pikk 1"}, "Street and town are needed"),
        ("coupon", {"amount": "5"}, "This shop has no coupons."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_asked_for(order, ability, values, words):
    leena = entering(factories.agent("Leena Lead", "lead"))
    answer = leena.post(form(order, ability), {"seen": "0", **values})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert answer.content.decode().count("At most €49.90 can still go back.") == (ability == "refund")
    assert not Action.objects.exists()
    part = leena.post(form(order, ability), {"seen": "0", **values}, headers={"HX-Request": "true"})
    assert part["HX-Retarget"] == "#dialog-body"


def test_chosen_lines_make_the_amount(order):
    leena, line = entering(factories.agent("Leena Lead", "lead")), order.lines.get()
    assert leena.post(form(order, "refund"), {"seen": "0", f"line-{line.id}": "1"}).status_code == 303
    row = Action.objects.get()
    assert (row.amount, row.details["lines"]) == (2495, {"l1": 1})
    answer = leena.post(form(order, "refund"), {"seen": "1", f"line-{line.id}": "x"})
    shown = answer.content.decode()
    assert "So many of this line cannot go back" in shown
    assert re.findall(r'name="([\w-]+)"[^>]* aria-describedby="wrong-lines" autofocus', shown) == [f"line-{line.id}"]


def test_what_the_shop_cannot_do_is_grey_with_the_reason(order):
    seen = entering(factories.agent()).get(reverse("desk:order", args=[order.id])).content.decode()
    assert "This shop has no coupons." in seen
    assert f'href="{form(order, "coupon")}"' not in seen
    assert f'href="{form(order, "refund")}"' in seen


def test_a_second_person_approves_what_is_above_the_limit(order):
    mari, leena = factories.agent(), factories.agent("Leena Lead", "lead")
    Allowance.objects.create(role="agent", currency="EUR", amount=1000)
    shown = entering(mari).get(form(order, "refund")).content.decode()
    assert "Above €10.00 a second person has to approve it" in shown
    entering(mari).post(form(order, "refund"), {"seen": "0", "amount": "10.01"})
    row = Action.objects.get()
    assert row.state == "waiting"
    Delivery.objects.all().delete()
    needs = reverse("desk:needs_person")
    approve = reverse("desk:approve_deed", args=[row.id])
    assert approve in entering(leena).get(needs).content.decode()
    assert approve not in entering(mari).get(needs).content.decode()
    assert entering(mari).post(approve).status_code == 403
    assert entering(leena).post(f"{approve}?next=needs")["Location"] == f"{needs}#main"
    row.refresh_from_db()
    assert (row.state, row.approver) == ("requested", leena)
    assert Delivery.objects.filter(event_name="commerce.action_due").count() == 1


def test_a_second_person_learns_that_less_is_left(order):
    entering(factories.agent()).post(form(order, "refund"), {"seen": "0", "amount": "30.00"})
    Order.objects.update(refunded=2490)
    row = Action.objects.get()
    leena = entering(factories.agent("Leena Lead", "lead"))
    leena.post(reverse("desk:approve_deed", args=[row.id]))
    assert "at most €25.00 can still go back" in leena.get(reverse("desk:order", args=[order.id])).content.decode()
    row.refresh_from_db()
    assert row.state == "waiting"


def test_whoever_asked_takes_it_back(order):
    mari = factories.agent()
    entering(mari).post(form(order, "refund"), {"seen": "0", "amount": "10"})
    row = Action.objects.get()
    withdraw = reverse("desk:withdraw_deed", args=[row.id])
    entering(factories.agent("Kadri Kask")).post(withdraw)
    row.refresh_from_db()
    assert row.state == "waiting"
    there = entering(mari).post(withdraw)["Location"]
    assert there == f"/desk/orders/{order.id}/?deed={row.id}#deed-{row.id}"
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_a_lead_says_what_became_of_something_nobody_knows(order):
    leena = entering(factories.agent("Leena Lead", "lead"))
    row = Action.objects.create(order=order, ability="refund", key="k", amount=100, state="unknown")
    assert "It was done: I looked" in leena.get(reverse("desk:needs_person")).content.decode()
    leena.post(reverse("desk:say_deed", args=[row.id]), {"was_done": "yes"})
    row.refresh_from_db()
    assert row.state == "done"


def test_a_conversation_is_told_of_what_was_asked_for_from_it(order):
    box = factories.mailbox(order.shop)
    talk = factories.conversation(box, text="SB-1 is broken", subject="Hi")
    mari = entering(factories.agent())
    answer = mari.post(f"{form(order, 'refund')}?from={talk.id}", {"seen": "0", "amount": "5"})
    row = Action.objects.get()
    there = f"/desk/orders/{order.id}/?from={talk.id}&deed={row.id}#deed-{row.id}"
    assert answer["Location"] == there
    assert f'<a class="act back-to" href="/desk/c/{talk.id}/">' in mari.get(there).content.decode()
    seen = mari.get(f"/desk/c/{talk.id}/").content.decode()
    assert "asks for a second person: refund" in seen
    assert "refund €5.00: waits for a second person" in seen


def test_a_partner_agent_neither_sees_nor_changes_addresses_and_asks_for_the_rest(order):
    box, team = factories.mailbox(order.shop), factories.team(is_partner=True)
    talk = factories.conversation(box, text="SB-1 is broken", subject="Hi")
    from_ravi = entering(factories.agent("Ravi Menon", "partner", (team,)))
    assert from_ravi.get(form(order, "refund")).status_code == 404
    talk.team = team
    talk.save()
    assert from_ravi.post(form(order, "address"), {"seen": "0", "line1": "x", "city": "y"}).status_code == 422
    assert from_ravi.post(form(order, "cancel"), {"seen": "0"}).status_code == 303
    assert Action.objects.get().state == "waiting"


def test_the_page_of_an_order_asks_the_same_number_of_queries_however_much_was_done(order):
    leena = entering(factories.agent("Leena Lead", "lead"))
    counted = []
    for number in range(4):
        if number:
            agent = factories.agent(f"Agent {number}")
            Action.objects.create(order=order, ability="note", key=f"k{number}", actor=agent, approver=agent)
        leena.get(reverse("desk:order", args=[order.id]))
        with CaptureQueriesContext(connection) as queries:
            leena.get(reverse("desk:order", args=[order.id]))
        counted.append(len(queries))
    assert len(set(counted)) == 1
