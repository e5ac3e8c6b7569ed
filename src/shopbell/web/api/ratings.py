"""What customers thought of how their conversations went."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.conversations import masking, ratings
from shopbell.conversations.models import Rating
from shopbell.core import covering
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN
from shopbell.web.api import paging
from shopbell.web.api.door import ApiRequest, operation
from shopbell.web.api.paging import After, Limit, Page

TAG = "Ratings"


class RatingShape(BaseModel):
    """One of a conversation; the last word counts."""

    conversation_id: int = Field(examples=[1042])
    agent_id: int | None = Field(description="Who answered last before it.", examples=[5])
    score: int = Field(description="1 (very bad) to 5 (very good).", examples=[5])
    comment: str = Field(examples=["Quick and friendly."])
    given_at: datetime = Field(examples=[WHEN])
    changed_at: datetime = Field(examples=[WHEN])


@operation(TAG, "GET", "/ratings", scope=Scope.CONVERSATIONS_READ, may=permissions.may_read, shape=Page[RatingShape])
def list_ratings(
    request: ApiRequest,
    conversation_id: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    limit: Limit = 50,
    after: After = "",
) -> HttpResponse:
    """Ratings of conversations the agent may see, the newest first."""
    rows = ratings.visible(request.agent)
    rows = rows.filter(conversation=conversation_id) if conversation_id is not None else rows
    found, following = paging.older(rows, limit, after, "given_at", "conversation_id")
    is_masked = masking.is_masked(request.agent)
    items = [_shape(row, is_masked) for row in found]
    return paging.shown(request, Page[RatingShape].model_construct(items=items, next=following))


def _shape(row: Rating, is_masked: bool) -> RatingShape:
    values = {name: getattr(row, name) for name in RatingShape.model_fields}
    if is_masked:
        values["comment"] = covering.text(row.comment)
    return RatingShape.model_construct(**values)
