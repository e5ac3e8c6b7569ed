"""How long customers wait, told as stories: a wait begins with the first unanswered message and ends with an answer
that was taken; nothing else ends, resets or opens one (domain.md 2.2, rules 4 to 10, vectors C1 to C12)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.channels.models import Channel, Outbound
from shopbell.conversations import jobs, operations
from shopbell.conversations.models import Conversation, Message, Wait
from tests import factories, racing

BERLIN = ZoneInfo("Europe/Berlin")
Clock = list[datetime]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The hour is its last entry."""
    hours = [factories.NOON]
    monkeypatch.setattr(timezone, "now", lambda: hours[-1])
    return hours


def finish(sent: Message, state: str, error: str = "") -> None:
    """The mail server has said what becomes of an answer."""
    assert sent.outbound_id is not None
    taken = {"sent_at": timezone.now()} if state == "sent" else {}
    Outbound.objects.filter(id=sent.outbound_id).update(state=state, error=error, **taken)
    operations.record_outcome(sent.outbound_id)


def act(box: Channel, agents: dict[str, Agent], name: str, by: str = "A") -> None:
    row = Conversation.objects.first()
    first = Message.objects.order_by("id").first()
    if name == "in":
        threads = (first.message_id,) if first else ()
        message = factories.receive(box, occurred_at=timezone.now(), thread_ids=threads)
        if not first:
            operations.acknowledge(message.conversation_id, message.id)
            finish(Message.objects.get(kind="auto_reply_out"), "sent")
        return
    assert row is not None
    if name in ("out", "failed"):
        finish(operations.reply(row.id, agents[by], factories.answer()), {"out": "sent"}.get(name, name), "no")
    elif name == "note":
        operations.note(row.id, agents["A"], body="Asked the carrier")
    elif name == "snooze":
        operations.snooze(row.id, until=timezone.now() + timedelta(hours=2), actor=None)
    else:
        {"resolved": operations.resolve, "pending": operations.await_customer}[name](row.id, actor=None)


VECTORS: dict[str, tuple[list[tuple[str, ...]], list[tuple[int | None, str]]]] = {
    "C1 one touch": (
        [("2026-11-23T10:00:00", "in"), ("2026-11-23T10:45:00", "out"), ("2026-11-23T10:45:05", "resolved")],
        [(2700, "A")],
    ),
    "C2 receipt, note and chaser change nothing": (
        [
            ("2026-11-23T16:00:00", "in"),
            ("2026-11-23T16:20:00", "note"),
            ("2026-11-24T08:00:00", "in"),
            ("2026-11-24T09:30:00", "out"),
            ("2026-11-24T09:30:00", "resolved"),
        ],
        [(63_000, "A")],
    ),
    "C3 a second wait after the customer's turn": (
        [
            ("2026-11-23T10:00:00", "in"),
            ("2026-11-23T11:00:00", "out", "A"),
            ("2026-11-23T11:00:00", "pending"),
            ("2026-11-24T10:00:00", "in"),
            ("2026-11-24T10:20:00", "out", "B"),
            ("2026-11-24T10:20:00", "resolved"),
        ],
        [(3600, "A"), (1200, "B")],
    ),
    "C7 opened again": (
        [
            ("2026-11-16T10:00:00", "in"),
            ("2026-11-16T10:30:00", "out", "A"),
            ("2026-11-16T10:30:00", "resolved"),
            ("2026-11-18T12:00:00", "in"),
            ("2026-11-18T13:00:00", "out", "B"),
            ("2026-11-18T13:00:00", "resolved"),
        ],
        [(1800, "A"), (3600, "B")],
    ),
    "C8 resolved without an answer": (
        [("2026-11-23T10:00:00", "in"), ("2026-11-23T10:10:00", "resolved")],
        [(600, "unanswered")],
    ),
    "C9 at night": (
        [("2026-11-20T20:00:00", "in"), ("2026-11-20T21:00:00", "out"), ("2026-11-20T21:00:00", "resolved")],
        [(3600, "A")],
    ),
    "C10 the first answer did not arrive": (
        [
            ("2026-11-23T10:00:00", "in"),
            ("2026-11-23T10:10:00", "failed"),
            ("2026-11-23T11:40:00", "out"),
            ("2026-11-23T11:40:00", "resolved"),
        ],
        [(6000, "A")],
    ),
    "C11 the clock goes back": (
        [("2026-10-23T16:00:00", "in"), ("2026-10-26T10:00:00", "out"), ("2026-10-26T10:00:00", "resolved")],
        [(241_200, "A")],
    ),
    "C12 still waiting": (
        [
            ("2026-11-23T10:00:00", "in"),
            ("2026-11-23T10:30:00", "out"),
            ("2026-11-23T10:30:00", "pending"),
            ("2026-11-23T15:00:00", "in"),
        ],
        [(1800, "A"), (None, "open")],
    ),
    "rule 10: a snooze does not stop it": (
        [("2026-11-23T10:00:00", "in"), ("2026-11-23T10:05:00", "snooze"), ("2026-11-23T12:00:00", "out")],
        [(7200, "A")],
    ),
}


