"""Who may do what (domain.md 5, table of roles). Views ask here; templates only show what a view allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet, prefetch_related_objects

from shopbell.agents.models import Agent, Role, Team

Row = TypeVar("Row", bound=Model)
ANSWERING = {Role.AGENT, Role.PARTNER, Role.LEAD}
READING = ANSWERING | {Role.ADMIN, Role.PRIVACY}


def may_read(agent: Agent) -> bool:
    """See conversations; a partner agent those of their scope only (`scope`)."""
    return agent.is_active and agent.role in READING


def may_answer(agent: Agent) -> bool:
    """Reply, note, assign, snooze, tag, resolve. An admin where `also_answers` says so; a privacy officer never."""
    if agent.role == Role.ADMIN:
        return agent.is_active and agent.also_answers
    return agent.is_active and agent.role in ANSWERING


def may_administer(agent: Agent) -> bool:
    """Mailboxes, people, shops, parked work."""
    return agent.is_active and agent.role == Role.ADMIN


def may_audit(agent: Agent) -> bool:
    """See the log: an admin and the privacy officer all of it, a lead what is about conversations they may see."""
    return agent.is_active and agent.role in {Role.ADMIN, Role.PRIVACY, Role.LEAD}


def may_handle_failures(agent: Agent) -> bool:
    """See and retry raw mail that could not be understood: it may hold anybody's data, so nobody with limits."""
    may = agent.role == Role.ADMIN or not (agent.limited_to_teams or agent.limited_to_shops)
    return agent.is_active and may and agent.role in {Role.AGENT, Role.LEAD, Role.ADMIN}


@dataclass(frozen=True)
class Scope:
    """The part of the desk somebody sees: conversations of these shops and, among them, of these teams. None: all."""

    shops: frozenset[int] | None = None
    teams: frozenset[int] | None = None

    @property
    def is_everything(self) -> bool:
        return self.shops is None and self.teams is None

    def may_see(self, shop: int, team: int | None) -> bool:
        """Whether a conversation of this shop, with this team (None: with no team), lies inside."""
        return self.has_shop(shop) and (self.teams is None or team in self.teams)

    def has_shop(self, shop: int | None) -> bool:
        """Whether it is one of the shops. None stands for what belongs to every shop, which everybody sees."""
        return self.shops is None or shop is None or shop in self.shops

    def of_shops(self, rows: QuerySet[Row], field: str = "shop") -> QuerySet[Row]:
        """Those of some rows that belong to one of the shops, by the field that says so."""
        return rows if self.shops is None else rows.filter(**{f"{field}__in": self.shops})


EVERYTHING = Scope()
_LIMITABLE = {Role.AGENT, Role.PARTNER, Role.LEAD}


def scope(agent: Agent) -> Scope:
    """What the agent may see. Without limits, as most are, no query is made; a partner agent has only their teams."""
    if agent.role not in _LIMITABLE:
        return EVERYTHING
    by_team, by_shop = agent.is_partner or agent.limited_to_teams, agent.limited_to_shops
    prefetch_related_objects([agent], *(["teams"] if by_team else []), *(["shops"] if by_shop else []))
    return Scope(
        shops=frozenset(shop.id for shop in agent.shops.all()) if by_shop else None,
        teams=frozenset(team.id for team in agent.teams.all()) if by_team else None,
    )


def may_block(agent: Agent) -> bool:
    """Shut an address out of every shop: not for agents of partners."""
    return may_answer(agent) and not agent.is_partner


def may_redact(agent: Agent) -> bool:
    """Remove what should never have been written, for good. A privacy officer's task too; not for partners."""
    return may_block(agent) or (agent.is_active and agent.role in {Role.LEAD, Role.ADMIN, Role.PRIVACY})


def may_delete(agent: Agent) -> bool:
    """Delete whole conversations."""
    return agent.is_active and agent.role in {Role.LEAD, Role.ADMIN}


def may_merge_customers(agent: Agent) -> bool:
    """Merge conversations of two customers: it shows one what the other wrote (domain.md 5.1)."""
    return may_answer(agent) and agent.role in {Role.LEAD, Role.ADMIN}


def may_edit_macros(agent: Agent) -> bool:
    """Approved wording is the leads' and admins' to change."""
    return agent.is_active and agent.role in {Role.LEAD, Role.ADMIN}


def may_write_articles(agent: Agent) -> bool:
    """Write articles, ask for a review, put pictures in: agents, leads and admins; partners read only."""
    return agent.is_active and agent.role in {Role.AGENT, Role.LEAD, Role.ADMIN}


def may_publish_articles(agent: Agent) -> bool:
    """Decide what customers read: publish, take off the pages, delete, sort into topics."""
    return agent.is_active and agent.role in {Role.LEAD, Role.ADMIN}


