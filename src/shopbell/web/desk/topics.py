"""Topics: what articles are sorted under, with a name in each language, in an order of the shop's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.core import languages, text
from shopbell.knowledge import operations, queries
from shopbell.knowledge.models import Topic
from shopbell.web import times
from shopbell.web.desk import page
from shopbell.web.desk.article import publishing_articles
from shopbell.web.desk.dialog import UNPROCESSABLE
from shopbell.web.desk.request import AgentRequest, reading


class TopicForm(forms.Form):
    """One name in each language; that of the shop's own is needed. `shop` only while the topic is made."""

    def __init__(self, data: Any, topic: Topic, shops: Any) -> None:
        super().__init__(data, initial={f"name_{code}": name for code, name in topic.names.items()})
        if topic.pk is None:
            choices = [(one.pk, one.name) for one in shops]
            self.fields["shop"] = forms.TypedChoiceField(label=gettext_lazy("Shop"), choices=choices, coerce=int)
        for code in languages.NAMES:
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Name in {language}").format(language=times.language_name(code)), max_length=100, required=False
            )

    def names(self) -> dict[str, str]:
        """{language: name} of those that were given."""
        given = {code: text.preview(self.cleaned_data[f"name_{code}"], 100) for code in languages.NAMES}
        return {code: name for code, name in given.items() if name}

    def clean(self) -> dict[str, Any]:
        """A topic has a name in some language."""
        if not self.errors and not self.names():
            self.add_error(next(name for name in self.fields if name.startswith("name_")), _("Give it a name."))
        return self.cleaned_data


@reading
def topics(request: AgentRequest) -> HttpResponse:
    """The topics of each shop in their order."""
    shops = list(queries.shops(request.user))
    rows = Topic.objects.filter(shop__in=shops).annotate(number=Count("article")).order_by("position", "id")
    reader, listed = get_language() or "en", list(rows)
    groups = [(shop, [_line(row, reader, shop) for row in listed if row.shop_id == shop.pk]) for shop in shops]
    context = {"place": "articles", "groups": groups, "may_publish": permissions.may_publish_articles(request.user)}
    return page.show(request, "desk/topics.html", context)


def _line(row: Topic, reader: str, shop: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name(reader),
        "number": row.number,  # type: ignore[attr-defined]  # annotated
        "missing": [languages.NAMES[code] for code in shop.offered_languages() if code not in row.names],
    }


def _find(request: AgentRequest, number: int) -> Topic:
    found = Topic.objects.filter(id=number, shop__in=queries.shops(request.user)).first()
    if found is None:
        raise Http404
    return found


@publishing_articles
def topic(request: AgentRequest, number: int = 0) -> HttpResponse:
    """Make a topic, or rename one."""
    row, shops = (_find(request, number) if number else Topic()), queries.shops(request.user)
    form = TopicForm(request.POST or None, row, shops)
    if request.method == "POST" and form.is_valid():
        shop = {} if number else {"shop": shops.get(pk=form.cleaned_data["shop"])}
        operations.save_topic(row, actor=request.user.pk, names=form.names(), **shop)
        page.tell(request, _("Saved."))
        return page.go(reverse("desk:topics"))
    context = {"place": "articles", "form": form, "topic": row}
    return page.show(request, "desk/topic.html", context, UNPROCESSABLE if form.errors else 200)


@publishing_articles
def move(request: AgentRequest, number: int) -> HttpResponse:
    """One place up or down (`to`)."""
    row = _find(request, number)
    if request.method == "POST":
        operations.move_topic(row, actor=request.user.pk, by={"up": -1, "down": 1}.get(request.POST.get("to", ""), 0))
    return page.go(reverse("desk:topics"))


@publishing_articles
def delete(request: AgentRequest, number: int) -> HttpResponse:
    """Its articles stay, without a topic."""
    row = _find(request, number)
    if request.method == "POST":
        name = row.name(get_language() or "en")
        operations.delete_topic(row, actor=request.user.pk)
        page.tell(request, _("“{name}” is deleted. Its articles have no topic now.").format(name=name))
    return page.go(reverse("desk:topics"))
