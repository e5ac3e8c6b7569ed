"""What every page of the administration shows around its own."""

from __future__ import annotations

from typing import Any, cast

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from shopbell.agents.permissions import may_administer, may_edit_macros
from shopbell.web.admin import sections
from shopbell.web.desk import page
from shopbell.web.desk.request import AgentRequest, door
from shopbell.web.guards import agent_of

NEW = ("_new", "_add")  # of the names of pages where something is added
administering = door(may_administer)
wording = door(may_edit_macros)


def show(request: HttpRequest, section: str, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render a page of a section. The cursor is in the first field that is wrong, or of what is to be added."""
    if isinstance(form := context.get("form"), BaseForm):
        _place_cursor(form, is_new=getattr(request.resolver_match, "url_name", "").endswith(NEW))
    groups = sections.grouped(sections.open_to(agent_of(request)))
    around = {"place": "admin", "section": section, "section_groups": groups}
    return page.show(cast(AgentRequest, request), f"admin/{template}.html", {**around, **context}, status)


def _place_cursor(form: BaseForm, *, is_new: bool) -> None:
    wanted = (field.name for field in form.visible_fields() if field.errors or (is_new and not form.is_bound))
    if name := next(wanted, None):
        form.fields[name].widget.attrs["autofocus"] = True


def done(request: HttpRequest, said: str, name: str, *args: Any) -> HttpResponse:
    """After a change: say so, and look at the page called `name`."""
    page.tell(cast(AgentRequest, request), said)
    return page.go(reverse(name, args=args))


def failed(request: HttpRequest, said: str, name: str, *args: Any) -> HttpResponse:
    """Nothing was changed: say why."""
    page.warn(cast(AgentRequest, request), said)
    return page.go(reverse(name, args=args))
