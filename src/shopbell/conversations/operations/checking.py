"""Checklists: steps of a conversation are added, ticked, moved and deleted."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.conversations import events
from shopbell.conversations.locking import lock
from shopbell.conversations.models import ChecklistItem, ChecklistTemplate, Conversation
from shopbell.core import text
from shopbell.core.rows import hold_row
from shopbell.core.transactions import retried
from shopbell.events import bus
from shopbell.shops.models import Shop

MOST_ITEMS = 100
LONGEST = 300  # characters of a step


class TooManyItems(ValueError):
    """A checklist has at most MOST_ITEMS steps."""


@retried
def add_items(conversation_id: int, texts: Iterable[str], *, key: str, actor: int | None) -> int:
    """Add steps at the end; returns how many. The same key twice adds them once. Raises TooManyItems."""
    conversation = lock(conversation_id)
    wanted = [shown for one in texts if (shown := text.preview(text.clean(one), LONGEST))]
    known = ChecklistItem.objects.filter(conversation=conversation)
    if not wanted or known.filter(key__startswith=f"{key[:60]}:").exists():
        return 0
    if known.count() + len(wanted) > MOST_ITEMS:
        raise TooManyItems(MOST_ITEMS)
    first = (known.aggregate(Max("position"))["position__max"] or 0) + 1
    ChecklistItem.objects.bulk_create(
        ChecklistItem(conversation=conversation, text=one, position=first + index, key=f"{key[:60]}:{index}")
        for index, one in enumerate(wanted)
    )
    bus.publish(events.ChecklistChanged(conversation_id=conversation.id), actor=actor)
    return len(wanted)


def apply_template(conversation_id: int, template: ChecklistTemplate, *, actor: int | None) -> int:
    """Put the steps of a template on a conversation, once. Raises TooManyItems."""
    return add_items(conversation_id, template.steps, key=f"template-{template.id}", actor=actor)


@retried
def tick(conversation_id: int, item_id: int, agent: Agent, *, done: bool) -> bool:
    """Done, or not after all; False when it is so already, or there is no such step."""
    conversation = lock(conversation_id)
    rows = ChecklistItem.objects.filter(conversation=conversation, id=item_id, done_at__isnull=done)
    if not rows.update(done_by=agent if done else None, done_at=timezone.now() if done else None):
        return False
    event = events.ChecklistTicked(conversation_id=conversation.id, item_id=item_id, is_done=done)
    bus.publish(event, actor=agent.pk)
    return True


@retried
def move_item(conversation_id: int, item_id: int, by: int, *, actor: int | None) -> bool:
    """One place up (-1) or down (1); False at the end, or when there is no such step."""
    conversation = lock(conversation_id)
    items = _in_order(conversation)
    at = next((index for index, item in enumerate(items) if item.id == item_id), None)
    if at is None or not 0 <= at + by < len(items):
        return False
    items.insert(at + by, items.pop(at))
    for position, item in enumerate(items, start=1):
        item.position = position
    ChecklistItem.objects.bulk_update(items, ["position"])
    bus.publish(events.ChecklistChanged(conversation_id=conversation.id), actor=actor)
    return True


def _in_order(conversation: Conversation) -> list[ChecklistItem]:
    return list(ChecklistItem.objects.filter(conversation=conversation).order_by("position", "id"))


@retried
def delete_item(conversation_id: int, item_id: int, *, actor: int | None) -> bool:
    """Take a step off; False when it is gone."""
    conversation = lock(conversation_id)
    if not ChecklistItem.objects.filter(conversation=conversation, id=item_id).delete()[0]:
        return False
    bus.publish(events.ChecklistChanged(conversation_id=conversation.id), actor=actor)
    return True


@retried
def save_template(
    template: ChecklistTemplate, *, name: str, shop: Shop | None, steps: Iterable[str], actor: int
) -> ChecklistTemplate:
    """Make a template or change it. Steps that are on conversations stay as they are."""
    template.name, template.shop = text.preview(name, 100), shop
    template.steps = [shown for one in steps if (shown := text.preview(text.clean(one), LONGEST))][:MOST_ITEMS]
    hold_row(template)
    template.save()
    bus.publish(events.ChecklistTemplateChanged(template_id=template.id), actor=actor)
    return template


@retried
def delete_template(template: ChecklistTemplate, *, actor: int) -> None:
    """Conversations keep the steps they were given."""
    number = template.id
    template.delete()
    bus.publish(events.ChecklistTemplateChanged(template_id=number), actor=actor)
