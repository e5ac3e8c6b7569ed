"""A shop's chat: when it is open, how it looks, and the line that puts it into the shop's pages."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from shopbell.channels import operations as channels
from shopbell.channels.models import Channel
from shopbell.core import hours, registry
from shopbell.shops.models import Shop
from shopbell.web.admin.channel_form import SettingsForm
from shopbell.web.admin.mailboxes import TYPE as MAILBOX
from shopbell.web.admin.page import administering, done, show
from shopbell.web.guards import agent_of

TYPE = "chat"
KEY_BYTES = 8  # the key is no secret: it stands in every page of the shop
_COLOUR = re.compile(r"#[0-9a-f]{6}\Z")


class ChatForm(SettingsForm):
    """The name customers see, the mailbox that goes on when they leave, and the type's own settings."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("Colleagues tell chats apart by it.")
    )
    replies_through = forms.ModelChoiceField(
        Channel.objects.filter(type=MAILBOX).order_by("name"),
        label=gettext_lazy("Mailbox"),
        required=False,
        empty_label=gettext_lazy("none"),
        help_text=gettext_lazy(
            "What a visitor has missed goes to them by e-mail from here, and their answers come back to the same "
            "conversation."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Hours, holidays and the colour can be read; the mailbox is the shop's."""
        values: dict[str, Any] = super().clean() or {}
        for day in range(7):
            self._must_read(f"hours.{day}", hours.read_shift, _("Like 09:00–17:00."))
        self._must_read("holidays", hours.read_holidays)
        self._must_read("accent", _read_colour, _("Like #8a5a00."))
        mailbox = values.get("replies_through")
        if mailbox is not None and mailbox.shop_id != getattr(values.get("shop"), "pk", None):
            self.add_error("replies_through", _("This mailbox belongs to another shop."))
        return values

    def _must_read(self, path: str, read: Any, wrong: str = "") -> None:
        try:
            read(self.cleaned_data.get(path) or "")
        except ValueError as error:
            self.add_error(path, wrong or str(error))


def _read_colour(written: str) -> None:
    if written and not _COLOUR.match(written):
        raise ValueError(written)


@require_http_methods(["GET", "HEAD", "POST"])
@administering
def chat(request: HttpRequest, number: int = 0) -> HttpResponse:
    """Add a chat, or change one."""
    row = get_object_or_404(Channel, id=number, type=TYPE) if number else None
    form = _form(row, request.POST or None)
    if not form.is_valid():
        return _show(request, form, row)
    actor, values = agent_of(request).pk, _row(form)
    if row is None:
        shop = values.pop("shop")
        key = secrets.token_hex(KEY_BYTES)
        row = channels.create_channel(shop, type=TYPE, address=key, actor=actor, **values)
        return done(request, _("The chat is ready. Put the line below into the shop's pages."), "admin_chat", row.id)
    channels.change_channel(row, actor=actor, **values)
    return done(request, _("Saved."), "admin_chat", row.id)


def _form(row: Channel | None, data: Any) -> ChatForm:
    fields = registry.channel_types.get(TYPE).settings_form
    if row is not None:
        initial = {"shop": row.shop, "name": row.name, "replies_through": row.replies_through}
        return ChatForm(fields, row.settings, data, initial=initial)
    shop = Shop.objects.order_by("id").first()
    mailbox = Channel.objects.filter(type=MAILBOX, shop=shop, is_active=True).order_by("id").first()
    return ChatForm(fields, {}, data, initial={"shop": shop, "name": _("Chat"), "replies_through": mailbox})


def _row(form: ChatForm) -> dict[str, Any]:
    """The columns of the channel's row."""
    return {
        "shop": form.cleaned_data["shop"],
        "name": form.cleaned_data["name"],
        "replies_through": form.cleaned_data["replies_through"],
        "settings": form.settings(),
    }


def _show(request: HttpRequest, form: ChatForm, row: Channel | None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "channel": row}
    if row is not None:
        context |= {
            "embed": snippet(row),
            "try_address": reverse("chat_try", args=[row.address]),
            "policy": _policy(),
        }
    return show(request, "mailboxes", "chat", context, 422 if form.errors else 200)


def snippet(channel: Channel) -> str:
    """The line for the shop's pages."""
    address = settings.BASE_URL + reverse("chat_loader", args=[channel.address])
    return f'<script async src="{address}"></script>'


def _policy() -> str:
    """What the shop's content security policy has to allow, where it has one."""
    return f"script-src {settings.BASE_URL}; connect-src {settings.BASE_URL}; img-src {settings.BASE_URL}"
