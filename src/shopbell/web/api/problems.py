"""Errors of the API: always application/problem+json (RFC 9457), whatever part of the server they come from."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from pydantic import BaseModel, ConfigDict, Field

log = logging.getLogger(__name__)
TYPE = "application/problem+json"
PREFIX = "/api/"
DETAILS = {
    400: "The request cannot be understood.",
    401: "Send a valid token: Authorization: Bearer sb_…",
    403: "This token may not do that.",
    404: "There is nothing here, or this token's agent may not see it.",
    405: "This address does not know this method.",
    413: "The request is too large.",
    415: "Send application/json.",
    500: "Something went wrong here. It has been logged; nothing was changed.",
}


Wrong = dict[str, str]


class WrongShape(BaseModel):
    """One thing that is wrong."""

    model_config = ConfigDict(title="Wrong")

    where: str = Field(
        description="A JSON pointer (RFC 6901) into the body, or the name of a parameter.", examples=["/text"]
    )
    message: str = Field(examples=["Field required"])


class ProblemShape(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(title="Problem")

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Unprocessable Entity"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["The request holds values that cannot be."])
    errors: list[WrongShape] = Field(default=[], examples=[[{"where": "/text", "message": "Field required"}]])


class Problem(Exception):
    """Raised anywhere below a view: ends the request with this status; what it changed is undone."""

    def __init__(
        self,
        status: int,
        detail: str = "",
        *,
        errors: list[Wrong] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail or DETAILS.get(status, "")
        self.errors = errors
        self.headers = headers or {}


def wrong(where: str, message: str) -> Problem:
    """422 for one field."""
    return Problem(422, message, errors=[{"where": where, "message": message}])


def response(problem: Problem) -> HttpResponse:
    """The problem as it is sent."""
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(problem.status).phrase, "status": problem.status}
    body["detail"] = problem.detail
    if problem.errors is not None:
        body["errors"] = problem.errors
    answer = HttpResponse(json.dumps(body), content_type=TYPE, status=problem.status, headers=dict(problem.headers))
    answer.headers["Cache-Control"] = "no-store"
    if problem.status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="Shopbell"'
    return answer


class ProblemMiddleware:
    """Under /api/ no cookie is read, and every error leaves as a problem, also one that no view made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        request.COOKIES = {}
        answer = self.get_response(request)
        if answer.status_code < 400 or answer.headers.get("Content-Type", "").startswith(TYPE):
            return answer
        problem = response(Problem(answer.status_code))
        if "Allow" in answer.headers:
            problem.headers["Allow"] = answer.headers["Allow"]
        return problem
