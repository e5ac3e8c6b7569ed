"""What a view can ask of a conversation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shopbell.agents import permissions
from shopbell.agents import queries as people
from shopbell.agents.models import Agent
from shopbell.channels.models import Channel
from shopbell.conversations.models import Folder, Priority, State, Tag
from shopbell.fields import queries as definitions
from shopbell.fields.models import Kind, Subject
from shopbell.shops.models import Shop

Label = str | Promise
Choices = list[tuple[str, str]]

SOME, TAGS, TEXT, TIME, FLAG, CUSTOMER = "some", "tags", "text", "time", "flag", "customer"
NUMBER, DATE = "number", "date"  # of fields a shop makes itself
OPERATORS: dict[str, dict[str, Label]] = {
    SOME: {"is": _("is one of"), "is_not": _("is none of")},
    TAGS: {"any": _("has any of"), "all": _("has all of"), "none": _("has none of")},
    TEXT: {"contains": _("contains"), "lacks": _("does not contain")},
    TIME: {
        "older": _("is longer ago than"),
        "newer": _("is within the last"),
        "soon": _("is within the next"),
        "before": _("is before"),
        "from": _("is on or after"),
    },
    FLAG: {"yes": _("yes"), "no": _("no")},
    NUMBER: {"least": _("is at least"), "most": _("is at most")},
    DATE: {"least": _("is on or after"), "most": _("is on or before")},
    CUSTOMER: {"is": _("is"), "is_not": _("is not")},
}
UNITS: dict[str, tuple[Label, int]] = {
    "min": (_("minutes"), 60),
    "h": (_("hours"), 3600),
    "d": (_("days"), 86_400),
    "w": (_("weeks"), 7 * 86_400),
}
LONGEST = 10_000  # of any unit


def duration(value: Mapping[str, Any]) -> timedelta:
    """Two hours, as {"n": 2, "unit": "h"} says it."""
    return timedelta(seconds=value["n"] * UNITS[value["unit"]][1])


@dataclass(frozen=True)
class Field:
    """One thing to ask. `column`: of the conversation, where the answer stands; "" where it is worked out."""

    name: str
    label: Label
    kind: str
    column: str = ""
    key: str = ""  # of a field of the shop's own, in the JSON of `column`

    @property
    def operators(self) -> dict[str, Label]:
        """What can be asked of it; only the end of a snooze lies ahead."""
        found = OPERATORS[self.kind]
        return found if self.kind != TIME or self.name == "snoozed_until" else _without(found, "soon")


def _without(operators: dict[str, Label], name: str) -> dict[str, Label]:
    return {key: label for key, label in operators.items() if key != name}


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("state", _("State"), SOME, "state"),
        Field("folder", _("Folder"), SOME, "folder"),
        Field("assignee", _("Assignee"), SOME, "assignee_id"),
        Field("team", _("Team"), SOME, "team_id"),
        Field("tags", _("Tags"), TAGS, "tags"),
        Field("priority", _("Priority"), SOME, "priority"),
        Field("subject", _("Subject"), TEXT, "subject"),
        Field("customer", _("Customer"), CUSTOMER, "customer_id"),
        Field("shop", _("Shop"), SOME, "shop_id"),
        Field("channel", _("Channel"), SOME, "channel_id"),
        Field("channel_type", _("Kind of channel"), SOME, "channel_type"),
        Field("language", _("Language"), SOME, "language"),
        Field("waits", _("The customer waits"), FLAG, "waiting_since"),
        Field("waiting_since", _("Waits since"), TIME, "waiting_since"),
        Field("last_message_at", _("Last message"), TIME, "last_message_at"),
        Field("created", _("Created"), TIME, "opened_at"),
        Field("snoozed_until", _("Snoozed until"), TIME, "snoozed_until"),
        Field("last_from_customer", _("The last word is the customer’s"), FLAG, "last_from_customer"),
        Field("unread", _("Unread by me"), FLAG),
        Field("followed", _("Followed by me"), FLAG),
        Field("mentioned", _("A note names me or my team"), FLAG),
        Field("attachment", _("Has a file"), FLAG, "has_attachments"),
        Field("failure", _("An answer did not arrive"), FLAG, "has_failure"),
    )
}
NOBODY, SOMEBODY, ME, NONE = "nobody", "somebody", "me", "none"


OWN = {"custom": (Subject.CONVERSATION, "custom"), "attribute": (Subject.CUSTOMER, "customer__custom")}
OWN_KINDS = {
    Kind.TEXT: TEXT,
    Kind.URL: TEXT,
    Kind.NUMBER: NUMBER,
    Kind.DATE: DATE,
    Kind.YES_NO: FLAG,
    Kind.CHOICE: SOME,
    Kind.CHOICES: TAGS,
}


def lookup(name: str) -> Field | None:
    """The field of this name: one every conversation has, or custom:KEY:KIND, attribute:KEY:KIND of the shop's own."""
    about, _sep, rest = name.partition(":")
    key, _sep, kind = rest.rpartition(":")
    if about in OWN and key and kind in OWN_KINDS.values():
        return Field(name, key, kind, OWN[about][1], key)
    return FIELDS.get(name)


