"""Which order a conversation is about, and whose an order is."""

from __future__ import annotations

from typing import Literal

from django.http import HttpResponse
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.commerce.operations import linking
from shopbell.conversations import operations, orders
from shopbell.conversations.models import Conversation, OrderLink
from shopbell.integrations.models import Scope
from shopbell.web.api import find
from shopbell.web.api.door import ApiRequest, done, operation, shown
from shopbell.web.api.fields import Body, Id, Number
from shopbell.web.api.orders import WholeOrderShape, whole
from shopbell.web.api.problems import wrong

TAG = "Orders"
READ, WRITE = Scope.ORDERS_READ, Scope.ORDERS_WRITE


class LinkedOrderShape(BaseModel):
    """An order a conversation speaks of. What was quoted is not proved to be the customer's."""

    order_id: int = Field(examples=[501])
    number: str = Field(examples=["1042"])
    reason: str = Field(description="number, tracking, address or agent.", examples=["number"])
    is_proved: bool = Field(description="The customer's own, or an agent says so.", examples=[True])


class LinkedOrders(BaseModel):
    """All of them."""

    items: list[LinkedOrderShape]


@operation(TAG, "GET", "/conversations/{number}/orders", scope=READ, may=permissions.may_read, shape=LinkedOrders)
def linked_orders(request: ApiRequest, number: Number) -> HttpResponse:
    """The orders a conversation speaks of, as far as the token's agent may see them."""
    return shown(_linked(request, find.conversation(request, number)))


def _linked(request: ApiRequest, talk: Conversation) -> LinkedOrders:
    links = OrderLink.objects.filter(conversation=talk, is_hidden=False).order_by("id")
    seen = orders.visible(request.agent).in_bulk([link.order_id for link in links])
    proved = set(orders.proved(talk).filter(id__in=seen).values_list("id", flat=True))
    items = [
        LinkedOrderShape(
            order_id=link.order_id,
            number=seen[link.order_id].number,
            reason=link.reason,
            is_proved=link.order_id in proved,
        )
        for link in links
        if link.order_id in seen
    ]
    return LinkedOrders(items=items)


class NewOrderLink(Body):
    """Which order the conversation is about."""

    order_id: Id = Field(examples=[501])


@operation(
    TAG,
    "POST",
    "/conversations/{number}/orders",
    scope=Scope.CONVERSATIONS_WRITE,
    may=permissions.may_answer,
    shape=LinkedOrders,
)
def link_order(request: ApiRequest, number: Number, body: NewOrderLink) -> HttpResponse:
    """Say that an order is this customer's, and what the conversation is about: then it counts as proved."""
    talk = find.conversation(request, number)
    found = orders.find(request.agent, body.order_id)
    if found is None:
        raise wrong("/order_id", "There is no such order, or this agent may not see it.")
    operations.choose_order(talk.id, found.id, actor=request.agent.pk)
    return shown(_linked(request, talk))


@operation(
    TAG,
    "DELETE",
    "/conversations/{number}/orders/{order}",
    scope=Scope.CONVERSATIONS_WRITE,
    may=permissions.may_answer,
    shape=None,
    status=204,
)
def unlink_order(request: ApiRequest, number: Number, order: Number) -> HttpResponse:
    """Say that it is not about this order; it is not linked again by what is written."""
    operations.let_go_of_order(find.conversation(request, number).id, order, actor=request.agent.pk)
    return done()


class Owner(Body):
    """Whose an order is."""

    owner: Literal["theirs", "not_theirs", "by_facts"] = Field(
        description="`theirs`: of the customer it stands with; `by_facts`: what an agent said is taken back.",
        examples=["theirs"],
    )


@operation(TAG, "PUT", "/orders/{number}/owner", scope=WRITE, may=permissions.may_answer, shape=WholeOrderShape)
def decide_owner(request: ApiRequest, number: Number, body: Owner) -> HttpResponse:
    """Keep an order with its customer, take it from them, or let its account and addresses decide again."""
    row, actor = find.order(request, number), request.agent.pk
    if body.owner == "theirs" and row.customer_id is None:
        raise wrong("/owner", "It stands with no customer.")
    if body.owner == "by_facts":
        linking.give_back(row.id, actor=actor)
    else:
        linking.give(row.id, row.customer_id if body.owner == "theirs" else None, actor=actor)
    again = orders.find(request.agent, row.id)
    return shown(whole(request, again or row))
