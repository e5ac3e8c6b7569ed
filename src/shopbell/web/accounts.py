"""Signing in and out, by e-mail address and password. Nobody signs up: an admin adds people."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import views
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from shopbell.agents import operations
from shopbell.agents.models import Agent
from shopbell.web import sign_on


class AgentAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """What allauth asks us: who may sign up (nobody), and where the audit goes."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is wrong."),
        "too_many_login_attempts": _("Too many failed attempts. Please wait a few minutes."),
        "enter_current_password": _("Please enter your current password."),
        "rate_limited": _("Too many attempts. Please wait a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Agent) -> None:
        super().login(request, user)
        operations.record_sign_in(user)

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, Agent):
            operations.record_sign_out(request.user)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        operations.record_failed_sign_in(credentials.get("email", ""))

    def set_password(self, user: Agent, password: str) -> None:
        operations.set_password(user, password, actor=user.pk)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return str(self.get_login_redirect_url(request))

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Who signed in within ACCOUNT_REAUTHENTICATION_TIMEOUT seconds has just said who they are."""
        return super().is_reauthentication_required(app=app, **options) and not _has_just_signed_in(self.request)

    def send_notification_mail(self, template_prefix: str, user: Agent, *_args: Any, **_options: Any) -> None:
        """allauth tells of every changed second factor by a mail; here it is a line in the log."""
        if template_prefix.startswith("mfa/"):
            operations.record_factor(user, template_prefix.rpartition("/")[2])

    def add_message(self, request: HttpRequest, level: int, *_args: Any, message: str = "", **_options: Any) -> None:
        """Pages say themselves what happened; but of a refused passkey allauth tells in no other way."""
        if level == messages.ERROR and message:
            messages.error(request, _("The key was not accepted, or you stopped."))


def _has_just_signed_in(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - float(records[-1]["at"]) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


class SignIn(views.LoginView):  # type: ignore[misc]
    """The sign-in page; on an empty installation the way to the set-up."""

    def get_context_data(self, **values: Any) -> dict[str, Any]:
        return {**super().get_context_data(**values), "sign_on": sign_on.button()}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not Agent.objects.exists():
            return redirect("setup")
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response


class NewPasswordForm(forms.Form):
    """A password of one's own: long enough, not a common one, not one's name or address (NIST SP 800-63B)."""

    def __init__(self, agent: Agent, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.agent = agent

    password = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
        help_text=_("At least 12 characters. A few words you remember are better than one with signs."),
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.agent)
        return password


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: HttpRequest, who: str, token: str) -> HttpResponse:
    """What the link of an admin opens: choose a password and be signed in. The link works once."""
    agent = operations.holder_of(who, token)
    if agent is None:
        return render(request, "account/link_ended.html", status=410)
    form = NewPasswordForm(agent, request.POST or None)
    if not form.is_valid():
        return _ask_password(request, form)
    operations.set_password(agent, form.cleaned_data["password"], actor=agent.pk)
    return _enter(request, agent)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What the link of an invitation opens: choose a password and come in. The link works once."""
    found = operations.invitation_of(token)
    if found is None:
        return render(request, "account/link_ended.html", status=410)
    form = NewPasswordForm(found.agent, request.POST or None)
    if not form.is_valid():
        return _ask_password(request, form)
    agent = operations.accept_invitation(token, form.cleaned_data["password"])
    if agent is None:  # taken back, or used, this very moment
        return render(request, "account/link_ended.html", status=410)
    return _enter(request, agent)


def _ask_password(request: HttpRequest, form: NewPasswordForm) -> HttpResponse:
    context = {"form": form, "agent": form.agent}
    return render(request, "account/choose_password.html", context, status=422 if form.is_bound else 200)


def _enter(request: HttpRequest, agent: Agent) -> HttpResponse:
    """Sign in; who has a second factor is asked for it. A password they have just chosen counts as one just given."""
    record_authentication(request, agent, "password")
    response: HttpResponse = perform_login(request, agent, email_verification="none")
    return response


sign_in = SignIn.as_view()
sign_out = views.logout
change_password = views.password_change


inactive = views.account_inactive
reauthenticate = views.reauthenticate
