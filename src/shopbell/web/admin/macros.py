"""Macros: prepared answers."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shopbell.knowledge import operations
from shopbell.knowledge.models import Macro
from shopbell.web import rich_form
from shopbell.web.admin.page import done, show, wording
from shopbell.web.choices import any_shop
from shopbell.web.guards import agent_of


class MacroForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    shop = any_shop()
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[("", gettext_lazy("any")), *settings.LANGUAGES],
        required=False,
        help_text=gettext_lazy("Offered first for conversations in this language."),
    )

    class Meta:
        model = Macro
        fields = ("name", "shop", "language")


@require_safe
@wording
def macros(request: HttpRequest) -> HttpResponse:
    """All macros."""
    rows = Macro.objects.select_related("shop").order_by("name", "language")
    return show(request, "macros", "macros", {"macros": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@wording
def macro(request: HttpRequest, number: int = 0) -> HttpResponse:
    """Add a macro, or change one."""
    row = get_object_or_404(Macro, id=number) if number else Macro()
    form = MacroForm(request.POST or None, instance=row)
    body, wrong = _body(request)
    if not form.is_valid() or body is None:
        context = {"form": form, "macro": row, "wrong": wrong, **_typed(request, row)}
        return show(request, "macros", "macro", context, 422 if form.errors or wrong else 200)
    fresh = Macro.objects.get(id=number) if number else Macro()
    text, markup = body
    operations.save_macro(fresh, actor=agent_of(request).pk, body=text, html=markup, **form.cleaned_data)
    return done(request, _("Saved."), "admin_macros")


def _body(request: HttpRequest) -> tuple[tuple[str, str] | None, str]:
    """((text, html), what is wrong with it)."""
    if request.method != "POST":
        return None, ""
    try:
        body = rich_form.read(request.POST, "body")
    except ValidationError as error:
        return None, error.messages[0]
    return (body, "") if body[0].strip() else (None, _("Write the answer."))


def _typed(request: HttpRequest, row: Macro) -> dict[str, str]:
    """The text as it was sent, else as it is."""
    if request.method != "POST":
        return {"text": row.body, "html": row.html}
    return rich_form.typed(request.POST, "body")


@require_POST
@wording
def macro_delete(request: HttpRequest, number: int) -> HttpResponse:
    """Messages that were written with it stay as they are."""
    row = get_object_or_404(Macro, id=number)
    operations.delete_macro(row, actor=agent_of(request).pk)
    return done(request, _("“{name}” is deleted.").format(name=row.name), "admin_macros")
