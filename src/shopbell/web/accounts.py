"""Signing in and out, by e-mail address and password. Nobody signs up: an admin adds people."""

from __future__ import annotations

from typing import Any

from allauth.account import views
from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from shopbell.agents import operations
from shopbell.agents.models import Agent


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

    def add_message(self, *_: Any, **__: Any) -> None:
        """Pages say themselves what happened; allauth's own words are left out."""


class SignIn(views.LoginView):  # type: ignore[misc]
    """The sign-in page; on an empty installation the way to the set-up."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not Agent.objects.exists():
            return redirect("setup")
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response


class NewPasswordForm(forms.Form):
    password = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
        help_text=_("At least 10 characters. A few words you remember are better than one with signs."),
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: HttpRequest, who: str, token: str) -> HttpResponse:
    """What the link of an admin opens: choose a password and be signed in. The link works once."""
    agent = operations.holder_of(who, token)
    if agent is None:
        return render(request, "account/link_ended.html", status=410)
    form = NewPasswordForm(request.POST or None)
    if not form.is_valid():
        context = {"form": form, "agent": agent}
        return render(request, "account/choose_password.html", context, status=422 if form.is_bound else 200)
    operations.set_password(agent, form.cleaned_data["password"], actor=agent.pk)
    login(request, agent, backend=settings.AUTHENTICATION_BACKENDS[0])
    operations.record_sign_in(agent)
    return redirect(settings.LOGIN_REDIRECT_URL)


sign_in = SignIn.as_view()
sign_out = views.logout
change_password = views.password_change


inactive = views.account_inactive
