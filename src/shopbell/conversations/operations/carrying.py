"""What hangs on a conversation goes along when its messages go into another one, and comes back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model

from shopbell.conversations.models import (
    ChecklistItem,
    Conversation,
    Draft,
    Follower,
    Mention,
    Merge,
    Message,
    MessageSearch,
    Participant,
    ReadMark,
    SideConversation,
    Wait,
)
from shopbell.conversations.operations import waits

Ids = dict[str, list[int]]
Marks = dict[str, dict[str, int | None]]
# A table whose rows go along, and what may be there once only: a row that is there already stays where it was.
_TABLES: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (Follower, ("agent_id",)),
    (Participant, ("address",)),
    (ChecklistItem, ("key",)),
    (SideConversation, ("key",)),
    (Mention, ("id",)),
    (Draft, ("agent_id", "kind", "key")),
)


def carry_messages(ids: list[int], source: Conversation, target: Conversation) -> None:
    """Messages, with their words to be found by."""
    Message.objects.filter(id__in=ids, conversation=source).update(conversation=target)
    here = Message.objects.filter(id__in=ids, conversation=target).values("id")
    MessageSearch.objects.filter(message__in=here).update(conversation_id=target.id)


def carry_rows(source: Conversation, target: Conversation) -> Ids:
    """Followers, participants, checklists, side conversations, mentions, drafts; returns what went."""
    return {model.__name__: _carry(model, names, source, target) for model, names in _TABLES}


def carry_back(ids: Mapping[str, list[int]], source: Conversation, target: Conversation) -> None:
    """What went and is still there returns, unless there is such a row again: then it stays."""
    for model, names in _TABLES:
        _carry(model, names, source, target, only=ids.get(model.__name__, []))


def _carry(
    model: type[Model],
    names: tuple[str, ...],
    source: Conversation,
    target: Conversation,
    only: list[int] | None = None,
) -> list[int]:
    rows = model._default_manager
    there = {_key(values) for values in rows.filter(conversation=target).values_list(*names)}
    going = rows.filter(conversation=source) if only is None else rows.filter(conversation=source, pk__in=only)
    found = going.values_list("pk", *names)
    ids = [number for number, *values in found if _key(values) not in there]
    rows.filter(pk__in=ids).update(conversation=target)
    return ids


def _key(values: Any) -> tuple[str, ...]:
    return tuple(str(value).lower() for value in values)


def unite_waits(source: Conversation, target: Conversation) -> dict[str, Any]:
    """All waits are the target's; of two open ones the earlier. Returns what `part_waits` needs."""
    here, there = waits.open_one(target), waits.open_one(source)
    aside: dict[str, Any] = {}
    united = there or here
    if here and there:
        united, later = sorted((here, there), key=lambda wait: wait.opened_at)
        aside = {"of": later.conversation_id, "opened_at": later.opened_at.isoformat(), "channel": later.channel_id}
        later.delete()
    rows = Wait.objects.filter(conversation=source)
    ids = list(rows.values_list("id", flat=True))
    rows.update(conversation=target)
    began = [{"at": wait.opened_at.isoformat(), "channel": wait.channel_id} if wait else None for wait in (there, here)]
    return {"ids": ids, "aside": aside, "united": united.id if united else None, "began": began}


def part_waits(merge: Merge, source: Conversation, target: Conversation) -> None:
    """Closed waits go back; one that was set aside for an earlier one, which was closed since, was closed with it. Who
    waited in the target and was not answered since waits there again, and the others in the source.
    """
    known = merge.before["waits"]
    Wait.objects.filter(id__in=known["ids"], conversation=source).exclude(closed_at=None).update(conversation=target)
    united, aside = Wait.objects.filter(id=known["united"]).first(), known["aside"]
    if united is not None and united.closed_at is not None and aside:
        Wait.objects.create(
            conversation_id=aside["of"],
            channel_id=aside["channel"],
            opened_at=aside["opened_at"],
            closed_at=united.closed_at,
            answered_by_id=united.answered_by_id,
            is_unanswered=united.is_unanswered,
        )
    began, wait = known["began"][0], waits.open_one(source)
    if began is None or wait is None or wait.opened_at > (at := datetime.fromisoformat(began["at"])):
        return
    if wait.opened_at == at:
        _begin_later(merge, wait, source)
    Wait.objects.create(conversation=target, channel_id=began["channel"], opened_at=at)


def _begin_later(merge: Merge, wait: Wait, source: Conversation) -> None:
    """The wait goes on with the first question of those that are left, if there is one: what was asked there before,
    in what went in besides, or since.
    """
    besides = Merge.objects.filter(parent=source, undone_at=None).exclude(id=merge.id)
    began = [merge.before["waits"]["began"][1], *(other.before["waits"]["began"][0] for other in besides)]
    since = min([merge.merged_at, *(datetime.fromisoformat(one["at"]) for one in began if one)])
    question = waits.unanswered(source, since)
    if question is None or waits.is_done_with(source, question):
        wait.delete()
    else:
        Wait.objects.filter(id=wait.id).update(opened_at=question.occurred_at, channel=question.channel_id)


def unite_marks(source: Conversation, target: Conversation) -> Marks:
    """Who had something unread in either has it unread in both, from there on. Returns marks before and after."""
    here, there = _marks(target), _marks(source)
    marks: Marks = {}
    for agent in here.keys() | there.keys():
        read = [(here.get(agent), target), (there.get(agent), source)]
        behind = [mark or 0 for mark, one in read if one.last_inbound_id > (mark or 0)]
        after = min(behind) if behind else max(mark or 0 for mark, _one in read)
        ReadMark.objects.update_or_create(agent_id=agent, conversation=target, defaults={"message_id": after})
        marks[str(agent)] = {"before": here.get(agent), "after": after}
    return marks


def part_marks(marks: Marks, source: Conversation, target: Conversation) -> None:
    """As it was; who has read on since has read on in both."""
    now = _marks(source)
    for agent, mark in marks.items():
        read = now.get(int(agent))
        mine = ReadMark.objects.filter(agent_id=int(agent), conversation=source)
        if read != mark["after"]:
            ReadMark.objects.filter(agent_id=int(agent), conversation=target, message_id__lt=read or 0).update(
                message_id=read or 0
            )
        elif mark["before"] is None:
            mine.delete()
        else:
            mine.update(message_id=mark["before"])


def _marks(conversation: Conversation) -> dict[int, int]:
    return dict(ReadMark.objects.filter(conversation=conversation).values_list("agent_id", "message_id"))
