"""The language a mail is written in."""

import importlib
import math
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

_PRIMARY = re.compile(r"[a-z]{2,3}")
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
    scores = _scores(words)
    if _is_settled(scores, len(words)):
        return _dane_or_norwegian(scores, hint)
    return _weighed(words, scores, hint)


def primary(tag: str) -> str:
    """The primary part of a BCP 47 tag or a locale name: "de" of "de-AT" and "de_AT"; "" when it is neither."""
    first = re.split(r"[-_.]", tag.strip().lower(), maxsplit=1)[0]
    return first if _PRIMARY.fullmatch(first) else ""


def _by_script(letters: str) -> str:
    for language, pattern in _SCRIPTS:
        if len(pattern.findall(letters)) * 3 > len(letters):
            return language
    if len(_CYRILLIC.findall(letters)) * 2 > len(letters):
        return (
            "uk"
            if any(letter in letters for letter in "їєґ")
            else "ru"
            if any(letter in letters for letter in "ыэё")
            else ""
        )
    return ""


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


def _scores(words: list[str]) -> Scores:
    """Points per language for its small words and letters."""
    scores: Scores = defaultdict(float)
    table = _weights()
    for word in words[:300]:
        for language, weight in table.get(word, {}).items():
            scores[language] += weight
        for letter in set(word) & LETTERS.keys():
            for language in LETTERS[letter].split():
                scores[language] += 0.5
    return scores


def _is_settled(scores: Scores, words: int) -> bool:
    """Whether small words alone settle it, so that the model need not be asked: many, and twice the next language's."""
    ranked = sorted(scores.items(), key=itemgetter(1), reverse=True)
    if not ranked or ranked[0][1] < max(2.5, 0.25 * words):
        return False
    rivals = [score for language, score in ranked[1:] if {language, ranked[0][0]} != {"da", "nb"}]
    return ranked[0][1] >= 2 * (rivals[0] if rivals else 0.0) + (0.5 if words < _ENOUGH_WORDS else 3.0)


def _dane_or_norwegian(scores: Scores, hint: str) -> str:
    """The language with most points; of Danish and Norwegian the hint where they are near, else Danish."""
    best = max(scores, key=lambda language: scores[language])
    if best not in ("da", "nb"):
        return best
    lead = scores.get("nb", 0.0) - scores.get("da", 0.0)
    if abs(lead) < 1.0 and hint in ("da", "nb"):
        return hint
    return "nb" if lead >= 1.0 else "da"


def _weighed(words: list[str], scores: Scores, hint: str) -> str:
    """The model's answer, the small words and the hint weighed as independent evidence; "" where they leave it open."""
    likely: Scores = defaultdict(float)
    for language, probability in _model().rank(" ".join(words)):
        likely[_TAGS.get(language, language)] += probability
    few = len(words) < _ENOUGH_WORDS
    evidence = {language: math.log(share + 1e-4) + scores.get(language, 0.0) for language, share in likely.items()}
    if hint in evidence:
        evidence[hint] += 3.0 if few else 1.0
    evidence["da"] += 0.5
    best = max(evidence, key=lambda language: evidence[language])
    certainty = 1 / sum(math.exp(evidence[language] - evidence[best]) for language in evidence)
    if certainty >= (0.6 if few and hint else 0.4):
        return best
    return hint


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
