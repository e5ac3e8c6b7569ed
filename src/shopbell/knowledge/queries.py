"""Find macros and fill them in; find articles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django.db.models import Q, QuerySet

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.core import languages, markdown, text, words
from shopbell.knowledge import policies, search
from shopbell.knowledge.models import Article, ArticleText, Macro, MacroUse, Signature
from shopbell.shops.models import Shop

_SAID = re.compile(r"\w+")
_VARIABLE = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)*)\}")


def macros(shop_id: int, language: str = "", agent_id: int | None = None) -> list[Macro]:
    """The macros a shop may use: those the agent used last, then those in the customer's language, then by name."""
    rows = Macro.objects.filter(Q(shop=None) | Q(shop=shop_id)).order_by("name")
    used = _used(agent_id) if agent_id else {}
    return sorted(rows, key=lambda macro: (macro.language not in (language, ""), -used.get(macro.id, 0.0)))


def _used(agent_id: int) -> dict[int, float]:
    """When the agent last used which macro, as seconds since 1970."""
    rows = MacroUse.objects.filter(agent=agent_id).values_list("macro_id", "used_at")
    return {macro: at.timestamp() for macro, at in rows}


def signature(agent_id: int, shop_id: int, language: str) -> Signature | None:
    """The signature for an answer. The agent's own goes before everybody's, one for the shop before one for all shops,
    one in the language before one for any."""
    rows = Signature.objects.filter(
        Q(agent=agent_id) | Q(agent=None), Q(shop=shop_id) | Q(shop=None), Q(language=language) | Q(language="")
    )
    ranked = sorted(rows, key=lambda row: (row.agent_id is None, row.shop_id is None, not row.language))
    return ranked[0] if ranked else None


def missing(body: str, values: Mapping[str, str]) -> list[str]:
    """Names a text asks for that have no value, each once."""
    return list(dict.fromkeys(name for name in _VARIABLE.findall(body) if name not in values))


def fill_html(markup: str, values: Mapping[str, str]) -> str:
    """`fill` for HTML: the values are text."""
    return fill(markup, {name: escape(value) for name, value in values.items()})


def fill(body: str, values: Mapping[str, str]) -> str:
    """The text with `{name}` replaced by its value. An unknown name stays as it is, so that the writer sees it."""
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), body)


@dataclass(frozen=True)
class FoundArticle:
    """A published text that fits a search, with the words around the first one found."""

    text: ArticleText
    score: float
    snippet: list[tuple[str, bool]]

    @property
    def title(self) -> str:
        """As it is published; the newest version may be called otherwise."""
        return self.text.published.title if self.text.published else self.text.title


def find_articles(
    shop: Shop, query: str, language: str, *, internal: bool = False, typing: bool = False, limit: int = 10
) -> list[FoundArticle]:
    """Articles of the shop that fit, best first; where the language has none, those of the shop's other languages.

    `internal`: also those for the team only. `typing`: the last word may be the beginning of one.
    """
    others = (code for code in (shop.language, *languages.NAMES) if code != language)
    for code in (language, *dict.fromkeys(others)):
        hits = search.find(shop.id, query, code, internal=internal, typing=typing, limit=limit)
        if hits:
            return _articles(shop, hits, query)
    return []


def _articles(shop: Shop, hits: list[search.Hit], query: str) -> list[FoundArticle]:
    texts = ArticleText.objects.select_related("article", "published").in_bulk([hit.text_id for hit in hits])
    found = [(texts[hit.text_id], hit.score) for hit in hits if hit.text_id in texts]
    names = any("{policy." in row.published.body for row, _score in found if row.published)
    numbers = policies.variables(shop, found[0][0].language) if names else {}
    found = _called(found, query)
    return [FoundArticle(row, score, text.highlight(_plain(row, numbers), query)) for row, score in found]


def _called(found: list[tuple[ArticleText, float]], query: str) -> list[tuple[ArticleText, float]]:
    """What is called just as was typed comes first, with the best score there is: "Where is my parcel?" has one word
    that tells articles apart, and many titles have that.
    """
    best = max((score for _row, score in found), default=0.0)
    names = [row for row, _score in found if _said(row.published.title if row.published else "") == _said(query)]
    return [(row, best) for row in names] + [(row, score) for row, score in found if row not in names]


def _said(phrase: str) -> list[str]:
    return _SAID.findall(words.fold(phrase.lower()))


def _plain(row: ArticleText, numbers: Mapping[str, str]) -> str:
    return fill(_words(row.published.body), numbers) if row.published else ""


@lru_cache(maxsize=2_000)
def _words(body: str) -> str:
    """What is found by many is found again and again."""
    return markdown.to_text(body)


def may_see(agent: Agent, shop_id: int) -> bool:
    """Whether an agent reads articles of a shop, internal ones among them."""
    return permissions.may_read(agent) and permissions.scope(agent).has_shop(shop_id)


def visible(agent: Agent) -> QuerySet[Article]:
    """Every article of the shops an agent works for."""
    return permissions.scope(agent).of_shops(Article.objects.all())


def shops(agent: Agent) -> QuerySet[Shop]:
    """The shops whose articles and policies an agent sees, by name."""
    return permissions.scope(agent).of_shops(Shop.objects.order_by("name", "id"), "id")
