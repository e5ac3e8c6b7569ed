"""Several agents, and the customer, in the same few conversations at once, over HTTP against a real server and worker.

They answer (some twice with one press), take answers back, merge and take apart, assign, tag, snooze, resolve, reopen,
note, remove passages and delete, each by chance. Nothing they did is lost or doubled, nobody sees an error page, and
what the lists show is right afterwards.

SHOPBELL_TOGETHER says for how many seconds (600 was run for the release; 12 in every run), SHOPBELL_SEED with which
chances; a failure names the seed.
"""

from __future__ import annotations

import os
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import requests
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.channels import ingress
from shopbell.channels.models import Channel, Inbound, Outbound
from shopbell.conversations import queries
from shopbell.conversations.counters import folder_of
from shopbell.conversations.models import Conversation, Folder, Merge, Message, State, Wait
from shopbell.events.models import Delivery, Event
from shopbell.lists import jobs
from shopbell.lists import operations as lists
from shopbell.lists import queries as views
from tests import factories, mails, mailservers, processes

SECONDS = float(os.environ.get("SHOPBELL_TOGETHER", "12"))
SEED = int(os.environ.get("SHOPBELL_SEED", "0")) or random.randrange(1, 10**6)
SHARED = 4  # conversations everybody works in
UNDO_SECONDS = 10
PUBLIC = (*("customer", "customer_auto"), *("agent", "auto_reply_out"))
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@dataclass
class Ledger:
    """What everybody did, as the answers said."""

    first: dict[int, str] = field(default_factory=dict)  # conversation → Message-ID of the mail that began it
    answers: dict[str, str] = field(default_factory=dict)  # words of an answer that was taken → its key
    taken_back: set[str] = field(default_factory=set)  # words of answers somebody tried to take back
    notes: dict[str, int] = field(default_factory=dict)  # words → conversation
    mails: dict[str, int] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)  # each is given by one agent, once
    redacted: set[str] = field(default_factory=set)
    deleted: set[int] = field(default_factory=set)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    slowest: dict[str, float] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)


