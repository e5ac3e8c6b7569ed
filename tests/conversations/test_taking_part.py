"""Several customers and copies on one conversation."""

from __future__ import annotations

import pytest

from shopbell.channels.contract import Sender
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Message, Participant, Wait
from shopbell.web.desk import composer
from tests import factories

pytestmark = pytest.mark.django_db
ANNA, BERT = (
    Sender(address="anna@customer.example", name="Anna Saar"),
    Sender(address="bert@other.example", name="Bert"),
)


@pytest.fixture
def box():
    return factories.mailbox()


@pytest.fixture
def mari():
    return factories.agent()


def active() -> list[str]:
    return list(Participant.objects.filter(is_active=True).order_by("id").values_list("address", flat=True))


def defaults() -> tuple[str, str]:
    row = Conversation.objects.get()
    return composer.default_recipients(row, list(Message.objects.filter(conversation=row, side=None).order_by("id")))


def known() -> tuple[int, ...]:
    return tuple(Participant.objects.values_list("id", flat=True))


def ours(box) -> Sender:
    return Sender(address=box.address)


def test_one_customer_alone_is_not_written_down(box, mari):
    first = factories.receive(box, to=(ours(box),))
    factories.receive(box, thread_ids=(first.message_id,), to=(ours(box),))
    operations.reply(first.conversation_id, mari, factories.answer())
    assert Participant.objects.count() == 0
    assert defaults() == ("Anna Saar <anna@customer.example>", "")


def test_where_no_customer_has_written_the_next_word_goes_where_the_first_went(box, mari):
    first = factories.receive(box, to=(ours(box),))
    sent = operations.reply(first.conversation_id, mari, factories.answer(to=(ANNA,), cc=(BERT,)))
    split = operations.split(first.conversation_id, [sent.id], subject="", actor=mari.id)
    Message.objects.filter(id=sent.id).update(sender_address=box.address)  # as history from elsewhere has it
    assert composer.default_recipients(split, []) == (
        "Anna Saar <anna@customer.example>",
        "Bert <bert@other.example>",
    )
    whole = Conversation.objects.get(id=first.conversation_id)
    assert composer.default_recipients(whole, [])[0] == "Anna Saar <anna@customer.example>"


def test_who_is_copied_once_is_kept_over_answers_that_do_not_copy_them(box):
    first = factories.receive(box, to=(ours(box),), cc=(BERT,))
    assert active() == ["anna@customer.example", "bert@other.example"]
    factories.receive(box, thread_ids=(first.message_id,), to=(ours(box),))
    assert defaults() == ("Anna Saar <anna@customer.example>", "Bert <bert@other.example>")


def test_who_was_copied_and_writes_joins_as_themselves_and_waits(box, mari):
    first = factories.receive(box, to=(ours(box),), cc=(BERT,))
    operations.resolve(first.conversation_id, actor=None)
    second = factories.receive(box, BERT.address, name="Bert", thread_ids=(first.message_id,), to=(ours(box),))
    row = Conversation.objects.get()
    assert second.conversation == row
    assert second.customer != row.customer == first.customer
    assert (row.customer_name, row.state, row.waiting_since) == ("Anna Saar", "open", second.occurred_at)
    assert Wait.objects.filter(closed_at=None).get().opened_at == second.occurred_at
    assert defaults() == ("Bert <bert@other.example>", "Anna Saar <anna@customer.example>")


def test_somebody_new_who_answers_brings_the_first_customer_along(box):
    first = factories.receive(box, to=(ours(box),))
    factories.receive(box, BERT.address, name="Bert", thread_ids=(first.message_id,), to=(ours(box),))
    assert active() == ["anna@customer.example", "bert@other.example"]
    assert defaults() == ("Bert <bert@other.example>", "Anna Saar <anna@customer.example>")


def test_our_mailboxes_and_colleagues_never_take_part(box, mari):
    other = factories.mailbox(box.shop)
    tagged = Sender(address=other.address.replace("@", "+tag@"))
    factories.receive(
        box, to=(ours(box), Sender(address=other.address.upper())), cc=(Sender(address=mari.email), tagged, BERT)
    )
    assert active() == ["anna@customer.example", "bert@other.example"]
    with pytest.raises(operations.CannotTakePart) as refused:
        operations.add_participants(Conversation.objects.get().id, [Sender(address=mari.email)], actor=None)
    assert refused.value.addresses == [mari.email]


