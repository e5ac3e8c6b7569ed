"""What happens to the people who work here. Also the audit of sign-ins: `actor` is who did it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shopbell.events import bus


@dataclass(frozen=True, kw_only=True)
class AgentEvent(bus.DomainEvent):
    """Something about one agent."""

    agent_id: int


@bus.event_type("agents.created")
@dataclass(frozen=True, kw_only=True)
class AgentCreated(AgentEvent):
    """Somebody may sign in now."""

    role: str


@bus.event_type("agents.changed")
@dataclass(frozen=True, kw_only=True)
class AgentChanged(AgentEvent):
    """The name, address, role or teams of an agent were edited."""

    role: str


@bus.event_type("agents.deactivated")
@dataclass(frozen=True, kw_only=True)
class AgentDeactivated(AgentEvent):
    """May not sign in any more."""


@bus.event_type("agents.reactivated")
@dataclass(frozen=True, kw_only=True)
class AgentReactivated(AgentEvent):
    """May sign in again."""


@bus.event_type("agents.password_changed")
@dataclass(frozen=True, kw_only=True)
class PasswordChanged(AgentEvent):
    """A new password; all other sessions of the agent end."""


@bus.event_type("agents.signed_in")
@dataclass(frozen=True, kw_only=True)
class SignedIn(AgentEvent):
    """Came."""


@bus.event_type("agents.signed_out")
@dataclass(frozen=True, kw_only=True)
class SignedOut(AgentEvent):
    """Went."""


@bus.event_type("agents.sign_in_failed")
@dataclass(frozen=True, kw_only=True)
class SignInFailed(AgentEvent):
    """Somebody gave a wrong password for this agent."""


@bus.event_type("agents.team_changed")
@dataclass(frozen=True, kw_only=True)
class TeamChanged(bus.DomainEvent):
    """A team was made or edited."""

    team_id: int


@bus.event_type("agents.password_link_made")
@dataclass(frozen=True, kw_only=True)
class PasswordLinkMade(AgentEvent):
    """Somebody made a link by which the agent can choose a password."""


@bus.event_type("agents.invited")
@dataclass(frozen=True, kw_only=True)
class Invited(AgentEvent):
    """A link to come in was sent to somebody."""

    invitation_id: int


@bus.event_type("agents.invitation_revoked")
@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(AgentEvent):
    """The link was taken back."""

    invitation_id: int


@bus.event_type("agents.invitation_accepted")
@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(AgentEvent):
    """Somebody came in by their link."""

    invitation_id: int


@bus.event_type("agents.status_changed")
@dataclass(frozen=True, kw_only=True)
class StatusChanged(AgentEvent):
    """Somebody says that they are there, away, or off."""

    status: str


@bus.event_type("agents.factor_changed")
@dataclass(frozen=True, kw_only=True)
class FactorChanged(AgentEvent):
    """A second factor was set up or removed. `change`: totp_activated, webauthn_removed, … or reset."""

    change: str


@bus.event_type("agents.session_ended")
@dataclass(frozen=True, kw_only=True)
class SessionEnded(AgentEvent):
    """Sessions of an agent were ended from somewhere else; how many."""

    count: int


@bus.event_type("agents.rules_changed")
@dataclass(frozen=True, kw_only=True)
class RulesChanged(bus.DomainEvent):
    """The rules of signing in were changed: `part` is factors or sso."""

    part: str


@bus.event_type("agents.linked")
@dataclass(frozen=True, kw_only=True)
class SignOnLinked(AgentEvent):
    """Somebody's account of the company's sign-on was joined to theirs here."""


@bus.event_type("agents.log_exported")
@dataclass(frozen=True, kw_only=True)
class LogExported(bus.DomainEvent):
    """Somebody took lines of the log out of the desk."""

    format: str


@bus.event_type("agents.customer_revealed")
@dataclass(frozen=True, kw_only=True)
class CustomerRevealed(bus.DomainEvent):
    """A partner agent looked behind the mask. `reason` is one of a few words."""

    conversation_id: int
    customer_id: int
    reason: str


@bus.event_type("agents.handed_over")
@dataclass(frozen=True, kw_only=True)
class HandedOver(AgentEvent):
    """What somebody who left had open goes to another agent, or (None) back to everybody."""

    to_id: int | None


@bus.event_type("agents.hand_over_owed")
@dataclass(frozen=True, kw_only=True)
class HandOverOwed(HandedOver):
    """There is more to hand over."""

    logged: ClassVar[bool] = False
