"""What is done to a conversation by one press."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Draft
from shopbell.core.ids import as_id
from shopbell.web.desk import conversation, fields_form, listing, page
from shopbell.web.desk.request import AgentRequest, find_conversation, view_name, writing


def back(request: AgentRequest, number: int) -> HttpResponse:
    """To the conversation, as it is now."""
    return page.go(conversation.address(number, view_name(request)))


def onward(request: AgentRequest, following: int | None) -> HttpResponse:
    """To the next conversation of the view; to the list when there is none."""
    view = view_name(request)
    if following:
        return page.go(conversation.address(following, view))
    return page.go(f"{reverse('desk:inbox')}?view={view}")


def leave(
    request: AgentRequest, number: int, act: Callable[..., None], told: str, *, undo: str = "", **values: Any
) -> HttpResponse:
    """Do what takes a conversation off the list, offer to take it back, and go on to the next one.

    Who has begun to write there is told that it is kept.

    `undo` is the address that takes it back where opening the conversation again is not all of it.
    """
    found = find_conversation(request, number)
    following = listing.following(request, found)
    act(found.id, actor=request.user.id, **values)
    url = undo or f"{reverse('desk:reopen', args=[number])}?view={view_name(request)}"
    said = told.format(number=number) + _of_draft(request, found)
    page.tell(request, said, url=url, label=_("Undo") if undo else _("Open again"))
    if request.COOKIES.get("next") == "stay":
        return back(request, number)
    return onward(request, following)


def _of_draft(request: AgentRequest, found: Conversation) -> str:
    """What is said of the reply or note they have begun and not sent."""
    begun = Draft.objects.filter(agent=request.user, conversation=found).exclude(kind=Draft.LATER)
    return " " + _("Your draft is kept.") if begun.exists() else ""


@writing
def resolve(request: AgentRequest, number: int) -> HttpResponse:
    """Done; the next one opens. What the shop wants to know about every conversation is asked for first."""
    seen = as_id(request.POST.get("seen", ""))
    try:
        return leave(request, number, operations.resolve, _("#{number} is resolved."), seen_message_id=seen)
    except operations.NewerMessage:
        return conversation.ask_to_resolve(request, find_conversation(request, number), seen or 0)
    except operations.FieldsMissing as missing:
        errors = {field.key: _("This is needed.") for field in missing.fields}
        return fields_form.ask(request, find_conversation(request, number), errors, then="resolve")


@writing
def reopen(request: AgentRequest, number: int) -> HttpResponse:
    """Not done after all; also ends a snooze and takes spam back."""
    found = find_conversation(request, number)
    operations.not_spam(found.id, actor=request.user.id)
    operations.wake(found.id, actor=request.user.id)
    operations.reopen(found.id, actor=request.user.id)
    return back(request, found.id)


@writing
def spam(request: AgentRequest, number: int) -> HttpResponse:
    """Out of the way; the next one opens."""
    return leave(request, number, operations.mark_spam, _("#{number} is marked as spam."))


@writing
def not_spam(request: AgentRequest, number: int) -> HttpResponse:
    """A mistake."""
    found = find_conversation(request, number)
    operations.not_spam(found.id, actor=request.user.id)
    return back(request, found.id)


@writing
def wake(request: AgentRequest, number: int) -> HttpResponse:
    """End the snooze."""
    found = find_conversation(request, number)
    operations.wake(found.id, actor=request.user.id)
    return back(request, found.id)


@writing
def await_customer(request: AgentRequest, number: int) -> HttpResponse:
    """The next word is the customer's."""
    found = find_conversation(request, number)
    operations.await_customer(found.id, actor=request.user.id)
    return back(request, found.id)


@writing
def unread(request: AgentRequest, number: int) -> HttpResponse:
    """As if the agent had not seen it; so back to the list."""
    found = find_conversation(request, number)
    operations.mark_unread(found, request.user)
    page.tell(request, _("#{number} is marked as unread.").format(number=number))
    return onward(request, None)
