"""Who may do what: the table of roles, cell by cell."""

from __future__ import annotations

import pytest

from shopbell.agents import permissions
from tests import factories

pytestmark = pytest.mark.django_db
ROLES = ("agent", "partner", "lead", "privacy", "admin")


@pytest.mark.parametrize(
    ("may", "allowed"),
    [
        (permissions.may_read, {"agent", "partner", "lead", "privacy", "admin"}),
        (permissions.may_answer, {"agent", "partner", "lead"}),
        (permissions.may_administer, {"admin"}),
        (permissions.may_handle_failures, {"agent", "lead", "admin"}),
    ],
)
def test_each_role_may_what_the_table_says_and_nobody_who_left(may: object, allowed: set[str]):
    people = {role: factories.agent(role=role) for role in ROLES}
    assert {role for role, agent in people.items() if may(agent)} == allowed  # type: ignore[operator]
    for agent in people.values():
        agent.is_active = False
    assert not [role for role, agent in people.items() if may(agent)]  # type: ignore[operator]


def test_an_admin_answers_where_it_was_said_and_a_privacy_officer_never():
    assert permissions.may_answer(factories.agent(role="admin", also_answers=True)) is True
    assert permissions.may_answer(factories.agent(role="privacy", also_answers=True)) is False


def test_only_a_partner_agent_is_bound_to_teams_and_without_one_sees_nothing():
    team = factories.team(is_partner=True)
    assert permissions.team_scope(factories.agent(role="partner", teams=(team,))) == [team.id]
    assert permissions.team_scope(factories.agent(role="partner")) == []
    assert permissions.team_scope(factories.agent(role="agent", teams=(team,))) is None
