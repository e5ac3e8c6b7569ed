"""Read a shop: what changed since, everything once, and single objects; all of it is written by `recording`.

Nothing here holds a transaction open while the shop is asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from shopbell.commerce import contract, events
from shopbell.commerce.models import Connection
from shopbell.commerce.operations import recording
from shopbell.core.text import clean
from shopbell.events import bus

OVERLAP = timedelta(minutes=10)  # what the shop wrote while its clock or index lagged
SWEPT = timedelta(days=90)
AGAIN = "again"  # in `imported`: everything is read once more
PAUSE_SECONDS = 0.5  # between pages of a first import: at most two questions a second
Stopping = Callable[[], bool]


def read_changes(connection: Connection, stopping: Stopping) -> int:
    """Mirror what changed since the last time, with an overlap; returns how much was news. A broken-off run goes on
    where it was. Raises contract.ShopError."""
    adapter = connection.adapter()
    news = 0
    for kind in adapter.kinds:
        place = connection.cursors.get(kind) or {}
        began = place.get("began") or timezone.now().isoformat()
        since = datetime.fromisoformat(place.get("since") or connection.created_at.isoformat()) - OVERLAP

        def remember(cursor: Mapping[str, Any], *, kind: str = kind, place: Any = place, began: str = began) -> None:
            _keep_cursor(connection, kind, {**place, "began": began, "page": dict(cursor)})

        news += _walk(connection, adapter, kind, since, place.get("page") or {}, remember, stopping, 0)
        if not stopping():
            _keep_cursor(connection, kind, {"since": began})
    return news


def sweep(connection: Connection, stopping: Stopping) -> int:
    """Read the last 90 days again: what no push and no list of changes told of. Raises contract.ShopError."""
    adapter = connection.adapter()
    since = timezone.now() - SWEPT
    return sum(
        _walk(connection, adapter, kind, since, {}, lambda _cursor: None, stopping, PAUSE_SECONDS)
        for kind in adapter.kinds
    )


def import_everything(connection: Connection, stopping: Stopping, *, pause: float = PAUSE_SECONDS) -> bool:
    """The first import, newest first; True when it is complete. It goes on where it was broken off, and nobody is told
    what happened to what it finds. Raises contract.ShopError."""
    adapter = connection.adapter()
    for kind in adapter.kinds:
        place = connection.imported.get(kind) or {"count": 0, "page": {}, "done": False}
        while not place["done"] and not stopping():
            page = adapter.changes(kind, None, place["page"])
            _take(connection, kind, page, historic=True)
            place = {"count": place["count"] + len(page.items), "page": dict(page.cursor), "done": not page.has_more}
            _update(connection, imported={**connection.imported, kind: place})
            time.sleep(pause if page.has_more else 0)
        if not place["done"]:
            return False
    _end_import(connection)
    return True


@transaction.atomic
def _end_import(connection: Connection) -> None:
    done = {kind: place for kind, place in connection.imported.items() if kind != AGAIN}
    _update(connection, imported=done, imported_at=connection.imported_at or timezone.now())
    bus.publish(events.ImportEnded(connection_id=connection.id, shop_id=connection.shop_id))


def is_imported(connection: Connection) -> bool:
    """Nothing of the first import is left to do."""
    return connection.imported_at is not None and AGAIN not in connection.imported


def _walk(
    connection: Connection,
    adapter: Any,
    kind: contract.Kind,
    since: datetime,
    cursor: Mapping[str, Any],
    remember: Callable[[Mapping[str, Any]], None],
    stopping: Stopping,
    pause: float,
) -> int:
    news = 0
    while not stopping():
        page = adapter.changes(kind, since, cursor)
        news += _take(connection, kind, page, historic=connection.imported_at is None)
        if not page.has_more:
            break
        cursor = page.cursor
        remember(cursor)
        time.sleep(pause)
    return news


def _take(connection: Connection, kind: contract.Kind, page: contract.Page, *, historic: bool) -> int:
    if page.read_anew:
        recording.forget_broken(connection, kind, page.read_anew)
    if page.broken:
        recording.keep_broken(connection, kind, page.broken)
    return recording.record(connection, page.items, historic=historic)


def _keep_cursor(connection: Connection, kind: str, place: Mapping[str, Any]) -> None:
    _update(connection, cursors={**connection.cursors, kind: dict(place)})


def _update(connection: Connection, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(connection, name, value)
    Connection.objects.filter(pk=connection.pk).update(**fields)


def fetch(connection: Connection, kind: contract.Kind, remote_id: str) -> bool:
    """Mirror one object as it is now; True when that was news. Raises contract.ShopError."""
    try:
        item = connection.adapter().fetch(kind, remote_id)
    except contract.Unparsable as error:
        recording.keep_broken(connection, kind, {remote_id: str(error)})
        raise
    if item is None:
        return recording.forget(connection, kind, remote_id)
    return bool(recording.record(connection, [item], historic=connection.imported_at is None))


def check_health(connection: Connection) -> None:
    """Look whether tokens, rights and webhooks are in order, and put webhooks in order where that can be done."""
    adapter = connection.adapter()
    found = list(adapter.test())
    if adapter.has_webhooks:
        found += adapter.subscribe(hook_address(connection))
    rows = [[one.level, clean(one.text)[:500]] for one in found]
    _update(connection, findings=rows, checked_at=timezone.now())


def hook_address(connection: Connection) -> str:
    """Where the shop is to push to."""
    return f"{settings.BASE_URL}/hooks/shops/{connection.key}/"


def note_success(connection: Connection, **fields: Any) -> None:
    """The shop could be read."""
    _update(connection, failing_since=None, error="", **fields)


def note_failure(connection: Connection, error: Exception) -> None:
    """The shop could not be read; since when is kept."""
    Connection.objects.filter(pk=connection.pk).update(
        failing_since=Coalesce(F("failing_since"), timezone.now()), error=clean(str(error))[:2000]
    )
