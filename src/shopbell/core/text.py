"""Plain text: made clean, made short, made findable, with the found words marked.

The search normaliser turns a text into terms (`terms`, `document`) and a search into groups of variants (`query`).
PostgreSQL only stores and intersects them, so a search behaves alike on every version and in every language:

    INSERT … array_to_tsvector(%s)   with terms(text, language)      or   %s::tsvector   with document(text, language)
    WHERE vector @@ %s::tsquery      with tsquery(query(what was typed))

All terms consist of letters and digits only, so they need no quoting anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from shopbell.core import words

MAX_TERMS = 1_500  # per document: GIN entries, and a bound for hostile mails
MAX_CHARACTERS = 100_000  # of a text that are looked at for search
MAX_HIGHLIGHTED = 20_000  # characters of a text that are looked at for highlighting
MAX_QUERY_WORDS = 12
QUERY_LANGUAGES = ("de", "da", "en", "et")

# C0 and C1 controls except tab and newline, lone surrogates, and what PostgreSQL cannot store (NUL).
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_NEWLINE = re.compile("\r\n?|[\x85\u2028\u2029]")
# Marks that change the direction of what follows, and characters without width: never in a list row or file name.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)

_TOKEN = re.compile(r"[^\W_]+(?:[-'’./:_@+&=?#%~]+[^\W_]+)*")
_PARTS = re.compile(r"[^\W_]+")
_ARTICLE_NUMBER = re.compile(r"([a-z]{1,6})(\d{3,})")
_PHRASE = re.compile(r'"([^"]*)"')


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Words so common that they only slow a search down; dropped from a query that has other words.
_COMMON = _set(
    """the a an and or of to is are was be it i you we my your in on at for with not this that have has
    der die das ein eine einen dem den des und oder ist sind war ich sie wir mein meine es zu im mit auf von nicht
    en et og eller er var jeg du vi min mit det den de til i på af med ikke som har
    ja või on oli ma te me minu see ei ka kui et mis"""
)


def clean(text: str) -> str:
    """The text with \\n as its only line end and without NUL, control characters and lone surrogates."""
    return _CONTROL.sub("", _NEWLINE.sub("\n", text))


def truncate(text: str, length: int) -> str:
    """At most `length` characters; a cut is marked by … and made between words where one ends in the second half."""
    if len(text) <= length:
        return text
    if length < 1:
        return ""
    space = text.rfind(" ", length // 2, length)
    return text[: space if space > 0 else length - 1].rstrip() + "…"


def is_blank(text: str) -> bool:
    """Whether there is nothing to see in it: spaces, controls and characters without width only."""
    return all(unicodedata.category(sign)[0] in "CZ" for sign in text)


def preview(text: str, length: int = 140) -> str:
    """One line for a list: no control, direction or invisible characters, white space collapsed, at most `length`."""
    head = _INVISIBLE.sub("", clean(text[: length * 20 + 1_000]))
    return truncate(" ".join(head.split()), length)


def terms(text: str, language: str = "") -> list[str]:
    """Distinct search terms in order of appearance: base forms by language (ISO 639-1), folded (see `words`).

    An order number, a hyphenated word or an address gives its whole (SB-1042 → sb1042) and its parts (sb, 1042).
    At most MAX_TERMS terms from the first MAX_CHARACTERS characters. Fit for array_to_tsvector.
    """
    found: dict[str, None] = {}
    for token in _tokens(text):
        for term in _token_terms(token, language):
            found[term] = None
        if len(found) >= MAX_TERMS:
            return list(found)[:MAX_TERMS]
    return list(found)


def frequencies(text: str, language: str = "") -> Counter[str]:
    """How often each term occurs, counted in the first MAX_CHARACTERS characters."""
    return Counter(term for token in _tokens(text) for term in _token_terms(token, language))


def warm(languages: Iterable[str] = QUERY_LANGUAGES) -> None:
    """Load now what the first word of these languages would load: Estonian takes a second and 34 MB."""
    for language in languages:
        words.keys("a", language)


def document(text: str, language: str = "") -> str:
    """The terms separated by spaces: a valid tsvector literal (`%s::tsvector`)."""
    return " ".join(terms(text, language))


def query(text: str, languages: Sequence[str] = QUERY_LANGUAGES) -> list[list[str]]:
    """What was typed, as groups: a document matches when it has at least one term of every group.

    The language of a search is not known, so a group holds the word's key in each of the languages, the plain word
    first. Very common words are left out when others remain, except in a quoted phrase (whose words are all required,
    in any order). At most MAX_QUERY_WORDS words.
    """
    quoted = [token for phrase in _PHRASE.findall(text) for token in _tokens(phrase)]
    free = list(_tokens(_PHRASE.sub(" ", text)))
    rare = [token for token in free if token not in _COMMON]
    chosen = dict.fromkeys(quoted + (rare if rare or quoted else free))
    groups: list[list[str]] = []
    for token in list(chosen)[:MAX_QUERY_WORDS]:
        groups.extend(group for group in _token_groups(token, tuple(languages)) if group not in groups)
    return groups


def tsquery(groups: Iterable[Sequence[str]], *, prefix: bool = False) -> str:
    """The groups as a tsquery literal (`%s::tsquery`), "" for none; `prefix`: the last one matches beginnings too."""
    listed = [list(group) for group in groups]
    parts = [" | ".join(group) for group in listed]
    if prefix and parts:
        parts[-1] = " | ".join(f"{term}:*" for term in listed[-1])
    return " & ".join(f"({part})" for part in parts)


def highlight(text: str, search: str, length: int = 160) -> list[tuple[str, bool]]:
    """A one-line extract around the first word of `search` found in the text, as (piece, is a found word).

    Words match by their base form in any language, or by their beginning (from 3 letters on).
    """
    line, wanted = preview(text, MAX_HIGHLIGHTED), _wanted(search)
    begin = 0
    hits: list[tuple[int, int]] = []
    for match in _PARTS.finditer(line):
        if hits and match.start() > begin + length:
            break
        if _is_wanted(match[0].lower(), wanted):
            begin = begin if hits else _extract_start(line, match.start(), length)
            hits.append(match.span())
    extract = truncate(line[begin:], length)
    return list(_pieces(extract, [(a - begin, b - begin) for a, b in hits], lead="…" if begin else ""))


def has_all(text: str, groups: Iterable[Sequence[str]]) -> bool:
    """Does the text have a word of every group of variants, as `query` makes them?"""
    spoken = {word.lower() for word in _PARTS.findall(preview(text, MAX_HIGHLIGHTED))}
    return all(any(_is_wanted(word, wanted) for word in spoken) for wanted in map(_by_beginning, groups))


def has_phrase(text: str, phrase: str) -> bool:
    """Do the words of the phrase stand in the text one behind the other, each in any of its forms?"""
    spoken = [word.lower() for word in _PARTS.findall(preview(text, MAX_HIGHLIGHTED))]
    wanted = [_by_beginning(words.variants(word.lower(), QUERY_LANGUAGES)) for word in _PARTS.findall(phrase)]
    beginnings = range(len(spoken) - len(wanted) + 1)
    return any(all(map(_is_wanted, spoken[at : at + len(wanted)], wanted)) for at in beginnings)


def _extract_start(line: str, hit: int, length: int) -> int:
    """Where an extract begins so that the hit stands in its first third, at a word's start if one is near."""
    if hit < length * 2 // 3:
        return 0
    begin = hit - length // 3
    space = line.find(" ", begin, hit)
    return space + 1 if space >= 0 else begin


