"""What a conversation has besides its messages is known before any of it is read."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from shopbell.conversations import operations
from shopbell.conversations.models import ChecklistItem, Draft, Participant, Recent
from shopbell.web.desk import parts
from tests import factories

pytestmark = pytest.mark.django_db


def there(conversation, agent):
    return {name for name, is_there in asdict(parts.of(conversation, agent)).items() if is_there}


def test_a_conversation_with_nothing_but_its_message_needs_no_more_questions():
    assert there(factories.conversation(), factories.agent("Mari Maasikas")) == set()


def test_each_thing_is_seen_where_it_is_and_only_there():
    agent, one = factories.agent("Mari Maasikas"), factories.conversation()
    other = factories.conversation(text="other")
    Participant.objects.create(conversation=one, name="Berta", address="berta@example.com")
    ChecklistItem.objects.create(conversation=one, text="Look", position=1)
    Draft.objects.create(conversation=one, agent=agent, kind="reply", text="half")
    one.customer.notes.create(text="calls in the evening")
    assert {"participants", "checklist", "drafts", "notes"} <= there(one, agent)
    assert there(one, agent) & {"followers", "sides", "links", "merged", "files", "fields", "notices"} == set()
    assert there(other, agent) & {"participants", "checklist", "drafts"} == set()


def test_a_colleagues_own_draft_is_none_of_the_agents():
    agent, one = factories.agent("Mari Maasikas"), factories.conversation()
    Draft.objects.create(conversation=one, agent=factories.agent("Kadri Kask"), kind="reply", text="half")
    assert "drafts" not in there(one, agent)


def test_what_was_opened_last_is_not_noted_again():
    agent, one, other = factories.agent("Mari Maasikas"), factories.conversation(), factories.conversation()
    operations.remember(agent, Recent.Kind.CONVERSATION, str(one.id))
    assert parts.of(one, agent).is_newest_opened
    assert not parts.of(other, agent).is_newest_opened
    operations.remember(agent, Recent.Kind.CONVERSATION, str(other.id))
    assert not parts.of(one, agent).is_newest_opened


def test_how_far_an_agent_has_read_is_their_own():
    agent, one = factories.agent("Mari Maasikas"), factories.conversation()
    assert parts.of(one, agent).read_up_to == 0
    operations.mark_read(one, agent)
    assert parts.of(one, agent).read_up_to == one.last_message_id
    assert parts.of(one, factories.agent("Kadri Kask")).read_up_to == 0
