"""How well the search of the help centre ranks, measured on a made-up help centre of 26 articles in four languages.

`centre/` was written by somebody who did not look at how the search works: articles as `key | title | text`, and what
people type as `kind: what is typed = keys of the articles that answer it`. Kinds: inflected (another form of a word in
the text), compound (a part of one, or one made of parts), slip (of the finger), spelling (ä as ae or a, ø as oe or o,
õ as o), rare (a rare word among common ones), plain (as people ask). docs/quality.md has
the figures; a test holds them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from shopbell.knowledge import operations, search
from shopbell.knowledge.models import ArticleText
from shopbell.shops.models import Shop

FOLDER = Path(__file__).with_name("centre")
LANGUAGES = ("de", "da", "et", "en")


def build(shop: Shop, language: str) -> None:
    """The articles of a language."""
    for line in (FOLDER / f"{language}.articles.txt").read_text().splitlines():
        key, title, body = line.split(" | ")
        operations.file_entry(shop, operations.Entry(key, title, body, language))


def asked(language: str) -> Iterator[tuple[str, str, set[str]]]:
    """(kind, what is typed, the articles that answer it)."""
    for line in (FOLDER / f"{language}.asked.txt").read_text().splitlines():
        kind, _colon, rest = line.partition(": ")
        query, _sign, keys = rest.rpartition(" = ")
        yield kind, query, set(keys.split(", "))


def ranks(shop: Shop, language: str) -> Iterator[tuple[str, str, int, list[str]]]:
    """(kind, what is typed, the place of the first article that answers it, 0 for none; the first three)."""
    keys = dict(ArticleText.objects.filter(shop=shop).values_list("id", "article__key"))
    for kind, query, wanted in asked(language):
        found = [keys[hit.text_id] for hit in search.find(shop.pk, query, language)]
        yield kind, query, next((place for place, key in enumerate(found, 1) if key in wanted), 0), found[:3]


def figures(shop: Shop, language: str) -> dict[str, tuple[int, int, int]]:
    """{kind: (asked, first, among the first three)}, all together under ""."""
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for kind, _query, place, _found in ranks(shop, language):
        for name in (kind, ""):
            counts[name] = [a + b for a, b in zip(counts[name], (1, place == 1, 0 < place <= 3), strict=True)]
    return {kind: (number, first, three) for kind, (number, first, three) in counts.items()}
