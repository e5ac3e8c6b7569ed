"""The start of the site, and the address of the stream."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe


@require_safe
def entrance(request: HttpRequest) -> HttpResponse:
    """Nobody has a start page here but agents."""
    return redirect("/desk/")


def live(request: HttpRequest) -> HttpResponse:
    """Only gives the stream a name: the hub answers before Django is asked, and a server without hub has none."""
    raise Http404
