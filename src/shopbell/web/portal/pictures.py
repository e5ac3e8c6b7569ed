"""Pictures of articles: for everybody while a public article shows them, before and after for the team."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from shopbell.agents.models import Agent
from shopbell.knowledge import queries
from shopbell.knowledge.models import Picture, PictureUse
from shopbell.web import policy
from shopbell.web.domains import allows

PUBLIC = "public, max-age=3600"  # not for ever: an article that leaves the pages takes its pictures along


@require_safe
def picture(request: HttpRequest, number: int, stamp: str) -> HttpResponse:
    """The picture (WebP); 404 for whoever may not see it."""
    row = Picture.objects.filter(id=number, sha256__startswith=stamp).first()
    if row is None or not allows(request, row.shop_id):
        raise Http404
    uses = PictureUse.objects.filter(picture=row, text__published__isnull=False, text__article__is_internal=False)
    is_public = uses.exists()
    if not is_public and not _is_colleague(request, row.shop_id):
        raise Http404
    response = HttpResponse(bytes(row.content), content_type="image/webp")
    response["Cache-Control"] = PUBLIC if is_public else "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    policy.only(response, policy.NOTHING_RUNS)
    return response


def _is_colleague(request: HttpRequest, shop_id: int) -> bool:
    return isinstance(request.user, Agent) and request.user.is_active and queries.may_see(request.user, shop_id)
