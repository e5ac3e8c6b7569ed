"""One cause, many cases: one text to all, nobody twice, each answer in its own conversation."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.utils import timezone

from shopbell.commerce.models import Connection, Order, Shipment, TrackingEvent
from shopbell.conversations import operations as conversations
from shopbell.conversations.models import Conversation, Message
from shopbell.events.models import Event
from shopbell.watching.models import Case, Incident, Kind, Notice
from shopbell.watching.operations import cases, incidents
from shopbell.watching.operations.deciding import UnknownNames
from tests import factories
from tests.watching.things import NOW, laden, look, mailbox_of, noon, on_its_way, rule, sent, tell

pytestmark = pytest.mark.django_db
WORDS = {"en": ["Strike", "{greeting}, order {order.number} waits.\n\n{choices}"], "de": ["Streik", "{order.number}"]}


@pytest.fixture
def shop() -> Connection:
    """Three customers with a stuck parcel each, and the first of them with two."""
    found = laden()
    for number, email in [("1", "anna"), ("2", "mads"), ("3", "tiit"), ("4", "anna")]:
        on_its_way(found, number, email=f"{email}@customer.test", name=email.title())
    Order.objects.filter(email__startswith="mads").update(language="en")
    look()
    return found


def incident(shop: Connection, **wanted: object) -> Incident:
    return incidents.save(
        Incident(shop=shop.shop),
        actor=factories.agent().pk,
        name="Strike",
        wanted=incidents.Filter(**wanted),  # type: ignore[arg-type]
        words=WORDS,
    )


def gathered(shop: Connection, **wanted: object) -> int:
    return incidents.gather(incident(shop, **wanted).id)


def test_cases_are_gathered_by_kind_carrier_country_place_and_period(shop):
    Shipment.objects.filter(order__remote_id="1").update(carrier="gls", country="DK")
    Case.objects.filter(order__remote_id="1").update(carrier="gls", country="DK")
    parcel = Shipment.objects.get(order__remote_id="2")
    TrackingEvent.objects.create(shipment=parcel, occurred_at=NOW, state="in_transit", place="Halle (Saale)")
    Case.objects.filter(order__remote_id="3").update(due_at=datetime(2026, 11, 20, 23, 0, tzinfo=UTC))  # the 21st
    count = lambda **wanted: incidents.matching(shop.shop, incidents.Filter(**wanted)).count()  # noqa: E731
    assert count() == 4
    assert count(kinds=("stuck", "late")) == 4
    assert count(kinds=("late",)) == 0
    assert count(carrier="gls") == 1
    assert count(country="dk") == 1
    assert count(place="halle") == 1
    assert count(since="2026-11-21") == 1
    assert count(until="2026-11-20") == 3
    assert incidents.matching(laden().shop, incidents.Filter()).count() == 0


def test_a_case_has_one_incident_and_what_fits_later_comes_too(shop):
    first = incident(shop)
    assert incidents.gather(first.id) == 4
    assert gathered(shop) == 0
    on_its_way(shop, "5")
    look()
    assert incidents.gather(first.id) == 1


def test_one_text_goes_to_every_customer_once_in_their_language_and_conversation(shop):
    one = incident(shop)
    incidents.gather(one.id)
    assert incidents.tell_all(one.id, actor=factories.agent().pk) == 3
    assert incidents.tell_all(one.id, actor=factories.agent().pk) == 0
    tell(noon())
    mails = {mail.content["to"][0]["address"]: mail.content for mail in sent()}
    assert sorted(mails) == ["anna@customer.test", "mads@customer.test", "tiit@customer.test"]
    assert mails["mads@customer.test"]["subject"] == "Strike"
    assert mails["mads@customer.test"]["text"].startswith("Dear Mads, order 102 waits.")
    assert mails["tiit@customer.test"]["subject"] == "Streik"
    assert Conversation.objects.count() == 3
    message = Message.objects.get(recipients__to__0__1="mads@customer.test")
    ids = (message.message_id,)
    answer = factories.receive(mailbox_of(shop), "mads@customer.test", thread_ids=ids, occurred_at=timezone.now())
    assert answer.conversation_id == message.conversation_id
    assert [case.incident for case in answer.conversation.cases.all()] == [one]


def test_killed_half_way_it_goes_on_and_nobody_hears_it_twice(shop):
    one = incident(shop)
    incidents.gather(one.id)
    mari = factories.agent().pk
    with pytest.raises(RuntimeError), transaction.atomic():
        incidents.tell_all(one.id, actor=mari)
        raise RuntimeError
    assert not Notice.objects.exists()
    incidents.tell_all(one.id, actor=mari)
    now = noon()
    first = Notice.objects.order_by("id")[0]
    Notice.objects.exclude(id=first.id).update(due_at=NOW.replace(year=2030))
    tell(now)
    Notice.objects.update(due_at=now)
    incidents.gather(one.id)
    tell(noon())
    assert len(sent()) == 3


def test_who_comes_after_it_was_told_is_told_as_well(shop):
    one = incident(shop)
    incidents.gather(one.id)
    incidents.tell_all(one.id, actor=factories.agent().pk)
    on_its_way(shop, "5", email="late@customer.test")
    look()
    incidents.gather(one.id)
    assert Notice.objects.filter(incident=one).count() == 4


def test_the_notice_of_the_case_is_not_sent_beside_the_incident(shop):
    rule(shop, Kind.STUCK)
    on_its_way(shop, "5", email="five@customer.test")
    look()
    one = incident(shop)
    incidents.gather(one.id)
    incidents.tell_all(one.id, actor=factories.agent().pk)
    tell(noon())
    assert Notice.objects.get(name="stuck").reason == "incident"


def test_closing_it_settles_its_cases_and_tells_nobody_any_more(shop):
    one = incident(shop)
    incidents.gather(one.id)
    mari = factories.agent().pk
    incidents.tell_all(one.id, actor=mari)
    assert incidents.close(one.id, actor=mari)
    assert not incidents.close(one.id, actor=mari)
    assert incidents.unsettled() == [one.id]
    assert incidents.settle_some(one.id) == 4
    assert incidents.settle_some(one.id) == 0
    assert set(Case.objects.values_list("state", "outcome")) == {("resolved", "incident")}
    assert Event.objects.filter(name="watching.case_resolved").count() == 4
    tell(noon())
    assert sent() == []
    assert incidents.gather(one.id) == 0
    look()
    assert Case.objects.filter(resolved_at=None).count() == 0


def test_a_text_is_checked(shop):
    with pytest.raises(UnknownNames):
        incidents.save(
            Incident(shop=shop.shop), actor=1, name="x", wanted=incidents.Filter(), words={"en": ["a", "{nonsense}"]}
        )
    with pytest.raises(ValueError):
        incidents.save(Incident(shop=shop.shop), actor=1, name="x", wanted=incidents.Filter(), words={})


def test_who_is_one_customer_by_now_is_told_once(shop):
    orders = {row.email.partition("@")[0]: row for row in Order.objects.select_related("customer")}
    conversations.merge_customers(orders["anna"].customer_id, orders["mads"].customer_id, actor=None)
    row = incident(shop)
    incidents.gather(row.id)
    incidents.tell_all(row.id, actor=factories.agent().pk)
    tell(noon())
    assert sorted(mail.content["to"][0]["address"].partition("@")[0] for mail in sent()) == ["anna", "tiit"]


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_case_that_is_opened_again_after_its_incident_was_closed_stays_open(shop, by_hand):
    agent, row = factories.agent(), incident(shop)
    incidents.gather(row.id)
    case = Case.objects.order_by("id").first()
    if not by_hand:
        assert cases.resolve(case.id, actor=None, outcome="gone") is True
    incidents.close(row.id, actor=agent.pk)
    while incidents.settle_some(row.id):
        pass
    if by_hand:
        assert cases.reopen(case.id, actor=agent.pk) is True
    else:
        look()
    case.refresh_from_db()
    assert (case.state, case.incident_id) == ("open", None)
    assert incidents.settle_some(row.id) == 0
    assert incidents.unsettled() == []
