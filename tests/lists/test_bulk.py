"""Changes to many conversations at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shopbell.agents.models import Agent, Team
from shopbell.conversations import operations as conversations
from shopbell.conversations import queries
from shopbell.conversations.models import Conversation, State, Tag, Wait
from shopbell.events.models import Delivery, Event
from shopbell.lists import operations
from shopbell.lists.models import Bulk
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def mari() -> Agent:
    return factories.agent("Mari")


@pytest.fixture
def rows() -> list[Conversation]:
    box = factories.mailbox()
    return [factories.conversation(box, f"c{n}@x.example") for n in range(3)]


def numbers(rows: list[Conversation]) -> list[int]:
    return [row.id for row in rows]


def change(agent: Agent, action: str, rows: list[Conversation], **values: Any) -> Bulk:
    bulk = operations.start(agent, key=f"{action}{values}", action=action, values=values, conversations=numbers(rows))
    return finish(bulk)


def finish(bulk: Bulk) -> Bulk:
    while operations.work(bulk.id):
        pass
    bulk.refresh_from_db()
    return bulk


def fresh(row: Conversation) -> Conversation:
    return Conversation.objects.get(id=row.id)


UNTIL = (timezone.now() + timedelta(days=1)).isoformat()
CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("assign", {"to": "me"}),
    ("tags", {"add": ["late"], "remove": ["vip"]}),
    ("priority", {"priority": 4}),
    ("snooze", {"until": UNTIL}),
    ("resolve", {}),
    ("spam", {}),
]


@pytest.mark.parametrize(("action", "values"), CHANGES)
def test_what_was_changed_is_taken_back(mari, rows, action, values):
    for row in rows:
        conversations.change_tags(row.id, add=("vip",), actor=None)
    kept = ("state", "folder", "assignee_id", "tags", "priority", "snoozed_until", "waiting_since")
    before = list(Conversation.objects.order_by("id").values(*kept))
    bulk = change(mari, action, rows, **values)
    assert (bulk.state, bulk.total, bulk.done, bulk.changed) == (Bulk.State.DONE, 3, 3, 3)
    after = list(Conversation.objects.order_by("id").values(*kept))
    assert all(one != other for one, other in zip(before, after, strict=True))
    undone = finish(operations.undo(bulk, agent=mari))
    assert (undone.done, undone.changed) == (3, 3)
    assert list(Conversation.objects.order_by("id").values(*kept)) == before
    assert Wait.objects.filter(closed_at=None).count() == 3


def test_a_change_is_as_correct_as_one_by_one(mari, rows):
    change(mari, "resolve", rows)
    assert [fresh(row).state for row in rows] == [State.RESOLVED] * 3
    resolved = Event.objects.filter(name="conversations.resolved", actor_id=mari.pk)
    assert sorted(resolved.values_list("conversation_id", flat=True)) == numbers(rows)
    assert queries.counts(mari)["open"] == 0
    assert Wait.objects.filter(is_unanswered=True).count() == 3


def test_reopening_takes_spam_snoozed_and_resolved(mari, rows):
    conversations.mark_spam(rows[0].id, actor=None)
    conversations.resolve(rows[1].id, actor=None)
    conversations.snooze(rows[2].id, until=timezone.now() + timedelta(hours=2), actor=None)
    bulk = change(mari, "reopen", rows)
    assert [fresh(row).folder for row in rows] == ["open"] * 3
    finish(operations.undo(bulk, agent=mari))
    assert [fresh(row).folder for row in rows] == ["spam", "resolved", "snoozed"]


def test_what_slept_until_a_reply_sleeps_again(mari, rows):
    conversations.snooze(rows[0].id, until=None, actor=None)
    bulk = change(mari, "resolve", rows[:1])
    finish(operations.undo(bulk, agent=mari))
    assert (fresh(rows[0]).folder, fresh(rows[0]).sleeps_till_reply) == ("snoozed", True)


def test_reading_and_unreading(mari, rows):
    conversations.mark_read(rows[0], mari)
    bulk = change(mari, "read", rows)
    assert (bulk.changed, queries.unread(mari, map(fresh, rows))) == (2, set())
    finish(operations.undo(bulk, agent=mari))
    assert queries.unread(mari, map(fresh, rows)) == set(numbers(rows[1:]))
    assert change(mari, "unread", rows).changed == 1


def test_what_somebody_changed_since_is_left(mari, rows):
    kadri = factories.agent("Kadri")
    bulk = change(mari, "assign", rows, to="me")
    conversations.assign(rows[1].id, agent=kadri, team=None, actor=kadri.pk)
    assert finish(operations.undo(bulk, agent=mari)).changed == 2
    assert [fresh(row).assignee for row in rows] == [None, kadri, None]
    assert operations.undo(bulk, agent=mari).id == operations.undo(bulk, agent=mari).id


def test_the_same_click_twice_is_one_change(mari, rows):
    one = operations.start(mari, key="k", action="resolve", values={}, conversations=numbers(rows))
    assert operations.start(mari, key="k", action="resolve", values={}, conversations=numbers(rows)).id == one.id
    assert Bulk.objects.count() == 1
    other = operations.start(factories.agent("K"), key="k", action="resolve", values={}, conversations=[rows[0].id])
    assert other.id != one.id


def test_only_what_the_agent_may_see_is_changed(rows):
    team = factories.team(is_partner=True)
    partner = factories.agent("Pia", "partner", (team,))
    conversations.assign(rows[0].id, agent=None, team=team, actor=None)
    bulk = change(partner, "resolve", rows)
    assert (bulk.done, bulk.changed) == (3, 1)
    assert [fresh(row).folder for row in rows] == ["resolved", "open", "open"]
    assert change(partner, "assign", rows[:1], to="nobody").changed == 0
    assert fresh(rows[0]).team == team


def test_an_agent_who_may_no_longer_answer_changes_nothing_more(mari, rows):
    bulk = operations.start(mari, key="k", action="resolve", values={}, conversations=numbers(rows))
    mari.is_active = False
    mari.save()
    assert finish(bulk).state == Bulk.State.CANCELLED
    assert [fresh(row).folder for row in rows] == ["open"] * 3


def test_cancelling_stops_between_chunks(mari, rows, monkeypatch):
    monkeypatch.setattr(operations.bulk, "CHUNK", 1)
    bulk = operations.start(mari, key="k", action="resolve", values={}, conversations=numbers(rows))
    assert operations.work(bulk.id) is True
    operations.cancel(bulk, agent=mari)
    assert operations.work(bulk.id) is False
    bulk.refresh_from_db()
    assert (bulk.state, bulk.done, bulk.changed) == (Bulk.State.CANCELLED, 1, 1)
    assert [fresh(row).folder for row in rows] == ["resolved", "open", "open"]
    finish(operations.undo(bulk, agent=mari))
    assert [fresh(row).folder for row in rows] == ["open"] * 3


def test_what_is_not_possible_for_one_is_done_for_the_others(mari, rows):
    conversations.resolve(rows[0].id, actor=None)
    Conversation.objects.filter(id=rows[1].id).delete()
    bulk = operations.start(
        mari, key="k", action="snooze", values={"until": UNTIL}, conversations=[*numbers(rows), 999_999]
    )
    finish(bulk)
    assert (bulk.total, bulk.done, bulk.changed) == (4, 4, 1)
    assert fresh(rows[2]).folder == "snoozed"


def test_too_many_or_an_unknown_action_begin_nothing(mari, rows, monkeypatch):
    monkeypatch.setattr(operations.bulk, "MOST", 2)
    with pytest.raises(operations.TooManyAtOnce):
        change(mari, "resolve", rows)
    with pytest.raises(KeyError):
        change(mari, "explode", rows[:1])
    assert not Bulk.objects.exists()


def test_the_worker_does_the_rest(mari, rows):
    operations.start(mari, key="k", action="resolve", values={}, conversations=numbers(rows))
    owed = Delivery.objects.get(event_name="lists.bulk_chunk_owed")
    assert (owed.lane, owed.handler) == ("outside", "shopbell.lists.subscribers.change_chunk")


def test_nobody_adds_new_words_where_leads_make_the_tags(mari, rows):
    lead = factories.agent("Lea", "lead")
    Tag.objects.create(name="late")
    operations.decide_who_creates(only_leads=True, actor=lead)
    assert change(mari, "tags", rows, add=["brand new"]).changed == 0
    assert change(mari, "tags", rows, add=["late"]).changed == 3
    assert change(lead, "tags", rows, add=["brand new"]).changed == 3


def test_who_or_what_it_is_given_to_may_go_meanwhile(mari, rows):
    gone, team = factories.agent("Gone"), Team.objects.create(name="Gone")
    to_agent = operations.start(
        mari, key="agent", action="assign", values={"to": f"agent:{gone.pk}"}, conversations=numbers(rows)
    )
    to_team = operations.start(
        mari, key="team", action="assign", values={"to": f"team:{team.pk}"}, conversations=numbers(rows)
    )
    Agent.objects.filter(pk=gone.pk).update(is_active=False)
    team.delete()
    assert [(finish(bulk).state, bulk.changed) for bulk in (to_agent, to_team)] == [(Bulk.State.DONE, 0)] * 2
    assert [fresh(row).assignee_id for row in rows] == [None] * 3


@pytest.mark.parametrize("action", ["resolve", "snooze"])
def test_who_waited_for_a_third_party_does_so_again(mari, rows, action):
    until = timezone.now() + timedelta(days=2)
    conversations.await_third(rows[0].id, until=until, actor=mari.pk)
    bulk = change(mari, action, rows[:1], **({"until": UNTIL} if action == "snooze" else {}))
    finish(operations.undo(bulk, agent=mari))
    row = fresh(rows[0])
    assert (row.state, row.snoozed_until, row.folder) == ("pending_third", until, "snoozed")


def test_what_is_taken_back_goes_to_nobody_who_left(mari, rows):
    gone = factories.agent("Gone")
    conversations.assign(rows[0].id, agent=gone, team=None, actor=None)
    bulk = change(mari, "assign", rows[:1], to="me")
    Agent.objects.filter(pk=gone.pk).update(is_active=False)
    finish(operations.undo(bulk, agent=mari))
    assert fresh(rows[0]).assignee_id is None


def test_tags_that_were_renamed_since_are_taken_back_by_their_new_names(mari, rows):
    lead = factories.agent("Lea", "lead")
    conversations.change_tags(rows[0].id, add=("vip", "big"), actor=None)
    bulk = change(mari, "tags", rows[:1], add=["late", "small"], remove=["vip"])
    for old, new in (("late", "overdue"), ("vip", "gold"), ("gold", "golden")):
        renamed = operations.rename_tag(Tag.objects.get(name=old), actor=lead, name=new)
        while operations.replace_some(renamed.id):
            pass
    merged = operations.merge_tag(Tag.objects.get(name="small"), into=Tag.objects.get(name="big"), actor=lead)
    while operations.replace_some(merged.id):
        pass
    assert fresh(rows[0]).tags == ["big", "overdue"]
    finish(operations.undo(bulk, agent=mari))
    assert fresh(rows[0]).tags == ["big", "golden"]
    assert set(Tag.objects.values_list("name", flat=True)) == {"big", "golden", "overdue"}
