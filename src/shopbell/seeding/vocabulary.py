"""What the made-up mails of one language are put together from, and which of its words are rare or common."""

from __future__ import annotations

from dataclasses import dataclass


def each(words: str) -> tuple[str, ...]:
    """The words of a list written in one line."""
    return tuple(words.split())


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Sentences may hold {product}, {model}, {number}, {town}, {day} and {name}.

    `common`: two words that about every fourth message has both of. `rare`: two words of which about one message in
    2,000 has one and one in 20,000 has both. `apart`: two words of which one message in ten has the one and one in ten
    the other, and none both.
    """

    language: str
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    towns: tuple[str, ...]
    products: tuple[str, ...]
    subjects: tuple[str, ...]
    greetings: tuple[str, ...]
    questions: tuple[str, ...]
    details: tuple[str, ...]
    closings: tuple[str, ...]
    answers: tuple[str, ...]
    tags: tuple[str, ...]  # the first on many conversations, the last on few
    common_sentence: str
    common: tuple[str, str]
    rare: tuple[str, str]
    apart: tuple[str, str]
    apart_sentences: tuple[str, str]
    rare_sentence: str  # holds {rare}
