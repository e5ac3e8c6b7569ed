"""Fields a shop makes itself: for customers and for conversations."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shopbell.core import text
from shopbell.fields import operations
from shopbell.fields.models import Field, Kind, Subject
from shopbell.web.admin.page import administering, done, failed, show
from shopbell.web.guards import agent_of

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_OPTIONS = 200
WITH_OPTIONS = {Kind.CHOICE, Kind.CHOICES}


class FieldForm(forms.Form):
    """One name in each language; key and kind only while the field is made."""

    key = forms.CharField(
        label=gettext_lazy("Key"),
        max_length=40,
        help_text=gettext_lazy("For filters, files and the API: small letters, digits and _. It stays as it is."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)
    options = forms.CharField(
        label=gettext_lazy("Choices"),
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text=gettext_lazy("One on each line, where some or one of several can be chosen."),
    )
    is_required = forms.BooleanField(label=gettext_lazy("Needed before a conversation can be resolved"), required=False)
    is_beside = forms.BooleanField(label=gettext_lazy("Shown beside the conversation"), required=False, initial=True)

    def __init__(self, data: Any, field: Field | None, subject: Subject) -> None:
        super().__init__(data, initial=_initial(field))
        self.field = field
        names = {
            f"label_{code}": forms.CharField(
                label=_("Name in {language}").format(language=label), max_length=80, required=code == "en"
            )
            for code, label in settings.LANGUAGES
        }
        self.fields = {**names, **self.fields}
        if field is not None:
            del self.fields["key"], self.fields["kind"]
        if subject != Subject.CONVERSATION:
            del self.fields["is_required"]

    def clean_key(self) -> str:
        """A word that can stand in an address and in a column's head."""
        key = str(self.cleaned_data["key"]).strip().lower()
        if not KEY.fullmatch(key):
            raise forms.ValidationError(_("Small letters, digits and _ only, beginning with a letter."))
        return key

    def clean_options(self) -> list[str]:
        """Different lines, without commas, for several choices stand in one cell of a file."""
        lines = [text.preview(line, 100) for line in self.cleaned_data["options"].splitlines()]
        options = list({line.lower(): line for line in lines if line}.values())
        if len(options) > MOST_OPTIONS:
            raise forms.ValidationError(_("At most {n} choices.").format(n=MOST_OPTIONS))
        if any("," in option or ";" in option for option in options):
            raise forms.ValidationError(_("A choice cannot have a comma or a semicolon in it."))
        return options

    def clean(self) -> dict[str, Any]:
        """Choices are needed where there is something to choose."""
        values: dict[str, Any] = super().clean() or {}
        kind = self.field.kind if self.field else values.get("kind")
        if kind in WITH_OPTIONS and not values.get("options") and "options" not in self.errors:
            self.add_error("options", _("Write at least one choice."))
        return values

    def values(self) -> dict[str, Any]:
        """As the operations take them."""
        given = {name: value for name, value in self.cleaned_data.items() if not name.startswith("label_")}
        labels = {code: self.cleaned_data[f"label_{code}"].strip() for code, _label in settings.LANGUAGES}
        return {**given, "labels": {code: label for code, label in labels.items() if label}}


def _initial(field: Field | None) -> dict[str, Any]:
    if field is None:
        return {}
    labels = {f"label_{code}": label for code, label in field.labels.items()}
    shown = {"is_required": field.is_required, "is_beside": field.is_beside}
    return {**labels, **shown, "options": "\n".join(field.options)}


@require_safe
@administering
def fields(request: HttpRequest) -> HttpResponse:
    """All fields by what they tell about; the archived ones below."""
    rows = list(Field.objects.order_by("position", "id"))
    groups = [(subject, [row for row in rows if row.subject == subject and not row.archived_at]) for subject in Subject]
    return show(request, "fields", "fields", {"groups": groups, "archived": [row for row in rows if row.archived_at]})


@require_http_methods(["GET", "HEAD", "POST"])
@administering
def field_new(request: HttpRequest, subject: str) -> HttpResponse:
    """Make a field."""
    if subject not in Subject.values:
        raise Http404
    about = Subject(subject)
    form = FieldForm(request.POST or None, None, about)
    if form.is_valid():
        try:
            with transaction.atomic():
                operations.create(actor=agent_of(request).pk, subject=about, **form.values())
        except IntegrityError:
            form.add_error("key", _("Another field has this key already."))
        except operations.TooMany:
            form.add_error(None, _("There are {n} fields already; archive one first.").format(n=operations.MOST))
        else:
            return done(request, _("Saved."), "admin_fields")
    return show(request, "fields", "field", {"form": form, "subject": about}, 422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@administering
def field(request: HttpRequest, number: int) -> HttpResponse:
    """Change one."""
    row = get_object_or_404(Field, id=number)
    form = FieldForm(request.POST or None, row, Subject(row.subject))
    if not form.is_valid():
        context = {"form": form, "field_row": row, "subject": Subject(row.subject)}
        return show(request, "fields", "field", context, 422 if form.errors else 200)
    operations.change(row, actor=agent_of(request).pk, **form.values())
    return done(request, _("Saved."), "admin_fields")


@require_POST
@administering
def field_archive(request: HttpRequest, number: int) -> HttpResponse:
    """Hide it, or bring it back (`back=1`)."""
    row = get_object_or_404(Field, id=number)
    is_back = bool(request.POST.get("back"))
    operations.archive(row, actor=agent_of(request).pk, is_archived=not is_back)
    said = _("“{name}” is back.") if is_back else _("“{name}” is archived. What was filled in is kept.")
    return done(request, said.format(name=row.label), "admin_fields")


@require_POST
@administering
def field_move(request: HttpRequest, number: int) -> HttpResponse:
    """One place up or down."""
    row = get_object_or_404(Field, id=number)
    by = {"up": -1, "down": 1}.get(request.POST.get("to", ""))
    if by is None:
        return failed(request, _("That is neither up nor down."), "admin_fields")
    operations.move(row, actor=agent_of(request).pk, by=by)
    return done(request, _("Moved."), "admin_fields")
