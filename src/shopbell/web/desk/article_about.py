"""What holds for an article in every language: topic, audience, owner, the day to look at it again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.knowledge import operations, queries
from shopbell.knowledge.models import Article, Topic
from shopbell.web.desk import page
from shopbell.web.desk.article import find, writing_articles
from shopbell.web.desk.dialog import UNPROCESSABLE
from shopbell.web.desk.request import AgentRequest


class AboutForm(forms.Form):
    """Choices of the article's shop."""

    topic_id = forms.TypedChoiceField(label=gettext_lazy("Topic"), required=False, coerce=int, empty_value=None)
    is_internal = forms.ChoiceField(
        label=gettext_lazy("Who reads it"),
        choices=[("", gettext_lazy("everybody, once it is published")), ("1", gettext_lazy("the team only"))],
        required=False,
    )
    owner_id = forms.TypedChoiceField(
        label=gettext_lazy("Owner"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=gettext_lazy("Is told when it is to be looked at again."),
    )
    review_on = forms.DateField(
        label=gettext_lazy("Look at it again on"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: Any, article: Article) -> None:
        values = {
            "topic_id": article.topic_id,
            "is_internal": "1" if article.is_internal else "",
            "owner_id": article.owner_id,
            "review_on": article.review_on,
        }
        super().__init__(data, initial=values)
        reader = get_language() or "en"
        topics = Topic.objects.filter(shop=article.shop_id).order_by("position", "id")
        self._choices("topic_id", _("no topic"), [(topic.pk, topic.name(reader)) for topic in topics])
        agents = Agent.objects.filter(is_active=True).order_by("name")
        may = [one for one in agents if permissions.may_write_articles(one) and queries.may_see(one, article.shop_id)]
        self._choices("owner_id", _("nobody"), [(one.pk, one.name) for one in may])

    def clean_is_internal(self) -> bool:
        """True for the team only."""
        return bool(self.cleaned_data["is_internal"])

    def _choices(self, name: str, nothing: str, choices: list[tuple[int, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", nothing), *choices]


@writing_articles
def about(request: AgentRequest, number: int) -> HttpResponse:
    """The form. Who reads a published article is for those to change who publish."""
    found = find(request, number)
    form = AboutForm(request.POST or None, found)
    back = reverse("desk:article_start", args=[found.pk])
    if request.method == "POST" and form.is_valid():
        opens = found.is_internal and not form.cleaned_data["is_internal"]
        is_shown = found.texts.filter(published__isnull=False).exists()
        if (opens and is_shown) and not permissions.may_publish_articles(request.user):
            raise PermissionDenied
        if form.has_changed():
            operations.save_article(found, actor=request.user.pk, **form.cleaned_data)
        page.tell(request, _("Saved."))
        return page.go(back)
    context = {"place": "articles", "form": form, "article": found, "back": back}
    return page.show(request, "desk/article_about.html", context, UNPROCESSABLE if form.errors else 200)
