"""Who may sign in, as what. Every change leaves a line in the log that names who made it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.tokens import default_token_generator
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from shopbell.agents import events
from shopbell.agents.models import Agent, Face, Invitation, Role, Rules, Status, Team
from shopbell.core import files, text
from shopbell.core.rows import hold_row
from shopbell.core.transactions import retried
from shopbell.events import bus
from shopbell.shops.models import Shop

FACE_PIXELS = (128, 128)
INVITED_FOR = timedelta(days=7)


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
    shops: Iterable[Shop] = (),
    **fields: Any,
) -> Agent:
    """Add a person; without a password they choose one by a link (`web.accounts`).

    `actor` None: the first one, made by the set-up.
    """
    agent = Agent.objects.create_user(email, password, name=name.strip(), role=Role(role), **fields)
    agent.teams.set(teams)
    agent.shops.set(shops)
    owe_factor(agent)
    bus.publish(events.AgentCreated(agent_id=agent.pk, role=agent.role), actor=actor or agent.pk)
    return agent


@retried
def change_agent(
    agent: Agent,
    *,
    actor: int,
    teams: Iterable[Team] | None = None,
    shops: Iterable[Shop] | None = None,
    **fields: Any,
) -> None:
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
    if shops is not None:
        agent.shops.set(shops)
    owe_factor(agent)
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
    """A new password ends every session that was opened with the old one, and every invitation."""
    agent.set_password(password)
    agent.save(update_fields=["password"])
    bus.publish(events.PasswordChanged(agent_id=agent.pk), actor=actor)


@retried
def save_team(team: Team, *, actor: int, leads: Iterable[Agent] | None = None, **fields: Any) -> Team:
    """Make a team or edit it: its name, what its partner agents are kept from, who leads it."""
    for name, value in fields.items():
        setattr(team, name, value.strip() if name == "name" else value)
    hold_row(team)
    team.save()
    if leads is not None:
        team.leads.set(leads)
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


def rules() -> Rules:
    """What holds for everybody's sign-in; as it comes when nobody has decided anything."""
    return Rules.objects.filter(id=1).first() or Rules(id=1)


@retried
def save_rules(*, actor: int, part: str, **fields: Any) -> None:
    """Change the rules. `part`: factors or sso, for the log."""
    if set(fields.get("factor_roles", ())) - set(rules().factor_roles):
        fields["factor_since"] = timezone.now()  # the days of grace begin anew for whom it is new
    Rules.objects.update_or_create(id=1, defaults=fields)
    if part == "factors":
        for agent in Agent.objects.filter(is_active=True):
            owe_factor(agent, anew=True)
    bus.publish(events.RulesChanged(part=part), actor=actor)


def owe_factor(agent: Agent, *, anew: bool = False) -> None:
    """Note until when the agent has to set up a second factor: kept on the row, for every request looks at it.

    Days of grace that have begun go on as they are, unless the rules are `anew`.
    """
    row = rules()
    owed = agent.role in row.factor_roles and not has_factor(agent)
    if owed and agent.factor_by is not None and not anew:
        return
    since = max(filter(None, (row.factor_since, agent.date_joined)), default=timezone.now())
    due = since + timedelta(days=row.grace_days) if owed else None
    if agent.factor_by != due:
        agent.factor_by = due
        Agent.objects.filter(pk=agent.pk).update(factor_by=due)


def has_factor(agent: Agent) -> bool:
    """An authenticator app or a key; recovery codes alone are none."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(Authenticator.objects.filter(user=agent, type__in=kinds).exists())


@retried
def record_factor(agent: Agent, change: str) -> None:
    """The agent set up, used up or removed a second factor."""
    owe_factor(agent)
    bus.publish(events.FactorChanged(agent_id=agent.pk, change=change), actor=agent.pk)


@retried
def reset_factors(agent: Agent, *, actor: int) -> int:
    """Remove every second factor of somebody who lost theirs; how many there were. The days of grace begin today."""
    gone: int = Authenticator.objects.filter(user=agent).delete()[0]
    owe_factor(agent)
    if agent.factor_by is not None:
        agent.factor_by = timezone.now() + timedelta(days=rules().grace_days)
        agent.save(update_fields=["factor_by"])
    bus.publish(events.FactorChanged(agent_id=agent.pk, change="reset"), actor=actor)
    return gone


def record_link(agent: Agent) -> None:
    """The agent signs in by the company's sign-on from now on."""
    bus.publish(events.SignOnLinked(agent_id=agent.pk), actor=agent.pk)


@retried
def set_status(agent: Agent, status: str) -> None:
    """Say that one is there, away, or off. Raises ValueError for anything else."""
    agent.status = Status(status)
    agent.save(update_fields=["status"])
    bus.publish(events.StatusChanged(agent_id=agent.pk, status=agent.status), actor=agent.pk)


def note_seen(agent: Agent) -> None:
    """The agent did something just now; no event, for it is no change anybody has to know of."""
    Agent.objects.filter(pk=agent.pk).update(seen_at=timezone.now())


