"""What was said: taken and given."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shopbell.chats import operations, queries
from shopbell.chats.limits import max_text
from shopbell.chats.models import Line, Visit
from shopbell.core import text
from shopbell.selfservice import operations as selfservice
from shopbell.web.chat import config, floods, shape
from shopbell.web.chat.door import ChatRequest, Refusal, body, chat, say
from shopbell.web.chat.visits import read_id
from shopbell.web.portal import readers

MOST_FILES = 5
SEEN_AGAIN = timedelta(seconds=20)


@chat("GET", "HEAD", "POST")
def messages(request: ChatRequest) -> HttpResponse:
    """Say something, or see what was said."""
    return _post(request) if request.method == "POST" else _show(request)


def _post(request: ChatRequest) -> HttpResponse:
    said = body(request)
    client_id = read_id(said, "client_id")
    written, uploads = _text(said), _uploads(said)
    if text.is_blank(written) and not uploads:
        raise Refusal(422, "empty", _("There is nothing to send yet."))
    floods.writes(request)
    try:
        line, is_new = operations.post(request.visit, client_id, written, uploads, _read_before(request))
    except operations.NoSuchFile:
        raise Refusal(422, "no_file", _("A file is gone. Please attach it again.")) from None
    except operations.Removed:
        raise Refusal(410, "removed", _("This message has been removed.")) from None
    return say({"seq": line.seq, "at": line.message.occurred_at.isoformat()}, 201 if is_new else 200)


def _read_before(request: ChatRequest) -> list[int]:
    """The help articles read before the first word of a visit."""
    visit = request.visit
    if visit.conversation_id is not None:
        return []
    return selfservice.contacted(readers.of(request, visit.channel.shop, visit.language))


def _text(said: dict[str, Any]) -> str:
    written = said.get("text", "")
    if not isinstance(written, str):
        raise Refusal(422, "text", _("That could not be understood."))
    if len(written) > max_text():
        words = ngettext("At most {n} character, please.", "At most {n} characters, please.", max_text())
        raise Refusal(413, "too_long", words.format(n=max_text()))
    return text.clean(written)


def _uploads(said: dict[str, Any]) -> list[int]:
    ids = said.get("files", [])
    if not isinstance(ids, list) or not all(isinstance(one, int) and 0 < one < 2**63 for one in ids):
        raise Refusal(422, "files", _("That could not be understood."))
    if len(ids) > MOST_FILES:
        words = ngettext("At most {n} file, please.", "At most {n} files, please.", MOST_FILES)
        raise Refusal(422, "files", words.format(n=MOST_FILES))
    return ids


def _show(request: ChatRequest) -> HttpResponse:
    after = request.GET.get("after", "0")
    number = int(after) if after.isdecimal() and len(after) < 10 else 0
    floods.polls(request)
    note_here(request.visit)
    return say(shown(request.visit, number))


def note_here(visit: Visit) -> None:
    """A page that polls is there as one that streams."""
    if visit.seen_at < timezone.now() - SEEN_AGAIN:
        operations.note_seen([visit.id])


def shown(visit: Visit, after: int) -> dict[str, Any]:
    """Everything beyond a line that has been released to this visitor, as far as one answer holds."""
    operations.number([visit.id])
    visit.refresh_from_db(fields=["top", "read_seq"])
    lines = queries.lines({visit.id: after})
    return {
        "messages": [shape.line(one, visit.channel) for one in lines],
        "upto": _upto(lines, visit.top),
        "top": visit.top,
        "removed": queries.removed(visit.id),
        "read": {"by_agent": queries.read_by_agent([visit.id]).get(visit.id, 0)},
        "now": config.queue(visit.channel).now(visit.conversation_id),
    }


def _upto(lines: list[Line], top: int) -> int:
    """How far this answer goes: a number below that is not in it is of a line that was removed."""
    if len(lines) == queries.MOST_LINES:
        return lines[-1].seq
    return max(top, lines[-1].seq) if lines else top
