"""What every request of the API passes: the token, how often, what it may; then one transaction, once per key.

A token acts as its agent: it may what its scopes name and the agent's role allows, and sees what the agent sees. A
change is made in one transaction, undone where the answer is an error; a token that is revoked meanwhile is waited for,
so that after its revocation nothing of it comes about any more.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from ninja import Router
from ninja.decorators import decorate_view
from pydantic import BaseModel

from shopbell.agents.models import Agent
from shopbell.channels.operations import count_use
from shopbell.core.transactions import retried
from shopbell.integrations import operations, queries
from shopbell.integrations.models import IdempotentRequest, Scope, Token
from shopbell.integrations.operations.idempotency import KeyInUse, OtherRequest
from shopbell.web.api.problems import Problem, response, wrong

SAFE = ("GET", "HEAD")
MINUTE = 60
MAX_BODY_BYTES = 2_000_000
MULTIPART = "multipart/form-data"
KEPT_HEADERS = ("Location", "ETag", "Content-Type")
Run = Callable[..., HttpResponseBase]
View = TypeVar("View", bound=Run)


class ApiRequest(HttpRequest):
    """A request whose token was found good."""

    token: Token
    agent: Agent


class May(Protocol):
    """A rule of agents.permissions."""

    def __call__(self, agent: Agent) -> bool: ...


router = Router()  # one for all: two of them would hide each other's methods of one address


def operation(
    tag: str,
    method: str,
    path: str,
    *,
    scope: Scope,
    may: May,
    shape: Any,
    status: int = 200,
    multipart: bool = False,
    content_type: str = "application/json",
) -> Callable[[View], View]:
    """Put a view at an address, behind the door. Its name is the operation's, its docstring the description.

    `content_type`: of what it answers, where that is no JSON.
    """

    def decorate(view: View) -> View:
        guarded = partial(_guarded, scope=scope, may=may, multipart=multipart)
        summary = (view.__doc__ or "").strip().split("\n")[0].rstrip(".")
        added = router.api_operation(
            [method],
            path,
            response={status: shape},
            operation_id=view.__name__,
            summary=summary,
            tags=[tag],
            description=" ".join((view.__doc__ or "").split()),
            openapi_extra={"x-scope": scope.value, "x-content-type": content_type},
        )(view)
        decorate_view(guarded)(added)
        return added

    return decorate


def _guarded(run: Run, *, scope: Scope, may: May, multipart: bool) -> Run:
    @wraps(run)
    def passed(request: ApiRequest, **values: Any) -> HttpResponseBase:
        headers: dict[str, str] = {"Cache-Control": "no-store"}
        try:
            with translation.override("en"), timezone.override(None):
                _admit(request, scope, may, headers)
                _check_body(request, multipart)
                answer = run(request, **values) if request.method in SAFE else _change(request, partial(run, **values))
        except Problem as problem:
            answer = response(problem)
        for name, value in headers.items():
            answer.headers.setdefault(name, value)
        return answer

    return passed


def _admit(request: ApiRequest, scope: Scope, may: May, headers: dict[str, str]) -> None:
    """Raises Problem for a token that is not good, comes too often, or may not do this."""
    kind, _space, plain = request.headers.get("Authorization", "").partition(" ")
    token = queries.token(plain.strip()) if kind.lower() == "bearer" else None
    if token is None:
        raise Problem(401)
    request.token, request.agent = token, token.agent
    headers |= _count(token)
    operations.note_use(token)
    if scope not in token.scopes and Scope.ADMIN not in token.scopes:
        raise Problem(403, f"This token has not the scope {scope.value}.")
    if not may(token.agent):
        raise Problem(403, "The agent this token acts as may not do that.")


def _count(token: Token) -> dict[str, str]:
    """The use of this minute, counted in the database for all nodes (draft-ietf-httpapi-ratelimit-headers-10)."""
    most = settings.API_PER_MINUTE
    left = most - count_use(f"api:{token.pk}", per_seconds=MINUTE)
    seconds = MINUTE - int(time.time()) % MINUTE
    headers = {
        "RateLimit-Policy": f'"minute";q={most};w={MINUTE}',
        "RateLimit": f'"minute";r={max(left, 0)};t={seconds}',
    }
    if left < 0:
        detail = f"More than {most} requests in a minute."
        raise Problem(429, detail, headers={**headers, "Retry-After": str(seconds)})
    return headers


def _check_body(request: ApiRequest, multipart: bool) -> None:
    """Raises Problem for what cannot be read: too long, or of another kind than JSON."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    most = settings.MAX_ATTACHMENT_BYTES + MAX_BODY_BYTES if multipart else MAX_BODY_BYTES
    if size.isdecimal() and int(size) > most:
        raise Problem(413)
    if size in ("", "0") and not multipart:
        return
    wanted = MULTIPART if multipart else "application/json"
    if request.method not in SAFE and request.content_type != wanted:
        raise Problem(415, f"Send {wanted}.")


