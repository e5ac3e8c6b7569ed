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
    partner = permissions.scope(factories.agent(role="partner", teams=(team,)))
    assert partner == permissions.Scope(shops=None, teams=frozenset({team.id}))
    assert permissions.scope(factories.agent(role="partner")) == permissions.Scope(teams=frozenset())
    assert permissions.scope(factories.agent(role="agent", teams=(team,))) == permissions.EVERYTHING


def test_an_agent_is_limited_to_shops_and_teams_where_it_says_so():
    shop, team = factories.shop(), factories.team()
    limits = {"limited_to_shops": True, "limited_to_teams": True}
    for role in ("agent", "partner", "lead"):
        agent = factories.agent(role=role, teams=(team,), **limits)
        agent.shops.add(shop)
        assert permissions.scope(agent) == permissions.Scope(frozenset({shop.id}), frozenset({team.id}))
    for role in ("admin", "privacy"):
        assert permissions.scope(factories.agent(role=role, **limits)) == permissions.EVERYTHING
    assert permissions.scope(factories.agent(limited_to_shops=True)) == permissions.Scope(shops=frozenset())


def test_a_scope_needs_both_the_shop_and_the_team():
    both = permissions.Scope(frozenset({1}), frozenset({7}))
    assert [both.may_see(*place) for place in ((1, 7), (1, 8), (2, 7), (1, None))] == [True, False, False, False]
    shops, teams = permissions.Scope(shops=frozenset({1})), permissions.Scope(teams=frozenset({7}))
    assert [shops.may_see(1, None), shops.may_see(2, None)] == [True, False]
    assert [teams.may_see(2, 7), teams.may_see(2, None)] == [True, False]
    assert permissions.EVERYTHING.may_see(9, None)
    assert [one.is_everything for one in (both, shops, teams, permissions.EVERYTHING)] == [False, False, False, True]


def test_raw_mail_is_for_nobody_with_limits():
    assert permissions.may_handle_failures(factories.agent())
    assert not permissions.may_handle_failures(factories.agent(limited_to_shops=True))
    assert not permissions.may_handle_failures(factories.agent(role="lead", limited_to_teams=True))
