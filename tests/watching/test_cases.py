"""What people do with cases, and what customers choose: kept once, told to the agents, paid by nobody."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from shopbell.commerce import contract
from shopbell.commerce.models import Action, Connection, Order, Shipment
from shopbell.commerce.operations import acting, deciding
from shopbell.conversations.models import Conversation, Message, Wait
from shopbell.events import delivery
from shopbell.events.models import Event
from shopbell.watching.models import Case, Kind
from shopbell.watching.operations import cases
from shopbell.watching.queries import cases_of_orders, visible
from tests import factories
from tests.watching.things import NOW, laden, look, placed, rule, sent, tell, with_one_late

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Connection:
    return with_one_late()


def case() -> Case:
    return Case.objects.get()


@pytest.mark.parametrize(
    ("choice", "state"), [("redirect", "answered"), ("replace", "answered"), ("refund", "answered")]
)
def test_a_wish_is_told_where_we_wrote_and_waits_for_an_agent(shop, choice, state):
    tell()
    conversation = Conversation.objects.get()
    assert cases.choose(case().id, choice, said="Tallinn, Kopli 1", language="en")
    assert (case().choice, case().state) == (choice, state)
    conversation.refresh_from_db()
    assert conversation.state == "open"
    assert conversation.waiting_since is not None
    message = Message.objects.order_by("id").last()
    assert message is not None
    assert (message.kind, message.is_verified) == ("customer", False)
    assert message.text.startswith("Order 101: please")
    assert message.text.endswith("\n\nTallinn, Kopli 1")
    assert Wait.objects.count() == 1
    assert not Action.objects.exists()  # this shop system can do nothing


def test_money_back_is_asked_for_in_the_shop_and_waits_for_somebodys_word(shop):
    Connection.objects.update(connector="woocommerce")
    Order.objects.update(paid=4990, refunded=490)
    tell()
    assert cases.choose(case().id, "refund", said="Too late now", language="en")
    assert not cases.choose(case().id, "refund")
    row = Action.objects.get()
    assert (row.ability, row.state, row.amount, row.actor) == ("refund", "waiting", 4500, None)
    assert (row.details["text"], row.conversation_id) == ("Too late now", case().conversation_id)
    with pytest.raises(acting.NotAllowed):
        deciding.approve(row.pk, factories.agent("Mari"))
    assert deciding.approve(row.pk, factories.agent("Leena", "lead"))
    Action.objects.update(state="sent")
    acting.settle(Action.objects.get(), Action.State.DONE, remote_id="r1")
    while delivery.deliver("inside", 50):
        pass
    assert (case().state, case().outcome) == ("resolved", "done")


@pytest.mark.parametrize("why", ["nothing left", "under way"])
def test_money_back_is_not_asked_for_where_a_person_has_to_see_to_it(shop, why):
    Connection.objects.update(connector="woocommerce")
    Order.objects.update(paid=4990, refunded=4990 if why == "nothing left" else 0)
    if why == "under way":
        wish = acting.Wish(ability=contract.Ability.REFUND, seen=0, amount=100)
        acting.ask(case().order_id, factories.agent("Leena", "lead"), wish)
    before = Action.objects.count()
    assert cases.choose(case().id, "refund")
    assert Action.objects.count() == before
    assert case().state == "answered"


def test_to_wait_asks_nothing_of_anybody(shop):
    tell()
    assert cases.choose(case().id, "wait")
    assert (case().choice, case().state) == ("wait", "waiting")
    assert Conversation.objects.get().state == "resolved"
    assert not Wait.objects.exists()
    assert Message.objects.filter(kind="customer_auto").count() == 1


def test_the_first_choice_counts_and_is_told_once(shop):
    tell()
    assert cases.choose(case().id, "refund")
    assert not cases.choose(case().id, "refund")
    assert not cases.choose(case().id, "wait")
    assert case().choice == "refund"
    assert Message.objects.filter(kind="customer").count() == 1
    assert Event.objects.filter(name="watching.choice_made").count() == 1


def test_killed_in_between_nothing_was_chosen(shop):
    with pytest.raises(RuntimeError), transaction.atomic():
        cases.choose(case().id, "refund")
        raise RuntimeError
    assert case().choice == ""
    assert not Message.objects.exists()
    assert cases.choose(case().id, "refund")


def test_what_is_not_offered_or_settled_cannot_be_chosen(shop):
    with pytest.raises(cases.NotOffered):
        cases.choose(case().id, "a million")
    cases.resolve(case().id, actor=None)
    with pytest.raises(cases.NotOffered):
        cases.choose(case().id, "refund")
    assert case().choice == ""


def test_without_anything_written_a_wish_begins_a_conversation(shop):
    cases.choose(case().id, "replace")
    conversation = Conversation.objects.get()
    assert conversation.state == "open"
    assert case().conversation == conversation
    assert conversation.order_links.get().order == case().order


def test_a_parcel_said_to_be_delivered_is_denied_once(shop):
    parcel = Shipment.objects.get()
    first = cases.deny_by_customer(parcel, said="Nothing here", language="en")
    again = cases.deny_by_customer(parcel, said="Still nothing", language="en")
    assert first == again
    assert Case.objects.filter(kind=Kind.DENIED).count() == 1
    assert Message.objects.filter(kind="customer").count() == 1


def test_taken_noted_settled_and_opened_again(shop):
    mari = factories.agent("Mari")
    number = case().id
    cases.assign(number, mari, actor=mari.pk)
    cases.assign(number, mari, actor=mari.pk)
    cases.note(number, "  The carrier calls back  ", actor=mari.pk)
    assert (case().assignee, case().note) == (mari, "The carrier calls back")
    assert Event.objects.filter(name="watching.case_changed").count() == 2
    assert cases.resolve(number, actor=mari.pk)
    assert not cases.resolve(number, actor=mari.pk)
    look()
    assert (case().state, case().outcome) == ("resolved", "agent")  # the watch does not argue
    assert cases.reopen(number, actor=mari.pk)
    assert not cases.reopen(number, actor=mari.pk)
    assert case().state == "open"


def test_an_agent_begins_a_conversation_because_of_a_case(shop):
    mari = factories.agent("Mari")
    message = cases.begin(case().id, mari, factories.answer(), "Your parcel")
    assert case().conversation_id == message.conversation_id
    assert message.conversation.assignee == mari
    assert len(sent()) == 1


def test_agents_see_the_cases_of_their_shops_and_teams(shop):
    assert visible(factories.agent()).count() == 1
    team = factories.team(is_partner=True)
    partner = factories.agent("Paul", role="partner", teams=(team,))
    assert visible(partner).count() == 0
    tell()
    Conversation.objects.update(team=team)
    assert visible(partner).count() == 1
    assert visible(factories.agent("Zoe", limited_to_shops=True)).count() == 0
    order = case().order_id
    assert [one.kind for one in cases_of_orders([order, 0])[order]] == ["late"]
    cases.resolve(case().id, actor=None)
    assert cases_of_orders([order]) == {}
    assert len(cases_of_orders([order], only_open=False)[order]) == 1


KOPLI = contract.Address(line1="Kopli 1", postcode="10412", city="Tallinn")


def unsent() -> Connection:
    """A shop one of whose orders is late and has not left."""
    found = laden()
    rule(found, Kind.LATE)
    Connection.objects.update(connector="woocommerce")
    there = contract.Address(name="Anna Groß", line1="Weg 1", postcode="10115", city="Berlin", country="DE")
    given = {"promised_on": date(2026, 11, 17), "shipping_address": there, "payment": contract.Payment.PAID}
    placed(found, fulfilment=contract.Fulfilment.OPEN, **given)
    Order.objects.update(paid_at=NOW, watch_at=NOW)
    look()
    return found


def test_elsewhere_is_asked_for_in_the_shop_while_nothing_has_left(db):
    unsent()
    late = Case.objects.get(kind=Kind.LATE)
    assert cases.choose(late.id, "redirect", said="The bell is broken", place=KOPLI, language="en")
    row = Action.objects.get()
    assert (row.ability, row.state, row.actor, row.details["text"]) == (
        "address",
        "waiting",
        None,
        "The bell is broken",
    )
    new = row.details["address"]
    assert [new[name] for name in ("name", "line1", "postcode", "city", "country")] == [
        *("Anna Groß", "Kopli 1", "10412", "Tallinn", "DE")
    ]
    message = Message.objects.get(kind="customer")
    assert message.text.endswith("Kopli 1, 10412 Tallinn\nThe bell is broken")
    assert deciding.approve(row.pk, factories.agent("Leena", "lead"))
    assert Action.objects.get().state == "requested"


@pytest.mark.parametrize("why", ["it has left", "the shop cannot", "one is asked for already"])
def test_elsewhere_is_left_to_a_person_where_the_shop_cannot(db, why):
    unsent()
    late = Case.objects.get(kind=Kind.LATE)
    if why == "it has left":
        Order.objects.update(fulfilment="fulfilled")
    elif why == "the shop cannot":
        Connection.objects.update(connector="prestashop")
    else:
        wish = acting.Wish(ability=contract.Ability.ADDRESS, seen=0, address=KOPLI)
        acting.ask(late.order_id, factories.agent("Leena", "lead"), wish)
    before = Action.objects.count()
    assert cases.choose(late.id, "redirect", place=KOPLI)
    assert Action.objects.count() == before
    assert Case.objects.get(kind=Kind.LATE).state == "answered"
    assert "Kopli 1, 10412 Tallinn" in Message.objects.get(kind="customer").text


def test_a_replacement_is_a_note_for_the_shop_that_waits_for_somebodys_word(shop):
    Connection.objects.update(connector="woocommerce")
    assert cases.choose(case().id, "replace", said="The blue one, please", language="en")
    assert not cases.choose(case().id, "replace")
    row = Action.objects.get()
    assert (row.ability, row.state, row.amount) == ("note", "waiting", 0)
    line = case().order.lines.get()
    assert f"{line.quantity} × {line.title}" in row.details["text"]
    assert row.details["text"].endswith("\nThe blue one, please")
    assert deciding.withdraw(row.pk, factories.agent("Leena", "lead"))
    assert case().state == "answered"
