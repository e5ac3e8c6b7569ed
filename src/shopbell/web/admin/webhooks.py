"""Webhooks: addresses that are told what happens, what was sent to them, and sending it again."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shopbell.core.ids import as_id
from shopbell.integrations import catalogue, operations
from shopbell.integrations.models import Attempt, Dispatch, Webhook
from shopbell.integrations.operations import webhooks as sending
from shopbell.web.admin.page import administering, done, failed, show
from shopbell.web.choices import any_shop
from shopbell.web.guards import agent_of

SHOWN = 50


class WebhookForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Where to send what."""

    url = forms.URLField(
        label=gettext_lazy("Address"),
        max_length=2000,
        assume_scheme="https",
        help_text=gettext_lazy("Beginning with https://. It has to answer with 2xx within ten seconds."),
    )
    types = forms.MultipleChoiceField(
        label=gettext_lazy("It is told of"),
        choices=[(name, name) for name in catalogue.KINDS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: everything."),
    )

    shop = any_shop(help_text=gettext_lazy("Only what happens in this shop."))

    class Meta:
        model = Webhook
        fields = ("url", "name", "shop", "types", "includes_object")
        help_texts = {
            "includes_object": gettext_lazy("Otherwise only numbers are sent, and personal data stays here."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["url"].widget.attrs["placeholder"] = "https://"

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        sending.check_url(url)
        return url


@require_safe
@administering
def webhooks(request: HttpRequest) -> HttpResponse:
    """All of them, with what has gone wrong."""
    rows = Webhook.objects.defer("secrets").select_related("shop").order_by("id")
    return show(request, "webhooks", "webhooks", {"webhooks": rows})


@sensitive_variables("secret")
@require_http_methods(["GET", "HEAD", "POST"])
@administering
def webhook_new(request: HttpRequest) -> HttpResponse:
    """Add one; the answer shows its secret, this once."""
    form = WebhookForm(request.POST or None)
    if not form.is_valid():
        return show(request, "webhooks", "webhook_new", {"form": form}, 422 if form.is_bound else 200)
    row = operations.make_webhook(actor=agent_of(request).pk, **form.cleaned_data)
    return _show_secret(request, row)


def _show_secret(request: HttpRequest, row: Webhook) -> HttpResponse:
    answer = show(request, "webhooks", "webhook_secret", {"webhook": row, "secret": row.secrets[0][0]})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@administering
def webhook(request: HttpRequest, number: int) -> HttpResponse:
    """Its settings and its log; changes its settings."""
    row = get_object_or_404(Webhook, id=number)
    form = WebhookForm(request.POST or None, instance=get_object_or_404(Webhook, id=number))
    if form.is_bound and form.is_valid():
        operations.change_webhook(row.id, actor=agent_of(request).pk, **form.cleaned_data)
        return done(request, _("Saved."), "admin_webhook", number)
    return show(request, "webhooks", "webhook", {"form": form, **_log(request, row)}, 422 if form.errors else 200)


def _log(request: HttpRequest, row: Webhook) -> dict[str, Any]:
    """The newest messages, or those behind `?before=`; how many wait or were given up, counted up to a thousand."""
    before = as_id(request.GET.get("before", ""))
    rows = row.dispatches.order_by("-id").prefetch_related(Prefetch("tries", Attempt.objects.order_by("id")))
    if before is not None:
        rows = rows.filter(id__lt=before)
    shown = list(rows[: SHOWN + 1])
    counts = Dispatch.objects.filter(id__in=row.dispatches.order_by("-id").values("id")[:1_000]).aggregate(
        failed=Count("id", filter=Q(state=Dispatch.State.FAILED)),
        pending=Count("id", filter=Q(state=Dispatch.State.PENDING)),
    )
    return {
        "webhook": row,
        "log": [(each, json.dumps(each.data, indent=2, ensure_ascii=False)) for each in shown[:SHOWN]],
        "older": shown[SHOWN - 1].id if len(shown) > SHOWN else None,
        "counts": counts,
    }


@require_POST
@administering
def webhook_switch(request: HttpRequest, number: int) -> HttpResponse:
    """Off, or on again with its failures forgotten."""
    row = get_object_or_404(Webhook, id=number)
    operations.change_webhook(row.id, actor=agent_of(request).pk, is_active=request.POST.get("on") == "1")
    return done(request, _("Saved."), "admin_webhook", number)


@require_POST
@administering
def webhook_test(request: HttpRequest, number: int) -> HttpResponse:
    """Send a test message."""
    row = get_object_or_404(Webhook, id=number)
    if not row.is_active:
        return failed(request, _("It is switched off: nothing is sent."), "admin_webhook", number)
    operations.ping(row)
    said = _("A test message is on its way. Look at the log in a moment.")
    return done(request, said, "admin_webhook", number)


@sensitive_variables("secret")
@require_POST
@administering
def webhook_secret(request: HttpRequest, number: int) -> HttpResponse:
    """A new secret, shown this once; the former one holds for a day more."""
    row = operations.rotate_secret(get_object_or_404(Webhook, id=number).id, actor=agent_of(request).pk)
    return _show_secret(request, row)


@require_POST
@administering
def webhook_replay(request: HttpRequest, number: int) -> HttpResponse:
    """Send once more: one message (`message`), or everything that was given up."""
    row, actor = get_object_or_404(Webhook, id=number), agent_of(request).pk
    given = request.POST.get("message", "")
    if given:
        count = int(sending.replay_one(row.id, as_id(given) or 0, actor=actor))
    else:
        count = operations.replay(row.id, actor=actor, since=row.created_at, until=timezone.now())
    if not count:
        return failed(request, _("There is nothing to send again."), "admin_webhook", number)
    said = ngettext("{n} message is sent again.", "{n} messages are sent again.", count)
    return done(request, said.format(n=count), "admin_webhook", number)


@require_POST
@administering
def webhook_delete(request: HttpRequest, number: int) -> HttpResponse:
    """Away with it and its log."""
    row = get_object_or_404(Webhook, id=number)
    operations.delete_webhook(row.id, actor=agent_of(request).pk)
    return done(request, _("The webhook is deleted."), "admin_webhooks")
