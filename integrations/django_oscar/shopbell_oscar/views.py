"""What the desk reads and asks for. All of it needs the token."""

import hmac
import json
from functools import wraps

import oscar
from django.db import transaction
from django.http import Http404, JsonResponse
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shopbell_oscar import VERSION, conf, reading
from shopbell_oscar import deeds as doing
from shopbell_oscar.models import Change, Deed

PAGE, MOST = 50, 200


def _for_the_desk(view):
    @csrf_exempt
    @transaction.non_atomic_requests  # a deed decides itself what is written when
    @wraps(view)
    def checked(request, *args, **kwargs):
        token, given = conf.get("TOKEN"), request.headers.get("Authorization", "")
        if not token or not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return JsonResponse({"detail": "The token is not right."}, status=401)
        return view(request, *args, **kwargs)

    return checked


@_for_the_desk
@require_GET
def about(request):
    """What this shop is, what it can do, and what it has not told yet."""
    return JsonResponse(
        {
            "version": VERSION,
            "oscar": oscar.get_version(),
            "can": doing.can(),
            "address": conf.get("ADDRESS"),
            "untold": Change.objects.filter(is_told=False).count() if conf.get("ADDRESS") else 0,
        }
    )


@_for_the_desk
@require_GET
def listing(request, kind):
    """A page of a kind: with `modified_after` what changed since, oldest first; without, everything, newest first."""
    source = _source(kind, request)
    try:
        limit = min(max(int(request.GET.get("limit", PAGE)), 1), MOST)
        since = _instant(request.GET.get("modified_after", ""))
        rows, cursor = source.page(since, request.GET.get("cursor", ""), limit)
    except ValueError as error:
        return JsonResponse({"detail": str(error)}, status=400)
    return JsonResponse({"results": rows, "cursor": cursor})


def _instant(text):
    if not text:
        return None
    found = parse_datetime(text.replace(" ", "+"))
    if found is None or found.tzinfo is None:
        raise ValueError("modified_after is an instant with a zone: 2026-11-22T08:00:00Z")
    return found


@_for_the_desk
@require_GET
def one(request, kind, number):
    found = _source(kind, request).one(number)
    if found is None:
        raise Http404
    return JsonResponse(found)


def _source(kind, request):
    if kind not in reading.SOURCES:
        raise Http404
    return reading.SOURCES[kind](request.build_absolute_uri)


@_for_the_desk
@require_POST
def deeds(request):
    """Do something once. 200: done; 422: refused, with the reason; 202: begun, and nobody knows whether it was done."""
    try:
        asked = json.loads(request.body)
        key = str(asked["key"])[:200]
    except (ValueError, TypeError, KeyError):
        return JsonResponse({"detail": "A deed is an object with a key."}, status=400)
    found = doing.do(key, asked)
    if found.asked != asked:
        return JsonResponse({"detail": "This key belongs to another deed."}, status=422)
    return _answer(found)


@_for_the_desk
@require_http_methods(["GET"])
def deed(request, key):
    """What became of a deed; 404: nothing was done, and asking for it again is safe."""
    found = Deed.objects.filter(key=key).exclude(state=Deed.BEGUN, outcome={}).first()
    if found is None:
        raise Http404
    return _answer(found)


def _answer(found):
    status = {Deed.DONE: 200, Deed.REFUSED: 422, Deed.BEGUN: 202}[found.state]
    return JsonResponse({"state": found.state, **found.outcome}, status=status)
