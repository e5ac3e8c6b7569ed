"""How an agent signs in: password, second factor, keys; and where they are signed in now."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from shopbell.agents import operations
from shopbell.core.ids import as_id
from shopbell.web import sessions, sign_on
from shopbell.web.desk import page
from shopbell.web.desk.request import AgentRequest, own
from shopbell.web.guards import SAFE, agent_of, allow, is_locked

TEMPLATE = "desk/security.html"


def security(request: HttpRequest) -> HttpResponse:
    """The page; open also to who has to set up a second factor before anything else."""
    if request.user.is_authenticated and is_locked(agent_of(request)):
        return _locked(request)
    return _whole(request)  # type: ignore[return-value]


@own
def _whole(request: AgentRequest) -> HttpResponse:
    context = {"place": "preferences", "tab": "security", "sessions": sessions.of(request, request.user)}
    return page.show(request, TEMPLATE, {**context, **_factors(request)})


def _locked(request: HttpRequest) -> HttpResponse:
    """Without the desk around it, which is closed to them."""
    return page.plain(request, "account/factor_needed.html", _factors(request))


def _factors(request: HttpRequest) -> dict[str, Any]:
    rows = list(Authenticator.objects.filter(user=agent_of(request)).order_by("created_at"))
    codes = next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    return {
        "has_app": any(row.type == Authenticator.Type.TOTP for row in rows),
        "keys": [row for row in rows if row.type == Authenticator.Type.WEBAUTHN],
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else None,
        "sign_on": sign_on.button(),
        "has_password": agent_of(request).has_usable_password(),
    }


security.door = allow  # type: ignore[attr-defined]


@own
def end_session(request: AgentRequest) -> HttpResponse:
    """Sign out one other browser, or, without a number, all others."""
    if request.method in SAFE:
        raise Http404
    number = request.POST.get("session", "")
    only = as_id(number)
    if number and only is None:
        raise Http404
    key = request.session.session_key or ""
    ended = operations.end_sessions(request.user, actor=request.user.pk, only=only, but=key)
    page.tell(request, _("Signed out there.") if ended else _("That session had ended already."))
    return page.go(reverse("mfa_index"))
