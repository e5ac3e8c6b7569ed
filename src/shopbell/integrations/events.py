"""What happens to tokens and webhooks: part of the audit."""

from __future__ import annotations

from dataclasses import dataclass

from shopbell.events import bus


@dataclass(frozen=True, kw_only=True)
class TokenEvent(bus.DomainEvent):
    """Something about one token; `agent_id` is whom it acts as."""

    token_id: int
    agent_id: int


@bus.event_type("integrations.token_made")
@dataclass(frozen=True, kw_only=True)
class TokenMade(TokenEvent):
    """A program may act as the agent now."""


@bus.event_type("integrations.token_revoked")
@dataclass(frozen=True, kw_only=True)
class TokenRevoked(TokenEvent):
    """It may not any more."""


@dataclass(frozen=True, kw_only=True)
class WebhookEvent(bus.DomainEvent):
    """Something about one webhook."""

    webhook_id: int


@bus.event_type("integrations.webhook_changed")
@dataclass(frozen=True, kw_only=True)
class WebhookChanged(WebhookEvent):
    """It was made or edited."""


@bus.event_type("integrations.webhook_deleted")
@dataclass(frozen=True, kw_only=True)
class WebhookDeleted(WebhookEvent):
    """It is gone, with its log."""


@bus.event_type("integrations.webhook_secret_changed")
@dataclass(frozen=True, kw_only=True)
class WebhookSecretChanged(WebhookEvent):
    """It has a new secret; the former one is good for a day more."""


@bus.event_type("integrations.webhook_replayed")
@dataclass(frozen=True, kw_only=True)
class WebhookReplayed(WebhookEvent):
    """Somebody had messages sent once more."""

    count: int


@bus.event_type("integrations.webhook_broken")
@dataclass(frozen=True, kw_only=True)
class WebhookBroken(WebhookEvent):
    """It failed for so long that Shopbell switched it off."""
