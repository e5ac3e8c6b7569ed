"""Reads: whose token it is, and what is owed to webhooks."""

from __future__ import annotations

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from shopbell.integrations.models import Dispatch, Token, Webhook
from shopbell.integrations.operations.tokens import hash_of

_HOLD = """
SELECT 1 FROM integrations_token AS token JOIN agents_agent AS agent ON agent.id = token.agent_id
WHERE token.id = %s AND token.revoked_at IS NULL AND agent.is_active FOR KEY SHARE OF token
"""


def token(plain: str) -> Token | None:
    """The token that is good now, with the agent it acts as; None for any other text."""
    rows = Token.objects.select_related("agent").filter(hash=hash_of(plain), revoked_at=None, agent__is_active=True)
    return rows.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now())).first()


def hold(row: Token) -> bool:
    """Whether the token is still good; its revocation waits until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [row.pk])
        return cursor.fetchone() is not None


def owed() -> list[int]:
    """The webhooks something can be sent to now."""
    now = timezone.now()
    due = Dispatch.objects.filter(webhook=OuterRef("id"), state=Dispatch.State.PENDING, due_at__lte=now)
    rows = Webhook.objects.filter(Exists(due), is_active=True).filter(Q(retry_at=None) | Q(retry_at__lte=now))
    return list(rows.order_by("id").values_list("id", flat=True))


def next_dispatch(webhook_id: int) -> Dispatch | None:
    """The message that is due longest."""
    rows = Dispatch.objects.filter(webhook=webhook_id, state=Dispatch.State.PENDING, due_at__lte=timezone.now())
    return rows.order_by("due_at", "id").first()


def broken() -> QuerySet[Webhook]:
    """The webhooks that Shopbell switched off, for an admin to see to."""
    return Webhook.objects.filter(is_broken=True).defer("secrets").order_by("id")
