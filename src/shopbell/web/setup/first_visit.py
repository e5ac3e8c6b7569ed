"""The first visit: a shop and its first admin. The first mailbox follows, on the page where all are added."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from shopbell.agents import operations as agents
from shopbell.agents.models import Agent, Role
from shopbell.core import zones
from shopbell.shops import operations as shops
from shopbell.web import visitors
from shopbell.web.desk.page import go
from shopbell.web.setup import code

ZONES = {"de": "Europe/Berlin", "da": "Europe/Copenhagen", "et": "Europe/Tallinn"}
TRIES_PER_MINUTE = 10


def zone_choices() -> list[tuple[str, str]]:
    """Every time zone; Europe's first."""
    names = sorted(zones.OFFERED, key=lambda name: not name.startswith("Europe/"))
    return [(name, name.replace("_", " ")) for name in names]


class FirstVisitForm(forms.Form):
    """The shop, and whoever sets it up."""

    shop = forms.CharField(label=gettext_lazy("Name of the shop"), max_length=100)
    language = forms.ChoiceField(label=gettext_lazy("Language of most customers"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=zone_choices)
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=100)
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("You sign in with it. Customers never see it."),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        widget=forms.PasswordInput(render_value=True),
        help_text=gettext_lazy("At least 12 characters. A few words you remember are better than one with signs."),
    )
    also_answers = forms.BooleanField(
        label=gettext_lazy("I answer customers myself, too"), required=False, initial=True
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field, hint in {"name": "name", "email": "username", "password": "new-password"}.items():
            self.fields[field].widget.attrs["autocomplete"] = hint

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """The page of the first visit; 404 as soon as there is somebody who can sign in."""
    if not code.needs_setup():
        raise Http404
    given = request.POST.get("code", request.GET.get("code", ""))
    if not given:
        return render(request, "setup/code.html")
    if _tries_too_often(request) or not code.is_right(given):
        return render(request, "setup/code.html", {"is_wrong": True}, status=403)
    if request.method != "POST":
        return _show(request, given, FirstVisitForm(initial=_guesses()))
    form = FirstVisitForm(request.POST) if "shop" in request.POST else FirstVisitForm(initial=_guesses())
    return _set_up(request, form) if form.is_valid() else _show(request, given, form)


def _tries_too_often(request: HttpRequest) -> bool:
    return visitors.is_too_often(f"setup:{visitors.network(request)}", limit=TRIES_PER_MINUTE, per_seconds=60)


def _guesses() -> dict[str, str]:
    language = translation.get_language() or "en"
    return {"language": language, "time_zone": ZONES.get(language, "Europe/London")}


def _show(request: HttpRequest, given: str, form: FirstVisitForm) -> HttpResponse:
    context = {"form": form, "code": given}
    return render(request, "setup/first_visit.html", context, status=422 if form.is_bound else 200)


def _set_up(request: HttpRequest, form: FirstVisitForm) -> HttpResponse:
    values = form.cleaned_data
    with transaction.atomic():
        if not agents.is_first():
            raise Http404
        shops.create_shop(actor=None, name=values["shop"], language=values["language"], time_zone=values["time_zone"])
        admin = _first_admin(values)
    login(request, admin, backend=settings.AUTHENTICATION_BACKENDS[0])
    return go(reverse("admin_mailbox_new") + "?first=1")


def _first_admin(values: dict[str, Any]) -> Agent:
    return agents.create_agent(
        actor=None,
        email=values["email"],
        name=values["name"],
        role=Role.ADMIN,
        password=values["password"],
        also_answers=values["also_answers"],
        language=translation.get_language() or "en",
        time_zone=values["time_zone"],
    )
