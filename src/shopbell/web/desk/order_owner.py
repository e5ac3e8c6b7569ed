"""An agent says that an order is its customer's, or is not; the word stays and can be taken back."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shopbell.commerce.operations import linking
from shopbell.web.desk import order, page
from shopbell.web.desk.request import AgentRequest, writing


@writing
def owner(request: AgentRequest, number: int) -> HttpResponse:
    """`do`: `theirs` keeps it, `not-theirs` takes it from them, `back` undoes what an agent said."""
    found = order.find(request, number)
    what, actor = request.POST.get("do", ""), request.user.id
    if what == "theirs" and found.customer_id:
        linking.give(found.id, found.customer_id, actor=actor)
        page.tell(request, _("Noted: the order is theirs."))
    elif what == "not-theirs" and linking.give(found.id, None, actor=actor):
        page.tell(request, _("Noted: the order is not theirs."))
    elif what == "back" and linking.give_back(found.id, actor=actor):
        page.tell(request, _("Taken back: whose it is follows from its account and addresses again."))
    return page.go(f"{order.back_to(found.id, request)}#who")
