"""What names one thing and no other: a number, an address, a telephone number, a Message-ID."""

from __future__ import annotations

import re

from django.db.models import QuerySet

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.conversations import masking, queries
from shopbell.conversations.models import Conversation, Message
from shopbell.customers.models import Customer, Identity

MOST = 3
KINDS = ("email", "email-unproven", "email-unknown", "phone")  # named, so that the unique index serves
_NUMBER = re.compile(r"#?(\d{1,18})")
_PHONE = re.compile(r"(?:\+|00)?[\d\s()/.-]{6,20}")
_MESSAGE_ID = re.compile(r"<?([^\s<>]+@[^\s<>]+)>?")


def conversation(viewer: Agent, typed: str) -> Conversation | None:
    """By its number (`123`, `#123`) or by the Message-ID of one of its messages, if the viewer may see it."""
    if found := _NUMBER.fullmatch(typed.strip()):
        return _visible(viewer).filter(id=int(found[1])).first()
    found = _MESSAGE_ID.fullmatch(typed.strip())
    if found is None or masking.is_masked(viewer):
        return None
    named = (
        Message.objects.filter(message_id=found[1])
        .exclude(message_id="")
        .values_list("conversation_id", flat=True)[:MOST]
    )
    return _visible(viewer).filter(id__in=list(named)).first()


def _visible(viewer: Agent) -> QuerySet[Conversation]:
    return queries.visible(viewer).select_related("assignee").order_by()


def customers(viewer: Agent, typed: str) -> list[Customer]:
    """Whose address or telephone number it is, if the viewer may know of them and of it."""
    if masking.is_masked(viewer):
        return []
    values = [typed.strip().lower()] if _MESSAGE_ID.fullmatch(typed.strip()) else _numbers(typed.strip())
    if not values:
        return []
    owners = Identity.objects.filter(value__in=values, kind__in=KINDS).values("customer_id")
    found = Customer.objects.filter(id__in=owners).prefetch_related("identities").order_by("id")
    if not permissions.scope(viewer).is_everything:
        found = found.filter(id__in=queries.visible(viewer).filter(customer__in=owners).values("customer_id"))
    return list(found[:MOST])


def _numbers(typed: str) -> list[str]:
    """The spellings a telephone number may be kept in."""
    if not _PHONE.fullmatch(typed):
        return []
    digits = re.sub(r"\D", "", typed)
    return [f"+{digits.removeprefix('00')}", digits] if typed.startswith(("+", "00")) else [digits, f"+{digits}"]
