"""What other desks were cursed for, told as stories: none of it happens here.

The order is that of the list of loss and doubling that their users wrote up: one test or more for each.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from shopbell.channels import delivery as outbox
from shopbell.channels import ingress
from shopbell.channels.models import Channel, Inbound, Outbound
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Message
from shopbell.events import delivery
from shopbell.events.models import Delivery, Event
from tests import factories, mails, processes

pytestmark = pytest.mark.django_db(transaction=True)


def drain() -> None:
    """Do all that is owed now, both lanes, as a worker would."""
    while delivery.deliver("inside", 25) + delivery.deliver("outside", 1):
        pass


def arrive(channel: Channel, body: bytes, uid: str = "") -> None:
    ingress.accept(channel, body, external_id=uid)
    drain()


def at_once(*tasks: Callable[[], object]) -> None:
    """Run the tasks in threads that begin together."""
    barrier = threading.Barrier(len(tasks))

    def run(task: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            task()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def mailbox(sink: processes.Sink | None = None, address: str = "help@shop.example", **settings: object) -> Channel:
    smtp = {"smtp": {"host": "127.0.0.1", "port": sink.port, "security": "none"}} if sink else {}
    return factories.mailbox(address=address, settings={"address": address, **smtp, **settings})


def test_1_an_answer_the_mail_server_refuses_for_now_is_sent_once_under_one_id(settings):
    settings.UNDO_SECONDS = 0
    sink = processes.Sink()
    with sink.running():
        row = factories.conversation(mailbox(sink))
        sink.refusals = ["451 later", "421 busy", "451 later"]
        operations.reply(row.id, factories.agent(), factories.answer())
        for _ in range(6):
            drain()
            Delivery.objects.update(due_at=factories.NOON)
        sent = Outbound.objects.get()
    assert (sent.state, sent.attempts) == ("sent", 3)
    assert sink.taken == {f"<{sent.external_id}>": 1}


def test_2_a_form_sent_four_times_over_a_bad_line_is_one_answer():
    row = factories.conversation()
    mari, answer = factories.agent(), factories.answer()
    at_once(*[lambda: operations.reply(row.id, mari, answer)] * 4)
    assert Message.objects.filter(kind="agent").count() == 1
    assert Outbound.objects.count() == 1


def test_3_a_mail_to_two_mailboxes_of_ours_is_one_conversation_in_each():
    shop = factories.shop()
    sales, support = factories.mailbox(shop, "sales@shop.example"), factories.mailbox(shop, "help@shop.example")
    body = mails.mail(to="sales@shop.example, help@shop.example")
    for channel in (sales, support, sales, support):
        arrive(channel, body)
    assert sorted(Conversation.objects.values_list("channel__address", flat=True)) == [support.address, sales.address]


def test_4_the_same_mail_filed_by_two_workers_at_once_leaves_no_empty_twin():
    box, body = mailbox(), mails.mail()
    ingress.accept(box, body, external_id="1")
    ingress.accept(box, body, external_id="2")
    at_once(*[lambda: delivery.deliver("inside", 1)] * 2)
    Delivery.objects.update(due_at=factories.NOON)
    drain()
    assert Conversation.objects.count() == Message.objects.count() == 1
    assert sorted(Inbound.objects.values_list("state", flat=True)) == ["double", "filed"]


def test_6_a_mail_read_again_does_not_come_back():
    box, body = mailbox(), mails.mail()
    arrive(box, body, "7:1")
    operations.mark_spam(Conversation.objects.get().id, actor=None)
    arrive(box, body, "7:1")
    arrive(box, body, "8:1")  # the mailbox was renumbered
    assert Conversation.objects.get().state == "spam"
    assert Message.objects.count() == 1


def test_7_nothing_leaves_for_a_change_that_was_rolled_back():
    row = factories.conversation()
    with pytest.raises(RuntimeError), transaction.atomic():
        operations.reply(row.id, factories.agent(), factories.answer())
        raise RuntimeError("the database said no")
    assert not Outbound.objects.exists()
    assert not Delivery.objects.filter(event_name="channels.outbound_queued").exists()


def test_7_a_mail_nobody_can_read_is_kept_and_shown():
    box = mailbox()
    arrive(box, b"\x00\x00\x00")
    row = Inbound.objects.get()
    assert (row.state, bytes(row.body)) == ("failed", b"\x00\x00\x00")
    assert Event.objects.filter(name="channels.inbound_failed").count() == 1


def test_8_a_mail_handed_over_again_because_our_answer_got_lost_is_one():
    box, body = mailbox(), mails.mail()
    for _ in range(3):
        ingress.accept(box, body)
    drain()
    assert Conversation.objects.count() == Inbound.objects.count() == 1


@pytest.mark.parametrize("message_id", ["", "<>", "<  >", "<@>"])
def test_9_mails_without_an_id_have_nothing_to_do_with_each_other(message_id: str):
    box = mailbox()
    for number in range(3):
        arrive(box, mails.mail(body=f"Question {number}", Message_ID=message_id, In_Reply_To=message_id))
    assert Conversation.objects.count() == 3


def test_10_a_stranger_with_a_number_in_the_subject_gets_a_conversation_of_their_own():
    box = mailbox()
    arrive(box, mails.mail("anna@customer.example"))
    number = Conversation.objects.get().id
    arrive(box, mails.mail("eve@elsewhere.example", subject=f"Re: [#{number}] Where is order 1042?"))
    assert Conversation.objects.count() == 2
    arrive(box, mails.mail("anna@customer.example", subject=f"Re: [#{number}] Where is order 1042?"))
    assert Message.objects.filter(conversation=number).count() == 2


def test_11_answers_thread_in_both_directions(settings):
    settings.UNDO_SECONDS = 0
    sink = processes.Sink()
    with sink.running():
        box = mailbox(sink)
        arrive(box, mails.mail(Message_ID="<first@customer.example>"))
        row = Conversation.objects.get()
        operations.reply(row.id, factories.agent(), factories.answer())
        drain()
        ours = Outbound.objects.get().external_id
        sent = sink.mails[0].decode()
        assert "In-Reply-To: <first@customer.example>" in sent
        arrive(box, mails.mail(subject="Re: Where is order 1042?", In_Reply_To=f"<{ours}>"))
    assert Conversation.objects.count() == 1
    assert Message.objects.filter(conversation=row, kind="customer").count() == 2


def test_12_a_mailbox_read_a_hundred_times_is_stored_once():
    box, body = mailbox(), mails.mail()
    for _ in range(100):
        ingress.accept(box, body, external_id="7:1")
    assert Inbound.objects.count() == 1


def test_13_two_machines_that_answer_each_other_fall_silent(settings):
    settings.UNDO_SECONDS = 0
    sink = processes.Sink()
    with sink.running():
        box = mailbox(sink, acknowledgement="We have received your message.")
        for number in range(20):
            arrive(box, mails.mail("robot@machine.example", subject=f"Ticket {number}", body=f"Received {number}."))
            arrive(box, mails.mail("away@person.example", Auto_Submitted="auto-replied"))
    assert sum(sink.taken.values()) == 1
    assert "Auto-Submitted: auto-replied" in sink.mails[0].decode()


def test_13_our_own_mail_coming_back_opens_nothing(settings):
    settings.UNDO_SECONDS = 0
    sink = processes.Sink()
    with sink.running():
        box = mailbox(sink)
        row = factories.conversation(box)
        operations.reply(row.id, factories.agent(), factories.answer())
        drain()
        arrive(box, sink.mails[0])
    assert Conversation.objects.count() == 1
    assert Message.objects.filter(conversation=row).count() == 2


def test_14_the_same_push_delivered_in_parallel_is_one_message():
    box, body = mailbox(), mails.mail()
    at_once(*[lambda: ingress.accept(box, body)] * 8)
    drain()
    assert Inbound.objects.count() == Message.objects.count() == Conversation.objects.count() == 1


def test_14_two_first_mails_of_one_new_customer_at_once_are_one_customer():
    box = mailbox()
    for number in range(8):
        ingress.accept(box, mails.mail(body=f"Question {number}"))
    at_once(*[lambda: delivery.deliver("inside", 4)] * 2)
    Delivery.objects.update(due_at=factories.NOON)
    drain()
    assert Conversation.objects.count() == 8
    assert set(Conversation.objects.values_list("customer", flat=True)) == {Message.objects.first().customer_id}


def test_a_bounce_marks_the_message_and_opens_nothing():
    box = mailbox()
    row = factories.conversation(box)
    sent = operations.reply(row.id, factories.agent(), factories.answer())
    outbox._note(Outbound.objects.get(), "sent")
    drain()
    report = (
        f"From: MAILER-DAEMON@mx.example\r\nTo: help+{sent.outbound.content['reference']}@shop.example\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nThe mail could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; anna@customer.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n--b--\r\n"
    ).encode()
    arrive(box, report)
    sent.refresh_from_db()
    row.refresh_from_db()
    assert (sent.state, row.has_failure, row.state) == ("failed", True, "open")
    assert Conversation.objects.count() == 1