def own_fields() -> list[Field]:
    """Those the shop made for conversations and for customers, each with its name."""
    made = definitions.active()
    return [
        Field(f"{about}:{one.key}:{OWN_KINDS[Kind(one.kind)]}", one.label, OWN_KINDS[Kind(one.kind)], column, one.key)
        for about, (subject, column) in OWN.items()
        for one in made[subject]
    ]


def choices(field: Field, agent: Agent) -> Choices:
    """What can be chosen, as far as this agent may know of it; [] where a value is typed."""
    if field.key:
        subject = OWN[field.name.partition(":")[0]][0]
        options = [one.options for one in definitions.of(subject) if one.key == field.key]
        return [(option, option) for some in options for option in some]
    make = _CHOICES.get(field.name)
    return make(agent) if make else []


def _states(agent: Agent) -> Choices:
    return [(str(value), str(label)) for value, label in State.choices]


def _folders(agent: Agent) -> Choices:
    return [(str(value), str(label)) for value, label in Folder.choices]


def _priorities(agent: Agent) -> Choices:
    return [(str(value), str(label)) for value, label in reversed(Priority.choices)]


def _assignees(agent: Agent) -> Choices:
    fixed = [(ME, str(_("me"))), (NOBODY, str(_("nobody"))), (SOMEBODY, str(_("somebody")))]
    return fixed + [(str(one.pk), one.name) for one in people.answering(agent)]


def _teams(agent: Agent) -> Choices:
    rows = people.teams(agent).values_list("id", "name")
    return [(NONE, str(_("no team")))] + [(str(number), name) for number, name in rows]


def _tags(agent: Agent) -> Choices:
    names = Tag.objects.filter(becomes=None).order_by("name").values_list("name", flat=True)
    return [(name, name) for name in names]


def _shops(agent: Agent) -> Choices:
    rows, own = Shop.objects.order_by("name"), permissions.scope(agent).shops
    rows = rows if own is None else rows.filter(id__in=own)
    return [(str(number), name) for number, name in rows.values_list("id", "name")]


def _channels(agent: Agent) -> Choices:
    rows, own = Channel.objects.order_by("name", "address"), permissions.scope(agent).shops
    rows = rows if own is None else rows.filter(shop__in=own)
    found = rows.values_list("id", "name", "address")
    return [(str(number), f"{name} {address}".strip()) for number, name, address in found]


def _channel_types(agent: Agent) -> Choices:
    kinds = sorted(set(Channel.objects.values_list("type", flat=True)))
    names = {"email": str(_("e-mail")), "contact_form": str(_("contact form")), "portal": str(_("portal"))}
    return [(kind, names.get(kind, kind.replace("_", " "))) for kind in kinds]


def _languages(agent: Agent) -> Choices:
    """Ours first, then every other by its name."""
    ours = [code for code, _name in settings.LANGUAGES]
    others = [code for code, info in LANG_INFO.items() if len(code) == 2 and "name" in info and code not in ours]
    named = sorted((language_name(code), code) for code in others)
    return [(code, language_name(code)) for code in ours] + [(code, name) for name, code in named]


def language_name(code: str) -> str:
    """A language in the viewer's words."""
    return str(translation.get_language_info(code)["name_translated"]).capitalize()


_CHOICES: dict[str, Callable[[Agent], Choices]] = {
    "state": _states,
    "folder": _folders,
    "assignee": _assignees,
    "team": _teams,
    "tags": _tags,
    "priority": _priorities,
    "shop": _shops,
    "channel": _channels,
    "channel_type": _channel_types,
    "language": _languages,
}
