"""Do in a shop what was asked for, once.

That it is being done is committed before the shop is asked, and the shop is asked outside of any transaction. So a
worker that dies leaves a row that says so, and it is read back before anything else is done: never just repeated.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from shopbell.commerce import contract, events
from shopbell.commerce.models import Action
from shopbell.commerce.operations import acting, syncing
from shopbell.core import text
from shopbell.events import bus

log = logging.getLogger(__name__)
State = Action.State
MOST_TRIES = 5
READ_BACK_AFTER = timedelta(seconds=20)  # a shop that broke off may still be writing
LOST_AFTER = timedelta(minutes=5)  # longer than any question to a shop lasts
READ_BACK_FOR = timedelta(days=1)  # then a person has to look
LONGEST_PAUSE_SECONDS = 3_600


def begin(action_id: int) -> None:
    """Take the action up in the caller's transaction; what is to be done begins after its commit."""
    row = Action.objects.select_for_update(no_key=True).filter(id=action_id).first()
    if row is not None and row.state == State.REQUESTED:
        row.state, row.sent_at, row.attempts = State.SENT, timezone.now(), row.attempts + 1
        row.save(update_fields=["state", "sent_at", "attempts"])
        transaction.on_commit(lambda: perform(action_id), robust=True)
    elif row is not None and row.state == State.UNKNOWN:
        transaction.on_commit(lambda: read_back(action_id), robust=True)


def deed(row: Action) -> contract.Deed:
    """What the connector is asked to do: the same over all tries."""
    said = row.details
    return contract.Deed(
        key=row.key,
        ability=contract.Ability(row.ability),
        order_id=row.order.remote_id,
        text=said.get("text") or "",
        amount=row.amount,
        currency=row.order.currency,
        address=contract.Address(**said["address"]) if said.get("address") else None,
        lines=said.get("lines") or {},
        email=row.order.email,
    )


def perform(action_id: int) -> None:
    """Ask the shop once. Raises nothing: what went wrong is kept on the row."""
    row = _find(action_id)
    try:
        done = row.order.connection.adapter().do(deed(row))
    except contract.Transient as error:
        _again(row, error)
    except (contract.Refused, contract.AuthFailed, LookupError) as error:
        _end(row, State.FAILED, result=str(error))
    except contract.ShopError as error:
        _doubt(row, str(error))
    except Exception as error:  # nobody foresaw it: the shop may have done it
        log.exception("action %s", row.key)
        _doubt(row, f"{type(error).__name__}: {error}")
    else:
        _done(row, done)


def read_back(action_id: int) -> None:
    """Ask the shop whether it was done. Raises nothing."""
    row = _find(action_id)
    try:
        done = row.order.connection.adapter().was_done(deed(row))
    except (contract.Transient, contract.AuthFailed) as error:
        if row.created_at > timezone.now() - READ_BACK_FOR:
            _owe(row, timedelta(seconds=_pause(error, row.attempts)))
    except (contract.ShopError, LookupError) as error:
        Action.objects.filter(id=row.pk, state=State.UNKNOWN).update(result=text.truncate(str(error), 500))
    except Exception:  # a person looks
        log.exception("action %s could not be read back", row.key)
    else:
        _not_done(row) if done is None else _done(row, done)


def _find(action_id: int) -> Action:
    return Action.objects.select_related("order__connection__shop").get(id=action_id)


def _done(row: Action, done: contract.Done) -> None:
    """Keep it, and see what the order is like now; a shop that does not answer that is read soon anyway."""
    _end(row, State.DONE, result=done.text, remote_id=done.remote_id)
    try:
        syncing.fetch(row.order.connection, "order", row.order.remote_id)
    except (contract.ShopError, LookupError) as error:
        log.warning("order %s after action %s: %s", row.order_id, row.key, error)


def _not_done(row: Action) -> None:
    """The shop knows nothing of it: it is tried again, as often as anything is."""
    if row.attempts >= MOST_TRIES:
        _end(row, State.FAILED, result=row.result)
        return
    _move(row, State.REQUESTED, "")
    _owe(row, timedelta())


def _again(row: Action, error: contract.ShopError) -> None:
    """Nothing was done; later, unless it was tried often enough."""
    if row.attempts >= MOST_TRIES:
        _end(row, State.FAILED, result=str(error))
        return
    _move(row, State.REQUESTED, str(error))
    _owe(row, timedelta(seconds=_pause(error, row.attempts)))


def _doubt(row: Action, reason: str) -> None:
    _move(row, State.UNKNOWN, reason)
    _owe(row, READ_BACK_AFTER)


def _pause(error: contract.ShopError, attempts: int) -> int:
    return min(error.retry_after_seconds or 15 * 4 ** max(attempts - 1, 0), LONGEST_PAUSE_SECONDS)


@transaction.atomic
def _move(row: Action, state: State, result: str) -> None:
    """Another state that is no end; nothing where somebody else settled it meanwhile."""
    open_rows = Action.objects.filter(id=row.pk, state__in=[State.SENT, State.UNKNOWN])
    if open_rows.update(state=state, result=text.truncate(text.clean(result), 500)):
        bus.publish(events.OrderChanged(order_id=row.order_id))


def _owe(row: Action, pause: timedelta) -> None:
    """Have it taken up again."""
    with transaction.atomic():
        at = timezone.now() + pause if pause else None
        bus.publish(events.ActionDue(action_id=row.pk), at=at)


@transaction.atomic
def _end(row: Action, state: State, **kept: Any) -> None:
    """Settle it, unless a person did meanwhile."""
    held = Action.objects.select_for_update(no_key=True).get(id=row.pk)
    if held.state in (State.SENT, State.UNKNOWN):
        acting.settle(held, state, **kept)


def doubt_lost() -> int:
    """What a worker that died left half-way; how many there were."""
    lost = Action.objects.filter(state=State.SENT, sent_at__lt=timezone.now() - LOST_AFTER)
    rows = list(lost.select_related("order")[:100])
    for row in rows:
        _doubt(row, "")
    return len(rows)
