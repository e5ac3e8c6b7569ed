"""Answers that leave later: they wait as drafts with a date, and become answers when it comes.

What the customer writes meanwhile goes first: the answer is put back as a draft, for it was written to something else.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.channels import contract
from shopbell.channels.models import Outbound
from shopbell.conversations import events
from shopbell.conversations.locking import lock
from shopbell.conversations.models import Conversation, Draft, DraftFile, State
from shopbell.conversations.operations import replying
from shopbell.conversations.operations.drafting import below, cleaned
from shopbell.core.transactions import retried
from shopbell.events import bus

SOONEST = timedelta(minutes=1)
LATEST = timedelta(days=366)
AT_ONCE = 50  # of one turn of the job


class NotThen(ValueError):
    """The instant has passed, is too near, or lies beyond a year."""


@retried
def send_later(conversation_id: int, agent: Agent, answer: replying.Reply, at: datetime) -> Draft | None:
    """Keep an answer to be sent at an instant. The same key twice keeps one; None: it was sent with that key already.

    Raises as `replying.reply` does, and NotThen.
    """
    conversation = lock(conversation_id)
    if known := Draft.objects.filter(conversation=conversation, kind=Draft.LATER, key=answer.key).first():
        return known
    if Outbound.objects.filter(key=f"reply:{conversation_id}:{answer.key}").exists():
        return None
    if not SOONEST / 2 <= at - timezone.now() <= LATEST:
        raise NotThen(at)
    replying.check(conversation, answer)
    kept = _keep(conversation, agent, answer, at)
    event = events.ReplyScheduled(conversation_id=conversation.id, draft_id=kept.id, send_at=at.isoformat())
    bus.publish(event, actor=agent.pk)
    return kept


def _keep(conversation: Conversation, agent: Agent, answer: replying.Reply, at: datetime) -> Draft:
    people = {"to": answer.to, "cc": answer.cc, "bcc": answer.bcc}
    kept = Draft.objects.create(
        agent=agent,
        conversation=conversation,
        kind=Draft.LATER,
        recipients={name: [[who.name, who.address] for who in group] for name, group in people.items()},
        language=answer.language,
        quotes=answer.quotes,
        send_at=at,
        then=answer.then,
        key=answer.key[:60],
    )
    rows = [DraftFile(draft=kept, blob=blob, name=name, content_id=cid) for blob, name, cid in answer.files]
    DraftFile.objects.bulk_create(rows)
    kept.html, kept.text = cleaned(answer.html, answer.text, kept)
    kept.save(update_fields=["html", "text"])
    return kept


@retried
def unschedule(draft_id: int, *, actor: int | None, reason: str = "cancelled", to: Agent | None = None) -> Draft | None:
    """Make it a draft again: its writer's, or that of the colleague who goes on with it. None: it is no longer there.

    What that agent has begun meanwhile stands below it.
    """
    draft = _locked(draft_id)
    return None if draft is None else _put_back(draft, actor, reason, to or draft.agent)


def _locked(draft_id: int) -> Draft | None:
    """The conversation first, as everybody locks it first."""
    conversation_id = Draft.objects.filter(id=draft_id).values_list("conversation_id", flat=True).first()
    if conversation_id is None:
        return None
    lock(conversation_id)
    rows = Draft.objects.select_for_update(of=("self",)).select_related("agent", "conversation")
    return rows.filter(id=draft_id, kind=Draft.LATER).first()


def _put_back(draft: Draft, actor: int | None, reason: str, agent: Agent) -> Draft:
    begun = Draft.objects.filter(agent=agent, conversation=draft.conversation_id, kind="reply").first()
    if begun is not None:
        draft.text, draft.html = below((draft.text, draft.html), (begun.text, begun.html))
        DraftFile.objects.filter(draft=begun).update(draft=draft)
        begun.delete()
    event = events.ReplyUnscheduled(
        conversation_id=draft.conversation_id, draft_id=draft.id, agent_id=agent.pk, reason=reason
    )
    draft.agent, draft.kind, draft.send_at, draft.then, draft.key = agent, "reply", None, "", ""
    draft.saved_by, draft.version = agent, draft.version + 1
    draft.save()
    bus.publish(event, actor=actor)
    return draft


def put_back_all(conversation: Conversation, reason: str) -> None:
    """Every answer of a locked conversation that was to leave later is a draft again."""
    waiting = Draft.objects.filter(conversation=conversation, kind=Draft.LATER)
    if not waiting.exists():  # nearly always, and cheaper to ask
        return
    for draft in waiting.select_for_update().order_by("id"):
        _put_back(draft, None, reason, draft.agent)


@retried
def send_scheduled(draft_id: int, *, actor: int | None = None, due_by: datetime | None = None) -> bool:
    """Send it now, as its writer wrote it. False: it is no longer there, not due, or was put back as a draft.

    With `due_by` only one that is due by then, for it may have been put off meanwhile.
    """
    draft = _locked(draft_id)
    if draft is None or draft.send_at is None or (due_by is not None and draft.send_at > due_by):
        return False
    if reason := _hindrance(draft):
        _put_back(draft, actor, reason, draft.agent)
        return False
    replying.reply(draft.conversation_id, draft.agent, _answer(draft, undo_seconds=None if actor else 0))
    draft.delete()
    return True


def _hindrance(draft: Draft) -> str:
    """Why it may not leave by itself any more; "": nothing."""
    if draft.conversation.state == State.SPAM:
        return "spam"
    if not permissions.may_answer(draft.agent):
        return "may_not"
    return "" if draft.recipients.get("to") else "nobody"


def _answer(draft: Draft, undo_seconds: int | None) -> replying.Reply:
    files = DraftFile.objects.filter(draft=draft).select_related("blob").order_by("id")
    return replying.Reply(
        text=draft.text,
        html=draft.html,
        key=draft.key,
        to=_senders(draft.recipients.get("to", ())),
        cc=_senders(draft.recipients.get("cc", ())),
        bcc=_senders(draft.recipients.get("bcc", ())),
        files=tuple((file.blob, file.name, file.content_id) for file in files),
        then=draft.then,
        language=draft.language,
        quotes=draft.quotes,
        undo_seconds=undo_seconds,
    )


def _senders(people: Any) -> tuple[contract.Sender, ...]:
    return tuple(contract.Sender(name=name, address=address) for name, address in people)


@retried
def put_off(draft_id: int, *, at: datetime, actor: int) -> bool:
    """Send it at another time. False when it is no longer there. Raises NotThen."""
    draft = _locked(draft_id)
    if draft is None:
        return False
    if not SOONEST / 2 <= at - timezone.now() <= LATEST:
        raise NotThen(at)
    draft.send_at = at
    draft.save(update_fields=["send_at", "updated_at"])
    event = events.ReplyScheduled(conversation_id=draft.conversation_id, draft_id=draft.id, send_at=at.isoformat())
    bus.publish(event, actor=actor)
    return True


def due(now: datetime) -> list[int]:
    """Ids of the answers whose time has come, the longest overdue first."""
    rows = Draft.objects.filter(kind=Draft.LATER, send_at__lte=now).order_by("send_at")
    return list(rows.values_list("id", flat=True)[:AT_ONCE])
