"""Mailboxes and other channels: how they are, adding one, changing it, trying it, pausing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shopbell.channels import contract, queries
from shopbell.channels import operations as channels
from shopbell.channels.models import Channel
from shopbell.core import registry
from shopbell.shops.models import Shop
from shopbell.web.admin.channel_form import ChannelForm
from shopbell.web.admin.page import administering, done, failed, show
from shopbell.web.desk import page
from shopbell.web.desk.page import go
from shopbell.web.desk.request import AgentRequest
from shopbell.web.guards import agent_of

TYPE = "email"
FORM_TYPE = "contact_form"


class AddressForm(forms.Form):
    """The beginning: from the address the servers are guessed."""

    address = forms.EmailField(label=gettext_lazy("Address customers write to"))
    name = forms.CharField(
        label=gettext_lazy("Sender name"),
        required=False,
        help_text=gettext_lazy("What customers see beside the address."),
    )


@require_safe
@administering
def mailboxes(request: HttpRequest) -> HttpResponse:
    """All channels, those in trouble first."""
    rows = Channel.objects.select_related("shop", "replies_through").defer("settings", "replies_through__settings")
    rows = rows.order_by("failing_since", "shop__name", "name")
    return show(
        request, "mailboxes", "mailboxes", {"channels": [row for row in rows if row.type in registry.channel_types]}
    )


@sensitive_post_parameters("password", "smtp_password", "oauth.client_secret", "dkim.private_key")
@require_http_methods(["GET", "HEAD", "POST"])
@administering
def mailbox_new(request: HttpRequest) -> HttpResponse:
    """First the address; then everything, with what could be guessed; saved when it works, or all the same."""
    step = request.POST.get("do", "")
    if step not in ("save", "anyway"):
        return _ask_address(request)
    form = _form({}, request.POST)
    problems = _problems(form, request.POST["do"])
    if not form.is_valid() or problems:
        return _show_form(request, form, problems)
    channel = _create(request, form)
    if needs_sign_in(channel):
        return go(reverse("admin_connect", args=[channel.id]))
    return done(request, _("The mailbox is connected. New mails appear in the desk by themselves."), "admin_mailboxes")


def _ask_address(request: HttpRequest) -> HttpResponse:
    address = AddressForm(request.POST or None)
    if address.is_valid():
        guessed = registry.channel_types.get(TYPE).guess(address.cleaned_data["address"])
        return _show_form(request, _form({**guessed, "name": address.cleaned_data["name"]}))
    context = {"form": address, "is_first": "first" in request.GET, "shops": Shop.objects.count()}
    return show(request, "mailboxes", "mailbox_new", context, 422 if address.is_bound else 200)


def _form(settings: Mapping[str, Any], data: Any = None, channel: Channel | None = None) -> ChannelForm:
    fields = registry.channel_types.get(TYPE).settings_form
    initial: dict[str, Any] = {"shop": Shop.objects.order_by("id").first()}
    if channel is not None:
        initial = {"shop": channel.shop, "signature": channel.signature, "channel": channel.id}
    initial["acknowledgement"] = settings.get("acknowledgement", "")
    return ChannelForm(fields, settings, data, initial=initial)


def _problems(form: ChannelForm, do: str, channel: Channel | None = None) -> list[str]:
    """What the connection test says; nothing where it is not wanted or a sign-in at the provider is still to come."""
    if not form.is_valid() or do == "anyway":
        return []
    remember = contract.forget if channel is None else channel.remember
    adapter = registry.channel_types.get(TYPE)(form.settings(), remember)
    if isinstance(adapter, contract.Connectable) and adapter.needs_sign_in():
        return []
    found: list[str] = adapter.test()
    return found


def needs_sign_in(channel: Channel) -> bool:
    """Somebody has to sign in at the provider before mail can flow."""
    adapter = channel.adapter()
    return isinstance(adapter, contract.Connectable) and adapter.needs_sign_in()


def _show_form(
    request: HttpRequest,
    form: ChannelForm,
    problems: list[str] | None = None,
    channel: Channel | None = None,
    *,
    works: bool = False,
) -> HttpResponse:
    context = {
        "form": form,
        "problems": problems or [],
        "channel": channel,
        "works": works,
        "connect": channel is not None and isinstance(channel.adapter(), contract.Connectable),
        "needs_sign_in": channel is not None and needs_sign_in(channel),
        "callback": callback_address(request),
        "health": queries.health(channel) if channel is not None else None,
        "most_counted": queries.MOST_COUNTED,
    }
    return show(request, "mailboxes", "mailbox", context, 422 if form.errors or problems else 200)


def callback_address(request: HttpRequest) -> str:
    """What has to be registered with the provider."""
    return request.build_absolute_uri(reverse("admin_connected"))


def _create(request: HttpRequest, form: ChannelForm) -> Channel:
    """The mailbox, and the shop's contact form when this is the first one it can answer through."""
    actor, shop = agent_of(request).pk, form.cleaned_data["shop"]
    channel = channels.create_channel(shop, type=TYPE, actor=actor, **_row(form))
    if not Channel.objects.filter(shop=shop, type=FORM_TYPE).exists():
        name = _("Contact form")
        channels.create_channel(shop, type=FORM_TYPE, name=name, replies_through=channel, actor=actor)
    return channel


