"""Who may sign in, as what. Every change leaves a line in the log that names who made it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.db import connection
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from shopbell.agents import events
from shopbell.agents.models import Agent, Role, Team
from shopbell.core import text
from shopbell.core.transactions import retried
from shopbell.events import bus


class LastAdmin(ValueError):
    """Somebody must be left who can administer."""


def is_first() -> bool:
    """Nobody is there yet; holds others who ask until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE agents_agent IN SHARE ROW EXCLUSIVE MODE")
    return not Agent.objects.exists()


@retried
def create_agent(
    *,
    actor: int | None,
    email: str,
    name: str,
    role: str,
    password: str | None,
    teams: Iterable[Team] = (),
    **fields: Any,
) -> Agent:
    """Add a person; without a password they choose one by a link (`web.accounts`).

    `actor` None: the first one, made by the set-up.
    """
    agent = Agent.objects.create_user(email, password, name=name.strip(), role=Role(role), **fields)
    agent.teams.set(teams)
    bus.publish(events.AgentCreated(agent_id=agent.pk, role=agent.role), actor=actor or agent.pk)
    return agent


@retried
def change_agent(agent: Agent, *, actor: int, teams: Iterable[Team] | None = None, **fields: Any) -> None:
    """Edit a person. Raises LastAdmin when nobody could administer any more."""
    if fields.get("role", Role.ADMIN) != Role.ADMIN:
        _keep_an_admin(agent)
    if "email" in fields:
        fields["email"] = fields["email"].strip().lower()
    for name, value in fields.items():
        setattr(agent, name, value)
    if fields:
        agent.save(update_fields=list(fields))
    if teams is not None:
        agent.teams.set(teams)
    bus.publish(events.AgentChanged(agent_id=agent.pk, role=agent.role), actor=actor)


@retried
def deactivate_agent(agent: Agent, *, actor: int) -> None:
    """End all access, open sessions included; what they wrote stays theirs. Raises LastAdmin."""
    _keep_an_admin(agent)
    agent.is_active = False
    agent.save(update_fields=["is_active"])
    bus.publish(events.AgentDeactivated(agent_id=agent.pk), actor=actor)


@retried
def reactivate_agent(agent: Agent, *, actor: int) -> None:
    """Give access back."""
    agent.is_active = True
    agent.save(update_fields=["is_active"])
    bus.publish(events.AgentReactivated(agent_id=agent.pk), actor=actor)


def _keep_an_admin(agent: Agent) -> None:
    """The rows are locked, so that two admins cannot remove each other at once."""
    admins = Agent.objects.select_for_update().filter(role=Role.ADMIN, is_active=True)
    if [one.pk for one in admins] == [agent.pk]:
        raise LastAdmin(agent.pk)


@retried
def set_password(agent: Agent, password: str, *, actor: int) -> None:
    """A new password ends every session that was opened with the old one."""
    agent.set_password(password)
    agent.save(update_fields=["password"])
    bus.publish(events.PasswordChanged(agent_id=agent.pk), actor=actor)


@retried
def save_team(team: Team, *, actor: int, name: str, is_partner: bool) -> Team:
    """Make a team or edit it."""
    team.name, team.is_partner = name.strip(), is_partner
    team.save()
    bus.publish(events.TeamChanged(team_id=team.id), actor=actor)
    return team


def record_sign_in(agent: Agent) -> None:
    """Somebody came."""
    bus.publish(events.SignedIn(agent_id=agent.pk), actor=agent.pk)


def record_sign_out(agent: Agent) -> None:
    """Somebody went."""
    bus.publish(events.SignedOut(agent_id=agent.pk), actor=agent.pk)


def record_failed_sign_in(email: str) -> None:
    """A wrong password for an address of ours; for any other address nothing is kept."""
    agent = Agent.objects.filter(email=text.clean(email).strip().lower()).first()
    if agent is not None:
        bus.publish(events.SignInFailed(agent_id=agent.pk))


def make_password_link(agent: Agent, *, actor: int) -> tuple[str, str]:
    """(agent, token) for an address where they choose a password: once, within settings.PASSWORD_RESET_TIMEOUT."""
    bus.publish(events.PasswordLinkMade(agent_id=agent.pk), actor=actor)
    return urlsafe_base64_encode(str(agent.pk).encode()), default_token_generator.make_token(agent)


def holder_of(who: str, token: str) -> Agent | None:
    """The active agent a password link was made for; None when it was used, has ended or is not ours."""
    try:
        agent = Agent.objects.filter(pk=int(urlsafe_base64_decode(who)), is_active=True).first()
    except ValueError:
        return None
    return agent if agent is not None and default_token_generator.check_token(agent, token) else None
