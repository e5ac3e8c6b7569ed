"""The one door for what shops and carriers push: kept raw, then acknowledged. Nothing is understood here."""

from __future__ import annotations

import logging

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shopbell.commerce import contract
from shopbell.commerce.models import CarrierAccount, Connection
from shopbell.commerce.operations import pushing

log = logging.getLogger(__name__)


@csrf_exempt  # a program calls; the signature says which
@require_POST
def shop(request: HttpRequest, key: str) -> HttpResponse:
    """A push of a shop system's; 401 for what it did not sign, 413 for more than a mebibyte."""
    rows = Connection.objects.filter(is_active=True).select_related("shop")
    return _take(request, get_object_or_404(rows, key=key))


@csrf_exempt
@require_POST
def carrier(request: HttpRequest, key: str) -> HttpResponse:
    """A push of a carrier's."""
    return _take(request, get_object_or_404(CarrierAccount.objects.filter(is_active=True), key=key))


def _take(request: HttpRequest, source: Connection | CarrierAccount) -> HttpResponse:
    try:
        body = request.body
    except RequestDataTooBig:
        body = b" " * (pushing.MAX_BYTES + 1)
    if len(body) > pushing.MAX_BYTES:
        return HttpResponse("too much", status=413, content_type="text/plain")
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        pushing.accept(source, body, headers, request.build_absolute_uri())
    except contract.Forged as error:
        log.warning("%s refused a push: %s", source, error)
        return HttpResponse("the signature does not hold", status=401, content_type="text/plain")
    except LookupError:
        return HttpResponse("nobody is here to take it", status=503, content_type="text/plain")
    return HttpResponse("kept", content_type="text/plain")
