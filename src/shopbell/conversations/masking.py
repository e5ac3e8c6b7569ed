"""What a partner agent is kept from, taken out of every row as it is read (`core.covering`, `permissions.masking`).

Customers' e-mail addresses and numbers are shown as a•••@••• and •••34, names as the team's rules say; mails only as
text, for their HTML cannot be searched for addresses reliably. Rows read to be changed (`select_for_update`) are whole.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from shopbell.agents.models import Agent, Team
from shopbell.agents.permissions import Masking, masking
from shopbell.conversations.models import Attachment, Conversation, Message
from shopbell.core import covering, text
from shopbell.core.files import is_safe_inline
from shopbell.customers.models import Customer, CustomerNote, Identity

Row = TypeVar("Row", bound=Model)
OURS = (Message.Kind.AGENT, Message.Kind.NOTE, Message.Kind.AUTO_REPLY_OUT, Message.Kind.SIDE_OUT)


def conversations(rows: QuerySet[Conversation], viewer: Agent) -> QuerySet[Conversation]:
    """The rows as the viewer may see them."""
    rules = masking(viewer)
    return rows if rules is None else covering.covered(rows, lambda row: _conversation(row, rules))


def messages(rows: QuerySet[Message], viewer: Agent) -> QuerySet[Message]:
    """The rows as the viewer may see them."""
    rules = masking(viewer)
    return rows if rules is None else covering.covered(rows, lambda row: _message(row, rules))


def customers(rows: QuerySet[Customer], viewer: Agent) -> QuerySet[Customer]:
    """The rows, and the identities of each, as the viewer may see them."""
    rules = masking(viewer)
    return rows if rules is None else covering.covered(rows, lambda row: cover_customer(row, rules))


def about(rows: QuerySet[Row], viewer: Agent) -> QuerySet[Row]:
    """Rows about a conversation or a message, with what they are about as the viewer may see it."""
    rules = masking(viewer)
    return rows if rules is None else covering.covered(rows, lambda row: _about_row(row, rules))


def _about_row(row: Model, rules: Masking) -> None:
    fetched = row._state.fields_cache
    if fetched.get("message") is not None:
        _message(fetched["message"], rules)
    if fetched.get("conversation") is not None:
        _conversation(fetched["conversation"], rules)


def is_masked(viewer: Agent) -> bool:
    """Whether the viewer sees customers' data masked."""
    return masking(viewer) is not None


def name(value: str, rules: Masking, number: int = 0) -> str:
    """A customer's name as the rules show it."""
    if rules.names == Team.Names.NONE:
        return _("Customer {number}").format(number=number) if number else _("Customer")
    if rules.names == Team.Names.SHORT or "@" in value:
        return covering.short_name(value)
    return value


def may_open(viewer: Agent, file: Attachment) -> bool:
    """Whether the viewer may open a file: what colleagues attached always, customers' as the team's rules say."""
    rules = masking(viewer)
    if rules is None or file.message.kind in OURS or rules.files == Team.Files.ALL:
        return True
    return rules.files == Team.Files.PICTURES and is_safe_inline(file.blob.content_type)


def says(message: Message, words: str) -> bool:
    """Whether each of the words stands in what the viewer sees of a message: else finding it would tell what is hidden.

    `message` is a masked one.
    """
    body = f"{message.sender_name}\n{message.subject}\n{message.text}"
    return all(any(is_hit for _part, is_hit in text.highlight(body, word)) for word in re.findall(r"\w+", words))


def _conversation(row: Conversation, rules: Masking) -> None:
    covering.seal(row)
    whole, row.customer_name = row.customer_name, name(row.customer_name, rules, row.customer_id)
    row.subject = covering.text(row.subject, whole, row.customer_name)
    row.custom = _about(row.custom)
    row.preview = covering.text(row.preview, whole, row.customer_name)
    if "customer" in row._state.fields_cache:
        cover_customer(row.customer, rules)


def _message(row: Message, rules: Masking) -> None:
    whole, shown = row.sender_name, row.sender_name
    if row.kind not in OURS:
        shown = row.sender_name = name(row.sender_name, rules, row.customer_id or 0)
    row.sender_address = covering.address(row.sender_address)
    row.recipients = {field: [_person(who, rules) for who in people] for field, people in row.recipients.items()}
    for field in ("subject", "text", "full_text", "error"):
        if field in row.__dict__:  # a deferred one stays deferred, and is masked when somebody asks `messages` for it
            setattr(row, field, covering.text(getattr(row, field), whole, shown))
    row.html = ""
    if hasattr(row, "has_html"):
        row.has_html = False
    if hasattr(row, "written"):
        row.written = ""  # the formatted text: the plain one is shown, masked
    row.about = _about(row.about)
    if "conversation" in row._state.fields_cache:
        _conversation(row.conversation, rules)


def _person(who: list[str], rules: Masking) -> list[str]:
    return [name(who[0], rules) if who[0] else "", covering.address(who[1])]


def _about(value: Any) -> Any:
    """What else was understood of a message: every text in it masked, however deep."""
    if isinstance(value, dict):
        return {key: _about(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_about(part) for part in value]
    return covering.text(value) if isinstance(value, str) else value


def cover_customer(row: Customer, rules: Masking) -> None:
    covering.seal(row)
    row.name = name(row.name, rules, row.id)
    row.greeting, row.custom = "", _about(row.custom)
    related: dict[str, Any] = {
        "identities": covering.covered(row.identities.all(), _identity),
        "notes": covering.covered(row.notes.all(), _note),
    }
    row._prefetched_objects_cache = related  # type: ignore[attr-defined]


def _note(row: CustomerNote) -> None:
    row.text = covering.text(row.text)


def _identity(row: Identity) -> None:
    row.value = covering.address(row.value)
