"""What an agent sets for themselves; for this browser: the keys, and what comes after resolving."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopbell.agents import operations
from shopbell.core import zones
from shopbell.web.desk import page
from shopbell.web.desk.request import AgentRequest, own

TEMPLATE = "desk/preferences.html"
YEAR_SECONDS = 365 * 24 * 3600
UNPROCESSABLE = 422
STORED = ("name", "language", "time_zone", "theme", "send_default")
THEMES = [
    ("auto", gettext_lazy("as the system")),
    ("light", gettext_lazy("light")),
    ("dark", gettext_lazy("dark")),
]


class PreferencesForm(forms.Form):
    """The agent's own row, and three choices a cookie keeps, for they are about the device one sits at."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    time_zone = forms.CharField(label=gettext_lazy("Time zone"), max_length=60)
    theme = forms.ChoiceField(label=gettext_lazy("Appearance"), choices=THEMES)
    send_default = forms.ChoiceField(
        label=gettext_lazy("The Send button"),
        choices=[
            ("", gettext_lazy("sends")),
            ("next", gettext_lazy("sends and opens the next one")),
            ("resolved", gettext_lazy("sends and resolves")),
            ("pending_customer", gettext_lazy("sends and waits for the customer")),
        ],
        required=False,
    )
    keys = forms.BooleanField(
        label=gettext_lazy("Single keys are shortcuts"),
        help_text=gettext_lazy("R replies, E resolves … Switch it off if you dictate, or press keys by chance."),
        required=False,
    )
    enter = forms.BooleanField(
        label=gettext_lazy("Enter sends in chats"),
        help_text=gettext_lazy("Shift and Enter begin a new line then. Otherwise Ctrl and Enter send, as everywhere."),
        required=False,
    )
    stays = forms.BooleanField(
        label=gettext_lazy("Stay on a conversation after resolving it"),
        help_text=gettext_lazy("Otherwise the next one of the list opens."),
        required=False,
    )

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"]
        if zone not in zones.OFFERED:
            raise forms.ValidationError(_("This time zone is not known. Choose one from the list."))
        return zone


@own
def preferences(request: AgentRequest) -> HttpResponse:
    """Show and change them."""
    form = PreferencesForm(request.POST or None, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        return _save(request, form)
    context = {"place": "preferences", "tab": "profile", "form": form, "zones": zones.OFFERED}
    return page.show(request, TEMPLATE, context, UNPROCESSABLE if form.errors else 200)


def _initial(request: AgentRequest) -> dict[str, object]:
    kept = request.COOKIES
    cookies = {"keys": kept.get("keys") != "off", "stays": kept.get("next") == "stay"}
    cookies["enter"] = kept.get("enter") == "sends"
    return {**{name: getattr(request.user, name) for name in STORED}, **cookies}


def _save(request: AgentRequest, form: PreferencesForm) -> HttpResponse:
    values = {name: form.cleaned_data[name] for name in STORED}
    operations.change_agent(request.user, actor=request.user.pk, **values)
    with translation.override(values["language"]):
        page.tell(request, _("Saved."))
    response = page.go(reverse("desk:preferences"))
    keys, then = ("on" if form.cleaned_data["keys"] else "off"), ("stay" if form.cleaned_data["stays"] else "open")
    enter = "sends" if form.cleaned_data["enter"] else "breaks"
    for cookie, value in (("keys", keys), ("next", then), ("enter", enter)):
        _remember(response, cookie, value, request.is_secure())
    return response


def _remember(response: HttpResponse, cookie: str, value: str, is_secure: bool) -> None:
    response.set_cookie(cookie, value, max_age=YEAR_SECONDS, samesite="Lax", httponly=True, secure=is_secure)