class Desk:
    """One agent's browser."""

    def __init__(self, agent: Agent, base: str, ledger: Ledger, seed: int) -> None:
        client = Client()
        client.force_login(agent)
        self.agent, self.base, self.ledger, self.chance = agent, base, ledger, random.Random(seed)
        self.cookies = {"sessionid": client.cookies["sessionid"].value}
        self.mine: list[tuple[str, str, float]] = []  # answers that may still be taken back: words, key, since when
        self.count = 0

    def work(self) -> None:
        self.session = requests.Session()
        self.session.cookies.update(self.cookies)
        self.session.headers["Referer"] = self.base
        try:
            self._ask("list", "GET", "/desk/")
            deeds = self._deeds()
            while not self.ledger.done.is_set():
                self.chance.choices(list(deeds), list(deeds.values()))[0]()
        except Exception as error:  # every other thread goes on; the test says it
            self.ledger.troubles.append(f"{self.agent}: {error!r}")
        finally:
            connection.close()

    def _deeds(self) -> dict[Callable[[], object], int]:
        """What is done, and how often."""
        common = {self.answer: 8, self.take_back: 8, self.note: 4, self.tag: 6, self.assign: 6, self.look: 4}
        moves = {self.snooze: 4, self.merge: 3, self.take_apart: 4}
        moves |= {self._presses(name): 2 for name in ("resolve", "reopen", "await", "wake", "unread")}
        moves |= {self.draft: 3, self._presses("spam"): 1, self._presses("not-spam"): 1}
        return common | moves | ({self.remove: 1, self.delete: 1} if self.agent.role == "lead" else {})

    def _presses(self, name: str) -> Callable[[], object]:
        return lambda: self.post(name, f"c/{self.some()}/{name}/")

    def some(self) -> int:
        """One everybody works in, or one of the newest, which may be deleted by now."""
        known = list(self.ledger.first)
        return self.chance.choice([*known[:SHARED], *known[SHARED:][-SHARED:]])

    def word(self, kind: str) -> str:
        self.count += 1
        return f"{kind}x{self.agent.pk}x{self.count}x"

    def _ask(self, name: str, method: str, path: str, **options: object) -> requests.Response:
        began = time.monotonic()
        url, limit = f"{self.base}{path}", 120
        answer = self.session.request(method, url, timeout=limit, allow_redirects=False, **options)  # type: ignore[arg-type]
        took = time.monotonic() - began
        self.ledger.statuses[name, answer.status_code] += 1
        self.ledger.slowest[name] = max(took, self.ledger.slowest.get(name, 0))
        if answer.status_code >= 500 or answer.status_code in (400, 403, 405):
            self.ledger.troubles.append(f"{name} {path}: {answer.status_code} {answer.text[:300]}")
        return answer

    def post(self, name: str, path: str, **form: object) -> str:
        """Where it leads when it was done; "" when it was refused."""
        form["csrfmiddlewaretoken"] = self.session.cookies["csrftoken"]
        answer = self._ask(name, "POST", f"/desk/{path}", data=form)
        return answer.headers["Location"] if answer.status_code == 303 else ""

    def change(self, name: str, number: int, **form: object) -> bool:
        """Whether it was done to that very conversation, rather than told that it was merged meanwhile."""
        return self.post(name, f"c/{number}/{name}/", **form).startswith(f"/desk/c/{number}/")

    def look(self) -> None:
        self._ask("look", "GET", f"/desk/c/{self.some()}/")
        self._ask("list", "GET", f"/desk/list/?view={self.chance.choice(queries.VIEWS)}")

    def answer(self) -> None:
        """Sometimes the button is pressed twice at once, with one key."""
        number, words, key = self.some(), self.word("answer"), self.word("key")
        later = (timezone.now() + timedelta(hours=1)).isoformat()
        then = self.chance.choice(["", "", "resolved", "pending_customer", f"snooze {later}"])
        form = {"text": words, "key": key, "to": "anna@customer.example", "then": then}
        if self.chance.random() < 0.2:
            again = threading.Thread(target=self.post, args=("answer again", f"c/{number}/reply/"), kwargs=dict(form))
            again.start()
            is_taken = self.post("answer", f"c/{number}/reply/", **form)
            again.join()
        else:
            is_taken = self.post("answer", f"c/{number}/reply/", **form)
        if is_taken:
            self.ledger.answers[words] = f"reply:{number}:{key}"
            self.mine.append((words, f"reply:{number}:{key}", time.monotonic()))

    def take_back(self) -> None:
        """While it may go, and when it is just about to leave."""
        self.mine = [one for one in self.mine if time.monotonic() - one[2] < UNDO_SECONDS + 2]
        leaving = [one for one in self.mine if time.monotonic() - one[2] > UNDO_SECONDS - 1.5]
        if not self.mine or (not leaving and self.chance.random() < 0.7):
            return
        words, key, _since = one = self.chance.choice(leaving or self.mine)
        self.mine.remove(one)
        number = Message.objects.filter(outbound__key=key).values_list("id", flat=True).first()
        if number is not None:
            self.ledger.taken_back.add(words)
            self.post("take back", f"m/{number}/undo/")

    def note(self) -> None:
        words = self.word("note")
        number = self.some()
        if self.change("note", number, text=words, key=words):
            self.ledger.notes[words] = number

    def draft(self) -> None:
        self.post("draft", f"c/{self.some()}/draft/", kind="reply", text=self.word("draft"), key=self.word("key"))

    def tag(self) -> None:
        """Each time another one, and none is taken away: all have to be there in the end."""
        words, number = self.word("tag"), self.some()
        if self.change("tags", number, add=words):
            self.ledger.tags[words] = number

    def assign(self) -> None:
        to = self.chance.choice(["me", "nobody", *(f"agent:{pk}" for pk in Agent.objects.values_list("pk", flat=True))])
        self.post("assign", f"c/{self.some()}/assign/", to=to)

    def snooze(self) -> None:
        until = timezone.now() + timedelta(seconds=self.chance.choice([2, 5, 3600]))
        self.post("snooze", f"c/{self.some()}/snooze/", until=self.chance.choice(["reply", until.isoformat()]))

    def merge(self) -> None:
        """Only into those that are never deleted, so that what is lost is known."""
        into = self.chance.choice(list(self.ledger.first)[:SHARED])
        self.post("merge", f"c/{self.some()}/merge/", into=str(into), across="yes")

    def take_apart(self) -> None:
        number = Merge.objects.filter(undone_at=None).order_by("?").values_list("id", flat=True).first()
        if number is not None:
            self.post("take apart", f"merges/{number}/undo/")

    def remove(self) -> None:
        """A word of a note or of a mail, wherever it stands in that conversation."""
        pool = [*self.ledger.mails][-10:]
        if pool:
            words = self.chance.choice(pool)
            row = Message.objects.filter(text__contains=words).values_list("conversation_id", flat=True).first()
            if row is not None:
                self.ledger.redacted.add(words)
                self.post("remove", f"c/{row}/redact/", passage=words, reason="other", sure="yes")

    def delete(self) -> None:
        """Of those that are not needed afterwards."""
        victims = [number for number in self.ledger.first if number not in self.ledger.deleted][SHARED:]
        if victims:
            number = self.chance.choice(victims)
            self.ledger.deleted.add(number)
            self.post("delete", f"c/{number}/delete/", reason="test", sure="yes")


