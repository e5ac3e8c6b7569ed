"""Who is told of what, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.channels.models import Outbound
from shopbell.conversations import jobs
from shopbell.conversations import operations as conversations
from shopbell.conversations.models import Conversation
from shopbell.events import delivery as outbox
from shopbell.events.models import Delivery, Event
from shopbell.notifications import audience, operations, queries
from shopbell.notifications.models import Notification
from tests import factories

pytestmark = pytest.mark.django_db


def work() -> None:
    while outbox.deliver("inside", 25):
        pass


def told(agent: Agent) -> list[tuple[str, int | None]]:
    return list(Notification.objects.filter(agent=agent).order_by("id").values_list("kind", "actor_id"))


def test_who_is_given_a_conversation_is_told_and_who_takes_it_is_not():
    mari, jens, row = factories.agent(), factories.agent("Jens Holm"), factories.conversation()
    conversations.assign(row.id, agent=jens, team=None, actor=mari.pk)
    work()
    assert told(jens) == [("assigned", mari.pk)]
    conversations.assign(row.id, agent=mari, team=None, actor=mari.pk)
    work()
    assert told(mari) == []
    assert Notification.objects.count() == 1


def test_a_team_is_told_while_nobody_has_the_conversation():
    team = factories.team()
    mari, jens, kadri = (
        factories.agent(name, teams=teams) for name, teams in [("M", ()), ("J", (team,)), ("K", (team,))]
    )
    row = factories.conversation()
    conversations.assign(row.id, agent=None, team=team, actor=kadri.pk)
    work()
    assert told(jens) == [("team_assigned", kadri.pk)]
    assert told(kadri) == told(mari) == []
    conversations.assign(row.id, agent=jens, team=team, actor=kadri.pk)
    work()
    assert told(jens) == [("team_assigned", kadri.pk), ("assigned", kadri.pk)]


def test_what_concerns_nobody_is_owed_to_nobody():
    box, mari = factories.mailbox(), factories.agent()
    first = factories.receive(box)
    factories.receive(box, thread_ids=(first.message_id,))
    owed = Delivery.objects.filter(handler__endswith="notifications.subscribers.tell")
    assert owed.count() == 0
    conversations.follow(first.conversation, mari, actor=mari.pk)
    factories.receive(box, thread_ids=(first.message_id,))
    assert [one.event_name for one in owed] == ["conversations.customer_replied"]


def test_a_customers_answer_is_told_to_the_assignee_and_the_followers_once_each():
    box, mari, jens, other = factories.mailbox(), factories.agent(), factories.agent("Jens"), factories.agent("Other")
    first = factories.receive(box)
    row = first.conversation
    conversations.assign(row.id, agent=mari, team=None, actor=mari.pk)
    conversations.follow(row, mari, actor=mari.pk)
    conversations.follow(row, jens, actor=mari.pk)
    answer = factories.receive(box, thread_ids=(first.message_id,))
    work()
    assert told(mari) == told(jens) == [("customer_replied", None)]
    assert told(other) == []
    assert {row.message_id for row in Notification.objects.all()} == {answer.id}


def test_an_automatic_answer_and_a_new_conversation_are_told_to_nobody():
    box, mari = factories.mailbox(), factories.agent()
    first = factories.receive(box)
    conversations.assign(first.conversation_id, agent=mari, team=None, actor=mari.pk)
    factories.receive(box, thread_ids=(first.message_id,), auto="auto-reply")
    work()
    assert Notification.objects.count() == 0


def test_the_end_of_a_snooze_is_told_to_who_has_it_and_who_put_it_aside_but_not_when_somebody_ends_it():
    mari, jens, row = factories.agent(), factories.agent("Jens"), factories.conversation()
    conversations.assign(row.id, agent=mari, team=None, actor=mari.pk)
    conversations.snooze(row.id, until=timezone.now() + timedelta(hours=1), actor=jens.pk)
    conversations.wake(row.id, actor=jens.pk)
    work()
    assert Notification.objects.count() == 0
    conversations.snooze(row.id, until=timezone.now() + timedelta(hours=1), actor=jens.pk)
    Conversation.objects.update(snoozed_until=timezone.now() - timedelta(seconds=1))
    jobs.wake_snoozed()
    work()
    assert told(mari) == told(jens) == [("snooze_ended", None)]


def test_a_failed_answer_is_told_to_who_wrote_it_and_again_when_it_fails_again():
    mari, row = factories.agent(), factories.conversation()
    sent = conversations.reply(row.id, mari, factories.answer())

    def fail() -> None:
        Outbound.objects.filter(id=sent.outbound_id).update(state="failed", error="full")
        conversations.record_outcome(sent.outbound_id)
        work()

    fail()
    assert told(mari) == [("send_failed", None)]
    operations.mark_read(mari)
    conversations.retry(sent.id, mari.pk)
    Delivery.objects.all().delete()
    fail()
    assert queries.count_unread(mari) == 1
    assert told(mari) == [("send_failed", None)]


def test_the_same_line_of_the_log_told_twice_is_told_once():
    mari, jens, row = factories.agent(), factories.agent("Jens"), factories.conversation()
    conversations.note(row.id, mari, body="@Jens please")
    event = Event.objects.get(name="conversations.noted")
    assert len(operations.tell(audience.of(event))) == 1
    assert operations.tell(audience.of(event)) == []
    work()
    assert told(jens) == [("mentioned", mari.pk)]


def test_a_note_that_was_taken_away_meanwhile_tells_nobody():
    mari, row = factories.agent(), factories.conversation()
    factories.agent("Jens")
    note = conversations.note(row.id, mari, body="@Jens please")
    note.delete()
    work()
    assert Notification.objects.count() == 0


def test_who_may_not_see_the_conversation_any_more_is_not_told_and_does_not_see_what_they_were_told():
    team = factories.team(is_partner=True)
    ravi, mari, box = factories.agent("Ravi", "partner", (team,)), factories.agent(), factories.mailbox()
    first = factories.receive(box)
    row = first.conversation
    conversations.assign(row.id, agent=ravi, team=team, actor=mari.pk)
    work()
    assert queries.count_unread(ravi) == 1
    conversations.assign(row.id, agent=None, team=None, actor=mari.pk)
    conversations.assign(row.id, agent=ravi, team=None, actor=mari.pk)
    factories.receive(box, thread_ids=(first.message_id,))
    work()
    assert queries.count_unread(ravi) == 0
    assert queries.page(ravi).rows == []
    assert told(ravi) == [("assigned", mari.pk)]


def test_read_is_each_agents_own():
    mari, jens, row = factories.agent(), factories.agent("Jens"), factories.conversation()
    conversations.assign(row.id, agent=jens, team=None, actor=mari.pk)
    work()
    mine = Notification.objects.get()
    assert operations.mark_read(mari, ids=[mine.id]) == 0
    assert operations.mark_unread(mari, mine.id) is False
    assert operations.mark_read(jens, conversation_id=row.id) == 1
    assert operations.mark_read(jens) == 0
    assert operations.mark_unread(jens, mine.id) is True
    assert queries.count_unread(jens) == 1


def test_pages_go_on_where_the_last_one_ended():
    mari, jens = factories.agent(), factories.agent("Jens")
    for _ in range(5):
        conversations.assign(factories.conversation().id, agent=jens, team=None, actor=mari.pk)
    work()
    first = queries.page(jens, size=3)
    second = queries.page(jens, before=first.next, size=3)
    assert [len(first.rows), len(second.rows), second.next] == [3, 2, None]
    assert not {row.id for row in first.rows} & {row.id for row in second.rows}


def test_a_chat_that_begins_is_told_to_those_who_could_answer_now():
    now = timezone.now()
    team = factories.team(is_partner=True)
    there = factories.agent("There", seen_at=now)
    silent = factories.agent("Silent", seen_at=now - timedelta(hours=1))
    off = factories.agent("Off", seen_at=now, status="off")
    reader = factories.agent("Reader", role="privacy", seen_at=now)
    partner = factories.agent("Partner", role="partner", teams=(team,), seen_at=now)
    chat = factories.mailbox(type="chat", address="k1")
    factories.conversation(chat, "a@visitor.invalid")
    work()
    assert told(there) == [("chat_waits", None)]
    assert told(silent) == told(off) == told(reader) == told(partner) == []
    factories.conversation(address="b@customer.example")
    work()
    assert len(told(there)) == 1, "a mail waits in the list"