def _row(form: ChannelForm) -> dict[str, Any]:
    """The columns of the channel's row."""
    settings = form.settings()
    address = settings.get("address", "")
    return {
        "name": (settings.get("name") or address)[:100],
        "address": address,
        "settings": settings,
        "signature": form.cleaned_data["signature"],
    }


@sensitive_post_parameters("password", "smtp_password", "oauth.client_secret", "dkim.private_key")
@require_http_methods(["GET", "HEAD", "POST"])
@administering
def mailbox(request: HttpRequest, number: int) -> HttpResponse:
    """Change a mailbox, or only try what was entered (`do=test`)."""
    channel = get_object_or_404(Channel.objects.defer("settings"), id=number, type=TYPE)
    if not queries.is_readable(channel):
        page.warn(
            cast(AgentRequest, request), _("Its password cannot be read any more. Please enter the settings anew.")
        )
        channel.settings = {"address": channel.address, "name": channel.name}
    if request.method != "POST":
        return _show_form(request, _form(channel.settings, channel=channel), channel=channel)
    form, do = _form(channel.settings, request.POST, channel), request.POST.get("do", "save")
    problems = _problems(form, do, channel)
    if not form.is_valid() or problems or do == "test":
        return _show_form(request, form, problems, channel, works=form.is_valid() and not problems)
    channels.change_channel(channel, actor=agent_of(request).pk, shop=form.cleaned_data["shop"], **_row(form))
    if needs_sign_in(channel):
        return go(reverse("admin_connect", args=[channel.id]))
    return done(request, _("Saved."), "admin_mailboxes")


@require_POST
@administering
def mailbox_test(request: HttpRequest, number: int) -> HttpResponse:
    """Try a mailbox as it is saved."""
    channel = get_object_or_404(Channel, id=number, type=TYPE)
    problems = channel.adapter().test()
    if problems:
        return failed(request, f"{channel.name}: {' '.join(problems)}", "admin_mailboxes")
    return done(request, _("“{name}” works: mail can be read and sent.").format(name=channel.name), "admin_mailboxes")


@require_POST
@administering
def mailbox_pause(request: HttpRequest, number: int) -> HttpResponse:
    """Stop reading and sending for a while, or go on. What customers send meanwhile waits in the mailbox."""
    channel = get_object_or_404(Channel, id=number)
    channels.change_channel(channel, actor=agent_of(request).pk, is_active=not channel.is_active)
    said = _("“{name}” is active again.") if channel.is_active else _("“{name}” is paused.")
    return done(request, said.format(name=channel.name), "admin_mailboxes")
