"""The rules of signing in: who needs a second factor, which mailbox sends our own mail, the company's sign-on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from shopbell.agents import operations
from shopbell.agents.models import Role
from shopbell.channels.models import Channel
from shopbell.core import http
from shopbell.web import sign_on
from shopbell.web.admin.page import administering, done, show
from shopbell.web.guards import agent_of

WELL_KNOWN = "/.well-known/openid-configuration"
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class RulesForm(forms.Form):
    """Who needs more than a password, and since when it counts."""

    factor_roles = forms.MultipleChoiceField(
        label=gettext_lazy("A second step is needed by"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    grace_days = forms.IntegerField(
        label=gettext_lazy("Days to set it up"),
        min_value=0,
        max_value=90,
        help_text=gettext_lazy(
            "Counted from when the rule is made, or somebody is added. After that, nothing else is open."
        ),
    )
    notices_channel = forms.ModelChoiceField(
        Channel.objects.filter(type="email").order_by("name"),
        label=gettext_lazy("Mailbox that sends invitations and digests"),
        empty_label=gettext_lazy("the first that can send"),
        required=False,
    )


class SignOnForm(forms.Form):
    """What the sign-on's own pages call issuer, client ID and client secret."""

    sso_active = forms.BooleanField(label=gettext_lazy("People may sign in with it"), required=False)
    sso_label = forms.CharField(label=gettext_lazy("Name on the button"), max_length=60, required=False)
    sso_issuer = forms.URLField(
        label=gettext_lazy("Issuer"),
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text=gettext_lazy("For instance https://login.example.com/realms/shop"),
    )
    sso_client_id = forms.CharField(label=gettext_lazy("Client ID"), max_length=300, required=False)
    sso_secret = forms.CharField(
        label=gettext_lazy("Client secret"),
        max_length=1000,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=gettext_lazy("Kept encrypted and never shown. Leave it empty to keep the one there is."),
    )
    sso_domains = forms.CharField(
        label=gettext_lazy("Only addresses of these domains"),
        required=False,
        help_text=gettext_lazy("With spaces between. Empty: of any."),
    )
    sso_role = forms.ChoiceField(
        label=gettext_lazy("Who is not known here"),
        choices=[("", gettext_lazy("is not let in")), (Role.AGENT, gettext_lazy("becomes an agent"))],
        required=False,
    )

    def clean_sso_domains(self) -> list[str]:
        domains = [
            one.strip().lower().lstrip("@") for one in self.cleaned_data["sso_domains"].replace(",", " ").split()
        ]
        for one in domains:
            if len(one) > 253 or "." not in one or any(sign in one for sign in "@/:"):
                raise forms.ValidationError(_("“{text}” is no domain.").format(text=one[:60]))
        return domains

    def clean(self) -> dict[str, Any]:
        """What is active is complete, and answers. Making people by oneself needs a domain."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("sso_role") and not values.get("sso_domains"):
            self.add_error(
                "sso_domains", _("Name the domains of your company, or anybody the sign-on knows becomes an agent.")
            )
        if not values.get("sso_active") or self.errors:
            return values
        for name in ("sso_issuer", "sso_client_id"):
            if not values.get(name):
                self.add_error(name, _("This is needed."))
        if not self.errors and (problem := trouble(values["sso_issuer"])):
            self.add_error("sso_issuer", problem)
        return values


def trouble(issuer: str) -> str:
    """What is wrong with a sign-on server; "" when it answers as it should (OpenID Connect Discovery 1.0)."""
    try:
        found = http.call("GET", issuer.rstrip("/") + WELL_KNOWN, private=True, timeout_seconds=8).json()
    except http.HttpError as error:
        return _("It does not answer: {error}").format(error=str(error)[:200])
    if not isinstance(found, dict) or not all(found.get(name) for name in NEEDED):
        return _("It answers, but not as an OpenID Connect server.")
    if str(found.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
        return _("It calls itself {issuer}; write that here.").format(issuer=str(found.get("issuer"))[:200])
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@administering
def rules(request: HttpRequest) -> HttpResponse:
    """Second factors, and the mailbox of our own mail."""
    now = operations.rules()
    initial = {"factor_roles": now.factor_roles, "grace_days": now.grace_days, "notices_channel": now.notices_channel}
    form = RulesForm(request.POST or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return show(request, "rules", "rules", {"form": form}, 422 if form.errors else 200)
    channel = form.cleaned_data.pop("notices_channel")
    values = {**form.cleaned_data, "notices_channel": channel.pk if channel else None}
    operations.save_rules(actor=agent_of(request).pk, part="factors", **values)
    return done(request, _("Saved."), "admin_rules")


@require_http_methods(["GET", "HEAD", "POST"])
@administering
def sso(request: HttpRequest) -> HttpResponse:
    """The company's sign-on."""
    now = operations.rules()
    initial = {name: getattr(now, name) for name in SignOnForm.base_fields if name != "sso_secret"}
    form = SignOnForm(request.POST or None, initial={**initial, "sso_domains": " ".join(now.sso_domains)})
    if request.method != "POST" or not form.is_valid():
        back = request.build_absolute_uri(reverse("openid_connect_callback", args=[sign_on.NAME]))
        return show(request, "sso", "sso", {"form": form, "back": back}, 422 if form.errors else 200)
    values = dict(form.cleaned_data)
    if not values["sso_secret"]:
        del values["sso_secret"]
    operations.save_rules(actor=agent_of(request).pk, part="sso", **values)
    said = _("Saved. The server answers as it should.") if values["sso_active"] else _("Saved.")
    return done(request, said, "admin_sso")
