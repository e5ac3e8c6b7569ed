"""Fill a shop with made-up conversations: the same ones for the same seed, all the denormalised fields right."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from shopbell.channels.models import Channel
from shopbell.conversations import jobs, search
from shopbell.conversations.models import Conversation, Folder, Message, MessageSearch, State, Tag, Wait
from shopbell.conversations.operations.receiving import REOPENS_FOR
from shopbell.core import text
from shopbell.customers.models import Customer, Identity
from shopbell.seeding import copying, writing
from shopbell.seeding.vocabulary import Vocabulary

CHUNK = 1_000  # conversations per COPY
CUSTOMERS_PER_CONVERSATION = 0.6
LARGE = 20_000  # conversations from which on building the indexes afterwards is quicker
SPAM, SNOOZED, ASSIGNED = 0.01, 0.1, 0.6  # share of all; of the open ones; of the open ones
LONGEST_GAP = timedelta(hours=9)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to make. `open_share` of the conversations wait for an agent, all of them among the newest."""

    conversations: int
    messages_per: int
    channel: Channel
    agents: tuple[int, ...]
    languages: tuple[str, ...] = tuple(writing.LANGUAGES)
    seed: int = 1
    open_share: float = 0.01
    days: int = 730


@dataclass
class Turn:
    """One message to be: when, and whose."""

    at: datetime
    by_customer: bool


@dataclass(slots=True)
class Person:
    """A made-up customer."""

    id: int
    name: str
    address: str
    words: Vocabulary


@dataclass
class Batch:
    """Everything a load writes to, and its random numbers."""

    plan: Plan
    now: datetime
    random: Random
    customers: copying.Table = field(default_factory=lambda: copying.Table(Customer))
    identities: copying.Table = field(default_factory=lambda: copying.Table(Identity))
    conversations: copying.Table = field(default_factory=lambda: copying.Table(Conversation))
    messages: copying.Table = field(default_factory=lambda: copying.Table(Message))
    searches: copying.Table = field(default_factory=lambda: copying.Table(MessageSearch))
    waits: copying.Table = field(default_factory=lambda: copying.Table(Wait))

    @property
    def tables(self) -> list[copying.Table]:
        return [self.customers, self.identities, self.conversations, self.messages, self.searches, self.waits]


def load(plan: Plan, progress: Progress = lambda done, total: None) -> None:
    """Write the conversations in one transaction, count the views anew, refresh the statistics."""
    batch = Batch(plan, timezone.now(), Random(plan.seed))
    with transaction.atomic(), copying.without_checks():
        if plan.conversations >= LARGE:
            with copying.without_indexes(batch.tables):
                _write(batch, progress)
        else:
            _write(batch, progress)
    tags = {tag for language in plan.languages for tag in writing.LANGUAGES[language].tags}
    Tag.objects.bulk_create([Tag(name=tag) for tag in sorted(tags)], ignore_conflicts=True)
    jobs.recount()
    copying.vacuum(batch.tables)


def _write(batch: Batch, progress: Progress) -> None:
    plan = batch.plan
    people = _people(batch)
    conversation_id = copying.take_ids(Conversation, plan.conversations)
    message_id = copying.take_ids(Message, plan.conversations * plan.messages_per)
    wait_ids = iter(_wait_ids(plan))
    for number in range(plan.conversations):
        person = people[int(len(people) * batch.random.random() ** 1.5)]  # some write often
        _conversation(batch, number, conversation_id + number, message_id, person, wait_ids)
        message_id += plan.messages_per
        if (number + 1) % CHUNK == 0 or number + 1 == plan.conversations:
            _flush(batch)
            progress(number + 1, plan.conversations)


