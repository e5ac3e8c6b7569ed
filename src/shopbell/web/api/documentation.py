"""The API described: the schema (OpenAPI 3.1) and a page to read, both from the code that answers."""

from __future__ import annotations

import json
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from shopbell.integrations import catalogue
from shopbell.integrations.models import Scope
from shopbell.web.api.api import api
from shopbell.web.api.problems import DETAILS, TYPE, ProblemShape

VERSION = "v1"
Part = dict[str, Any]
MEANINGS = {
    400: "The body is no JSON, or the request cannot be understood.",
    401: "No token, or one that is not good (any more).",
    403: "The token's scopes or its agent's role do not allow it.",
    404: "There is no such thing, or the token's agent may not see it.",
    409: "It cannot be done now: somebody was faster, or a request with the same key is being carried out.",
    412: "`If-Match` names a version that is not the newest.",
    413: "Too large.",
    415: "Not the kind of content that is taken here.",
    422: "A value cannot be; `errors` says which.",
    429: "Too many requests; `Retry-After` says when to go on.",
}
IDEMPOTENCY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "Makes a request that is sent twice take effect once; kept for 24 hours.",
    "schema": {"type": "string", "maxLength": 200, "pattern": "^[ -~]*$"},
    "example": "order-1042-shipped",
}


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """GET /api/openapi.json"""
    return HttpResponse(json.dumps(described()), content_type="application/json")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """GET /api/docs: every operation with its parameters, an example to send and one of what comes back."""
    whole = described()
    context = {
        "about": _marked(whole["info"]["description"]),
        "groups": _groups(whole),
        "scopes": [(scope.value, scope.label) for scope in Scope],
        "kinds": list(catalogue.KINDS.values()),
        "base": settings.BASE_URL,
        "per_minute": settings.API_PER_MINUTE,
    }
    return render(request, "api/docs.html", context)


@lru_cache(maxsize=1)
def described() -> Part:
    """The schema as served: ninja's, with security, problems, headers and an example for everything."""
    whole: Part = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))
    whole["servers"] = [{"url": settings.BASE_URL}]
    parts = whole["components"]["schemas"]
    problem = ProblemShape.model_json_schema(ref_template="#/components/schemas/{model}")
    parts |= problem.pop("$defs", {})
    parts["Problem"] = problem
    bearer = {"type": "http", "scheme": "bearer", "description": "A token of Settings → API tokens: sb_…"}
    whole["components"]["securitySchemes"] = {"token": bearer}
    whole["security"] = [{"token": []}]
    for path, methods in whole["paths"].items():
        for method, one in methods.items():
            _complete(path, method, one, parts)
    return whole


def _complete(path: str, method: str, one: Part, parts: Part) -> None:
    """Add to an operation what holds for all of them."""
    scope = one.pop("x-scope")
    one["description"] += f" Scope: `{scope}`."
    one["security"] = [{"token": []}]
    if method == "post":
        one["parameters"].append(IDEMPOTENCY)
    content_type = one.pop("x-content-type")
    if content_type != "application/json":
        binary = {"schema": {"type": "string", "format": "binary"}, "example": "…"}
        one["responses"]["200"]["content"] = {content_type: binary}
    for status in _problems(path, method):
        one["responses"].setdefault(str(status), _problem(status))
    _exemplify(one, parts)


def _problems(path: str, method: str) -> list[int]:
    statuses = [400, 401, 403, 422, 429]
    statuses += [404] if "{" in path else []
    statuses += [413, 415] if method in ("post", "patch", "put") else []
    statuses += [409] if method == "post" else []
    statuses += [412] if method == "patch" else []
    return sorted(statuses)


def _problem(status: int) -> Part:
    example = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": DETAILS.get(status, MEANINGS[status]),
    }
    content = {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    return {"description": MEANINGS[status], "content": content}


def _exemplify(one: Part, parts: Part) -> None:
    """An example of the body, of every answer and of every parameter that has none."""
    bodies = [one.get("requestBody", {}), *one["responses"].values()]
    for content in (content for body in bodies for content in body.get("content", {}).values()):
        content.setdefault("example", example(content["schema"], parts))
    for parameter in one["parameters"]:
        parameter.setdefault("example", example(parameter["schema"], parts))
        parameter.pop("examples", None)


def example(part: Part, parts: Part) -> Any:
    """What a value of this schema may look like, put together from the examples of its fields."""
    if "$ref" in part:
        return example(parts[part["$ref"].rpartition("/")[2]], parts)
    if part.get("examples"):
        return part["examples"][0]
    for key in ("default", "const"):
        if key in part:
            return part[key]
    if "enum" in part:
        return part["enum"][0]
    if "anyOf" in part:
        return example(part["anyOf"][0], parts)
    if part.get("type") == "object":
        return {name: example(value, parts) for name, value in part.get("properties", {}).items()}
    if part.get("type") == "array":
        return [example(part["items"], parts)]
    return {"integer": 1, "number": 1, "boolean": True, "null": None}.get(part.get("type", ""), "…")


def _marked(about: str) -> SafeString:
    """What stands between `these` as code."""
    parts = enumerate(about.split("`"))
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", part) if at % 2 else part,) for at, part in parts)
    )


def _groups(whole: Part) -> list[tuple[str, list[Part]]]:
    """Operations by tag, in the order of the code, ready to be printed."""
    groups: dict[str, list[Part]] = {}
    for path, methods in whole["paths"].items():
        for method, one in methods.items():
            groups.setdefault(one["tags"][0], []).append(_printed(path, method, one))
    return list(groups.items())


def _printed(path: str, method: str, one: Part) -> Part:
    body = next(iter(one.get("requestBody", {}).get("content", {}).items()), None)
    answers = [(status, answer["description"]) for status, answer in sorted(one["responses"].items())]
    good = next(status for status in one["responses"] if status.startswith("2"))
    content = next(iter(one["responses"][good].get("content", {}).values()), None)
    return {
        "id": one["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": one["summary"],
        "description": _marked(one["description"]),
        "parameters": one["parameters"],
        "body_type": body[0] if body else "",
        "body": json.dumps(body[1]["example"], indent=2, ensure_ascii=False) if body else "",
        "status": good,
        "answer": json.dumps(content["example"], indent=2, ensure_ascii=False) if content else "",
        "answers": answers,
    }
