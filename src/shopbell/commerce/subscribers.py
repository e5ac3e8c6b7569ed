"""What the mirror does when something happens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from shopbell.commerce import contract, events
from shopbell.commerce.keys import key
from shopbell.commerce.models import Push, Shipment
from shopbell.commerce.operations import doing, pushing, recording, shipments, syncing
from shopbell.events import bus
from shopbell.events.delivery import Later

AGAIN_SECONDS, LOCKED_OUT_SECONDS = 60, 600
GIVEN_UP = timedelta(days=1)  # the next reading of changes has brought it long ago


@bus.subscribe(events.PushStored, outside=True)
def file_push(event: events.PushStored) -> None:
    """Understand what was pushed; one that cannot be is kept and shown to a person."""
    push = Push.objects.select_related("connection__shop", "account").get(id=event.push_id)
    try:
        _of_carrier(push) if push.account else _of_shop(push)
    except (contract.Transient, contract.AuthFailed) as error:
        if push.received_at < timezone.now() - GIVEN_UP:
            pushing.settle(push, Push.State.FAILED, str(error))
            return
        pause = LOCKED_OUT_SECONDS if isinstance(error, contract.AuthFailed) else AGAIN_SECONDS
        raise Later(error.retry_after_seconds or pause) from error
    except (contract.ShopError, LookupError) as error:
        pushing.settle(push, Push.State.FAILED, str(error))
    else:
        pushing.settle(push, Push.State.DONE)


def _of_shop(push: Push) -> None:
    connection = push.connection
    assert connection is not None
    for hint in connection.adapter().hints(bytes(push.body), push.headers):
        if hint.is_gone:
            recording.forget(connection, hint.kind, hint.remote_id)
        else:
            syncing.fetch(connection, hint.kind, hint.remote_id)


def _of_carrier(push: Push) -> None:
    assert push.account is not None
    for tracking in push.account.adapter().understand(_json(bytes(push.body))):
        number = key(tracking.number)
        if number:
            ids: Any = Shipment.objects.filter(tracking_key=number).values_list("id", flat=True)
            shipments.track(ids, tracking)


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        said: Mapping[str, Any] = json.loads(body)
    except ValueError as error:
        raise contract.Unparsable(f"this is no JSON: {error}") from error
    return said


@bus.subscribe(events.ActionDue, outside=True)
def act(event: events.ActionDue) -> None:
    """Do what an agent asked for, or read back whether it was done."""
    doing.begin(event.action_id)
