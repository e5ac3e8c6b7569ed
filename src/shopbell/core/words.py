"""From a word to the keys it is filed and found under: base form first, spelling second.

Base forms come from Snowball (PyStemmer), for Estonian from simplemma's dictionary: Snowball gives tellimus, tellimuse
and tellimuste three different stems.

Two spellings must end in one key: Rücksendung, Ruecksendung and rucksendung; Søren, Soeren and Soren; õige and oige.
So every mark is dropped, and the ASCII spellings ae, oe, ue, aa are read as the letter they stand for. The price is
that some different words meet (does/dos, Staat/Stat, Danish får/far, Estonian saada/sada only in a query): a few hits
too many are better than a mail that cannot be found. What is *not* folded: a digraph after a vowel or q (neue, Steuer,
Quelle keep their letters) and, in languages that write no umlauts as digraphs, ae/oe/ue/aa at all (Estonian koer, aeg,
Finnish and Dutch double vowels).
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

import Stemmer
from simplemma import Lemmatizer
from simplemma.strategies import DefaultStrategy

MAX_TERM = 60  # characters

_ALGORITHMS = {
    "de": "german",
    "en": "english",
    "da": "danish",
    "nb": "norwegian",
    "nn": "norwegian",
    "no": "norwegian",
    "sv": "swedish",
    "fi": "finnish",
    "nl": "dutch",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "pl": "polish",
}
_SCANDINAVIAN = {"da", "nb", "nn", "no", "sv"}

# Forms the dictionary files under a rarer word of the same spelling.
_ESTONIAN = {
    "pakke": "pakk",
    "kaupa": "kaup",
    "särgi": "särk",
    "hindu": "hind",
    "kinke": "kink",
    "suuruse": "suurus",
    "suurused": "suurus",
    "suuruste": "suurus",
    "suurust": "suurus",
    "suurusega": "suurus",
    "suurusi": "suurus",
}

_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "a", "œ": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ŋ": "n", "ħ": "h"}
)
_DIGRAPH = re.compile(r"(?<![aeiouyq])([aou])e")
_SCANDINAVIAN_DIGRAPH = re.compile(r"(?<![aeiouyq])(?:([ao])e|(a)a)")

# One Snowball object must not be used by two threads at once.
_local = threading.local()


def fold(word: str) -> str:
    """The lower-case word without marks: ä, å, æ → a; ö, ø, õ → o; ü → u; ß → ss; š → s."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word.translate(_LETTERS))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@lru_cache(maxsize=20_000)
def respell(word: str) -> str:
    """As `fold`, and the ASCII spellings of umlauts and Scandinavian letters become the same letter."""
    return _DIGRAPH.sub(r"\1", fold(word)).replace("aa", "a")


def _stemmer(algorithm: str) -> Callable[[str], str]:
    stemmers: dict[str, Stemmer.Stemmer] | None = getattr(_local, "stemmers", None)
    if stemmers is None:
        stemmers = _local.stemmers = {}
    if algorithm not in stemmers:
        stemmers[algorithm] = Stemmer.Stemmer(algorithm, 0)
    stem: Callable[[str], str] = stemmers[algorithm].stemWord
    return stem


@cache
def _lemmatizer() -> Lemmatizer:
    """Estonian: 34 MB and about a second, paid on the first Estonian word (the fast variant would cost 226 MB)."""
    return Lemmatizer(cache_max_size=1, lemmatization_strategy=DefaultStrategy(low_memory=True))


def _estonian(word: str) -> tuple[str, ...]:
    """The lemma; and, where it has marks and is inflected, the bare form: who types no õ has no dictionary."""
    lemma = fold(_ESTONIAN.get(word) or _lemmatizer().lemmatize(word, "et").lower())
    bare = fold(word)
    return (lemma,) if bare in (word, lemma) else (lemma, bare)


def _stemmed(word: str, language: str) -> str:
    stem = _stemmer(_ALGORITHMS[language])
    if language == "de":  # Snowball's German knows ä = ae, ß = ss
        return respell(stem(word))
    if language == "en":
        return respell(stem(fold(word)))
    if language in _SCANDINAVIAN:
        return stem(_SCANDINAVIAN_DIGRAPH.sub(r"\1\2", fold(word)))
    return fold(stem(word))


@lru_cache(maxsize=8_000)
def keys(word: str, language: str) -> tuple[str, ...]:
    """The keys of one lower-case word in a document of that language ("" or unknown: the word itself and its English
    stem). Never empty for a non-empty word; each at most MAX_TERM characters."""
    if any(map(str.isdigit, word)):
        return (fold(word)[:MAX_TERM],)
    if language == "et":
        found = _estonian(word)
    elif language in ("de", "da", "en"):
        found = (_stemmed(word, language),)
    elif language in _ALGORITHMS:
        found = (_stemmed(word, language), respell(word))
    else:
        found = (respell(word), _stemmed(word, "en"))
    return tuple(dict.fromkeys(key[:MAX_TERM] for key in found if key)) or (word[:MAX_TERM],)


@lru_cache(maxsize=2_000)
def variants(word: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """All keys under which a word of unknown language may have been filed by any of the languages, plainest first."""
    found = [respell(word)[:MAX_TERM], fold(word)[:MAX_TERM]]
    for language in ("", *languages):
        found.extend(keys(word, language))
    return tuple(dict.fromkeys(found))
