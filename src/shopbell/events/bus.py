"""Publish facts upward. A lower app never imports the apps that react to it.

`publish` writes the fact and what it owes its subscribers in the caller's transaction, so neither can exist without the
change itself. Workers deliver (`delivery.py`). The same door serves timers: an event with a future date.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django.db import connection
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from shopbell.events.models import Delivery, Event

WAKE_CHANNEL = "shopbell_outbox"
LIVE_CHANNEL = "shopbell_live"


@dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """Subclasses carry ids, numbers and enums, never personal text: the log outlives an erasure request."""

    name: ClassVar[str]
    logged: ClassVar[bool] = True  # False: only wakes its subscribers, leaves no line in the log


Handler = Callable[[Any], None]
EventT = TypeVar("EventT", bound=type[DomainEvent])
_types: dict[str, type[DomainEvent]] = {}
_handlers: dict[str, Handler] = {}
_subscribers: dict[str, list[tuple[str, str]]] = defaultdict(list)  # event name → (handler name, lane)
_readers: dict[str, Callable[[Event], None]] = {}  # handlers that take the line of the log itself
_conditions: dict[str, str] = {}
_pauses: dict[str, int] = {}  # handler name → seconds
background: dict[str, Callable[[Any], None]] = {}  # endless tasks of a worker: name → function(stopping)


def event_type(name: str) -> Callable[[EventT], EventT]:
    """Give a DomainEvent its stored name, e.g. `conversations.resolved`."""

    def decorate(cls: EventT) -> EventT:
        cls.name = name
        if _types.setdefault(name, cls) is not cls:
            raise ValueError(f"two event types are called {name!r}")
        return cls

    return decorate


def subscribe(*event_types: type[DomainEvent], outside: bool = False, where: str = "") -> Callable[[Handler], Handler]:
    """Run the function for each such event. It may run twice after a crash unless it only touches the database.

    `outside`: it talks to the world, so it runs alone and never holds up the handlers that do not. `where` is a
    condition in SQL, looked at when the event happens: as long as it is false nothing is owed, so that who wants
    nothing costs nothing.
    """
    lane = Delivery.Lane.OUTSIDE if outside else Delivery.Lane.INSIDE

    def decorate(handler: Handler) -> Handler:
        name = f"{handler.__module__}.{handler.__qualname__}"
        _handlers[name] = handler
        if where:
            _conditions[name] = where
        for cls in event_types:
            _subscribers[cls.name].append((name, lane.value))
        return handler

    return decorate


def read_log(
    *event_types: type[DomainEvent], where: str = "", after_seconds: int = 0
) -> Callable[[Callable[[Event], None]], Callable[[Event], None]]:
    """Run the function for each such event with its line of the log: who, when and the line's own id, which is unique.

    What is not logged (a timer) it does not hear of. `where`: see `subscribe`. `after_seconds`: not before that, for
    what somebody else has done by then as a rule.
    """

    def decorate(handler: Callable[[Event], None]) -> Callable[[Event], None]:
        name = f"{handler.__module__}.{handler.__qualname__}"
        _readers[name] = handler
        if where:
            _conditions[name] = where
        _pauses[name] = after_seconds
        for cls in event_types:
            if cls.logged:
                _subscribers[cls.name].append((name, Delivery.Lane.INSIDE.value))
        return handler

    return decorate


def in_background(task: Callable[[Any], None]) -> Callable[[Any], None]:
    """Let every worker run `task(stopping: threading.Event)` in a thread of its own, again after an error."""
    background[f"{task.__module__}.{task.__qualname__}"] = task
    return task


_PUBLISH = f"""
WITH logged AS (
    INSERT INTO events_event (name, data, conversation_id, actor_id)
    SELECT %(name)s, %(data)s::jsonb, %(conversation)s, %(actor)s WHERE %(logged)s RETURNING id
), owed AS (
    INSERT INTO events_delivery (handler, lane, event_name, data, event_id, key, due_at)
    SELECT h.handler, h.lane, %(name)s, %(data)s::jsonb, (SELECT id FROM logged), %(key)s || ':' || h.handler,
           coalesce(%(at)s, now()) + h.pause * interval '1 second'
    FROM unnest(%(handlers)s::text[], %(lanes)s::text[], %(pauses)s::int[]) AS h(handler, lane, pause) WHERE {{wanted}}
    ON CONFLICT (key) DO NOTHING RETURNING lane
)
SELECT CASE WHEN %(logged)s THEN pg_notify('{LIVE_CHANNEL}', '') END,
       CASE WHEN %(wake)s THEN (SELECT count(pg_notify('{WAKE_CHANNEL}', lane)) FROM owed) END
