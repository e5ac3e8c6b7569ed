"""Work that was given up after all its tries, with the reason and a way to try again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from shopbell.core.ids import as_id
from shopbell.events.delivery import retry_parked
from shopbell.events.models import Delivery
from shopbell.web.admin.page import administering, done, show
from shopbell.web.guards import agent_of

SHOWN = 100


@require_safe
@administering
def parked(request: HttpRequest) -> HttpResponse:
    """The newest first."""
    rows = Delivery.objects.filter(parked_at__isnull=False).order_by("-parked_at", "-id")
    context = {"rows": rows[:SHOWN], "more": max(rows.count() - SHOWN, 0)}
    return show(request, "parked", "parked", context)


@require_POST
@administering
def parked_retry(request: HttpRequest) -> HttpResponse:
    """Try one again (`number`), or all that are there now."""
    given = request.POST.get("number", "")
    rows = Delivery.objects.filter(parked_at__isnull=False)
    if given:
        rows = rows.filter(id=as_id(given) or 0)
    actor = agent_of(request).pk
    retried = sum(retry_parked(number, actor=actor) for number in rows.values_list("id", flat=True))
    if not retried:
        return done(request, _("Nothing was stuck any more."), "admin_parked")
    said = ngettext("{n} piece of work is tried again.", "{n} pieces of work are tried again.", retried)
    return done(request, said.format(n=retried), "admin_parked")
