"""Cases: what is wrong with an order or a parcel, what the customer was told and chose, what is done about it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.channels import contract
from shopbell.conversations import masking, orders
from shopbell.conversations import operations as conversations
from shopbell.core import covering
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN
from shopbell.watching import queries
from shopbell.watching.models import Case, Notice
from shopbell.watching.operations import cases, telling
from shopbell.web.api import paging
from shopbell.web.api.conversations import assignable
from shopbell.web.api.door import ApiRequest, operation, shown
from shopbell.web.api.fields import Body, Id, Line, Number, Prose
from shopbell.web.api.orders import OptionalId
from shopbell.web.api.paging import After, Limit, Page
from shopbell.web.api.problems import Problem, wrong

TAG = "Cases"
READ, WRITE = Scope.ORDERS_READ, Scope.ORDERS_WRITE
KindName = Literal[
    "not_dispatched",
    "not_scanned",
    "stuck",
    "late",
    "attempts",
    "pickup",
    "exception",
    "denied",
    "lost",
    "returning",
    "stock",
    "payment",
    "refund",
]
StateName = Literal["unsettled", "open", "answered", "waiting", "resolved", "any"]


class CaseShape(BaseModel):
    """Something is wrong with an order or a parcel."""

    id: int = Field(examples=[301])
    shop_id: int = Field(examples=[1])
    order_id: int = Field(examples=[501])
    parcel_id: int | None = Field(examples=[9001])
    kind: str = Field(examples=["late"])
    state: str = Field(
        description="open, answered (the customer chose, and waits for us), waiting (the customer waits) or resolved.",
        examples=["open"],
    )
    carrier: str = Field(examples=["dhl"])
    country: str = Field(examples=["DE"])
    due_at: datetime = Field(description="Since when something is wrong.", examples=[WHEN])
    opened_at: datetime = Field(examples=[WHEN])
    resolved_at: datetime | None = Field(examples=[None])
    outcome: str = Field(description="gone (by itself), agent, incident, or empty.", examples=[""])
    note: str = Field(examples=["Asked the carrier on Monday."])
    assignee_id: int | None = Field(examples=[5])
    conversation_id: int | None = Field(examples=[1042])
    incident_id: int | None = Field(examples=[None])
    choice: str = Field(description="wait, redirect, replace, refund, or empty.", examples=["refund"])
    chosen_at: datetime | None = Field(examples=[WHEN])


class NoticeShape(BaseModel):
    """What the customer was told first, or why not."""

    id: int = Field(examples=[88])
    name: str = Field(description="A kind of case, a step of an order, or incident.", examples=["late"])
    state: str = Field(description="waiting, sent or withheld.", examples=["sent"])
    reason: str = Field(description="Why it was not sent.", examples=[""])
    due_at: datetime = Field(examples=[WHEN])
    settled_at: datetime | None = Field(examples=[WHEN])
    conversation_id: int | None = Field(examples=[1042])


class WholeCaseShape(CaseShape):
    """A case with what the customer may choose and was told."""

    offered: list[str] = Field(examples=[["wait", "refund"]])
    notices: list[NoticeShape]


def shape_of(request: ApiRequest, row: Case) -> CaseShape:
    """As it is shown; a colleague's note masked where the agent sees customers masked."""
    values = {name: getattr(row, name) for name in CaseShape.model_fields if name != "parcel_id"}
    if masking.is_masked(request.agent):
        values["note"] = covering.text(row.note)
    return CaseShape.model_construct(**values, parcel_id=row.shipment_id)


@operation(TAG, "GET", "/cases", scope=READ, may=permissions.may_read, shape=Page[CaseShape])
def list_cases(
    request: ApiRequest,
    state: Annotated[StateName, Query(description="`unsettled`: all but resolved ones.")] = "unsettled",
    kind: Annotated[KindName | None, Query()] = None,
    carrier: Annotated[str, Query(max_length=30)] = "",
    assignee: Annotated[Literal["", "me", "nobody"], Query()] = "",
    shop_id: OptionalId = None,
    order_id: OptionalId = None,
    incident_id: OptionalId = None,
    limit: Limit = 50,
    after: After = "",
) -> HttpResponse:
    """Cases of the orders the agent may see, the newest first."""
    given = {"kind": kind, "carrier": carrier or None, "shop": shop_id, "order": order_id, "incident": incident_id}
    rows = queries.visible(request.agent).filter(**{name: one for name, one in given.items() if one is not None})
    if state in Case.State.values:
        rows = rows.filter(state=state)
    if state not in ("any", "resolved"):
        rows = rows.filter(resolved_at=None)
    if assignee:
        rows = rows.filter(assignee=request.agent.pk if assignee == "me" else None)
    return paging.newest(request, rows, limit, after, lambda row: shape_of(request, row))


