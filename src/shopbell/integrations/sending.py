"""Send a message to a webhook: signed (Standard Webhooks 1.0), bounded in time, the same bytes at every try but the
object, which is shown as it is then."""

from __future__ import annotations

import json
import logging
import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from shopbell import __version__
from shopbell.core import http, standard_webhooks, text
from shopbell.integrations import objects
from shopbell.integrations.models import Attempt, Dispatch, Webhook
from shopbell.integrations.operations import webhooks

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10.0
EXCERPT = 1_000
ATTEMPTS = 12
LONGEST_PAUSE = timedelta(hours=4)
LONGEST_STANDSTILL = timedelta(hours=1)
SHORTEST_PAUSE = timedelta(seconds=5)
BROKEN_AFTER = timedelta(days=5)
GONE = 410
PATHS = {  # what a message is about most closely comes first
    "import_id": "customer-imports",
    "article_id": "articles",
    "case_id": "cases",
    "incident_id": "incidents",
    "action_id": "order-actions",
    "parcel_id": "parcels",
    "order_id": "orders",
    "conversation_id": "conversations",
    "customer_id": "customers",
}


def payload(dispatch: Dispatch, webhook: Webhook) -> bytes:
    """What is sent, as JSON: type, timestamp, data."""
    data = {**dispatch.data, **_links(dispatch.data)}
    if webhook.includes_object:
        data |= objects.of(dispatch.data)
    body = {"type": dispatch.type, "timestamp": dispatch.occurred_at.isoformat(), "data": data}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str).encode()


def _links(data: dict[str, Any]) -> dict[str, str]:
    """Where the API shows what it is about."""
    for name, path in PATHS.items():
        if data.get(name):
            return {"url": f"{settings.BASE_URL}/api/v1/{path}/{data[name]}"}
    return {}


def webhook_id(dispatch: Dispatch) -> str:
    """The same at every try and replay: receivers tell doubles by it."""
    return f"evt_{dispatch.event_id}" if dispatch.event_id else f"test_{dispatch.id}"


def headers(webhook: Webhook, dispatch: Dispatch, body: bytes, at: datetime) -> dict[str, str]:
    """The three of Standard Webhooks, signed with every secret that holds at `at`."""
    number, stamp = webhook_id(dispatch), str(int(at.timestamp()))
    signatures = [standard_webhooks.signature(secret, number, stamp, body) for secret in valid_secrets(webhook, at)]
    return {
        "content-type": "application/json",
        "user-agent": f"Shopbell/{__version__}",
        "webhook-id": number,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(signatures),
    }


def valid_secrets(webhook: Webhook, at: datetime) -> list[str]:
    """The newest first."""
    return [secret for secret, until in webhook.secrets if until is None or datetime.fromisoformat(until) > at]


def send(dispatch: Dispatch, webhook: Webhook) -> bool:
    """One try, and what became of it is recorded. True: taken (any 2xx)."""
    at, began = timezone.now(), time.monotonic()
    attempt = Attempt(dispatch=dispatch, at=at)
    retry_after = 0
    try:
        answer = _post(webhook, dispatch, at)
        attempt.status = answer.status
        attempt.excerpt = text.clean(answer.body.decode("utf-8", "replace"))[:EXCERPT]
        retry_after = _retry_after(answer)
    except (http.HttpError, ValueError) as error:
        attempt.error = text.preview(str(error), 500)
    except DatabaseError:
        raise
    except Exception as error:  # nobody foresaw it: what stands behind this message must not wait for it for ever
        log.exception("webhook %s: message %s", webhook.pk, dispatch.pk)
        attempt.error = text.preview(f"{type(error).__name__}: {error}", 500)
    attempt.milliseconds = int((time.monotonic() - began) * 1000)
    if attempt.status is not None and 200 <= attempt.status < 300:
        webhooks.record_success(dispatch, attempt)
        return True
    _fail(dispatch, webhook, attempt, retry_after)
    return False


def _post(webhook: Webhook, dispatch: Dispatch, at: datetime) -> http.Answer:
    body = payload(dispatch, webhook)
    return http.call(
        "POST",
        webhook.url,
        headers=headers(webhook, dispatch, body, at),
        data=body,
        timeout_seconds=TIMEOUT_SECONDS,
        max_bytes=EXCERPT * 4,
        private=settings.WEBHOOK_PRIVATE,
        follow=False,
        cut=True,
    )


def _retry_after(answer: http.Answer) -> int:
    """Seconds the receiver asks for (429, 503), an hour at most."""
    value = {name.lower(): value for name, value in answer.headers.items()}.get("retry-after", "")
    return min(int(value), 3600) if value.isdecimal() and len(value) < 10 else 0


def _fail(dispatch: Dispatch, webhook: Webhook, attempt: Attempt, retry_after: int) -> None:
    """Again after 5 s, 20 s, 80 s … 4 h, twelve times; the whole address rests as long as it has failed already."""
    now = timezone.now()
    tried = dispatch.attempts + 1
    pause = max(min(SHORTEST_PAUSE * 4 ** (tried - 1), LONGEST_PAUSE), timedelta(seconds=retry_after))
    failing = now - (webhook.failing_since or now)
    rest = max(min(failing, LONGEST_STANDSTILL), SHORTEST_PAUSE, timedelta(seconds=retry_after))
    webhooks.record_failure(dispatch, attempt, due_at=now + pause if tried < ATTEMPTS else None, retry_at=now + rest)
    if attempt.status == GONE or failing > BROKEN_AFTER:
        webhooks.switch_off(webhook.id)
