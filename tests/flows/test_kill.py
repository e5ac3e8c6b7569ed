"""Web and worker are killed without warning amid a stream of mails and answers: nothing is lost, nothing doubled.

SHOPBELL_KILLS says how often (100 was run for the release; 8 in every run).
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable

import pytest
import requests
from django.db import connection
from django.test import Client

from shopbell.channels import ingress
from shopbell.channels.models import Channel, Inbound, Outbound
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Message, Wait
from shopbell.events.models import Delivery
from tests import factories, mails, mailservers, processes

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
        processes.wait_until(settled, 120 + 10 * KILLS)
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


class Browser:
    """An agent's browser that presses Send again, with the same form, whenever no answer came."""

    def __init__(self, agent: object, port: int) -> None:
        client = Client()
        client.force_login(agent)  # type: ignore[arg-type]
        self.base = f"http://127.0.0.1:{port}"
        self.session = requests.Session()
        self.session.cookies["sessionid"] = client.cookies["sessionid"].value
        self.session.headers["Referer"] = self.base
        self.repeats = 0

    def answer(self, number: int) -> None:
        page = f"{self.base}/desk/c/{number}/"
        self._ask(lambda: self.session.get(page, timeout=10))
        form = {"text": f"Answer to {number}", "key": f"key{number}", "to": "anna@customer.example"}
        form["csrfmiddlewaretoken"] = self.session.cookies["csrftoken"]
        self._ask(lambda: self.session.post(f"{page}reply/", data=form, timeout=10, allow_redirects=False))

    def _ask(self, call: Callable[[], requests.Response]) -> None:
        end = time.monotonic() + 180
        while time.monotonic() < end:
            try:
                answer = call()
                assert answer.status_code in (200, 302, 303), (answer.status_code, answer.text[:300])
            except requests.RequestException:
                self.repeats += 1
                time.sleep(0.2)
            else:
                return
        raise AssertionError("no answer within three minutes")


def is_up(port: int) -> bool:
    """It has begun to answer: on a busy machine that takes longer than the time between two kills."""
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=10).ok
    except requests.RequestException:
        return False


def test_a_web_process_killed_again_and_again_takes_each_answer_once():
    agent = factories.agent()
    box = factories.mailbox()
    numbers = [factories.conversation(box).id for _ in range(KILLS * 4)]
    port = mailservers.free_port()
    web = processes.Killable("web", "--port", str(port))
    web.start()
    processes.wait_until(lambda: mailservers.answers(port), 60)
    browser = Browser(agent, port)
    done = threading.Event()

    def press() -> None:
        try:
            for number in numbers:
                browser.answer(number)
        finally:
            done.set()
            connection.close()

    thread = threading.Thread(target=press)
    thread.start()
    took = 2.0  # seconds of a start: a slow machine gets as much more time to answer between two kills
    while not done.wait(random.uniform(0.25, 2) * took):
        web.kill()
        began = time.monotonic()
        web.start()
        processes.wait_until(lambda: done.is_set() or is_up(port), 120)
        took = time.monotonic() - began
    thread.join()
    web.stop()
    answers = Message.objects.filter(kind="agent")
    assert sorted(answers.values_list("conversation_id", flat=True)) == numbers
    assert Outbound.objects.count() == len(numbers)
    assert Conversation.objects.filter(waiting_since=None).count() == len(numbers)
    assert browser.repeats > 0
