"""What a line of the log says of a value: a state by its name, an instant by the reader's clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Choices
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from shopbell.agents.models import Status
from shopbell.commerce.models import Action
from shopbell.conversations.models import Message, OrderLink, Score, State
from shopbell.events.models import Event
from shopbell.knowledge.models import ArticleText
from shopbell.watching.models import Choice, Incident, Kind
from shopbell.web import order_words

KEYS = (
    *("change", "status", "state", "score", "reason", "part", "count", "action", "until", "what", "step"),
    *("kind", "outcome", "choice"),
)
INSTANTS = ("until",)
NAMED: Mapping[str, type[Choices]] = {
    "agents.status_changed": Status,
    "commerce.action_settled": Action.State,
    "conversations.customer_rated": Score,
    "conversations.message_state_changed": Message.State,
    "conversations.order_linked": OrderLink.Reason,
    "conversations.state_changed": State,
    "knowledge.article_state_changed": ArticleText.State,
    "watching.case_opened": Kind,
    "watching.choice_made": Choice,
    "watching.incident_changed": Incident.State,
}
WORDS: Mapping[str, Mapping[str, Any]] = {
    "conversations.reply_unscheduled": {
        "cancelled": _("taken back"),
        "edited": _("it is written on"),
        "customer_wrote": _("the customer wrote first"),
        "spam": _("it is spam"),
        "may_not": _("its writer may not answer any more"),
        "nobody": _("there is nobody to send it to"),
        "failed": _("it could not be sent"),
    },
    "knowledge.policy_changed": {
        "proposed": _("proposed"),
        "approved": _("approved"),
        "withdrawn": _("withdrawn"),
    },
}


def shown(row: Event) -> str:
    """The value a line is about; "" where it has none."""
    key, value = next(((key, row.data[key]) for key in KEYS if row.data.get(key) not in (None, "")), ("", ""))
    if key in INSTANTS:
        return _instant(str(value))
    if row.name == "commerce.shipment_moved":
        return str(order_words.STATES.get(value, value))
    return _named(row.name, value)


def _instant(value: str) -> str:
    """The day and the time for whoever reads; what is no instant stays as it is."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return date_format(timezone.localtime(at) if at.tzinfo else at, "SHORT_DATETIME_FORMAT")


def _named(name: str, value: Any) -> str:
    """A state that is not there any more keeps its short name."""
    if name in WORDS:
        return str(WORDS[name].get(value, value))
    try:
        return str(NAMED[name](value).label)
    except (KeyError, ValueError):
        return str(value)
