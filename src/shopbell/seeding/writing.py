"""Made-up people and their mails, drawn from a vocabulary by a seeded random number generator."""

from __future__ import annotations

from random import Random

from shopbell.seeding import danish, english, estonian, german
from shopbell.seeding.vocabulary import Vocabulary, each

LANGUAGES = {one.language: one for one in (german.WORDS, danish.WORDS, english.WORDS, estonian.WORDS)}
_SYLLABLES = each("ba de fi go hu ka le mi no pu ra se ti vo wu ja ke li mo nu pa re si to va")
COMMON, APART, RARE, BOTH_RARE = 0.25, 0.1, 1 / 2_000, 1 / 20_000  # shares of messages


def name(words: Vocabulary, random: Random) -> str:
    """First and last name."""
    return f"{random.choice(words.first_names)} {random.choice(words.last_names)}"


def subject(words: Vocabulary, random: Random) -> str:
    return random.choice(words.subjects).format_map(_values(words, random, ""))


def question(words: Vocabulary, random: Random, who: str) -> str:
    """What a customer writes: some thirty to sixty words."""
    sentences = [random.choice(words.questions), random.choice(words.details), *_marked(words, random)]
    if random.random() < 0.5:
        sentences.append(random.choice(words.details))
    return _mail(words, random, who, sentences)


def answer(words: Vocabulary, random: Random, who: str) -> str:
    """What an agent writes."""
    return _mail(words, random, who, [random.choice(words.answers), *_marked(words, random)])


def tags(words: Vocabulary, random: Random) -> list[str]:
    """None, one or two of the tags."""
    return sorted({random.choice(words.tags[:most]) for most in (1, 3, 8) if random.random() < 0.3})


def _mail(words: Vocabulary, random: Random, who: str, sentences: list[str]) -> str:
    text = f"{random.choice(words.greetings)}\n\n{' '.join(sentences)}\n\n{random.choice(words.closings)}"
    return text.format_map(_values(words, random, who))


def _marked(words: Vocabulary, random: Random) -> list[str]:
    """The sentences whose words are the common, the rare and the separate pair (see Vocabulary)."""
    sentences = [words.common_sentence] if random.random() < COMMON else []
    draw = random.random()
    if draw < 2 * APART:
        sentences.append(words.apart_sentences[draw < APART])
    draw = random.random()
    if draw < BOTH_RARE:
        sentences.append(words.rare_sentence.format(rare=" ".join(words.rare)))
    elif draw < 2 * RARE:
        sentences.append(words.rare_sentence.format(rare=words.rare[draw < RARE]))
    return sentences


def _values(words: Vocabulary, random: Random, who: str) -> dict[str, str]:
    return {
        "product": random.choice(words.products),
        "model": _model(random),
        "number": f"SB-{random.randrange(100_000, 10_000_000)}",
        "town": random.choice(words.towns),
        "day": f"{random.randrange(1, 29)}.{random.randrange(1, 13)}.",
        "name": who,
    }


def _model(random: Random) -> str:
    """One of 15,625 invented names, some of them much more often than others."""
    rank = int(15_625 ** random.random())
    return (_SYLLABLES[rank % 25] + _SYLLABLES[rank // 25 % 25] + _SYLLABLES[rank // 625 % 25]).capitalize()
