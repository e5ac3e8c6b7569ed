"""Templates of checklists: steps put on a conversation together."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from pydantic import Field

from shopbell.agents import permissions
from shopbell.conversations import operations
from shopbell.conversations.models import ChecklistTemplate
from shopbell.conversations.operations.checking import LONGEST, MOST_ITEMS
from shopbell.integrations.models import Scope
from shopbell.web.api import find
from shopbell.web.api.desk import TAG
from shopbell.web.api.door import ApiRequest, done, operation, shown
from shopbell.web.api.fields import Body, Id, Line, Number
from shopbell.web.api.problems import Problem, wrong
from shopbell.web.api.taking_part import TemplateShape

WRITE, MAY = Scope.SETTINGS_WRITE, permissions.may_edit_macros
Step = Annotated[Line, Field(max_length=LONGEST)]


class NewTemplate(Body):
    """A name and its steps, in the order they are done."""

    name: Line = Field(min_length=1, max_length=100, examples=["Lost parcel"])
    shop_id: Id | None = Field(default=None, description="null: every shop.", examples=[None])
    steps: list[Step] = Field(min_length=1, max_length=MOST_ITEMS, examples=[["Ask the carrier", "Tell the customer"]])


@operation(TAG, "POST", "/checklist-templates", scope=WRITE, may=MAY, shape=TemplateShape, status=201)
def create_checklist_template(request: ApiRequest, body: NewTemplate) -> HttpResponse:
    """Make a template."""
    return shown(_save(request, ChecklistTemplate(), body), 201)


@operation(TAG, "PUT", "/checklist-templates/{number}", scope=WRITE, may=MAY, shape=TemplateShape)
def replace_checklist_template(request: ApiRequest, number: Number, body: NewTemplate) -> HttpResponse:
    """Change a template. Steps that are on conversations stay as they are."""
    return shown(_save(request, _find(request, number), body))


@operation(TAG, "DELETE", "/checklist-templates/{number}", scope=WRITE, may=MAY, shape=None, status=204)
def delete_checklist_template(request: ApiRequest, number: Number) -> HttpResponse:
    """Take a template away. Conversations keep the steps they were given."""
    operations.delete_template(_find(request, number), actor=request.agent.pk)
    return done()


def _find(request: ApiRequest, number: int) -> ChecklistTemplate:
    row = ChecklistTemplate.objects.filter(id=number).first()
    if row is None or not permissions.scope(request.agent).has_shop(row.shop_id):
        raise Problem(404)
    return row


def _save(request: ApiRequest, row: ChecklistTemplate, body: NewTemplate) -> TemplateShape:
    shop = find.named_shop(request, body.shop_id) if body.shop_id else None
    if not body.name.strip() or not any(step.strip() for step in body.steps):
        raise wrong("/steps" if body.name.strip() else "/name", "It is empty.")
    kept = operations.save_template(row, name=body.name, shop=shop, steps=body.steps, actor=request.agent.pk)
    return TemplateShape(id=kept.pk, name=kept.name, shop_id=kept.shop_id, steps=kept.steps)
