"""What agents want done in a shop: asked for, looked at, withdrawn. The second person's word is given in the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Path
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.commerce import contract
from shopbell.commerce.contract import Ability
from shopbell.commerce.models import Action, Order
from shopbell.commerce.operations import acting, deciding
from shopbell.conversations import orders
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN
from shopbell.web.api import find, paging
from shopbell.web.api.door import ApiRequest, operation, shown
from shopbell.web.api.fields import Body, Id, Line, Number
from shopbell.web.api.paging import After, Limit, Page
from shopbell.web.api.problems import Problem, wrong
from shopbell.web.desk.deeds import against

TAG = "Order actions"
READ, WRITE = Scope.ORDERS_READ, Scope.ORDERS_WRITE
Name = Annotated[Literal["note", "cancel", "address", "refund", "coupon"], Path(examples=["refund"])]
MOST_AMOUNT = 10**12
MISSING = {
    "text": ("/text", "Write the note."),
    "address": ("/address", "Street and town are needed."),
    "amount": ("/amount", "Say how much, or choose lines."),
    "lines": ("/lines", "So many of this line cannot go back."),
    "cancelled": ("", "It is cancelled already."),
}


class ActionShape(BaseModel):
    """Something an agent wants done in the shop, and what became of it."""

    id: int = Field(examples=[61])
    order_id: int = Field(examples=[501])
    ability: str = Field(examples=["refund"])
    state: str = Field(
        description="waiting (for a second person), requested, sent, done, failed, unknown or withdrawn.",
        examples=["requested"],
    )
    amount: int = Field(description="In the order's currency's smallest unit.", examples=[1250])
    result: str = Field(description="A voucher's code, or why it was refused.", examples=[""])
    actor_id: int | None = Field(examples=[5])
    approver_id: int | None = Field(description="The second person.", examples=[None])
    conversation_id: int | None = Field(examples=[1042])
    created_at: datetime = Field(examples=[WHEN])
    settled_at: datetime | None = Field(examples=[None])


class OrderActions(BaseModel):
    """All that was asked for of one order, the newest first."""

    items: list[ActionShape]
    left: int = Field(description="What can still go back, by our own sum.", examples=[4990])
    limit: int | None = Field(description="Up to which amount no second person is needed; null: any.", examples=[5000])


class Goods(Body):
    """A line of the order, and how many of it."""

    line_id: Id = Field(examples=[7001])
    quantity: int = Field(ge=1, le=100_000, examples=[1])


class NewAddress(Body):
    """Where it is to go."""

    name: Line = Field(default="", max_length=200, examples=["Anna Saar"])
    company: Line = Field(default="", max_length=200, examples=[""])
    line1: Line = Field(default="", max_length=200, examples=["Kopli 1"])
    line2: Line = Field(default="", max_length=200, examples=[""])
    postcode: Line = Field(default="", max_length=200, examples=["10412"])
    city: Line = Field(default="", max_length=200, examples=["Tallinn"])
    region: Line = Field(default="", max_length=200, examples=[""])
    country: Line = Field(default="", max_length=200, examples=["EE"])
    phone: Line = Field(default="", max_length=200, examples=[""])


class Asked(Body):
    """What is asked for: `text` of a note, or the reason; `amount` of a refund or voucher; `address` of a change."""

    text: Line = Field(default="", max_length=acting.LONGEST_TEXT, examples=["Arrived scratched"])
    amount: int = Field(default=0, ge=0, le=MOST_AMOUNT, description="Or the lines' price.", examples=[1250])
    lines: list[Goods] = Field(default=[], max_length=500, description="Of a refund.", examples=[[]])
    address: NewAddress | None = Field(default=None, examples=[None])
    conversation_id: Id | None = Field(default=None, description="From where it is asked.", examples=[1042])
    seen: int | None = Field(
        default=None,
        ge=0,
        le=1_000_000,
        description="How many such actions the order had when you looked: with more of them now it is 409.",
        examples=[0],
    )


@operation(TAG, "GET", "/orders/{number}/actions", scope=READ, may=permissions.may_read, shape=OrderActions)
def list_order_actions(request: ApiRequest, number: Number) -> HttpResponse:
    """What was asked for of an order, and what can still go back."""
    found = find.order(request, number)
    items = [_shape(row) for row in found.actions.order_by("-id")[:100]]
    limit = acting.limit(request.agent, found.currency)
    return shown(OrderActions(items=items, left=acting.left(found), limit=limit))


def _shape(row: Action) -> ActionShape:
    return ActionShape.model_validate(row, from_attributes=True)


@operation(
    TAG,
    "POST",
    "/orders/{number}/actions/{ability}",
    scope=WRITE,
    may=permissions.may_answer,
    shape=ActionShape,
    status=202,
)
def ask_for_action(request: ApiRequest, number: Number, ability: Name, body: Asked) -> HttpResponse:
    """Ask for something to be done in the shop. It is done in the background, once.

    Needs an `Idempotency-Key`: sent twice it is one. What is over the limit of the agent's role, or what their role
    may not do alone, waits for a second person, who decides in the desk.
    """
    found, kind = find.order(request, number), Ability(ability)
    if not request.headers.get("Idempotency-Key"):
        raise wrong("Idempotency-Key", "Needed here, so that nothing is done twice.")
    if reason := against(request.agent, found, kind):
        raise Problem(409, reason)
    try:
        row = acting.ask(found.id, request.agent, _wish(request, found, kind, body))
    except acting.Unfit as unfit:
        where, said = MISSING[str(unfit)]
        raise (wrong(where, said) if where else Problem(409, said)) from None
    except acting.TooMuch as much:
        raise wrong("/amount", f"At most {much.left} can still go back.") from None
    except acting.Meanwhile as meanwhile:
        raise Problem(409, f"Action {meanwhile.action.pk} was asked for meanwhile. Look at it first.") from None
    except (acting.CannotDo, acting.NotAllowed) as refused:
        raise Problem(409, str(refused)) from None
    row.refresh_from_db()
    return shown(_shape(row), 202, Location=f"/api/v1/order-actions/{row.pk}")


def _wish(request: ApiRequest, found: Order, kind: Ability, body: Asked) -> acting.Wish:
    talk = find.conversation(request, body.conversation_id) if body.conversation_id else None
    seen = acting.such(found.id, kind, request.agent).count() if body.seen is None else body.seen
    return acting.Wish(
        ability=kind,
        seen=seen,
        text=body.text,
        amount=body.amount if kind in acting.COSTS else 0,
        lines=_lines(found, body.lines) if kind == Ability.REFUND else {},
        address=contract.Address(**body.address.model_dump()) if body.address and kind == Ability.ADDRESS else None,
        conversation_id=talk.id if talk else None,
    )


def _lines(found: Order, goods: list[Goods]) -> dict[str, int]:
    known = {line.pk: line.remote_id for line in found.lines.all()} if goods else {}
    for place, one in enumerate(goods):
        if one.line_id not in known:
            raise wrong(f"/lines/{place}/line_id", "This order has no such line.")
    return {known[one.line_id]: one.quantity for one in goods}


@operation(TAG, "GET", "/order-actions", scope=READ, may=permissions.may_read, shape=Page[ActionShape])
def list_waiting_actions(request: ApiRequest, limit: Limit = 50, after: After = "") -> HttpResponse:
    """What needs a person: a second one, or one who looks whether it was done. The newest first."""
    rows = Action.objects.filter(state__in=[Action.State.WAITING, Action.State.UNKNOWN])
    rows = rows.filter(order__in=orders.visible(request.agent).values("id"))
    return paging.newest(request, rows, limit, after, _shape)


@operation(TAG, "GET", "/order-actions/{number}", scope=READ, may=permissions.may_read, shape=ActionShape)
def get_order_action(request: ApiRequest, number: Number) -> HttpResponse:
    """What became of it."""
    return shown(_shape(_find(request, number)))


def _find(request: ApiRequest, number: int) -> Action:
    row = Action.objects.filter(id=number).first()
    if row is None or orders.find(request.agent, row.order_id) is None:
        raise Problem(404)
    return row


@operation(TAG, "POST", "/order-actions/{number}/withdraw", scope=WRITE, may=permissions.may_answer, shape=ActionShape)
def withdraw_order_action(request: ApiRequest, number: Number) -> HttpResponse:
    """What waits for a second person is not done after all; by who asked for it, or by a lead."""
    row = _find(request, number)
    try:
        is_withdrawn = deciding.withdraw(row.pk, request.agent)
    except acting.NotAllowed:
        raise Problem(403, "Only who asked for it and leads may withdraw it.") from None
    if not is_withdrawn:
        raise Problem(409, "It waits no more.")
    return shown(_shape(_find(request, number)))