Wanted = dict[str, list[str]]  # terms by their first two letters


@lru_cache(maxsize=100)
def _wanted(search: str) -> Wanted:
    return _by_beginning(term for group in query(search) for term in group)


def _by_beginning(terms: Iterable[str]) -> Wanted:
    found: Wanted = {}
    for term in dict.fromkeys(terms):
        found.setdefault(term[:2], []).append(term)
    return found


def _is_wanted(word: str, wanted: Wanted) -> bool:
    plain = words.respell(word)
    near = wanted.get(plain[:2])  # base forms begin alike: few words need theirs
    if not near or plain.startswith(tuple(term for term in near if len(term) >= 3)):
        return bool(near)
    return not set(near).isdisjoint(words.variants(word, QUERY_LANGUAGES))


def _pieces(text: str, hits: Iterable[tuple[int, int]], lead: str) -> Iterator[tuple[str, bool]]:
    position = 0
    for start, end in hits:
        if end > len(text):
            break
        if lead + text[position:start]:
            yield lead + text[position:start], False
        yield text[start:end], True
        position, lead = end, ""
    if lead + text[position:]:
        yield lead + text[position:], False


def _tokens(text: str) -> Iterator[str]:
    """Lower-case tokens, compounds and addresses in one piece. NFKC first: a decomposed ü would end a word."""
    head = _INVISIBLE.sub("", text[:MAX_CHARACTERS])
    if not head.isascii():
        head = unicodedata.normalize("NFKC", head)[:MAX_CHARACTERS]
    return (match[0] for match in _TOKEN.finditer(head.lower()))


@lru_cache(maxsize=20_000)
def _token_terms(token: str, language: str) -> tuple[str, ...]:
    whole, parts = _split(token)
    found = [key for part in parts for key in words.keys(part, language)]
    return (*words.keys(whole, language), *found) if whole else tuple(found)


def _token_groups(token: str, languages: tuple[str, ...]) -> list[list[str]]:
    """A compound may be found by its whole or by all of its parts: (whole | part) for every part."""
    whole, parts = _split(token)
    alternatives = list(words.variants(whole, languages)) if whole else []
    return [list(dict.fromkeys([*alternatives, *words.variants(part, languages)])) for part in parts]


def _split(token: str) -> tuple[str, list[str]]:
    """A token's whole without its punctuation ("" when it has none or is too long for a number or address), and its
    parts: at most 12, none longer than a term may be."""
    parts = _PARTS.findall(token)
    if len(parts) == 1:
        number = _ARTICLE_NUMBER.fullmatch(token)
        return (token, [number[1], number[2]]) if number else ("", [token[: words.MAX_TERM]])
    whole = "".join(parts)
    is_sentence = "." in token and "@" not in token and not any(map(str.isdigit, token))
    kept = [part for part in parts if len(part) <= words.MAX_TERM][:12]
    return ("" if is_sentence or len(whole) > words.MAX_TERM or "//" in token else whole), kept or [parts[0]]