def note_session(agent: Agent, key: str, ip: str, user_agent: str) -> None:
    """The session was used just now, from there. A row is made for one that has none yet."""
    values: dict[str, Any] = {"user": agent, "last_seen_at": timezone.now(), "ip": ip or "0.0.0.0"}
    values["user_agent"] = text.clean(user_agent)[:200]
    UserSession.objects.update_or_create(session_key=key, defaults=values)


@retried
def end_sessions(agent: Agent, *, actor: int, only: int | None = None, but: str = "") -> int:
    """End the agent's sessions: one of them, or all but the one with this key; how many."""
    rows = UserSession.objects.filter(user=agent).exclude(session_key=but)
    ended = list(rows if only is None else rows.filter(pk=only))
    for row in ended:
        row.end()
    if ended:
        bus.publish(events.SessionEnded(agent_id=agent.pk, count=len(ended)), actor=actor)
    return len(ended)


@retried
def set_face(agent: Agent, picture: bytes | None) -> bool:
    """A new picture, or none. False when the bytes are no picture we can read."""
    small = files.thumbnail(picture, FACE_PIXELS) if picture is not None else None
    if picture is not None and small is None:
        return False
    if small is None:
        Face.objects.filter(agent=agent).delete()
    else:
        Face.objects.update_or_create(agent=agent, defaults={"content": small})
    agent.face = sha256(small).hexdigest()[:16] if small else ""
    agent.save(update_fields=["face"])
    bus.publish(events.AgentChanged(agent_id=agent.pk, role=agent.role), actor=agent.pk)
    return True


@retried
def invite(agent: Agent, *, actor: int) -> tuple[Invitation, str]:
    """A new link for somebody who has not come in yet: (invitation, its secret, which is kept nowhere).

    Links they had before end. Raises ValueError for somebody who has come in, or may not.
    """
    if agent.has_usable_password() or not agent.is_active:
        raise ValueError("only who has not come in yet can be invited")
    Agent.objects.select_for_update(no_key=True).get(pk=agent.pk)  # of two at once the second ends the first's
    _end_invitations(agent)
    secret = secrets.token_urlsafe(32)
    row = Invitation.objects.create(
        agent=agent, made_by_id=actor, digest=_digest(secret), expires_at=timezone.now() + INVITED_FOR
    )
    bus.publish(events.Invited(agent_id=agent.pk, invitation_id=row.id), actor=actor)
    return row, secret


@retried
def revoke_invitations(agent: Agent, *, actor: int) -> bool:
    """Take the link back; False when there was none that works."""
    ended = _end_invitations(agent)
    for number in ended:
        bus.publish(events.InvitationRevoked(agent_id=agent.pk, invitation_id=number), actor=actor)
    return bool(ended)


def _end_invitations(agent: Agent) -> list[int]:
    """The rows are locked, so that a link is not taken back and used at once."""
    rows = list(open_invitations(agent).select_for_update())
    Invitation.objects.filter(id__in=[row.id for row in rows]).update(revoked_at=timezone.now())
    return [row.id for row in rows]


def open_invitations(agent: Agent) -> QuerySet[Invitation]:
    """Links that work."""
    return agent.invitations.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())


def invitation_of(secret: str) -> Invitation | None:
    """The invitation a link is of; None when it was used, taken back, has ended, or is not ours."""
    row = Invitation.objects.select_related("agent").filter(digest=_digest(secret)).first()
    return row if row is not None and row.agent.is_active and open_invitations(row.agent).contains(row) else None


@retried
def accept_invitation(secret: str, password: str) -> Agent | None:
    """Come in with a password of one's own; None when the link does not work (any more). Two at once: one comes in."""
    found = invitation_of(secret)
    row = found and open_invitations(found.agent).select_for_update().filter(id=found.id).first()
    if found is None or row is None:
        return None
    row.accepted_at = timezone.now()
    row.save(update_fields=["accepted_at"])
    set_password(found.agent, password, actor=found.agent.pk)
    bus.publish(events.InvitationAccepted(agent_id=found.agent.pk, invitation_id=row.id), actor=found.agent.pk)
    return found.agent


def _digest(secret: str) -> str:
    return sha256(secret.encode(errors="replace")).hexdigest()


@retried
def hand_over(agent: Agent, to: Agent | None, *, actor: int) -> None:
    """Let another take what somebody has open, or everybody; the conversations follow in the worker."""
    bus.publish(events.HandedOver(agent_id=agent.pk, to_id=to.pk if to else None), actor=actor)


def record_log_export(form: str, *, actor: int) -> None:
    """The log left the desk."""
    bus.publish(events.LogExported(format=form), actor=actor)


def record_reveal(conversation_id: int, customer_id: int, reason: str, *, actor: int) -> None:
    """Somebody looked behind the mask."""
    event = events.CustomerRevealed(conversation_id=conversation_id, customer_id=customer_id, reason=reason)
    bus.publish(event, actor=actor)
