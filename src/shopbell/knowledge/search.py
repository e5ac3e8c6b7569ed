"""Search over published articles: ranked by how much they are about the words (BM25), typos and compounds forgiven.

Each published text has a row for each of its terms with the part of its BM25 weight that depends on the text alone
(Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009); how rare a word is among the shop's texts is
counted when somebody searches. A word nobody wrote like this is replaced by those written like it: words that begin
with it, contain it (Rückgabe in Rückgaberecht) or differ by a slip of the finger. Words of shops that mean the same
find each other (`shop_words`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection
from rapidfuzz.distance import OSA

from shopbell.core import markdown, text
from shopbell.knowledge import shop_words, word_parts
from shopbell.knowledge.models import ArticleTerm, ArticleText, Word

K1, B = 1.2, 0.5  # how soon repeating a word says nothing new; how much long texts are held back
USUAL_LENGTH = 150  # terms; a constant, so that one text's weights do not depend on the others
TITLE = 4.0  # a word of the title counts as often
LEAST_LETTERS = 4  # shorter words have too many neighbours
MOST_ALIKE = 12  # words taken instead of one
LONG = 7  # letters of a word in which two pieces of two grams each are looked for, and two slips forgiven
EXACT, SAME, BEGINNING, PART, SLIP, END = 1.0, 0.7, 0.6, 0.5, 0.5, 0.25


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
    SELECT text_id, {weights}
    FROM wanted JOIN knowledge_articleterm AS listed USING (term)
    WHERE shop_id = %(shop)s AND language = %(language)s AND (is_public OR %(internal)s)
    GROUP BY text_id
), size AS (
    SELECT count(*)::float8 AS texts FROM knowledge_articletext
    WHERE shop_id = %(shop)s AND language = %(language)s AND published_id IS NOT NULL
), rarity AS (
    SELECT {rarities} FROM found, size GROUP BY texts
)
SELECT text_id, ({sum}) * num_nonnulls({each}) / %(asked)s AS score
FROM found, rarity ORDER BY score DESC, text_id LIMIT %(limit)s
"""
_WEIGHT = "max(weight * factor) FILTER (WHERE word = {0}) AS w{0}"
_RARITY = "ln(1 + (greatest(texts, count(w{0})) - count(w{0}) + 0.5) / (count(w{0}) + 0.5)) AS r{0}"


@cache
def _rank(words: int) -> str:
    """The statement for so many words: a column for each, so that a text is looked at once and not once a word."""
    each = range(words)
    return _RANK.format(
        weights=", ".join(_WEIGHT.format(word) for word in each),
        rarities=", ".join(_RARITY.format(word) for word in each),
        sum=" + ".join(f"coalesce(w{word} * r{word}, 0)" for word in each),
        each=", ".join(f"w{word}" for word in each),
    )


