"""Drafts as things: one's own and those colleagues share in a list, and what is done with them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.conversations import operations, queries
from shopbell.conversations.models import Conversation, Draft
from shopbell.core import cursors, rich, text
from shopbell.web import times
from shopbell.web.desk import composer, conversation, moments, page
from shopbell.web.desk.draft import keep
from shopbell.web.desk.request import AgentRequest, find_conversation, reading, view_name, writing

TEMPLATE = "desk/drafts.html"
PAGE = 50


@dataclass
class Row:
    """A draft of the list."""

    id: int
    url: str
    customer: str
    subject: str
    beginning: str
    kind: str
    who: str
    is_shared: bool
    when: str
    leaves: str
    discard: str


@reading
def drafts(request: AgentRequest) -> HttpResponse:
    """One's own drafts and scheduled answers, and what colleagues share, the one touched last first."""
    rows = _rows(request)
    if before := cursors.read(request.GET.get("before", "")):
        rows = rows.filter(cursors.older(before, "updated_at"))
    found = list(rows.select_related("agent", "conversation").order_by("-updated_at", "-id")[: PAGE + 1])
    more = cursors.write(found[PAGE - 1].updated_at, found[PAGE - 1].id) if len(found) > PAGE else ""
    shown = [_row(one, request) for one in found[:PAGE]]
    return page.show(request, TEMPLATE, {"place": "drafts", "drafts": shown, "more": more})


def _rows(request: AgentRequest) -> QuerySet[Draft]:
    visible = queries.visible(request.user)
    return Draft.objects.filter(Q(agent=request.user) | Q(is_shared=True), conversation__in=visible)


def _row(one: Draft, request: AgentRequest) -> Row:
    now, is_mine = timezone.now(), one.agent_id == request.user.pk
    url = conversation.address(one.conversation_id, "open")
    opens = "" if is_mine or one.kind != "reply" else f"&draft={one.id}"
    return Row(
        id=one.id,
        url=f"{url}{opens}&write={'note' if one.kind == 'note' else 'reply'}",
        customer=one.conversation.customer_name or f"#{one.conversation_id}",
        subject=one.conversation.subject,
        beginning=text.preview(one.text, 160),
        kind=one.kind,
        who="" if is_mine else str(one.agent),
        is_shared=one.is_shared,
        when=times.moment(one.updated_at, now),
        leaves=times.moment(one.send_at, now) if one.send_at else "",
        discard=reverse("desk:discard_draft", args=[one.conversation_id, one.id]),
    )


@writing
def share(request: AgentRequest, number: int) -> HttpResponse:
    """Keep the reply and let colleagues go on with it; with `stop` no longer."""
    found = find_conversation(request, number)
    written = composer.read(request.POST, "reply")
    try:
        kept = keep(found, request.user, written)
        if kept is None:
            page.warn(request, _("There is nothing to share yet."))
        else:
            operations.share_draft(kept.id, request.user, is_shared=not request.POST.get("stop"))
    except operations.DraftChanged as changed:
        return _ask(request, found, written, changed.draft)
    except Draft.DoesNotExist:
        page.warn(request, _("Only who began a draft can share it."))
    except rich.TooLong:
        page.warn(request, _("The text is too long to be sent. Shorten it, or attach it as a file."))
    return _back(request, found)


def _ask(request: AgentRequest, found: Conversation, written: composer.Written, draft: Draft) -> HttpResponse:
    """The page with both texts: a colleague changed the draft meanwhile."""
    written.wrong, written.changed_by, written.theirs = "draft", str(draft.saved_by), draft.text
    return conversation.show(request, found, written, 409)


@writing
def take_over(request: AgentRequest, number: int, draft: int) -> HttpResponse:
    """Make a shared draft one's own, with what was typed until now."""
    found = find_conversation(request, number)
    written = composer.read(request.POST, "reply")
    try:
        if "text" in request.POST:
            _keep(request, found, written)
    except operations.DraftChanged as changed:
        return _ask(request, found, written, changed.draft)
    if _find(found, draft, is_shared=True) is None:
        page.warn(request, _gone())
    else:
        operations.take_over_draft(draft, request.user)
        page.tell(request, _("The draft is yours now."))
    return _back(request, found)


@writing
def discard(request: AgentRequest, number: int, draft: int) -> HttpResponse:
    """Throw one's own draft away."""
    found = find_conversation(request, number)
    one = _find(found, draft, agent=request.user, kind__in=("reply", "note"))
    if one is not None:
        operations.end_draft(one)
        page.tell(request, _("The draft is gone."))
    return page.go(reverse("desk:drafts"))


def _keep(request: AgentRequest, found: Conversation, written: composer.Written) -> None:
    """What was typed, in one's own draft where the shared one is gone. Raises DraftChanged."""
    with suppress(rich.TooLong):
        try:
            keep(found, request.user, written)
        except Draft.DoesNotExist:
            written.draft = written.version = None
            keep(found, request.user, written)


@writing
def unschedule(request: AgentRequest, number: int, draft: int) -> HttpResponse:
    """Put an answer that was to leave later back as its writer's draft; with `edit` as one's own, to go on with it."""
    found = find_conversation(request, number)
    edits = bool(request.POST.get("edit"))
    one = _find(found, draft, kind=Draft.LATER)
    reason, to = ("edited", request.user) if edits else ("cancelled", None)
    if one is None or operations.unschedule(draft, actor=request.user.pk, reason=reason, to=to) is None:
        page.warn(request, _left())
    elif not edits:
        page.tell(
            request, _("It does not leave by itself any more. The text is {name}’s draft.").format(name=one.agent)
        )
    return _back(request, found)


@writing
def send_now(request: AgentRequest, number: int, draft: int) -> HttpResponse:
    """Send it now, as its writer wrote it; like any answer it can be taken back by them for a moment."""
    found = find_conversation(request, number)
    one = _find(found, draft, kind=Draft.LATER)
    if one is None or not operations.send_scheduled(draft, actor=request.user.pk):
        page.warn(request, _left())
    else:
        page.tell(request, _("It leaves now."))
    return _back(request, found)


@writing
def put_off(request: AgentRequest, number: int, draft: int) -> HttpResponse:
    """Send it at another time."""
    found = find_conversation(request, number)
    at = moments.read(request.POST.get("until", ""))
    try:
        if at is None:
            raise operations.NotThen
        done = _find(found, draft, kind=Draft.LATER) and operations.put_off(draft, at=at, actor=request.user.pk)
        if done:
            page.tell(request, _("It leaves {time}.").format(time=times.moment(at, timezone.now())))
        else:
            page.warn(request, _left())
    except operations.NotThen:
        page.warn(request, _("Choose a time to come, within a year."))
    return _back(request, found)


def _find(found: Conversation, draft: int, **what: Any) -> Draft | None:
    return Draft.objects.select_related("agent").filter(id=draft, conversation=found, **what).first()


def _gone() -> str:
    return _("This draft is gone: a colleague sent it, took it over or discarded it.")


def _left() -> str:
    return _("It has left already, or is a draft again.")


def _back(request: AgentRequest, found: Conversation) -> HttpResponse:
    return page.go(f"{conversation.address(found.id, view_name(request))}&write=reply")