def told(wait: Wait, agents: dict[str, Agent]) -> tuple[int | None, str]:
    if wait.closed_at is None:
        return None, "open"
    names = {agent.pk: name for name, agent in agents.items()}
    by = "unanswered" if wait.is_unanswered else names[wait.answered_by_id]
    return int((wait.closed_at - wait.opened_at).total_seconds()), by


@pytest.mark.django_db
@pytest.mark.parametrize("name", VECTORS)
def test_the_waits_of_a_story(clock: Clock, name: str):
    steps, expected = VECTORS[name]
    box = factories.mailbox(settings={"acknowledgement": "We have it."})
    agents = {"A": factories.agent("Ann"), "B": factories.agent("Ben")}
    for at, *step in steps:
        clock.append(datetime.fromisoformat(at).replace(tzinfo=BERLIN))
        act(box, agents, *step)
    waits = list(Wait.objects.order_by("id"))
    assert [told(wait, agents) for wait in waits] == expected
    still = waits[-1].opened_at if waits[-1].closed_at is None else None
    assert Conversation.objects.get().waiting_since == still


def asked(box: Channel | None = None, **fields: Any) -> tuple[Conversation, Agent, Message]:
    """A question and an answer that has not left yet."""
    row, mari = factories.conversation(box), factories.agent()
    return row, mari, operations.reply(row.id, mari, factories.answer(**fields))


@pytest.mark.django_db
def test_resolved_before_the_answer_has_left_it_is_answered_all_the_same():
    row, mari, sent = asked()
    operations.resolve(row.id, actor=mari.pk)
    assert Wait.objects.get().closed_at is None
    finish(sent, "sent")
    wait, back = Wait.objects.get(), Conversation.objects.get()
    assert (wait.answered_by, wait.is_unanswered, back.state, back.waiting_since) == (mari, False, "resolved", None)


@pytest.mark.django_db
def test_resolved_before_the_answer_has_left_and_taken_back_it_is_open_and_waits():
    row, mari, sent = asked()
    operations.resolve(row.id, actor=mari.pk)
    assert operations.undo(sent.id, mari) is True
    back = Conversation.objects.get()
    assert (back.state, back.folder, back.resolved_at, back.waiting_since) == ("open", "open", None, row.waiting_since)


@pytest.mark.django_db
def test_resolved_while_an_answer_to_an_earlier_question_is_leaving_the_later_one_waits_no_more():
    box = factories.mailbox()
    row, mari, sent = asked(box)
    again = operations.reply(row.id, mari, factories.answer())
    second = factories.receive(box, thread_ids=(sent.message_id,))
    finish(sent, "sent")
    operations.resolve(row.id, actor=mari.pk)
    finish(again, "sent")
    assert list(Wait.objects.order_by("id").values_list("opened_at", "answered_by", "is_unanswered")) == [
        (row.waiting_since, mari.pk, False),
        (second.occurred_at, None, True),
    ]
    third = factories.receive(box, thread_ids=(sent.message_id,))
    assert Wait.objects.get(closed_at=None).opened_at == third.occurred_at == Conversation.objects.get().waiting_since


@pytest.mark.django_db
def test_a_question_that_came_before_the_answer_left_waits_from_its_own_arrival():
    box = factories.mailbox()
    row, mari, sent = asked(box)
    second = factories.receive(box, thread_ids=(sent.message_id,))
    assert Conversation.objects.get().waiting_since == second.occurred_at
    finish(sent, "sent")
    first_wait, second_wait = Wait.objects.order_by("id")
    assert (first_wait.opened_at, first_wait.answered_by) == (row.waiting_since, mari)
    assert (second_wait.opened_at, second_wait.closed_at) == (second.occurred_at, None)
    assert Conversation.objects.get().waiting_since == second.occurred_at
    finish(sent, "delivered")
    assert Wait.objects.filter(closed_at=None).get() == second_wait


@pytest.mark.django_db
def test_an_answer_that_is_sent_again_ends_no_wait_before_it_is_taken():
    row, _mari, sent = asked()
    finish(sent, "failed", "full")
    assert operations.retry(sent.id, None) is True
    operations.record_outcome(sent.outbound_id)  # what was still to be told of the first try
    assert Wait.objects.get().closed_at is None
    finish(sent, "sent")
    assert Wait.objects.get().closed_at is not None


@pytest.mark.django_db
def test_a_second_answer_that_bounces_leaves_the_first_one_standing():
    row, mari, first = asked()
    finish(first, "sent")
    second = operations.reply(row.id, mari, factories.answer())
    finish(second, "sent")
    finish(second, "failed", "no such user")
    back = Conversation.objects.get()
    assert (back.has_failure, back.waiting_since) == (True, None)
    assert Wait.objects.get().answered_by == mari


