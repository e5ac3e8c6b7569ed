"""The line over a quote: "On Monday, 3 May 2021 at 10:15, Jane Doe <jane@example.com> wrote:" in any language."""

import html
import re

from .parties import ADDRESS
from .phrases import FIRST_PERSON, OPENERS, WROTE, WROTE_UNSPACED, fold

#: Lines over which a program wraps it, and characters it has at most.
MAX_LINES, MAX_LENGTH = 4, 500

_WROTE = re.compile(
    rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(WROTE, key=len, reverse=True)))})(?!\w)", re.IGNORECASE
)
_TIME = re.compile(r"(?<![\d:.])\d{1,2}\s?[:.hH時时]\s?\d{2}(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DAY = re.compile(r"(?<!\d)\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2,4}(?!\d)|(?<!\d)\d{4}[-./年]\s?\d{1,2}")
_BRACKETED = re.compile(rf"[<(\[]\s?(?:mailto:)?{ADDRESS.pattern}")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\s,;:()<>\"“”„«»]+")
_MIDWAY = re.compile(
    r"(?<=\s)(?:(?:On|Am|Den|Le|El|Il|Op|Em|Dne|Dňa|Dnia|W dniu|Kuupäev|På|Pe)\s(?=[^<@]{0,30}\d)"
    r"|\d{1,2}[./]\d{1,2}[./]\d{2,4}(?=[ ,]))"
)
_AROUND = " \t-‐–—_*|\xa0\ufeff\u200b"
_AUXILIARIES = frozenset(
    [
        "a",
        "ha",
        "hat",
        "heeft",
        "je",
        "ezt",
        "har",
        "şunu",
        "has",
        "il",
        "het",
        "volgende",
        "følgende",
        "following",
        "the",
        "napisał",
        "w",
        "tym",
    ]
)
_BRACKET_WRAPPED = (
    ">:",
    "> :",
    ">, ",
    "> wrote",
    "> a écrit",
    "> skrev",
    "> schrieb",
    "> escribió",
    "> ha scritto",
    ">:",
)
_SENTENCE_END = (".", "!", "?")


def find(lines: list[str], at: int) -> tuple[int, int, str] | None:
    """(first line after it, column where it begins in line `at`, its text) when an attribution begins in line `at`."""
    line = lines[at]
    if len(line) > 4 * MAX_LENGTH and "@" not in line[-MAX_LENGTH:]:
        return None
    opens = is_opening(line)
    joined = ""
    for after in range(at + 1, min(at + 1 + (MAX_LINES if opens or "@" in line else 1), len(lines) + 1)):
        part = _plain(lines[after - 1])
        if not part or (part[0] == ">" and not part.startswith(_BRACKET_WRAPPED)) or len(joined) > MAX_LENGTH:
            break
        joined = f"{joined} {part}" if joined else part
        if _may_end(part, joined) and is_attribution(joined):
            return after, 0, joined
        if part.endswith(_SENTENCE_END) and not opens:
            break
    return _spoken_on(line, at) or _midway(line, at)


def _plain(line: str) -> str:
    part = line.strip(_AROUND)
    return html.unescape(part) if "&lt;" in part[:MAX_LENGTH] and len(part) <= MAX_LENGTH else part


def is_opening(line: str) -> bool:
    """Whether the line may open an attribution: a figure first, or a date's preposition or name and a figure after."""
    start = line[:80].lstrip(_AROUND + "\"'(")
    if not start:
        return False
    if start[0].isdigit():
        return True
    word = fold(start.split(None, 1)[0].strip(".,:"))
    return word in OPENERS and _DIGIT.search(line, 0, 160) is not None


def is_attribution(text: str) -> bool:
    """Whether the text, on one line, says who wrote when; not the prose of somebody who says so ("On 3 May I wrote:").

    Rule: it ends in a colon; it has a date or time and an address in brackets, whatever the language; or the word for
    "wrote" with a date or time and a name beside it, or with an address. Without a colon it must have all three.
    """
    if len(text) > MAX_LENGTH:
        return False
    address = _BRACKETED.search(text) is not None
    dated = any(pattern.search(text) for pattern in (_TIME, _YEAR, _DAY))
    wrote = _WROTE.search(text) or next((True for word in WROTE_UNSPACED if word in text), None)
    if text[-1] not in ":：":
        return (
            bool(wrote) and dated and (address or ADDRESS.search(text) is not None) and bool(_WROTE.search(text[-24:]))
        )
    if address and dated:
        return bool(wrote) or is_opening(text) or _lowercase_words(text) <= 6
    if wrote is None:
        return False
    if dated:
        return wrote is True or _names_somebody(text, wrote)
    return ADDRESS.search(text) is not None and len(text.split()) <= 8


def _may_end(part: str, joined: str) -> bool:
    return part[-1] in ":：" or ("@" in joined and _WROTE.search(part[-24:]) is not None)


def _names_somebody(text: str, wrote: "re.Match[str] | bool") -> bool:
    """Whether a name or "you" stands beside the word for "wrote", few small words do, and nobody speaks of himself."""
    assert not isinstance(wrote, bool)
    before = _WORD.findall(text[: wrote.start()])
    after = _WORD.findall(text[wrote.end() :])
    while before and fold(before[-1]) in _AUXILIARIES:
        before.pop()
    beside = [*before[-1:], *after[:1]]
    if any(fold(word) in FIRST_PERSON for word in beside) or _lowercase_words(text) > 7:
        return False
    timed = _TIME.search(text) is not None or "@" in text
    named = any(not word[:1].islower() or fold(word) in ("you", "sie", "du") for word in beside)
    return named and (timed or len(before) + len(after) <= 12)


def _lowercase_words(text: str) -> int:
    return sum(word[:1].islower() and "@" not in word for word in _WORD.findall(text))


def _spoken_on(line: str, at: int) -> tuple[int, int, str] | None:
    """An attribution with the first quoted words behind its colon on the same line."""
    head = line[:MAX_LENGTH].strip(_AROUND)
    if "@" not in head or not is_opening(head):
        return None
    for match in re.finditer(r"[:：](?=\s)", head):
        text = head[: match.end()]
        if _BRACKETED.search(text) and _WROTE.search(text) and is_attribution(text):
            return at + 1, 0, text
    return None


def _midway(line: str, at: int) -> tuple[int, int, str] | None:
    """An attribution behind the writer's own words on one line; only with an address, a date and "wrote"."""
    tail = line[-MAX_LENGTH:].rstrip(_AROUND)
    if not tail.endswith((":", "：")) or "@" not in tail or not _BRACKETED.search(tail):
        return None
    for match in _MIDWAY.finditer(tail):
        text, own = tail[match.start() :], tail[: match.start()].strip()
        if "@" not in own and _WROTE.search(text) and not _WROTE.search(own) and is_attribution(text):
            return at + 1, max(0, len(line) - MAX_LENGTH) + match.start(), text
    return None
