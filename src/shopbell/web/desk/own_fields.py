"""Fields of the shop's own of one conversation: filled in, also on the way to resolving it."""

from __future__ import annotations

from django.http import HttpResponseBase

from shopbell.conversations import operations
from shopbell.fields import queries
from shopbell.fields.models import Subject
from shopbell.fields.values import Unfit
from shopbell.web import own_fields
from shopbell.web.desk import actions, fields_form
from shopbell.web.desk.request import AgentRequest, asking, find_conversation


@asking
def fields(request: AgentRequest, number: int) -> HttpResponseBase:
    """The form; POST saves it, and resolves the conversation with `then=resolve`."""
    found = find_conversation(request, number)
    if request.method != "POST":
        return fields_form.ask(request, found)
    known = queries.of(Subject.CONVERSATION)
    sent = own_fields.given(known, request.POST)
    then = request.POST.get("then", "")
    try:
        values = own_fields.kept(known, sent, found.custom)
        operations.change_custom(found.id, values=values, actor=request.user.id)
    except Unfit as wrong:
        return fields_form.ask(request, found, wrong.errors, sent, then=then)
    return actions.resolve(request, number) if then == "resolve" else actions.back(request, found.id)