@pytest.mark.django_db
def test_a_failure_is_told_once_and_opens_nothing_a_second_time():
    row, _mari, sent = asked()
    finish(sent, "failed", "no such user")
    operations.resolve(row.id, actor=None)
    operations.record_outcome(sent.outbound_id)
    assert Conversation.objects.get().state == "resolved"


@pytest.mark.django_db
def test_a_bounce_brings_no_spam_back():
    row, _mari, sent = asked()
    finish(sent, "sent")
    operations.mark_spam(row.id, actor=None)
    finish(sent, "failed", "no such user")
    back = Conversation.objects.get()
    assert (back.state, back.waiting_since, Wait.objects.filter(closed_at=None).count()) == ("spam", None, 0)


@pytest.mark.django_db
def test_answered_and_resolved_in_one_press_it_is_no_failure_any_more():
    row, mari, sent = asked()
    finish(sent, "failed", "no such user")
    again = operations.reply(row.id, mari, factories.answer(then="resolved"))
    assert Conversation.objects.get().has_failure is False
    operations.undo(again.id, mari)
    assert Conversation.objects.get().has_failure is True


@pytest.mark.django_db
def test_opened_again_after_a_resolve_without_an_answer_the_customer_has_waited_all_the_time():
    row = factories.conversation()
    operations.resolve(row.id, actor=None)
    operations.reopen(row.id, actor=None)
    wait = Wait.objects.get()
    assert (wait.closed_at, wait.is_unanswered) == (None, False)
    assert Conversation.objects.get().waiting_since == wait.opened_at == row.waiting_since


@pytest.mark.django_db
def test_opened_again_after_an_answer_nobody_waits():
    row, _mari, sent = asked()
    finish(sent, "sent")
    operations.resolve(row.id, actor=None)
    operations.reopen(row.id, actor=None)
    assert (Conversation.objects.get().waiting_since, Wait.objects.filter(closed_at=None).count()) == (None, 0)


@pytest.mark.django_db
def test_no_spam_after_all_the_customer_has_waited_since_the_first_message_without_an_answer():
    box = factories.mailbox()
    _row, _mari, sent = asked(box)
    finish(sent, "sent")
    first = factories.receive(box, thread_ids=(sent.message_id,))
    factories.receive(box, thread_ids=(sent.message_id,))
    factories.receive(box, thread_ids=(sent.message_id,), auto="auto-reply")
    operations.mark_spam(first.conversation_id, actor=None)
    operations.not_spam(first.conversation_id, actor=None)
    assert Wait.objects.get(closed_at=None).opened_at == first.occurred_at
    assert Conversation.objects.get().waiting_since == first.occurred_at


@pytest.mark.django_db
def test_no_spam_after_all_but_nobody_waits_for_an_answer_to_a_machine():
    row = factories.conversation(auto="auto-reply")
    operations.mark_spam(row.id, actor=None)
    operations.not_spam(row.id, actor=None)
    assert (Conversation.objects.get().state, Wait.objects.count()) == ("open", 0)


def while_locked(row: Conversation, task: Any, change: Any) -> None:
    """Run `task` in a thread against a row that is locked, then make the change and let go."""
    with racing.waiting(task, lambda: change(locked)) as raised:
        locked = Conversation.objects.select_for_update().get(id=row.id)
    assert raised == []


@pytest.mark.django_db(transaction=True)
def test_of_two_outcomes_at_once_the_later_one_is_shown():
    row, _mari, sent = asked()
    Outbound.objects.update(state="sent", sent_at=timezone.now())
    while_locked(
        row,
        lambda: operations.record_outcome(sent.outbound_id),
        lambda locked: Outbound.objects.update(state="failed", error="no such user"),
    )
    sent.refresh_from_db()
    assert (sent.state, Conversation.objects.get().has_failure) == ("failed", True)


@pytest.mark.django_db(transaction=True)
def test_what_a_customer_just_opened_again_is_not_closed_by_the_clock():
    row = factories.conversation()
    operations.resolve(row.id, actor=None)
    Conversation.objects.update(resolved_at=timezone.now() - timedelta(days=15))

    def open_again(locked: Conversation) -> None:
        Conversation.objects.filter(id=locked.id).update(state="open", folder="open", resolved_at=None)

    while_locked(row, jobs.close_resolved, open_again)
    assert Conversation.objects.get().state == "open"


@pytest.mark.django_db(transaction=True)
def test_what_was_just_put_aside_for_longer_is_not_woken():
    row = factories.conversation()
    later = timezone.now() + timedelta(days=1)
    Conversation.objects.update(snoozed_until=timezone.now() - timedelta(seconds=1), folder="snoozed")
    while_locked(
        row,
        jobs.wake_snoozed,
        lambda locked: Conversation.objects.filter(id=locked.id).update(snoozed_until=later),
    )
    assert (Conversation.objects.get().snoozed_until, Conversation.objects.get().folder) == (later, "snoozed")
