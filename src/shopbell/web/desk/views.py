"""Views agents make: their list, making one, changing one."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.agents import queries as people
from shopbell.agents.models import Agent, Team
from shopbell.core.ids import as_id
from shopbell.lists import operations
from shopbell.lists import queries as lists
from shopbell.lists.models import Sort, View
from shopbell.web.desk import page, view_form
from shopbell.web.desk.listing import may_change
from shopbell.web.desk.request import AgentRequest, is_part, own

UNPROCESSABLE = 422
LONGEST_NAME = 60


@own
def views(request: AgentRequest) -> HttpResponse:
    """All views of the agent; POST moves one up or down."""
    agent = request.user
    if request.method == "POST":
        found = _find(agent, request.POST.get("view", ""))
        if request.POST.get("by") in ("-1", "1"):
            operations.move_view(found, by=int(request.POST["by"]))
        return page.go(reverse("desk:views"))
    rows = list(lists.views(agent).select_related("team"))
    counts = lists.counts(agent, rows)
    shown = [(row, {"view": row, "may_change": may_change(row, agent), "count": counts.get(row.id)}) for row in rows]
    context = {
        "place": "views",
        "shared": [line for row, line in shown if row.owner_id is None],
        "mine": [line for row, line in shown if row.owner_id],
    }
    return page.show(request, "desk/views.html", context)


def _find(agent: Agent, number: str | int) -> View:
    """A view the agent may change, else 404 or, where they may use it only, 403."""
    found = lists.find_view(agent, f"v{number}")
    if found is None:
        raise Http404
    if not may_change(found, agent):
        raise PermissionDenied
    return found


@own
def view(request: AgentRequest, number: int = 0) -> HttpResponse:
    """Make a view, or change one. Buttons that add and remove conditions show the form again."""
    agent = request.user
    row = _find(agent, number) if number else View(owner=agent)
    if request.method != "POST":
        start = {"match": "all", "of": [dict(view_form.START)]}
        form = view_form.from_tree(row.filter if row.pk else start)
        return _show(request, row, form, {"name": row.name, "sort": row.sort, "who": _who(row)})
    form, typed = view_form.read(request.POST), {key: request.POST.get(key, "") for key in ("name", "sort", "who")}
    do = request.GET.get("do") or request.POST.get("do", "save")  # a script says it in the address
    if do != "save":
        form.do(do)
        return _show(request, row, form, typed)
    return _save(request, row, form, typed)


@own
def view_delete(request: AgentRequest, number: int) -> HttpResponse:
    """Nobody has it any more."""
    found = _find(request.user, number)
    if request.method == "POST":
        operations.delete_view(found, actor=request.user)
        page.tell(request, _("The view “{name}” is deleted.").format(name=found.name))
    return page.go(reverse("desk:views"))


def _save(request: AgentRequest, row: View, form: view_form.Form, typed: dict[str, str]) -> HttpResponse:
    view_form.prepare(form, request.user)
    wrong = {} if typed["name"].strip() else {"name": _("A view needs a name.")}
    if len(typed["name"]) > LONGEST_NAME:
        wrong["name"] = _("At most {n} letters.").format(n=LONGEST_NAME)
    owner, team = _read_who(typed["who"], request.user, wrong)
    if typed["sort"] not in Sort.values:
        wrong["sort"] = _("Choose one.")
    try:
        operations.check(form.tree())
        if not wrong and not any(line.error for line in form.lines):
            values: dict[str, Any] = {"owner": owner, "team": team, "filter": form.tree()}
            name, sort = typed["name"], typed["sort"]
            saved = operations.save_view(row, actor=request.user, name=name, sort=sort, **values)
            operations.look(request.user, [saved])
            page.tell(request, _("Saved."))
            return page.go(f"{reverse('desk:inbox')}?view=v{saved.id}")
    except operations.Refused as refused:
        _mark(form, refused)
    except operations.TooMany:
        form.error = _("These are enough views: delete one first.")
    return _show(request, row, form, typed, wrong, UNPROCESSABLE)


def _mark(form: view_form.Form, refused: operations.Refused) -> None:
    for problem in refused.problems:
        line = form.at(problem.path)
        if line is None:
            form.error = problem.text
        else:
            line.error = line.error or problem.text


def _read_who(who: str, agent: Agent, wrong: dict[str, str]) -> tuple[Agent | None, Team | None]:
    """For whom the view is: oneself, or for those who may share everybody or a team."""
    if who == "me" or not permissions.may_share_views(agent):
        return agent, None
    if who == "all":
        return None, None
    team = people.teams(agent).filter(id=as_id(who) or 0).first()
    if team is None:
        wrong["who"] = _("Choose for whom it is.")
    return None, team


def _who(row: View) -> str:
    if row.owner_id or row.pk is None:
        return "me"
    return str(row.team_id) if row.team_id else "all"


def _show(
    request: AgentRequest,
    row: View,
    form: view_form.Form,
    typed: dict[str, str],
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    view_form.prepare(form, request.user)
    context = {
        "place": "views",
        "view": row,
        "form": form,
        "parts": list(form.shown()),
        "typed": typed,
        "wrong": wrong or {},
        "first_wrong": None if wrong else next((line.number for line in form.lines if line.error), None),
        "fields": view_form.all_fields(),
        "units": view_form.units(),
        "sorts": Sort.choices,
        "teams": list(people.teams(request.user)) if permissions.may_share_views(request.user) else None,
    }
    part = "#conditions" if is_part(request) and status == 200 and request.method == "POST" else ""
    return page.show(request, f"desk/view.html{part}", context, status)
