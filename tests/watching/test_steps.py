"""Order-status messages: off unless a shop wants them, once per order and step, answered where they were sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from shopbell.commerce import contract
from shopbell.commerce.models import Connection, Order
from shopbell.commerce.operations import recording, shipments
from shopbell.conversations.models import Conversation, Message
from shopbell.events.models import Delivery
from shopbell.watching import subscribers, texts
from shopbell.watching.models import Notice
from shopbell.watching.operations import deciding
from tests import factories
from tests.commerce.things import order, parcel
from tests.watching.things import State, laden, mailbox_of, sent, tell

pytestmark = pytest.mark.django_db
PAID = contract.Payment.PAID
NIGHT = datetime(2026, 11, 19, 23, 0, tzinfo=UTC)


def moved() -> None:
    """A worker hands on what happened to orders."""
    for row in Delivery.objects.filter(handler__contains="tell_of_step").order_by("id"):
        subscribers.tell_of_step(subscribers.commerce.OrderMoved(**row.data))
        row.delete()


def go_on(connection: Connection, **fields: object) -> None:
    recording.record(connection, [order(placed_at=timezone.now(), updated_at=None, **fields)])
    moved()


def switched_on(*steps: str) -> Connection:
    found = laden()
    for step in steps or texts.STEPS:
        deciding.switch_message(found.shop, step, on=True, actor=factories.agent().pk)
    return found


def later() -> datetime:
    return timezone.now() + timedelta(minutes=2)


def subjects() -> list[str]:
    return [mail.content["subject"] for mail in sent()]


def test_nothing_is_told_by_default():
    go_on(laden(), payment=PAID)
    assert not Notice.objects.exists()


def test_each_step_that_is_on_is_told_once_in_one_conversation_also_at_night():
    shop = switched_on("received", "shipped")
    go_on(shop)
    assert tell(timezone.now()) == []  # it waits a minute for others
    tell(later())
    go_on(shop, payment=PAID)
    tell(later())
    go_on(shop, payment=PAID, shipments=(parcel(shipped_at=timezone.now()),))
    tell(max(later(), NIGHT))
    go_on(shop, payment=PAID, total=1, shipments=(parcel(shipped_at=timezone.now()),))
    assert tell(later()) == []
    assert subjects() == ["Ihre Bestellung 1042 ist bei uns eingegangen", "Ihre Bestellung 1042 ist unterwegs"]
    assert Conversation.objects.count() == 1
    assert "Sendungsnummer: 00340434161094015902" in sent()[1].content["text"]


def test_several_steps_at_once_are_one_message():
    shop = switched_on()
    go_on(shop, payment=PAID, shipments=(parcel(shipped_at=timezone.now()),))
    tell(later())
    assert subjects() == ["Ihre Bestellung 1042 ist unterwegs"]
    assert sorted(Notice.objects.filter(state="withheld").values_list("name", flat=True)) == ["paid", "received"]


def test_what_the_carrier_says_is_told():
    shop = switched_on("out_for_delivery", "delivered")
    full = contract.Fulfilment.FULFILLED
    go_on(shop, payment=PAID, fulfilment=full, shipments=(parcel(shipped_at=timezone.now()),))
    number = Order.objects.get().shipments.get().id
    for state in (State.OUT_FOR_DELIVERY, State.DELIVERED):
        event = contract.TrackingData(occurred_at=timezone.now(), state=state)
        shipments.track([number], contract.Tracking(number="x", events=(event,)))
        moved()
        tell(later())
    assert subjects() == ["Ihre Bestellung 1042 kommt heute", "Ihre Bestellung 1042 wurde zugestellt"]


def test_nothing_is_told_of_an_import_or_when_it_was_switched_off_or_cancelled_meanwhile():
    shop = switched_on()
    recording.record(shop, [order("h", placed_at=timezone.now())], historic=True)
    moved()
    assert not Notice.objects.exists()
    go_on(shop)
    deciding.switch_message(shop.shop, "received", on=False, actor=factories.agent().pk)
    tell(later())
    assert list(Notice.objects.values_list("reason", flat=True)) == ["off"]
    deciding.switch_message(shop.shop, "received", on=True, actor=factories.agent().pk)
    recording.record(shop, [order("2", placed_at=timezone.now())])
    moved()
    Order.objects.update(is_cancelled=True)
    tell(later())
    assert list(Notice.objects.order_by("id").values_list("reason", flat=True)) == ["off", "over"]
    assert sent() == []


def test_a_carrier_that_tells_of_last_week_after_an_import_is_no_news():
    shop = switched_on()
    Connection.objects.update(imported_at=timezone.now() - timedelta(days=100))
    shipped = timezone.now() - timedelta(days=8)
    given = {"fulfilment": contract.Fulfilment.FULFILLED, "placed_at": timezone.now() - timedelta(days=9)}
    item = order("h", payment=PAID, updated_at=None, shipments=(parcel(shipped_at=shipped),), **given)
    recording.record(shop, [item], historic=True)
    number = Order.objects.get().shipments.get().id
    for state, days in ((State.OUT_FOR_DELIVERY, 6), (State.DELIVERED, 5)):
        event = contract.TrackingData(occurred_at=timezone.now() - timedelta(days=days), state=state)
        shipments.track([number], contract.Tracking(number="x", events=(event,)))
        moved()
    assert not Notice.objects.exists()


def test_nobody_is_told_that_a_parcel_comes_today_when_it_came():
    shop = switched_on("out_for_delivery")
    go_on(shop, payment=PAID, shipments=(parcel(shipped_at=timezone.now()),))
    number = Order.objects.get().shipments.get().id
    for state in (State.OUT_FOR_DELIVERY, State.DELIVERED):
        event = contract.TrackingData(occurred_at=timezone.now(), state=state)
        shipments.track([number], contract.Tracking(number="x", events=(event,)))
        moved()
    tell(later())
    assert list(Notice.objects.values_list("reason", flat=True)) == ["over"]
    assert sent() == []


def test_the_shops_own_words_take_the_place_of_ours_and_are_checked():
    shop = switched_on("received")
    mari = factories.agent().pk
    deciding.save_wording(
        shop.shop, "received", "de", "Hurra, {order.number}!", "Danke.\n\nAm {parcel.eta}.", actor=mari
    )
    go_on(shop)
    tell(later())
    assert (sent()[0].content["subject"], sent()[0].content["text"]) == ("Hurra, 1042!", "Danke.")
    with pytest.raises(deciding.UnknownNames) as wrong:
        deciding.save_wording(shop.shop, "received", "de", "x", "{order.numer} {coupon}", actor=mari)
    assert wrong.value.names == ["order.numer", "coupon"]
    deciding.save_wording(shop.shop, "received", "de", "", "", actor=mari)
    assert texts.source(shop.shop_id, "received", "de")[0] == "Ihre Bestellung {order.number} ist bei uns eingegangen"


def test_an_answer_lands_where_it_was_sent_from():
    shop = switched_on("received")
    go_on(shop)
    tell(later())
    message = Message.objects.get()
    ids = (message.message_id,)
    answer = factories.receive(mailbox_of(shop), "anna@customer.test", thread_ids=ids, occurred_at=timezone.now())
    assert answer.conversation_id == message.conversation_id
    assert answer.conversation.order_links.get().order == Order.objects.get()


@pytest.mark.parametrize("language", ["en", "de", "da", "et"])
def test_every_text_is_there_in_every_language_and_names_only_what_there_is(language):
    for name in [*texts.names(), "incident"]:
        subject, text = texts.PHRASES[language].letter(name)
        assert texts.unknown(subject) == texts.unknown(text) == []
        assert "{order.number}" in subject
        assert text.count("{link}") == 1
    assert set(texts.PHRASES[language].letters) == set(texts.PHRASES["en"].letters)
