"""Side conversations: asked, answered, kept apart from the customer."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.channels import contract, delivery, files, ingress
from shopbell.channels.models import Inbound, Outbound
from shopbell.conversations import operations, queries, writing
from shopbell.conversations.models import Conversation, Follower, Message, SideConversation, Wait
from shopbell.events import delivery as outbox
from shopbell.events.models import Event
from shopbell.notifications.models import Notification
from shopbell.plugins.email import composing
from tests import factories

pytestmark = pytest.mark.django_db
SUPPLIER = contract.Sender(address="orders@cups.example", name="Nordic Cups")


def asked(row: Conversation, agent: Agent, **fields) -> SideConversation:
    values = {"key": "k1", "text": "Can you replace it?", "to": (SUPPLIER,), "subject": "Broken cup"}
    return operations.ask_third(row.id, agent, operations.Ask(**{**values, **fields}))


def answered(box, side: SideConversation, **fields) -> Message | None:
    ours = side.messages.order_by("-id")[0]
    values = {"name": "Nordic Cups", "thread_ids": (ours.message_id,), "text": "Yes, on Monday."}
    return operations.receive(box, factories.inbound(SUPPLIER.address, **{**values, **fields}))


@pytest.fixture
def box():
    return factories.mailbox()


@pytest.fixture
def mari():
    return factories.agent()


@pytest.fixture
def first(box) -> Message:
    cup = contract.AttachmentData(
        name="cup.txt", content_type="text/plain", content=b"broken", content_id="", inline=False
    )
    return factories.receive(box, attachments=(cup,), text="It came broken.", subject="Broken cup")


def test_a_third_party_is_asked_with_what_was_chosen_and_nothing_else(first, mari):
    row = first.conversation
    operations.note(row.id, mari, body="a secret note")
    later = factories.receive(first.channel, thread_ids=(first.message_id,), text="Hello?")
    side = asked(row, mari, messages=(first.id, 999_999))
    out = Outbound.objects.get()
    assert [who["address"] for who in out.content["to"]] == ["orders@cups.example"]
    assert out.content["thread_ids"] == []
    assert out.content["reply_to_external_id"] == ""
    text = out.content["text"]
    assert text.startswith(
        "Can you replace it?\n\n---------- Forwarded message ----------\nFrom: Anna Saar <anna@customer.example>"
    )
    assert text.endswith("Subject: Broken cup\n\nIt came broken.")
    assert "secret" not in text
    assert later.text not in text
    assert "<blockquote" in out.content["html"]
    assert [item["name"] for item in out.content["attachments"]] == ["cup.txt"]
    assert [one.name for one in side.messages.get().attachments.all()] == ["cup.txt"]
    assert Conversation.objects.get().assignee == mari
    assert Follower.objects.filter(agent=mari, conversation=row).exists()
    assert Event.objects.filter(name="conversations.side_opened", actor_id=mari.pk).count() == 1


def test_the_same_key_twice_asks_once(first, mari):
    one, two = asked(first.conversation, mari), asked(first.conversation, mari)
    assert one == two
    assert Outbound.objects.count() == 1
    for _ in range(2):
        operations.reply_to_third(one.id, mari, operations.Ask(key="x", text="And?", to=(SUPPLIER,)))
    assert one.messages.count() == 2


def test_the_answer_comes_back_into_its_own_thread(box, first, mari):
    row = first.conversation
    waits_since = Conversation.objects.get().waiting_since
    before = Conversation.objects.get()
    side = asked(row, mari)
    stored = answered(box, side)
    after = Conversation.objects.get()
    assert (stored.kind, stored.side, stored.conversation, stored.customer) == ("side_in", side, row, None)
    assert Conversation.objects.count() == 1
    assert (after.waiting_since, after.preview, after.last_inbound_id) == (
        waits_since,
        before.preview,
        before.last_inbound_id,
    )
    assert Wait.objects.count() == 1
    assert [one.id for one in queries.timeline(Message.objects.filter(conversation=row))] == [first.id]
    side.refresh_from_db()
    assert side.recipients["to"] == [["Nordic Cups", "orders@cups.example"]]
    assert side.answered_at == stored.occurred_at


def test_the_answer_is_told_to_the_assignee_and_the_followers_and_to_nobody_as_a_customers(box, first, mari):
    jens = factories.agent("Jens")
    side = asked(first.conversation, mari)
    operations.follow(first.conversation, jens, actor=jens.pk)
    answered(box, side)
    answered(box, side, auto="auto-reply")
    while outbox.deliver("inside", 25):
        pass
    told = Notification.objects.order_by("agent_id").values_list("agent_id", "kind")
    assert list(told) == [(mari.pk, "third_replied"), (jens.pk, "third_replied")]


def test_an_answer_without_ids_is_found_by_the_token_it_was_sent_to(box, first, mari):
    side = asked(first.conversation, mari)
    stored = answered(box, side, thread_ids=(), reply_token=Outbound.objects.get().content["reference"])
    assert stored.side == side


def test_nothing_of_the_side_reaches_the_customer(box, first, mari):
    row = first.conversation
    box.settings = {**box.settings, "quote_history": True}
    box.save()
    stored = answered(box, asked(row, mari))
    row = Conversation.objects.get()
    content = writing.Content(text="We have a new one.")
    message = writing.answer(row, mari, content, writing.Recipients(to=(SUPPLIER,)))
    assert "It came broken." in message.text
    assert "Monday" not in message.text + message.html
    assert stored.message_id not in message.thread_ids
    assert set(message.thread_ids) == {first.message_id}


def test_the_customer_and_ourselves_are_never_asked(box, first, mari):
    for address, is_ours in [
        ("Anna@customer.example", False),
        (box.address, True),
        (box.address.replace("@", "+x@"), True),
    ]:
        with pytest.raises(operations.NotThem) as refused:
            asked(first.conversation, mari, cc=(contract.Sender(address=address),))
        assert (refused.value.addresses, refused.value.is_ours) == ([address], is_ours)
    assert SideConversation.objects.count() == 0


def test_what_the_customer_writes_to_a_mail_somebody_passed_on_is_the_customers(box, first, mari):
    side = asked(first.conversation, mari)
    ours = side.messages.get()
    stored = factories.receive(box, thread_ids=(ours.message_id,), text="They wrote to me")
    assert (stored.kind, stored.side, stored.conversation_id) == ("customer", None, first.conversation_id)


def test_a_forged_answer_stays_out(box, first, mari):
    stored = answered(box, asked(first.conversation, mari), authentication="fail")
    assert stored.side is None
    assert stored.conversation_id != first.conversation_id


def test_a_copied_customer_is_not_in_the_next_message(box, first, mari):
    side = asked(first.conversation, mari)
    cc = (contract.Sender(address="anna@customer.example"), contract.Sender(address="boss@cups.example"))
    answered(box, side, to=(contract.Sender(address=box.address),), cc=cc)
    side.refresh_from_db()
    assert side.recipients["cc"] == [["", "boss@cups.example"]]


def test_what_waits_for_a_third_party_is_open_again_when_they_answer_and_not_by_a_machine(box, first, mari):
    until = timezone.now() + timedelta(days=2)
    side = asked(first.conversation, mari, next_check=until)
    row = Conversation.objects.get()
    assert (row.state, row.folder, row.snoozed_until) == ("pending_third", "snoozed", until)
    answered(box, side, auto="auto-reply")
    assert Conversation.objects.get().state == "pending_third"
    answered(box, side)
    row = Conversation.objects.get()
    assert (row.state, row.folder, row.snoozed_until) == ("open", "open", None)


def test_a_next_check_in_the_past_asks_nobody(first, mari):
    with pytest.raises(ValueError, match="later than now"):
        asked(first.conversation, mari, next_check=timezone.now())
    assert SideConversation.objects.count() == 0


def test_taken_back_it_stands_there_to_be_sent_again(first, mari):
    blob = files.keep(b"drawing", "drawing.txt")
    until = timezone.now() + timedelta(days=2)
    side = asked(first.conversation, mari, messages=(first.id,), files=((blob, "drawing.txt"),), next_check=until)
    assert operations.take_back_from_third(side.messages.get().id, mari) is True
    side.refresh_from_db()
    assert side.messages.count() == 0
    assert side.taken_back["text"] == "Can you replace it?"
    assert (side.taken_back["passed_on"], side.taken_back["files"]) == ([first.id], [[blob.id, "drawing.txt"]])
    assert Conversation.objects.get().state == "open"
    assert Conversation.objects.get().snoozed_until is None
    assert Outbound.objects.get().state == "cancelled"


def test_a_failure_is_shown_and_the_customers_wait_stays(first, mari):
    side = asked(first.conversation, mari)
    sent = side.messages.get()
    Outbound.objects.filter(id=sent.outbound_id).update(state="failed", error="no such user")
    operations.record_outcome(sent.outbound_id)
    row = Conversation.objects.get()
    assert (row.has_failure, row.state, row.waiting_since) == (True, "open", first.occurred_at)
    assert operations.retry(sent.id, mari.pk) is True
    assert Conversation.objects.get().waiting_since == first.occurred_at
    assert Conversation.objects.get().has_failure is False


@pytest.mark.parametrize("body", ["plain words", "Grüße, 8 bit"])
def test_the_original_goes_along_as_a_mail(box, mari, body):
    head = (
        "From: Anna <anna@customer.example>\r\nTo: x@shop.example\r\nMessage-ID: <a@b.example>\r\nSubject: Broken cup"
    )
    kind = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit"
    raw = f"{head}\r\n{kind}\r\n\r\n{body}\r\n"
    ingress.accept(box, raw.encode())
    while outbox.deliver("inside", 25):
        pass
    assert Inbound.objects.get().state == "filed"
    first = Message.objects.get()
    asked(first.conversation, mari, messages=(first.id,), with_originals=True)
    sent = composing.body(delivery._message(Outbound.objects.get())).as_bytes()
    assert sent.isascii()
    parts = message_from_bytes(sent, policy=policy.default)
    (inner,) = [part for part in parts.walk() if part.get_content_type() == "message/rfc822"]
    assert inner["Content-Transfer-Encoding"] == "7bit"
    assert inner.get_filename() == "Broken cup.eml"
    original = inner.get_content()
    assert original["Message-ID"] == "<a@b.example>"
    assert original.get_content().strip() == body
