"""Changes to many conversations: begun once, made in chunks, cancelled between them, taken back as a whole."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.agents.permissions import may_answer
from shopbell.conversations.locking import Merged, lock
from shopbell.conversations.models import Conversation
from shopbell.conversations.operations import FieldsMissing
from shopbell.conversations.queries import visible
from shopbell.core.transactions import retried
from shopbell.events import bus
from shopbell.lists import events
from shopbell.lists.models import Bulk, BulkItem, Choice
from shopbell.lists.operations.bulk_actions import ACTIONS

CHUNK = 25  # conversations in one transaction: who works on one of them waits for so many at most
LONGEST_CHUNK_SECONDS = 0.5  # on a busy machine a chunk is shorter
MOST = 20_000
_ITEMS = """
INSERT INTO lists_bulkitem (bulk_id, conversation_id)
SELECT %s, id FROM unnest(%s::bigint[]) AS id ON CONFLICT DO NOTHING
"""


class TooManyAtOnce(ValueError):
    """More than MOST."""


def start(agent: Agent, *, key: str, action: str, values: dict[str, Any], conversations: Iterable[int]) -> Bulk:
    """Begin to change conversations. The same key again is the same change. Raises TooManyAtOnce, KeyError."""
    numbers = sorted(set(conversations))
    if len(numbers) > MOST:
        raise TooManyAtOnce
    ACTIONS[action]
    return _start(agent, key, Bulk(action=action, values=values, total=len(numbers)), numbers)


def undo(bulk: Bulk, *, agent: Agent) -> Bulk:
    """Take back what a change did, wherever nobody changed it since. A running one is cancelled first."""
    cancel(bulk, agent=agent)
    changed = bulk.items.filter(before__isnull=False).values_list("conversation_id", flat=True)
    numbers = sorted(changed)
    return _start(agent, f"undo:{bulk.id}", Bulk(action=bulk.action, undoes=bulk, total=len(numbers)), numbers)


def _start(agent: Agent, key: str, bulk: Bulk, numbers: list[int]) -> Bulk:
    try:
        with transaction.atomic():
            bulk.agent, bulk.key = agent, key
            bulk.save()
            with connection.cursor() as cursor:
                cursor.execute(_ITEMS, [bulk.id, numbers])
            Choice.objects.update_or_create(agent=agent, defaults={"bulk": bulk})
            event = events.BulkStarted(bulk_id=bulk.id, action=bulk.action, total=bulk.total)
            bus.publish(event, actor=agent.pk)
            bus.publish(events.BulkChunkOwed(bulk_id=bulk.id))
    except IntegrityError:
        return Bulk.objects.get(agent=agent, key=key)
    return bulk


@retried
def work(bulk_id: int) -> bool:
    """Change the next chunk; False when nothing is left to do. Each conversation's permission is asked again."""
    bulk = Bulk.objects.select_for_update(of=("self",)).select_related("agent", "undoes").get(id=bulk_id)
    if bulk.state != Bulk.State.RUNNING:
        return False
    items = list(bulk.items.filter(is_done=False).order_by("conversation_id")[:CHUNK])
    if not items or not may_answer(bulk.agent):
        _end(bulk, Bulk.State.CANCELLED if items else Bulk.State.DONE)
        return False
    numbers = [item.conversation_id for item in items]
    seen = set(visible(bulk.agent).filter(id__in=numbers).values_list("id", flat=True))
    origins, began = _origins(bulk, numbers), time.monotonic()
    for item in items:
        if time.monotonic() - began > LONGEST_CHUNK_SECONDS:
            break
        item.is_done = True
        if item.conversation_id in seen:
            bulk.changed += _change(bulk, item, origins.get(item.conversation_id))
    looked_at = [item for item in items if item.is_done]
    BulkItem.objects.bulk_update(looked_at, ["is_done", "before", "after"])
    bulk.done += len(looked_at)
    bulk.save(update_fields=["done", "changed"])
    if bulk.done >= bulk.total:
        _end(bulk, Bulk.State.DONE)
        return False
    return True


def _origins(bulk: Bulk, numbers: list[int]) -> dict[int, BulkItem]:
    """What is taken back, by conversation."""
    if bulk.undoes is None:
        return {}
    rows = bulk.undoes.items.filter(conversation_id__in=numbers, before__isnull=False)
    return {item.conversation_id: item for item in rows}


def _change(bulk: Bulk, item: BulkItem, origin: BulkItem | None) -> bool:
    """Change one conversation; False when it stayed as it was: gone, merged, or not possible for it (any more)."""
    action, agent = ACTIONS[bulk.action], bulk.agent
    try:
        with transaction.atomic():
            row = lock(item.conversation_id)
            before = action.look(row, agent)
            if origin is None:
                action.apply(row, bulk.values, agent)
            else:
                action.restore(row, origin.before or {}, origin.after or {}, agent)
            after = action.look(Conversation.objects.get(id=row.id), agent)
    except (ValueError, Merged, FieldsMissing, ObjectDoesNotExist):  # also an agent or a team that went meanwhile
        return False
    if before == after:
        return False
    item.before, item.after = before, after
    return True


def _end(bulk: Bulk, state: Bulk.State) -> None:
    bulk.state, bulk.finished_at = state, timezone.now()
    bulk.save(update_fields=["state", "finished_at"])
    ended = events.BulkEnded(bulk_id=bulk.id, state=state.value, changed=bulk.changed)
    bus.publish(ended, actor=bulk.agent_id)


@retried
def cancel(bulk: Bulk, *, agent: Agent) -> None:
    """Stop between two chunks; what was changed stays changed."""
    row = Bulk.objects.select_for_update().get(id=bulk.id, agent=agent)
    if row.state == Bulk.State.RUNNING:
        _end(row, Bulk.State.CANCELLED)


def dismiss(bulk: Bulk, *, agent: Agent) -> None:
    """Do not show it beside the list any more; a running one goes on."""
    Choice.objects.filter(agent=agent, bulk=bulk).update(bulk=None)
