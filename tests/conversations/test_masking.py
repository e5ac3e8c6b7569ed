"""Partner agents read every row masked; others, and what is read to be changed, whole."""

from __future__ import annotations

import pytest
from django.db import transaction

from shopbell.agents.models import Agent, Team
from shopbell.agents.permissions import Masking, masking, may_edit_customers, may_reveal
from shopbell.conversations import masking as masked
from shopbell.conversations import operations, queries, search
from shopbell.conversations.models import Conversation
from shopbell.conversations.search import finding, typed
from shopbell.customers.models import Customer
from tests import factories

pytestmark = pytest.mark.django_db


def searched(agent: Agent, text: str) -> list[Conversation]:
    return [one.conversation for one in finding.find(agent, typed.parse(text), search.Budget(60_000)).found]


def partner(**rules: object) -> tuple[Agent, Team]:
    """An agent of an outsourced team with these rules."""
    team = factories.team(is_partner=True)
    Team.objects.filter(id=team.id).update(**rules)
    return factories.agent("Pia Partner", "partner", (team,)), team


def given(team: Team, **fields: object) -> Conversation:
    """A conversation of the team's with everything personal in it."""
    body = "Call me: +372 5555 1234. Anna Saar"
    row = factories.conversation(text=body, subject="From anna@customer.example", html="<p>anna@customer.example</p>")
    operations.assign(row.id, agent=None, team=team, actor=None)
    return row


def test_the_rules_are_the_strictest_of_all_masking_teams() -> None:
    easy = factories.team(is_partner=True)
    Team.objects.filter(id=easy.id).update(names="full", files="all", reveals=True)
    hard, plain = factories.team(is_partner=True), factories.team(is_partner=True)
    Team.objects.filter(id=plain.id).update(masks=False)
    assert masking(factories.agent(role="partner", teams=(easy,))) == Masking(Team.Names.FULL, Team.Files.ALL, True)
    both = masking(factories.agent(role="partner", teams=(easy, hard)))
    assert both == Masking(Team.Names.SHORT, Team.Files.PICTURES, False)
    assert masking(factories.agent(role="partner", teams=(plain,))) is None
    assert masking(factories.agent(role="partner")) == Masking(Team.Names.NONE, Team.Files.NONE, False)
    assert masking(factories.agent(role="agent", teams=(hard,))) is None


def test_a_partner_reads_conversations_messages_and_customers_masked() -> None:
    pia, team = partner()
    row = given(team)
    found = queries.conversation(pia, row.id)
    assert found is not None
    assert (found.customer_name, found.customer.name, found.subject) == ("Anna S.", "Anna S.", "From a•••@•••")
    assert "1234" not in found.preview
    assert [one.value for one in found.customer.identities.order_by("id")] == ["a•••@•••"]
    [message] = queries.timeline(queries.messages(pia).filter(conversation=found))
    assert (message.sender_name, message.sender_address) == ("Anna S.", "a•••@•••")
    assert (message.text, message.html, message.has_html) == ("Call me: •••34. Anna S.", "", False)
    assert queries.page(pia, queries.view(pia, "open")).rows[0].customer_name == "Anna S."
    assert searched(pia, "call")[0].customer_name == "Anna S."
    whole = queries.conversation(factories.agent(), row.id)
    assert whole is not None
    assert (whole.customer_name, whole.subject) == ("Anna Saar", "From anna@customer.example")


@pytest.mark.parametrize(("names", "shown"), [("full", "Anna Saar"), ("short", "Anna S."), ("none", "Customer {n}")])
def test_names_are_shown_as_the_team_says(names: str, shown: str) -> None:
    pia, team = partner(names=names)
    row = given(team)
    found = queries.conversation(pia, row.id)
    assert found is not None
    assert found.customer_name == shown.format(n=row.customer_id)


def test_what_is_hidden_is_not_found_either() -> None:
    pia, team = partner()
    row = given(team)
    for words in ("anna@customer.example", "saar", "5555", "from:anna", "from:anna@customer.example"):
        assert searched(pia, words) == [], words
    assert queries.find_customers(pia, "anna") == []
    mari = factories.agent()
    for words in ("anna@customer.example", "saar", "from:anna"):
        assert [one.id for one in searched(mari, words)] == [row.id], words
    assert [one.id for one in searched(pia, "call")] == [row.id]


def test_a_masked_row_cannot_be_saved_and_one_read_to_be_changed_is_whole() -> None:
    pia, team = partner()
    row = given(team)
    found = queries.conversation(pia, row.id)
    assert found is not None
    with pytest.raises(RuntimeError, match="for showing only"):
        found.save()
    with pytest.raises(RuntimeError, match="for showing only"):
        found.customer.save()
    with transaction.atomic():
        locked = queries.visible(pia).select_for_update(of=("self",)).get(id=row.id)
        assert locked.customer_name == "Anna Saar"
        locked.save()
    assert Customer.objects.get(id=row.customer_id).name == "Anna Saar"


@pytest.mark.parametrize(("files", "allowed"), [("all", ["p.png", "b.pdf"]), ("pictures", ["p.png"]), ("none", [])])
def test_files_are_open_as_the_team_says(files: str, allowed: list[str]) -> None:
    class Kind:
        def __init__(self, content_type: str) -> None:
            self.content_type = content_type

    pia, team = partner(files=files)
    message = queries.messages(pia).get(conversation=given(team))
    found = []
    for name, content_type in (("p.png", "image/png"), ("b.pdf", "application/pdf")):
        one = masked.Attachment(message=message, name=name)
        one.__dict__["blob"] = Kind(content_type)
        one._state.fields_cache["blob"] = Kind(content_type)
        found += [name] if masked.may_open(pia, one) else []
    assert found == allowed


def test_who_may_edit_and_who_may_reveal() -> None:
    strict, _team = partner()
    trusted, _other = partner(reveals=True)
    assert [may_edit_customers(one) for one in (strict, trusted, factories.agent())] == [False, False, True]
    assert [may_reveal(one) for one in (strict, trusted, factories.agent())] == [False, True, False]
