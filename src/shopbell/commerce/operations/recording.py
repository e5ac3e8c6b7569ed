"""The one door into the mirror: pushes, polls, sweeps, imports and files all write through here.

What is older than what is known changes nothing, and neither does the same again: so whatever comes out of order, or
twice, comes to the same. Writers of one connection take turns until their transactions end, so a far side is asked
before, never in between.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from typing import Any, TypeVar

from django.db import connection as database
from django.utils import timezone

from shopbell.commerce import contract, events
from shopbell.commerce.models import Account, Broken, Connection, Order, Product
from shopbell.commerce.operations import accounts, fitting, orders, products
from shopbell.core.storable import fit
from shopbell.core.transactions import retried
from shopbell.events import bus

WRITER_LOCK = 7_302  # first half of the advisory lock; the second is the connection
_MODELS: dict[str, Any] = {"customer": Account, "product": Product, "order": Order}
Data = TypeVar("Data")


def kind_of(item: contract.Item) -> contract.Kind:
    """What an object is."""
    if isinstance(item, contract.CustomerData):
        return "customer"
    return "product" if isinstance(item, contract.ProductData) else "order"


@retried
def record(connection: Connection, items: Sequence[contract.Item], *, historic: bool = False) -> int:
    """Mirror these objects as they are now; returns how many brought news. Of one object given twice the last counts.

    `historic`: they are of an import; nobody is told what happened to them. One that cannot be kept is noted as broken,
    and does not keep the others.
    """
    items = _keepable(connection, items)
    _take_turns(connection.id)
    news = 0
    for kind in contract.KINDS:
        given = {item.remote_id: fit(item) for item in items if kind_of(item) == kind}
        fresh = _fresh(connection, kind, given)
        if kind == "customer":
            accounts.write(connection, fresh, historic=historic)
        elif kind == "product":
            products.write(connection, fresh)
        else:
            orders.write(connection, fresh, historic=historic)
        news += len(fresh)
    Broken.objects.filter(connection=connection, remote_id__in=[item.remote_id for item in items]).delete()
    return news


def _keepable(connection: Connection, items: Sequence[contract.Item]) -> list[contract.Item]:
    kept = []
    for item in items:
        why = fitting.trouble(item)
        if why:
            keep_broken(connection, kind_of(item), {item.remote_id: why})
        else:
            kept.append(item)
    return kept


def _take_turns(connection_id: int) -> None:
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [WRITER_LOCK, connection_id])


def _fresh(connection: Connection, kind: str, given: Mapping[str, Any]) -> dict[str, tuple[Any, str]]:
    """Remote id → (object, its digest) of those that bring news."""
    rows = _MODELS[kind].objects.filter(connection=connection, remote_id__in=given)
    known = {row.remote_id: row for row in rows.only("remote_id", "remote_updated_at", "digest", "gone_at")}
    digests = {remote_id: digest(item) for remote_id, item in given.items()}
    return {
        remote_id: (item, digests[remote_id])
        for remote_id, item in given.items()
        if _is_news(known.get(remote_id), item, digests[remote_id])
    }


def _is_news(known: Any, item: Any, its_digest: str) -> bool:
    if known is None:
        return True
    if item.updated_at and known.remote_updated_at and item.updated_at < known.remote_updated_at:
        return False
    return bool(known.gone_at) or bool(known.digest != its_digest)


def digest(item: contract.Item) -> str:
    """What is the same for the same object, whatever its raw form looks like and whenever it was touched."""
    plain = {**vars(item), "raw": {}, "updated_at": None}
    return hashlib.md5(json.dumps(plain, sort_keys=True, default=_plain).encode(), usedforsecurity=False).hexdigest()


def _plain(value: Any) -> Any:
    """A part of an object as its fields, anything else by its words."""
    return vars(value) if is_dataclass(value) else str(value)


@retried
def forget(connection: Connection, kind: contract.Kind, remote_id: str) -> bool:
    """The shop has it no more. It is kept and marked; False when it was not known, or marked already."""
    _take_turns(connection.id)
    rows = _MODELS[kind].objects.filter(connection=connection, remote_id=remote_id, gone_at=None)
    gone = [row.id for row in rows]
    rows.update(gone_at=timezone.now())
    if kind == "order":
        for number in gone:
            bus.publish(events.OrderChanged(order_id=number))
    return bool(gone)


@retried
def keep_broken(connection: Connection, kind: contract.Kind, broken: Mapping[str, str]) -> None:
    """Remote id → why it could not be understood: kept for a person to see, until it comes in good order."""
    reasons = {fit(remote_id)[:100]: fit(reason)[:2000] for remote_id, reason in broken.items()}
    rows = [Broken(connection=connection, kind=kind, remote_id=one, reason=why) for one, why in reasons.items()]
    Broken.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["connection", "kind", "remote_id"], update_fields=["reason"]
    )


@retried
def forget_broken(connection: Connection, kind: contract.Kind, beginnings: Iterable[str]) -> None:
    """What could not be understood, and whose id begins like one of these, is read anew: see `contract.Page`."""
    for beginning in beginnings:
        Broken.objects.filter(connection=connection, kind=kind, remote_id__startswith=fit(beginning)[:100]).delete()


def in_batches(items: Iterable[Data], size: int) -> Iterable[list[Data]]:
    """Lists of at most `size`."""
    batch: list[Data] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
