"""What shops and carriers push is kept raw and committed before they are told so, and understood later.

A shop's push is a hint: whatever it says, the object is fetched anew, so a push that is late, doubled or out of order
does no harm. A carrier's push is the news itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from shopbell.commerce import events
from shopbell.commerce.models import RAW_KEPT, CarrierAccount, Connection, Push
from shopbell.core.storable import fit, key
from shopbell.core.text import clean
from shopbell.events import bus

MAX_BYTES = 1024 * 1024
PUSHED_PRECISION = timedelta(minutes=1)
_SECRET = ("signature", "hmac", "auth", "token", "cookie", "secret")
_INSERT = """
INSERT INTO commerce_push (connection_id, account_id, delivery_key, body, headers, state, error)
VALUES (%s, %s, %s, %s, %s, 'new', '')
ON CONFLICT (connection_id, account_id, delivery_key) DO NOTHING RETURNING id
"""


def accept(source: Connection | CarrierAccount, body: bytes, headers: Mapping[str, str], url: str) -> bool:
    """Keep a push durably and owe its filing; False when it was known already.

    Header names in lower case. Raises contract.Forged when it is not from there, LookupError when the plug-in is gone.
    """
    adapter = source.adapter()
    adapter.verify(body, headers, url)
    kept = {name: value for name, value in headers.items() if _may_keep(name)}
    delivery_key = adapter.delivery_key(body, headers) or _hash(kept, body)
    is_shop = isinstance(source, Connection)
    values = [source.pk if is_shop else None, None if is_shop else source.pk, key(fit(delivery_key), 200), body]
    with transaction.atomic(), database.cursor() as cursor:
        cursor.execute(_INSERT, [*values, json.dumps(fit(kept))])
        row = cursor.fetchone()
        if row:
            bus.publish(events.PushStored(push_id=row[0]))
    if is_shop:
        _note_push(source.pk)
    return bool(row)


def _may_keep(name: str) -> bool:
    """Headers that say what a push is, and none that opens a door."""
    says = name == "content-type" or name.startswith(("x-", "webhook-"))
    return says and not name.startswith("x-forwarded") and not any(word in name for word in _SECRET)


def _hash(kept: Mapping[str, str], body: bytes) -> str:
    topic = "".join(value for name, value in sorted(kept.items()) if name.endswith(("topic", "event")))
    return "sha256:" + hashlib.sha256(topic.encode() + b"\0" + body).hexdigest()


def _note_push(connection_id: int) -> None:
    now = timezone.now()
    stale = Q(pushed_at=None) | Q(pushed_at__lt=now - PUSHED_PRECISION)
    Connection.objects.filter(stale, id=connection_id).update(pushed_at=now)


def settle(push: Push, state: str, error: str = "") -> None:
    """Note what became of a push; a failed one is shown to a person."""
    push.state, push.error = state, clean(error)[:2000]
    push.save(update_fields=["state", "error"])


def retry(push: Push) -> bool:
    """Try to understand a failed push again. False when it has not failed (any more)."""
    with transaction.atomic():
        changed = Push.objects.filter(id=push.id, state=Push.State.FAILED).update(state=Push.State.NEW, error="")
        if changed:
            bus.publish(events.PushStored(push_id=push.id))
    return bool(changed)


def tidy() -> int:
    """Empty the bodies of old pushes that were understood: that they came stays known. Returns how many."""
    old = Push.objects.filter(received_at__lt=timezone.now() - RAW_KEPT, state=Push.State.DONE).exclude(body=b"")
    ids: list[Any] = list(old.values_list("id", flat=True)[:10_000])
    return Push.objects.filter(id__in=ids).update(body=b"", headers={})