@operation(TAG, "GET", "/cases/{number}", scope=READ, may=permissions.may_read, shape=WholeCaseShape)
def get_case(request: ApiRequest, number: Number) -> HttpResponse:
    """One case."""
    return shown(_whole(request, _find(request, number)))


def _find(request: ApiRequest, number: int) -> Case:
    row = queries.visible(request.agent).select_related("shop", "order").filter(id=number).first()
    if row is None or orders.find(request.agent, row.order_id) is None:
        raise Problem(404)
    return row


def _whole(request: ApiRequest, row: Case) -> WholeCaseShape:
    return WholeCaseShape.model_construct(
        **shape_of(request, row).__dict__,
        offered=[str(one) for one in cases.choices_of(row)],
        notices=[_notice(one) for one in queries.told(row)],
    )


def _notice(row: Notice) -> NoticeShape:
    return NoticeShape.model_construct(**{name: getattr(row, name) for name in NoticeShape.model_fields})


class CaseChange(Body):
    """What is named is changed, the rest stays."""

    assignee_id: Id | None = Field(default=None, description="null: nobody.", examples=[5])
    note: Prose = Field(default="", max_length=cases.LONGEST_NOTE, examples=["Asked the carrier on Monday."])


@operation(TAG, "PATCH", "/cases/{number}", scope=WRITE, may=permissions.may_answer, shape=WholeCaseShape)
def change_case(request: ApiRequest, number: Number, body: CaseChange) -> HttpResponse:
    """Give it to somebody, or write what colleagues should know."""
    row, actor = _find(request, number), request.agent.pk
    if "assignee_id" in body.model_fields_set:
        cases.assign(row.id, assignable(request, body.assignee_id), actor=actor)
    if "note" in body.model_fields_set:
        cases.note(row.id, body.note, actor=actor)
    return _again(request, number)


def _again(request: ApiRequest, number: int) -> HttpResponse:
    return shown(_whole(request, _find(request, number)))


@operation(TAG, "POST", "/cases/{number}/settle", scope=WRITE, may=permissions.may_answer, shape=WholeCaseShape)
def settle_case(request: ApiRequest, number: Number) -> HttpResponse:
    """It is settled; the watch does not open it again."""
    cases.resolve(_find(request, number).id, actor=request.agent.pk)
    return _again(request, number)


@operation(TAG, "POST", "/cases/{number}/reopen", scope=WRITE, may=permissions.may_answer, shape=WholeCaseShape)
def reopen_case(request: ApiRequest, number: Number) -> HttpResponse:
    """It is to be looked at again."""
    cases.reopen(_find(request, number).id, actor=request.agent.pk)
    return _again(request, number)


class Chosen(Body):
    """What the customer wants."""

    choice: Literal["wait", "redirect", "replace", "refund"] = Field(examples=["refund"])
    said: Prose = Field(default="", max_length=cases.LONGEST_NOTE, examples=["Please to the same card."])
    language: str = Field(default="", pattern=r"^([a-z]{2})?$", description="Of what they said.", examples=["de"])


@operation(TAG, "POST", "/cases/{number}/choice", scope=WRITE, may=permissions.may_answer, shape=WholeCaseShape)
def choose_for_case(request: ApiRequest, number: Number, body: Chosen) -> HttpResponse:
    """Pass on what the customer chose on a page of yours, as if on ours: it is told in their conversation.

    The first word counts. Nothing is paid or sent by it.
    """
    row = _find(request, number)
    try:
        is_first = cases.choose(row.id, body.choice, said=body.said, language=body.language)
    except cases.NotOffered:
        raise wrong("/choice", "This is not offered, or the case is settled.") from None
    if not is_first and row.choice != body.choice:
        raise Problem(409, f"They chose {row.choice} already.")
    return _again(request, number)


class CaseMessage(Body):
    """A message to the customer because of a case."""

    subject: Line = Field(min_length=1, max_length=200, examples=["Your parcel"])
    text: Prose = Field(min_length=1, max_length=20_000, examples=["We have asked the carrier."])


@operation(TAG, "POST", "/cases/{number}/message", scope=WRITE, may=permissions.may_answer, shape=WholeCaseShape)
def write_because_of_case(request: ApiRequest, number: Number, body: CaseMessage) -> HttpResponse:
    """Write to the customer where nobody did yet; afterwards answer in the conversation."""
    row = _find(request, number)
    if row.conversation_id is not None:
        raise Problem(409, f"Answer in conversation {row.conversation_id}.")
    if not body.text.strip() or not body.subject.strip():
        raise wrong("/text" if body.subject.strip() else "/subject", "It is empty.")
    address = telling.address_of(row.order)
    to = (contract.Sender(address=address, name=row.order.name),) if address else ()
    answer = conversations.Reply(text=body.text, key=uuid.uuid4().hex, to=to)
    try:
        cases.begin(row.id, request.agent, answer, body.subject)
    except (LookupError, conversations.NoRecipient):
        raise Problem(409, "No address is known, or no mailbox can send.") from None
    return _again(request, number)
