"""Accounts with carriers: how they are, adding one, changing it, trying it, switching it off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shopbell.commerce import carriers as known
from shopbell.commerce.contract import Finding
from shopbell.commerce.models import CarrierAccount
from shopbell.commerce.operations import carrier_accounts
from shopbell.core import registry
from shopbell.core.settings_field import SettingsField
from shopbell.web.admin.channel_form import SettingsForm
from shopbell.web.admin.page import administering, done, show
from shopbell.web.guards import agent_of


class CarrierForm(SettingsForm):
    """A name, and what the carrier asks for. An account is nobody's: parcels of all shops are asked about."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    field_order = ("name",)

    def __init__(
        self, fields: tuple[SettingsField, ...], stored: Mapping[str, Any], data: Any = None, **options: Any
    ) -> None:
        super().__init__(fields, stored, data, **options)
        del self.fields["shop"]


@require_safe
@administering
def carriers(request: HttpRequest) -> HttpResponse:
    """All accounts, those in trouble first."""
    rows = CarrierAccount.objects.defer("settings").order_by("failing_since", "name")
    accounts = [(row, _about(row)) for row in rows if row.carrier in registry.carriers]
    return show(request, "carriers", "carriers", {"accounts": accounts})


def _label(carrier: str) -> str:
    return str(registry.carriers.get(carrier).label)


def _served(carrier: str) -> list[str]:
    """Whose parcels it is asked about; empty for all the others'."""
    return sorted({known.label(short) for short in registry.carriers.get(carrier).serves} - {""})


def _about(row: CarrierAccount) -> str:
    """Which carrier it is and whose parcels it is asked about; each name once."""
    label, served = _label(row.carrier), _served(row.carrier)
    said = ", ".join(name for name in served if name != label)
    if not served:
        said = _("parcels of all carriers without an account of their own")
    return " · ".join(part for part in (label, said) if part not in {"", row.name})


@require_safe
@administering
def carrier_new(request: HttpRequest) -> HttpResponse:
    """Which carrier it is; those that know the parcels of many stand first."""
    kinds = [(bool(registry.carriers.get(name).serves), _label(name), name) for name in registry.carriers]
    ordered = sorted(kinds, key=lambda kind: (kind[0], kind[1].lower()))
    return show(request, "carriers", "carrier_new", {"kinds": ordered})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@administering
def carrier_add(request: HttpRequest, carrier: str) -> HttpResponse:
    """The settings of a new account; saved when it works, or all the same."""
    if carrier not in registry.carriers:
        raise Http404
    form = _form(carrier, {}, request.POST if request.method == "POST" else None)
    findings = _try(carrier, form, request.POST.get("do", ""))
    if request.method != "POST" or not form.is_valid() or findings:
        return _show(request, carrier, form, findings)
    name = form.cleaned_data["name"]
    try:
        carrier_accounts.create_account(
            carrier=carrier, name=name, settings=form.settings(), actor=agent_of(request).pk
        )
    except carrier_accounts.NameTaken:
        form.add_error("name", _("Another account has that name."))
        return _show(request, carrier, form, [])
    return done(request, _("Saved. Open parcels are asked about from now on."), "admin_carriers")


def _form(carrier: str, stored: Any, data: Any, row: CarrierAccount | None = None) -> CarrierForm:
    fields = registry.carriers.get(carrier).settings_form
    return CarrierForm(fields, stored, data, initial={"name": row.name if row else _label(carrier)})


def _try(carrier: str, form: CarrierForm, do: str) -> list[Finding]:
    """What the test says; nothing where nobody wants to know."""
    if not form.is_bound or not form.is_valid() or do == "anyway":
        return []
    found: list[Finding] = registry.carriers.get(carrier)(form.settings(), ZoneInfo("UTC")).test()
    return [one for one in found if one.level == "error"] if do == "save" else found


def _show(
    request: HttpRequest,
    carrier: str,
    form: CarrierForm,
    findings: list[Finding],
    row: CarrierAccount | None = None,
    *,
    works: bool = False,
) -> HttpResponse:
    code = registry.carriers.get(carrier)
    context: dict[str, Any] = {"form": form, "findings": findings, "account": row, "label": _label(carrier)}
    context |= {"works": works, "served": _served(carrier)}
    context["hook"] = carrier_accounts.hook_address(row) if row and code.has_webhooks else None
    return show(request, "carriers", "carrier", context, 422 if form.errors or findings else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@administering
def carrier(request: HttpRequest, number: int) -> HttpResponse:
    """Change an account, or only try what was entered (`do=test`)."""
    row = get_object_or_404(CarrierAccount, id=number, carrier__in=list(registry.carriers))
    form = _form(row.carrier, row.settings, request.POST if request.method == "POST" else None, row)
    do = request.POST.get("do", "")
    findings = _try(row.carrier, form, do)
    if request.method != "POST" or not form.is_valid() or findings or do == "test":
        works = do == "test" and form.is_valid() and not findings
        return _show(request, row.carrier, form, findings, row, works=works)
    try:
        carrier_accounts.change_account(
            row, actor=agent_of(request).pk, name=form.cleaned_data["name"], settings=form.settings()
        )
    except carrier_accounts.NameTaken:
        form.add_error("name", _("Another account has that name."))
        return _show(request, row.carrier, form, [], row)
    return done(request, _("Saved."), "admin_carriers")


@require_POST
@administering
def carrier_switch(request: HttpRequest, number: int) -> HttpResponse:
    """Ask no more, or again."""
    row = get_object_or_404(CarrierAccount, id=number)
    carrier_accounts.change_account(row, actor=agent_of(request).pk, is_active=not row.is_active)
    said = _("“{name}” is switched on.") if row.is_active else _("“{name}” is switched off.")
    return done(request, said.format(name=row.name), "admin_carriers")
