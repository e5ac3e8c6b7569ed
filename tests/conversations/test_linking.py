"""Two conversations have to do with each other: said once, seen from both sides, taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Link
from shopbell.events.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


def rows() -> list[tuple[int, int, str]]:
    return list(Link.objects.values_list("conversation_id", "other_id", "relation"))


def test_a_link_is_said_once_and_told_on_both_sides():
    one, two, actor = factories.conversation(), factories.conversation(), factories.agent().id
    assert operations.link(one.id, two.id, relation="related", actor=actor) is True
    assert operations.link(two.id, one.id, relation="related", actor=actor) is False
    assert rows() == [(one.id, two.id, "related")]
    logged = Event.objects.filter(name="conversations.linked").order_by("id")
    assert list(logged.values_list("conversation_id", "data__other_id", "actor_id")) == [
        (one.id, two.id, actor),
        (two.id, one.id, actor),
    ]


def test_another_relation_takes_the_place_of_the_one_there_was():
    one, two = factories.conversation(), factories.conversation()
    operations.link(one.id, two.id, relation="related", actor=None)
    assert operations.link(two.id, one.id, relation="caused_by", actor=None) is True
    assert operations.link(one.id, two.id, relation="caused_by", actor=None) is True
    assert rows() == [(one.id, two.id, "caused_by")]


def test_never_to_itself_nor_to_what_does_not_exist():
    one = factories.conversation()
    for other in (one.id, one.id + 1000):
        with pytest.raises(operations.NoSuchLink):
            operations.link(one.id, other, relation="related", actor=None)
    assert rows() == []


def test_the_table_itself_refuses_a_second_link_of_a_pair():
    one, two = factories.conversation(), factories.conversation()
    Link.objects.create(conversation=one, other=two)
    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.create(conversation=two, other=one)


def test_unlinking_is_done_once():
    one, two = factories.conversation(), factories.conversation()
    operations.link(one.id, two.id, relation="related", actor=None)
    assert [operations.unlink(two.id, one.id, actor=None) for _ in range(2)] == [True, False]
    assert rows() == []
    assert Event.objects.filter(name="conversations.unlinked").count() == 2


@pytest.mark.parametrize("days", [13, 15])
def test_mail_to_what_is_long_done_opens_a_follow_up_that_is_linked(days: int):
    box = factories.mailbox()
    first = factories.receive(box)
    operations.resolve(first.conversation_id, actor=None)
    Conversation.objects.update(resolved_at=timezone.now() - timedelta(days=days))
    second = factories.receive(box, thread_ids=(first.message_id,))
    if days < 14:
        assert (second.conversation_id, rows()) == (first.conversation_id, [])
    else:
        assert rows() == [(second.conversation_id, first.conversation_id, "follow_up")]
