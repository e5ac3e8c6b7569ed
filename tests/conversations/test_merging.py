"""One conversation goes into another and comes out again: nothing is lost, doubled, or waited for in vain."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shopbell.channels.models import Channel
from shopbell.conversations import operations, queries
from shopbell.conversations.models import (
    Conversation,
    CountChange,
    Draft,
    Follower,
    Merge,
    Message,
    MessageSearch,
    ReadMark,
    Wait,
)
from shopbell.events.models import Event
from tests import factories, racing

pytestmark = pytest.mark.django_db

NOT_COMPARED = {"_state"}


def two(box=None, **fields) -> tuple[Conversation, Conversation]:
    """Two conversations of Anna in one mailbox, the first one older."""
    box = box or factories.mailbox()
    first = factories.conversation(box, subject="Order 1042", text="Where is my parcel?")
    second = factories.conversation(box, subject="Still waiting", text="Hello? Anybody?", **fields)
    return first, second


def row(one: Conversation) -> Conversation:
    return Conversation.objects.get(id=one.id)


def everything(one: Conversation) -> dict[str, Any]:
    """All that is to be as it was after undoing."""
    return {
        "row": {name: value for name, value in vars(row(one)).items() if name not in NOT_COMPARED},
        "messages": list(Message.objects.filter(conversation=one).order_by("id").values_list("id", flat=True)),
        "found": sorted(MessageSearch.objects.filter(conversation_id=one.id).values_list("message_id", flat=True)),
        "waits": list(
            Wait.objects.filter(conversation=one).order_by("opened_at").values_list("opened_at", "closed_at")
        ),
        "marks": sorted(ReadMark.objects.filter(conversation=one).values_list("agent_id", "message_id")),
        "drafts": sorted(Draft.objects.filter(conversation=one).values_list("agent_id", "text")),
        "followers": sorted(Follower.objects.filter(conversation=one).values_list("agent_id", flat=True)),
    }


def counted() -> dict[str, int]:
    sums: dict[str, int] = {}
    for change in CountChange.objects.all():
        sums[change.view] = sums.get(change.view, 0) + change.change
    return {view: n for view, n in sums.items() if n}


def test_everything_goes_into_the_other_and_the_number_leads_there():
    first, second = two()
    operations.change_tags(second.id, add=("late",), actor=None)
    mari = factories.agent()
    merge = operations.merge(second.id, first.id, actor=mari.id)
    child, parent = row(second), row(first)
    assert (child.state, child.folder, child.merged_into_id, child.waiting_since) == (
        "merged",
        "merged",
        first.id,
        None,
    )
    texts = Message.objects.filter(conversation=first).order_by("id").values_list("text", flat=True)
    assert list(texts) == ["Where is my parcel?", "Hello? Anybody?"]
    assert (parent.subject, parent.preview, parent.tags) == ("Order 1042", "Hello? Anybody?", ["late"])
    assert parent.last_message_id == parent.last_inbound_id == merge.message_ids[0]
    assert parent.last_message_at == second.last_message_at
    assert queries.visible(mari).filter(folder="open").get() == parent
    assert counted() == {"open": 1, "unassigned": 1}
    logged = Event.objects.filter(actor_id=mari.id).order_by("id").values_list("name", "conversation_id")
    assert list(logged) == [("conversations.merged", second.id), ("conversations.took_in", first.id)]


def test_the_earliest_open_wait_is_the_one_that_counts_whichever_way_they_are_merged():
    box = factories.mailbox()
    first, second = two(box)
    operations.merge(first.id, second.id, actor=None)
    parent = row(second)
    assert (parent.waiting_since, parent.opened_at) == (first.waiting_since, first.opened_at)
    assert [wait.opened_at for wait in Wait.objects.filter(closed_at=None)] == [first.waiting_since]
    assert Wait.objects.get().conversation_id == second.id


def test_a_wait_opens_again_what_was_done_and_ends_with_the_next_answer():
    first, second = two()
    operations.resolve(first.id, actor=None)
    operations.merge(second.id, first.id, actor=None)
    parent = row(first)
    assert (parent.state, parent.resolved_at, parent.waiting_since) == ("open", None, second.waiting_since)
    operations.reply(first.id, factories.agent(), factories.answer())
    assert row(first).waiting_since is None


def test_what_was_put_aside_comes_back_for_one_that_was_not():
    first, second = two()
    operations.snooze(first.id, until=timezone.now() + timedelta(days=1), actor=None)
    operations.merge(second.id, first.id, actor=None)
    assert (row(first).folder, row(first).snoozed_until) == ("open", None)


def test_later_mail_to_the_child_lands_in_the_parent():
    box = factories.mailbox()
    first, second = two(box)
    answer = operations.reply(second.id, factories.agent(), factories.answer())
    asked = Message.objects.get(conversation=second, kind="customer")
    operations.merge(second.id, first.id, actor=None)
    by_reference = factories.receive(box, thread_ids=(asked.message_id,))
    by_token = factories.receive(box, reply_token=answer.outbound.content["reference"])
    by_number = factories.receive(box, conversation_number=second.id)
    assert {by_reference.conversation_id, by_token.conversation_id, by_number.conversation_id} == {first.id}
    assert row(second).last_message_id < by_reference.id


def test_mail_finds_the_last_of_a_chain_of_merges():
    box = factories.mailbox()
    first, second = two(box)
    third = factories.conversation(box)
    operations.merge(first.id, second.id, actor=None)
    operations.merge(second.id, third.id, actor=None)
    assert factories.receive(box, conversation_number=first.id).conversation_id == third.id


def test_a_forged_number_of_the_child_does_not_reach_the_parent():
    box = factories.mailbox()
    first, second = two(box)
    operations.merge(second.id, first.id, actor=None)
    eve = factories.receive(box, "eve@elsewhere.example", conversation_number=second.id)
    forged = factories.receive(box, conversation_number=second.id, authentication="fail")
    assert first.id not in (eve.conversation_id, forged.conversation_id)


def test_drafts_followers_and_unread_marks_go_along():
    first, second = two()
    mari, jens, kai = factories.agent(), factories.agent("Jens Holm"), factories.agent("Kai Koppel")
    operations.save_draft(second, mari, "reply", body="begun in the child")
    operations.save_draft(first, jens, "reply", body="begun in the parent")
    operations.save_draft(second, jens, "reply", body="begun twice")
    for agent in (jens, kai):
        Follower.objects.create(agent=agent, conversation=second)
    Follower.objects.create(agent=kai, conversation=first)
    operations.mark_read(first, mari)
    operations.mark_read(second, mari)
    operations.mark_read(first, jens)
    operations.merge(second.id, first.id, actor=None)
    parent = row(first)
    drafts = Draft.objects.filter(conversation=first).order_by("id").values_list("text", flat=True)
    assert list(drafts) == ["begun in the child", "begun in the parent"]
    assert Draft.objects.get(conversation=second).text == "begun twice"
    followers = Follower.objects.filter(conversation=first).order_by("agent_id").values_list("agent_id", flat=True)
    assert list(followers) == sorted([jens.id, kai.id])
    assert queries.unread(mari, [parent]) == set()
    assert queries.unread(jens, [parent]) == {first.id}
    assert queries.unread(kai, [parent]) == {first.id}


@pytest.mark.parametrize("way", [(0, 1), (1, 0)])
def test_undone_at_once_everything_is_as_it_was(way):
    pair = two()
    mari, jens = factories.agent(), factories.agent("Jens Holm")
    operations.reply(pair[0].id, mari, factories.answer(then="pending_customer"))
    operations.change_tags(pair[1].id, add=("late", "angry"), actor=None)
    operations.prioritise(pair[1].id, priority=4, actor=None)
    operations.assign(pair[1].id, agent=jens, team=None, actor=None)
    operations.snooze(pair[0].id, until=timezone.now() + timedelta(days=2), actor=None)
    operations.save_draft(pair[0], mari, "reply", body="one")
    operations.save_draft(pair[1], jens, "note", body="two")
    Follower.objects.get_or_create(agent=jens, conversation=pair[1])
    operations.mark_read(row(pair[0]), mari)
    operations.mark_read(row(pair[1]), jens)
    before, views = [everything(one) for one in pair], counted()
    child, parent = (pair[number] for number in way)
    merge = operations.merge(child.id, parent.id, actor=mari.id)
    assert [everything(one) for one in pair] != before
    assert operations.undo_merge(merge.id, actor=mari.id) is True
    assert [everything(one) for one in pair] == before
    assert counted() == views
    assert operations.undo_merge(merge.id, actor=mari.id) is False


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("into", [0, 1, 2])
def test_of_two_that_went_into_one_either_may_be_taken_out_first(into, order):
    box = factories.mailbox()
    three = [*two(box), factories.conversation(box, text="A third time: where is it?")]
    operations.resolve(three[1].id, actor=None)
    operations.prioritise(three[2].id, priority=4, actor=None)
    before, views = [everything(one) for one in three], counted()
    parent, *children = three[into], *(one for one in three if one != three[into])
    merges = [operations.merge(child.id, parent.id, actor=None) for child in children]
    for number in order:
        operations.undo_merge(merges[number].id, actor=None)
    for one, was in zip(three, before, strict=True):
        assert everything(one) == was
    assert counted() == views


def test_an_answer_that_leaves_and_is_taken_back_around_a_merge_leaves_the_wait_that_began_first():
    first, second = two()
    mari = factories.agent()
    sent = [operations.reply(first.id, mari, factories.answer()) for _ in range(2)]
    merge = operations.merge(first.id, second.id, actor=None)
    assert row(second).waiting_since is None
    operations.undo_merge(merge.id, actor=None)
    assert (row(first).waiting_since, row(second).waiting_since) == (None, second.waiting_since)
    for one in sent:
        assert operations.undo(one.id, mari) is True
    assert (row(first).waiting_since, row(second).waiting_since) == (first.waiting_since, second.waiting_since)


def leave(sent: Message) -> None:
    sent.outbound.state, sent.outbound.sent_at = "sent", timezone.now()
    sent.outbound.save()
    operations.record_outcome(sent.outbound_id)


def test_what_was_resolved_while_both_were_one_waits_for_nobody_when_they_are_apart():
    box = factories.mailbox()
    first, second = two(box)
    mari = factories.agent()
    leave(operations.reply(second.id, mari, factories.answer()))
    again = operations.reply(second.id, mari, factories.answer())
    merge = operations.merge(first.id, second.id, actor=None)
    factories.receive(box, thread_ids=(again.message_id,), text="And now?", occurred_at=timezone.now())
    operations.resolve(second.id, actor=mari.pk)
    operations.undo_merge(merge.id, actor=None)
    leave(again)
    assert (row(second).state, row(second).waiting_since) == ("resolved", None)
    assert list(Wait.objects.filter(closed_at=None).values_list("conversation", flat=True)) == [first.id]


def test_a_failure_of_the_time_together_is_shown_where_the_answer_is():
    first, second = two()
    merge = operations.merge(second.id, first.id, actor=None)
    sent = operations.reply(first.id, factories.agent(), factories.answer())
    sent.outbound.state, sent.outbound.error = "failed", "no such user"
    sent.outbound.save()
    operations.record_outcome(sent.outbound_id)
    operations.undo_merge(merge.id, actor=None)
    assert (row(first).has_failure, row(second).has_failure) == (True, False)


def test_what_came_and_was_done_since_stays_with_the_parent():
    box = factories.mailbox()
    first, second = two(box)
    asked = Message.objects.get(conversation=second)
    merge = operations.merge(second.id, first.id, actor=None)
    later = factories.receive(box, thread_ids=(asked.message_id,), text="And now?")
    operations.change_tags(first.id, add=("urgent",), actor=None)
    operations.undo_merge(merge.id, actor=None)
    child, parent = row(second), row(first)
    assert later.conversation_id == first.id
    assert list(Message.objects.filter(conversation=second).values_list("id", flat=True)) == [asked.id]
    assert (parent.preview, parent.last_inbound_id, parent.tags) == ("And now?", later.id, ["urgent"])
    assert (child.state, child.preview, child.merged_into_id) == ("open", "Hello? Anybody?", None)
    assert (child.waiting_since, parent.waiting_since) == (second.waiting_since, first.waiting_since)


def test_an_answer_given_meanwhile_answered_both():
    first, second = two()
    merge = operations.merge(second.id, first.id, actor=None)
    sent = operations.reply(first.id, factories.agent(), factories.answer())
    sent.outbound.state, sent.outbound.sent_at = "sent", timezone.now()
    sent.outbound.save()
    operations.record_outcome(sent.outbound_id)
    operations.undo_merge(merge.id, actor=None)
    assert (row(first).waiting_since, row(second).waiting_since) == (None, None)
    closed = Wait.objects.exclude(closed_at=None)
    assert sorted(closed.values_list("conversation_id", "closed_at")) == [
        (first.id, sent.outbound.sent_at),
        (second.id, sent.outbound.sent_at),
    ]


def test_after_a_day_it_stays_merged():
    first, second = two()
    merge = operations.merge(second.id, first.id, actor=None)
    Merge.objects.update(merged_at=timezone.now() - timedelta(hours=24, seconds=1))
    with pytest.raises(operations.CannotMerge) as refused:
        operations.undo_merge(merge.id, actor=None)
    assert refused.value.reason == "late"
    assert row(second).state == "merged"


def test_of_two_merges_the_later_is_undone_first():
    box = factories.mailbox()
    first, second = two(box)
    third = factories.conversation(box)
    before = [everything(one) for one in (first, second, third)]
    early = operations.merge(first.id, second.id, actor=None)
    late = operations.merge(second.id, third.id, actor=None)
    with pytest.raises(operations.CannotMerge) as refused:
        operations.undo_merge(early.id, actor=None)
    assert refused.value.reason == "target_merged"
    operations.undo_merge(late.id, actor=None)
    operations.undo_merge(early.id, actor=None)
    assert [everything(one) for one in (first, second, third)] == before


def test_twice_is_once():
    first, second = two()
    one = operations.merge(second.id, first.id, actor=None)
    assert operations.merge(second.id, first.id, actor=None).id == one.id
    assert Merge.objects.count() == 1
    assert Event.objects.filter(name="conversations.merged").count() == 1


@pytest.mark.parametrize("reason", ["itself", "gone", "shop", "spam", "merged", "target_merged", "customer"])
def test_what_stays_apart(reason: str):
    box = factories.mailbox()
    first, second = two(box)
    other = (
        factories.conversation(box, "eve@elsewhere.example") if reason == "customer" else factories.conversation(box)
    )
    targets = {"itself": second.id, "gone": 0, "shop": factories.conversation().id, "merged": other.id}
    if reason == "spam":
        operations.mark_spam(other.id, actor=None)
    if reason in ("merged", "target_merged"):
        operations.merge((second if reason == "merged" else other).id, first.id, actor=None)
    with pytest.raises(operations.CannotMerge) as refused:
        operations.merge(second.id, targets.get(reason, other.id), actor=None)
    assert refused.value.reason == reason
    assert row(second).merged_into_id == (first.id if reason == "merged" else None)


def test_across_customers_only_when_it_is_said():
    box = factories.mailbox()
    first, eve = factories.conversation(box), factories.conversation(box, "eve@elsewhere.example", name="Eve")
    operations.merge(eve.id, first.id, actor=None, across=True)
    assert (row(first).customer_id, row(first).customer_name) == (first.customer_id, "Anna Saar")


def test_nothing_is_done_to_a_merged_conversation_and_the_same_answer_is_not_sent_twice():
    first, second = two()
    mari, answer = factories.agent(), factories.answer()
    sent = operations.reply(second.id, mari, answer)
    operations.merge(second.id, first.id, actor=None)
    assert operations.reply(second.id, mari, answer).id == sent.id
    with pytest.raises(operations.Merged) as merged:
        operations.reply(second.id, mari, factories.answer())
    assert (merged.value.conversation_id, merged.value.into_id) == (second.id, first.id)
    for act in (operations.resolve, operations.mark_spam, operations.reopen, operations.await_customer):
        with pytest.raises(operations.Merged):
            act(second.id, actor=None)
    assert row(second).state == "merged"
    assert operations.undo(sent.id, mari) is True
    assert Draft.objects.get().conversation_id == first.id


def test_a_thirty_times_longer_conversation_takes_as_many_queries():
    box = factories.mailbox()
    pairs = [two(box), two(box)]
    asked = Message.objects.get(conversation=pairs[1][1])
    for _ in range(30):
        factories.receive(box, thread_ids=(asked.message_id,))
    used = []
    for first, second in pairs:
        with CaptureQueriesContext(connection) as queries_made:
            operations.merge(second.id, first.id, actor=None)
        used.append(len(queries_made))
    assert used[0] == used[1]


def filed(box: Channel, named: str) -> None:
    """As a worker does it."""
    with transaction.atomic():
        factories.receive(box, thread_ids=(named,), text="Hello again")


@pytest.mark.django_db(transaction=True)
def test_each_into_the_other_at_once_one_wins():
    box = factories.mailbox()
    for _ in range(5):
        first, second = two(box)
        raised = racing.at_once(
            lambda one=first, other=second: operations.merge(one.id, other.id, actor=None),
            lambda one=first, other=second: operations.merge(other.id, one.id, actor=None),
        )
        assert [type(error) for error in raised] == [operations.CannotMerge]
        states = sorted((row(first).state, row(second).state))
        assert states == ["merged", "open"]
        winner = first if row(first).state == "open" else second
        assert Message.objects.filter(conversation=winner).count() == 2


@pytest.mark.django_db(transaction=True)
def test_merged_while_somebody_answers_notes_and_writes_nothing_is_lost():
    box, mari, jens = factories.mailbox(), factories.agent(), factories.agent("Jens Holm")
    for _ in range(5):
        first, second = two(box)
        asked = Message.objects.get(conversation=second)
        raised = racing.at_once(
            lambda one=first, other=second: operations.merge(other.id, one.id, actor=None),
            lambda other=second: operations.reply(other.id, mari, factories.answer("Sorry!")),
            lambda other=second: operations.note(other.id, jens, body="I call her."),
            lambda named=asked.message_id: filed(box, named),
        )
        assert {type(error) for error in raised} <= {operations.Merged}
        assert Message.objects.filter(conversation=second).count() == 0
        stored = Message.objects.filter(conversation=first).values_list("text", flat=True)
        assert len(stored) == 5 - len(raised)
        assert "Hello again" in stored
        assert Wait.objects.filter(conversation=first, closed_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_merged_while_an_answer_is_recorded_as_sent():
    box, mari = factories.mailbox(), factories.agent()
    for _ in range(5):
        first, second = two(box)
        sent = operations.reply(second.id, mari, factories.answer())
        sent.outbound.state, sent.outbound.sent_at = "sent", timezone.now()
        sent.outbound.save()
        raised = racing.at_once(
            lambda one=first, other=second: operations.merge(other.id, one.id, actor=None),
            lambda number=sent.outbound_id: operations.record_outcome(number),
        )
        assert raised == []
        assert Message.objects.get(id=sent.id).state == "sent"


def test_a_merge_is_undone_though_there_is_such_a_draft_and_follower_again():
    mari, box = factories.agent(), factories.mailbox()
    child, parent = factories.conversation(box), factories.conversation(box)
    operations.save_draft(child, mari, "reply", body="begun before")
    operations.follow(child, mari, actor=mari.pk)
    merge = operations.merge(child.id, parent.id, actor=None)
    operations.save_draft(child, mari, "reply", body="begun in a tab that still showed it")
    operations.follow(child, mari, actor=mari.pk)
    assert operations.undo_merge(merge.id, actor=None)
    kept = dict(Draft.objects.values_list("conversation_id", "text"))
    assert kept == {child.id: "begun in a tab that still showed it", parent.id: "begun before"}
    assert Follower.objects.filter(agent=mari, conversation=child).count() == 1
