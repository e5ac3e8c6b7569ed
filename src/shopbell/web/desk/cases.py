"""All cases: what is wrong with orders and parcels, a page at a time."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.commerce import carriers
from shopbell.core.ids import as_id
from shopbell.shops.models import Shop
from shopbell.watching import queries
from shopbell.watching.models import Case, Kind
from shopbell.web.desk import case_rows, page
from shopbell.web.desk.request import AgentRequest, is_part, reading

TEMPLATE = "desk/cases.html"
ASKED = ("kind", "carrier", "state", "whose", "shop")


@reading
def cases(request: AgentRequest) -> HttpResponse:
    """The page for what is asked in the address; for a script, with `?before=`, the rows that follow."""
    asked = {name: request.GET.get(name, "")[:40] for name in ASKED}
    before = as_id(request.GET.get("before", ""))
    found = queries.listed(_narrowed(queries.visible(request.user), asked, request.user), before)
    rows, more = found[: queries.PAGE], len(found) > queries.PAGE
    following = {**{name: value for name, value in asked.items() if value}, "before": str(rows[-1].id)} if more else {}
    context = {
        "place": "cases",
        "rows": [case_rows.row(case, with_order=True) for case in rows],
        "more_url": f"?{urlencode(following)}" if more else "",
        "asked": asked,
        **_choices(request.user),
    }
    if is_part(request) and before is not None:
        return page.show(request, f"{TEMPLATE}#rows", context)
    return page.show(request, TEMPLATE, context)


def _narrowed(rows: QuerySet[Case], asked: dict[str, str], agent: Agent) -> QuerySet[Case]:
    """What is asked for; anything that is none of the choices narrows nothing."""
    state = asked["state"]
    if state in Case.State.values:
        rows = rows.filter(state=state)
    if state != Case.State.RESOLVED and state != "all":
        rows = rows.filter(resolved_at=None)
    if asked["kind"] in Kind.values:
        rows = rows.filter(kind=asked["kind"])
    if asked["carrier"]:
        rows = rows.filter(carrier=asked["carrier"])
    if asked["whose"] in ("me", "nobody"):
        rows = rows.filter(assignee=agent.pk if asked["whose"] == "me" else None)
    if (shop := as_id(asked["shop"])) is not None:
        rows = rows.filter(shop=shop)
    return rows


def _choices(agent: Agent) -> dict[str, Any]:
    shops = permissions.scope(agent).of_shops(Shop.objects.order_by("name"), "id")
    return {
        "kinds": Kind.choices,
        "states": [("", _("not settled")), *Case.State.choices, ("all", _("every state"))],
        "carriers": [(code, carriers.label(code, code)) for code in queries.carriers()],
        "shops": [(str(shop.id), shop.name) for shop in shops],
        "may_run_incidents": permissions.may_run_incidents(agent),
    }