def find(
    shop_id: int,
    query: str,
    language: str,
    *,
    internal: bool = False,
    typing: bool = False,
    as_written: bool = False,
    limit: int = 10,
) -> list[Hit]:
    """The texts of one language that fit best, best first. `internal`: also those for the team only.

    `typing`: the last word may be the beginning of one. `as_written`: the words are an article's own, so nobody
    mistyped them.
    """
    groups = _groups(query, language)
    if not groups:
        return []
    if as_written:
        alike = [_known(group, language) for group in groups]
    else:
        alike = _alike(word_parts.split(groups, shop_id, language), shop_id, language, typing)
    rows = [(term, word, factor) for word, terms in enumerate(alike) for term, factor in terms.items()]
    terms, words, factors = map(list, zip(*rows, strict=True))
    wanted: dict[str, Any] = {"terms": terms, "words": words, "factors": factors, "asked": len(alike), "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_rank(len(alike)), {**wanted, "shop": shop_id, "language": language, "internal": internal})
        return [Hit(number, float(score)) for number, score in cursor.fetchall()]


def _groups(query: str, language: str) -> list[list[str]]:
    """The words that were typed, each in its forms; little ones are left out when others remain."""
    telling = [word for word in query.split() if word.strip("?!.,").lower() not in shop_words.little(language)]
    return text.query(" ".join(telling), [language]) or text.query(query, [language])


_ALIKE = """
SELECT typed.word, near.term FROM (VALUES {typed}) AS typed (word, keys, inside, first, middle, last, parts, beginning)
CROSS JOIN LATERAL (
    (SELECT term FROM knowledge_word WHERE language = %s AND typed.beginning <> '' AND term LIKE typed.beginning
     ORDER BY length(term), term LIMIT 60)
    UNION (SELECT term FROM knowledge_word WHERE language = %s AND cardinality(typed.inside) > 0
     AND grams @> typed.inside ORDER BY length(term), term LIMIT 60)
    UNION (SELECT term FROM knowledge_word WHERE language = %s AND term = ANY(typed.parts))
    UNION (SELECT term FROM knowledge_word WHERE language = %s AND cardinality(typed.first) > 0
     AND (grams @> typed.first OR grams @> typed.middle OR grams @> typed.last)
     AND NOT EXISTS (
        SELECT FROM knowledge_articleterm AS written
        WHERE written.shop_id = %s AND written.language = %s AND written.term = ANY(typed.keys)
     ) LIMIT 400)
) AS near
"""
_TYPED = "(%s, %s::varchar[], %s::varchar[], %s::varchar[], %s::varchar[], %s::varchar[], %s::varchar[], %s)"


def _alike(
    parted: list[tuple[list[str], set[str]]], shop_id: int, language: str, typing: bool
) -> list[dict[str, float]]:
    """For each word that was typed the words to look for, with how much each counts; in one query.

    A slip of the finger is thought of only where nobody of the shop wrote the word as it was typed.
    """
    groups = [group for group, _ends in parted]
    known = [{**dict.fromkeys(ends, END), **_known(group, language)} for group, ends in parted]
    if typing and len(groups[-1][0]) >= LEAST_LETTERS:
        meant = dict.fromkeys(shop_words.begun(groups[-1][0], language), BEGINNING * SAME)
        known[-1] = {**meant, **known[-1]}
    beginnings = ["" for _group in groups[:-1]] + [_beginning(groups[-1]) if typing else ""]
    rows = [_wanted(word, group, begins) for word, (group, begins) in enumerate(zip(groups, beginnings, strict=True))]
    with connection.cursor() as cursor:
        values = [value for row in rows for value in row]
        language_values: list[Any] = [language, language, language, language, shop_id, language]
        cursor.execute(_ALIKE.format(typed=", ".join([_TYPED] * len(rows))), [*values, *language_values])
        near: list[dict[str, float]] = [{} for _group in groups]
        for word, term in cursor.fetchall():
            begun = BEGINNING if beginnings[word] and term.startswith(beginnings[word][:-1]) else 0.0
            near[word][term] = max(begun, likeness(groups[word], term))
    best = [
        sorted((term for term in one if one[term]), key=lambda term: (-one[term], term))[:MOST_ALIKE] for one in near
    ]
    return [_either({term: near[at][term] for term in best[at]}, known[at]) for at in range(len(groups))]


def _either(one: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    return {term: max(one.get(term, 0.0), other.get(term, 0.0)) for term in {**one, **other}}


def _known(group: list[str], language: str) -> dict[str, float]:
    """The word itself in each of its forms, and what is known to mean the same."""
    found = dict.fromkeys(group, EXACT)
    for term in word_parts.verbs(group[0], language):
        found.setdefault(term, SAME)
    for term in shop_words.same(group, language):
        found.setdefault(term, SAME)
    if not any(map(str.isdigit, group[0])):
        for part in {part for key in group for part in shop_words.parts(key, language, LEAST_LETTERS)}:
            found.setdefault(part, PART)
            for term in shop_words.same([part], language):
                found.setdefault(term, PART * SAME)
    return found


def _beginning(group: list[str]) -> str:
    plain = group[0].replace("%", "").replace("_", "").replace("\\", "")
    return plain + "%" if len(plain) > 1 else ""


def _wanted(word: int, group: list[str], beginning: str) -> tuple[Any, ...]:
    """What the database is asked for one word: its letters by three, of which a slip leaves a part untouched."""
    plain = min((term for term in group if len(term) >= LEAST_LETTERS), key=len, default="")
    if not plain or any(map(str.isdigit, plain)):
        return word, group, [], [], [], [], [], beginning
    inside = [plain[at : at + 3] for at in range(len(plain) - 2)]
    padded = [f"^{plain}$"[at : at + 3] for at in range(len(plain))]
    each = 1 if len(plain) < LONG else 2
    middle = inside[(len(inside) - each) // 2 :][:each]
    ends = {part for term in group for size in range(LEAST_LETTERS, len(term)) for part in (term[:size], term[-size:])}
    return word, group, inside, padded[:each], middle, padded[-each:], sorted(ends), beginning


def likeness(group: list[str], term: str) -> float:
    """How well a written word may stand for one that was typed: 0 not at all."""
    return max((_likeness(typed, term) for typed in group if len(typed) >= LEAST_LETTERS), default=0.0)


def _likeness(typed: str, term: str) -> float:
    if len(term) > len(typed) and (term.startswith(typed) or term.endswith(typed)):
        return PART
    if len(typed) > len(term) > LEAST_LETTERS and (typed.startswith(term) or typed.endswith(term)):
        return PART * 0.8
    if len(term) == LEAST_LETTERS and len(typed) > LONG and typed.startswith(term):
        return PART * 0.5
    allowed = 1 if len(typed) < LONG else 2
    slips = OSA.distance(typed, term, score_cutoff=allowed)
    if 0 < slips <= allowed:
        return SLIP / slips
    in_compound = len(term) > len(typed) + allowed and min(
        OSA.distance(typed, part, score_cutoff=1)
        for length in (len(typed) - 1, len(typed), len(typed) + 1)
        for part in (term[:length], term[-length:])
    )
    return PART * SLIP if in_compound == 1 else 0.0
