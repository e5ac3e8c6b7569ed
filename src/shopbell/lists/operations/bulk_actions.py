"""What can be done to many conversations: to one of them, how it was before and after, and how to take it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from shopbell.agents.models import Agent, Team
from shopbell.agents.permissions import scope
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Priority, ReadMark, State, Tag
from shopbell.lists.models import TagChange

Values = dict[str, Any]
Looks = dict[str, Any]


@dataclass(frozen=True)
class Action:
    """`look` keeps what `restore` needs. `restore` takes back what was changed unless it was changed again since."""

    apply: Callable[[Conversation, Values, Agent], None]
    look: Callable[[Conversation, Agent], Looks]
    restore: Callable[[Conversation, Looks, Looks, Agent], None]


def _assign(row: Conversation, values: Values, agent: Agent) -> None:
    """`to` is me, nobody, agent:ID or team:ID, as in the form of one. Raises ValueError for who would not see it."""
    kind, _sep, number = values["to"].partition(":")
    assignee, team = _target(kind, number, row, agent)
    if assignee is not None and not scope(assignee).may_see(row.shop_id, team.id if team else None):
        raise ValueError("this agent may not see the conversation")
    if (row.assignee_id, row.team_id) != (assignee and assignee.pk, team and team.id):
        operations.assign(row.id, agent=assignee, team=team, actor=agent.pk)


def _target(kind: str, number: str, row: Conversation, agent: Agent) -> tuple[Agent | None, Team | None]:
    if kind == "me":
        return agent, row.team
    if kind == "agent":
        return Agent.objects.get(pk=number, is_active=True), row.team
    if kind == "team":
        return None, Team.objects.get(pk=number)
    return None, row.team if scope(agent).teams is not None else None


def _look_at_people(row: Conversation, agent: Agent) -> Looks:
    return {"assignee": row.assignee_id, "team": row.team_id}


def _restore_people(row: Conversation, before: Looks, after: Looks, agent: Agent) -> None:
    if _look_at_people(row, agent) == after:
        assignee = Agent.objects.filter(pk=before["assignee"], is_active=True).first()
        team = Team.objects.filter(pk=before["team"]).first()
        operations.assign(row.id, agent=assignee, team=team, actor=agent.pk)


def _tag(row: Conversation, values: Values, agent: Agent) -> None:
    add = tuple(each for each in values.get("add", ()) if each not in row.tags)
    remove = tuple(each for each in values.get("remove", ()) if each in row.tags)
    if add or remove:
        operations.change_tags(row.id, add=add, remove=remove, actor=agent.pk)


def _look_at_tags(row: Conversation, agent: Agent) -> Looks:
    return {"tags": row.tags}


def _restore_tags(row: Conversation, before: Looks, after: Looks, agent: Agent) -> None:
    """Each tag by itself, as it is called by now: those that were added go, those that were taken away come back."""
    had, has = _called_now(before["tags"]), _called_now(after["tags"])
    added, removed = has - had, had - has
    _tag(row, {"add": sorted(removed), "remove": sorted(added)}, agent)


def _called_now(names: Sequence[str]) -> set[str]:
    """These tags after all that was renamed, merged and deleted since."""
    known = set(Tag.objects.values_list("name", flat=True).filter(name__in=names))
    gone = set(names) - known
    became = dict(TagChange.objects.filter(old__in=gone).order_by("id").values_list("old", "new"))
    further = {became.get(name, name) for name in gone} - {""}
    return known | (_called_now(sorted(further)) if further - gone else further)


def _prioritise(row: Conversation, values: Values, agent: Agent) -> None:
    if row.priority != values["priority"]:
        operations.prioritise(row.id, priority=Priority(values["priority"]), actor=agent.pk)


def _look_at_priority(row: Conversation, agent: Agent) -> Looks:
    return {"priority": row.priority}


def _restore_priority(row: Conversation, before: Looks, after: Looks, agent: Agent) -> None:
    if _look_at_priority(row, agent) == after:
        _prioritise(row, before, agent)


def _snooze(row: Conversation, values: Values, agent: Agent) -> None:
    operations.snooze(row.id, until=datetime.fromisoformat(values["until"]), actor=agent.pk)


def _resolve(row: Conversation, values: Values, agent: Agent) -> None:
    operations.resolve(row.id, actor=agent.pk)


def _reopen(row: Conversation, values: Values, agent: Agent) -> None:
    """As the button does it: spam and a snooze end too."""
    operations.not_spam(row.id, actor=agent.pk)
    operations.wake(row.id, actor=agent.pk)
    operations.reopen(row.id, actor=agent.pk)


def _spam(row: Conversation, values: Values, agent: Agent) -> None:
    operations.mark_spam(row.id, actor=agent.pk)


def _look_at_state(row: Conversation, agent: Agent) -> Looks:
    until, done = row.snoozed_until, row.resolved_at
    times = {"until": until and until.isoformat(), "resolved_at": done and done.isoformat()}
    return {"state": row.state, "sleeps": row.sleeps_till_reply, **times}


def _restore_state(row: Conversation, before: Looks, after: Looks, agent: Agent) -> None:
    if _look_at_state(row, agent) != after:
        return None
    if before["state"] == State.SPAM:
        return operations.mark_spam(row.id, actor=agent.pk)
    if before["state"] in (State.RESOLVED, State.CLOSED):
        return operations.resolve(row.id, actor=agent.pk)
    if row.state != before["state"] or row.snoozed_until or row.sleeps_till_reply:
        _reopen(row, {}, agent)
    if before["state"] == State.PENDING_CUSTOMER:
        operations.await_customer(row.id, actor=agent.pk)
    until = datetime.fromisoformat(before["until"]) if before["until"] else None
    if before["state"] == State.PENDING_THIRD and until and until > timezone.now():
        return operations.await_third(row.id, until=until, actor=agent.pk)
    if before["sleeps"] or (until and until > timezone.now()):
        operations.snooze(row.id, until=until, actor=agent.pk)
    return None


def _read(row: Conversation, values: Values, agent: Agent) -> None:
    operations.mark_read(row, agent)


def _unread(row: Conversation, values: Values, agent: Agent) -> None:
    operations.mark_unread(row, agent)


def _look_at_mark(row: Conversation, agent: Agent) -> Looks:
    seen = ReadMark.objects.filter(agent=agent, conversation=row).values_list("message_id", flat=True).first()
    return {"unread": row.last_inbound_id > (seen or 0)}


def _restore_mark(row: Conversation, before: Looks, after: Looks, agent: Agent) -> None:
    if _look_at_mark(row, agent) == after:
        (_unread if before["unread"] else _read)(row, {}, agent)


ACTIONS: dict[str, Action] = {
    "assign": Action(_assign, _look_at_people, _restore_people),
    "tags": Action(_tag, _look_at_tags, _restore_tags),
    "priority": Action(_prioritise, _look_at_priority, _restore_priority),
    "snooze": Action(_snooze, _look_at_state, _restore_state),
    "resolve": Action(_resolve, _look_at_state, _restore_state),
    "reopen": Action(_reopen, _look_at_state, _restore_state),
    "spam": Action(_spam, _look_at_state, _restore_state),
    "read": Action(_read, _look_at_mark, _restore_mark),
    "unread": Action(_unread, _look_at_mark, _restore_mark),
}
