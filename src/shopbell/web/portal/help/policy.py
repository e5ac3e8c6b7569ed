"""What a shop promises about shipping, payment, returns and refunds: the page made of the record."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shopbell.core import text as words
from shopbell.knowledge import policies
from shopbell.knowledge.models import PolicyTopic
from shopbell.web.portal.help import body, structured
from shopbell.web.portal.help.door import Place, answer, opened


@require_safe
@opened
def policy(place: Place, topic: str) -> HttpResponse:
    """What holds today."""
    found = policies.current(place.shop, topic) if topic in PolicyTopic.values else None
    if found is None:
        raise Http404

    source = policies.told(place.shop, found, place.language)

    def build() -> dict[str, Any]:
        read = body.read(source)
        title, here = str(PolicyTopic(topic).label), place.url("help_policy", topic)
        codes = place.shop.offered_languages()
        steps = [(_("Help"), place.url("help_home"))]
        named = [(name, place.home_url(path)) for name, path in (*steps, (title, here))]
        address = place.home_url(here)
        asked = structured.question(
            title, str(read.html), language=place.language, address=address, changed=found.since.isoformat()
        )
        return {
            "title": title,
            "body": read,
            "since": found.since,
            "steps": steps,
            "canonical": address,
            "description": words.preview(read.words, 200),
            "alternates": {code: place.home_url(place.url("help_policy", topic, language=code)) for code in codes},
            "others": {code: place.url("help_policy", topic, language=code) for code in codes},
            "data": structured.block(structured.breadcrumbs(named), asked),
        }

    return answer(place, "portal/help/policy.html", build, found.id, source)
