"""What can be had now: measured, or not said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.channels.models import Channel
from shopbell.chats import operations, waiting
from shopbell.chats.models import Visit
from shopbell.conversations import operations as conversations
from shopbell.conversations.models import Conversation, Wait
from shopbell.core import zones
from tests import factories, racing
from tests.web.chat.calling import Widget, chat

pytestmark = pytest.mark.django_db


def there(name: str = "Mari Maasikas", **fields: object) -> Agent:
    return factories.agent(name, seen_at=timezone.now(), **fields)


def answered_before(channel: Channel, agent: Agent, seconds: list[int], every: int = 60) -> None:
    """Waits that ended one after the other, the last a minute ago."""
    number = factories.conversation(factories.mailbox(channel.shop))
    for index, wait in enumerate(reversed(seconds)):
        closed = timezone.now() - timedelta(seconds=60 + index * every)
        Wait.objects.create(
            conversation=number,
            channel=channel,
            opened_at=closed - timedelta(seconds=wait),
            closed_at=closed,
            answered_by=agent,
        )


def now(channel: Channel, conversation_id: int | None = None) -> dict[str, object]:
    return waiting.queue(channel).now(conversation_id)


def test_nobody_there_is_said():
    channel = chat()
    factories.agent(seen_at=timezone.now() - timedelta(hours=1))
    there("Aino Away", status="away")
    assert now(channel) == {"state": "away", "wait_seconds": None, "ahead": None, "opens_at": None}


def test_closed_says_when_it_opens():
    channel = chat(hours={"0": ""}, holidays="")
    there()
    assert now(channel) == {"state": "closed", "wait_seconds": None, "ahead": None, "opens_at": None}
    channel.settings = {"holidays": str(timezone.localdate(timezone=zones.named(channel.shop.time_zone)))}
    said = now(channel)
    assert said["state"] == "closed"
    assert str(said["opens_at"]) > timezone.now().isoformat()


def test_a_wait_nobody_measured_is_not_promised():
    channel, agent = chat(), there()
    assert now(channel) == {"state": "person", "wait_seconds": None, "ahead": 0, "opens_at": None}
    answered_before(channel, agent, [10, 20, 30, 40])
    assert now(channel)["wait_seconds"] is None


def test_with_nobody_ahead_it_is_the_median():
    channel, agent = chat(), there()
    answered_before(channel, agent, [10, 20, 30, 40, 500])
    assert now(channel)["wait_seconds"] == 30


def test_old_answers_say_nothing():
    channel, agent = chat(), there()
    answered_before(channel, agent, [10] * 5)
    Wait.objects.update(closed_at=timezone.now() - timedelta(hours=4))
    assert now(channel)["wait_seconds"] is None


def test_with_some_ahead_it_takes_the_pace_of_the_answers():
    channel, agent = chat(), there()
    answered_before(channel, agent, [10] * 5, every=60)
    for _ in range(3):
        Widget(channel).begin().say()
    said = now(channel)
    assert (said["ahead"], said["wait_seconds"]) == (3, 240)
    first, second, _third = Conversation.objects.filter(channel=channel).order_by("id")
    assert now(channel, first.id) == {"state": "person", "wait_seconds": 10, "ahead": 0, "opens_at": None}
    assert now(channel, second.id)["ahead"] == 1


def test_when_nobody_has_room_the_next_waits_for_an_answer():
    channel, agent = chat(capacity=1), there()
    answered_before(channel, agent, [10] * 5, every=60)
    Widget(channel).begin().say()
    conversations.assign(Conversation.objects.get(channel=channel).id, agent=agent, team=None, actor=None)
    assert (now(channel)["ahead"], now(channel)["wait_seconds"]) == (0, 60)
    assert waiting.free(channel) == []


@pytest.mark.parametrize("is_taken", [False, True])
def test_who_waits_longer_than_was_measured_is_promised_nothing(is_taken: bool):
    channel, agent = chat(), there()
    answered_before(channel, agent, [30] * 5)
    Widget(channel).begin().say()
    number = Conversation.objects.get(channel=channel).id
    if is_taken:
        conversations.assign(number, agent=agent, team=None, actor=None)
    for waited, promised in ((20, 30), (40, None)):
        Conversation.objects.filter(id=number).update(waiting_since=timezone.now() - timedelta(seconds=waited))
        assert now(channel, number)["wait_seconds"] == promised
    conversations.reply(number, agent, factories.answer("Hello"))
    assert now(channel, number)["wait_seconds"] == 30


def test_who_has_left_is_ahead_of_nobody_and_given_to_nobody():
    channel, agent = chat(capacity=3, assigns=True), there()
    for _ in range(3):
        Widget(channel).begin().say()
    first, second, third = Conversation.objects.filter(channel=channel).order_by("id")
    Visit.objects.filter(conversation=first).update(seen_at=timezone.now() - timedelta(minutes=6))
    Visit.objects.filter(conversation=second).update(ended_at=timezone.now())
    assert list(waiting.waiting(channel)) == [third.id]
    assert (now(channel)["ahead"], now(channel, third.id)["ahead"]) == (1, 0)
    assert operations.assign_waiting(channel) == 1
    assert list(Conversation.objects.filter(assignee=agent)) == [third]
    Visit.objects.filter(conversation=first).update(seen_at=timezone.now())
    assert operations.assign_waiting(channel) == 1, "they are back"


def test_who_talks_with_an_agent_has_nobody_ahead():
    channel, agent = chat(capacity=1), there()
    answered_before(channel, agent, [10] * 5, every=60)
    for _ in range(3):
        Widget(channel).begin().say()
    mine, waits, _last = Conversation.objects.filter(channel=channel).order_by("id")
    conversations.assign(mine.id, agent=agent, team=None, actor=None)
    assert now(channel, mine.id) == {"state": "person", "wait_seconds": 10, "ahead": 0, "opens_at": None}
    assert (now(channel, waits.id)["ahead"], now(channel, waits.id)["wait_seconds"]) == (0, 60)
    assert (now(channel)["ahead"], now(channel)["wait_seconds"]) == (2, 180)


def test_a_chat_whose_visitor_left_takes_no_room():
    channel, agent = chat(capacity=1), there()
    Widget(channel).begin().say()
    conversations.assign(Conversation.objects.get().id, agent=agent, team=None, actor=None)
    assert waiting.free(channel) == []
    Visit.objects.update(seen_at=timezone.now() - timedelta(minutes=6))
    assert [one.agent for one in waiting.free(channel)] == [agent]


def test_who_takes_fewer_by_their_own_word_has_less_room():
    channel = chat(capacity=3)
    there(chats_at_once=0)
    busy = there("Siobhan Ryan", chats_at_once=1)
    assert [one.agent for one in waiting.free(channel)] == [busy]


def test_only_who_sees_new_chats_of_the_shop_counts():
    channel = chat()
    there("Petra Partner", role="partner", teams=(factories.team(is_partner=True),))
    there("Priit Privacy", role="privacy")
    elsewhere = there("Else Where", limited_to_shops=True)
    elsewhere.shops.set([factories.shop("Poder")])
    assert now(channel)["state"] == "away"


def test_the_number_of_queries_does_not_grow(django_assert_max_num_queries):
    channel, agent = chat(), there()
    answered_before(channel, agent, [10] * 9)
    for _ in range(3):
        Widget(channel).begin().say()
    with django_assert_max_num_queries(7):
        waiting.queue(channel)


def test_new_chats_go_to_who_has_the_fewest_and_never_beyond_their_room():
    channel = chat(capacity=2, assigns=True)
    one, other = there("Mari Maasikas"), there("Siobhan Ryan")
    for _ in range(5):
        Widget(channel).begin().say()
    assert operations.assign_waiting(channel) == 4
    given = [row.assignee_id for row in Conversation.objects.order_by("id")]
    assert given == [one.id, other.id, one.id, other.id, None]
    assert operations.assign_waiting(channel) == 0


def test_without_the_setting_nothing_is_given_away():
    channel = chat()
    there()
    Widget(channel).begin().say()
    assert operations.assign_waiting(channel) == 0
    assert Conversation.objects.get().assignee is None


@pytest.mark.django_db(transaction=True)
def test_a_chat_somebody_takes_while_it_is_given_away_stays_theirs():
    channel = chat(assigns=True)
    _mari, jens = there("Mari Maasikas"), there("Jens Jensen", status="away")
    Widget(channel).begin().say()
    number = Conversation.objects.get(assignee=None).id
    with racing.waiting(lambda: operations.assign_waiting(channel)) as raised:
        conversations.assign(number, agent=jens, team=None, actor=jens.pk)
    assert raised == []
    assert Conversation.objects.get().assignee_id == jens.pk
