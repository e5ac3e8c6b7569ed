"""The desk of a store: finding what is collected there and handing it over, by those who may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from shopbell.commerce import contract
from shopbell.commerce.models import Action, Allowance, Connection, Order
from shopbell.commerce.operations import recording
from shopbell.events.models import Delivery, Event
from tests import factories
from tests.commerce.things import connect, order
from tests.web.entering import entering

pytestmark = pytest.mark.django_db
STORE = "/desk/store/"


@pytest.fixture
def pickup() -> Order:
    shop = factories.shop("Pood")
    ready = contract.Fulfilment.READY
    given = {"number": "PK-77", "is_pickup": True, "fulfilment": ready, "phone": "+37255551234", "paid": 4990}
    wanted = order("1", **given, payment=contract.Payment.PAID, placed_at=timezone.now())
    sent = order("2", number="PK-78", phone="+37255551234", placed_at=timezone.now())
    recording.record(connect(shop), [wanted, sent])
    return Order.objects.get(number="PK-77")


def clerk(**fields):
    return factories.agent("Kaja Klerk", works_in_store=True, **fields)


@pytest.mark.parametrize(
    "typed", ["PK-77", "pk77", "https://shop.test/pickup/PK-77?k=1", "+372 5555 1234", "5555 1234"]
)
def test_an_order_is_found_by_what_the_customer_shows(pickup, typed):
    seen = entering(clerk()).get(STORE, {"q": typed}).content.decode()
    assert "#PK-77" in seen
    assert "ready for pickup" in seen
    assert "2 × Kruus" in seen
    assert "PK-78" not in seen, "what is sent by parcel is nothing to a store"
    assert "anna@customer.test" not in seen


def test_it_is_handed_over_once_and_may_be_taken_back(pickup):
    kaja = clerk()
    client = entering(kaja)
    for _press in range(2):
        assert client.post(f"{STORE}?q=PK-77", {"collected": pickup.id})["Location"] == f"{STORE}?q=PK-77"
    pickup.refresh_from_db()
    assert pickup.collected_by == kaja
    assert Event.objects.filter(name="commerce.order_moved", data__step="collected").count() == 1
    assert "collected" in client.get(STORE, {"q": "PK-77"}).content.decode()
    client.post(STORE, {"not_collected": pickup.id})
    pickup.refresh_from_db()
    assert pickup.collected_at is None
    told = Event.objects.filter(name="commerce.order_collected", actor_id=kaja.id).order_by("id")
    assert [one.data["is_collected"] for one in told] == [True, False]


def test_the_shop_is_told_a_minute_later_where_it_can_be(pickup):
    client = entering(clerk())
    client.post(STORE, {"collected": pickup.id})
    assert not Action.objects.exists(), "files cannot be told"
    client.post(STORE, {"not_collected": pickup.id})
    Connection.objects.update(connector="woocommerce")
    began = timezone.now()
    client.post(STORE, {"collected": pickup.id})
    assert [(one.ability, one.state) for one in Action.objects.all()] == [("collect", "requested")]
    due = Delivery.objects.get(event_name="commerce.action_due").due_at
    assert timedelta(seconds=55) < due - began < timedelta(seconds=90)
    client.post(STORE, {"not_collected": pickup.id})
    assert [one.state for one in Action.objects.all()] == ["withdrawn"]
    client.post(STORE, {"collected": pickup.id})
    Action.objects.filter(state="requested").update(state="done")
    answer = client.post(STORE, {"not_collected": pickup.id}, follow=True).content.decode()
    assert "set it back there as well" in answer
    pickup.refresh_from_db()
    assert pickup.collected_at is None


def test_what_the_shop_says_next_leaves_what_the_store_said(pickup):
    entering(clerk()).post(STORE, {"collected": pickup.id})
    recording.record(pickup.connection, [order("1", number="PK-77", is_pickup=True, note="new")])
    pickup.refresh_from_db()
    assert (pickup.note, pickup.collected_at is not None) == ("new", True)


def test_an_unpaid_order_says_what_is_still_to_pay(pickup):
    Order.objects.filter(id=pickup.id).update(payment="pending", paid=0)
    assert "Still to pay: €49.90" in entering(clerk()).get(STORE, {"q": "PK-77"}).content.decode()


def test_what_is_cancelled_or_sent_is_not_handed_over(pickup):
    sent = Order.objects.get(number="PK-78")
    Order.objects.filter(id=pickup.id).update(is_cancelled=True)
    client = entering(clerk())
    client.post(STORE, {"collected": pickup.id})
    pickup.refresh_from_db()
    assert pickup.collected_at is None
    assert client.post(STORE, {"collected": sent.id}).status_code == 404
    assert client.post(STORE, {"collected": "x"}).status_code == 404


def test_only_who_works_in_a_store_of_that_shop_comes_in(pickup):
    assert entering(factories.agent()).get(STORE).status_code == 403
    partner = factories.agent("Ravi", "partner", (factories.team(is_partner=True),), works_in_store=True)
    assert entering(partner).get(STORE).status_code == 403
    other = clerk(limited_to_shops=True)
    other.shops.set([factories.shop("Teine")])
    assert "#PK-77" not in entering(other).get(STORE, {"q": "PK-77"}).content.decode()
    assert entering(other).post(STORE, {"collected": pickup.id}).status_code == 404


def test_an_admin_sets_up_to_what_a_role_gives_money_back_alone():
    kai = entering(factories.agent("Kai", "admin"))
    address = reverse("admin_allowances")
    assert kai.post(address, {"role": "agent", "currency": "eur", "amount": "50,00"}).status_code == 303
    assert (Allowance.objects.get().currency, Allowance.objects.get().amount) == ("EUR", 5000)
    assert "€50.00" in kai.get(address).content.decode()
    for wrong in ({"currency": "EURO"}, {"amount": "lots"}, {"amount": "-1"}, {"role": "king"}):
        given = {"role": "agent", "currency": "EUR", "amount": "1", **wrong}
        assert kai.post(address, given).status_code == 422
    assert Allowance.objects.get().amount == 5000
    kai.post(address, {"remove": "agent-EUR"})
    assert not Allowance.objects.exists()
    assert Event.objects.filter(name="commerce.allowance_changed").count() == 2
    assert entering(factories.agent("Leena", "lead")).get(address).status_code == 403
