"""Search over published articles: ranked by how much they are about the words (BM25), typos and compounds forgiven.

Each published text has a row for each of its terms with the part of its BM25 weight that depends on the text alone
(Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009); how rare a word is among the shop's texts is
counted when somebody searches. A word nobody wrote like this is replaced by those written like it: words that begin
with it, contain it (Rückgabe in Rückgaberecht) or differ by a slip of the finger.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import connection
from rapidfuzz.distance import OSA

from shopbell.core import markdown, text
from shopbell.knowledge.models import ArticleTerm, ArticleText, Word

K1, B = 1.2, 0.5  # how soon repeating a word says nothing new; how much long texts are held back
USUAL_LENGTH = 150  # terms; a constant, so that one text's weights do not depend on the others
TITLE = 4.0  # a word of the title counts as often
LEAST_LETTERS = 4  # shorter words have too many neighbours
MOST_ALIKE = 12  # words taken instead of one
EXACT, BEGINNING, PART, SLIP = 1.0, 0.6, 0.5, 0.5


@dataclass(frozen=True)
class Hit:
    """A text that was found, and how well it fits: a number to order by, comparable within one search only."""

    text_id: int
    score: float


def index(row: ArticleText) -> None:
    """Make a text's published version findable; one that is not published is not."""
    ArticleTerm.objects.filter(text=row).delete()
    if row.published is None:
        return
    weights = _weights(row.published.title, markdown.to_text(row.published.body), row.language)
    is_public = not row.article.is_internal
    ArticleTerm.objects.bulk_create(
        ArticleTerm(text=row, shop_id=row.shop_id, language=row.language, term=term, weight=weight, is_public=is_public)
        for term, weight in weights.items()
    )
    words = [Word(language=row.language, term=term, grams=_grams(term)) for term in sorted(weights)]
    Word.objects.bulk_create(words, ignore_conflicts=True)


def _weights(title: str, body: str, language: str) -> dict[str, float]:
    counts: Counter[str] = text.frequencies(body, language)
    length = sum(counts.values())
    for term, number in text.frequencies(title, language).items():
        counts[term] += int(TITLE * number)
    held_back = K1 * (1 - B + B * length / USUAL_LENGTH)
    return {term[:60]: count * (K1 + 1) / (count + held_back) for term, count in counts.items()}


def _grams(term: str) -> list[str]:
    padded = f"^{term}$"
    return sorted({padded[at : at + 3] for at in range(len(padded) - 2)} or {padded})


_RANK = """
WITH wanted AS (
    SELECT * FROM unnest(%(terms)s::text[], %(words)s::int[], %(factors)s::float[]) AS each (term, word, factor)
), found AS (
    SELECT word, text_id, max(weight * factor) AS weight
    FROM wanted JOIN knowledge_articleterm AS listed USING (term)
    WHERE shop_id = %(shop)s AND language = %(language)s AND (is_public OR %(internal)s)
    GROUP BY word, text_id
), counted AS (
    SELECT *, count(*) OVER (PARTITION BY word) AS texts FROM found
), size AS (
    SELECT count(*) AS texts FROM knowledge_articletext
    WHERE shop_id = %(shop)s AND language = %(language)s AND published_id IS NOT NULL
)
SELECT text_id,
    sum(weight * ln(1 + (greatest(size.texts, counted.texts) - counted.texts + 0.5) / (counted.texts + 0.5)))
        * count(*) / %(asked)s AS score
FROM counted, size GROUP BY text_id ORDER BY score DESC, text_id LIMIT %(limit)s
"""


def find(
    shop_id: int, query: str, language: str, *, internal: bool = False, typing: bool = False, limit: int = 10
) -> list[Hit]:
    """The texts of one language that fit best, best first. `internal`: also those for the team only.

    `typing`: the last word may be the beginning of one.
    """
    groups = text.query(query, [language])
    if not groups:
        return []
    rows = [
        (term, word, factor)
        for word, group in enumerate(groups)
        for term, factor in _alike(group, language, typing and word == len(groups) - 1).items()
    ]
    terms, words, factors = map(list, zip(*rows, strict=True))
    wanted: dict[str, Any] = {"terms": terms, "words": words, "factors": factors, "asked": len(groups), "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_RANK, {**wanted, "shop": shop_id, "language": language, "internal": internal})
        return [Hit(number, float(score)) for number, score in cursor.fetchall()]


_NEAR = """
SELECT term FROM knowledge_word WHERE language = %(language)s AND grams && %(grams)s::varchar[]
ORDER BY cardinality(ARRAY(SELECT unnest(grams) INTERSECT SELECT unnest(%(grams)s::varchar[]))) DESC, length(term)
LIMIT 60
"""
_BEGIN = """
SELECT term FROM knowledge_word WHERE language = %s AND term LIKE %s ORDER BY length(term), term LIMIT %s
"""


def _alike(group: list[str], language: str, begins: bool) -> dict[str, float]:
    """The words to look for instead of one that was typed, with how much each counts."""
    found = dict.fromkeys(group, EXACT)
    plain = group[0]
    with connection.cursor() as cursor:
        if begins and len(plain) > 1:
            cursor.execute(_BEGIN, [language, plain.replace("%", "").replace("_", "") + "%", MOST_ALIKE])
            found = {**dict.fromkeys((term for (term,) in cursor.fetchall()), BEGINNING), **found}
        if len(plain) >= LEAST_LETTERS and not any(map(str.isdigit, plain)):
            grams = sorted({gram for term in group if len(term) >= LEAST_LETTERS for gram in _grams(term)})
            cursor.execute(_NEAR, {"language": language, "grams": grams})
            near = {term: likeness(group, term) for (term,) in cursor.fetchall()}
            best = sorted((term for term in near if near[term]), key=lambda term: -near[term])[:MOST_ALIKE]
            found = {**{term: near[term] for term in best}, **found}
    return found


def likeness(group: list[str], term: str) -> float:
    """How well a written word may stand for one that was typed: 0 not at all."""
    return max((_likeness(typed, term) for typed in group if len(typed) >= LEAST_LETTERS), default=0.0)


def _likeness(typed: str, term: str) -> float:
    if len(term) > len(typed) and (term.startswith(typed) or term.endswith(typed)):
        return PART
    if len(typed) > len(term) >= LEAST_LETTERS + 1 and (typed.startswith(term) or typed.endswith(term)):
        return PART * 0.8
    allowed = 1 if len(typed) < 8 else 2
    slips = OSA.distance(typed, term, score_cutoff=allowed)
    if 0 < slips <= allowed:
        return SLIP / slips
    in_compound = len(term) > len(typed) + allowed and min(
        OSA.distance(typed, part, score_cutoff=1)
        for length in (len(typed) - 1, len(typed), len(typed) + 1)
        for part in (term[:length], term[-length:])
    )
    return PART * SLIP if in_compound == 1 else 0.0