def write(channel: Channel, ledger: Ledger, seed: int) -> None:
    """The customer goes on writing into all of them, and begins others, which may be deleted."""
    chance, count = random.Random(seed), 0
    try:
        while not ledger.done.wait(chance.uniform(0.1, 0.5)):
            count += 1
            words = f"mailx{count}x"
            begins = count % 12 == 0
            number = chance.choice(list(ledger.first))
            answered = "" if begins else f"<{ledger.first[number]}>"
            raw = mails.mail(
                body=words, subject=f"Mail {count}", In_Reply_To=answered, Message_ID=f"<{words}@c.example>"
            )
            ingress.accept(channel, raw, external_id=words)
            ledger.mails[words] = 0 if begins else number
            if begins and (row := _begun_by(words)):
                ledger.mails[words], ledger.first[row] = row, f"{words}@c.example"
    finally:
        connection.close()


def _begun_by(words: str) -> int | None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        found = (
            Message.objects.filter(message_id=f"{words}@c.example").values_list("conversation_id", flat=True).first()
        )
        if found is not None:
            return int(found)
        time.sleep(0.05)
    return None


def settled() -> bool:
    return not Delivery.objects.filter(parked_at=None, due_at__lt=timezone.now() + timedelta(minutes=1)).exists()


def test_several_at_once_lose_and_double_nothing() -> None:
    print(f"SHOPBELL_SEED={SEED}")
    sink, ledger, port = processes.Sink(), Ledger(), mailservers.free_port()
    agents = [factories.agent("Lea", "lead"), factories.agent("Mari"), factories.agent("Jens")]
    processes_ = [processes.Killable("web", "--port", str(port)), processes.Killable("worker")]
    with sink.running():
        smtp = {"host": "127.0.0.1", "port": sink.port, "security": "none"}
        settings = {"address": "help@shop.example", "smtp": smtp}
        channel = factories.mailbox(address="help@shop.example", settings=settings)
        for number in range(SHARED):
            message = factories.receive(channel, message_id=f"first{number}@c.example", text=f"Question {number}")
            ledger.first[message.conversation_id] = f"first{number}@c.example"
        for process in processes_:
            process.start()
        try:
            processes.wait_until(lambda: mailservers.answers(port), 120)
            desks = [Desk(one, f"http://127.0.0.1:{port}", ledger, SEED + one.pk) for one in agents]
            threads = [threading.Thread(target=one.work) for one in desks]
            threads.append(threading.Thread(target=write, args=(channel, ledger, SEED)))
            for thread in threads:
                thread.start()
            time.sleep(SECONDS)
            ledger.done.set()
            for thread in threads:
                thread.join(180)
            time.sleep(UNDO_SECONDS)
            processes.wait_until(settled, 240, lambda: list(Delivery.objects.values("handler", "error")[:5]))
            assert not Delivery.objects.exclude(parked_at=None).exists()
        finally:
            for process in processes_:
                process.stop()
    print(_figures(ledger, sink))
    assert ledger.troubles == []
    assert sum(n for (_name, status), n in ledger.statuses.items() if status in (200, 303)) > SECONDS
    _check_answers(ledger, sink)
    _check_words(ledger)
    _check_rows()
    _check_counts(agents)


def _figures(ledger: Ledger, sink: processes.Sink) -> str:
    total = sum(ledger.statuses.values())
    slow = sorted(ledger.slowest.items(), key=lambda item: -item[1])[:3]
    said = ", ".join(f"{name} {status}: {n}" for (name, status), n in sorted(ledger.statuses.items()))
    merges = f"{Merge.objects.count()} merges, {Merge.objects.exclude(undone_at=None).count()} undone"
    return f"{total} requests ({said}); {sum(sink.taken.values())} mails; {merges}; slowest {slow}"


def _mailed(sink: processes.Sink) -> Counter[str]:
    """How often the words of each answer went out."""
    found: Counter[str] = Counter()
    for raw in sink.mails:
        plain = raw.decode(errors="replace").partition("text/html")[0]
        found.update(set(re.findall(r"answerx\d+x\d+x", plain)))
    return found


def _check_answers(ledger: Ledger, sink: processes.Sink) -> None:
    """Each that was taken left once, unless it was taken back or its conversation deleted while it waited."""
    assert set(sink.taken.values()) <= {1}
    mailed, gone = _mailed(sink), {row.conversation_id for row in Event.objects.filter(name="conversations.deleted")}
    assert not {words: n for words, n in mailed.items() if n > 1}
    states = dict(Outbound.objects.values_list("key", "state"))
    kept = Counter(Message.objects.filter(kind="agent").values_list("text", flat=True))
    assert not {words: n for words, n in kept.items() if n > 1}
    for words, key in ledger.answers.items():
        was_deleted = int(key.split(":")[1]) in gone
        if states.get(key) == Outbound.State.SENT:
            assert mailed[words] == 1, words
            assert kept[words] == 1 or was_deleted, words
        else:
            assert mailed[words] == 0, (words, states.get(key))
            assert words in ledger.taken_back or was_deleted, (words, states.get(key))
            assert kept[words] == 0, words


