"""Changes to many conversations at once: begun here, made by the worker, looked at, cancelled, taken back."""

from __future__ import annotations

import uuid
from typing import Any, Literal

from django.http import HttpResponse
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN, PriorityName
from shopbell.lists.models import Bulk
from shopbell.lists.operations import bulk as operations
from shopbell.web.api.conversations import LEVELS
from shopbell.web.api.door import ApiRequest, operation, shown
from shopbell.web.api.fields import Body, Id, Instant, Number, Word
from shopbell.web.api.problems import Problem, wrong

TAG = "Bulk changes"
SCOPE, MAY = Scope.CONVERSATIONS_WRITE, permissions.may_answer
NEEDED = {"assign": "to", "priority": "priority", "snooze": "until"}


class BulkShape(BaseModel):
    """A change to many conversations."""

    id: int = Field(examples=[31])
    action: str = Field(examples=["resolve"])
    state: str = Field(description="running, done or cancelled.", examples=["running"])
    total: int = Field(examples=[10000])
    done: int = Field(description="Looked at, changed or not.", examples=[2500])
    changed: int = Field(examples=[2481])


class NewBulk(Body):
    """What is done to which."""

    action: Literal["assign", "tags", "priority", "snooze", "resolve", "reopen", "spam", "read", "unread"] = Field(
        examples=["resolve"]
    )
    conversation_ids: list[Id] = Field(min_length=1, max_length=operations.MOST, examples=[[1040, 1042]])
    to: str | None = Field(
        default=None,
        pattern=r"^(me|nobody|agent:[1-9][0-9]{0,17}|team:[1-9][0-9]{0,17})$",
        description="For `assign`.",
        examples=["agent:5"],
    )
    add: list[Word] = Field(default=[], max_length=50, description="For `tags`.", examples=[[]])
    remove: list[Word] = Field(default=[], max_length=50, description="For `tags`.", examples=[[]])
    priority: PriorityName | None = Field(default=None, description="For `priority`.", examples=["high"])
    until: Instant | None = Field(default=None, description="For `snooze`.", examples=[WHEN])


def _shape(row: Bulk) -> BulkShape:
    return BulkShape(id=row.id, action=row.action, state=row.state, total=row.total, done=row.done, changed=row.changed)


@operation(TAG, "POST", "/bulk", scope=SCOPE, may=MAY, shape=BulkShape, status=202)
def start_bulk(request: ApiRequest, body: NewBulk) -> HttpResponse:
    """Change many conversations. It is done piece by piece; ask for its progress.

    Each conversation's permission is looked at again when its turn comes.
    """
    needed = NEEDED.get(body.action)
    if needed and getattr(body, needed) is None:
        raise wrong(f"/{needed}", f"Needed for {body.action}.")
    if body.action == "tags" and not (body.add or body.remove):
        raise wrong("/add", "Name tags to add or to remove.")
    values = {name: value for name, value in _values(body).items() if value is not None}
    row = operations.start(
        request.agent, key=uuid.uuid4().hex, action=body.action, values=values, conversations=body.conversation_ids
    )
    return shown(_shape(row), 202)


def _values(body: NewBulk) -> dict[str, Any]:
    """As the desk's form keeps them."""
    return {
        "to": body.to,
        "add": [tag.strip().lower() for tag in body.add],
        "remove": [tag.strip().lower() for tag in body.remove],
        "priority": LEVELS[body.priority] if body.priority else None,
        "until": body.until.isoformat() if body.until else None,
    }


def _find(request: ApiRequest, number: int) -> Bulk:
    found = Bulk.objects.filter(id=number, agent=request.agent).first()
    if found is None:
        raise Problem(404)
    return found


@operation(TAG, "GET", "/bulk/{number}", scope=SCOPE, may=MAY, shape=BulkShape)
def get_bulk(request: ApiRequest, number: Number) -> HttpResponse:
    """How far it is."""
    return shown(_shape(_find(request, number)))


@operation(TAG, "POST", "/bulk/{number}/cancel", scope=SCOPE, may=MAY, shape=BulkShape)
def cancel_bulk(request: ApiRequest, number: Number) -> HttpResponse:
    """Stop it. What was changed stays changed."""
    operations.cancel(_find(request, number), agent=request.agent)
    return shown(_shape(_find(request, number)))


@operation(TAG, "POST", "/bulk/{number}/undo", scope=SCOPE, may=MAY, shape=BulkShape, status=202)
def undo_bulk(request: ApiRequest, number: Number) -> HttpResponse:
    """Take back what it changed, wherever nobody changed it since."""
    found = _find(request, number)
    if found.undoes_id is not None:
        raise Problem(409, "What takes back is not taken back.")
    return shown(_shape(operations.undo(found, agent=request.agent)), 202)
