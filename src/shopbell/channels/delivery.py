"""The one door out. A message is queued in the caller's transaction and sent after commit, with a stable id."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from shopbell.channels import contract, events, files
from shopbell.channels.models import Blob, Channel, Outbound
from shopbell.core import crypto, text
from shopbell.core.transactions import retried
from shopbell.events import bus
from shopbell.events.delivery import Later

log = logging.getLogger(__name__)
MAX_ATTEMPTS = 8
LONGEST_PAUSE_SECONDS = 86_400
PAUSED_SECONDS = 60
BUSY_SECONDS = 5
RANK = {"cancelled": 0, "queued": 1, "sent": 2, "delivered": 3, "failed": 4}


def enqueue(
    channel: Channel,
    message: contract.OutboundMessage,
    *,
    key: str,
    blobs: list[tuple[Blob, contract.AttachmentData]] | None = None,
    at: datetime | None = None,
) -> Outbound:
    """Queue a message; `at` holds it back (undo). The same key twice returns the first row.

    Attachments are given as blobs, each with an AttachmentData whose content is left empty. On a channel whose
    messages arrive by being stored it is sent already when this returns.
    """
    stored = asdict(replace(message, attachments=()))
    stored["attachments"] = [_stored_attachment(blob, data) for blob, data in blobs or []]
    about = {"channel": channel, "external_id": message.external_id, "content": stored, **_at_once(channel)}
    try:
        with transaction.atomic():
            row = Outbound.objects.create(key=key, **about)
    except IntegrityError:
        return Outbound.objects.get(key=key)
    if row.state == Outbound.State.QUEUED:
        row.content["reference"] = crypto.sign_token("outbound", row.id)
        row.save(update_fields=["content"])
        bus.publish(events.OutboundQueued(outbound_id=row.id), at=at)
    return row


def _at_once(channel: Channel) -> dict[str, Any]:
    is_immediate = channel.adapter().capabilities.immediate
    return {"state": Outbound.State.SENT, "sent_at": timezone.now()} if is_immediate else {}


def _stored_attachment(blob: Blob, data: contract.AttachmentData) -> dict[str, Any]:
    about = {"name": data.name, "content_type": data.content_type, "content_id": data.content_id}
    return {**about, "inline": data.inline, "sha256": blob.sha256}


@retried
def cancel(outbound_id: int) -> bool:
    """Take a queued message back; its key is free again. False when it has left, is leaving just now, or was tried:
    then somebody may have it whatever the far side said."""
    rows = Outbound.objects.select_for_update(skip_locked=True).filter(state=Outbound.State.QUEUED, attempts=0)
    row = rows.filter(id=outbound_id).first()
    if row is not None:
        row.state, row.key = Outbound.State.CANCELLED, f"cancelled:{row.id}"
        row.save(update_fields=["state", "key"])
    return row is not None


def retry(outbound_id: int) -> bool:
    """Send a failed message again, under its old id; False when it has not failed."""
    with transaction.atomic():
        changed = Outbound.objects.filter(id=outbound_id, state=Outbound.State.FAILED).update(
            state=Outbound.State.QUEUED, attempts=0, error=""
        )
        if changed:
            bus.publish(events.OutboundQueued(outbound_id=outbound_id))
    return bool(changed)


def rewrite(outbound_id: int, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Change what is kept of a message, sent or not. Waits while it is being sent."""
    row = Outbound.objects.select_for_update().get(id=outbound_id)
    row.content = change(row.content)
    row.save(update_fields=["content"])


def forget(outbound_ids: list[int]) -> None:
    """Give the content of messages up; what has not left never leaves. Their ids stay, for receipts still to come."""
    rows = Outbound.objects.select_for_update().filter(id__in=outbound_ids).order_by("id")
    for row in rows:
        if row.state in (Outbound.State.QUEUED, Outbound.State.FAILED):
            row.state = Outbound.State.CANCELLED
        row.content, row.error = {}, ""
        row.save(update_fields=["state", "content", "error"])


