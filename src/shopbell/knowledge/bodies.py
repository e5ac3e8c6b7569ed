"""What stands in an article's Markdown besides words: numbers of policies, links to other articles, pictures.

`{policy.return.window}` is the number that holds today. `[Returns](article:12)` leads to article 12 wherever it is now,
in the language of the reader where it is written in it. `/pictures/7-3f2a….webp` is a picture of the shop.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from markdown_it.token import Token

from shopbell.core import markdown
from shopbell.knowledge import policies
from shopbell.knowledge.models import ArticleText, Picture, Slug
from shopbell.shops.models import Shop

_ARTICLE = re.compile(r"article:(\d{1,18})")
_LINK = re.compile(r"\]\(article:(\d{1,18})\)")
_LINK_WITH_WORDS = re.compile(r"\[([^\[\]]*)\]\(article:(\d{1,18})\)")
_PICTURE = re.compile(r"/pictures/(\d{1,18})-[0-9a-f]{12}\.webp")
_PAGE = re.compile(r"(?:https?://[^/]+)?/help/([\w-]+)/([a-z]{2})/(?:[\w-]+/)*([\w-]+)/?(?:[?#].*)?")
_CLOSED = "ec.europa.eu/consumers/odr"  # Regulation (EU) 2024/3228 ended it on 20 July 2025

Address = Callable[[ArticleText], str]  # where an article is read


def picture_address(picture: Picture) -> str:
    """Where a picture is: the address changes with the picture."""
    return f"/pictures/{picture.pk}-{picture.sha256[:12]}.webp"


def pictures(source: str) -> list[int]:
    """The numbers of the pictures a text shows."""
    shown = (str(token.attrs.get("src", "")) for token in _within(markdown.parse(source)) if token.type == "image")
    return list(dict.fromkeys(int(found[1]) for address in shown if (found := _PICTURE.fullmatch(address))))


def filled(shop: Shop, source: str, language: str, address: Address) -> str:
    """The Markdown customers read: policies filled in, links to articles made addresses by `address`.

    A link to an article they may not see is its words alone.
    """
    numbers = [int(found[1]) for found in _LINK.finditer(source)]
    known = _texts(shop, numbers, language, for_team=False)

    def pointed(found: re.Match[str]) -> str:
        row = known.get(int(found[2]))
        return f"[{found[1]}]({address(row)})" if row else found[1]

    return policies.fill(shop, _LINK_WITH_WORDS.sub(pointed, source), language)


def to_html(shop: Shop, source: str, language: str, address: Address) -> str:
    """HTML for the team: as `filled`, but links that lead nowhere have the class "dead"."""
    tokens = markdown.parse(policies.fill(shop, source, language))
    numbers = [int(found[1]) for href in _hrefs(tokens) if (found := _ARTICLE.fullmatch(href))]
    known = _texts(shop, numbers, language, for_team=True)
    addresses = {number: address(row) for number, row in known.items()}
    for token in tokens:
        _point(token.children or [], addresses)
    return markdown.render(tokens)


def _point(children: list[Token], known: dict[int, str]) -> None:
    """Give links to articles their addresses; dead ones are marked."""
    opened: list[Token] = []
    for child in children:
        if child.type == "link_open":
            opened.append(child)
            if found := _ARTICLE.fullmatch(str(child.attrs.get("href", ""))):
                target = known.get(int(found[1]))
                child.attrs = {"href": target} if target else {"class": "dead"}
                child.tag = "a" if target else "span"
        elif child.type == "link_close" and opened:
            child.tag = opened.pop().tag


def _texts(shop: Shop, numbers: Iterable[int], language: str, *, for_team: bool) -> dict[int, ArticleText]:
    """The text each article is read in: of the language, else the shop's, else any. At most one query."""
    wanted = list(numbers)
    if not wanted:
        return {}
    rows = ArticleText.objects.filter(shop=shop, article__in=wanted, published__isnull=False)
    if not for_team:
        rows = rows.filter(article__is_internal=False)
    ranked = sorted(rows, key=lambda row: (row.language == language, row.language == shop.language))
    return {row.article_id: row for row in ranked}


def _within(tokens: Iterable[Token]) -> Iterable[Token]:
    for token in tokens:
        yield token
        yield from _within(token.children or [])


def _hrefs(tokens: Iterable[Token]) -> list[str]:
    return [str(token.attrs.get("href", "")) for token in _within(tokens) if token.type == "link_open"]


@dataclass(frozen=True)
class Dead:
    """A link or a name that leads nowhere, and why."""

    target: str
    reason: str


def dead(shop: Shop, source: str, language: str, *, is_internal: bool = False) -> list[Dead]:
    """What in a text leads nowhere: links to articles that customers cannot read, pages of the help centre that do not
    exist, policies without a value, the closed platform for disputes. An internal text may link to internal ones.
    """
    hrefs = list(dict.fromkeys(_hrefs(markdown.parse(source))))
    found = [Dead(f"{{{name}}}", _("No policy says this.")) for name in policies.unknown(shop, source, language)]
    found += _dead_articles(shop, hrefs, language, is_internal)
    found += _dead_pages(shop, hrefs)
    found += [Dead(href, _("This platform was closed in July 2025.")) for href in hrefs if _CLOSED in href]
    return found


def _dead_articles(shop: Shop, hrefs: list[str], language: str, is_internal: bool) -> list[Dead]:
    numbers = {href: int(found[1]) for href in hrefs if (found := _ARTICLE.fullmatch(href))}
    known = _texts(shop, numbers.values(), language, for_team=is_internal)
    reason = _("This article is not published.") if is_internal else _("Customers cannot read this article.")
    return [Dead(href, reason) for href, number in numbers.items() if number not in known]


def _dead_pages(shop: Shop, hrefs: list[str]) -> list[Dead]:
    pages = {href: found for href in hrefs if (found := _PAGE.fullmatch(href)) and found[1] == shop.slug}
    if not pages:
        return []
    slugs = {(found[2], found[3]) for found in pages.values()}
    rows = Slug.objects.filter(shop=shop, slug__in=[slug for _language, slug in slugs])
    public = rows.filter(text__published__isnull=False, text__article__is_internal=False)
    known = set(public.values_list("language", "slug"))
    return [Dead(href, _("There is no such article.")) for href, one in pages.items() if (one[2], one[3]) not in known]


_TARGET = re.compile(r"(!?)\[([^\]]*)\]\((article:\d+|/pictures/[^)]+)\)")


def for_mail(source: str, origin: str) -> str:
    """A text to be put into a letter: pictures by their whole address, links between articles as their words."""

    def outside(found: re.Match[str]) -> str:
        is_picture, words, target = found.groups()
        return f"[{words or target}]({origin}{target})" if is_picture else words

    return _TARGET.sub(outside, source)
