"""Names in Cyrillic and Greek letters beside the same names in Latin ones, however those were spelt.

Юрий is Yuri, Juri, Iurii: both are brought to one plain spelling, and what is left apart may differ a little.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from shopbell.core import words

APART = 1 / 3  # of the longer word: more and they are two names
_CYRILLIC = dict(zip("абвгдезийклмнопрстуфхыэ", "abvgdeziiklmnoprstufhie", strict=True)) | {
    **{"ж": "z", "ц": "ts", "ч": "ts", "ш": "s", "щ": "sts", "ю": "iu", "я": "ia", "ь": "", "ъ": "", "ё": "e"},
    **{"і": "i", "ї": "i", "є": "ie", "ґ": "g", "ў": "u", "ј": "i", "љ": "li", "њ": "ni", "ћ": "ts", "ђ": "d"},
}
_GREEK = dict(zip("αβγδεζηικλμνοπρσςτυφχω", "avgdeziiklmnoprsstifho", strict=True)) | {"θ": "th", "ξ": "x", "ψ": "ps"}
_LETTERS = str.maketrans(_CYRILLIC | _GREEK)
_PAIRS = (("ου", "u"), ("μπ", "b"), ("ντ", "d"), ("αι", "e"), ("ει", "i"), ("οι", "i"))
# Spellings of one sound in English, German, Estonian and French, the longest first.
_SPELLINGS = (
    *(("schtsch", "sts"), ("shch", "sts"), ("stsh", "sts"), ("tsch", "ts"), ("tch", "ts"), ("sch", "s")),
    *(
        ("sh", "s"),
        ("zh", "z"),
        ("kh", "h"),
        ("ch", "ts"),
        ("ou", "u"),
        ("ks", "x"),
        ("w", "v"),
        ("j", "i"),
        ("y", "i"),
        ("oi", "i"),
        ("ei", "i"),
        ("ai", "e"),
    ),
)
_GLIDE = re.compile(r"i+(?=[aeou])")  # Evgeni is Jevgeni


def is_foreign(tokens: Sequence[str]) -> bool:
    """Whether a name is written in Cyrillic or Greek letters."""
    return any(sign in _CYRILLIC or sign in _GREEK for token in tokens for sign in token)


def is_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two names in different letters are one: as many words, each sounding like one of the other's."""
    if len(one) != len(other) or is_foreign(one) == is_foreign(other):
        return False
    left = [plain(token) for token in other]
    for token in map(plain, one):
        near = next((each for each in left if _is_near(token, each)), None)
        if near is None:
            return False
        left.remove(near)
    return True


def _is_near(one: str, other: str) -> bool:
    longer = max(len(one), len(other))
    return one[:1] == other[:1] and OSA.distance(one, other) <= longer * APART


@lru_cache(maxsize=10_000)
def plain(token: str) -> str:
    """One spelling of a word: Щукин, Shchukin and Štšukin are stsukin."""
    token = words.fold(token.lower())
    for pair, sound in _PAIRS:
        token = token.replace(pair, sound)
    token = token.translate(_LETTERS)
    for written, sound in _SPELLINGS:
        token = token.replace(written, sound)
    token = _GLIDE.sub("", token)
    return "".join(sign for at, sign in enumerate(token) if at == 0 or sign != token[at - 1])