def _check_words(ledger: Ledger) -> None:
    """Notes and mails are there once, and all tags, unless their conversation was deleted."""
    gone = set(Event.objects.filter(name="conversations.deleted").values_list("conversation_id", flat=True))
    mailed = {words: number for words, number in ledger.mails.items() if words not in ledger.redacted}
    for kind, written in (("note", ledger.notes), ("customer", mailed)):
        kept = Counter(text.strip() for text in Message.objects.filter(kind=kind).values_list("text", flat=True))
        assert [words for words in written if kept[words] > 1] == []
        assert [words for words, number in written.items() if not kept[words] and number not in gone] == []
    assert Inbound.objects.filter(state="failed").count() == 0
    tags = {tag for row in Conversation.objects.values_list("tags", flat=True) for tag in row}
    assert [words for words, number in ledger.tags.items() if words not in tags and number not in gone] == []


def _check_rows() -> None:
    """What the lists show of a conversation is what is in it; where it is not, what happened to it is said."""
    for row in Conversation.objects.all():
        try:
            _check_row(row)
        except AssertionError as error:
            raise AssertionError(f"#{row.id}: {error}\n{_story(row.id)}") from error


def _check_row(row: Conversation) -> None:
    of = Message.objects.filter(conversation=row, side=None).order_by("-id")
    assert row.folder == folder_of(row)
    if row.state == State.MERGED:
        assert not of.exists()
        return
    assert row.last_message_id == of[0].id
    newest = of.filter(kind__in=PUBLIC).order_by("-occurred_at", "-id")[0]  # a mail is filed later than it came
    shown = (row.last_from_customer, row.last_message_at)
    assert shown == (newest.kind.startswith("customer"), newest.occurred_at)
    open_since = Wait.objects.filter(conversation=row, closed_at=None).values_list("opened_at", flat=True)
    assert list(open_since) == [since for since in [row.waiting_since] if since]
    _check_assignee(row)


def _story(number: int) -> str:
    """What was done to a conversation and those merged with it, and what is there now."""
    merges = Merge.objects.filter(Q(child=number) | Q(parent=number)).order_by("id")
    numbers = {number, *merges.values_list("child", flat=True), *merges.values_list("parent", flat=True)}
    lines = [f"{e.occurred_at:%M:%S.%f} #{e.conversation_id} {e.name} {e.data}" for e in _events(numbers)]
    lines += [f"merge {m.id} #{m.child_id}>{m.parent_id} {m.message_ids} {m.before}" for m in merges]
    kept = Message.objects.filter(conversation=number).order_by("id").select_related("outbound")
    lines += [f"{m.id} {m.kind} {m.state} {m.occurred_at:%M:%S.%f} {m.outbound and m.outbound.key}" for m in kept]
    lines += [str(values) for values in Wait.objects.filter(conversation=number).order_by("id").values()]
    return "\n".join(lines)


def _events(numbers: set[int]) -> Iterable[Event]:
    return Event.objects.filter(conversation_id__in=numbers).order_by("id")


def _check_assignee(row: Conversation) -> None:
    """The last word about whose it is counts."""
    moved = Q(name="conversations.assigned") | Q(name__contains="merge") | Q(name="conversations.took_in")
    last = Event.objects.filter(moved, conversation_id=row.id).order_by("-id").first()
    answered = Event.objects.filter(
        name="conversations.agent_replied", conversation_id=row.id, id__gt=last.id if last else 0
    )
    if last is not None and last.name == "conversations.assigned" and (last.data["agent_id"] or not answered.exists()):
        assert row.assignee_id == last.data["agent_id"], row.id


def _check_counts(agents: list[Agent]) -> None:
    """The counters say what is there; so do the counts of what each follows."""
    for agent in agents:
        lists.look(agent, [])
    jobs.count_views()
    for agent in agents:
        said, held = queries.counts(agent), views.counts(agent, [])
        for name in ("mine", "unassigned", "open", "snoozed", "spam", "failure"):
            assert said[name] == queries.view(agent, name).count(), (agent, name)
        for name in ("following", "mentions"):
            assert held[name].number == queries.view(agent, name).count(), (agent, name)
    assert Conversation.objects.filter(folder=Folder.OPEN).count() == queries.counts(agents[0])["open"]
