"""What agents want done in a shop is done once, within limits, and never just repeated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shopbell.commerce import contract
from shopbell.commerce.contract import Ability
from shopbell.commerce.models import Action, Allowance, Order, Refund
from shopbell.commerce.operations import acting, deciding, doing, syncing
from shopbell.events import delivery
from shopbell.events.models import Delivery, Event
from tests import factories
from tests.commerce import shop_system
from tests.commerce.things import connect

pytestmark = pytest.mark.django_db
State = Action.State
Work = Callable[[], None]
ADDRESS = contract.Address(name="Anna Saar", line1="Pikk 2", postcode="10123", city="Tallinn", country="EE")


@pytest.fixture
def remote() -> shop_system.Shop:
    shop = shop_system.install()
    lines = (contract.LineData(remote_id="l1", title="Mug", quantity=2, total=4990),)
    shop.put("1", paid=4990, payment="paid", email="anna@customer.test", lines=lines)
    return shop


@pytest.fixture
def order(remote: shop_system.Shop) -> Order:
    laden = connect(connector="test_shop", settings={"shop": "one"})
    syncing.fetch(laden, "order", "1")
    return Order.objects.get()


@pytest.fixture
def work(django_capture_on_commit_callbacks: Any) -> Work:
    """What a worker does, until nothing is due."""

    def run() -> None:
        taken = 1
        while taken:
            with django_capture_on_commit_callbacks(execute=True):
                taken = delivery.deliver("inside", 50) + delivery.deliver("outside", 1)

    return run


def later() -> None:
    """The time of every timer has come."""
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def lead():
    return factories.agent("Leena Lead", "lead")


def refund(amount: int, seen: int = 0, **fields: Any) -> acting.Wish:
    return acting.Wish(ability=Ability.REFUND, seen=seen, amount=amount, **fields)


def test_a_refund_is_written_down_done_and_seen_in_the_mirror(order, remote, work):
    agent = lead()
    row = acting.ask(order.id, agent, refund(1000, text="Scratched", conversation_id=None))
    assert (row.state, row.amount, remote.deeds) == (State.REQUESTED, 1000, [])
    work()
    row.refresh_from_db()
    assert (row.state, row.remote_id, row.attempts) == (State.DONE, row.key, 1)
    (deed,) = remote.deeds
    assert (deed.amount, deed.currency, deed.order_id, deed.text) == (1000, "EUR", "1", "Scratched")
    assert Refund.objects.get().amount == 1000
    order.refresh_from_db()
    assert (order.refunded, acting.left(order)) == (1000, 3990)
    told = Event.objects.filter(name__startswith="commerce.action_").order_by("id")
    assert [(one.name, one.data["state"], one.actor_id) for one in told] == [
        ("commerce.action_asked", "requested", agent.id),
        ("commerce.action_settled", "done", None),
    ]


def test_the_same_press_twice_is_one_and_two_who_press_mean_the_same(order, remote, work):
    one, other = lead(), lead()
    first = acting.ask(order.id, one, refund(1000))
    assert acting.ask(order.id, one, refund(1000)) == first
    with pytest.raises(acting.Meanwhile) as caught:
        acting.ask(order.id, other, refund(1000))
    assert caught.value.action == first
    with pytest.raises(acting.Meanwhile):
        acting.ask(order.id, one, refund(2000))
    work()
    assert acting.ask(order.id, one, refund(1000)) == first
    assert len(remote.deeds) == 1
    assert acting.ask(order.id, other, refund(500, seen=1)) != first


def test_more_than_is_left_is_refused_counting_what_is_asked_for_and_on_its_way(order, remote, work):
    agent = lead()
    with pytest.raises(acting.TooMuch) as caught:
        acting.ask(order.id, agent, refund(4991))
    assert caught.value.left == 4990
    acting.ask(order.id, agent, refund(3000))
    with pytest.raises(acting.TooMuch) as caught:
        acting.ask(order.id, agent, refund(2000, seen=1))
    assert caught.value.left == 1990
    work()
    order.refresh_from_db()
    assert acting.left(order) == 1990
    remote.orders["1"]["refunds"] += (contract.RefundData(remote_id="x", amount=1000, is_pending=True),)
    syncing.fetch(order.connection, "order", "1")
    order.refresh_from_db()
    assert acting.left(order) == 990


def test_lines_cost_what_they_were_sold_for(order):
    row = acting.ask(order.id, lead(), refund(0, lines={"l1": 1}))
    assert row.amount == 2495


@pytest.mark.parametrize("lines", [{"l1": 3}, {"l1": 0}, {"l2": 1}])
def test_lines_that_are_not_there_are_refused(order, lines):
    with pytest.raises(acting.Unfit):
        acting.ask(order.id, lead(), refund(0, lines=lines))
    assert not Action.objects.exists()


def test_above_the_limit_a_second_person_is_needed_never_the_one_who_asked(order, remote, work):
    mari, leena = factories.agent(), lead()
    Allowance.objects.create(role="agent", currency="EUR", amount=1000)
    assert acting.ask(order.id, mari, refund(1000)).state == State.REQUESTED
    row = acting.ask(order.id, mari, refund(1001, seen=1))
    assert row.state == State.WAITING
    work()
    assert len(remote.deeds) == 1
    with pytest.raises(acting.NotAllowed):
        deciding.approve(row.id, mari)
    with pytest.raises(acting.NotAllowed):
        deciding.approve(row.id, factories.agent("Kadri Kask"))
    assert deciding.approve(row.id, leena)
    assert not deciding.approve(row.id, leena)
    work()
    row.refresh_from_db()
    assert (row.state, row.approver, len(remote.deeds)) == (State.DONE, leena, 2)


def test_a_lead_does_not_approve_what_they_asked_for_nor_more_than_their_own_limit(order):
    Allowance.objects.create(role="lead", currency="EUR", amount=500)
    one, other = lead(), lead()
    row = acting.ask(order.id, one, refund(600))
    assert row.state == State.WAITING
    with pytest.raises(acting.NotAllowed):
        deciding.approve(row.id, one)
    with pytest.raises(acting.NotAllowed):
        deciding.approve(row.id, other)
    assert deciding.approve(row.id, factories.agent("Kai", "admin"))


def test_what_the_shop_gave_back_meanwhile_is_not_given_back_again(order, remote):
    row = acting.ask(order.id, factories.agent(), refund(3000))
    Order.objects.update(refunded=1991)
    with pytest.raises(acting.TooMuch) as much:
        deciding.approve(row.id, lead())
    assert much.value.left == 2999
    row.refresh_from_db()
    assert (row.state, row.approver) == (State.WAITING, None)
    Order.objects.update(refunded=1990)
    assert deciding.approve(row.id, lead())


def test_agents_have_no_limit_of_their_own_until_one_is_set_and_partners_ask_for_everything_but_notes(order):
    ravi = factories.agent("Ravi Menon", "partner", (factories.team(is_partner=True),))
    assert acting.ask(order.id, factories.agent(), refund(1)).state == State.WAITING
    assert acting.ask(order.id, ravi, acting.Wish(ability=Ability.CANCEL, seen=0)).state == State.WAITING
    assert acting.ask(order.id, ravi, acting.Wish(ability=Ability.NOTE, seen=0, text="Hi")).state == State.REQUESTED
    with pytest.raises(acting.NotAllowed):
        acting.ask(order.id, factories.agent("Pia", "privacy"), refund(1, seen=1))


def test_what_waits_can_be_withdrawn(order, remote, work):
    mari = factories.agent()
    row = acting.ask(order.id, mari, refund(100))
    with pytest.raises(acting.NotAllowed):
        deciding.withdraw(row.id, factories.agent("Kadri Kask"))
    assert deciding.withdraw(row.id, mari)
    assert not deciding.withdraw(row.id, mari)
    assert not deciding.approve(row.id, lead())
    work()
    assert remote.deeds == []
    assert acting.left(order) == 4990


def test_what_the_shop_cannot_do_is_refused_with_its_reason(order):
    with pytest.raises(acting.CannotDo, match="This shop has no coupons"):
        acting.ask(order.id, lead(), acting.Wish(ability=Ability.COUPON, seen=0, amount=500))
    assert acting.reason_against("test_shop", Ability.COUPON) == "This shop has no coupons."
    assert acting.reason_against("test_shop", Ability.REFUND) == ""
    assert "not installed" in acting.reason_against("nothing", Ability.REFUND)


@pytest.mark.parametrize(
    "wish",
    [
        acting.Wish(ability=Ability.NOTE, seen=0, text="  "),
        acting.Wish(ability=Ability.ADDRESS, seen=0),
        acting.Wish(ability=Ability.ADDRESS, seen=0, address=contract.Address(line1="Pikk 2")),
        acting.Wish(ability=Ability.REFUND, seen=0, amount=-5),
    ],
)
def test_what_is_incomplete_is_refused(order, wish):
    with pytest.raises(acting.Unfit):
        acting.ask(order.id, lead(), wish)


def test_an_address_reaches_the_shop_whole(order, remote, work):
    acting.ask(order.id, factories.agent(), acting.Wish(ability=Ability.ADDRESS, seen=0, address=ADDRESS))
    work()
    assert remote.deeds[0].address == ADDRESS


def test_a_lost_answer_is_read_back_and_not_repeated(order, remote, work):
    remote.loses_answers = True
    row = acting.ask(order.id, lead(), refund(1000))
    work()
    row.refresh_from_db()
    assert (row.state, row.result, len(remote.deeds)) == (State.UNKNOWN, "the answer was lost", 1)
    order.refresh_from_db()
    assert acting.left(order) == 3990, "what may have been done counts"
    later()
    work()
    row.refresh_from_db()
    assert (row.state, len(remote.deeds)) == (State.DONE, 1)


def test_what_was_not_done_is_done_after_it_was_read_back(order, remote, work):
    row = acting.ask(order.id, lead(), refund(1000))
    remote.fails = contract.UnknownOutcome("500")
    work()
    row.refresh_from_db()
    assert row.state == State.UNKNOWN
    later()
    work()
    row.refresh_from_db()
    assert row.state == State.UNKNOWN, "the shop cannot say: nothing is repeated"
    assert remote.deeds == []
    remote.fails = None
    doing.read_back(row.id)
    work()
    row.refresh_from_db()
    assert (row.state, len(remote.deeds), row.attempts) == (State.DONE, 1, 2)


def test_a_shop_that_is_away_is_asked_later_and_given_up_at_last(order, remote, work):
    remote.fails = contract.Transient("busy")
    row = acting.ask(order.id, lead(), refund(1000))
    work()
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.REQUESTED, 1)
    for _turn in range(doing.MOST_TRIES):
        later()
        work()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.result) == (State.FAILED, doing.MOST_TRIES, "busy")
    assert acting.left(order) == 4990


def test_what_the_shop_refuses_failed_with_its_reason(order, remote, work):
    remote.fails = contract.Refused("already refunded")
    row = acting.ask(order.id, lead(), refund(1000))
    work()
    row.refresh_from_db()
    assert (row.state, row.result) == (State.FAILED, "already refunded")


def test_a_worker_that_dies_leaves_doubt_that_is_read_back(order, remote, work):
    row = acting.ask(order.id, lead(), refund(1000))
    doing.begin(row.id)
    row.refresh_from_db()
    assert row.state == State.SENT, "kept before the shop is asked"
    assert doing.doubt_lost() == 0
    Action.objects.update(sent_at=timezone.now() - timedelta(minutes=6))
    assert doing.doubt_lost() == 1
    later()
    work()
    row.refresh_from_db()
    assert (row.state, len(remote.deeds)) == (State.DONE, 1), "it had not been done: once is right"


def test_a_lead_who_looked_says_whether_it_was_done(order, remote, work):
    remote.loses_answers = True
    row = acting.ask(order.id, lead(), refund(1000))
    work()
    with pytest.raises(acting.NotAllowed):
        deciding.say(row.id, factories.agent(), was_done=True)
    assert deciding.say(row.id, lead(), was_done=False)
    assert not deciding.say(row.id, lead(), was_done=True)
    row.refresh_from_db()
    assert row.state == State.FAILED


def test_an_order_cancelled_already_is_not_cancelled(order):
    Order.objects.update(is_cancelled=True)
    with pytest.raises(acting.Unfit, match="cancelled"):
        acting.ask(order.id, lead(), acting.Wish(ability=Ability.CANCEL, seen=0))
