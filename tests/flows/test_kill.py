"""Workers are killed without warning in the middle of a stream of mails and answers: nothing is lost, nothing doubled.

SHOPBELL_KILLS says how often (100 was run for the release; 8 in every run).
"""

from __future__ import annotations

import os
import random
import threading
import time

import pytest
from django.db import connection

from shopbell.channels import ingress
from shopbell.channels.models import Channel, Inbound, Outbound
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Message, Wait
from shopbell.events.models import Delivery
from tests import factories, mails, processes

KILLS = int(os.environ.get("SHOPBELL_KILLS", "8"))
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def feed(channel: Channel, until: threading.Event, fed: list[str]) -> None:
    """Mails in a steady stream, each handed over twice, as a mail server does that got no answer."""
    try:
        while not until.is_set():
            number = len(fed)
            body = mails.mail(f"c{number}@customer.example", body=f"Message number {number}")
            ingress.accept(channel, body, external_id=f"uid:{number}")
            ingress.accept(channel, body, external_id=f"uid:{number}:again")
            fed.append(f"c{number}@customer.example")
            time.sleep(0.02)
    finally:
        connection.close()


def answer_some(agent: object, answered: set[int]) -> None:
    for row in Conversation.objects.exclude(id__in=answered).order_by("id")[:5]:
        operations.reply(row.id, agent, factories.answer(key="only"))  # type: ignore[arg-type]
        operations.reply(row.id, agent, factories.answer(key="only"))  # type: ignore[arg-type]
        answered.add(row.id)


def settled() -> bool:
    return not Delivery.objects.filter(parked_at=None).exists()


def test_a_worker_killed_again_and_again_loses_and_doubles_nothing(settings):
    settings.UNDO_SECONDS = 0
    sink = processes.Sink()
    agent = factories.agent()
    fed: list[str] = []
    answered: set[int] = set()
    done = threading.Event()
    with sink.running():
        smtp = {"host": "127.0.0.1", "port": sink.port, "security": "none"}
        channel = factories.mailbox(
            address="help@shop.example", settings={"address": "help@shop.example", "smtp": smtp}
        )
        feeder = threading.Thread(target=feed, args=(channel, done, fed))
        feeder.start()
        workers = [processes.Killable("worker"), processes.Killable("worker")]
        for worker in workers:
            worker.start()
        for _ in range(KILLS):
            time.sleep(random.uniform(0.3, 1.5))
            answer_some(agent, answered)
            worker = random.choice(workers)
            worker.kill()
            worker.start()
        done.set()
        feeder.join()
        processes.wait_until(settled, 120)
        for worker in workers:
            worker.stop()
    assert len(fed) > 10 * KILLS
    assert Inbound.objects.filter(state="filed").count() == len(fed)
    assert Inbound.objects.filter(state="double").count() == len(fed)
    assert sorted(Message.objects.filter(kind="customer").values_list("sender_address", flat=True)) == sorted(fed)
    assert Conversation.objects.count() == len(fed)
    assert Outbound.objects.filter(state="sent").count() == len(answered)
    assert set(sink.taken) == {f"<{one}>" for one in Outbound.objects.values_list("external_id", flat=True)}
    assert Wait.objects.filter(closed_at=None).count() == len(fed) - len(answered)
    assert not Delivery.objects.exists()
    # SMTP offers no key: a mail taken in the instant of a kill may go again, under its old Message-ID
    assert sum(sink.taken.values()) - len(answered) <= KILLS
