"""Mails a second, end to end: stored raw by one process, understood and filed by two workers, the list changed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from random import Random

from benchmarks import installation
from shopbell.channels import ingress
from shopbell.channels.models import Channel, Inbound
from shopbell.conversations.models import Message
from shopbell.events.models import Heartbeat
from shopbell.seeding import writing

WORKERS = 2
WARM_UP = 200


@dataclass
class Rates:
    """Mails a second through everything, those stored raw meanwhile, and processor time of all processes for each."""

    filed: float
    stored: float
    cpu_milliseconds: float


def measure(count: int, seed: int, data: Path) -> Rates:
    """Two workers file what this process stores as fast as it can. Half of the mails answer one of those before."""
    channel = Channel.objects.filter(type="email").order_by("id")[0]
    mails = compose(count + WARM_UP, channel.address, seed)
    with ExitStack() as stack:
        before = Heartbeat.objects.count()
        workers = [stack.enter_context(installation.process("worker")).pid for _ in range(WORKERS)]
        _until(lambda: Heartbeat.objects.count() >= before + WORKERS, seconds=60)
        _feed(channel, mails[:WARM_UP])
        _until(_is_filed, seconds=120)
        pids = [os.getpid(), *workers, *installation.descendants(installation.postmaster(data))]
        started, used = time.perf_counter(), installation.cpu_seconds(pids)
        _feed(channel, mails[WARM_UP:])
        stored = time.perf_counter() - started
        _until(_is_filed, seconds=600)
        seconds = time.perf_counter() - started
        used = installation.cpu_seconds(pids) - used
    _check(mails)
    return Rates(count / seconds, count / stored, used / count * 1000)


def _feed(channel: Channel, mails: list[bytes]) -> None:
    for raw in mails:
        ingress.accept(channel, raw)


def _is_filed() -> bool:
    return not Inbound.objects.filter(state=Inbound.State.NEW).exists()


def _until(is_so: Callable[[], bool], seconds: int) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError("the workers did not get there")
        time.sleep(0.05)


def _check(mails: list[bytes]) -> None:
    """Every mail is one message: a quick program that loses some is not quick."""
    ids = [raw.split(b"Message-ID: <", 1)[1].split(b">", 1)[0].decode() for raw in mails]
    found = Message.objects.filter(message_id__in=ids).count()
    if found != len(mails):
        raise RuntimeError(f"{len(mails)} mails became {found} messages")


def compose(count: int, address: str, seed: int) -> list[bytes]:
    """Mails of customers in four languages, every second one an answer to an earlier one."""
    random = Random(seed)
    languages = list(writing.LANGUAGES.values())
    made: list[bytes] = []
    for number in range(count):
        words = random.choice(languages)
        name = writing.name(words, random)
        mail = EmailMessage(policy=SMTP)
        mail["From"] = f'"{name}" <bench.{seed}.{number if number % 2 == 0 else number - 1}@customer.example>'
        mail["To"] = address
        mail["Subject"] = writing.subject(words, random)
        mail["Date"] = "Fri, 20 Nov 2026 10:00:00 +0100"
        mail["Message-ID"] = f"<bench.{seed}.{number}@customer.example>"
        if number % 2:
            mail["In-Reply-To"] = f"<bench.{seed}.{number - 1}@customer.example>"
        mail.set_content(writing.question(words, random, name))
        made.append(mail.as_bytes())
    return made
