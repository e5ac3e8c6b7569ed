"""Look behind the mask: a partner agent says why, the log keeps it, and the customer's data is shown this once."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopbell.agents import operations, permissions
from shopbell.customers.models import Customer
from shopbell.web.desk import dialog
from shopbell.web.desk.request import AgentRequest, door, find_conversation
from shopbell.web.guards import SAFE

TEMPLATE = "desk/reveal.html"
REASONS = {
    "identity": gettext_lazy("To check who it is"),
    "call_back": gettext_lazy("To call back or write another way"),
    "delivery": gettext_lazy("For a delivery or a return"),
    "complaint": gettext_lazy("For a complaint or a legal matter"),
}


@door(permissions.may_reveal, (*SAFE, "POST"))
def reveal(request: AgentRequest, number: int) -> HttpResponse:
    """Ask for the reason; then show name and addresses, once."""
    found = find_conversation(request, number)
    context = {"found": found, "reasons": REASONS.items()}
    if request.method != "POST":
        return dialog.show(request, TEMPLATE, context)
    reason = request.POST.get("reason", "")
    if reason not in REASONS:
        return dialog.show(request, TEMPLATE, {**context, "error": _("Say why.")}, dialog.UNPROCESSABLE)
    operations.record_reveal(found.id, found.customer_id, reason, actor=request.user.pk)
    customer = Customer.objects.prefetch_related("identities").get(id=found.customer_id)
    return dialog.show(request, TEMPLATE, {"found": found, "customer": customer})
