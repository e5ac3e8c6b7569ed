"""Search as in the desk: words and operators."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.conversations.search import finding
from shopbell.core import text
from shopbell.integrations import shapes
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import ConversationShape
from shopbell.web.api.door import ApiRequest, operation, shown
from shopbell.web.api.problems import Problem

TAG = "Search"


class HitShape(BaseModel):
    """A conversation that was found."""

    conversation: ConversationShape
    message_id: int | None = Field(description="Its newest message with these words.", examples=[5001])


class FoundShape(BaseModel):
    """What was found, the newest first."""

    items: list[HitShape]
    ignored: list[str] = Field(
        description="What was left out because its value means nothing, and why.",
        examples=[["is: does not know “lost”. Known: merged, mine, open"]],
    )


@operation(TAG, "GET", "/search", scope=Scope.CONVERSATIONS_READ, may=permissions.may_read, shape=FoundShape)
def search_conversations(
    request: ApiRequest,
    q: Annotated[str, Query(min_length=1, max_length=300, description="Words, and operators such as from: tag: is:")],
    limit: Annotated[int, Query(ge=1, le=50, description="How many at most.")] = 25,
) -> HttpResponse:
    """Find conversations by words of their messages.

    The same operators as in the desk's search box.
    """
    result = finding.named(request.agent, text.clean(q), limit)
    if result.is_cut and not result.found:
        raise Problem(503, "Others are searching. Try again in a moment.", headers={"Retry-After": "1"})
    items = [
        HitShape.model_construct(conversation=shapes.conversation(one.conversation), message_id=one.message_id or None)
        for one in result.found
    ]
    return shown(FoundShape.model_construct(items=items, ignored=result.problems))
