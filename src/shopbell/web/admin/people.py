"""Who works here: people with their roles, and teams."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shopbell.agents import availability, operations
from shopbell.agents.models import Agent, Role, Team
from shopbell.agents.permissions import ANSWERING
from shopbell.channels import notices
from shopbell.conversations.models import Conversation, Folder
from shopbell.shops.models import Shop
from shopbell.web import sessions
from shopbell.web.admin.page import administering, done, failed, show
from shopbell.web.guards import agent_of

MOST_COUNTED = 1_000


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Name, address, role, teams."""

    class Meta:
        model = Agent
        fields = (
            *("name", "email", "role", "also_answers", "works_in_store"),
            *("teams", "limited_to_teams", "shops", "limited_to_shops"),
        )
        labels = {"teams": gettext_lazy("Teams"), "shops": gettext_lazy("Shops")}
        widgets = {"teams": forms.CheckboxSelectMultiple, "shops": forms.CheckboxSelectMultiple}
        help_texts = {
            "role": gettext_lazy(
                "A partner agent sees the conversations of their teams only. A lead also edits macros."
            ),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not Team.objects.exists():
            del self.fields["teams"], self.fields["limited_to_teams"]
        if Shop.objects.count() < 2:
            del self.fields["shops"], self.fields["limited_to_shops"]

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
        for name in ("teams", "shops"):
            if values.get(f"limited_to_{name}") and not values.get(name):
                self.add_error(name, _("Choose at least one, or they would see nothing."))
        return values


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    class Meta:
        model = Team
        fields = ("name", "leads", "is_partner", "masks", "names", "files", "reveals")
        widgets = {"leads": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        leads = Agent.objects.filter(is_active=True).exclude(role__in=[Role.PARTNER, Role.PRIVACY])
        self.fields["names"].required = self.fields["files"].required = False
        self.fields["leads"].queryset = leads.order_by("name")  # type: ignore[attr-defined]

    def clean_names(self) -> str:
        return str(self.cleaned_data["names"] or self.instance.names)

    def clean_files(self) -> str:
        return str(self.cleaned_data["files"] or self.instance.files)


class HandOverForm(forms.Form):
    """Who takes what somebody had open."""

    to = forms.ModelChoiceField(
        Agent.objects.none(),
        label=gettext_lazy("Who takes over"),
        required=False,
        empty_label=gettext_lazy("everybody: back to the open list"),
    )

    def __init__(self, leaving: Agent, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = Agent.objects.filter(is_active=True).exclude(pk=leaving.pk).order_by("name")
        self.fields["to"].queryset = rows.filter(role__in=ANSWERING)  # type: ignore[attr-defined]


@require_safe
@administering
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, those who left at the end; and the teams."""
    rows = Agent.objects.prefetch_related("teams", "shops").order_by("-is_active", "name")
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
    return _invite(request, agent)


def _invite(request: HttpRequest, agent: Agent) -> HttpResponse:
    """Send an invitation; where no mailbox can send, or it takes long, the admin has the link to pass on."""
    row, secret = operations.invite(agent, actor=agent_of(request).pk)
    link = request.build_absolute_uri(reverse("invitation", args=[secret]))
    with translation.override(agent.language):
        words = _("Hello {name},\n\nyou are invited to the desk. Choose a password here, within 7 days:\n\n{link}\n")
        text, subject = words.format(name=agent.name, link=link), _("Your way in to Shopbell")
    try:
        notices.send(agent.email, agent.name, subject, text, key=f"invitation:{row.id}")
        is_sent = True
    except notices.NoMailbox:
        is_sent = False
    return show(request, "people", "person_link", {"person": agent, "link": link, "is_sent": is_sent, "is_new": True})


def _values(form: PersonForm) -> dict[str, Any]:
    return dict(form.cleaned_data)


def _show_person(request: HttpRequest, form: PersonForm, agent: Agent | None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "person": agent, "is_me": agent == agent_of(request)}
    if agent is not None:
        context["invitation"] = operations.open_invitations(agent).order_by("-id").first()
        context["has_factor"] = operations.has_factor(agent)
        context["sessions"] = sessions.of(request, agent)
        context["there"] = availability.of(agent, timezone.now())
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
    said = _("{name} has no access any more.").format(name=agent.name)
    has_open = Conversation.objects.filter(assignee=agent, folder__in=[Folder.OPEN, Folder.SNOOZED]).exists()
    return done(request, said, *(["admin_hand_over", number] if has_open else ["admin_people"]))


@require_http_methods(["GET", "HEAD", "POST"])
@administering
def hand_over(request: HttpRequest, number: int) -> HttpResponse:
    """Who takes what somebody who left had open."""
    agent = get_object_or_404(Agent, id=number)
    form = HandOverForm(agent, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        rows = Conversation.objects.filter(assignee=agent, folder__in=[Folder.OPEN, Folder.SNOOZED])
        context = {"form": form, "person": agent, "open": rows.values("id")[:MOST_COUNTED].count()}
        return show(request, "people", "hand_over", context, 422 if form.errors else 200)
    operations.hand_over(agent, form.cleaned_data["to"], actor=agent_of(request).pk)
    return done(request, _("They are being handed over."), "admin_people")


@require_POST
@administering
def person_invite(request: HttpRequest, number: int) -> HttpResponse:
    """Send the invitation again, or with `revoke` take it back."""
    agent = get_object_or_404(Agent, id=number, is_active=True)
    if request.POST.get("revoke"):
        operations.revoke_invitations(agent, actor=agent_of(request).pk)
        return done(request, _("The invitation is taken back."), "admin_person", number)
    try:
        return _invite(request, agent)
    except ValueError:
        return failed(request, _("{name} has come in already.").format(name=agent.name), "admin_person", number)


@require_POST
@administering
def person_factors(request: HttpRequest, number: int) -> HttpResponse:
    """Remove the second factors of somebody who lost theirs."""
    agent = get_object_or_404(Agent, id=number)
    operations.reset_factors(agent, actor=agent_of(request).pk)
    return done(request, _("The second step of {name} is reset.").format(name=agent.name), "admin_person", number)


@require_POST
@administering
def person_sessions(request: HttpRequest, number: int) -> HttpResponse:
    """Sign somebody out everywhere."""
    agent = get_object_or_404(Agent, id=number)
    key = request.session.session_key or ""
    operations.end_sessions(agent, actor=agent_of(request).pk, but=key)
    return done(request, _("{name} is signed out everywhere.").format(name=agent.name), "admin_person", number)


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
    response = done(request, _("Saved."), "admin_people")
    response["Location"] += "#teams"
    return response
