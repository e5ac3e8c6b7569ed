"""`./shopbell import mail PATH…`: old mail with its own dates, filed as history. Stop and start it as you like."""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, transaction

from shopbell.channels import ingress
from shopbell.channels.models import Channel, Inbound
from shopbell.commands.progress import Progress
from shopbell.events import delivery
from shopbell.events.models import Delivery
from shopbell.importing import sources
from shopbell.shops.models import Shop

CHUNK = 100
PATIENCE_SECONDS = 60.0  # without a mail filed: another worker is busy with it, or something is in the way


class Unclear(Exception):
    """The command does not say where to import to; the message is for people."""


@dataclass
class Tally:
    """What became of the mails: how many in each state of Inbound, and how many were there already."""

    states: Counter[str] = field(default_factory=Counter)
    doubles: int = 0
    patience: float = field(default_factory=lambda: PATIENCE_SECONDS)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="mbox, Maildir, folder of .eml, or one mail"
    )
    parser.add_argument("--shop", required=True, help="the shop's slug")
    parser.add_argument("--channel", metavar="ADDRESS", help="the mailbox, when the shop has several")
    parser.add_argument("--every-folder", action="store_true", help="also trash, junk, drafts, what is marked so")


def run(options: argparse.Namespace) -> int:
    """0 when every mail was read, even if some wait for a person; 1 when files could not be read; 2: nothing done."""
    try:
        channel = _channel(options.shop, options.channel)
    except Unclear as error:
        print(f"shopbell: {error}", file=sys.stderr)
        return 2
    left_out = sources.LeftOut()
    found = [
        entry for path in options.paths for entry in sources.find(path, left_out, every_folder=options.every_folder)
    ]
    found.sort(key=lambda entry: entry.received_at)  # a question before its answer, wherever the two lie
    started = time.monotonic()
    tally = Tally()
    stopped = ""
    try:
        _import(channel, found, left_out, tally)
    except (DatabaseError, OSError) as error:
        stopped = " ".join(str(error).split())[:300]
    _report(tally, len(found), left_out, time.monotonic() - started)
    if stopped:
        print(f"shopbell: stopped, nothing is lost: {stopped}. Start it again when that is mended.", file=sys.stderr)
    return 1 if left_out.unreadable or stopped else 0


def _channel(slug: str, address: str | None) -> Channel:
    shop = Shop.objects.filter(slug=slug).first()
    if shop is None:
        raise Unclear(f"there is no shop {slug!r}; there are: {', '.join(Shop.objects.values_list('slug', flat=True))}")
    rows = Channel.objects.filter(shop=shop, type="email").order_by("id")
    if address:
        rows = rows.filter(address__iexact=address)
    if len(rows) != 1:
        known = ", ".join(Channel.objects.filter(shop=shop, type="email").values_list("address", flat=True))
        raise Unclear(f"name one mailbox with --channel; the shop has: {known or 'none'}")
    return rows[0]


def _import(channel: Channel, found: list[sources.Entry], left_out: sources.LeftOut, tally: Tally) -> None:
    progress = Progress("mails")
    for begin in range(0, len(found), CHUNK):
        chunk = found[begin : begin + CHUNK]
        _file(channel, _store(channel, chunk, tally, left_out), tally)
        progress(begin + len(chunk), len(found))
    progress.end()


def _store(channel: Channel, chunk: list[sources.Entry], tally: Tally, left_out: sources.LeftOut) -> list[str]:
    """Keep the raw mails; returns the ids of those that are new, or were kept by an earlier run and not yet filed."""
    new, known = [], []
    with transaction.atomic():
        for entry in chunk:
            try:
                body = entry.read()
            except OSError as error:
                left_out.unreadable.append(f"{entry.name} ({error.strerror})")
                continue
            external_id = "import:" + hashlib.sha256(body).hexdigest()
            envelope: dict[str, object] = {"historic": True, "source": entry.name}
            if len(body) > settings.MAX_MAIL_BYTES:
                body, envelope["content_left_out"] = body[: sources.HEAD], len(body)
            if ingress.accept(channel, body, external_id=external_id, envelope=envelope, received_at=entry.received_at):
                new.append(external_id)
            else:
                known.append(external_id)
        rows = Inbound.objects.filter(channel=channel, external_id__in=known, state=Inbound.State.NEW)
        unfiled = set(rows.values_list("external_id", flat=True)) - set(new)
    tally.doubles += len(known) - len(unfiled)
    return [*new, *unfiled]


def _file(channel: Channel, ids: list[str], tally: Tally) -> None:
    """Let what was kept be understood, here and by workers that may be running, and count what became of it."""
    rows = Inbound.objects.filter(channel=channel, external_id__in=ids)
    left, since = len(ids) + 1, time.monotonic()
    while still := rows.filter(state=Inbound.State.NEW).count():
        if still < left:
            left, since = still, time.monotonic()
        elif time.monotonic() - since > tally.patience:
            tally.patience = 0  # what is in the way stays there: later mails are kept, and not waited for
            break
        if not delivery.deliver("inside", 25):
            time.sleep(0.05)
    tally.states.update(rows.values_list("state", flat=True))


def _report(tally: Tally, read: int, left_out: sources.LeftOut, seconds: float) -> None:
    states = tally.states
    print(f"{read:,} read, {states['filed']:,} filed, {tally.doubles + states['double']:,} doubles, ", end="")
    print(f"{states['failed']:,} need a person, {seconds:.0f} s")
    if states["new"]:
        print(f"{states['new']:,} are kept and will be filed by the worker")
        if waiting := Delivery.objects.filter(lane="inside", attempts__gt=0).order_by("-id").first():
            print(f"in the way: {waiting.error.splitlines()[0][:200]}")
    if left_out.no_mails:
        print(f"{left_out.no_mails:,} files are no mails")
    if left_out.marked:
        print(f"{left_out.marked:,} mails are marked as deleted, spam or drafts (with --every-folder they are taken)")
    for folder in left_out.folders:
        print(f"left out: {folder} (with --every-folder it is taken)")
    for name in left_out.unreadable:
        print(f"cannot be read: {name}")