def may_propose_policies(agent: Agent) -> bool:
    """Write a version of a policy that an admin approves (domain.md 5)."""
    return agent.is_active and agent.role in {Role.LEAD, Role.ADMIN}


def may_approve_policies(agent: Agent) -> bool:
    """Decide what the shop promises."""
    return may_administer(agent)


def may_merge_people(agent: Agent) -> bool:
    """Merge customers and take merges apart. In a small shop the admin who answers customers does it as well."""
    if agent.role == Role.ADMIN:
        return agent.is_active and agent.also_answers
    return agent.is_active and agent.role in {Role.LEAD, Role.PRIVACY}


def may_override(agent: Agent) -> bool:
    """Go on, with a reason, where a guard says no: two proved addresses that would become one person's."""
    return may_merge_people(agent) and agent.role != Role.PRIVACY


def may_suggest_merge(agent: Agent) -> bool:
    """Say that two customers look like one. A partner agent sees too little to say so."""
    return (may_answer(agent) and agent.role != Role.PARTNER) or may_merge_people(agent)


def may_edit_segments(agent: Agent) -> bool:
    """Filters over customers that everybody uses."""
    return agent.is_active and agent.role in {Role.LEAD, Role.ADMIN}


def may_export_customers(agent: Agent) -> bool:
    """Take personal data of many out of the desk."""
    return agent.is_active and agent.role in {Role.LEAD, Role.PRIVACY, Role.ADMIN}


def may_import_customers(agent: Agent) -> bool:
    """Bring a file of customers in."""
    return agent.is_active and agent.role in {Role.LEAD, Role.ADMIN}


def may_see_ratings(agent: Agent) -> bool:
    """What customers thought of the conversations in one's scope, and whose answer came last before it."""
    return agent.is_active and agent.role in {Role.LEAD, Role.ADMIN}


def may_run_incidents(agent: Agent) -> bool:
    """Write one text to the customers of many cases, and settle these together."""
    return agent.is_active and agent.role in {Role.LEAD, Role.ADMIN}


def may_share_views(agent: Agent) -> bool:
    """Make, change and delete views for a team or for everybody; anybody makes views of their own."""
    return agent.is_active and agent.role in {Role.LEAD, Role.ADMIN}


def may_edit_tags(agent: Agent) -> bool:
    """Rename, merge, colour and delete tags, and decide who makes new ones."""
    return agent.is_active and agent.role in {Role.LEAD, Role.ADMIN}


@dataclass(frozen=True)
class Masking:
    """How much of customers' personal data somebody is kept from: addresses and numbers always."""

    names: Team.Names = Team.Names.SHORT
    files: Team.Files = Team.Files.PICTURES
    reveals: bool = False


def masking(agent: Agent) -> Masking | None:
    """What a partner agent's teams hide from them, by the strictest of each; None: they see everything.

    Without a team they see no conversation, and what they see besides is masked as far as it goes.
    """
    if not agent.is_partner:
        return None
    prefetch_related_objects([agent], "teams")
    teams = list(agent.teams.all())
    masks = [team for team in teams if team.masks]
    if teams and not masks:
        return None
    return Masking(
        names=max((Team.Names(team.names) for team in masks), key=list(Team.Names).index, default=Team.Names.NONE),
        files=max((Team.Files(team.files) for team in masks), key=list(Team.Files).index, default=Team.Files.NONE),
        reveals=bool(masks) and all(team.reveals for team in masks),
    )


def may_edit_customers(agent: Agent) -> bool:
    """Names, addresses, notes of customers: by those who answer and see them unmasked."""
    return may_answer(agent) and masking(agent) is None


def may_pass_on(agent: Agent) -> bool:
    """Send what a customer wrote to somebody else: add recipients, forward, ask a third. Not who sees it masked."""
    return may_answer(agent) and masking(agent) is None


def may_reveal(agent: Agent) -> bool:
    """Look behind the mask, giving a reason that is logged."""
    rules = masking(agent)
    return may_answer(agent) and rules is not None and rules.reveals


def may_make_tokens(agent: Agent) -> bool:
    """Let a program act as oneself. Not the agents of partners: a program would carry off what they are shown."""
    return may_read(agent) and not agent.is_partner


def may_approve_actions(agent: Agent) -> bool:
    """Be the second person for what an agent wants done in a shop, and say whether it was done."""
    return agent.is_active and agent.role in {Role.LEAD, Role.ADMIN}


def may_serve_in_store(agent: Agent) -> bool:
    """Hand over orders that are collected in a store."""
    may = agent.role in {Role.LEAD, Role.ADMIN} or (agent.works_in_store and not agent.is_partner)
    return agent.is_active and may
