"""What is done to a conversation in one word: resolve, snooze, spam …"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from pydantic import Field

from shopbell.agents import permissions
from shopbell.conversations import operations
from shopbell.integrations import shapes
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN, ConversationShape
from shopbell.web.api import find
from shopbell.web.api.door import ApiRequest, done, operation, versioned
from shopbell.web.api.fields import Body, Instant, Number
from shopbell.web.api.problems import wrong

TAG = "Conversations"
Act = Callable[..., None]
View = Callable[..., HttpResponse]


def _action(name: str, shape: Any = ConversationShape, status: int = 200) -> Callable[[View], View]:
    path = "/conversations/{number}/" + name
    return operation(
        TAG,
        "POST",
        path,
        scope=Scope.CONVERSATIONS_WRITE,
        may=permissions.may_answer,
        shape=shape,
        status=status,
    )


def _after(request: ApiRequest, number: int, *acts: Act) -> HttpResponse:
    """Do it, and show the conversation as it is then."""
    found = find.conversation(request, number)
    for act in acts:
        act(found.id, actor=request.agent.pk)
    return versioned(request, shapes.conversation(find.conversation(request, number)))


@_action("resolve")
def resolve_conversation(request: ApiRequest, number: Number) -> HttpResponse:
    """Done. A wait that is still open ends unanswered."""
    return _after(request, number, operations.resolve)


@_action("reopen")
def reopen_conversation(request: ApiRequest, number: Number) -> HttpResponse:
    """Not done after all. Also ends a snooze, and takes spam back."""
    return _after(request, number, operations.not_spam, operations.wake, operations.reopen)


class Snooze(Body):
    """Until when."""

    until: Instant = Field(examples=[WHEN])


@_action("snooze")
def snooze_conversation(request: ApiRequest, number: Number, body: Snooze) -> HttpResponse:
    """Put aside until an instant. A message of the customer wakes it earlier."""
    found = find.conversation(request, number)
    try:
        operations.snooze(found.id, until=body.until, actor=request.agent.pk)
    except ValueError:
        raise wrong("/until", "Only an open conversation can be snoozed, and only until a later time.") from None
    return _after(request, number)


@_action("wake")
def wake_conversation(request: ApiRequest, number: Number) -> HttpResponse:
    """End a snooze."""
    return _after(request, number, operations.wake)


@_action("await-customer")
def await_customer(request: ApiRequest, number: Number) -> HttpResponse:
    """Answered; the next word is the customer's."""
    return _after(request, number, operations.await_customer)


@_action("spam")
def mark_spam(request: ApiRequest, number: Number) -> HttpResponse:
    """Out of everybody's sight and of every figure."""
    return _after(request, number, operations.mark_spam)


@_action("not-spam")
def unmark_spam(request: ApiRequest, number: Number) -> HttpResponse:
    """A mistake: it is open again."""
    return _after(request, number, operations.not_spam)


@_action("read", shape=None, status=204)
def mark_read(request: ApiRequest, number: Number) -> HttpResponse:
    """The token's agent has seen everything up to now."""
    operations.mark_read(find.conversation(request, number), request.agent)
    return done()


@_action("unread", shape=None, status=204)
def mark_unread(request: ApiRequest, number: Number) -> HttpResponse:
    """As if the token's agent had not seen the newest message."""
    operations.mark_unread(find.conversation(request, number), request.agent)
    return done()
