"""Make and end the keys of programs."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.core import text
from shopbell.events import bus
from shopbell.integrations import events
from shopbell.integrations.models import Scope, Token

PREFIX = "sb_"  # secret scanners find a token by it
USE_NOTED_EVERY = timedelta(minutes=1)


def hash_of(token: str) -> str:
    """What a token is found by. It is random enough (256 bits) for a plain hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def make_token(
    agent: Agent, *, name: str, scopes: Iterable[str], expires_at: datetime | None = None, actor: int | None
) -> tuple[Token, str]:
    """The row, and the token itself, which nobody can read again.

    Raises ValueError without a scope, for one there is not, and for an end that has passed.
    """
    wanted = [scope.value for scope in Scope if scope in set(scopes)]
    if not wanted or set(scopes) - set(Scope.values):
        raise ValueError("a token needs scopes, and only scopes there are")
    if expires_at is not None and expires_at <= timezone.now():
        raise ValueError("a token ends later than now")
    plain = PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        agent=agent,
        name=text.preview(name, 100),
        hash=hash_of(plain),
        hint=plain[-4:],
        scopes=wanted,
        expires_at=expires_at,
        created_by_id=actor,
    )
    bus.publish(events.TokenMade(token_id=token.id, agent_id=agent.pk), actor=actor)
    return token, plain


@transaction.atomic
def revoke_token(token_id: int, *, actor: int | None) -> bool:
    """End a token; False when it was over already. Waits for what it is writing: afterwards it writes nothing more."""
    token = Token.objects.select_for_update().get(id=token_id)
    if token.revoked_at is not None:
        return False
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    bus.publish(events.TokenRevoked(token_id=token.id, agent_id=token.agent_id), actor=actor)
    return True


def note_use(token: Token) -> None:
    """Remember that it was used, once a minute at most."""
    since = timezone.now() - USE_NOTED_EVERY
    if token.last_used_at is None or token.last_used_at < since:
        rows = Token.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=since), id=token.pk)
        rows.update(last_used_at=timezone.now())