"""


_LOG = f"""
WITH logged AS (
    INSERT INTO events_event (name, data, conversation_id, actor_id)
    VALUES (%(name)s, %(data)s::jsonb, %(conversation)s, %(actor)s)
)
SELECT pg_notify('{LIVE_CHANNEL}', '')
"""


def publish(
    event: DomainEvent, *, actor: int | None = None, at: datetime | None = None, key: str | None = None
) -> None:
    """Record the event and what it owes its subscribers, in one statement of the caller's transaction.

    `at` makes it a timer; `key` makes it once: a second publication with the same key owes nothing.
    """
    subscribers = [one for one in _subscribers[event.name] if at is None or one[0] not in _readers]
    data = asdict(event)
    values = {
        "name": event.name,
        "data": json.dumps(data),
        "conversation": data.get("conversation_id"),
        "actor": actor,
        "logged": event.logged and at is None,
        "key": key,
        "at": at,
        "handlers": [name for name, _ in subscribers],
        "lanes": [lane for _, lane in subscribers],
        "pauses": [_pauses.get(name, 0) for name, _ in subscribers],
        "wake": bool(subscribers) and (at is None or at <= timezone.now()),
    }
    if values["logged"] or subscribers:
        with connection.cursor() as cursor:
            cursor.execute(_owing(subscribers) if subscribers else _LOG, values)


_TAKE_BACK = """
DELETE FROM events_delivery WHERE id IN (
    SELECT id FROM events_delivery WHERE key = %s FOR UPDATE SKIP LOCKED
)
"""


def take_back(event_type: type[DomainEvent], key: str) -> None:
    """Owe nothing any more for a timer published with this key. What a worker is about to do just now, it does."""
    with connection.cursor() as cursor:
        for handler, _lane in _subscribers[event_type.name]:  # one, as a rule: planned once for all, unlike a list
            cursor.execute(_TAKE_BACK, [f"{key}:{handler}"])


def _owing(subscribers: Iterable[tuple[str, str]]) -> str:
    """The statement that owes each subscriber its delivery, where its condition holds."""
    asked = {name: _conditions[name] for name, _lane in subscribers if name in _conditions}
    wanted = " AND ".join(f"(h.handler <> '{name}' OR {condition})" for name, condition in asked.items())
    return _PUBLISH.format(wanted=wanted or "TRUE")


def handle(delivery: Delivery) -> None:
    """Run the handler a delivery names. Raises LookupError when no code of that name exists any more."""
    if delivery.handler in _readers:
        _readers[delivery.handler](Event.objects.get(id=delivery.event_id or 0))
        return
    if delivery.handler not in _handlers:
        raise LookupError(f"no handler is called {delivery.handler}")
    cls = _types[delivery.event_name]
    known = {field.name for field in fields(cls)}
    _handlers[delivery.handler](cls(**{name: value for name, value in delivery.data.items() if name in known}))


def event_types() -> list[type[DomainEvent]]:
    """Every event type there is, for the tests that hold them to their promises."""
    return list(_types.values())


def listening_address(name: str) -> str:
    """The database's address for a connection beside Django's own that LISTENs, called `name`.

    It has every option the database needs (TLS …) and notices within a minute that the line is dead.
    """
    params = connection.get_connection_params()
    plain = {key: value for key, value in params.items() if isinstance(value, str | int) and key != "prepare_threshold"}
    alive = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "connect_timeout": 5}
    return make_conninfo("", **{**plain, **alive, "application_name": name})
