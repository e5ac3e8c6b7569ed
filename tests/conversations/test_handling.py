"""Assign, snooze, sort, resolve; and the counters that follow."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from shopbell.channels.models import Outbound
from shopbell.conversations import jobs, operations, queries
from shopbell.conversations.locking import lock
from shopbell.conversations.models import Conversation, CountChange, Priority, ReadMark, Tag, Wait
from shopbell.events.models import Event
from tests import factories, racing

pytestmark = pytest.mark.django_db
FAR = timezone.now() + timedelta(days=36_600)


def counts(agent: object) -> dict[str, int]:
    return {name: number for name, number in queries.counts(agent).items() if number}


def test_counters_follow_every_step_and_equal_a_recount():
    mari, partner_team = factories.agent(), factories.team(is_partner=True)
    partner = factories.agent("Pia Partner", "partner", (partner_team,))
    rows = [factories.conversation() for _ in range(4)]
    assert counts(mari) == {"open": 4, "unassigned": 4}
    operations.assign(rows[0].id, agent=mari, team=partner_team, actor=mari.id)
    operations.snooze(rows[1].id, until=timezone.now() + timedelta(hours=1), actor=mari.id)
    operations.mark_spam(rows[2].id, actor=mari.id)
    operations.resolve(rows[3].id, actor=mari.id)
    expected = {"mine": 1, "open": 1, "snoozed": 1, "spam": 1}
    assert counts(mari) == expected
    assert counts(partner) == {"open": 1}
    jobs.fold_counts()
    assert counts(mari) == expected
    CountChange.objects.create(view="open", change=40)
    jobs.recount()
    assert counts(mari) == expected
    assert counts(partner) == {"open": 1}


def test_a_snooze_ends_by_itself_and_the_wait_runs_on():
    row = factories.conversation()
    operations.snooze(row.id, until=timezone.now() + timedelta(hours=1), actor=None)
    jobs.wake_snoozed()
    assert Conversation.objects.get().folder == "snoozed"
    Conversation.objects.update(snoozed_until=timezone.now() - timedelta(seconds=1))
    jobs.wake_snoozed()
    back = Conversation.objects.get()
    assert (back.folder, back.snoozed_until, back.waiting_since) == ("open", None, row.waiting_since)
    assert Event.objects.filter(name="conversations.woken").count() == 1


def test_a_snooze_into_the_past_or_of_something_done_is_refused():
    row = factories.conversation()
    with pytest.raises(ValueError, match="later time"):
        operations.snooze(row.id, until=timezone.now(), actor=None)
    operations.resolve(row.id, actor=None)
    with pytest.raises(ValueError, match="only an open"):
        operations.snooze(row.id, until=timezone.now() + timedelta(hours=1), actor=None)


def test_resolved_without_an_answer_is_counted_as_unanswered():
    row = factories.conversation()
    operations.resolve(row.id, actor=7)
    operations.resolve(row.id, actor=7)
    wait = Wait.objects.get()
    assert (wait.is_unanswered, wait.answered_by) == (True, None)
    assert Event.objects.filter(name="conversations.resolved", actor_id=7).count() == 1


def test_not_spam_brings_the_wait_back():
    row = factories.conversation()
    operations.mark_spam(row.id, actor=None)
    assert not Wait.objects.exists()
    operations.not_spam(row.id, actor=None)
    back = Conversation.objects.get()
    assert (back.state, back.waiting_since) == ("open", row.last_message_at)
    assert Wait.objects.get().opened_at == row.last_message_at


def test_tags_are_words_without_case_or_space():
    row = factories.conversation()
    operations.change_tags(row.id, add=(" Return ", "VIP", ""), actor=None)
    operations.change_tags(row.id, add=("return",), remove=("vip",), actor=None)
    assert Conversation.objects.get().tags == ["return"]
    assert sorted(Tag.objects.values_list("name", flat=True)) == ["return", "vip"]


def test_priority_and_subject_change_and_leave_a_trace():
    row = factories.conversation()
    operations.prioritise(row.id, priority=Priority.URGENT, actor=5)
    operations.change_subject(row.id, subject="Broken\ncup", actor=5)
    back = Conversation.objects.get()
    assert (back.priority, back.subject) == (4, "Broken cup")
    assert Event.objects.filter(name="conversations.changed", actor_id=5).count() == 2


def test_resolved_for_fourteen_days_is_closed():
    old, new = factories.conversation(), factories.conversation()
    for row in (old, new):
        operations.resolve(row.id, actor=None)
    Conversation.objects.filter(id=old.id).update(resolved_at=timezone.now() - timedelta(days=15))
    jobs.close_resolved()
    assert list(Conversation.objects.order_by("id").values_list("state", flat=True)) == ["closed", "resolved"]


def test_closing_goes_on_until_nothing_is_left_however_much_it_is(monkeypatch):
    monkeypatch.setattr(jobs, "BATCH", 2)
    rows = [factories.conversation() for _ in range(5)]
    for row in rows:
        operations.resolve(row.id, actor=None)
    Conversation.objects.update(resolved_at=timezone.now() - timedelta(days=15))
    jobs.close_resolved()
    assert set(Conversation.objects.values_list("state", flat=True)) == {"closed"}


def test_unread_is_each_agents_own():
    mari, jens = factories.agent(), factories.agent("Jens Holm")
    row = factories.conversation()
    assert queries.unread(mari, [row]) == {row.id}
    operations.mark_read(row, mari)
    assert queries.unread(mari, [row]) == set()
    assert queries.unread(jens, [row]) == {row.id}
    operations.mark_unread(row, mari)
    assert queries.unread(mari, [row]) == {row.id}


def test_a_tag_is_never_longer_than_its_column_and_the_order_of_words_does_not_matter():
    row = factories.conversation()
    operations.change_tags(row.id, add=("\u0130" * 50, "b", "a"), actor=None)
    assert sorted(Conversation.objects.get().tags) == Conversation.objects.get().tags
    assert max(map(len, Conversation.objects.get().tags)) <= 50
    assert list(Tag.objects.order_by("id").values_list("name", flat=True)[:2]) == ["a", "b"]


def test_a_snooze_beyond_every_calendar_is_refused():
    row = factories.conversation()
    for until in (datetime(9999, 12, 31, 23, 59, tzinfo=timezone.get_fixed_timezone(-720)), FAR):
        with pytest.raises(ValueError, match="later time"):
            operations.snooze(row.id, until=until, actor=None)
    assert queries.page(factories.agent(), queries.view(factories.agent(), "open")).rows == [row]


def test_sent_again_while_another_answer_still_failed_it_is_still_a_failure():
    row, mari = factories.conversation(), factories.agent()
    failed = [operations.reply(row.id, mari, factories.answer()) for _ in range(2)]
    for one in failed:
        Outbound.objects.filter(id=one.outbound_id).update(state="failed", error="full")
        operations.record_outcome(one.outbound_id)
    assert operations.retry(failed[0].id, mari.pk) is True
    assert Conversation.objects.get().has_failure is True
    assert operations.retry(failed[1].id, mari.pk) is True
    assert Conversation.objects.get().has_failure is False


def test_an_answer_with_bytes_no_database_takes_is_sent_without_them():
    row = factories.conversation()
    sent = operations.reply(row.id, factories.agent(), factories.answer("On\0 its\r\nway\udcff."))
    assert sent.text == "On its\nway."
    assert sent.outbound.content["text"] == "On its\nway."
    with pytest.raises(ValueError, match="empty"):
        operations.reply(row.id, factories.agent(), factories.answer("\0"))


def test_a_page_opened_earlier_does_not_make_read_messages_unread_again():
    box, mari = factories.mailbox(), factories.agent()
    first = factories.receive(box)
    old = Conversation.objects.get()
    factories.receive(box, thread_ids=(first.message_id,))
    new = Conversation.objects.get()
    operations.mark_read(new, mari)
    operations.mark_read(old, mari)
    assert queries.unread(mari, [new]) == set()
    operations.mark_unread(new, mari)
    assert queries.unread(mari, [new]) == {new.id}
    operations.mark_read(new, mari)
    assert queries.unread(mari, [new]) == set()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mark", [operations.mark_read, operations.mark_unread])
def test_what_was_deleted_while_it_was_read_is_nothing_to_remember(mark):
    row, mari = factories.conversation(), factories.agent()
    operations.delete(row.id, reason="test", actor=None)
    mark(row, mari)
    assert ReadMark.objects.count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mark", [operations.mark_read, operations.mark_unread])
def test_read_for_the_first_time_while_somebody_merges_it_is_marked_all_the_same(mark):
    """Each holds what the other needs next: the database ends the reader, who begins again."""
    row, mari = factories.conversation(), factories.agent()
    mine = {"agent": mari, "conversation": row, "defaults": {"message_id": 0}}
    with racing.waiting(lambda: mark(row, mari), lambda: ReadMark.objects.update_or_create(**mine)) as raised:
        lock(row.id)
    assert raised == []
    assert ReadMark.objects.get().message_id == row.last_message_id - (mark is operations.mark_unread)
