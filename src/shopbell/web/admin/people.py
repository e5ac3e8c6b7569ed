"""Who works here: people with their roles, and teams."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shopbell.agents import operations
from shopbell.agents.models import Agent, Role, Team
from shopbell.web.admin.page import administering, done, failed, show
from shopbell.web.desk.page import go
from shopbell.web.guards import agent_of


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Name, address, role, teams."""

    class Meta:
        model = Agent
        fields = ("name", "email", "role", "also_answers", "teams")
        widgets = {"teams": forms.CheckboxSelectMultiple}
        help_texts = {
            "role": gettext_lazy(
                "A partner agent sees the conversations of their teams only. A lead also edits macros."
            ),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not Team.objects.exists():
            del self.fields["teams"]

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if Agent.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody signs in with this address already."))
        return email

    def clean(self) -> dict[str, Any]:
        """A partner agent without a team would see nothing at all."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("role") == Role.PARTNER and not values.get("teams"):
            where = "teams" if "teams" in self.fields else "role"
            self.add_error(where, _("A partner agent needs a team: it says which conversations they see."))
        return values


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    class Meta:
        model = Team
        fields = ("name", "is_partner")


@require_safe
@administering
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, those who left at the end; and the teams."""
    rows = Agent.objects.prefetch_related("teams").order_by("-is_active", "name")
    context = {"people": rows, "teams": Team.objects.prefetch_related("agents").order_by("name")}
    return show(request, "people", "people", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administering
def person_new(request: HttpRequest) -> HttpResponse:
    """Add somebody; the answer shows the link by which they choose their password."""
    form = PersonForm(request.POST or None)
    if not form.is_valid():
        return _show_person(request, form, None)
    me = agent_of(request)
    agent = operations.create_agent(
        actor=me.pk, password=None, language=me.language, time_zone=me.time_zone, **_values(form)
    )
    return _show_link(request, agent)


def _values(form: PersonForm) -> dict[str, Any]:
    return dict(form.cleaned_data)


def _show_person(request: HttpRequest, form: PersonForm, agent: Agent | None) -> HttpResponse:
    context = {"form": form, "person": agent, "is_me": agent == agent_of(request)}
    return show(request, "people", "person", context, 422 if form.errors else 200)


def _show_link(request: HttpRequest, agent: Agent) -> HttpResponse:
    who, token = operations.make_password_link(agent, actor=agent_of(request).pk)
    link = request.build_absolute_uri(reverse("choose_password", args=[who, token]))
    return show(request, "people", "person_link", {"person": agent, "link": link})


@require_http_methods(["GET", "HEAD", "POST"])
@administering
def person(request: HttpRequest, number: int) -> HttpResponse:
    """Change somebody."""
    agent = get_object_or_404(Agent, id=number)
    form = PersonForm(request.POST or None, instance=get_object_or_404(Agent, id=number))
    if not form.is_valid():
        return _show_person(request, form, agent)
    try:
        operations.change_agent(agent, actor=agent_of(request).pk, **_values(form))
    except operations.LastAdmin:
        form.add_error("role", _("Somebody has to stay admin: give the role to another person first."))
        return _show_person(request, form, agent)
    return done(request, _("Saved."), "admin_people")


@require_POST
@administering
def person_link(request: HttpRequest, number: int) -> HttpResponse:
    """A link for a new password."""
    return _show_link(request, get_object_or_404(Agent, id=number, is_active=True))


@require_POST
@administering
def person_access(request: HttpRequest, number: int) -> HttpResponse:
    """End somebody's access, or give it back."""
    agent, actor = get_object_or_404(Agent, id=number), agent_of(request).pk
    if not agent.is_active:
        operations.reactivate_agent(agent, actor=actor)
        return done(request, _("{name} can sign in again.").format(name=agent.name), "admin_people")
    try:
        operations.deactivate_agent(agent, actor=actor)
    except operations.LastAdmin:
        return failed(request, _("The last admin has to stay."), "admin_person", number)
    return done(request, _("{name} has no access any more.").format(name=agent.name), "admin_people")


@require_http_methods(["GET", "HEAD", "POST"])
@administering
def team(request: HttpRequest, number: int = 0) -> HttpResponse:
    """Add a team, or change one."""
    row = get_object_or_404(Team, id=number) if number else Team()
    form = TeamForm(request.POST or None, instance=row)
    if not form.is_valid():
        return show(request, "people", "team", {"form": form, "team": row}, 422 if form.errors else 200)
    fresh = Team.objects.get(id=number) if number else Team()
    operations.save_team(fresh, actor=agent_of(request).pk, **form.cleaned_data)
    return go(reverse("admin_people") + "#teams")
