"""Lists, search and who sees what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopbell.conversations import operations, queries, search
from shopbell.conversations.models import Conversation
from tests import factories

pytestmark = pytest.mark.django_db


def found(agent: object, typed: str) -> list[int]:
    return [row.id for row, _ in queries.find(agent, queries.parse(typed))]


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
    assert found(partner, "parcel") == [theirs.id]


@pytest.mark.parametrize(
    ("language", "text", "typed"),
    [
        ("de", "Ich warte auf die Rücksendung", "ruecksendungen"),
        ("da", "Hvor er min bestilling?", "bestillingen"),
        ("et", "Minu tellimus ei ole kohal", "tellimuse"),
        ("en", "I returned two shirts", "return shirt"),
        ("da", "Pakken er på Nørrebro", "norrebro"),
        ("et", "Õmblus läks katki", "omblus"),
        ("en", "Order SB-1042 is late", "sb-1042"),
    ],
)
def test_words_are_found_in_any_form_and_spelling(language: str, text: str, typed: str):
    row = factories.conversation(text=text, language=language)
    factories.conversation(text="something else altogether", language="en")
    assert found(factories.agent(), typed) == [row.id]


def test_all_words_must_be_there_and_operators_narrow():
    mari = factories.agent()
    box = factories.mailbox()
    anna = factories.conversation(box, "anna@saar.example", name="Anna Saar", text="red cup broken")
    mads = factories.conversation(box, "mads@holm.example", name="Mads Holm", text="red shirt broken")
    operations.change_tags(mads.id, add=("complaint",), actor=None)
    operations.resolve(anna.id, actor=None)
    assert found(mari, "red broken") == [mads.id, anna.id]
    assert found(mari, "red cup") == [anna.id]
    assert found(mari, "red from:holm") == [mads.id]
    assert found(mari, "from:anna@saar.example") == [anna.id]
    assert found(mari, "broken is:open") == [mads.id]
    assert found(mari, "tag:complaint") == [mads.id]
    assert found(mari, "broken before:2026-11-20") == []
    assert found(mari, "broken after:2026-11-20") == [mads.id, anna.id]
    assert found(mari, f"#{anna.id}") == [anna.id]
    assert found(mari, "from:nobody red") == []


def test_an_operator_that_means_nothing_is_said_and_left_out():
    query = queries.parse('is:purple before:soon cup from:"Anna Saar"')
    assert (query.text, query.senders, query.ignored) == ("cup", ["Anna Saar"], ["is:purple", "before:soon"])


@pytest.mark.parametrize("typed", ["", "   ", "'", "\\", "a' | 'b", "((", "\x00", "!" * 5000, "🎁"])
def test_odd_searches_find_nothing_and_break_nothing(typed: str):
    factories.conversation(text="cup")
    assert isinstance(found(factories.agent(), typed), list)


def test_the_search_widens_block_by_block_until_it_has_enough(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(search, "BLOCK_BITS", (1, 2))
    rows = [factories.conversation(text="cup" if number in (0, 9) else "shirt") for number in range(10)]
    assert [number for number, _ in search.find("cup", limit=5)] == [rows[9].id, rows[0].id]
    assert [number for number, _ in search.find("cup", limit=1)] == [rows[9].id]


def test_customers_are_found_by_the_beginning_of_any_name_or_address():
    factories.conversation(address="anna.saar@post.example", name="Anna Saar")
    assert [one.name for one in queries.find_customers(factories.agent(), "saa")] == ["Anna Saar"]
    assert [one.name for one in queries.find_customers(factories.agent(), "anna.saar@post.example")] == ["Anna Saar"]
    assert queries.find_customers(factories.agent(), "berta") == []


def test_counts_are_zero_in_an_empty_desk():
    assert set(queries.counts(factories.agent()).values()) == {0}
    assert not Conversation.objects.exists()


def test_a_partner_agent_finds_theirs_among_any_number_of_others_and_without_a_team_nothing():
    team = factories.team(is_partner=True)
    partner, lonely = factories.agent("Pia Partner", "partner", (team,)), factories.agent("Lone Partner", "partner")
    theirs = factories.conversation(text="red cup")
    operations.assign(theirs.id, agent=None, team=team, actor=None)
    for _ in range(3):
        factories.conversation(text="red cup")
    assert [row.id for row, _ in queries.find(partner, queries.parse("red cup"), limit=1)] == [theirs.id]
    for typed in ("red cup", "is:open", "from:anna", "from:anna cup", f"#{theirs.id}", "before:2030-01-01"):
        assert found(lonely, typed) == []
    assert set(queries.counts(lonely).values()) == {0}
