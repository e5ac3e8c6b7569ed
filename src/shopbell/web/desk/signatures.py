"""One's own signatures, and for those who edit the wording everybody's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopbell.agents import permissions
from shopbell.core import html, rich
from shopbell.knowledge import operations
from shopbell.knowledge import queries as knowledge
from shopbell.knowledge.models import Signature
from shopbell.web import rich_form
from shopbell.web.choices import any_shop
from shopbell.web.desk import page
from shopbell.web.desk.request import AgentRequest, own

UNPROCESSABLE = 422


class SignatureForm(forms.Form):
    """Whose it is, where it holds; the text is read beside the form."""

    of = forms.ChoiceField(label=gettext_lazy("Whose"), choices=[])
    shop = any_shop()
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the answer"),
        choices=[("", gettext_lazy("any")), *settings.LANGUAGES],
        required=False,
    )

    def __init__(self, *args: Any, may_edit_all: bool, **values: Any) -> None:
        super().__init__(*args, **values)
        everybody = [("all", _("everybody’s, where they have none of their own"))] if may_edit_all else []
        self.fields["of"] = forms.ChoiceField(label=_("Whose"), choices=[("mine", _("mine")), *everybody])


@own
def signatures(request: AgentRequest) -> HttpResponse:
    """The list: mine, and everybody's."""
    rows = _seen(request).select_related("shop").order_by("agent__name", "shop__name", "language")
    shown = [{"row": row, "body": _shown(row, request), "may_change": _may_change(request, row)} for row in rows]
    return page.show(request, "desk/signatures.html", {"place": "signatures", "signatures": shown})


def _seen(request: AgentRequest) -> QuerySet[Signature]:
    return Signature.objects.filter(Q(agent=request.user) | Q(agent=None))


def _may_change(request: AgentRequest, row: Signature) -> bool:
    return row.agent_id == request.user.pk or (row.agent_id is None and permissions.may_edit_macros(request.user))


def _shown(row: Signature, request: AgentRequest) -> str:
    """As it would be sent, by the agent who looks; the shop's name where it is for one shop."""
    values = {"agent.name": request.user.name} | ({"shop.name": row.shop.name} if row.shop else {})
    markup = html.sanitise_outgoing(row.html) if row.html else html.from_text(row.text)
    return mark_safe(rich.shown(knowledge.fill_html(markup, values), {}))


@own
def signature(request: AgentRequest, number: int = 0) -> HttpResponse:
    """Add one or change it."""
    row = _find(request, number)
    form = SignatureForm(
        request.POST or None, initial=_initial(row), may_edit_all=permissions.may_edit_macros(request.user)
    )
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, row, form.cleaned_data)
        except (ValidationError, ValueError) as error:
            said = error.messages[0] if isinstance(error, ValidationError) else _("There is one for them already.")
            form.add_error("shop" if isinstance(error, ValueError) else None, said)
        else:
            page.tell(request, _("Saved."))
            return page.go(reverse("desk:signatures"))
    context = {"place": "signatures", "form": form, "signature": row, **_typed(request, row)}
    return page.show(request, "desk/signature.html", context, UNPROCESSABLE if form.errors else 200)


def _find(request: AgentRequest, number: int) -> Signature:
    if not number:
        return Signature(agent=request.user)
    own_or_all = Q(agent=request.user)
    if permissions.may_edit_macros(request.user):
        own_or_all |= Q(agent=None)
    return get_object_or_404(Signature, own_or_all, id=number)


def _initial(row: Signature) -> dict[str, Any]:
    return {"of": "mine" if row.agent_id else "all", "shop": row.shop_id, "language": row.language}


def _typed(request: AgentRequest, row: Signature) -> dict[str, str]:
    """The text as it was sent, else as it is."""
    if request.method != "POST":
        return {"text": row.text, "html": row.html}
    return rich_form.typed(request.POST, "body")


def _save(request: AgentRequest, row: Signature, chosen: dict[str, Any]) -> None:
    text, markup = rich_form.read(request.POST, "body")
    if not text.strip():
        raise ValidationError(_("Write what is to stand below the answers."))
    row.agent = request.user if chosen["of"] == "mine" else None
    row.shop, row.language = chosen["shop"], chosen["language"]
    operations.save_signature(row, actor=request.user.pk, html=markup or rich.from_text(text))


@own
def delete_signature(request: AgentRequest, number: int) -> HttpResponse:
    """Answers that were sent keep it."""
    row = _find(request, number)
    if request.method == "POST" and row.pk:
        operations.delete_signature(row, actor=request.user.pk)
        page.tell(request, _("The signature is gone."))
    return page.go(reverse("desk:signatures"))
