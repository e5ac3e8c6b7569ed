"""What a word that was typed is made of: the two words of a compound, the verb of a German participle.

German, Danish and Estonian write compounds as one word, and everybody makes their own (suurustabel, where the article
says suuruste tabel). One that nobody wrote is taken for the two words it is made of, where both were written.
"""

from __future__ import annotations

import re
from os.path import commonprefix

from django.db import connection

from shopbell.core import words

LEAST_LETTERS = 3  # of a part
LEAST_ALONE = 4  # of a part that is looked for without the other
LEAST_OF_ALL = 7
MOST_CUT = 2
_LINKS = {"de": ("", "s", "es", "n"), "da": ("", "s", "e"), "et": ("",), "en": ("",)}
_PREFIXES = "ab|an|auf|aus|bei|ein|fest|frei|her|hin|los|mit|nach|um|vor|weg|weiter|zu|zuruck|zusammen"
_PARTICIPLE = re.compile(rf"({_PREFIXES})ge(\w{{3,}}?)(?:t|en)")


_WRITTEN = """
SELECT each FROM unnest(%s::text[]) AS each WHERE EXISTS (
    SELECT FROM knowledge_articleterm AS written
    WHERE written.shop_id = %s AND written.language = %s AND written.term = each
)
"""


def split(groups: list[list[str]], shop_id: int, language: str) -> list[tuple[list[str], set[str]]]:
    """The words that were typed, each in its forms; a compound nobody of the shop wrote as the two it is made of. With
    each, where only one of the two was written, the keys of that one (gav of gaveindpakning).
    """
    longest = [max(group, key=len) for group in groups]
    halves = {at: _halves(word, language) for at, word in enumerate(longest) if _may_be_two(word)}
    wanted = {key for each in halves.values() for pair in each for keys in pair for key in keys}
    wanted |= {key for at in halves for key in groups[at]}
    written = _written(wanted, shop_id, language)
    found: list[tuple[list[str], set[str]]] = []
    for at, group in enumerate(groups):
        whole = [key for key in group if len(key) >= len(longest[at]) - MOST_CUT]
        pairs = [] if written.intersection(whole) else halves.get(at, [])
        known = [pair for pair in pairs if all(written.intersection(keys) for keys in pair)]
        best = max(known, key=lambda pair: min(len(pair[0][0]), len(pair[1][0])), default=None)
        if best:
            found += [([*group, *keys], set()) for keys in best]
        else:
            found.append((group, _ends(longest[at], pairs) & written))
    return found


def _written(wanted: set[str], shop_id: int, language: str) -> set[str]:
    """Which of these the articles of a shop have."""
    if not wanted:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, [sorted(wanted), shop_id, language])
        return {term for (term,) in cursor.fetchall()}


def _may_be_two(word: str) -> bool:
    return len(word) >= LEAST_OF_ALL and word.isalpha()


def _halves(word: str, language: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Every way to take it for two words: the keys of each."""
    cuts = range(LEAST_LETTERS, len(word) - LEAST_LETTERS + 1)
    return [(_first(word[:cut], language), _keys(word[cut:], language)) for cut in cuts]


def _ends(word: str, pairs: list[tuple[tuple[str, ...], tuple[str, ...]]]) -> set[str]:
    """The keys of each part that is long enough to stand alone."""
    sized = (
        ((first, cut), (second, len(word) - cut)) for cut, (first, second) in enumerate(pairs, start=LEAST_LETTERS)
    )
    return {key for both in sized for keys, letters in both if letters >= LEAST_ALONE for key in keys}


def _keys(part: str, language: str) -> tuple[str, ...]:
    """Its keys, but none that a dictionary guessed by cutting off half the word."""
    found = words.keys(part, language)
    return tuple(key for key in found if len(commonprefix([key, part])) >= len(part) - MOST_CUT) or (part,)


def _first(part: str, language: str) -> tuple[str, ...]:
    """The keys of a first part, with and without what links it to the second: størrelse-s-skema, saatmi(s)ne."""
    links = (link for link in _LINKS.get(language, ("",)) if part.endswith(link))
    bare = [part.removesuffix(link) for link in links]
    if language == "et" and part.endswith("mis"):
        bare.append(f"{part[:-1]}ne")
    long = (each for each in bare if len(each) >= LEAST_LETTERS)
    return tuple(dict.fromkeys(key for each in long for key in _keys(each, language)))


def verbs(word: str, language: str) -> list[str]:
    """Of a German participle the key of its verb, and of the verb without its prefix: umgetauscht, tauschen … um."""
    found = _PARTICIPLE.fullmatch(word) if language == "de" else None
    if found is None:
        return []
    return [key for stem in (found[1] + found[2], found[2]) for key in words.keys(stem, language)]