def send(outbound_id: int) -> None:
    """Try to send a queued message once. Raises Later when it is to be tried again, or its channel is paused.

    The row, and nothing else, stays locked while the far side is spoken to, so it is never sent by two workers, nor
    taken back half-way.
    """
    row = Outbound.objects.select_for_update(of=("self",)).select_related("channel").get(id=outbound_id)
    if row.state != Outbound.State.QUEUED:
        return
    channel = row.channel.outgoing
    if not channel.is_active:
        raise Later(PAUSED_SECONDS)
    try:
        channel.adapter().send(_message(row))
    except (contract.Transient, contract.AuthFailed) as error:
        _try_again(row, error)
    except contract.PartlyTaken as error:
        _note(row, Outbound.State.SENT, str(error))  # sending again would double it for those who have it
    except (contract.ChannelError, LookupError, FileNotFoundError) as error:
        _note(row, Outbound.State.FAILED, str(error))
    except DatabaseError:
        raise
    except Exception as error:  # nobody foresaw it: who wrote the answer must see it all the same
        log.exception("outbound %s", row.id)
        _try_again(row, contract.Transient(f"{type(error).__name__}: {error}"))
    else:
        _note(row, Outbound.State.SENT)


def _try_again(row: Outbound, error: contract.ChannelError) -> None:
    attempts = row.attempts + 1
    if attempts >= MAX_ATTEMPTS:
        _note(row, Outbound.State.FAILED, str(error))
        return
    wanted = error.retry_after_seconds or min(15 * 4 ** (attempts - 1), 3600)
    raise Later(
        min(max(wanted, 1), LONGEST_PAUSE_SECONDS),
        effect=lambda: Outbound.objects.filter(id=row.id).update(attempts=attempts, error=_words(error)),
    )


def _words(error: object) -> str:
    """What the far side said, fit to be kept."""
    return text.clean(str(error))[:2000]


def _message(row: Outbound) -> contract.OutboundMessage:
    stored: dict[str, Any] = {**row.content}
    for name in ("to", "cc", "bcc"):
        stored[name] = tuple(contract.Sender(**who) for who in stored[name])
    stored["sender"] = contract.Sender(**stored["sender"])
    stored["thread_ids"] = tuple(stored["thread_ids"])
    stored["attachments"] = tuple(_attachment(item) for item in stored["attachments"])
    return contract.OutboundMessage(**stored)


def _attachment(item: Mapping[str, Any]) -> contract.AttachmentData:
    content = files.read(Blob.objects.get(sha256=item["sha256"]))
    about = {key: value for key, value in item.items() if key != "sha256"}
    return contract.AttachmentData(**about, content=content)


def _note(row: Outbound, state: str, error: str = "") -> None:
    """Move a message on; its state only rises, for receipts come in any order."""
    if RANK[state] < RANK[row.state]:
        return
    row.state, row.error = state, _words(error)
    row.save(update_fields=["state", "error"])
    if state == Outbound.State.SENT:
        Outbound.objects.filter(id=row.id).update(sent_at=Now())
    bus.publish(events.OutboundChanged(outbound_id=row.id, state=state))


def receive_receipt(channel: Channel, receipt: contract.Receipt) -> bool:
    """Mark the message a receipt speaks of; False when it is none of ours.

    It is found by the signed token of its envelope address, else by its id on a channel of the same shop. Raises Later
    while that message is still being sent: a fast bounce must not wait for a slow goodbye.
    """
    row = _receipted(channel, receipt)
    if row is None:
        return False
    if receipt.state != "delayed":
        _note(row, receipt.state, receipt.reason)
    return True


def _receipted(channel: Channel, receipt: contract.Receipt) -> Outbound | None:
    if receipt.reference and (number := crypto.read_token("outbound", receipt.reference)):
        rows = Outbound.objects.filter(id=int(number))
    elif receipt.external_id:
        rows = Outbound.objects.filter(external_id=receipt.external_id, channel__shop=channel.shop_id)
    else:
        return None
    found = rows.select_for_update(skip_locked=True, of=("self",)).first()
    if found is None and rows.exists():
        raise Later(BUSY_SECONDS)
    return found
