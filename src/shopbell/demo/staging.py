"""Plays the scenes: every customer's mail comes in through the front door, raw first, at its own time of the past.

All messages of all conversations happen in order of time, as they would have, so ids grow with time.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from django.db import connection, transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.channels import contract, delivery, ingress
from shopbell.channels.models import Channel
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Message, Priority, ReadMark
from shopbell.demo import mails, ordering, people
from shopbell.demo.long_thread import LONG
from shopbell.demo.scenes import Cast, Scene, Turn, answer
from shopbell.events import delivery as outbox
from shopbell.notifications.models import Notification
from shopbell.seeding import writing

REPEATS = 5  # how often a scene is told, each time with another customer
RECENT = timedelta(days=14)
OPEN_SPREAD = timedelta(hours=44)
UNREAD = 14  # of the newest conversations
TOLD = 3  # of the newest notifications of each agent
Progress = Callable[[str], None]


@dataclass
class Play:
    """One conversation being played."""

    number: int
    cast: Cast
    scene: Scene
    name: str
    address: str
    slots: dict[str, str]
    times: list[datetime]
    conversation_id: int = 0
    ids: list[str] = field(default_factory=list)  # message ids so far
    last_answer: tuple[str, datetime] | None = None


def run(house: people.House, progress: Progress) -> None:
    """Play everything; the present moment is the end of the last scene."""
    random = Random(7)
    plays = _plays(random, timezone.now())
    _order(house, plays)
    moments = sorted(
        ((at, play, index) for play in plays for index, at in enumerate(play.times)), key=lambda moment: moment[0]
    )
    for done, (at, play, index) in enumerate(moments, start=1):
        with happening(at):
            _perform(house, play, index, at)
        if done % 200 == 0:
            progress(f"{done} of {len(moments)} messages")
    _mark_read(house)


def _order(house: people.House, plays: list[Play]) -> None:
    """What they write about was ordered before."""
    shops = {language: mailbox.shop for language, mailbox in house.mailboxes.items()}
    wishes = [
        ordering.Wish(
            number=play.slots["order"],
            name=play.name,
            email=play.address,
            language=play.cast.language,
            town=play.slots["town"],
            product=play.slots["product"],
            products=play.cast.products,
            wrote_at=play.times[0],
        )
        for play in plays
        if play.scene.outcome != "spam"
    ]
    with happening(min(play.times[0] for play in plays)):
        ordering.run(shops, {cast.language: cast.products for cast in people.CASTS}, wishes)


def _plays(random: Random, now: datetime) -> list[Play]:
    """Every scene once as the present, with a wait of minutes to two days, and some times more as history."""
    present = [(cast, scene) for cast in people.CASTS for scene in (*cast.scenes, *_long(cast))]
    random.shuffle(present)
    plays: list[Play] = []
    for place, (cast, scene) in enumerate(present):
        ago = OPEN_SPREAD * (place / len(present)) ** 2 + timedelta(minutes=3 + place)
        plays.append(_play(random, len(plays), cast, scene, now - ago))
    for cast in people.CASTS:
        told = [scene for scene in cast.scenes if not scene.is_once]
        for scene in told * (REPEATS - 1):
            ago = RECENT * random.random() + timedelta(days=2)
            plays.append(_play(random, len(plays), cast, _ended(cast, scene), now - ago))
    return plays


def _long(cast: Cast) -> tuple[Scene, ...]:
    return (LONG,) if cast.language == "en" else ()


def _ended(cast: Cast, scene: Scene) -> Scene:
    """The same story, over: a question still open has been answered."""
    last = scene.turns[-1]
    is_open = scene.outcome != "spam" and last.who != "agent" and not last.is_automatic
    turns = (*scene.turns, answer(cast.settled)) if is_open else scene.turns
    return replace(scene, turns=turns, outcome="spam" if scene.outcome == "spam" else "resolved", priority=2)


def _play(random: Random, number: int, cast: Cast, scene: Scene, end: datetime) -> Play:
    words = writing.LANGUAGES[cast.language]
    name = scene.who or writing.name(words, random)
    plain = ".".join(part.lower() for part in name.replace("'", "").split())
    address = scene.address or f"{_ascii(plain)}@{random.choice(cast.domains)}"
    slots = {
        "first": name.split()[0],
        "name": name,
        "product": random.choice(cast.products),
        "garment": random.choice(cast.products[:2]),
        "bag": cast.products[-1],
        "order": f"HK-{random.randrange(20_000, 99_999)}",
        "town": random.choice(words.towns),
    }
    return Play(number, cast, scene, name, address, slots, _times(random, scene.turns, end))


def _ascii(text: str) -> str:
    table = str.maketrans("äöüõåéšž", "aouoaesz", "")
    return text.translate(table).replace("ø", "oe").replace("æ", "ae").replace("ß", "ss")


def _times(random: Random, turns: tuple[Turn, ...], end: datetime) -> list[datetime]:
    """When each turn happened, the last one at `end`."""
    times = [end]
    for turn in reversed(turns[1:]):
        minutes = turn.minutes if turn.minutes is not None else random.randrange(20, 400)
        times.append(times[-1] - timedelta(minutes=minutes, seconds=random.randrange(60)))
    return times[::-1]


class happening:
    """What happens inside the block is logged as having happened at an instant of the past."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __enter__(self) -> None:
        self.before = _newest_event()

    def __exit__(self, *error: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE events_event SET occurred_at = %s WHERE id > %s", [self.moment, self.before])


def _newest_event() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM events_event")
        return int(cursor.fetchone()[0])


def _perform(house: people.House, play: Play, index: int, at: datetime) -> None:
    turn = play.scene.turns[index]
    {"customer": _customer_writes, "agent": _agent_answers, "note": _agent_notes}[turn.who](house, play, turn, at)
    if index == len(play.scene.turns) - 1:
        _handle(house, play, at)


def _text(play: Play, text: str, agent: Agent | None = None) -> str:
    return text.format(**play.slots, agent=agent.name.split()[0] if agent else "")


def _customer_writes(house: people.House, play: Play, turn: Turn, at: datetime) -> None:
    channel, body = _raw(house, play, turn, at)
    ingress.accept(channel, body, external_id=f"demo:{play.number}:{len(play.ids)}", received_at=at)
    while outbox.deliver("inside", 25):
        pass
    stored = Message.objects.order_by("-id")[0]
    play.conversation_id = stored.conversation_id
    if stored.message_id:
        play.ids.append(stored.message_id)


def _raw(house: people.House, play: Play, turn: Turn, at: datetime) -> tuple[Channel, bytes]:
    if play.scene.by_form and not play.conversation_id:
        return house.forms[play.cast.language], _form(play, turn)
    quoted, quoted_at = play.last_answer or ("", None)
    subject = _text(play, play.scene.subject)
    letter = mails.Letter(
        number=play.number * 100 + len(play.ids),
        cast=play.cast,
        turn=turn,
        text=_text(play, turn.text),
        html=_text(play, turn.html),
        subject=f"Re: {subject}" if play.ids else subject,
        name=play.name,
        address=play.address,
        at=at,
        earlier=tuple(play.ids),
        quoted=quoted,
        quoted_at=quoted_at,
        is_proved=not play.scene.is_forged,
    )
    return house.mailboxes[play.cast.language], mails.compose(letter)


def _form(play: Play, turn: Turn) -> bytes:
    filled = {
        "key": f"demo-{play.number}",
        "name": play.name,
        "email": play.address,
        "subject": _text(play, play.scene.subject),
        "message": _text(play, turn.text),
        "language": play.cast.language,
    }
    return json.dumps(filled).encode()


def _agent_answers(house: people.House, play: Play, turn: Turn, at: datetime) -> None:
    author = house.author(play.cast.language, play.number)
    text = _text(play, turn.text, author)
    if play.scene.fails:
        _try_to_send(play, author, text, at)
        return
    id = f"demo-{play.number}-{len(play.ids)}@hallik.example"
    sent = contract.InboundMessage(
        external_id=id,
        message_id=id,
        sender=contract.Sender(address=play.cast.address, name=author.name),
        to=(contract.Sender(address=play.address, name=play.name),),
        occurred_at=at,
        text=text,
        subject=f"Re: {_text(play, play.scene.subject)}",
        thread_ids=tuple(reversed(play.ids)),
        language=play.cast.language,
        historic=True,
    )
    with transaction.atomic():
        operations.record_sent(house.mailboxes[play.cast.language], sent, author=author)
    play.ids.append(id)
    play.last_answer = (text, at)


def _try_to_send(play: Play, author: Agent, text: str, at: datetime) -> None:
    to = (contract.Sender(address=play.address, name=play.name),)
    reply = operations.Reply(text=text, key="demo", to=to)
    message = operations.reply(play.conversation_id, author, reply)
    assert message.outbound_id is not None
    with transaction.atomic():
        delivery.send(message.outbound_id)
    while outbox.deliver("inside", 25):
        pass
    Message.objects.filter(id=message.id).update(occurred_at=at)
    Conversation.objects.filter(id=play.conversation_id).update(last_message_at=at)


def _agent_notes(house: people.House, play: Play, turn: Turn, at: datetime) -> None:
    author = house.author(play.cast.language, play.number + 1)
    stored = operations.note(play.conversation_id, author, body=_text(play, turn.text, author))
    Message.objects.filter(id=stored.id).update(occurred_at=at)


def _handle(house: people.House, play: Play, at: datetime) -> None:
    """Sort it: tags, priority, who has it, and how it stands."""
    id, scene = play.conversation_id, play.scene
    author = house.author(play.cast.language, play.number)
    if scene.tags:
        operations.change_tags(id, add=scene.tags, actor=author.pk)
    if scene.priority != 2:
        operations.prioritise(id, priority=Priority(scene.priority), actor=author.pk)
    _assign(house, play, author)
    if scene.outcome == "answered":
        operations.await_customer(id, actor=author.pk)
    elif scene.outcome == "snoozed":
        operations.snooze(id, until=timezone.now() + timedelta(days=1 + play.number % 5), actor=author.pk)
    elif scene.outcome == "spam":
        operations.mark_spam(id, actor=author.pk)
    elif scene.outcome == "resolved":
        operations.resolve(id, actor=author.pk)
        Conversation.objects.filter(id=id).update(resolved_at=F("last_message_at"))


def _assign(house: people.House, play: Play, author: Agent) -> None:
    """Some wait for anybody, some belong to an agent, some to the team that mends things, some to the partner."""
    is_answered = any(turn.who == "agent" for turn in play.scene.turns)
    team = house.first_line
    if play.number % 6 == 5:
        team, author = house.night, house.partner
    elif play.scene.turns[0].picture:
        team = house.returns
    has_owner = is_answered or play.scene.outcome != "waiting" or play.number % 3 == 0
    agent = author if has_owner and play.scene.outcome != "spam" else None
    operations.assign(play.conversation_id, agent=agent, team=team, actor=author.pk)


def _mark_read(house: people.House) -> None:
    """Everybody has seen everything but the newest."""
    rows = Conversation.objects.order_by("-last_message_at").values_list("id", "last_message_id")
    marks = [
        ReadMark(agent=agent, conversation_id=id, message_id=message)
        for agent in house.agents
        for id, message in rows[UNREAD:]
    ]
    ReadMark.objects.bulk_create(marks)
    _age_notifications()


def _age_notifications() -> None:
    """What agents were told is as old as what it is about, and all but the newest of it was looked at."""
    happened = Conversation.objects.filter(id=OuterRef("conversation_id")).values("last_message_at")[:1]
    Notification.objects.update(created_at=Subquery(happened))
    newest = Notification.objects.filter(agent=OuterRef("agent_id")).order_by("-created_at").values("id")[:TOLD]
    Notification.objects.exclude(id__in=newest).update(read_at=F("created_at"))
