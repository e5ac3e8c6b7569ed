"""Set up webhooks; what they are told, and telling it again."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.core import text
from shopbell.events import bus
from shopbell.events.models import Event
from shopbell.integrations import catalogue, events
from shopbell.integrations.models import Attempt, Dispatch, Webhook

FORMER_SECRET_HOLDS = timedelta(hours=24)
LOG_KEPT_FOR = timedelta(days=30)
MOST_REPLAYED = 10_000
CHUNK = 1_000


def new_secret() -> str:
    """Standard Webhooks: `whsec_` and 32 random bytes in base 64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def check_url(url: str) -> None:
    """Raises ValidationError for an address that nothing should be sent to."""
    parts = urlsplit(url)
    if parts.scheme not in ({"https", "http"} if settings.WEBHOOK_PRIVATE else {"https"}) or not parts.hostname:
        raise ValidationError(_("The address has to begin with https://."))
    if "@" in parts.netloc or parts.fragment:
        raise ValidationError(_("The address must not hold a user name, a password or a #."))


@transaction.atomic
def make_webhook(*, actor: int | None, url: str, **fields: Any) -> Webhook:
    """A new webhook with a secret. Raises ValidationError for an address that may not be."""
    check_url(url)
    values: dict[str, Any] = {**fields, "url": url, "secrets": [[new_secret(), None]], "created_by_id": actor}
    webhook = Webhook.objects.create(**values)
    bus.publish(events.WebhookChanged(webhook_id=webhook.id), actor=actor)
    return webhook


@transaction.atomic
def change_webhook(webhook_id: int, *, actor: int | None, **fields: Any) -> Webhook:
    """Edit it. One that is switched on again starts afresh: its failures are forgotten."""
    if "url" in fields:
        check_url(fields["url"])
    webhook = _lock(webhook_id)
    if fields.get("is_active") or fields.get("url", webhook.url) != webhook.url:
        fields = {**fields, "is_broken": False, "failing_since": None, "retry_at": None, "error": ""}
    for name, value in fields.items():
        setattr(webhook, name, value)
    webhook.save(update_fields=list(fields))
    bus.publish(events.WebhookChanged(webhook_id=webhook_id), actor=actor)
    return webhook


def _lock(webhook_id: int) -> Webhook:
    return Webhook.objects.select_for_update(of=("self",)).get(id=webhook_id)


@transaction.atomic
def delete_webhook(webhook_id: int, *, actor: int | None) -> None:
    """Away with it and its log."""
    webhook = _lock(webhook_id)
    Attempt.objects.filter(dispatch__webhook=webhook).delete()
    webhook.delete()
    bus.publish(events.WebhookDeleted(webhook_id=webhook_id), actor=actor)


@transaction.atomic
def rotate_secret(webhook_id: int, *, actor: int | None) -> Webhook:
    """A new secret. For a day messages are signed with the former one too, so that the receiver can be changed."""
    webhook = _lock(webhook_id)
    until = (timezone.now() + FORMER_SECRET_HOLDS).isoformat()
    former = [[secret, until] for secret, _until in webhook.secrets[:1]]
    webhook.secrets = [[new_secret(), None], *former]
    webhook.save(update_fields=["secrets"])
    bus.publish(events.WebhookSecretChanged(webhook_id=webhook_id), actor=actor)
    return webhook


def put_down(webhook: Webhook, line: Event) -> Dispatch:
    """Owe the webhook a message about a line of the log; the second time it is the same one."""
    kind = catalogue.OF_EVENT[line.name]
    values = {"type": kind.name, "data": kind.data(line), "occurred_at": line.occurred_at}
    dispatch, _is_new = Dispatch.objects.get_or_create(webhook=webhook, event_id=line.id, defaults=values)
    return dispatch


def ping(webhook: Webhook) -> Dispatch:
    """A test message, sent like any other."""
    return Dispatch.objects.create(
        webhook=webhook, type=catalogue.PING, data={"webhook_id": webhook.id}, occurred_at=timezone.now()
    )


