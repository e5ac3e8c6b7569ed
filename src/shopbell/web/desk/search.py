"""The search page: what was found by words and operators, and what else has that name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shopbell.conversations import operations, queries, search
from shopbell.conversations.models import Conversation, Folder, Recent, State
from shopbell.conversations.search import exact, finding, typed
from shopbell.core import text
from shopbell.web import times
from shopbell.web.desk import listing, page, sources
from shopbell.web.desk.request import AgentRequest, is_part, own, reading
from shopbell.web.marks import marked

TEMPLATE = "desk/search.html"
LIMIT = 25


@dataclass(slots=True)
class Hit:
    """A conversation that was found: its row, and the words around the first one found."""

    row: listing.Row
    folder: str
    extract: SafeString


@reading
def found(request: AgentRequest) -> HttpResponse:
    """Results for `?q=`; `#17` alone goes straight to that conversation. `?after=` is a further page."""
    written = text.clean(request.GET.get("q", "")).strip()[: typed.LONGEST]
    if written.startswith("#") and (one := exact.conversation(request.user, written)):
        return page.go(reverse("desk:conversation", args=[one.id]))
    context: dict[str, object] = {"place": "search", "typed": written}
    context["recent"] = [] if written else sources.recent(request.user)
    context["operators"] = sources.explained().items()
    if written and not is_part(request):
        operations.remember(request.user, Recent.Kind.SEARCH, written)
    if written:
        context |= _results(request, written)
    return page.show(request, f"{TEMPLATE}#hits" if is_part(request) else TEMPLATE, context)


def _results(request: AgentRequest, written: str) -> dict[str, object]:
    """What the page shows; when others take all the time there is, that, and how to go on."""
    query, is_best = typed.parse(written), request.GET.get("sort") == "best"
    after = request.GET.get("after", "")
    try:
        with search.taking(search.PAGE_MILLISECONDS) as budget:
            if is_best:
                result = finding.best(request.user, query, budget, LIMIT)
            else:
                result = finding.find(request.user, query, budget, after=after, limit=LIMIT)
            groups = sources.ask(request, written, query, budget, sources.conversations) if not after else []
    except search.Busy:
        return {"is_busy": True}
    address = {"q": written}
    more = f"?{urlencode({**address, 'after': result.after})}" if result.after else ""
    return {
        "hits": _hits(request, result.found, query.wanted_text),
        "groups": groups,
        "problems": result.problems,
        "misspelt": query.misspelt,
        "more_url": more,
        "is_cut": result.is_cut,
        "until": times.date_of(result.until) if result.until else "",
        "is_best": is_best,
        "best_of": finding.BEST_OF,
        "newest_url": f"?{urlencode(address)}",
        "best_url": f"?{urlencode({**address, 'sort': 'best'})}",
        "is_further": bool(after),
    }


def _hits(request: AgentRequest, found: Sequence[finding.Found], words: str) -> list[Hit]:
    numbers = [one.message_id for one in found if one.message_id]
    said = queries.messages(request.user).defer("html", "full_text", "thread_ids")
    texts = {one.id: one.text for one in said.filter(id__in=numbers)} if numbers else {}
    rows = listing.rows([one.conversation for one in found], set())
    return [
        Hit(row, where(one.conversation), extract(texts.get(one.message_id, "") or one.conversation.preview, words))
        for row, one in zip(rows, found, strict=True)
    ]


def where(conversation: Conversation) -> str:
    """Open, snoozed, resolved …: what tells two conversations of one name apart."""
    if conversation.folder == Folder.SNOOZED:
        return _("snoozed")
    return str(State(conversation.state).label)


def extract(body: str, words: str) -> SafeString:
    """The words around the first one found, those found marked."""
    return marked(text.highlight(body, words))


@reading
def suggest(request: AgentRequest) -> HttpResponse:
    """While somebody types: groups of what there is of that name, and how an operator goes on."""
    written = text.clean(request.GET.get("q", ""))[: typed.LONGEST]
    context: dict[str, object] = {"typed": written.strip(), "completions": sources.completions(request.user, written)}
    if not written.strip():
        context["groups"] = sources.recent(request.user)
        return page.show(request, "desk/suggestions.html", context)
    try:
        with search.taking(search.TYPING_MILLISECONDS) as budget:
            context["groups"] = sources.ask(request, written.strip(), typed.parse(written), budget)
    except search.Busy:
        context["is_busy"] = True
    return page.show(request, "desk/suggestions.html", context)


@own
def forget(request: AgentRequest) -> HttpResponse:
    """The words one looked for are forgotten."""
    if request.method == "POST":
        operations.forget_searches(request.user)
    return page.go(reverse("desk:search"))
