"""Lists, and who sees what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopbell.conversations import operations, queries
from shopbell.conversations.models import Conversation
from tests import factories

pytestmark = pytest.mark.django_db


def test_pages_are_complete_in_order_and_without_doubles():
    mari = factories.agent()
    moment = factories.NOON
    rows = [factories.conversation(occurred_at=moment - timedelta(minutes=number // 2)) for number in range(7)]
    seen, cursor = [], None
    while True:
        page = queries.page(mari, queries.view(mari, "open"), cursor, size=3)
        seen += [row.id for row in page.rows]
        if (cursor := page.next) is None:
            break
    assert seen == [row.id for row in sorted(rows, key=lambda row: (row.last_message_at, row.id), reverse=True)]


@pytest.mark.parametrize("number", [1, 3])
def test_a_page_takes_two_queries_however_long_it_is(number: int, django_assert_num_queries):
    mari = factories.agent()
    for _ in range(number):
        factories.conversation()
    with django_assert_num_queries(2):  # the rows with their assignees, the read marks
        assert len(queries.page(mari, queries.view(mari, "open")).rows) == number


def test_a_partner_agent_sees_their_teams_and_nothing_else():
    team, other = factories.team(is_partner=True), factories.team()
    partner = factories.agent("Pia Partner", "partner", (team,))
    theirs, hidden, nobodys = (factories.conversation() for _ in range(3))
    operations.assign(theirs.id, agent=None, team=team, actor=None)
    operations.assign(hidden.id, agent=None, team=other, actor=None)
    assert queries.conversation(partner, theirs.id) == theirs
    assert queries.conversation(partner, hidden.id) is None
    assert queries.conversation(partner, nobodys.id) is None
    assert [row.id for row in queries.page(partner, queries.view(partner, "open")).rows] == [theirs.id]


def test_customers_are_found_by_the_beginning_of_any_name_or_address():
    factories.conversation(address="anna.saar@post.example", name="Anna Saar")
    assert [one.name for one in queries.find_customers(factories.agent(), "saa")] == ["Anna Saar"]
    assert [one.name for one in queries.find_customers(factories.agent(), "anna.saar@post.example")] == ["Anna Saar"]
    assert queries.find_customers(factories.agent(), "berta") == []


def test_counts_are_zero_in_an_empty_desk():
    assert set(queries.counts(factories.agent()).values()) == {0}
    assert not Conversation.objects.exists()