@transaction.atomic
def replay(webhook_id: int, *, actor: int | None, since: datetime, until: datetime, only_failed: bool = True) -> int:
    """Send what was put down in [since, until] once more, with the same ids; returns how many messages, 10,000 at most.

    `only_failed`: what was given up; else what was delivered too. What is still waiting is left to its turn.
    """
    webhook = _lock(webhook_id)
    rows = webhook.dispatches.filter(created_at__gte=since, created_at__lte=until).exclude(state=Dispatch.State.PENDING)
    if only_failed:
        rows = rows.filter(state=Dispatch.State.FAILED)
    return _again(webhook, list(rows.order_by("id").values_list("id", flat=True)[:MOST_REPLAYED]), actor)


@transaction.atomic
def replay_one(webhook_id: int, dispatch_id: int, *, actor: int | None) -> bool:
    """Send one message once more; False when it is still waiting, or not of this webhook."""
    webhook = _lock(webhook_id)
    rows = webhook.dispatches.filter(id=dispatch_id).exclude(state=Dispatch.State.PENDING)
    return bool(_again(webhook, list(rows.values_list("id", flat=True)), actor))


def _again(webhook: Webhook, ids: list[int], actor: int | None) -> int:
    fresh = {"state": Dispatch.State.PENDING, "attempts": 0, "due_at": timezone.now(), "settled_at": None}
    Dispatch.objects.filter(id__in=ids).update(**fresh)
    if ids:
        bus.publish(events.WebhookReplayed(webhook_id=webhook.id, count=len(ids)), actor=actor)
    return len(ids)


@transaction.atomic
def record_success(dispatch: Dispatch, attempt: Attempt) -> None:
    """It was taken."""
    now = timezone.now()
    Dispatch.objects.filter(id=dispatch.id).update(
        state=Dispatch.State.DELIVERED, settled_at=now, attempts=dispatch.attempts + 1
    )
    attempt.save()
    Webhook.objects.filter(id=dispatch.webhook_id).exclude(failing_since=None).update(
        failing_since=None, retry_at=None, error=""
    )


@transaction.atomic
def record_failure(dispatch: Dispatch, attempt: Attempt, *, due_at: datetime | None, retry_at: datetime) -> None:
    """It was not taken: tried again at `due_at`, or never (None). Nothing at all is sent there before `retry_at`."""
    values: dict[str, Any] = {"attempts": dispatch.attempts + 1}
    values |= {"due_at": due_at} if due_at else {"state": Dispatch.State.FAILED, "settled_at": timezone.now()}
    Dispatch.objects.filter(id=dispatch.id).update(**values)
    attempt.save()
    webhook = _lock(dispatch.webhook_id)
    webhook.failing_since = webhook.failing_since or attempt.at
    webhook.retry_at = retry_at
    webhook.error = text.preview(attempt.error or f"HTTP {attempt.status}", 500)
    webhook.save(update_fields=["failing_since", "retry_at", "error"])


@transaction.atomic
def switch_off(webhook_id: int) -> None:
    """It has failed for too long, or asked for it: nothing is sent any more until an admin switches it on again."""
    webhook = _lock(webhook_id)
    if not webhook.is_active:
        return
    webhook.is_active, webhook.is_broken = False, True
    webhook.save(update_fields=["is_active", "is_broken"])
    webhook.dispatches.filter(state=Dispatch.State.PENDING).update(
        state=Dispatch.State.FAILED, settled_at=timezone.now()
    )
    bus.publish(events.WebhookBroken(webhook_id=webhook_id))


def forget_dispatches() -> int:
    """Delete a chunk of the log that is older than 30 days; returns how many messages."""
    old = Dispatch.objects.filter(created_at__lt=timezone.now() - LOG_KEPT_FOR).order_by("created_at")
    ids = list(old.values_list("id", flat=True)[:CHUNK])
    Attempt.objects.filter(dispatch__in=ids).delete()
    Dispatch.objects.filter(id__in=ids).delete()
    return len(ids)
