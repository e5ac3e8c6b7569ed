"""Customers are written to once, by day, not when somebody is talking to them, and never against their will."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from shopbell.channels.models import Channel, Outbound
from shopbell.commerce.models import Connection, Order
from shopbell.conversations import operations as conversations
from shopbell.conversations.models import Conversation, Message, OrderLink
from shopbell.customers.models import Customer, Identity
from shopbell.events.models import Event
from shopbell.watching import queries
from shopbell.watching.models import Calendar, Case, Kind, Notice, Objection, Rule
from shopbell.watching.operations import objecting, telling
from tests import factories
from tests.commerce.things import connect
from tests.watching.things import MONDAY, NOW, laden, look, mailbox_of, on_its_way, placed, rule, sent, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Connection:
    """A shop that writes when a parcel is stuck, with one that is."""
    found = laden()
    rule(found, Kind.STUCK)
    on_its_way(found, promised_on=date(2026, 11, 30))
    look()
    return found


def withheld() -> list[str]:
    return list(Notice.objects.filter(state="withheld").order_by("id").values_list("reason", flat=True))


def talk(shop: Connection, hours_ago: float = 1, **fields: object) -> Conversation:
    row = factories.conversation(mailbox_of(shop), "anna@customer.test")
    Conversation.objects.filter(id=row.id).update(last_message_at=NOW - timedelta(hours=hours_ago), **fields)
    return row


def test_the_customer_is_written_to_once_in_a_conversation_with_the_order_linked(shop):
    assert [notice.state for notice in tell()] == ["sent"]
    assert tell() == []
    (mail,) = sent()
    order = Order.objects.get()
    assert mail.content["to"] == [{"address": "anna@customer.test", "name": "Anna Saar", "verified": False}]
    assert mail.content["subject"] == "Ihre Bestellung 101 dauert länger"
    assert mail.content["automatic"] is True
    assert mail.content["sender"]["address"] == mailbox_of(shop).address
    assert "noch etwas warten oder an einen anderen Ort liefern lassen" in mail.content["text"]
    assert f"/track/{shop.shop.slug}/{order.id}-" in mail.content["text"]
    assert "{" not in mail.content["text"]
    assert "Voraussichtlich" not in mail.content["text"]  # nobody knows when
    conversation = Conversation.objects.get()
    assert (conversation.state, conversation.folder, conversation.language) == ("resolved", "resolved", "de")
    assert OrderLink.objects.get().order == order
    case = Case.objects.get()
    assert case.conversation == conversation
    message = Message.objects.get()
    assert (message.kind, message.about) == ("auto_reply_out", {"notice": "stuck"})
    assert Event.objects.filter(name="watching.notice_sent").count() == 1


def test_the_answer_lands_in_its_conversation_and_opens_it(shop):
    tell()
    message = Message.objects.get()
    answer = factories.receive(
        mailbox_of(shop), "anna@customer.test", thread_ids=(message.message_id,), occurred_at=timezone.now()
    )
    assert answer.conversation_id == message.conversation_id
    assert Conversation.objects.get().state == "open"


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ((2026, 11, 19, 19, 0), (2026, 11, 20, 7, 0)),  # 20:00 in Berlin
        ((2026, 11, 20, 6, 59), (2026, 11, 20, 7, 0)),
        ((2026, 11, 19, 18, 59), None),
        ((2026, 11, 20, 7, 0), None),
    ],
)
def test_not_at_night(shop, now, until):
    instant = datetime(*now, tzinfo=UTC)
    (notice,) = tell(instant)
    assert notice.state == ("waiting" if until else "sent")
    if until:
        assert notice.due_at == datetime(*until, tzinfo=UTC)
        assert [one.state for one in tell(notice.due_at)] == ["sent"]
    assert len(sent()) == 1


def test_not_at_the_customers_night_either(shop):
    Order.objects.update(shipping_address={"country": "NZ"})
    (notice,) = tell()
    assert notice.state == "waiting"
    assert notice.due_at > NOW
    Customer.objects.update(time_zone="Europe/Berlin")  # known better
    assert [one.state for one in tell(notice.due_at)] == ["sent"]


def test_the_shop_says_when_night_is(shop):
    Calendar.objects.create(shop=shop.shop, quiet_from="11:00", quiet_to="15:00")
    assert [one.due_at for one in tell()] == [datetime(2026, 11, 19, 14, 0, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("hours_ago", "fields", "is_talking"),
    [
        (1, {}, True),
        (25, {}, False),
        (1, {"state": "resolved", "folder": "resolved"}, False),
        (1, {"state": "pending_customer"}, True),
        (1, {"state": "spam", "folder": "spam"}, False),
    ],
)
def test_not_while_somebody_talks_to_them(shop, hours_ago, fields, is_talking):
    row = talk(shop, hours_ago, **fields)
    tell()
    assert withheld() == (["talking"] if is_talking else [])
    assert len(sent()) == (0 if is_talking else 1)
    if is_talking:
        assert Case.objects.get().conversation == row
        assert OrderLink.objects.filter(conversation=row).exists()


def test_not_while_it_is_somebodys_however_long_ago(shop):
    agent = factories.agent()
    talk(shop, 300, assignee=agent)
    tell()
    assert withheld() == ["talking"]


def test_talking_to_somebody_else_or_in_another_shop_does_not_count(shop):
    other = laden()
    factories.conversation(mailbox_of(shop), "somebody@customer.test", occurred_at=NOW)
    factories.conversation(mailbox_of(other), "anna@customer.test", occurred_at=NOW)
    tell()
    assert len(sent()) == 1


def test_not_within_a_day_of_another_notice_and_only_if_it_is_still_so(shop):
    tell()
    rule(shop, Kind.LATE)
    second = placed(shop, "2", payment="paid")
    case = Case.objects.create(shop=shop.shop, order=second, kind=Kind.LATE, due_at=NOW)
    given = {"shop": shop.shop, "order": second, "case": case, "name": "late"}
    notice = Notice.objects.create(key="2:late", due_at=NOW, **given)
    tell(NOW + timedelta(hours=1))
    notice.refresh_from_db()
    assert (notice.state, notice.due_at) == ("waiting", NOW + timedelta(hours=24))
    Case.objects.filter(id=case.id).update(resolved_at=NOW)
    tell(NOW + timedelta(hours=24))
    assert withheld() == ["over"]
    assert len(sent()) == 1


def test_never_against_an_objection(shop):
    Objection.objects.create(shop=shop.shop, address="anna@customer.test")
    tell()
    assert withheld() == ["objection"]
    assert sent() == []


def test_an_objection_holds_for_every_address_of_the_customer(shop):
    other = "anna.saar@work.test"
    Identity.objects.create(customer=Customer.objects.get(), kind="email", value=other)
    Objection.objects.create(shop=shop.shop, address=other)
    assert queries.wants_no_word(Customer.objects.get().id, shop.shop_id)
    assert not queries.wants_no_word(Customer.objects.get().id, laden().shop_id)
    tell()
    assert withheld() == ["objection"]
    objecting.allow_again(Order.objects.get())
    assert not Objection.objects.exists()


def test_an_order_that_is_mirrored_twice_is_told_once(shop):
    twin = connect(shop.shop, imported_at=MONDAY - timedelta(days=300))
    on_its_way(twin, promised_on=date(2026, 11, 30))
    look()
    tell()
    assert len(sent()) == 1
    tell(NOW + timedelta(days=2))
    assert withheld() == ["over"]
    assert len(sent()) == 1


def test_never_to_who_is_blocked(shop):
    Identity.objects.update(blocked_at=NOW)
    tell()
    assert withheld() == ["objection"]


def test_an_objection_to_another_shop_is_none_here(shop):
    Objection.objects.create(shop=laden().shop, address="anna@customer.test")
    tell()
    assert len(sent()) == 1


def test_not_when_the_reason_is_gone_the_rule_off_or_the_import_running(shop):
    Rule.objects.update(writes=False)
    tell()
    assert withheld() == ["off"]
    Notice.objects.update(state="waiting")
    Rule.objects.update(writes=True)
    Connection.objects.update(imported_at=None)
    tell()
    assert withheld() == ["import"]
    assert sent() == []


def test_not_about_orders_beyond_the_horizon(shop):
    Order.objects.update(placed_at=NOW - timedelta(days=30, seconds=1))
    tell()
    assert withheld() == ["old"]


def test_not_where_nobody_can_be_reached(shop):
    Order.objects.update(email="", customer=None)
    tell()
    assert withheld() == ["nobody"]


def test_not_where_no_mailbox_can_send(shop):
    Channel.objects.filter(shop=shop.shop).update(is_active=False)
    tell()
    assert withheld() == ["mailbox"]


def test_the_language_is_the_orders_then_the_customers_then_the_shops(shop):
    Customer.objects.update(language="da")
    tell()
    assert sent()[0].content["subject"] == "Din ordre 101 tager længere tid"


def test_a_language_the_shop_does_not_offer_is_not_used(shop):
    shop.shop.languages = ["en"]
    shop.shop.save()
    Order.objects.update(language="et")
    tell()
    assert sent()[0].content["subject"].startswith("Ihre Bestellung")


def test_two_notices_about_one_order_are_one_conversation(shop):
    tell()
    rule(shop, Kind.LATE)
    order = Order.objects.get()
    case = Case.objects.create(shop=shop.shop, order=order, kind=Kind.LATE, due_at=NOW)
    given = {"shop": shop.shop, "order": order, "case": case, "name": "late"}
    Notice.objects.create(key="late", due_at=NOW + timedelta(days=1), **given)
    tell(NOW + timedelta(days=1))
    assert len(sent()) == 2
    assert Conversation.objects.count() == 1
    first, second = Message.objects.order_by("id")
    assert sent()[1].content["thread_ids"] == [first.message_id]
    assert second.conversation_id == first.conversation_id


def test_killed_in_between_it_is_sent_once(shop):
    number = Notice.objects.get().id
    with pytest.raises(RuntimeError), transaction.atomic():
        telling.tell(number, NOW)
        raise RuntimeError
    assert sent() == []
    assert not Conversation.objects.exists()
    telling.tell(number, NOW)
    Notice.objects.update(state="waiting")  # as if its row had been restored from before
    telling.tell(number, NOW + timedelta(days=3))
    assert Outbound.objects.count() == 1


def test_nothing_of_it_is_an_agents_answer(shop):
    tell()
    conversation = Conversation.objects.get()
    assert (conversation.assignee, conversation.waiting_since) == (None, None)
    conversations.reopen(conversation.id, actor=None)
    assert conversation.opened_at > MONDAY


@pytest.fixture
def known_otherwise(shop) -> Customer:
    """Who ordered turned out to be somebody the desk knew: Anna, by another address."""
    kept = factories.conversation(mailbox_of(shop), "anna.saar@work.test").customer
    gone = Order.objects.get().customer
    conversations.merge_customers(kept.id, gone.id, actor=None)
    Conversation.objects.update(state="resolved", folder="resolved", last_message_at=NOW - timedelta(days=9))
    return kept


def test_who_was_merged_is_talked_to_by_whoever_they_are_now(shop, known_otherwise):
    Conversation.objects.update(state="open", folder="open", last_message_at=NOW - timedelta(hours=1))
    tell()
    assert withheld() == ["talking"]


def test_who_was_merged_objects_by_any_address(shop, known_otherwise):
    Objection.objects.create(shop=shop.shop, address="anna.saar@work.test")
    tell()
    assert withheld() == ["objection"]
    assert objecting.addresses_of(Order.objects.get()) == {"anna@customer.test", "anna.saar@work.test"}


def test_who_was_merged_is_reached_where_the_order_says_nothing(shop, known_otherwise):
    Order.objects.update(email="")
    tell()
    assert [one["address"] for one in sent()[0].content["to"]] == ["anna@customer.test"]  # moved with who was merged


def test_who_was_merged_is_told_by_one_of_their_orders_a_day(shop, known_otherwise):
    on_its_way(shop, "2", promised_on=date(2026, 11, 30), email="anna.saar@work.test")
    look()
    assert sorted(notice.state for notice in tell()) == ["sent", "waiting"]
