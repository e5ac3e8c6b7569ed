"""An agent says whether an order that was quoted is the customer's, and what the conversation is about."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from shopbell.conversations import operations, orders
from shopbell.web.desk import actions, page
from shopbell.web.desk.customer import number_of
from shopbell.web.desk.request import AgentRequest, find_conversation, writing


@writing
def choose(request: AgentRequest, number: int) -> HttpResponse:
    """`order` is this customer's (`do=choose`), or is not what it is about (`do=let-go`)."""
    found = find_conversation(request, number)
    order_id = number_of(request, "order")
    if request.POST.get("do") == "let-go":
        operations.let_go_of_order(found.id, order_id, actor=request.user.id)
        return actions.back(request, found.id)
    if orders.find(request.user, order_id) is None:
        raise Http404
    if operations.choose_order(found.id, order_id, actor=request.user.id):
        page.tell(request, _("Noted: the order is theirs."))
    return actions.back(request, found.id)
