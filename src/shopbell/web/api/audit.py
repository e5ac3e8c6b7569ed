"""The audit log: what happened, as ids."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from shopbell.agents.models import Agent, Role
from shopbell.events.models import Event
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN
from shopbell.web.api import paging
from shopbell.web.api.door import ApiRequest, operation
from shopbell.web.api.paging import After, Limit, Page

TAG = "Audit"


def may_audit(agent: Agent) -> bool:
    """Admins and privacy officers (domain.md 5)."""
    return agent.is_active and agent.role in {Role.ADMIN, Role.PRIVACY}


class LineShape(BaseModel):
    """One fact. It holds ids, numbers and states, never personal text."""

    id: int = Field(examples=[90210])
    name: str = Field(examples=["conversations.assigned"])
    occurred_at: datetime = Field(examples=[WHEN])
    actor_id: int | None = Field(description="The agent who did it; null: a customer or the system.", examples=[5])
    data: dict[str, Any] = Field(examples=[{"conversation_id": 1042, "agent_id": 5, "team_id": None}])


@operation(TAG, "GET", "/audit", scope=Scope.AUDIT_READ, may=may_audit, shape=Page[LineShape])
def list_audit(
    request: ApiRequest,
    conversation_id: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    limit: Limit = 50,
    after: After = "",
) -> HttpResponse:
    """What happened, the newest first; of one conversation if you like."""
    rows = Event.objects.order_by("-id")
    if conversation_id is not None:
        rows = rows.filter(conversation_id=conversation_id)
    behind = paging.number(after)
    if behind is not None:
        rows = rows.filter(id__lt=behind)
    found, more = paging.cut(rows, limit)
    items = [
        LineShape.model_construct(
            id=row.id, name=row.name, occurred_at=row.occurred_at, actor_id=row.actor_id, data=row.data
        )
        for row in found
    ]
    following = paging.cursor(items[-1].id) if more else None
    return paging.shown(request, Page[LineShape].model_construct(items=items, next=following))
