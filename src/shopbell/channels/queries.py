"""Reads: which channels an address is of, which are in trouble, and what came in that could not be understood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import BinaryField, Func, QuerySet, Value
from django.db.models.functions import Lower

from shopbell.channels.models import Channel, Inbound, Outbound
from shopbell.core.crypto import Undecryptable

HEAD_BYTES = 16_384  # enough for the header of any honest mail
MOST_COUNTED = 100


def alarmed() -> list[Channel]:
    """Sources that could not be read for longer than the alarm allows, longest first."""
    return list(Channel.objects.filter(is_active=True, alarmed_at__isnull=False).order_by("failing_since"))


def failed() -> QuerySet[Inbound]:
    """What a person has to look at, newest first, with its first bytes as `head` and not the rest."""
    head = Func("body", Value(1), Value(HEAD_BYTES), function="substring", output_field=BinaryField())
    rows = Inbound.objects.filter(state=Inbound.State.FAILED).select_related("channel")
    return rows.defer("body").annotate(head=head).order_by("-id")


_TROUBLES = """
SELECT (SELECT count(*) FROM (SELECT 1 FROM channels_inbound WHERE state = 'failed' LIMIT %s) AS raw)
     + (SELECT count(*) FROM channels_channel WHERE is_active AND alarmed_at IS NOT NULL)
"""


def count_troubles() -> int:
    """How much waits for a person: sources that cannot be read, and raw mail (counted up to MOST_COUNTED)."""
    with connection.cursor() as cursor:
        cursor.execute(_TROUBLES, [MOST_COUNTED])
        return int(cursor.fetchone()[0])


def addressed(addresses: Iterable[str]) -> QuerySet[Channel]:
    """The channels that have one of these addresses, whatever tag it carries and in whatever case."""
    wanted = {each for address in addresses for each in _without_tags(address)}
    return Channel.objects.annotate(own=Lower("address")).filter(own__in=wanted)


def _without_tags(address: str) -> set[str]:
    """What an address may be an address of ours with: `support+eu+token@shop` is `support+eu@shop` and `support@shop`
    (RFC 5233), or itself; in lower case."""
    local, _at, domain = address.lower().rpartition("@")
    return {f"{each}@{domain}" for each in (local, local.rpartition("+")[0], local.partition("+")[0]) if each}


def is_readable(channel: Channel) -> bool:
    """Whether the settings of a channel, read with `settings` deferred, can be opened with the keys there are."""
    try:
        return channel.settings is not None
    except Undecryptable:
        return False


@dataclass(frozen=True)
class Health:
    """How a channel is. Numbers are counted up to MOST_COUNTED."""

    last_received_at: datetime | None
    last_sent_at: datetime | None
    queued: int
    not_sent: int


def health(channel: Channel) -> Health:
    """When something last came and went, and what waits to go or could not."""
    received = Inbound.objects.filter(channel=channel).order_by("-id").values_list("received_at", flat=True)
    sent = Outbound.objects.filter(channel=channel, sent_at__isnull=False).order_by("-id")
    return Health(
        received.first(),
        sent.values_list("sent_at", flat=True).first(),
        _count(channel, Outbound.State.QUEUED),
        _count(channel, Outbound.State.FAILED),
    )


def _count(channel: Channel, state: str) -> int:
    return len(Outbound.objects.filter(channel=channel, state=state).values_list("id")[:MOST_COUNTED])
