"""Signing in by the company's own sign-on (OpenID Connect), as an admin has set it up, without a restart."""

from __future__ import annotations

from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopbell.agents import operations
from shopbell.agents.models import Agent, Rules

NAME = "sso"  # in the address the sign-on sends people back to


class SignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Who comes by the sign-on is the agent with the same, proved address; or a new one, if an admin allows it."""

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "invalid_token": gettext_lazy("The sign-on gave an answer that cannot be trusted."),
    }

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        rules = operations.rules()
        if not rules.sso_active or provider not in (None, NAME, "openid_connect"):
            return []
        app = SocialApp(
            provider="openid_connect",
            provider_id=NAME,
            name=rules.sso_label or _("Company sign-on"),
            client_id=rules.sso_client_id,
            secret=rules.sso_secret or "",
            settings={"server_url": rules.sso_issuer, "oauth_pkce_enabled": True},
        )
        return [app] if client_id in (None, app.client_id) else []

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Join the account to an agent; whoever has no business here is told why and not signed in."""
        rules = operations.rules()
        if sociallogin.is_existing:
            if not sociallogin.user.is_active:
                _refuse(request, _("Your access has ended. An admin can give it back."))
            return
        email = _proved_address(sociallogin)
        if not email:
            _refuse(request, _("The sign-on does not say that your e-mail address is yours."))
        if rules.sso_domains and email.rpartition("@")[2] not in rules.sso_domains:
            _refuse(request, _("Addresses of this domain may not sign in here."))
        agent = Agent.objects.filter(email__iexact=email).first() or _new(rules, email, sociallogin)
        if agent is None:
            _refuse(request, _("Nobody here has the address {email}. An admin can add you.").format(email=email))
        if not agent.is_active:
            _refuse(request, _("Your access has ended. An admin can give it back."))
        sociallogin.connect(request, agent)

    def send_notification_mail(self, template_prefix: str, user: Agent, *_args: Any, **_options: Any) -> None:
        """allauth tells of the joining by a mail; here it is a line in the log."""
        operations.record_link(user)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **_details: Any) -> None:
        _refuse(request, _("The sign-on did not let you in, or could not be reached. Try again, or use your password."))


def _proved_address(sociallogin: SocialLogin) -> str:
    """The address the sign-on vouches for; an unproved one could be anybody's."""
    return next((one.email.strip().lower() for one in sociallogin.email_addresses if one.verified is True), "")


def _new(rules: Rules, email: str, sociallogin: SocialLogin) -> Agent | None:
    if not rules.sso_role:
        return None
    data = sociallogin.account.extra_data
    name = str((data.get("userinfo") or data.get("id_token") or data).get("name") or email.partition("@")[0])
    return operations.create_agent(actor=None, email=email, name=name[:100], role=rules.sso_role, password=None)


def _refuse(request: HttpRequest, reason: str) -> NoReturn:
    raise ImmediateHttpResponse(render(request, "socialaccount/refused.html", {"reason": reason}, status=403))


def button() -> str:
    """The name on the button of the sign-in page; "" when there is no sign-on."""
    rules = operations.rules()
    return (rules.sso_label or _("Company sign-on")) if rules.sso_active else ""
