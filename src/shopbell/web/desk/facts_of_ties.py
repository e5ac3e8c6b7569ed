"""What is told in the timeline of merging, splitting, linking and removing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from shopbell.conversations import events
from shopbell.conversations.models import RedactReason
from shopbell.events.models import Event

Names = Mapping[int, str]


def _actor(event: Event, agents: Names) -> str:
    return agents.get(event.actor_id or 0, "")


def _merged(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    number, actor = event.data["into_id"], _actor(event, agents)
    return "merge", _("{agent} merged it into #{number}").format(agent=actor, number=number)


def _took_in(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    number, actor = event.data["from_id"], _actor(event, agents)
    return "merge", _("{agent} merged #{number} into this one").format(agent=actor, number=number)


def _parted(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    number, actor = event.data["other_id"], _actor(event, agents)
    return "undo-2", _("{agent} undid the merge with #{number}").format(agent=actor, number=number)


def _split(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    number, actor = event.data["new_id"], _actor(event, agents)
    return "split", _("{agent} split messages off: #{number}").format(agent=actor, number=number)


def _split_off(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    number, actor = event.data["from_id"], _actor(event, agents)
    return "split", _("{agent} split this off from #{number}").format(agent=actor, number=number)


def _linked(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    number, actor = event.data["other_id"], _actor(event, agents)
    text = _("{agent} linked it to #{number}") if actor else _("Linked to #{number}")
    return "link", text.format(agent=actor, number=number)


def _unlinked(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    number, actor = event.data["other_id"], _actor(event, agents)
    return "link", _("{agent} let go of #{number}").format(agent=actor, number=number)


def _redacted(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    actor, reason = _actor(event, agents), str(RedactReason(event.data["reason"]).label)
    is_file = event.data["what"] == "file"
    text = _("{agent} removed a file ({reason})") if is_file else _("{agent} removed a passage ({reason})")
    return "eraser", text.format(agent=actor, reason=reason)


TELLERS: dict[str, Callable[[Event, Names, Names], tuple[str, str]]] = {
    events.ConversationMerged.name: _merged,
    events.ConversationTookIn.name: _took_in,
    events.MergeUndone.name: _parted,
    events.ConversationSplit.name: _split,
    events.ConversationSplitOff.name: _split_off,
    events.ConversationLinked.name: _linked,
    events.ConversationUnlinked.name: _unlinked,
    events.ConversationRedacted.name: _redacted,
}
