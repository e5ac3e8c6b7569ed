"""Tags: what they mean and look like; renamed, merged or deleted wherever they are."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shopbell.agents.permissions import may_edit_tags
from shopbell.conversations.models import Tag, TagColour, TagRules
from shopbell.lists import operations
from shopbell.lists.models import TagChange
from shopbell.web.admin.page import done, failed, show
from shopbell.web.desk.request import door
from shopbell.web.guards import agent_of

tagging = door(may_edit_tags)
SHOWN = 1_000


class TagForm(forms.Form):
    """How a tag looks, and for a new one what it is called."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=50)
    colour = forms.ChoiceField(label=gettext_lazy("Colour"), choices=TagColour.choices, required=False)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("When to use it. Agents see it where they choose tags."),
    )


class RenameForm(forms.Form):
    """Another name."""

    name = forms.CharField(label=gettext_lazy("New name"), max_length=50)


class MergeForm(forms.Form):
    """Which tag stays."""

    into = forms.ModelChoiceField(
        Tag.objects.none(),
        label=gettext_lazy("Another tag that takes its place"),
        to_field_name="name",
        empty_label="–",
    )


@require_safe
@tagging
def tags(request: HttpRequest) -> HttpResponse:
    """All tags with how often they are used, and who makes new ones."""
    context = {
        "tags": Tag.objects.order_by("name")[:SHOWN],
        "changes": TagChange.objects.filter(finished_at=None).order_by("id"),
        "only_leads": TagRules.objects.filter(only_leads_create=True).exists(),
    }
    return show(request, "tags", "tags", context)


@require_POST
@tagging
def tag_rules(request: HttpRequest) -> HttpResponse:
    """Decide who makes new tags."""
    operations.decide_who_creates(only_leads="only_leads" in request.POST, actor=agent_of(request))
    return done(request, _("Saved."), "admin_tags")


@require_http_methods(["GET", "HEAD", "POST"])
@tagging
def tag(request: HttpRequest, number: int = 0) -> HttpResponse:
    """Make a tag, or change how one looks."""
    row = get_object_or_404(Tag, id=number) if number else Tag()
    start = {"colour": row.colour, "description": row.description} if number else {}
    form = TagForm(request.POST or None, initial=start)
    if number:
        del form.fields["name"]
    if form.is_valid():
        try:
            operations.save_tag(row, actor=agent_of(request), **{"name": row.name, **form.cleaned_data})
            return done(request, _("Saved."), "admin_tags")
        except operations.Exists:
            form.add_error("name", _("There is a tag of this name already."))
        except ValueError:
            form.add_error("name", _("A tag needs a name."))
    return _show(request, row, form)


def _show(request: HttpRequest, row: Tag, form: forms.Form) -> HttpResponse:
    others = Tag.objects.filter(becomes=None).exclude(id=row.id).order_by("name")
    merge = MergeForm()
    merge.fields["into"].queryset = others  # type: ignore[attr-defined]
    context = {"tag": row, "form": form, "rename": RenameForm(), "merge": merge, "may_merge": others.exists()}
    return show(request, "tags", "tag", context, 422 if form.errors else 200)


@require_POST
@tagging
def tag_rename(request: HttpRequest, number: int) -> HttpResponse:
    """Call it otherwise everywhere."""
    row = get_object_or_404(Tag, id=number)
    name = request.POST.get("name", "")
    return _leave(request, row, lambda: operations.rename_tag(row, actor=agent_of(request), name=name))


@require_POST
@tagging
def tag_merge(request: HttpRequest, number: int) -> HttpResponse:
    """Let another tag take its place everywhere."""
    row = get_object_or_404(Tag, id=number)
    into = get_object_or_404(Tag, name=request.POST.get("into", ""))
    return _leave(request, row, lambda: operations.merge_tag(row, into=into, actor=agent_of(request)))


@require_POST
@tagging
def tag_delete(request: HttpRequest, number: int) -> HttpResponse:
    """Take it away everywhere."""
    row = get_object_or_404(Tag, id=number)
    return _leave(request, row, lambda: operations.delete_tag(row, actor=agent_of(request)))


def _leave(request: HttpRequest, row: Tag, begin: Callable[[], TagChange]) -> HttpResponse:
    try:
        begin()
    except operations.Exists:
        return failed(request, _("There is a tag of this name already. Merge the two instead."), "admin_tag", row.id)
    except operations.Busy:
        return failed(request, _("This tag is just being changed. Try again when that is done."), "admin_tags")
    except ValueError:
        return failed(request, _("Type another name."), "admin_tag", row.id)
    return done(request, _("The conversations that have the tag follow now, one after the other."), "admin_tags")
