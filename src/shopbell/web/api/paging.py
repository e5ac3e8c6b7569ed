"""Lists in pages: an opaque cursor, and the address of the next page in a Link header (RFC 8288)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from shopbell.core import cursors
from shopbell.core.ids import as_id
from shopbell.web.api.problems import Problem, wrong

Shape = TypeVar("Shape", bound=BaseModel)
Row = TypeVar("Row", bound=Model)
MOST = 100
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most.")]
After = Annotated[str, Query(max_length=500, description="The `next` of the page before; nothing for the first page.")]


class Page(BaseModel, Generic[Shape]):
    """Some of a list. `next` is the cursor of the following page; null: this was the last."""

    items: list[Shape]
    next: str | None = Field(examples=["WyIyMDI2LTExLTIyVDA5OjAwOjAwKzAwOjAwIiw0Ml0"])


def cursor(*values: Any) -> str:
    """The place behind a row, as text that means nothing to others."""
    packed = json.dumps([str(value) for value in values], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def place(after: str, size: int) -> list[str] | None:
    """What `cursor` packed; None for the first page. Raises Problem for anything else."""
    if not after:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except ValueError:
        values = None
    if not isinstance(values, list) or len(values) != size or not all(isinstance(one, str) for one in values):
        raise _no_cursor()
    return values


def _no_cursor() -> Problem:
    return wrong("after", "This is not a cursor. Take the `next` of the page before as it is.")


def number(after: str) -> int | None:
    """The id a page of ids goes on behind. Raises Problem."""
    values = place(after, 1)
    if values is None:
        return None
    number = as_id(values[0])
    if number is None:
        raise _no_cursor()
    return number


def shown(request: HttpRequest, page: Page[Any]) -> HttpResponse:
    """The page as JSON, with the address of the next one."""
    answer = HttpResponse(page.model_dump_json(), content_type="application/json")
    if page.next:
        query = request.GET.copy()
        query["after"] = page.next
        answer.headers["Link"] = f'<{settings.BASE_URL}{request.path}?{query.urlencode()}>; rel="next"'
    return answer


def cut(rows: QuerySet[Row], limit: int) -> tuple[list[Row], bool]:
    """The first `limit`, and whether there are more."""
    found = list(rows[: limit + 1])
    return found[:limit], len(found) > limit


def older(rows: QuerySet[Row], limit: int, after: str, at: str, number: str) -> tuple[list[Row], str | None]:
    """A page of rows by an instant and a number (the names of the fields), and the cursor of the next one.

    Raises Problem for what is no cursor.
    """
    values = place(after, 1)
    if values is not None:
        behind = cursors.read(values[0])
        if behind is None:
            raise _no_cursor()
        rows = rows.filter(cursors.older(behind, at, number))
    found, more = cut(rows, limit)
    return found, cursor(cursors.write(getattr(found[-1], at), getattr(found[-1], number))) if more else None


def newest(
    request: HttpRequest, rows: QuerySet[Row], limit: int, after: str, shape: Callable[[Row], BaseModel]
) -> HttpResponse:
    """A page of rows by id, the newest first. Raises Problem for what is no cursor."""
    behind = number(after)
    rows = rows.filter(id__lt=behind) if behind is not None else rows
    found, more = cut(rows.order_by("-id"), limit)
    items = [shape(row) for row in found]
    return shown(request, Page[Any].model_construct(items=items, next=cursor(found[-1].pk) if more else None))
