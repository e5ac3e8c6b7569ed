"""Who takes part in a conversation from outside, and the steps that are to be done in it."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import Q
from django.http import HttpResponse
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.conversations import masking, operations
from shopbell.conversations.models import ChecklistItem, ChecklistTemplate, Conversation, Participant
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN
from shopbell.web.api import find
from shopbell.web.api.door import ApiRequest, done, operation, shown
from shopbell.web.api.fields import Body, Id, Line, Number
from shopbell.web.api.people import Address, senders
from shopbell.web.api.problems import Problem, wrong

TAG = "Conversations"
READ, WRITE = Scope.CONVERSATIONS_READ, Scope.CONVERSATIONS_WRITE
PEOPLE = "/conversations/{number}/participants"
STEPS = "/conversations/{number}/checklist"


class ParticipantShape(BaseModel):
    """Somebody outside answers go to beside the customer."""

    id: int = Field(examples=[7])
    name: str = Field(examples=["Berta Lill"])
    address: str = Field(examples=["berta@customer.example"])
    is_active: bool = Field(description="false: left out until they write or are added again.", examples=[True])


class Participants(BaseModel):
    items: list[ParticipantShape]


class NewParticipants(Body):
    """Whom answers go to from now on."""

    people: list[Address] = Field(min_length=1, max_length=50)


@operation(TAG, "GET", PEOPLE, scope=READ, may=permissions.may_read, shape=Participants)
def list_participants(request: ApiRequest, number: Number) -> HttpResponse:
    """Who takes part; nobody is listed while the customer is alone, nor for who sees addresses masked."""
    found = find.conversation(request, number)
    return shown(_participants(request, found))


@operation(TAG, "POST", PEOPLE, scope=WRITE, may=permissions.may_answer, shape=Participants)
def add_participants(request: ApiRequest, number: Number, body: NewParticipants) -> HttpResponse:
    """Let answers go to them too."""
    found = find.conversation(request, number)
    _may_choose(request)
    try:
        operations.add_participants(found.id, senders(body.people), actor=request.agent.pk)
    except operations.CannotTakePart as refused:
        addresses = ", ".join(refused.addresses)
        raise wrong("/people", f"Ours or a colleague's: a copy would come back as mail: {addresses}") from None
    return shown(_participants(request, found))


@operation(TAG, "DELETE", PEOPLE + "/{participant}", scope=WRITE, may=permissions.may_answer, shape=None, status=204)
def leave_out_participant(request: ApiRequest, number: Number, participant: Number) -> HttpResponse:
    """Answers go to them no longer, until they write again or are added again."""
    found = find.conversation(request, number)
    _may_choose(request)
    if not Participant.objects.filter(conversation=found.id, id=participant).exists():
        raise Problem(404)
    operations.leave_out(found.id, participant, actor=request.agent.pk)
    return done()


def _participants(request: ApiRequest, found: Conversation) -> Participants:
    rows = [] if masking.is_masked(request.agent) else Participant.objects.filter(conversation=found.id).order_by("id")
    names = ParticipantShape.model_fields
    return Participants(items=[ParticipantShape(**{name: getattr(row, name) for name in names}) for row in rows])


def _may_choose(request: ApiRequest) -> None:
    """Who sees addresses masked cannot choose them."""
    if masking.is_masked(request.agent):
        raise Problem(403, "The agent this token acts as does not see addresses.")


class StepShape(BaseModel):
    """One step of a conversation's checklist."""

    id: int = Field(examples=[31])
    text: str = Field(examples=["Ask the carrier"])
    done_at: datetime | None = Field(examples=[WHEN])
    done_by_id: int | None = Field(description="Who did it.", examples=[5])


class Checklist(BaseModel):
    items: list[StepShape]


class NewSteps(Body):
    """Steps in words, or those of a template."""

    texts: list[Line] = Field(default=[], max_length=100, examples=[["Ask the carrier", "Tell the customer"]])
    template_id: Id | None = Field(default=None, description="Each template is put on once.", examples=[None])


class StepChange(Body):
    """Done, or not after all."""

    done: bool = Field(examples=[True])


class TemplateShape(BaseModel):
    """Steps that are put on a conversation together."""

    id: int = Field(examples=[2])
    name: str = Field(examples=["Lost parcel"])
    shop_id: int | None = Field(description="null: every shop.", examples=[None])
    steps: list[str] = Field(examples=[["Ask the carrier", "Tell the customer"]])


class Templates(BaseModel):
    items: list[TemplateShape]


@operation(TAG, "GET", STEPS, scope=READ, may=permissions.may_read, shape=Checklist)
def get_checklist(request: ApiRequest, number: Number) -> HttpResponse:
    """The steps of a conversation, in their order."""
    return shown(_steps(find.conversation(request, number)))


@operation(TAG, "POST", STEPS, scope=WRITE, may=permissions.may_answer, shape=Checklist)
def add_steps(request: ApiRequest, number: Number, body: NewSteps) -> HttpResponse:
    """Add steps at the end. With an `Idempotency-Key` a repeated request adds them once."""
    found, actor = find.conversation(request, number), request.agent.pk
    try:
        if body.template_id is not None:
            operations.apply_template(found.id, _template(found, body.template_id), actor=actor)
        if body.texts:
            operations.add_items(found.id, body.texts, key=uuid.uuid4().hex, actor=actor)
    except operations.TooManyItems as most:
        raise wrong("/texts", f"A checklist has at most {most} steps.") from None
    return shown(_steps(found))


@operation(TAG, "PATCH", STEPS + "/{step}", scope=WRITE, may=permissions.may_answer, shape=Checklist)
def tick_step(request: ApiRequest, number: Number, step: Number, body: StepChange) -> HttpResponse:
    """Tick a step, or take the tick off."""
    found = _with_step(request, number, step)
    operations.tick(found.id, step, request.agent, done=body.done)
    return shown(_steps(found))


@operation(TAG, "DELETE", STEPS + "/{step}", scope=WRITE, may=permissions.may_answer, shape=None, status=204)
def delete_step(request: ApiRequest, number: Number, step: Number) -> HttpResponse:
    """Take a step off."""
    operations.delete_item(_with_step(request, number, step).id, step, actor=request.agent.pk)
    return done()


@operation("Desk", "GET", "/checklist-templates", scope=Scope.DESK_READ, may=permissions.may_read, shape=Templates)
def list_checklist_templates(request: ApiRequest) -> HttpResponse:
    """The templates of the shops the agent may see."""
    sees = permissions.scope(request.agent).has_shop
    seen = [row for row in ChecklistTemplate.objects.order_by("name", "id") if sees(row.shop_id)]
    items = [TemplateShape(id=row.id, name=row.name, shop_id=row.shop_id, steps=row.steps) for row in seen]
    return shown(Templates(items=items))


def _template(found: Conversation, number: int) -> ChecklistTemplate:
    row = ChecklistTemplate.objects.filter(Q(shop=None) | Q(shop=found.shop_id), id=number).first()
    if row is None:
        raise wrong("/template_id", "There is no such template for this shop.")
    return row


def _with_step(request: ApiRequest, number: int, step: int) -> Conversation:
    found = find.conversation(request, number)
    if not ChecklistItem.objects.filter(conversation=found.id, id=step).exists():
        raise Problem(404)
    return found


def _steps(found: Conversation) -> Checklist:
    rows = ChecklistItem.objects.filter(conversation=found.id).order_by("position", "id")
    return Checklist(
        items=[StepShape(id=row.id, text=row.text, done_at=row.done_at, done_by_id=row.done_by_id) for row in rows]
    )
