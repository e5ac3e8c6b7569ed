"""How an agent wants to be told of things: ways for each kind, quiet hours, the mail digest, this browser."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from shopbell.agents import operations as agents
from shopbell.agents.models import Digest
from shopbell.notifications import operations, push, queries, ways
from shopbell.notifications.models import Kind
from shopbell.notifications.ways import Way
from shopbell.web.desk import page
from shopbell.web.desk.notifications import address, sentence, subject
from shopbell.web.desk.request import AgentRequest, own, reading

TEMPLATE = "desk/notify.html"
UNPROCESSABLE = 422
LONGEST = 4_000  # bytes a browser sends to subscribe
WORKER = settings.PACKAGE / "web" / "static" / "js" / "push-worker.js"


class NotifyForm(forms.Form):
    """One box for each kind and way; the rest of it."""

    quiet_from = forms.TimeField(
        label=gettext_lazy("Quiet from"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    quiet_to = forms.TimeField(
        label=gettext_lazy("Quiet until"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    digest = forms.ChoiceField(label=gettext_lazy("Mail digest of what is unread"), choices=Digest.choices)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for kind in Kind:
            for way in Way:
                self.fields[f"{kind}_{way}"] = forms.BooleanField(required=False, label=f"{kind.label}: {way.label}")

    def clean(self) -> dict[str, Any]:
        """Both ends of the quiet hours, or none."""
        values: dict[str, Any] = super().clean() or {}
        if (values.get("quiet_from") is None) != (values.get("quiet_to") is None):
            self.add_error("quiet_to", _("Give both times, or none."))
        return values

    def ways(self) -> dict[str, list[str]]:
        """As they are kept."""
        return {kind: [way.value for way in Way if self.cleaned_data[f"{kind}_{way}"]] for kind in Kind}


@own
def notify(request: AgentRequest) -> HttpResponse:
    """Show and change them."""
    form = NotifyForm(request.POST or None, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("quiet_from", "quiet_to", "digest")}
        agents.change_agent(request.user, actor=request.user.pk, ways=form.ways(), **values)
        page.tell(request, _("Saved."))
        return page.go(reverse("desk:notify"))
    context = {
        "place": "preferences",
        "tab": "notify",
        "form": form,
        "ways": [way.label for way in Way],
        "kinds": [(kind.label, [form[f"{kind}_{way}"] for way in Way]) for kind in Kind],
        "push_key": push.public_key(),
    }
    return page.show(request, TEMPLATE, context, UNPROCESSABLE if form.errors else 200)


def _initial(request: AgentRequest) -> dict[str, Any]:
    boxes = {f"{kind}_{way}": way in ways.chosen(request.user, kind) for kind in Kind for way in Way}
    return {**boxes, **{name: getattr(request.user, name) for name in ("quiet_from", "quiet_to", "digest")}}


@own
def push_address(request: AgentRequest) -> HttpResponse:
    """A browser's script says where it takes pushed messages, or (`{"endpoint": …}` alone) that it takes none."""
    if request.method != "POST" or len(request.body) > LONGEST:
        return HttpResponseBadRequest()
    try:
        given = json.loads(request.body)
        endpoint, keys = str(given["endpoint"]), given.get("keys")
        key, secret = (str(keys["p256dh"]), str(keys["auth"])) if keys else ("", "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return HttpResponseBadRequest()
    if not keys:
        operations.unsubscribe(request.user, endpoint)
        return HttpResponse(status=204)
    if not push.is_usable(endpoint, key, secret):
        return HttpResponseBadRequest()
    session = request.session.session_key or ""
    operations.subscribe(request.user, endpoint=endpoint, key=key, secret=secret, session_key=session)
    return HttpResponse(status=204)


@reading
def words(request: AgentRequest, number: int) -> HttpResponse:
    """What the browser shows for a pushed notification, in the agent's language and as far as they may see it."""
    row = (
        queries.visible(request.user)
        .select_related("conversation", "message", "actor", "article_text", "connection", "channel")
        .filter(id=number)
        .first()
    )
    if row is None:
        raise Http404
    return JsonResponse({"title": sentence(row), "body": subject(row), "url": address(row)})


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that shows pushed messages; from here, for its place decides what it may act for."""
    response = HttpResponse(WORKER.read_text(), content_type="text/javascript")
    response["Service-Worker-Allowed"] = "/desk/"
    response["Cache-Control"] = "no-cache"
    return response
