"""All articles of a topic."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shopbell.knowledge import reading
from shopbell.knowledge.models import Topic
from shopbell.web.portal.help import structured
from shopbell.web.portal.help.door import Place, answer, opened


def address(place: Place, topic: Topic, language: str = "") -> str:
    """Its number and, to be read, its name."""
    return place.url("help_topic", topic.id, reading.topic_slug(topic, language or place.language), language=language)


@require_safe
@opened
def topic(place: Place, number: int, name: str) -> HttpResponse:
    """The page of a topic; one without public articles in the language does not exist."""
    row = Topic.objects.filter(shop=place.shop, id=number).first()
    articles = reading.of_topic(row, place.language) if row else []
    if row is None or not articles:
        raise Http404
    here = address(place, row)
    if name != reading.topic_slug(row, place.language):
        return HttpResponsePermanentRedirect(here)

    def build() -> dict[str, Any]:
        steps = [(_("Help"), place.url("help_home")), (row.name(place.language), here)]
        data = structured.breadcrumbs((title, place.home_url(path)) for title, path in steps)
        canonical = place.home_url(here)
        return {
            "name": row.name(place.language),
            "steps": steps[:1],
            "articles": articles,
            "canonical": canonical,
            "data": structured.block(data),
        }

    return answer(place, "portal/help/topic.html", build)
