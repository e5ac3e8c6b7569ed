"""Lists of conversations: by folder and filters, or one of the desk's views."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query

from shopbell.agents import permissions
from shopbell.conversations import queries
from shopbell.conversations.models import Conversation, Folder
from shopbell.core import text
from shopbell.integrations import shapes
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import ConversationShape
from shopbell.lists import ordering
from shopbell.lists import queries as lists
from shopbell.web.api import paging
from shopbell.web.api.door import ApiRequest, operation
from shopbell.web.api.paging import After, Limit, Page
from shopbell.web.api.problems import wrong

TAG = "Conversations"
FolderName = Literal["open", "snoozed", "resolved", "spam", "merged", "any"]
SortName = Literal["newest", "oldest", "wait", "priority", "snoozed"]
Whom = Annotated[str, Query(pattern=r"^(|me|nobody|[1-9][0-9]{0,17})$", description="`me`, `nobody` or an agent's id.")]
OptionalId = Annotated[int | None, Query(ge=1, le=2**63 - 1)]


@operation(
    TAG,
    "GET",
    "/conversations",
    scope=Scope.CONVERSATIONS_READ,
    may=permissions.may_read,
    shape=Page[ConversationShape],
)
def list_conversations(
    request: ApiRequest,
    view: Annotated[str, Query(max_length=30, description="A view of the desk by its `name`; then no filter.")] = "",
    folder: Annotated[FolderName, Query(description="`any`: all but merged ones.")] = "open",
    assignee: Whom = "",
    team_id: OptionalId = None,
    shop_id: OptionalId = None,
    customer_id: OptionalId = None,
    tag: Annotated[str, Query(max_length=50, description="Only those with this tag.")] = "",
    sort: Annotated[SortName, Query(description="`wait`: who waits longest first.")] = "newest",
    limit: Limit = 50,
    after: After = "",
) -> HttpResponse:
    """Conversations, newest message first.

    Filters are joined by AND. Pages stay quick however deep they lie.
    """
    where = _view(request, view) if view else None
    if where is None:
        wanted = {"team": team_id, "shop": shop_id, "customer": customer_id, **_assignee(request, assignee)}
        rows = _filtered(request, {name: value for name, value in wanted.items() if value is not None}, tag)
        rows = rows.filter(assignee=None) if assignee == "nobody" else rows
        where = lists.Place("", rows, sort, _folders(folder))
    return _answer(request, where, limit, after)


def _view(request: ApiRequest, name: str) -> lists.Place:
    try:
        return lists.place(request.agent, name, {}, lists.find_view(request.agent, name))
    except KeyError:
        raise wrong("view", "There is no such view.") from None


def _assignee(request: ApiRequest, assignee: str) -> dict[str, int | None]:
    if assignee in ("", "nobody"):
        return {}
    return {"assignee": request.agent.pk if assignee == "me" else int(assignee)}


def _filtered(request: ApiRequest, wanted: dict[str, Any], tag: str) -> QuerySet[Conversation]:
    rows = queries.visible(request.agent).filter(**wanted)
    return rows.filter(tags__contains=[text.clean(tag).strip().lower()]) if tag else rows


def _folders(folder: str) -> list[str]:
    return [one.value for one in Folder if one != Folder.MERGED] if folder == "any" else [folder]


def _answer(request: ApiRequest, where: lists.Place, limit: int, after: str) -> HttpResponse:
    behind = ordering.read(after, where.sort) if after else None
    if after and behind is None:
        raise wrong("after", "This is not a cursor. Take the `next` of the page before as it is.")
    found = ordering.page(where.rows, where.sort, behind, limit + 1, where.folders)
    following = ordering.write(ordering.place(found[limit - 1], where.sort)) if len(found) > limit else None
    items = [shapes.conversation(row) for row in found[:limit]]
    return paging.shown(request, Page[ConversationShape].model_construct(items=items, next=following))
