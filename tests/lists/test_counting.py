"""Counts of views stay right without counting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shopbell.agents import operations as people
from shopbell.agents.models import Agent
from shopbell.conversations import operations as conversations
from shopbell.conversations.models import Touched
from shopbell.events import delivery
from shopbell.lists import jobs, operations, queries
from shopbell.lists.models import STANDARD, View, ViewCount
from tests import factories

pytestmark = pytest.mark.django_db
LATE = {"match": "all", "of": [{"field": "tags", "op": "any", "value": ["late"]}]}
MINE = {"match": "all", "of": [{"field": "assignee", "op": "is", "value": ["me"]}]}
UNREAD = {"match": "all", "of": [{"field": "unread", "op": "yes", "value": None}]}
OLD = {"match": "all", "of": [{"field": "created", "op": "older", "value": {"n": 1, "unit": "h"}}]}


def view(actor: Agent, wanted: dict[str, Any], *, shared: bool = True) -> View:
    owner = None if shared else actor
    return operations.save_view(View(), actor=actor, name="V", owner=owner, team=None, filter=wanted, sort="newest")


def number(agent: Agent, row: View) -> int | None:
    operations.look(agent, [row])
    jobs.count_views()
    return queries.counts(agent, [row])[row.id].number


@pytest.fixture
def lead() -> Agent:
    return factories.agent("Lea", "lead")


def test_a_count_follows_every_change_without_counting_anew(lead, monkeypatch):
    rows = [factories.conversation() for _ in range(3)]
    conversations.change_tags(rows[0].id, add=("late",), actor=None)
    late = view(lead, LATE)
    assert number(lead, late) == 1
    monkeypatch.setattr(jobs, "recount", None)  # from here on nothing is counted as a whole
    conversations.change_tags(rows[1].id, add=("late",), actor=None)
    assert number(lead, late) == 2
    conversations.change_tags(rows[1].id, add=("vip",), actor=None)
    conversations.resolve(rows[1].id, actor=None)
    assert number(lead, late) == 2
    conversations.change_tags(rows[0].id, remove=("late",), actor=None)
    assert number(lead, late) == 1
    assert ViewCount.objects.get(view=late).members == [rows[1].id]
    assert not Touched.objects.exists()


def test_what_is_deleted_is_not_counted_any_more(lead):
    row = factories.conversation()
    conversations.change_tags(row.id, add=("late",), actor=None)
    late = view(lead, LATE)
    assert number(lead, late) == 1
    conversations.delete(row.id, reason="test", actor=lead.pk)
    assert number(lead, late) == 0


def test_a_view_that_is_changed_is_counted_anew(lead):
    factories.conversation()
    row = view(lead, LATE)
    assert number(lead, row) == 0
    operations.save_view(row, actor=lead, name="V", owner=None, team=None, filter=UNREAD, sort="newest")
    assert number(lead, row) == 1


def test_what_is_about_me_is_counted_for_each_of_us(lead):
    mari, rows = factories.agent("Mari"), [factories.conversation() for _ in range(3)]
    mine = view(lead, MINE)
    for row in rows[:2]:
        conversations.assign(row.id, agent=mari, team=None, actor=None)
    assert (number(mari, mine), number(lead, mine)) == (2, 0)
    conversations.assign(rows[0].id, agent=lead, team=None, actor=None)
    jobs.count_views()
    assert (number(mari, mine), number(lead, mine)) == (1, 1)


def test_reading_is_counted_too(lead):
    row = factories.conversation()
    unread = view(lead, UNREAD, shared=False)
    assert number(lead, unread) == 1
    conversations.mark_read(row, lead)
    assert number(lead, unread) == 0
    conversations.mark_unread(row, lead)
    assert number(lead, unread) == 1


def test_a_partner_agent_is_told_of_their_teams_only(lead):
    team = factories.team(is_partner=True)
    partner = factories.agent("Pia", "partner", (team,))
    rows = [factories.conversation() for _ in range(3)]
    for row in rows:
        conversations.change_tags(row.id, add=("late",), actor=None)
    shared = operations.save_view(View(), actor=lead, name="V", owner=None, team=team, filter=LATE, sort="newest")
    assert (number(lead, shared), number(partner, shared)) == (3, 0)
    conversations.assign(rows[0].id, agent=None, team=team, actor=None)
    assert number(partner, shared) == 1
    where = queries.place(partner, "v", {}, shared)
    assert [row.id for row in queries.page(partner, where).rows] == [rows[0].id]
    partner.teams.clear()
    assert number(partner, shared) == 0
    assert queries.page(partner, queries.place(partner, "v", {}, shared)).rows == []


def test_too_many_to_name_are_at_least_so_many(lead, monkeypatch):
    monkeypatch.setattr(queries, "MOST_MEMBERS", 2)
    rows = [factories.conversation() for _ in range(3)]
    for row in rows:
        conversations.change_tags(row.id, add=("late",), actor=None)
    late = view(lead, LATE)
    operations.look(lead, [late])
    jobs.count_views()
    count = queries.counts(lead, [late])[late.id]
    assert (count.number, count.is_least) == (2, True)
    where = queries.place(lead, "v", {}, late)
    assert [row.id for row in queries.page(lead, where).rows] == [row.id for row in rows[::-1]]
    conversations.change_tags(rows[0].id, remove=("late",), actor=None)
    ViewCount.objects.update(counted_at=timezone.now() - timedelta(minutes=6))
    assert number(lead, late) == 2


def test_growing_past_the_limit_is_noticed(lead, monkeypatch):
    monkeypatch.setattr(queries, "MOST_MEMBERS", 1)
    late = view(lead, LATE)
    assert number(lead, late) == 0
    for row in (factories.conversation(), factories.conversation()):
        conversations.change_tags(row.id, add=("late",), actor=None)
    jobs.count_views()
    count = queries.counts(lead, [late])[late.id]
    assert (count.number, count.is_least) == (1, True)


def test_time_alone_is_counted_again(lead):
    row = factories.conversation(occurred_at=timezone.now() - timedelta(minutes=59))
    old = view(lead, OLD)
    assert number(lead, old) == 0
    type(row).objects.filter(id=row.id).update(opened_at=timezone.now() - timedelta(minutes=61))
    assert number(lead, old) == 0  # counted within the last minute
    ViewCount.objects.update(counted_at=timezone.now() - timedelta(seconds=61))
    assert number(lead, old) == 1


def test_a_list_shows_what_was_not_counted_yet(lead):
    late = view(lead, LATE)
    assert number(lead, late) == 0
    row = factories.conversation()
    conversations.change_tags(row.id, add=("late",), actor=None)
    assert [one.id for one in queries.page(lead, queries.place(lead, "v", {}, late)).rows] == [row.id]


def test_what_takes_too_long_has_no_number(lead, monkeypatch):
    monkeypatch.setattr(jobs, "LONGEST_COUNT_MILLISECONDS", 1)
    monkeypatch.setattr(jobs.counting, "members", _slow)
    late = view(lead, LATE)
    assert number(lead, late) is None
    assert ViewCount.objects.get(view=late).is_slow


def _slow(one: Any) -> Any:
    return list(View.objects.extra(select={"nap": "pg_sleep(2)"}))


def test_what_nobody_looks_at_is_forgotten(lead):
    late = view(lead, LATE)
    assert number(lead, late) == 0
    ViewCount.objects.update(looked_at=timezone.now() - timedelta(days=3))
    jobs.tidy_up()
    assert not ViewCount.objects.exists()


@pytest.mark.parametrize("many", [1, 3])
def test_the_price_is_the_same_however_many_views_and_agents(lead, many, django_assert_num_queries):
    conversations.change_tags(factories.conversation().id, add=("late",), actor=None)
    for each in [view(lead, LATE) for _ in range(many)]:
        for agent in [lead, *(factories.agent() for _ in range(many))]:
            number(agent, each)
    factories.conversation()
    with django_assert_num_queries(6):  # a savepoint, what was touched, counts, tags there are, what matches; done
        jobs.follow_changes()


def standard(agent: Agent) -> dict[str, int | None]:
    """What stands beside "Following" and "Mentions" for this agent."""
    operations.look(agent, [])
    delivery.deliver("inside", 100)
    jobs.count_views()
    held = queries.counts(agent, [])
    return {name: held[name].number for name in STANDARD}


def test_what_one_follows_and_is_named_in_is_counted(lead):
    mari, (first, second) = factories.agent("Mari Maasikas"), (factories.conversation(), factories.conversation())
    assert standard(mari) == {"following": 0, "mentions": 0}
    conversations.note(first.id, lead, body="@Mari Maasikas please look")  # who is named follows from then on
    conversations.follow(second, mari, actor=mari.pk)
    assert standard(mari) == {"following": 2, "mentions": 1}
    assert standard(lead) == {"following": 0, "mentions": 0}
    conversations.resolve(first.id, actor=None)
    assert standard(mari) == {"following": 1, "mentions": 0}
    conversations.unfollow(second, mari, actor=mari.pk)
    assert standard(mari) == {"following": 0, "mentions": 0}


def test_a_note_for_a_team_counts_for_who_is_in_it_now(lead):
    team, mari = factories.team("Returns"), factories.agent("Mari Maasikas")
    people.change_agent(lead, actor=lead.pk, teams=[team])
    conversations.note(factories.conversation().id, lead, body="@Returns please look")
    assert (standard(lead)["mentions"], standard(mari)["mentions"]) == (1, 0)
    people.change_agent(mari, actor=lead.pk, teams=[team])
    people.change_agent(lead, actor=lead.pk, teams=[])
    assert (standard(lead)["mentions"], standard(mari)["mentions"]) == (0, 1)


def test_a_view_may_ask_for_notes_that_name_one(lead):
    named = factories.conversation()
    factories.conversation()
    conversations.note(named.id, factories.agent("Mari"), body="@Lea please look")
    row = view(lead, {"match": "all", "of": [{"field": "mentioned", "op": "yes", "value": None}]})
    assert number(lead, row) == 1
    assert queries.place(lead, f"v{row.id}", {}, row).rows.get() == named