def _change(request: ApiRequest, run: Run) -> HttpResponseBase:
    """A lost deadlock begins it anew."""
    key = request.headers.get("Idempotency-Key", "")
    if not key or request.method != "POST":
        return _in_transaction(request, run)
    if len(key) > 200 or not key.isascii() or not key.isprintable():
        raise wrong("Idempotency-Key", "At most 200 characters of ASCII.")
    return _in_transaction(request, partial(_once, key=key, run=run))


@retried
def _in_transaction(request: ApiRequest, run: Run) -> HttpResponseBase:
    if not queries.hold(request.token):
        raise Problem(401)
    answer = run(request)
    if answer.status_code >= 400:
        transaction.set_rollback(True)
    return answer


def _once(request: ApiRequest, *, key: str, run: Run) -> HttpResponseBase:
    """The answer that was given to this key, or what is given now and kept beside the change."""
    fingerprint = _fingerprint(request)
    try:
        known = operations.claim_key(request.token, key, fingerprint)
    except KeyInUse:
        raise Problem(
            409, "A request with this Idempotency-Key is being carried out.", headers={"Retry-After": "1"}
        ) from None
    except OtherRequest:
        raise wrong("Idempotency-Key", "This key was used for another request.") from None
    if known is not None:
        return _replayed(known)
    answer = run(request)
    if answer.status_code < 400 and isinstance(answer, HttpResponse):
        headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
        operations.keep_answer(
            request.token,
            key,
            fingerprint,
            status=answer.status_code,
            headers=headers,
            body=answer.content.decode(),
        )
    return answer


def _fingerprint(request: HttpRequest) -> str:
    """Of the method, the address and the content; of a form by its parts, for its boundary differs every time."""
    parts = [request.method or "", request.get_full_path()]
    if request.content_type == MULTIPART:
        parts.append(json.dumps(sorted(request.POST.lists())))
        for name, files in sorted(request.FILES.lists()):
            parts += [f"{name}:{file.name}:{_digest(file)}" for file in files if isinstance(file, UploadedFile)]
    else:
        parts.append(hashlib.sha256(request.body).hexdigest())
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _digest(file: UploadedFile[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _replayed(known: IdempotentRequest) -> HttpResponse:
    headers = {**known.headers, "Idempotency-Replayed": "true"}
    return HttpResponse(known.body, status=known.status, headers=headers)


def shown(shape: BaseModel, status: int = 200, **headers: str) -> HttpResponse:
    """A thing as JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(shape.model_dump_json(), content_type="application/json", status=status, headers=named)


def done() -> HttpResponse:
    """Nothing more to say."""
    return HttpResponse(status=204)


def etag_of(shape: BaseModel) -> str:
    """The version of what is shown (RFC 9110 8.8.3): another one as soon as anything in it is another."""
    return f'"{hashlib.sha256(shape.model_dump_json().encode()).hexdigest()[:32]}"'


def versioned(request: HttpRequest, shape: BaseModel) -> HttpResponse:
    """The thing with its version; 304 to whom has that one."""
    etag = etag_of(shape)
    if request.method in SAFE and etag in _tags(request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers={"ETag": etag})
    return shown(shape, ETag=etag)


def check_version(request: HttpRequest, shape: BaseModel) -> None:
    """412 when `If-Match` names other versions: somebody changed it since."""
    wanted = request.headers.get("If-Match", "")
    if wanted and wanted.strip() != "*" and etag_of(shape) not in _tags(wanted):
        raise Problem(412, "It has been changed since. Read it again.", headers={"ETag": etag_of(shape)})


def _tags(header: str) -> set[str]:
    return {part.strip() for part in header.split(",")}
