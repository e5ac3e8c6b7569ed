"""Ask carriers about open parcels, each when its time has come.

Nothing here holds a transaction open while a carrier is asked; one worker at a time asks for one account.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from shopbell.commerce import contract, steps
from shopbell.commerce.contract import State
from shopbell.commerce.keys import key
from shopbell.commerce.models import CarrierAccount, Shipment
from shopbell.commerce.operations import shipments
from shopbell.core import registry
from shopbell.core.text import clean

log = logging.getLogger(__name__)
EVERY, EVERY_ON_THE_ROUND = timedelta(hours=6), timedelta(hours=1)
SILENT = shipments.ASKED_FOR
AT_MOST = 500  # parcels of one account in one go
LONGEST_ERROR = 500
Stopping = Callable[[], bool]


def ask(account: CarrierAccount, accounts: Sequence[CarrierAccount], stopping: Stopping) -> int:
    """Ask about the parcels of this account that are due; returns how many there was news of.

    An aggregator is asked about those that no other of `accounts` serves. What is refused about one number is not the
    others' fault. Raises contract.ShopError when the account as a whole gets no answers.
    """
    adapter = account.adapter()
    rows = _without_silent(due(account, accounts)[:AT_MOST])
    news = answered = 0
    refused: list[contract.ShopError] = []
    for start in range(0, len(rows), adapter.at_once):
        if stopping():
            break
        some = rows[start : start + adapter.at_once]
        try:
            news += _ask(adapter, some)
            answered += 1
        except (contract.Refused, contract.Unparsable) as error:
            found, errors = _ask_singly(adapter, some, error)
            news, answered, refused = news + found, answered + (len(errors) < len(some)), [*refused, *errors]
    if refused and not answered:
        raise refused[-1]
    return news


def due(account: CarrierAccount, accounts: Sequence[CarrierAccount]) -> QuerySet[Shipment]:
    """The parcels to ask this account about, those that wait longest first."""
    rows = Shipment.objects.filter(ask_at__lte=timezone.now()).select_related("order").order_by("ask_at", "id")
    serves = _serves(account)
    if serves:
        return rows.filter(carrier__in=serves)
    return rows.exclude(carrier__in=set().union(*(_serves(one) for one in accounts)))


def forget_unserved(accounts: Sequence[CarrierAccount]) -> int:
    """Parcels that nobody can be asked about wait for nothing; `ask_again` wakes them for an account that comes."""
    served = [_serves(one) for one in accounts]
    if any(not one for one in served):
        return 0
    rows = Shipment.objects.filter(ask_at__lte=timezone.now()).exclude(carrier__in=set().union(*served))
    return rows.update(ask_at=None)


def ask_again(account: CarrierAccount) -> int:
    """Ask about all open parcels that this account serves: it is new, or was switched on."""
    rows = Shipment.objects.filter(ask_at=None, created_at__gt=timezone.now() - SILENT).exclude(tracking_key="")
    serves = _serves(account)
    rows = rows.filter(carrier__in=serves) if serves else rows
    return rows.exclude(state__in=steps.IS_OVER).update(ask_at=timezone.now())


def _serves(account: CarrierAccount) -> frozenset[str]:
    """Empty for an aggregator. One whose plug-in is gone serves a carrier nobody has."""
    try:
        found: frozenset[str] = registry.carriers.get(account.carrier).serves
    except LookupError:
        return frozenset({"-"})
    return found


def _without_silent(rows: Iterable[Shipment]) -> list[Shipment]:
    now = timezone.now()
    rows = list(rows)
    silent = [row.id for row in rows if now - _last_sign(row) > SILENT]
    Shipment.objects.filter(id__in=silent).update(ask_at=None)
    return [row for row in rows if row.id not in silent]


def _last_sign(row: Shipment) -> datetime:
    return row.last_event_at or row.shipped_at or row.order.placed_at


def _ask(adapter: Any, rows: Sequence[Shipment]) -> int:
    """Raises contract.ShopError, and then nothing was noted."""
    found = {key(one.number): one for one in adapter.track([row.tracking_number for row in rows])}
    by_number: dict[str, list[int]] = {}
    for row in rows:
        by_number.setdefault(row.tracking_key, []).append(row.id)
    news = sum(shipments.track(ids, found[number]) for number, ids in by_number.items() if number in found)
    _note_asked([row.id for row in rows])
    return news


def _ask_singly(
    adapter: Any, rows: Sequence[Shipment], error: contract.ShopError
) -> tuple[int, list[contract.ShopError]]:
    """After a question about several was refused: which number it is about. Raises Transient and AuthFailed."""
    if len(rows) == 1:
        log.info("parcel %s: %s", rows[0].id, error)
        _note_asked([rows[0].id])
        return 0, [error]
    news = 0
    errors: list[contract.ShopError] = []
    for row in rows:
        try:
            news += _ask(adapter, [row])
        except (contract.Refused, contract.Unparsable) as single:
            news, errors = news + _ask_singly(adapter, [row], single)[0], [*errors, single]
    return news, errors


def _note_asked(ids: Sequence[int]) -> None:
    """When each is asked about next: soon on its round, never again where its journey is over."""
    now = timezone.now()
    rows = Shipment.objects.filter(id__in=ids)
    rows.update(asked_at=now)
    rows.exclude(state__in=steps.IS_OVER).update(ask_at=now + EVERY)
    rows.filter(state=State.OUT_FOR_DELIVERY).update(ask_at=now + EVERY_ON_THE_ROUND)


def note_failure(account: CarrierAccount, error: Exception) -> None:
    """The account gets no answers: shown to the admins, with since when."""
    rows = CarrierAccount.objects.filter(id=account.id)
    rows.filter(failing_since=None).update(failing_since=timezone.now())
    rows.update(error=clean(str(error))[:LONGEST_ERROR] or type(error).__name__)


def note_success(account: CarrierAccount) -> None:
    """It answers."""
    CarrierAccount.objects.filter(id=account.id).exclude(failing_since=None).update(failing_since=None, error="")
