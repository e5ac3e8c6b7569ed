"""Customers as a CSV file: everybody, or a segment; a line in the log says who took what."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404

from shopbell.core.ids import as_id
from shopbell.customers import operations
from shopbell.customers.models import Segment
from shopbell.web import customer_lines
from shopbell.web.desk.request import AgentRequest, door

SEMICOLON = {"de", "da", "et"}  # where a comma parts decimals, spreadsheets expect ;
exporting = door(customer_lines.may_export, ("POST",))


@exporting
def export(request: AgentRequest) -> HttpResponseBase:
    """The file, sent while it is made; of who the agent may know of."""
    segment = None
    if number := request.POST.get("segment", ""):
        segment = get_object_or_404(Segment, id=as_id(number))
    operations.record_export(segment, actor=request.user.id)
    return customer_lines.file(request.user, segment, ";" if request.user.language in SEMICOLON else ",")
