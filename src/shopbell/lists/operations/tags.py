"""Tags as a whole: their colour and description, renaming, merging and deleting them everywhere."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.conversations import counters
from shopbell.conversations.models import Conversation, Tag, TagColour, TagRules
from shopbell.core import text
from shopbell.core.transactions import retried
from shopbell.events import bus
from shopbell.lists import events
from shopbell.lists.filters import tree
from shopbell.lists.models import TagChange, View

CHUNK = 100


class Busy(ValueError):
    """The tag is leaving already, or the other one is."""


class Exists(ValueError):
    """Another tag has this name: they can be merged."""


@transaction.atomic
def save_tag(tag: Tag, *, actor: Agent, name: str, colour: str, description: str) -> Tag:
    """Make a tag, or change how one looks. Raises Exists, and ValueError for a name without a letter."""
    tag.colour, tag.description = TagColour(colour), text.preview(description, 200)
    if tag.pk is None:
        tag.name = text.preview(name.lower(), 50)
        if not tag.name:
            raise ValueError("a tag needs a name")
        _make(tag)
    else:
        rows = Tag.objects.filter(pk=tag.pk)
        rows.update(colour=tag.colour, description=tag.description)  # it may be leaving, or gone, since it was read
    bus.publish(events.TagChanged(tag_id=tag.id), actor=actor.pk)
    return tag


def _make(tag: Tag) -> None:
    try:
        with transaction.atomic():
            tag.save()
    except IntegrityError:
        raise Exists(tag.name) from None


@retried
def rename_tag(tag: Tag, *, actor: Agent, name: str) -> TagChange:
    """Call it otherwise wherever it is. Raises Exists when there is such a tag, Busy, ValueError without a letter."""
    name = text.preview(name.lower(), 50)
    if not name or name == tag.name:
        raise ValueError("a new name is needed")
    _make(Tag(name=name, colour=tag.colour, description=tag.description))
    return _leave(tag, name, actor)


@retried
def merge_tag(tag: Tag, *, into: Tag, actor: Agent) -> TagChange:
    """Its conversations get the other tag instead. Raises Busy, and ValueError for itself."""
    if tag.pk == into.pk:
        raise ValueError("a tag cannot be merged into itself")
    return _leave(tag, into.name, actor)


@retried
def delete_tag(tag: Tag, *, actor: Agent) -> TagChange:
    """Take it away wherever it is. Raises Busy."""
    return _leave(tag, "", actor)


def _leave(tag: Tag, new: str, actor: Agent) -> TagChange:
    """From now on nobody can give the old tag; views ask for the new one; the conversations follow in chunks."""
    rows = {row.name: row for row in Tag.objects.select_for_update().filter(name__in=[tag.name, new]).order_by("id")}
    old, target = rows.get(tag.name), rows.get(new)
    is_target_leaving = target is not None and target.becomes is not None
    if old is None or old.becomes is not None or is_target_leaving or Tag.objects.filter(becomes=tag.name).exists():
        raise Busy(tag.name)
    old.becomes = new
    old.save(update_fields=["becomes"])
    _change_views(old.name, new)
    change = TagChange.objects.create(tag=old, old=old.name, new=new, total=old.uses)
    bus.publish(events.TagLeaves(change_id=change.id), actor=actor.pk)
    bus.publish(events.TagChunkOwed(change_id=change.id))
    return change


def _change_views(old: str, new: str) -> None:
    for view in View.objects.select_for_update().order_by("id"):
        if any(one["field"] == "tags" and old in one["value"] for _path, one in tree.conditions(view.filter)):
            view.filter = tree.replace_tag(view.filter, old, new)
            view.save(update_fields=["filter"])


@retried
def replace_some(change_id: int) -> bool:
    """The next conversations that have the old tag, in the order of their numbers; False when none is left."""
    change = TagChange.objects.select_for_update().get(id=change_id)
    if change.finished_at is not None:
        return False
    rows = Conversation.objects.select_for_update(of=("self",)).filter(tags__contains=[change.old]).order_by("id")
    found = list(rows[:CHUNK])
    for row in found:
        with counters.changing(row):
            row.tags = sorted(({*row.tags} - {change.old}) | ({change.new} if change.new else set()))
    change.done += len(found)
    change.total = max(change.total, change.done)
    if not found:
        _finish(change)
    change.save()
    return bool(found)


def _finish(change: TagChange) -> None:
    change.finished_at, change.total = timezone.now(), change.done
    Tag.objects.filter(name=change.old).delete()
    change.tag = None
    if change.new:
        uses = Conversation.objects.filter(tags__contains=[change.new]).count()
        Tag.objects.filter(name=change.new).update(uses=uses)


@transaction.atomic
def decide_who_creates(*, only_leads: bool, actor: Agent) -> None:
    """Whether a new word becomes a tag for whoever types it, or for leads and admins only."""
    TagRules.objects.update_or_create(id=1, defaults={"only_leads_create": only_leads})
    bus.publish(events.TagRulesChanged(), actor=actor.pk)
