"""What each operator means: a condition on conversations, or words a message must have and a look at the message.

A value that means nothing is a Problem, told to whoever typed it; the operator is left out then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.agents import queries as agents
from shopbell.agents.models import Agent
from shopbell.channels.models import Channel
from shopbell.conversations import masking
from shopbell.conversations.models import Folder, Message, Priority, ReadMark, Tag
from shopbell.conversations.search.indexing import RECIPIENT
from shopbell.conversations.search.typed import Term
from shopbell.core import days, text, words
from shopbell.customers import queries as customers
from shopbell.shops.models import Shop

MANY_CUSTOMERS = 200  # more than so many of a name are looked for by the name, not one by one
MOST_NAMED = 12  # values that are listed where none of them was meant
STATES = ("open", "snoozed", "resolved", "spam", "merged", "unread", "mine", "unassigned", "waiting")
PARTS = ("attachment", "failure", "note")
NOBODY = ("nobody", "none")
_AGO = re.compile(r"(\d{1,4})([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_FOLDERS = [folder.value for folder in Folder]  # named so that an index which begins with the folder serves
Check = Callable[[Message], bool]


class Problem(Exception):
    """The value of an operator means nothing; the text says why, and what would."""


@dataclass(frozen=True)
class Condition:
    """What must hold. `is_narrow`: an index finds the conversations; `needs`: a tsquery; `check`: of a message."""

    q: Q = Q()
    is_narrow: bool = False
    needs: str = ""
    check: Check | None = None


def condition(group: Sequence[Term], viewer: Agent) -> Condition:
    """Of one group of operators, any of which must hold. Raises Problem."""
    parts = [_one(term, viewer) for term in group]
    if len(parts) == 1:
        return parts[0]
    if any(part.check or part.needs for part in parts):
        if any(part.check is None for part in parts):
            raise Problem(_("to:, cc: and subject: can be alternatives (OR) of each other only."))
        return _any_message(parts)
    return Condition(reduce(lambda a, b: a | b, (part.q for part in parts)), all(part.is_narrow for part in parts))


def _any_message(parts: Sequence[Condition]) -> Condition:
    checks = [part.check for part in parts if part.check is not None]
    needs = " | ".join(part.needs for part in parts) if all(part.needs for part in parts) else ""
    return Condition(needs=needs and f"({needs})", check=lambda message: any(check(message) for check in checks))


def _one(term: Term, viewer: Agent) -> Condition:
    if not term.value:
        raise Problem(_("{operator}: needs a value right behind the colon.").format(operator=term.kind))
    found = _MEANINGS[term.kind](term.value, viewer)
    if not term.is_unwanted:
        return found
    if found.check is not None:
        check = found.check
        return Condition(check=lambda message: not check(message))
    return Condition(~found.q)


def hidden() -> str:
    """Why somebody who sees customers masked finds nothing by their names and addresses: a hit would be an answer."""
    return _("You do not see customers’ names, addresses and numbers, so they cannot be searched for.")


def _from(value: str, viewer: Agent) -> Condition:
    if masking.is_masked(viewer):
        raise Problem(hidden())
    found = customers.matching(value)
    few = list(found.values_list("id", flat=True)[: MANY_CUSTOMERS + 1])
    if len(few) <= MANY_CUSTOMERS:
        return Condition(Q(customer_id__in=few), is_narrow=True)
    return Condition(Q(Exists(found.filter(id=OuterRef("customer_id")))))


def _to(field: str) -> Callable[[str, Agent], Condition]:
    def meaning(value: str, viewer: Agent) -> Condition:
        if masking.is_masked(viewer):
            raise Problem(hidden())
        wanted = text.terms(value)
        if not wanted:
            raise Problem(_("{operator}: needs a name or an address.").format(operator=field))
        needs = " & ".join(f"'{RECIPIENT}{term}':*" for term in wanted)
        return Condition(needs=f"({needs})", check=lambda message: _went_to(message, field, wanted))

    return meaning


def _went_to(message: Message, field: str, wanted: Iterable[str]) -> bool:
    listed = text.terms(" ".join(part for who in message.recipients.get(field, ()) for part in who))
    return all(any(term.startswith(one) for term in listed) for one in wanted)


def _subject(value: str, viewer: Agent) -> Condition:
    groups = text.query(f'"{value}"')
    if not groups:
        raise Problem(_("{operator}: needs a word.").format(operator="subject"))

    def check(message: Message) -> bool:
        return text.has_all(f"{message.subject}\n{message.conversation.subject}", groups)

    return Condition(needs=tsquery(groups), check=check)


def tsquery(groups: Iterable[Sequence[str]]) -> str:
    """Groups of variants as one condition: of every group at least one."""
    return "(" + " & ".join("(" + " | ".join(f"'{word}'" for word in group) + ")" for group in groups) + ")"


def _tag(value: str, viewer: Agent) -> Condition:
    name = value.lower()
    if not Tag.objects.filter(name=name).exists():
        raise Problem(_not_among(_("No tag is called “{value}”."), value, Tag.objects.values_list("name", flat=True)))
    return Condition(Q(tags__contains=[name]), is_narrow=True)


def _is(value: str, viewer: Agent) -> Condition:
    state = value.lower()
    if state in Folder.values:
        return Condition(Q(folder=state), is_narrow=state != Folder.RESOLVED)
    if state == "merged":
        return Condition(Q(merged_into__isnull=False), is_narrow=True)
    if state == "mine":
        return Condition(Q(folder__in=_FOLDERS, assignee=viewer), is_narrow=True)
    if state == "unassigned":
        return Condition(Q(folder__in=_FOLDERS, assignee=None))
    if state == "waiting":
        return Condition(Q(folder__in=[Folder.OPEN, Folder.SNOOZED], waiting_since__isnull=False))
    if state == "unread":
        return Condition(Q(last_inbound_id__gt=_read_up_to(viewer)))
    raise Problem(_not_among(_("is: does not know “{value}”."), value, STATES))


def _read_up_to(viewer: Agent) -> Coalesce:
    mark = ReadMark.objects.filter(agent=viewer, conversation=OuterRef("id")).values("message_id")
    return Coalesce(Subquery(mark), 0)


def _has(value: str, viewer: Agent) -> Condition:
    part = value.lower().removesuffix("s")
    if part in ("attachment", "file"):
        return Condition(Q(has_attachments=True))
    if part == "failure":
        return Condition(Q(has_failure=True), is_narrow=True)
    if part == "note":
        notes = Message.objects.filter(conversation=OuterRef("id"), kind=Message.Kind.NOTE)
        return Condition(Q(Exists(notes)))
    raise Problem(_not_among(_("has: does not know “{value}”."), value, PARTS))


def _assignee(value: str, viewer: Agent) -> Condition:
    if value.lower() in NOBODY:
        return Condition(Q(folder__in=_FOLDERS, assignee=None))
    if value.lower() == "me":
        return Condition(Q(folder__in=_FOLDERS, assignee=viewer), is_narrow=True)
    known = {agent.id: (str(agent), agent.email) for agent in agents.answering(viewer)}
    found = [number for number, names in known.items() if _begins(names, value)]
    if not found:
        raise Problem(
            _not_among(
                _("Nobody here is called “{value}”."), value, ["me", *NOBODY, *(one[0] for one in known.values())]
            )
        )
    return Condition(Q(folder__in=_FOLDERS, assignee_id__in=found), is_narrow=True)


def _team(value: str, viewer: Agent) -> Condition:
    if value.lower() in NOBODY:
        return Condition(Q(folder__in=_FOLDERS, team=None))
    known = {team.id: team.name for team in agents.teams(viewer)}
    found = [number for number, name in known.items() if _begins([name], value)]
    if not found:
        raise Problem(_not_among(_("No team is called “{value}”."), value, ["none", *known.values()]))
    return Condition(Q(folder__in=_FOLDERS, team_id__in=found), is_narrow=True)


def shops(viewer: Agent) -> QuerySet[Shop]:
    """Those whose conversations the viewer may see."""
    return permissions.scope(viewer).of_shops(Shop.objects.order_by("name"), "id")


def _shop(value: str, viewer: Agent) -> Condition:
    known = list(shops(viewer))
    found = [shop.id for shop in known if _begins([shop.name, shop.slug], value)]
    if not found:
        raise Problem(_not_among(_("No shop is called “{value}”."), value, [shop.name for shop in known]))
    return Condition(Q(shop_id__in=found))


def channels(viewer: Agent) -> QuerySet[Channel]:
    """Those of the shops the viewer may see; nothing of how they are set up is read."""
    return Channel.objects.filter(shop__in=shops(viewer)).only("id", "name", "address").order_by("name")


def _in(value: str, viewer: Agent) -> Condition:
    """A channel, or all of a shop's."""
    known = list(channels(viewer))
    found = [one.id for one in known if _begins([one.name, one.address], value)]
    if found:
        return Condition(Q(channel_id__in=found))
    try:
        return _shop(value, viewer)
    except Problem:
        names = [*(one.name for one in known), *shops(viewer).values_list("name", flat=True)]
        raise Problem(_not_among(_("No mailbox and no shop is called “{value}”."), value, names)) from None


