"""Files of customers, products and orders come in: in steps, each whole or not at all, that can be gone on from.

How far a file was read stands in the transaction that wrote what was read. So whoever ends a run, and however, the
next one goes on where it was, and what was refused or counted is so once.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from shopbell.commerce import contract, events
from shopbell.commerce.models import Account, Connection, FileImport, Order, Product
from shopbell.commerce.operations import recording
from shopbell.core.transactions import retried
from shopbell.events import bus
from shopbell.shops.models import Shop

CONNECTOR = "csv"
DEFAULT_NAME = "Files"
OUTCOMES = ("new", "changed", "unchanged", "refused", "without_customer")
_MODELS: dict[str, Any] = {"customer": Account, "product": Product, "order": Order}


class NoConnection(LookupError):
    """It is not clear under which connection to write; the message says why."""


class Overtaken(RuntimeError):
    """Another run of the same file is under way."""


@retried
def connection_for(shop: Shop, name: str = "") -> Connection:
    """The shop's connection for files; made where there is none of that name. Raises NoConnection."""
    rows = list(Connection.objects.select_for_update().filter(shop=shop).order_by("id"))
    if name and (named := next((row for row in rows if row.name == name), None)):
        if named.connector != CONNECTOR:
            raise NoConnection(f"“{name}” is a connection to {named.connector}, not one for files")
        return named
    ours = [row for row in rows if row.connector == CONNECTOR]
    if not name and len(ours) > 1:
        raise NoConnection(f"name one with --connection: {', '.join(row.name for row in ours)}")
    if ours and not name:
        return ours[0]
    taken = {row.name for row in rows}
    free = name or next(one for one in (DEFAULT_NAME, "CSV", f"CSV {len(rows)}") if one not in taken)
    key = secrets.token_urlsafe(24)
    return Connection.objects.create(shop=shop, connector=CONNECTOR, name=free[:100], key=key)


@retried
def begin(connection: Connection, kind: contract.Kind, digest: str, name: str) -> FileImport:
    """The run of this file by this mapping: one that was ended before its end goes on, a complete one starts anew."""
    run, _is_new = FileImport.objects.select_for_update().get_or_create(
        connection=connection, kind=kind, digest=digest, defaults={"name": name[:200]}
    )
    if run.ended_at is not None:
        run.position, run.counts, run.started_at, run.ended_at = 0, {}, timezone.now(), None
        run.save(update_fields=["position", "counts", "started_at", "ended_at"])
    return run


@retried
def take(run: FileImport, items: Sequence[contract.Item], *, refused: int) -> FileImport:
    """Write the next things of a file, and that they were. `refused`: how many more there were. Raises Overtaken."""
    mine = FileImport.objects.select_related("connection__shop").select_for_update(of=("self",)).get(id=run.id)
    if mine.position != run.position or mine.ended_at is not None:
        raise Overtaken(run.name)
    counts = Counter(mine.counts) + Counter(_record(mine.connection, run.kind, items)) + Counter(refused=refused)
    mine.position, mine.counts = run.position + len(items) + refused, dict(counts)
    mine.save(update_fields=["position", "counts"])
    return mine


def _record(connection: Connection, kind: str, items: Sequence[contract.Item]) -> dict[str, int]:
    numbers = {item.remote_id for item in items}
    known = _MODELS[kind].objects.filter(connection=connection, remote_id__in=numbers).count()
    news = recording.record(connection, items, historic=True)
    new = len(numbers) - known
    nobody = 0
    if kind == "order":
        nobody = Order.objects.filter(connection=connection, remote_id__in=numbers, customer=None).count()
    return {"new": new, "changed": news - new, "unchanged": len(items) - news, "without_customer": nobody}


@retried
def end(run: FileImport) -> None:
    """The file was read to its end. After its orders the shop's past is known."""
    now = timezone.now()
    FileImport.objects.filter(id=run.id).update(ended_at=now)
    connection = Connection.objects.filter(id=run.connection_id)
    connection.update(read_at=now)
    if run.kind == "order":
        connection.filter(imported_at=None).update(imported_at=now)
        bus.publish(events.ImportEnded(connection_id=run.connection_id, shop_id=run.connection.shop_id))
