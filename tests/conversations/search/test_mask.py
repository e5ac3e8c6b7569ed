"""Who sees a part of the desk finds that part; what is hidden from somebody cannot be found by them either."""

from __future__ import annotations

import pytest

from shopbell.agents.models import Agent, Team
from shopbell.conversations import operations, queries
from shopbell.conversations.search import exact
from tests import factories
from tests.conversations.search.test_finding import found, result

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    class World:
        team, other = factories.team(is_partner=True), factories.team(name="Others")
        partner = factories.agent("Pia Partner", "partner", (team,))
        mari = factories.agent()
        theirs = factories.conversation(
            address="anna@saar.example", name="Anna Saar", text="The red cup. Call +372 5555 1234 or ask bo@x.example"
        )
        hidden = factories.conversation(address="mads@holm.example", name="Mads Holm", text="A red cup")

    operations.assign(World.theirs.id, agent=None, team=World.team, actor=None)
    operations.assign(World.hidden.id, agent=None, team=World.other, actor=None)
    return World


def rule(desk, **values: object) -> None:
    Team.objects.filter(id=desk.team.id).update(**values)


def test_a_partner_finds_theirs_among_any_number_of_others_and_without_a_team_nothing(desk):
    lonely = factories.agent("Lone Partner", "partner")
    assert found(desk.partner, "red cup") == [desk.theirs.id]
    assert found(desk.partner, "is:open") == [desk.theirs.id]
    for text in ("red cup", "is:open", "from:anna", "from:anna cup", f"#{desk.theirs.id}", "before:2030-01-01"):
        assert found(lonely, text) == []


HIDDEN = (
    "anna@saar.example",
    "saar.example",
    "saar",
    "bo@x.example",
    '"+372 5555 1234"',
    "+37255551234",
    "5555",
    "from:anna@saar.example",
    "from:saar",
    "from:anna",
    "to:help",
    "cc:anna",
    "cup saar",
    '"anna saar"',
)


def test_hidden_addresses_and_names_find_nothing_even_where_the_conversation_is_theirs(desk):
    assert {text: found(desk.partner, text) for text in HIDDEN} == dict.fromkeys(HIDDEN, [])


def test_who_may_see_them_finds_them(desk):
    for text in ("anna@saar.example", "saar", "bo@x.example", "from:saar", "5555"):
        assert found(desk.mari, text) == [desk.theirs.id]


def test_an_address_that_exists_is_answered_as_one_that_does_not(desk):
    known, unknown = result(desk.partner, "anna@saar.example"), result(desk.partner, "nobody@nowhere.example")
    assert (known.found, known.problems, known.after) == (unknown.found, unknown.problems, unknown.after)
    assert "cannot be searched" in known.problems[0]


def test_what_they_may_read_they_find(desk):
    assert found(desk.partner, '"red cup"') == [desk.theirs.id]
    assert found(desk.partner, "call cup") == [desk.theirs.id]
    assert found(desk.partner, "red from:saar") == found(desk.partner, "red from:zzz") == [desk.theirs.id]  # left out
    rule(desk, masks=False)
    assert found(Agent.objects.get(id=desk.partner.id), "saar") == [desk.theirs.id]


def test_customers_of_other_teams_do_not_exist_for_them(desk):
    rule(desk, masks=False)
    partner = Agent.objects.get(id=desk.partner.id)
    assert queries.find_customers(partner, "mads") == []
    assert [one.name for one in queries.find_customers(desk.mari, "mads")] == ["Mads Holm"]
    assert exact.customers(partner, "mads@holm.example") == []
    assert [one.name for one in exact.customers(partner, "anna@saar.example")] == ["Anna Saar"]
    assert exact.conversation(desk.partner, str(desk.hidden.id)) is None
    assert exact.conversation(desk.partner, f"#{desk.theirs.id}") == desk.theirs
