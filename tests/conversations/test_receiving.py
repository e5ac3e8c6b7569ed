"""Where a message goes, and to whom it counts."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from shopbell.channels import contract
from shopbell.channels.models import Blob
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Folder, Message, MessageSearch, State, Wait
from shopbell.customers.models import Customer, Identity
from shopbell.events.models import Event
from tests import factories, processes

pytestmark = pytest.mark.django_db


def test_a_first_message_opens_a_conversation_and_a_wait():
    box = factories.mailbox()
    message = factories.receive(box, name="Anna Saar", subject="Order 1042", text="Where is it?")
    row = message.conversation
    assert (row.state, row.folder, row.subject, row.customer_name) == ("open", "open", "Order 1042", "Anna Saar")
    assert (row.preview, row.last_message_id, row.last_inbound_id) == ("Where is it?", message.id, message.id)
    assert row.waiting_since == message.occurred_at
    assert Wait.objects.get().opened_at == message.occurred_at
    assert list(Event.objects.values_list("name", "conversation_id")) == [("conversations.opened", row.id)]


def test_the_same_message_twice_is_one():
    box = factories.mailbox()
    message = factories.inbound()
    assert operations.receive(box, message) is not None
    assert operations.receive(box, message) is None
    assert Message.objects.count() == 1


def test_the_same_message_to_two_mailboxes_is_in_both():
    message = factories.inbound()
    shop = factories.shop()
    first = operations.receive(factories.mailbox(shop), message)
    second = operations.receive(factories.mailbox(shop), message)
    assert first is not None
    assert second is not None
    assert first.channel_id != second.channel_id


def test_an_answer_joins_the_conversation_and_does_not_reset_the_wait():
    box = factories.mailbox()
    first = factories.receive(box)
    second = factories.receive(box, thread_ids=(first.message_id,))
    row = Conversation.objects.get()
    assert second.conversation_id == row.id
    assert row.waiting_since == first.occurred_at
    assert Wait.objects.count() == 1
    assert row.last_message_id == second.id


@pytest.mark.parametrize("thread_ids", [(), ("",), ("unknown@x.example",)])
def test_without_a_known_id_nothing_is_joined(thread_ids: tuple[str, ...]):
    box = factories.mailbox()
    factories.receive(box, message_id="")
    factories.receive(box, message_id="", thread_ids=thread_ids)
    assert Conversation.objects.count() == 2


def test_an_answer_in_another_shop_joins_nothing():
    first = factories.receive(factories.mailbox())
    factories.receive(factories.mailbox(), thread_ids=(first.message_id,))
    assert Conversation.objects.count() == 2


def test_the_nearest_known_id_wins():
    box = factories.mailbox()
    old, new = factories.receive(box), factories.receive(box)
    third = factories.receive(box, thread_ids=("x@y", new.message_id, old.message_id))
    assert third.conversation_id == new.conversation_id


def test_a_number_in_the_subject_counts_for_its_own_customer_only():
    box = factories.mailbox()
    row = factories.conversation(box, "anna@customer.example")
    stranger = factories.receive(box, "eve@elsewhere.example", conversation_number=row.id)
    assert stranger.conversation_id != row.id
    own = factories.receive(box, "anna@customer.example", conversation_number=row.id)
    assert own.conversation_id == row.id


def test_a_forged_sender_gets_neither_the_conversation_nor_the_timeline():
    box = factories.mailbox()
    row = factories.conversation(box, "anna@customer.example")
    forged = factories.receive(box, "anna@customer.example", conversation_number=row.id, authentication="fail")
    assert forged.conversation_id != row.id
    assert forged.customer_id != row.customer_id
    assert sorted(Identity.objects.values_list("kind", flat=True)) == ["email", "email-unproven"]


def test_a_signed_reply_address_finds_the_conversation():
    box = factories.mailbox()
    row = factories.conversation(box)
    sent = operations.reply(row.id, factories.agent(), factories.answer())
    token = sent.outbound.content["reference"]
    joined = factories.receive(box, "anna@other-address.example", reply_token=token)
    assert joined.conversation_id == row.id
    forged = token[:-2] + ("aa" if token[-2:] != "aa" else "bb")
    assert factories.receive(box, "eve@elsewhere.example", reply_token=forged).conversation_id != row.id


def test_an_out_of_office_starts_no_wait_and_wakes_nothing():
    box = factories.mailbox()
    first = factories.receive(box)
    operations.resolve(first.conversation_id, actor=None)
    auto = factories.receive(box, thread_ids=(first.message_id,), auto="auto-reply")
    row = Conversation.objects.get()
    assert (auto.kind, row.state, row.waiting_since) == ("customer_auto", "resolved", None)
    assert not Wait.objects.filter(closed_at=None).exists()


def test_mail_through_a_list_is_a_customer_who_waits():
    message = factories.receive(auto="list")
    assert (message.kind, message.conversation.waiting_since) == ("customer", message.occurred_at)


def test_an_answer_opens_a_resolved_conversation_again_within_fourteen_days_and_not_after():
    box = factories.mailbox()
    first = factories.receive(box)
    operations.resolve(first.conversation_id, actor=None)
    again = factories.receive(box, thread_ids=(first.message_id,))
    assert (again.conversation_id, again.conversation.state) == (first.conversation_id, State.OPEN)
    operations.resolve(first.conversation_id, actor=None)
    Conversation.objects.update(resolved_at=timezone.now() - timedelta(days=14, seconds=1))
    late = factories.receive(box, thread_ids=(first.message_id,))
    assert late.conversation_id != first.conversation_id


def test_an_answer_wakes_a_snoozed_conversation():
    box = factories.mailbox()
    first = factories.receive(box)
    operations.snooze(first.conversation_id, until=timezone.now() + timedelta(days=1), actor=None)
    factories.receive(box, thread_ids=(first.message_id,))
    row = Conversation.objects.get()
    assert (row.folder, row.snoozed_until) == (Folder.OPEN, None)


def test_spam_stays_spam():
    box = factories.mailbox()
    first = factories.receive(box)
    operations.mark_spam(first.conversation_id, actor=None)
    factories.receive(box, thread_ids=(first.message_id,))
    row = Conversation.objects.get()
    assert (row.state, row.waiting_since) == (State.SPAM, None)
    assert not Wait.objects.exists()


def test_history_arrives_as_done_with_its_own_dates():
    long_ago = factories.NOON - timedelta(days=900)
    message = factories.receive(historic=True, occurred_at=long_ago)
    row = message.conversation
    assert (row.state, row.folder, row.resolved_at, row.waiting_since) == ("resolved", "resolved", long_ago, None)
    assert row.last_message_at == long_ago


def test_an_older_message_that_arrives_later_does_not_change_what_the_list_shows():
    box = factories.mailbox()
    first = factories.receive(box, text="new")
    factories.receive(
        box, text="old", thread_ids=(first.message_id,), occurred_at=first.occurred_at - timedelta(days=1)
    )
    row = Conversation.objects.get()
    assert (row.preview, row.last_message_at) == ("new", first.occurred_at)


def test_a_mail_forwarded_by_an_agent_belongs_to_its_original_sender():
    mari = factories.agent(email="mari@shop.example")
    original = contract.Sender(address="katrin@customer.example", name="Katrin Weiß")
    forwarded = contract.ForwardedMessage(sender=original, subject="Rechnung", body="Wo ist meine Rechnung?")
    message = factories.receive(address=mari.email, forwarded=forwarded)
    assert message.conversation.customer_name == "Katrin Weiß"
    assert message.about["forwarded"]["by"] == mari.email
    other = factories.receive(address="someone@customer.example", name="Someone", forwarded=forwarded)
    assert other.conversation.customer_name == "Someone"


def test_attachments_are_kept_once_however_often_they_come():
    file = contract.AttachmentData(name="invoice.txt", content_type="text/plain", content=b"hello")
    first, second = factories.receive(attachments=(file,)), factories.receive(attachments=(file, file))
    assert {one.blob_id for one in (*first.attachments.all(), *second.attachments.all())} == {
        first.attachments.get().blob_id
    }
    assert second.attachments.count() == 2
    assert first.conversation.has_attachments is True


def test_endless_subjects_and_names_are_cut():
    message = factories.receive(subject="x" * 100_000, name="N" * 1000, text="a", language="de")
    assert len(message.subject) == 1000
    assert len(message.conversation.subject) == 500


def test_a_message_is_found_by_its_customer_and_its_block():
    message = factories.receive()
    assert MessageSearch.objects.get(message=message).conversation_id == message.conversation_id


def test_a_known_customer_keeps_the_name_and_gains_what_was_missing():
    box = factories.mailbox()
    factories.receive(box, name="", language="")
    factories.receive(box, name="Anna Saar", language="et")
    factories.receive(box, name="Somebody Else", language="de")
    customer = Customer.objects.get()
    assert (customer.name, customer.language) == ("Anna Saar", "et")


def test_two_messages_without_a_sender_have_nothing_to_do_with_each_other():
    box = factories.mailbox()
    first, second = factories.receive(box, "", name=""), factories.receive(box, "", name="")
    assert first.customer_id != second.customer_id


@pytest.mark.django_db(transaction=True)
def test_files_are_kept_before_the_conversation_is_locked():
    """Thumbnails of many large pictures take their time, and an agent who answers must not wait for them."""
    box = factories.mailbox()
    first = factories.receive(box)
    file = contract.AttachmentData(name="a.txt", content_type="text/plain", content=b"kept early")
    path = Blob(sha256=hashlib.sha256(file.content).hexdigest()).path

    def take() -> None:
        try:
            with transaction.atomic():
                factories.receive(box, thread_ids=(first.message_id,), attachments=(file,))
        finally:
            connection.close()

    thread = threading.Thread(target=take)
    with transaction.atomic():
        Conversation.objects.select_for_update().get(id=first.conversation_id)
        thread.start()
        try:
            processes.wait_until(lambda: default_storage.exists(path), 5)
            assert Message.objects.count() == 1
        finally:
            transaction.set_rollback(True)
    thread.join()
    assert Message.objects.count() == 2
