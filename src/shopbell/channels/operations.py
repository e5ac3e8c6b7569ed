"""Configure channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from shopbell.channels import events, queries
from shopbell.channels.models import Channel
from shopbell.core.transactions import retried
from shopbell.events import bus
from shopbell.shops.models import Shop


@retried
def create_channel(shop: Shop, *, type: str, name: str, actor: int | None = None, **fields: Any) -> Channel:
    """Add a channel to a shop."""
    channel = Channel.objects.create(shop=shop, type=type, name=name, **fields)
    bus.publish(events.ChannelChanged(channel_id=channel.id), actor=actor)
    return channel


@retried
def change_channel(channel: Channel, *, actor: int | None = None, **fields: Any) -> None:
    """Edit a channel. Mailbox readers take the new settings up by themselves.

    Settings that the far side changed since `channel` was read stay, where the caller did not change them too.
    """
    if "settings" in fields:
        now = Channel.objects.select_for_update(no_key=True).defer("settings").get(pk=channel.pk)
        stored = now.settings if queries.is_readable(now) else {}
        fields["settings"] = _merged(channel.settings, fields["settings"], stored)
    for name, value in fields.items():
        setattr(channel, name, value)
    channel.save(update_fields=list(fields))
    bus.publish(events.ChannelChanged(channel_id=channel.id), actor=actor)


def _merged(before: Mapping[str, Any], wanted: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    untouched = {name for name in wanted if wanted[name] == before.get(name)}
    renewed = {name: value for name, value in now.items() if value != before.get(name) and name in untouched}
    return {**wanted, **renewed}


@retried
def portal(shop: Shop) -> Channel:
    """The channel by which a shop's signed-in customers write, made when it is first needed.

    What it opens is answered by the shop's first mailbox.
    """
    Shop.objects.select_for_update(no_key=True).get(pk=shop.pk)
    mailbox = Channel.objects.filter(shop=shop, type="email", is_active=True).order_by("id").first()
    row = Channel.objects.filter(shop=shop, type="portal").order_by("id").first()
    if row is None:
        return create_channel(shop, type="portal", name=f"{shop.name}: portal", replies_through=mailbox)
    if row.replies_through != mailbox:
        change_channel(row, replies_through=mailbox)
    return row


_COUNT = """
INSERT INTO channels_ratecount (key, "window", count, ends_at) SELECT %s, %s, 1, to_timestamp(%s) {source}
ON CONFLICT (key, "window") DO UPDATE SET count = channels_ratecount.count + 1 RETURNING count
"""
# A count may be lost with the database's machine, so nobody waits until it is on disk. Only where it is committed by
# itself: within a transaction the setting would be the others' too.
_UNHURRIED = "set_config('synchronous_commit', 'off', true) AS unhurried"


def count_use(key: str, *, per_seconds: int) -> int:
    """Count one use of `key` in the current window of time; returns the uses in it so far, this one included."""
    window = int(timezone.now().timestamp()) // per_seconds
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(source=_source()), [key[:200], window, (window + 1) * per_seconds])
        return int(cursor.fetchone()[0])


def _source() -> str:
    return "" if connection.in_atomic_block else f"FROM {_UNHURRIED}"


def first_exceeded(limits: Sequence[tuple[str, int]], *, per_seconds: int) -> str | None:
    """Count one use of each key in turn, until one was used more often than its limit; returns that one's key.

    What is refused by one limit is not counted against those after it. One statement, committed by itself.
    """
    window = int(timezone.now().timestamp()) // per_seconds
    sources = [_source()]
    sources += [f"FROM c{place} WHERE count <= {int(most)}" for place, (_key, most) in enumerate(limits[:-1])]
    values: list[str | int] = []
    for key, _most in limits:
        values += [key[:200], window, (window + 1) * per_seconds]
    named = ", ".join(f"c{place} AS ({_COUNT.format(source=source)})" for place, source in enumerate(sources))
    asked = ", ".join(f"(SELECT count FROM c{place})" for place in range(len(limits)))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {named} SELECT {asked}", values)
        counts = cursor.fetchone()
    return next((key for (key, most), count in zip(limits, counts, strict=True) if (count or 0) > most), None)
