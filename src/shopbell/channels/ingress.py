"""The one door in: raw first. What was accepted is committed before anybody is told so, and understood later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from shopbell.channels import contract, events
from shopbell.channels.models import Channel, Inbound
from shopbell.core import storable, text
from shopbell.events import bus

_INSERT = """
INSERT INTO channels_inbound (channel_id, external_id, body, envelope, received_at, state, error)
VALUES (%s, %s, %s, %s, %s, 'new', '') ON CONFLICT (channel_id, external_id) DO NOTHING RETURNING id
"""


def accept(
    channel: Channel,
    body: bytes,
    *,
    external_id: str = "",
    envelope: Mapping[str, Any] | None = None,
    received_at: datetime | None = None,
    file_at: datetime | None = None,
) -> bool:
    """Store raw bytes durably and owe their filing; False when they were known already.

    Without an id of the transport's the hash of the bytes serves. Whoever files them themselves, at once, names with
    `file_at` when a worker is to do it where that came to nothing.
    """
    external_id = external_id or "sha256:" + hashlib.sha256(body).hexdigest()
    now = timezone.now()
    values: list[Any] = [
        channel.id,
        storable.key(storable.fit(external_id), 200),
        body,
        json.dumps(storable.fit(dict(envelope or {}))),
        storable.moment(received_at or now, now),
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        row = cursor.fetchone()
        if row:
            bus.publish(events.InboundStored(inbound_id=row[0]), at=file_at, key=_filing(row[0]) if file_at else None)
    return bool(row)


def _filing(inbound_id: int) -> str:
    return f"filing:{inbound_id}"


_CLAIM = """
UPDATE channels_inbound SET state = 'filed' WHERE channel_id = %s AND external_id = %s AND state = 'new'
RETURNING id, body, envelope, received_at
"""


def claim(channel: Channel, external_id: str) -> Inbound | None:
    """What was accepted with a `file_at`, as filed: whoever asks does it now, in the same transaction.

    None when it is filed already; a worker that does it just now is waited for.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [channel.id, external_id])
        row = cursor.fetchone()
    if row is None:
        return None
    number, body, envelope, received_at = row
    bus.take_back(events.InboundStored, _filing(number))
    state = Inbound.State.FILED
    kept = {"body": body, "envelope": json.loads(envelope), "received_at": received_at, "state": state}
    return Inbound(id=number, channel=channel, external_id=external_id, **kept)


def understand(inbound: Inbound) -> list[contract.Inbound]:
    """Parse a stored row: pure, may be repeated. What comes out can be stored. Raises contract.Unparsable."""
    items = inbound.channel.adapter().parse(bytes(inbound.body), inbound.envelope, inbound.received_at)
    return [_completed(storable.fit(item), inbound, number) for number, item in enumerate(items)]


def _completed(item: contract.Inbound, inbound: Inbound, number: int) -> contract.Inbound:
    """With an id of its own, and no date to come: a clock gone wrong would keep it on top of every list."""
    if isinstance(item, contract.Receipt):
        return item
    return replace(
        item,
        external_id=storable.key(item.external_id or f"{inbound.external_id}#{number}", 400),
        occurred_at=storable.moment(item.occurred_at, inbound.received_at),
        language=item.language[:5],
    )


def settle(inbound: Inbound, state: str, error: str = "") -> None:
    """Note what became of a stored row; a failed one is shown to a person."""
    inbound.state, inbound.error = state, text.clean(error)[:2000]
    inbound.save(update_fields=["state", "error"])
    if state == Inbound.State.FAILED:
        bus.publish(events.InboundFailed(inbound_id=inbound.id))


REDACTED = b"This mail was given up when a part of it was redacted at the desk.\n"


def forget(inbound_ids: list[int], instead: bytes = b"") -> None:
    """Give the raw bytes up. That they came stays known, so the same mail read again is a double."""
    Inbound.objects.filter(id__in=inbound_ids).update(body=instead, envelope={}, error="")


def retry(inbound: Inbound) -> bool:
    """Try to understand a failed row again. False when it has not failed (any more)."""
    with transaction.atomic():
        failed = Inbound.objects.filter(id=inbound.id, state=Inbound.State.FAILED)
        changed = failed.update(state=Inbound.State.NEW, error="")
        if changed:
            bus.publish(events.InboundStored(inbound_id=inbound.id))
    return bool(changed)


def dismiss(inbound: Inbound, *, actor: int | None) -> bool:
    """A person has looked at a failed row and nothing is to be done; it is kept. False when it has not failed."""
    with transaction.atomic():
        failed = Inbound.objects.filter(id=inbound.id, state=Inbound.State.FAILED)
        changed = failed.update(state=Inbound.State.DISMISSED)
        if changed:
            bus.publish(events.InboundDismissed(inbound_id=inbound.id), actor=actor)
    return bool(changed)
