"""Shops times teams: what somebody with limits sees of lists, counts, search and single rows."""

from __future__ import annotations

import pytest

from shopbell.agents.models import Agent
from shopbell.conversations import jobs, operations, queries, search
from shopbell.conversations.models import Conversation, CountChange
from shopbell.conversations.search import finding, typed
from tests import factories

pytestmark = pytest.mark.django_db


def limited(shops: tuple[object, ...] = (), teams: tuple[object, ...] = (), **fields: object) -> Agent:
    """An agent who sees only these shops, or these teams, or these teams of these shops."""
    agent = factories.agent(limited_to_shops=bool(shops), limited_to_teams=bool(teams), teams=teams, **fields)
    agent.shops.set(shops)
    return agent


def world() -> tuple[list[Conversation], list[object], list[object]]:
    """Two shops, two teams; of each shop a conversation with each team, and one with none."""
    shops, teams = [factories.shop(), factories.shop()], [factories.team(), factories.team()]
    rows = []
    for shop in shops:
        box = factories.mailbox(shop)
        for team in [*teams, None]:
            row = factories.conversation(box, f"c{len(rows)}@customer.example", text="red cup")
            operations.assign(row.id, agent=None, team=team, actor=None)
            rows.append(row)
    return rows, shops, teams


def seen(agent: Agent, rows: list[Conversation]) -> list[int]:
    """Indexes of the rows the agent sees, after asking in every way there is."""
    numbers = {row.id: index for index, row in enumerate(rows)}
    listed = sorted(numbers[row.id] for row in queries.page(agent, queries.view(agent, "open")).rows)
    assert sorted(numbers[row.id] for row in rows if queries.conversation(agent, row.id)) == listed
    result = finding.find(agent, typed.parse("red cup"), search.Budget(60_000))
    assert sorted(numbers[one.conversation.id] for one in result.found) == listed
    assert sorted(numbers[row.id] for row in rows if queries.message(agent, row.last_message_id)) == listed
    assert queries.counts(agent)["open"] == queries.counts(agent)["unassigned"] == len(listed)
    return listed


def test_everybody_sees_their_shops_and_teams_and_their_counts_agree():
    rows, (first, second), (one, two) = world()
    assert seen(factories.agent(), rows) == [0, 1, 2, 3, 4, 5]
    assert seen(limited((first,)), rows) == [0, 1, 2]
    assert seen(limited((first, second)), rows) == [0, 1, 2, 3, 4, 5]
    assert seen(limited((), (one,)), rows) == [0, 3]
    assert seen(limited((second,), (one, two)), rows) == [3, 4]
    assert seen(limited((second,), (one,), role="partner"), rows) == [3]
    assert seen(factories.agent(limited_to_shops=True), rows) == []


def test_counts_follow_a_conversation_from_team_to_team_and_survive_folding_and_recounting():
    rows, (first, _second), (one, two) = world()
    agents = [limited((first,)), limited((), (one,)), limited((first,), (two,)), factories.agent()]
    operations.assign(rows[0].id, agent=agents[0], team=two, actor=None)
    operations.resolve(rows[1].id, actor=None)
    expected = [(2, 1), (1, 0), (1, 0), (5, 0)]
    for again in (jobs.fold_counts, jobs.recount, jobs.fold_counts):
        assert [(queries.counts(a)["open"], queries.counts(a)["mine"]) for a in agents] == expected
        again()
    assert [(queries.counts(a)["open"], queries.counts(a)["mine"]) for a in agents] == expected
    assert not CountChange.objects.filter(shop_id=None).exists()


def test_limits_cost_two_queries_and_none_without(django_assert_num_queries):
    rows, shops, teams = world()
    with django_assert_num_queries(1):
        assert queries.visible(Agent(role="agent")).count() == len(rows)
    agent = limited((shops[0],), (teams[0],))
    with django_assert_num_queries(3):
        assert queries.visible(agent).count() == 1
