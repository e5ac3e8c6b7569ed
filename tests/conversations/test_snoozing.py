"""Snoozes with and without a date, ended early, and taken up again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shopbell.conversations import jobs, operations, queries
from shopbell.conversations.models import Conversation, Message
from tests import factories

pytestmark = pytest.mark.django_db
LATER = timedelta(days=2)


@pytest.fixture
def first() -> Message:
    return factories.receive()


def now() -> Conversation:
    return Conversation.objects.get()


def writes(first: Message, **fields) -> None:
    factories.receive(first.channel, thread_ids=(first.message_id,), **fields)


def test_without_a_date_only_the_customer_or_an_agent_ends_it(first):
    mari = factories.agent()
    operations.snooze(first.conversation_id, until=None, actor=mari.pk)
    assert (now().folder, now().snoozed_until, now().sleeps_till_reply) == ("snoozed", None, True)
    jobs.wake_snoozed()
    writes(first, auto="auto-reply")
    assert now().folder == "snoozed"
    assert queries.counts(mari)["snoozed"] == 1
    writes(first)
    assert (now().folder, now().sleeps_till_reply, now().broken_snooze_until) == ("open", False, None)
    assert queries.counts(mari)["snoozed"] == 0
    operations.snooze(first.conversation_id, until=None, actor=mari.pk)
    operations.wake(first.conversation_id, actor=mari.pk)
    assert now().folder == "open"


@pytest.mark.parametrize("end", [operations.resolve, operations.mark_spam, operations.await_customer])
def test_without_a_date_it_ends_with_another_state_for_good(first, end):
    operations.snooze(first.conversation_id, until=None, actor=None)
    end(first.conversation_id, actor=None)
    assert now().sleeps_till_reply is False
    operations.not_spam(first.conversation_id, actor=None)
    operations.reopen(first.conversation_id, actor=None)
    assert now().folder == "open"


def test_a_date_takes_the_place_of_no_date(first):
    operations.snooze(first.conversation_id, until=None, actor=None)
    operations.snooze(first.conversation_id, until=timezone.now() + LATER, actor=None)
    assert now().sleeps_till_reply is False


def test_the_date_of_a_snooze_that_a_message_ended_is_kept_while_it_is_to_come(first):
    until = timezone.now() + LATER
    operations.snooze(first.conversation_id, until=until, actor=None)
    writes(first)
    assert (now().folder, now().broken_snooze_until) == ("open", until)
    writes(first)
    assert now().broken_snooze_until == until
    operations.snooze(first.conversation_id, until=until, actor=None)
    assert now().broken_snooze_until is None


def test_waiting_for_somebody_else_ends_at_the_next_check(first):
    operations.await_third(first.conversation_id, until=timezone.now() + LATER, actor=None)
    assert (now().state, now().folder) == ("pending_third", "snoozed")
    Conversation.objects.update(snoozed_until=timezone.now() - timedelta(seconds=1))
    jobs.wake_snoozed()
    assert (now().state, now().folder, now().snoozed_until) == ("open", "open", None)
    with pytest.raises(ValueError, match="later time"):
        operations.await_third(first.conversation_id, until=timezone.now(), actor=None)
