"""All articles: searched, filtered, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.core import cursors, languages
from shopbell.core.cursors import Cursor
from shopbell.core.ids import as_id
from shopbell.knowledge import queries, search
from shopbell.knowledge.models import Article, ArticleText, Topic
from shopbell.knowledge.states import State
from shopbell.shops.models import Shop
from shopbell.web import times
from shopbell.web.desk import page
from shopbell.web.desk.request import AgentRequest, is_part, reading

TEMPLATE = "desk/articles.html"
PAGE = 50
MOST_FOUND = 100  # articles a search shows
MOST_COUNTED = 100
ASKED = ("q", "shop", "language", "topic", "state", "owner", "missing", "due")
COLOURS = {State.PUBLISHED: "ok", State.REVIEW: "warn", State.STALE: "warn", State.ARCHIVED: "plain"}


@dataclass
class Language:
    """An article in one language, as a chip."""

    code: str
    label: str  # of its state
    colour: str
    is_public: bool


@dataclass
class Row:
    """An article as the list shows it."""

    url: str
    title: str
    shop: str
    topic: str
    owner: str
    languages: list[Language]
    missing: list[str]
    is_internal: bool
    is_due: bool
    when: str


@reading
def articles(request: AgentRequest) -> HttpResponse:
    """The page; for a script, with `?after=`, the rows that follow."""
    asked = {name: request.GET.get(name, "").strip()[:200] for name in ASKED}
    shops = list(queries.shops(request.user))
    rows = _filtered(queries.visible(request.user), asked, request.user, shops)
    found, following = _turn(rows, cursors.read(request.GET.get("after", "")))
    query = {**{name: value for name, value in asked.items() if value}, "after": following}
    context = {
        "place": "articles",
        "rows": [_row(row, asked, len(shops) > 1) for row in found],
        "more_url": f"?{urlencode(query)}" if following else "",
    }
    if is_part(request) and request.GET.get("after"):
        return page.show(request, f"{TEMPLATE}#rows", context)
    return page.show(request, TEMPLATE, {**context, **_around(request, asked, shops)})


def _around(request: AgentRequest, asked: Mapping[str, str], shops: list[Shop]) -> dict[str, Any]:
    """What stands above the rows. Counted are only states that few texts are in, and not beyond MOST_COUNTED."""
    topics = Topic.objects.filter(shop__in=shops).order_by("shop__name", "position", "id")
    texts = ArticleText.objects.filter(shop__in=shops)
    counts = {
        state: texts.filter(state=state).order_by()[:MOST_COUNTED].count() for state in (State.REVIEW, State.STALE)
    }
    return {
        "asked": asked,
        "is_filtered": any(asked.values()),
        "shops": shops,
        "topics": [(topic.pk, topic.name(get_language() or "en")) for topic in topics],
        "states": [(state.value, state.label, counts.get(state)) for state in State],
        "owners": list(Agent.objects.filter(is_active=True, article__isnull=False).distinct().order_by("name")),
        "languages": languages.NAMES.items(),
        "may_write": permissions.may_write_articles(request.user),
        "may_publish": permissions.may_publish_articles(request.user),
    }


def _filtered(rows: QuerySet[Article], asked: Mapping[str, str], viewer: Agent, shops: list[Shop]) -> QuerySet[Article]:
    """What was asked for; values that mean nothing ask for nothing."""
    texts = ArticleText.objects.filter(article=OuterRef("pk"))
    wanted = Q()
    for name in ("shop", "topic", "owner"):
        number = viewer.pk if (name, asked[name]) == ("owner", "me") else as_id(asked[name])
        wanted &= Q(**{name: number}) if number is not None else Q()
    if asked["due"]:
        wanted &= Q(review_on__lte=timezone.localdate())
    if asked["missing"] in languages.NAMES:
        wanted &= Q(~Exists(texts.filter(language=asked["missing"])))
    if asked["language"] in languages.NAMES:
        texts = texts.filter(language=asked["language"])
    if asked["state"] in State.values:
        texts = texts.filter(state=asked["state"])
    if asked["language"] in languages.NAMES or asked["state"] in State.values:
        wanted &= Q(Exists(texts))
    if asked["q"]:
        wanted &= Q(id__in=_matching(asked["q"], shops, asked["language"]))
    return rows.filter(wanted)


def _matching(typed: str, shops: list[Shop], language: str) -> list[int]:
    """Articles whose published words fit, and those, drafts too, with these letters in a title."""
    codes = [language] if language in languages.NAMES else list(languages.NAMES)
    hits = [hit.text_id for shop in shops for code in codes for hit in search.find(shop.pk, typed, code, internal=True)]
    fitting = Q(title__icontains=typed) | Q(id__in=hits) | Q(slug=typed)
    rows = ArticleText.objects.filter(fitting, shop__in=shops, language__in=codes).order_by("-id")
    return list(rows.values_list("article", flat=True)[:MOST_FOUND])


def _turn(rows: QuerySet[Article], after: Cursor | None) -> tuple[list[Article], str]:
    """One page behind the cursor, changed last first, and the next cursor."""
    if after is not None:
        rows = rows.filter(cursors.older(after, "changed_at"))
    texts = Prefetch("texts", ArticleText.objects.order_by("language"))
    rows = rows.select_related("shop", "topic", "owner").prefetch_related(texts)
    found = list(rows.order_by("-changed_at", "-id")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], cursors.write(last.changed_at, last.pk) if last else ""


def _row(row: Article, asked: Mapping[str, str], names_shop: bool) -> Row:
    texts = {text.language: text for text in row.texts.all()}
    shown = best(texts, row.shop, asked["language"])
    return Row(
        url=reverse("desk:article", args=[row.pk, shown.language if shown else row.shop.language]),
        title=shown.title if shown else _("(not written yet)"),
        shop=row.shop.name if names_shop else "",
        topic=row.topic.name(get_language() or "en") if row.topic else "",
        owner=str(row.owner or ""),
        languages=[language(text) for text in texts.values()],
        missing=[code for code in row.shop.offered_languages() if code not in texts],
        is_internal=row.is_internal,
        is_due=is_due(row.review_on),
        when=times.moment(row.changed_at, timezone.now()),
    )


def is_due(on: date | None) -> bool:
    """Whether the day to look at it again has come."""
    return on is not None and on <= timezone.localdate()


def language(text: ArticleText) -> Language:
    """The chip of a text."""
    state = State(text.state)
    return Language(text.language, str(state.label), COLOURS.get(state, "calm"), text.published_id is not None)


def best(texts: Mapping[str, ArticleText], shop: Shop, wanted: str) -> ArticleText | None:
    """The text to show of an article: in the wanted language, the reader's, the shop's, any."""
    codes = [wanted, (get_language() or "en")[:2], shop.language, *texts]
    return next((texts[code] for code in codes if code in texts), None)
