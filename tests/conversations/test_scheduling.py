"""Answers that leave later."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shopbell.conversations import jobs, operations
from shopbell.conversations.models import Draft, Message, State
from shopbell.events.models import Event
from tests import factories

pytestmark = pytest.mark.django_db
SOON = timedelta(hours=1)


@pytest.fixture
def row():
    return factories.conversation()


@pytest.fixture
def mari():
    return factories.agent()


def later(row, agent, text="See you.", **fields):
    draft = operations.send_later(row.id, agent, factories.answer(text, **fields), timezone.now() + SOON)
    assert draft is not None
    return draft


def is_due(draft):
    Draft.objects.filter(id=draft.id).update(send_at=timezone.now() - timedelta(seconds=1))


def test_it_waits_and_leaves_by_itself(row, mari):
    draft = later(row, mari, html="<p>See <b>you</b>.</p>", then="resolved")
    row.refresh_from_db()
    assert (row.waiting_since is not None, row.messages.count()) == (True, 1)
    jobs.send_due()
    assert row.messages.count() == 1
    is_due(draft)
    jobs.send_due()
    sent = row.messages.get(kind=Message.Kind.AGENT)
    row.refresh_from_db()
    assert (sent.text, sent.html, sent.author, row.state) == (
        "See you.",
        "<p>See <strong>you</strong>.</p>",
        mari,
        State.RESOLVED,
    )
    assert not Draft.objects.exists()
    jobs.send_due()
    assert row.messages.filter(kind=Message.Kind.AGENT).count() == 1


def test_the_same_key_twice_is_one(row, mari):
    first = later(row, mari, key="k")
    assert later(row, mari, key="k") == first
    assert Draft.objects.count() == 1
    is_due(first)
    jobs.send_due()
    again = operations.send_later(row.id, mari, factories.answer(key="k"), timezone.now() + SOON)
    assert (again, Draft.objects.count()) == (None, 0)


def test_a_customer_who_writes_first_puts_it_back(row, mari):
    draft = later(row, mari)
    factories.receive(row.channel, thread_ids=(row.messages.get().message_id,))
    draft.refresh_from_db()
    assert (draft.kind, draft.send_at, draft.agent, draft.text) == ("reply", None, mari, "See you.")
    assert Event.objects.get(name="conversations.reply_unscheduled").data["reason"] == "customer_wrote"
    is_due(draft)
    jobs.send_due()
    assert row.messages.filter(kind=Message.Kind.AGENT).count() == 0


def test_an_automatic_mail_does_not(row, mari):
    draft = later(row, mari)
    factories.receive(row.channel, thread_ids=(row.messages.get().message_id,), auto="auto-reply")
    draft.refresh_from_db()
    assert draft.kind == Draft.LATER


def test_put_back_it_stands_above_what_was_begun(row, mari):
    draft = later(row, mari)
    operations.save_draft(row, mari, "reply", body="And also")
    operations.unschedule(draft.id, actor=mari.pk)
    kept = Draft.objects.get()
    assert (kept.text, kept.kind) == ("See you.\n\nAnd also", "reply")
    assert operations.unschedule(draft.id, actor=mari.pk) is None


def test_a_colleague_goes_on_with_it(row, mari):
    siobhan = factories.agent("Siobhan Byrne")
    draft = later(row, mari)
    operations.unschedule(draft.id, actor=siobhan.pk, reason="edited", to=siobhan)
    assert Draft.objects.get().agent == siobhan


@pytest.mark.parametrize("hours", [-1, 24 * 400])
def test_neither_into_the_past_nor_beyond_a_year(row, mari, hours):
    with pytest.raises(operations.NotThen):
        operations.send_later(row.id, mari, factories.answer(), timezone.now() + timedelta(hours=hours))
    assert not Draft.objects.exists()


def test_now_it_can_be_taken_back_like_any_answer(row, mari):
    draft = later(row, mari)
    assert operations.send_scheduled(draft.id, actor=mari.pk)
    assert not operations.send_scheduled(draft.id, actor=mari.pk)
    assert operations.undo(row.messages.get(kind=Message.Kind.AGENT).id, mari)


def test_who_may_no_longer_answer_does_not(row, mari):
    draft = later(row, mari)
    mari.is_active = False
    mari.save()
    is_due(draft)
    jobs.send_due()
    draft.refresh_from_db()
    assert (draft.kind, row.messages.count()) == ("reply", 1)


def test_something_newer_is_asked_about_as_for_any_answer(row, mari):
    factories.receive(row.channel, thread_ids=(row.messages.get().message_id,))
    seen = row.messages.order_by("id").first().id
    with pytest.raises(operations.NewerMessage):
        operations.send_later(row.id, mari, factories.answer(seen_message_id=seen), timezone.now() + SOON)
