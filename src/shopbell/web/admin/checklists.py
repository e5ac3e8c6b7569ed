"""Checklists that are prepared: steps put on a conversation together."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shopbell.conversations import operations
from shopbell.conversations.models import ChecklistTemplate
from shopbell.conversations.operations.checking import LONGEST, MOST_ITEMS
from shopbell.web.admin.page import done, show, wording
from shopbell.web.choices import any_shop
from shopbell.web.guards import agent_of


class ChecklistForm(forms.Form):
    """A name, a shop, a step a line."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    shop = any_shop()
    steps = forms.CharField(
        label=gettext_lazy("Steps"),
        widget=forms.Textarea({"rows": 10}),
        help_text=gettext_lazy("One step a line, in the order they are done."),
    )

    def clean_steps(self) -> list[str]:
        """The lines that say something. Raises ValidationError for too many or too long ones."""
        steps = [line.strip() for line in self.cleaned_data["steps"].splitlines() if line.strip()]
        if len(steps) > MOST_ITEMS:
            raise ValidationError(_("A checklist has at most {n} steps.").format(n=MOST_ITEMS))
        if any(len(step) > LONGEST for step in steps):
            raise ValidationError(_("A step has at most {n} characters.").format(n=LONGEST))
        return steps


@require_safe
@wording
def checklists(request: HttpRequest) -> HttpResponse:
    """All of them."""
    rows = ChecklistTemplate.objects.select_related("shop").order_by("name", "id")
    return show(request, "checklists", "checklists", {"templates": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@wording
def checklist(request: HttpRequest, number: int = 0) -> HttpResponse:
    """Add a list, or change one."""
    row = get_object_or_404(ChecklistTemplate, id=number) if number else ChecklistTemplate()
    initial = {"name": row.name, "shop": row.shop_id, "steps": "\n".join(row.steps)}
    form = ChecklistForm(request.POST or None, initial=initial)
    if not form.is_valid():
        return show(request, "checklists", "checklist", {"form": form, "template": row}, 422 if form.errors else 200)
    operations.save_template(row, actor=agent_of(request).pk, **form.cleaned_data)
    return done(request, _("Saved."), "admin_checklists")


@require_POST
@wording
def checklist_delete(request: HttpRequest, number: int) -> HttpResponse:
    """Conversations keep the steps they were given."""
    row = get_object_or_404(ChecklistTemplate, id=number)
    name = row.name
    operations.delete_template(row, actor=agent_of(request).pk)
    return done(request, _("“{name}” is deleted.").format(name=name), "admin_checklists")
