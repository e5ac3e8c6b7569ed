"""Connections to shop systems: how they are, adding one, changing it, trying it, pausing it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shopbell.commerce import queries
from shopbell.commerce.contract import Finding
from shopbell.commerce.models import Connection, Push
from shopbell.commerce.operations import connecting, pushing, syncing
from shopbell.core import registry, zones
from shopbell.shops.models import Shop
from shopbell.web.admin.channel_form import SettingsForm
from shopbell.web.admin.page import administering, done, failed, show
from shopbell.web.guards import agent_of


class ConnectionForm(SettingsForm):
    """A name, and what the connector asks for. The shop of a connection stays: its orders are that shop's."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)

    field_order = ("shop", "name")


@require_safe
@administering
def connections(request: HttpRequest) -> HttpResponse:
    """All connections, those in trouble first."""
    rows = Connection.objects.select_related("shop").defer("settings").order_by("failing_since", "shop__name", "name")
    known = [row for row in rows if row.connector in registry.connectors]
    context = {"connections": [(row, _label(row.connector)) for row in known], "with_broken": queries.with_broken()}
    return show(request, "connections", "connections", context)


def _label(connector: str) -> str:
    return str(registry.connectors.get(connector).label)


@require_safe
@administering
def connection_new(request: HttpRequest) -> HttpResponse:
    """Which shop system it is."""
    kinds = sorted(((_label(name), name) for name in registry.connectors), key=lambda kind: kind[0].lower())
    return show(request, "connections", "connection_new", {"kinds": kinds})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@administering
def connection_add(request: HttpRequest, connector: str) -> HttpResponse:
    """The settings of a new one; saved when it works, or all the same."""
    if connector not in registry.connectors:
        raise Http404
    form = _form(connector, {}, request.POST if request.method == "POST" else None)
    findings = _try(connector, form, request.POST.get("do", ""))
    if request.method != "POST" or not form.is_valid() or findings:
        return _show(request, connector, form, findings)
    try:
        _create(request, connector, form)
    except connecting.NameTaken:
        form.add_error("name", _("This shop has a connection of that name."))
        return _show(request, connector, form, [])
    return done(
        request,
        _("Connected. Orders appear by themselves; older ones are read in the background."),
        "admin_connections",
    )


def _create(request: HttpRequest, connector: str, form: ConnectionForm) -> Connection:
    data = form.cleaned_data
    return connecting.create_connection(
        data["shop"], connector=connector, name=data["name"], settings=form.settings(), actor=agent_of(request).pk
    )


def _form(connector: str, stored: Any, data: Any, row: Connection | None = None) -> ConnectionForm:
    fields = registry.connectors.get(connector).settings_form
    initial: dict[str, Any] = {"shop": Shop.objects.order_by("id").first(), "name": _label(connector)}
    if row is not None:
        initial = {"shop": row.shop, "name": row.name}
    form = ConnectionForm(fields, stored, data, initial=initial)
    form.fields["shop"].disabled = row is not None
    return form


def _try(connector: str, form: ConnectionForm, do: str) -> list[Finding]:
    """What the connection test says; nothing where nobody wants to know."""
    if not form.is_bound or not form.is_valid() or do == "anyway":
        return []
    zone = zones.named(form.cleaned_data["shop"].time_zone)
    found: list[Finding] = registry.connectors.get(connector)(form.settings(), zone).test()
    return [one for one in found if one.level == "error"] if do == "save" else found


def _show(
    request: HttpRequest,
    connector: str,
    form: ConnectionForm,
    findings: list[Finding],
    row: Connection | None = None,
    *,
    works: bool = False,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "findings": findings, "connection": row, "label": _label(connector)}
    context |= {"works": works, "hook": None, "broken": [], "failed": []}
    if row is not None:
        context |= {"broken": queries.broken(row), "failed": queries.failed_pushes(row)}
        context["hook"] = syncing.hook_address(row) if registry.connectors.get(connector).has_webhooks else None
    return show(request, "connections", "connection", context, 422 if form.errors or findings else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@administering
def connection(request: HttpRequest, number: int) -> HttpResponse:
    """Change a connection, or only try what was entered (`do=test`)."""
    row = get_object_or_404(Connection.objects.select_related("shop"), id=number)
    form = _form(row.connector, row.settings, request.POST if request.method == "POST" else None, row)
    do = request.POST.get("do", "")
    findings = _try(row.connector, form, do)
    if request.method != "POST" or not form.is_valid() or findings or do == "test":
        works = do == "test" and form.is_valid() and not findings
        return _show(request, row.connector, form, findings, row, works=works)
    try:
        connecting.change_connection(
            row, actor=agent_of(request).pk, name=form.cleaned_data["name"], settings=form.settings()
        )
    except connecting.NameTaken:
        form.add_error("name", _("This shop has a connection of that name."))
        return _show(request, row.connector, form, [], row)
    return done(request, _("Saved."), "admin_connections")


@require_POST
@administering
def connection_pause(request: HttpRequest, number: int) -> HttpResponse:
    """Stop reading for a while, or go on: what changed meanwhile is read then."""
    row = get_object_or_404(Connection.objects.select_related("shop"), id=number)
    connecting.change_connection(row, actor=agent_of(request).pk, is_active=not row.is_active)
    said = _("“{name}” is active again.") if row.is_active else _("“{name}” is paused.")
    return done(request, said.format(name=row.name), "admin_connections")


@require_POST
@administering
def connection_again(request: HttpRequest, number: int) -> HttpResponse:
    """Read everything the shop has once more."""
    row = get_object_or_404(Connection.objects.select_related("shop"), id=number)
    connecting.read_everything_again(row, actor=agent_of(request).pk)
    return done(request, _("Everything is read again in the background."), "admin_connections")


@require_POST
@administering
def push_retry(request: HttpRequest, number: int) -> HttpResponse:
    """Try to understand a push again."""
    push = get_object_or_404(Push, id=number)
    if not pushing.retry(push):
        return failed(request, _("It was tried again already."), "admin_connections")
    return done(request, _("It is being tried again."), "admin_connections")
