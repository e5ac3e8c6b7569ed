"""The language a mail is written in."""

import importlib
import re
from collections import defaultdict
from functools import cache
from operator import itemgetter
from typing import Protocol

from .language_words import LETTERS, TELLING, WORDS

#: Characters looked at; more tell nothing more.
MAX_CHARACTERS = 4000
#: Words from which on a text speaks for itself.
_ENOUGH_WORDS = 4
#: What the model may answer; its names for Norwegian are "no" and "nn".
_MODEL_LANGUAGES = [
    "en",
    "de",
    "da",
    "et",
    "sv",
    "fi",
    "no",
    "nn",
    "nl",
    "fr",
    "es",
    "it",
    "pl",
    "pt",
    "cs",
    "sk",
    "lv",
    "lt",
    "hu",
    "ro",
    "ru",
    "uk",
    "tr",
    "hr",
    "sl",
    "el",
    "is",
    "bg",
    "ja",
    "zh",
    "ko",
    "ca",
    "ar",
    "he",
    "sr",
]
_TAGS = {"no": "nb", "nn": "nb"}

_NOT_WORDS = re.compile(r"\S{0,200}(?:@|://|www\.)\S{0,200}")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
)
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")


Scores = dict[str, float]


class _Model(Protocol):
    def rank(self, text: str) -> list[tuple[str, float]]:
        """Languages with their probabilities, the likeliest first."""


def detect(text: str, hint: str = "") -> str:
    """The BCP 47 primary tag of the text's language ("de", "nb" …), "" when that cannot be told.

    `hint` (the conversation's language, or the shop's) decides when fewer than four words leave it open, and between
    languages that look alike; Danish before Norwegian unless Norwegian words speak.
    """
    hint = _TAGS.get(primary(hint), primary(hint))
    words = _WORD.findall(_NOT_WORDS.sub(" ", text[:MAX_CHARACTERS]).lower())
    if not words:
        return hint
    by_script = _by_script("".join(words))
    if by_script:
        return by_script
    scores = _scores(words, hint)
    if _is_clear(scores, len(words)):
        return _settled(scores, hint)
    if len(words) < _ENOUGH_WORDS and hint:
        return hint
    return _by_model(" ".join(words), len(words), scores, hint)


def primary(tag: str) -> str:
    """The primary part of a BCP 47 tag or a locale name: "de" of "de-AT" and "de_AT"."""
    return re.split(r"[-_.]", tag.strip().lower(), maxsplit=1)[0]


def _by_script(letters: str) -> str:
    for language, pattern in _SCRIPTS:
        if len(pattern.findall(letters)) * 3 > len(letters):
            return language
    cyrillic = len(_CYRILLIC.findall(letters))
    if cyrillic * 2 <= len(letters):
        return ""
    if any(letter in letters for letter in "іїєґ"):
        return "uk"
    return "ru" if any(letter in letters for letter in "ыэё") or cyrillic < 60 else ""


@cache
def _weights() -> dict[str, dict[str, float]]:
    """For each known word its weight per language: a word of few languages weighs more, a telling one most."""
    table: dict[str, dict[str, float]] = {}
    for language, words in WORDS.items():
        for word in words.split():
            table.setdefault(word, {})[language] = 1.0
    for weights in table.values():
        for language in weights:
            weights[language] = {1: 1.5, 2: 1.0, 3: 0.6}.get(len(weights), 0.4)
    for language, words in TELLING.items():
        for word in words.split():
            table.setdefault(word, {})[language] = 2.5
    return table


def _scores(words: list[str], hint: str) -> Scores:
    scores: Scores = defaultdict(float)
    table = _weights()
    for word in words[:300]:
        for language, weight in table.get(word, {}).items():
            scores[language] += weight
        for letter in set(word) & LETTERS.keys():
            for language in LETTERS[letter].split():
                scores[language] += 0.5
    if hint in scores:
        scores[hint] += 0.5
    return scores


def _is_clear(scores: Scores, words: int) -> bool:
    """Whether the small words settle it: enough of them, and well ahead of the next language."""
    ranked = sorted(scores.items(), key=itemgetter(1), reverse=True)[:3]
    if not ranked or ranked[0][1] < (1.5 if words < _ENOUGH_WORDS else min(6.0, 0.35 * words + 0.6)):
        return False
    rivals = ranked[1:]
    if {ranked[0][0], *(language for language, _ in rivals[:1])} == {"da", "nb"}:
        rivals = rivals[1:]
    return not rivals or ranked[0][1] >= 1.4 * rivals[0][1] + 0.4


def _settled(scores: Scores, hint: str) -> str:
    best = max(scores, key=lambda language: scores[language])
    if best not in ("da", "nb"):
        return best
    lead = scores.get("nb", 0.0) - scores.get("da", 0.0)
    if abs(lead) < 1.0 and hint in ("da", "nb"):
        return hint
    return "nb" if lead >= 1.0 else "da"


def _by_model(text: str, words: int, scores: Scores, hint: str) -> str:
    """The model's answer weighed with the small words; "" where even that is a guess."""
    ranked: Scores = defaultdict(float)
    for language, probability in _model().rank(text)[:12]:
        ranked[_TAGS.get(language, language)] += probability
    total = sum(scores.values()) or 1.0
    for language in list(ranked):
        ranked[language] += 0.6 * scores.get(language, 0.0) / total + (0.15 if language == hint else 0.0)
    language, certainty = max(ranked.items(), key=itemgetter(1))
    if language in ("da", "nb"):
        return _settled({"da": 3 * ranked["da"], "nb": 3 * ranked["nb"]}, hint)
    return language if certainty >= (0.5 if words >= _ENOUGH_WORDS else 0.75) else hint


@cache
def _model() -> _Model:
    """py3langid, restricted, loaded at first need only: numpy and its table take a second and 100 MB, and small words
    settle nearly every mail without it. Hence the import here and not at the top."""
    langid = importlib.import_module("py3langid.langid")
    model = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    model.set_languages(_MODEL_LANGUAGES)
    # The full table is needed only to lift the restriction again; without it the model holds 30 MB less.
    model._full_model = (model.nb_ptc, model.nb_pc, model.nb_classes)
    ranked: _Model = model
    return ranked
