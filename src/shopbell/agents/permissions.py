"""Who may do what (domain.md 5, table of roles). Views ask here; templates only show what a view allowed."""

from __future__ import annotations

from shopbell.agents.models import Agent, Role

ANSWERING = {Role.AGENT, Role.PARTNER, Role.LEAD}
READING = ANSWERING | {Role.ADMIN, Role.PRIVACY}


def may_read(agent: Agent) -> bool:
    """See conversations; a partner agent those of their teams only (`team_scope`)."""
    return agent.is_active and agent.role in READING


def may_answer(agent: Agent) -> bool:
    """Reply, note, assign, snooze, tag, resolve. An admin where `also_answers` says so; a privacy officer never."""
    if agent.role == Role.ADMIN:
        return agent.is_active and agent.also_answers
    return agent.is_active and agent.role in ANSWERING


def may_administer(agent: Agent) -> bool:
    """Mailboxes, people, shops, parked work."""
    return agent.is_active and agent.role == Role.ADMIN


def may_handle_failures(agent: Agent) -> bool:
    """See and retry raw mail that could not be understood: it may hold anybody's data."""
    return agent.is_active and agent.role in {Role.AGENT, Role.LEAD, Role.ADMIN}


def team_scope(agent: Agent) -> list[int] | None:
    """Ids of the only teams whose conversations the agent may see; None: all."""
    return list(agent.teams.values_list("id", flat=True)) if agent.is_partner else None


def may_edit_macros(agent: Agent) -> bool:
    """Approved wording is the leads' and admins' to change."""
    return agent.is_active and agent.role in {Role.LEAD, Role.ADMIN}
