"""The API put together: its resources, and how errors leave it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from shopbell import __version__
from shopbell.conversations.operations import FieldsMissing, Merged
from shopbell.fields.values import Unfit
from shopbell.web.api import problems
from shopbell.web.api.door import router
from shopbell.web.api.problems import Problem, Wrong

log = logging.getLogger(__name__)
api = NinjaAPI(
    title="Shopbell",
    version=__version__,
    description=(
        "The customer-service desk for programs. Send a token with every request: `Authorization: Bearer sb_…`. "
        "Ids are numbers, instants are RFC 3339, errors are application/problem+json (RFC 9457). Who works here and "
        "how they sign in, secrets, and the second person's yes to what costs money are not for programs."
    ),
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
)
RESOURCES = (  # in the order the documentation shows them
    "listing",
    "conversations",
    "actions",
    "together",
    "taking_part",
    "removing",
    "messages",
    "sides",
    "drafts",
    "files",
    "search",
    "bulk",
    "customers",
    "reaching",
    "doubles",
    "segments",
    "customer_files",
    "orders",
    "order_links",
    "pickups",
    "parcels",
    "order_actions",
    "cases",
    "incidents",
    "desk",
    "me",
    "wording",
    "checklists",
    "own_fields",
    "shops",
    "teams",
    "chats",
    "watch",
    "articles",
    "article_search",
    "policies",
    "ratings",
    "views",
    "webhooks",
    "audit",
)
for resource in RESOURCES:
    import_module(f"shopbell.web.api.{resource}")
api.add_router("", router)


@api.exception_handler(Problem)
def _problem(request: HttpRequest, error: Problem) -> HttpResponse:
    return problems.response(error)


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problems.response(Problem(error.status_code))


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problems.response(Problem(404))


@api.exception_handler(ObjectDoesNotExist)
def _deleted_meanwhile(request: HttpRequest, error: Exception) -> HttpResponse:
    log.warning("gone meanwhile: %s", request.path, exc_info=error)
    return problems.response(Problem(404))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    found: list[Wrong] = [{"where": _where(one["loc"]), "message": one["msg"]} for one in error.errors[:50]]
    return problems.response(Problem(422, "The request holds values that cannot be.", errors=found))


def _where(place: Sequence[Any]) -> str:
    """A JSON pointer into the body (its first part names the parameter that stands for it), else the parameter."""
    if place and place[0] == "body":
        return "/" + "/".join(str(part) for part in place[2:])
    return str(place[-1]) if place else ""


@api.exception_handler(Unfit)
def _unfit(request: HttpRequest, error: Unfit) -> HttpResponse:
    """Values of the shop's own fields."""
    found: list[Wrong] = [{"where": f"/custom/{key}", "message": said} for key, said in error.errors.items()]
    return problems.response(Problem(422, "A value does not fit its field.", errors=found))


@api.exception_handler(FieldsMissing)
def _missing_fields(request: HttpRequest, error: FieldsMissing) -> HttpResponse:
    found: list[Wrong] = [{"where": f"/custom/{one.key}", "message": "Needed to resolve."} for one in error.fields]
    return problems.response(Problem(409, "It cannot be resolved before these fields have a value.", errors=found))


@api.exception_handler(Merged)
def _merged(request: HttpRequest, error: Merged) -> HttpResponse:
    return problems.response(Problem(409, f"This conversation was merged into {error.into_id}."))


@api.exception_handler(Exception)
def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    """Django logs it and answers 500, which leaves as a problem like any other."""
    raise error
