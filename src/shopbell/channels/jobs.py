"""Endless and periodic work of channels: read the mailboxes, take mail on a port, raise the alarm, tidy up."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from shopbell.channels import contract, events, ingress, queries
from shopbell.channels.models import Channel, Inbound, RateCount
from shopbell.core import registry, storable, text
from shopbell.events import bus, schedule

log = logging.getLogger(__name__)
LOOK_AGAIN_SECONDS = 2
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 5, 300
READER_LOCK = 7_301  # first half of the advisory locks that keep two workers from reading one mailbox
PORT = 0  # the second half for the port
RAW_KEPT_DAYS = 90
TIDIED_AT_ONCE = 500


@dataclass
class Reader:
    """The thread that reads one channel."""

    thread: threading.Thread
    stopping: threading.Event
    settings: Mapping[str, Any]


@bus.in_background
def read_channels(stopping: threading.Event) -> None:
    """Keep one thread per source to read; changed settings start it anew."""
    readers: dict[int, Reader] = {}
    try:
        while not stopping.is_set():
            _match(readers, {row.id: row for row in Channel.objects.filter(is_active=True) if _listens(row)})
            stopping.wait(LOOK_AGAIN_SECONDS)
    finally:
        _match(readers, {})


def _listens(channel: Channel) -> bool:
    """One that cannot even be asked is failing; the others are read all the same."""
    try:
        return channel.type in registry.channel_types and bool(channel.adapter().listens())
    except Exception as error:
        _note_failure(channel.id, error)
        return False


def _match(readers: dict[int, Reader], wanted: Mapping[int, Channel]) -> None:
    gone = [number for number, one in readers.items() if _is_stale(one, wanted.get(number))]
    for number in gone:
        readers[number].stopping.set()
    for number in gone:
        readers.pop(number).thread.join(timeout=10)
    for number in wanted.keys() - readers.keys():
        stop = threading.Event()
        thread = threading.Thread(target=_read, args=(number, stop), daemon=True)
        readers[number] = Reader(thread, stop, wanted[number].settings)
        thread.start()


def _is_stale(reader: Reader, channel: Channel | None) -> bool:
    return channel is None or not reader.thread.is_alive() or channel.settings != reader.settings


def _read(channel_id: int, stopping: threading.Event) -> None:
    """Read a channel until told to stop; a failing source is tried again at growing intervals."""
    pause = SHORTEST_PAUSE_SECONDS
    while not stopping.is_set():
        before = timezone.now()
        try:
            _read_once(channel_id, stopping)
        except Exception as error:
            log.warning("channel %s: %s", channel_id, error)
            pause = SHORTEST_PAUSE_SECONDS if _has_read_since(channel_id, before) else pause * 2
            pause = LONGEST_PAUSE_SECONDS if isinstance(error, contract.AuthFailed) else pause
            _note_failure(channel_id, error)
        finally:
            connection.close()
        stopping.wait(min(pause, LONGEST_PAUSE_SECONDS))


def _read_once(channel_id: int, stopping: threading.Event) -> None:
    if not _is_alone(channel_id):
        return
    channel = Channel.objects.get(id=channel_id)
    channel.adapter().listen(Listening(channel, stopping))


def _is_alone(number: int) -> bool:
    """Whether this worker is the one to do it. The lock ends with this thread's connection, so with a dead worker."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [READER_LOCK, number])
        return bool(cursor.fetchone()[0])


def _has_read_since(channel_id: int, moment: Any) -> bool:
    return Channel.objects.filter(id=channel_id, read_at__gt=moment).exists()


def _note_failure(channel_id: int, error: Exception) -> None:
    Channel.objects.filter(id=channel_id).update(
        failing_since=Coalesce(F("failing_since"), timezone.now()), error=text.clean(str(error))[:2000]
    )


class Listening:
    """The contract's Listener for one channel row."""

    def __init__(self, channel: Channel, stopping: threading.Event) -> None:
        self.channel = channel
        self.cursor: Mapping[str, Any] = channel.cursor
        self._stopping = stopping

    def store(self, item: contract.RawItem) -> bool:
        """Committed when this returns."""
        return ingress.accept(
            self.channel,
            item.body,
            external_id=item.external_id,
            envelope=item.envelope,
            received_at=item.received_at,
        )

    def advance(self, cursor: Mapping[str, Any]) -> None:
        self.cursor = dict(cursor)
        Channel.objects.filter(id=self.channel.id).update(
            cursor=self.cursor, read_at=timezone.now(), failing_since=None, alarmed_at=None, error=""
        )

    def stopping(self) -> bool:
        return self._stopping.is_set()


@bus.in_background
def receive_on_port(stopping: threading.Event) -> None:
    """Take mail on the port that SHOPBELL_LMTP names, where it names one; of several workers one does."""
    serving = [one for one in map(registry.channel_types.get, registry.channel_types) if hasattr(one, "serve")]
    if not settings.LMTP_LISTEN or not serving:
        stopping.wait()
    while not stopping.is_set():
        if _is_alone(PORT):
            serving[0].serve(settings.LMTP_LISTEN, Door(), stopping)
        stopping.wait(LOOK_AGAIN_SECONDS)


class Door:
    """The contract's Doorkeeper: mail goes to every channel it is addressed to."""

    def knows(self, address: str) -> bool:
        close_old_connections()  # the port's threads live long
        return _channels_for([address]) != []

    def accept(self, body: bytes, envelope: Mapping[str, Any]) -> None:
        close_old_connections()
        found = _channels_for(envelope.get("rcpt_tos", []))
        if not found:
            raise LookupError("no channel has any of these addresses")
        with transaction.atomic():
            for channel in found:
                ingress.accept(channel, body, envelope=envelope)


def _channels_for(addresses: list[str]) -> list[Channel]:
    return list(queries.addressed(storable.fit(addresses)).filter(is_active=True))


@schedule.every(seconds=60)
def raise_alarm() -> None:
    """Say once per outage that a source could not be read for MAILBOX_ALARM_MINUTES."""
    limit = timezone.now() - timedelta(minutes=settings.MAILBOX_ALARM_MINUTES)
    for channel in Channel.objects.filter(is_active=True, failing_since__lt=limit, alarmed_at=None):
        with transaction.atomic():
            if Channel.objects.filter(id=channel.id, alarmed_at=None).update(alarmed_at=timezone.now()):
                bus.publish(events.ChannelFailing(channel_id=channel.id))


@schedule.every(seconds=3600)
def tidy_up() -> None:
    """Forget old rate counts, and raw bytes that came long ago; what failed is kept until somebody saw to it."""
    RateCount.objects.filter(ends_at__lt=timezone.now()).delete()
    old = timezone.now() - timedelta(days=RAW_KEPT_DAYS)
    while _empty_some(old) == TIDIED_AT_ONCE:
        pass


def _empty_some(before: datetime) -> int:
    """The raw bytes of some mails, in a short transaction: a long one would hold back the database's own tidying."""
    done = Inbound.objects.filter(created_at__lt=before, state__in=["filed", "double", "seen"]).exclude(body=b"")
    some = list(done.order_by("created_at").values_list("id", flat=True)[:TIDIED_AT_ONCE])
    return done.filter(id__in=some).update(body=b"")
