"""Signing in to a mailbox at its provider (OAuth 2 with PKCE): out to the provider, and back."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shopbell.channels import contract
from shopbell.channels import operations as channels
from shopbell.channels.models import Channel
from shopbell.web.admin.mailboxes import callback_address
from shopbell.web.admin.page import administering, done, failed, show
from shopbell.web.guards import agent_of

KEY = "connecting"


@require_safe
@administering
def connect(request: HttpRequest, number: int) -> HttpResponse:
    """Say what comes; with `?go=1` go there. A link, for a form may not lead to another site here (form-action)."""
    channel = get_object_or_404(Channel, id=number)
    adapter = channel.adapter()
    if not isinstance(adapter, contract.Connectable) or "go" not in request.GET:
        context = {"channel": channel, "callback": callback_address(request)}
        return show(request, "mailboxes", "connect", context)
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    try:
        address = adapter.sign_in_address(callback_address(request), state, verifier)
    except contract.ChannelError:
        said = _("Enter the client id and secret that your provider gave you, then sign in.")
        return failed(request, said, "admin_mailbox", channel.id)
    request.session[KEY] = {"state": state, "verifier": verifier, "channel": channel.id}
    return redirect(address)


@require_safe
@administering
def connected(request: HttpRequest) -> HttpResponse:
    """Back from the provider with a code, or with the reason why not."""
    begun = request.session.pop(KEY, None)
    if begun is None or not constant_time_compare(request.GET.get("state", ""), begun["state"]):
        return failed(request, _("That sign-in was not begun here, or it took too long. Try again."), "admin_mailboxes")
    channel = get_object_or_404(Channel, id=begun["channel"])
    if "code" not in request.GET:
        said = _("The provider refused: {reason}").format(reason=_reason(request))
        return failed(request, said, "admin_connect", channel.id)
    try:
        channel.adapter().sign_in(request.GET["code"], callback_address(request), begun["verifier"])
    except contract.ChannelError as error:
        return failed(
            request, _("The sign-in did not work: {reason}").format(reason=error), "admin_connect", channel.id
        )
    channel.refresh_from_db()
    channels.change_channel(channel, actor=agent_of(request).pk, failing_since=None, error="")
    return _tried(request, channel)


def _reason(request: HttpRequest) -> str:
    return request.GET.get("error_description") or request.GET.get("error") or "?"


def _tried(request: HttpRequest, channel: Channel) -> HttpResponse:
    """Signed in is not yet readable: try it."""
    problems = channel.adapter().test()
    if problems:
        return failed(request, " ".join(problems), "admin_mailbox", channel.id)
    return done(request, _("The mailbox is connected. New mails appear in the desk by themselves."), "admin_mailboxes")