def _language(value: str, viewer: Agent) -> Condition:
    code = value.lower()
    names = {known: translation.get_language_info(known) for known, _name in settings.LANGUAGES}
    for known, info in names.items():
        if code in {info[part].lower() for part in ("name", "name_local", "name_translated")}:
            code = known
    if not re.fullmatch(r"[a-z]{2,3}(-[a-z]{2,4})?", code):
        raise Problem(_not_among(_("“{value}” is no language."), value, names))
    return Condition(Q(language=code[:5]))


def _priority(value: str, viewer: Agent) -> Condition:
    for level in Priority:
        if value.lower() in (level.name.lower(), str(level.label).lower()):
            return Condition(Q(priority=level))
    raise Problem(
        _not_among(_("priority: does not know “{value}”."), value, [level.name.lower() for level in Priority])
    )


def _before(value: str, viewer: Agent) -> Condition:
    return Condition(Q(last_message_at__lt=start(day(value))))


def _after(value: str, viewer: Agent) -> Condition:
    return Condition(Q(last_message_at__gte=start(day(value))))


def _on(value: str, viewer: Agent) -> Condition:
    of = day(value)
    return Condition(Q(last_message_at__gte=start(of), last_message_at__lt=start(of + timedelta(days=1))))


def day(value: str) -> date:
    """As `core.days` reads it, today, yesterday, or so long ago: 3d, 2w, 6m, 1y. Raises Problem."""
    today = timezone.localdate()
    named = {"today": 0, _("today"): 0, "yesterday": 1, _("yesterday"): 1}.get(value.lower())
    ago = _AGO.fullmatch(value.lower())
    try:
        if named is not None:
            return today - timedelta(days=named)
        if ago:
            return today - timedelta(days=int(ago[1]) * _DAYS[ago[2]])
        return days.day(value)
    except (ValueError, OverflowError):
        pass
    raise Problem(_("“{value}” is no day. Write 2026-11-21, today, yesterday or 2w.").format(value=value))