@pytest.mark.parametrize("fields", [{"auto": "list"}, {"auto": "auto-reply"}, {"authentication": "fail"}])
def test_machines_lists_and_forged_senders_bring_nobody_in(box, fields):
    factories.receive(box, cc=(BERT,), **fields)
    assert Participant.objects.count() == 0


def test_whom_an_answer_names_takes_part_and_whom_it_leaves_out_does_not(box, mari):
    first = factories.receive(box, to=(ours(box),), cc=(BERT,))
    carl = Sender(address="carl@third.example", name="Carl")
    sent = operations.reply(first.conversation_id, mari, factories.answer(cc=(carl,), known_participants=known()))
    assert active() == ["anna@customer.example", "carl@third.example"]
    assert operations.undo(sent.id, mari) is True
    assert active() == ["anna@customer.example", "bert@other.example"]
    assert Participant.objects.count() == 2


def test_a_blind_copy_is_nobodys_business_and_leaves_nobody_out(box, mari):
    first = factories.receive(box, to=(ours(box),), cc=(BERT,))
    operations.reply(
        first.conversation_id,
        mari,
        factories.answer(bcc=(BERT, Sender(address="x@y.example")), known_participants=known()),
    )
    assert active() == ["anna@customer.example", "bert@other.example"]


def test_who_was_left_out_is_back_when_they_write_and_by_hand(box, mari):
    first = factories.receive(box, to=(ours(box),), cc=(BERT,))
    operations.reply(first.conversation_id, mari, factories.answer(known_participants=known()))
    assert active() == ["anna@customer.example"]
    factories.receive(box, BERT.address, name="Bert", thread_ids=(first.message_id,), to=(ours(box),))
    assert active() == ["anna@customer.example", "bert@other.example"]
    bert = Participant.objects.get(address=BERT.address)
    assert operations.leave_out(first.conversation_id, bert.id, actor=mari.pk) is True
    assert operations.leave_out(first.conversation_id, bert.id, actor=mari.pk) is False
    assert operations.take_in(first.conversation_id, bert.id, actor=mari.pk) is True
    assert active() == ["anna@customer.example", "bert@other.example"]


def test_who_is_added_by_hand_is_added_once_with_the_customer(box, mari):
    first = factories.receive(box, to=(ours(box),))
    for _ in range(2):
        operations.add_participants(first.conversation_id, [BERT, Sender(address="BERT@other.example")], actor=mari.pk)
    assert active() == ["anna@customer.example", "bert@other.example"]


def test_a_number_in_the_subject_joins_for_who_takes_part_and_for_nobody_else(box):
    first = factories.receive(box, to=(ours(box),), cc=(BERT,))
    number = first.conversation_id
    bert = factories.receive(box, BERT.address, conversation_number=number)
    stranger = factories.receive(box, "eve@evil.example", conversation_number=number)
    assert (bert.conversation_id, stranger.conversation_id == number) == (number, False)


def test_the_same_customer_under_another_address_gets_no_copy(box):
    first = factories.receive(box, to=(ours(box),), cc=(BERT,))
    first.customer.identities.create(kind="email", value="anna@home.example")
    factories.receive(box, "anna@home.example", thread_ids=(first.message_id,), to=(ours(box),), cc=(BERT, ANNA))
    assert defaults() == ("Anna Saar <anna@home.example>", "Bert <bert@other.example>")


def test_who_came_while_the_answer_was_written_is_not_left_out_by_it(box, mari):
    first = factories.receive(box, to=(ours(box),), cc=(BERT,))
    seen = known()
    operations.add_participants(first.conversation_id, [Sender(address="carl@third.example")], actor=None)
    operations.reply(first.conversation_id, mari, factories.answer(cc=(BERT,), known_participants=seen))
    assert active() == ["anna@customer.example", "bert@other.example", "carl@third.example"]


def test_answers_that_are_begun_follow_what_is_decided_by_hand(box, mari):
    first = factories.receive(box, to=(ours(box),), cc=(BERT,))
    row = Conversation.objects.get()
    people = {"to": [["Anna", "anna@customer.example"]], "cc": [["Bert", "bert@other.example"]], "bcc": []}
    operations.save_draft(row, mari, "reply", body="Dear Anna", recipients=people)
    operations.leave_out(first.conversation_id, Participant.objects.get(address=BERT.address).id, actor=None)
    operations.add_participants(first.conversation_id, [Sender(address="carl@third.example")], actor=None)
    box_ = composer.build(Conversation.objects.get(), mari, [first]).reply
    assert (box_.to, box_.cc) == ("Anna <anna@customer.example>", "carl@third.example")
