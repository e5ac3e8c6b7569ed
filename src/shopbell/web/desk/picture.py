"""Faces of agents: a small picture each, or initials."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from shopbell.agents import operations
from shopbell.agents.models import Face
from shopbell.web import policy
from shopbell.web.desk import page
from shopbell.web.desk.request import AgentRequest, own, reading

MOST_BYTES = 10_000_000


@reading
def face(request: AgentRequest, number: int, stamp: str) -> HttpResponse:
    """The picture; its address changes with it, so that a browser may keep it."""
    row = Face.objects.filter(agent=number, agent__face=stamp).first()
    if row is None:
        raise Http404
    response = HttpResponse(bytes(row.content), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    policy.only(response, policy.NOTHING_RUNS)
    return response


@own
def picture(request: AgentRequest) -> HttpResponse:
    """Take a new picture of oneself, or with `remove` none."""
    if request.method != "POST":
        return page.go(reverse("desk:preferences"))
    file = request.FILES.get("picture")
    if request.POST.get("remove"):
        operations.set_face(request.user, None)
        page.tell(request, _("Your picture is removed."))
    elif file is None or (file.size or 0) > MOST_BYTES or not operations.set_face(request.user, file.read()):
        page.warn(request, _("This is no picture we can read. Choose a PNG, JPEG, GIF or WebP of at most 10 MB."))
    else:
        page.tell(request, _("Saved."))
    return page.go(reverse("desk:preferences"))