def start(of: date) -> datetime:
    """When a day begins for whoever looks."""
    return datetime.combine(of, time.min, tzinfo=timezone.get_current_timezone())


def _begins(names: Iterable[str], typed: str) -> bool:
    """Is what was typed the beginning of a name or of one of its words, whatever the marks and the case?"""
    wanted = words.fold(typed.lower())
    folded = [words.fold(name.lower()) for name in names]
    return any(name.startswith(wanted) or f" {wanted}" in name for name in folded)


def _not_among(message: str, value: str, known: Iterable[str]) -> str:
    """The message, and what is known instead: all of it where that is little."""
    listed = sorted(known)
    shown = ", ".join(listed[:MOST_NAMED]) + (" …" if len(listed) > MOST_NAMED else "")
    said = message.format(value=value)
    return f"{said} {_('Known:')} {shown}" if shown else said


_MEANINGS: dict[str, Callable[[str, Agent], Condition]] = {
    "from": _from,
    "to": _to("to"),
    "cc": _to("cc"),
    "subject": _subject,
    "tag": _tag,
    "is": _is,
    "in": _in,
    "assignee": _assignee,
    "team": _team,
    "has": _has,
    "before": _before,
    "after": _after,
    "on": _on,
    "language": _language,
    "priority": _priority,
    "shop": _shop,
}
