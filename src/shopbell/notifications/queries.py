"""Reads: an agent's notifications, and how many are new."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.conversations import masking
from shopbell.conversations import queries as conversations
from shopbell.notifications.models import Notification

PAGE = 40
MOST_COUNTED = 100  # more than that are "99+"


@dataclass
class Page:
    """Notifications, newest first, and where the next page begins; None: this was the last."""

    rows: list[Notification]
    next: int | None


def visible(agent: Agent) -> QuerySet[Notification]:
    """The agent's own, without conversations they may not see (any more)."""
    rows = masking.about(Notification.objects.filter(agent=agent), agent)
    if not conversations.is_limited(agent):
        return rows
    articles = Q(article_text__shop__in=permissions.scope(agent).shops or []) if agent.limited_to_shops else Q()
    about_article = Q(article_text__isnull=False) & articles
    about_source = Q(connection__isnull=False) | Q(channel__isnull=False)
    sources = about_source if permissions.may_handle_failures(agent) else Q(pk__in=[])
    return rows.filter(Q(conversation__in=conversations.visible(agent)) | about_article | sources)


def page(agent: Agent, *, unread_only: bool = False, before: int | None = None, size: int = PAGE) -> Page:
    """Newest first, behind the notification `before`."""
    rows = visible(agent).select_related("actor", "article_text", "connection", "channel")
    rows = rows.defer("connection__settings", "channel__settings")
    if unread_only:
        rows = rows.filter(read_at=None)
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows.order_by("-id")[: size + 1])
    return Page(_with_what_it_is_about(agent, found[:size]), found[size - 1].id if len(found) > size else None)


def _with_what_it_is_about(agent: Agent, rows: list[Notification]) -> list[Notification]:
    """Each with its conversation and message as the agent may read them."""
    talks = conversations.visible(agent).in_bulk([row.conversation_id for row in rows if row.conversation_id])
    messages = conversations.messages(agent).defer("html", "full_text", "thread_ids")
    said = messages.in_bulk([row.message_id for row in rows if row.message_id])
    for row in rows:
        row.conversation = talks[row.conversation_id] if row.conversation_id else None
        row.message = said.get(row.message_id or 0)
    return [row for row in rows if row.message_id is None or row.message is not None]


def count_unread(agent: Agent) -> int:
    """How many are new; counted up to MOST_COUNTED."""
    return visible(agent).filter(read_at=None).order_by()[:MOST_COUNTED].count()
