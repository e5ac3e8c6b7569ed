"""API tokens: one's own, and for admins everybody's."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shopbell.agents.models import Agent
from shopbell.agents.permissions import may_administer, may_make_tokens
from shopbell.integrations import operations
from shopbell.integrations.models import Scope, Token
from shopbell.web.admin.page import done, show
from shopbell.web.desk.request import door
from shopbell.web.guards import agent_of

SHOWN = 200
tokening = door(may_make_tokens)
LIVES = (("90", gettext_lazy("90 days")), ("365", gettext_lazy("a year")), ("", gettext_lazy("until it is revoked")))


class TokenForm(forms.Form):
    """What it is for, what it may, how long."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("What it is for: “Warehouse”, “Reports”.")
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.ChoiceField(label=gettext_lazy("It is good for"), choices=LIVES, required=False, initial="365")


@require_safe
@tokening
def tokens(request: HttpRequest) -> HttpResponse:
    """Those that are good, the newest first, and those that ended lately."""
    rows = list(_visible(agent_of(request)).select_related("agent").order_by("-id")[:SHOWN])
    now = timezone.now()
    good = [row for row in rows if row.revoked_at is None and (row.expires_at is None or row.expires_at > now)]
    over = [row for row in rows if row not in good]
    context = {"good": good, "over": over[:20], "labels": {scope.value: scope.label for scope in Scope}}
    return show(request, "tokens", "tokens", context)


def _visible(agent: Agent) -> QuerySet[Token]:
    return Token.objects.all() if may_administer(agent) else Token.objects.filter(agent=agent)


@sensitive_variables("plain")
@require_http_methods(["GET", "HEAD", "POST"])
@tokening
def token_new(request: HttpRequest) -> HttpResponse:
    """Make one that acts as oneself; the answer shows it, this once."""
    form = TokenForm(request.POST or None)
    if not form.is_valid():
        return show(request, "tokens", "token_new", {"form": form}, 422 if form.is_bound else 200)
    days, agent = form.cleaned_data["days"], agent_of(request)
    ends = timezone.now() + timedelta(days=int(days)) if days else None
    scopes, name = form.cleaned_data["scopes"], form.cleaned_data["name"]
    row, plain = operations.make_token(agent, name=name, scopes=scopes, expires_at=ends, actor=agent.pk)
    answer = show(request, "tokens", "token_made", {"token": row, "plain": plain})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
@tokening
def token_revoke(request: HttpRequest, number: int) -> HttpResponse:
    """End one; afterwards nothing it sends comes about."""
    row = get_object_or_404(_visible(agent_of(request)), id=number)
    operations.revoke_token(row.id, actor=agent_of(request).pk)
    return done(request, _("“{name}” is revoked.").format(name=row.name), "admin_tokens")