def _wait_ids(plan: Plan) -> range:
    """A wait for every second message at most."""
    count = plan.conversations * (plan.messages_per // 2 + 1)
    first = copying.take_ids(Wait, count)
    return range(first, first + count)


def _flush(batch: Batch) -> None:
    for table in batch.tables:
        table.flush()


def _people(batch: Batch) -> list[Person]:
    count = max(int(batch.plan.conversations * CUSTOMERS_PER_CONVERSATION), 1)
    first, identity = copying.take_ids(Customer, count), copying.take_ids(Identity, count)
    people = []
    for number in range(count):
        people.append(_person(batch, first + number, identity + number))
        if number % CHUNK == 0:
            _flush(batch)
    return people


def _person(batch: Batch, number: int, identity: int) -> Person:
    words = writing.LANGUAGES[batch.random.choice(batch.plan.languages)]
    name = writing.name(words, batch.random)
    address = f"{'.'.join(text.terms(name))}.{number}@customer.example"
    since = batch.now - timedelta(days=batch.plan.days)
    vector = _vector(text.terms(f"{name} {address}"))
    batch.customers.add(id=number, name=name, language=words.language, created_at=since, search=vector)
    batch.identities.add(id=identity, customer_id=number, kind="email", value=address, created_at=since)
    return Person(number, name, address, words)


def _vector(terms: list[str]) -> str:
    """A tsvector as text; no term of ours holds a quote or a backslash."""
    return " ".join(f"'{term}'" for term in terms)


def _conversation(batch: Batch, number: int, id: int, message_id: int, person: Person, wait_ids: Iterator[int]) -> None:
    plan, random = batch.plan, batch.random
    age = timedelta(days=plan.days) * (1 - (number + random.random()) / plan.conversations)
    is_open = number >= plan.conversations * (1 - 2 * plan.open_share) and random.random() < 0.5
    turns = _turns(random, batch.now - age, age, plan.messages_per, is_open)
    subject = writing.subject(person.words, random)
    agent = random.choice(plan.agents)
    last = ""
    for position, turn in enumerate(turns):
        last = _message(batch, id, message_id + position, person, agent, turn, subject, is_first=position == 0)
    newest_from_customer = max(index for index, turn in enumerate(turns) if turn.by_customer)
    waiting_since = _add_waits(batch, id, turns, agent, wait_ids, is_open)
    batch.conversations.add(
        id=id,
        shop_id=plan.channel.shop_id,
        channel_id=plan.channel.id,
        channel_type=plan.channel.type,
        customer_id=person.id,
        customer_name=person.name,
        subject=subject,
        language=person.words.language,
        tags="{" + ",".join(writing.tags(person.words, random)) + "}",
        opened_at=turns[0].at,
        last_message_at=turns[-1].at,
        last_message_id=message_id + len(turns) - 1,
        last_inbound_id=message_id + newest_from_customer,
        last_from_customer=turns[-1].by_customer,
        preview=text.preview(last, 160),
        waiting_since=waiting_since,
        **_handling(batch, turns, agent, is_open),
    )


def _turns(random: Random, start: datetime, age: timedelta, count: int, is_open: bool) -> list[Turn]:
    """Customer and agent by turns; an open conversation ends with the customer."""
    gap = min(LONGEST_GAP, age / count)
    at, turns = start, []
    for position in range(count):
        turns.append(Turn(at, by_customer=position % 2 == 0))
        at += gap * random.uniform(0.2, 1)
    turns[-1].by_customer = turns[-1].by_customer or is_open
    return turns


def _handling(batch: Batch, turns: list[Turn], agent: int, is_open: bool) -> dict[str, object]:
    random = batch.random
    if is_open:
        is_snoozed = random.random() < SNOOZED
        return {
            "state": State.OPEN,
            "folder": Folder.SNOOZED if is_snoozed else Folder.OPEN,
            "snoozed_until": batch.now + timedelta(days=random.uniform(0.5, 9)) if is_snoozed else None,
            "assignee_id": agent if random.random() < ASSIGNED else None,
        }
    if random.random() < SPAM:
        return {"state": State.SPAM, "folder": Folder.SPAM}
    resolved_at = turns[-1].at
    state = State.CLOSED if resolved_at < batch.now - REOPENS_FOR else State.RESOLVED
    return {"state": state, "folder": Folder.RESOLVED, "resolved_at": resolved_at, "assignee_id": agent}


def _message(
    batch: Batch, conversation_id: int, id: int, person: Person, agent: int, turn: Turn, subject: str, is_first: bool
) -> str:
    compose = writing.question if turn.by_customer else writing.answer
    body = compose(person.words, batch.random, person.name)
    language = person.words.language
    channel = batch.plan.channel
    external_id = f"seed-{id}@{'customer' if turn.by_customer else 'shop'}.example"
    us = ["", channel.address]
    them = [person.name, person.address]
    batch.messages.add(
        id=id,
        conversation_id=conversation_id,
        channel_id=channel.id,
        kind=Message.Kind.CUSTOMER if turn.by_customer else Message.Kind.AGENT,
        state=Message.State.RECEIVED if turn.by_customer else Message.State.SENT,
        author_id=None if turn.by_customer else agent,
        customer_id=person.id if turn.by_customer else None,
        sender_name=person.name if turn.by_customer else "",
        sender_address=person.address if turn.by_customer else "",
        recipients=json.dumps({"to": [us if turn.by_customer else them]}),
        subject=subject if is_first else f"Re: {subject}",
        text=body,
        language=language,
        external_id=external_id,
        message_id=external_id,
        occurred_at=turn.at,
        created_at=turn.at,
    )
    parts = (person.name, person.address, subject, body)
    words = search.words_of(id, person.id, parts, language, {"to": [us if turn.by_customer else them]})
    batch.searches.add(message_id=id, conversation_id=conversation_id, words=_vector(words))
    return body


def _add_waits(
    batch: Batch, conversation_id: int, turns: list[Turn], agent: int, wait_ids: Iterator[int], is_open: bool
) -> datetime | None:
    """A wait from each question to its answer; returns the start of the one still open."""
    since: datetime | None = None
    for turn in turns:
        if turn.by_customer:
            since = since or turn.at
        elif since:
            _add_wait(batch, next(wait_ids), conversation_id, since, closed_at=turn.at, answered_by_id=agent)
            since = None
    if since is None:
        return None
    if is_open:
        _add_wait(batch, next(wait_ids), conversation_id, since)
        return since
    _add_wait(batch, next(wait_ids), conversation_id, since, closed_at=turns[-1].at, is_unanswered=True)
    return None


def _add_wait(batch: Batch, id: int, conversation_id: int, since: datetime, **values: object) -> None:
    channel_id = batch.plan.channel.id
    batch.waits.add(id=id, conversation_id=conversation_id, channel_id=channel_id, opened_at=since, **values)
