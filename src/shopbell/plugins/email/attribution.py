"""The line over a quote: "On Monday, 3 May 2021 at 10:15, Jane Doe <jane@example.com> wrote:" in any language."""

import html
import re

from .parties import ADDRESS
from .phrases import FIRST_PERSON, OPENERS, WROTE, WROTE_UNSPACED, fold, words

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
_AUXILIARIES = words(
    "a | ha | hat | heeft | je | ezt | har | şunu | has | il | het | volgende | følgende | following | the"
)
# A line that begins with the end of a wrapped address is no quoted line.
_BRACKET_WRAPPED = (">:", "> :", ">, ", "> wrote", "> a écrit", "> skrev", "> schrieb", "> escribió", "> ha scritto")
_SENTENCE_END = (".", "!", "?", ")", "…")


def find(lines: list[str], at: int) -> tuple[int, int, str] | None:
    """(first line after it, column where it begins in line `at`, its text) when an attribution begins in line `at`."""
    line = lines[at]
    if len(line) > 4 * MAX_LENGTH and "@" not in line[-MAX_LENGTH:]:
        return None
    opens = is_opening(line)
    behind = None if opens else _midway(lines, at)
    if behind:
        return behind
    opens = opens or _is_wrapped_name(lines, at)
    joined = ""
    for after in range(at + 1, min(at + 1 + (MAX_LINES if opens or "@" in line else 1), len(lines) + 1)):
        part = _plain(lines[after - 1])
        if not part or (part[0] == ">" and not part.startswith(_BRACKET_WRAPPED)) or len(joined) > MAX_LENGTH:
            break
        joined = f"{joined} {part}" if joined else part
        if _may_end(part, joined) and is_attribution(joined, quote_follows=_quote_follows(lines, after)):
            return after, 0, joined
        if part.endswith(_SENTENCE_END) and not opens:
            break
    return _spoken_on(line, at)


def _quote_follows(lines: list[str], at: int) -> bool:
    following = next((line for line in lines[at : at + 3] if line.strip()), "")
    return following.lstrip(" ")[:1] == ">"


def _is_wrapped_name(lines: list[str], at: int) -> bool:
    """Whether a name stands alone on its line and the address or the word for "wrote" begins the next."""
    line = lines[at].strip()
    if len(line) > 80 or at + 1 == len(lines) or (at and lines[at - 1].strip() and not lines[at - 1].startswith(">")):
        return False
    following = lines[at + 1].lstrip(_AROUND)
    return (following.startswith(("<", "(")) and "@" in following) or (line.endswith("<") and "@" in following)


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


def is_attribution(text: str, *, quote_follows: bool = False) -> bool:
    """Whether the text, on one line, says who wrote when; not the prose of somebody who says so ("On 3 May I wrote:").

    Rule: it ends in a colon; it has a date or time and an address in brackets, whatever the language; or the word for
    "wrote" with a date or time and a name beside it, or with an address. Over a marked quote a date will do. Without a
    colon it must have everything.
    """
    if len(text) > MAX_LENGTH:
        return False
    dated = any(pattern.search(text) for pattern in (_TIME, _YEAR, _DAY))
    wrote = _WROTE.search(text)
    says = wrote is not None or any(word in text for word in WROTE_UNSPACED)
    if text[-1] not in ":：":
        if quote_follows and dated and text[-1] == ">" and is_opening(text):
            return _BRACKETED.search(text) is not None
        return dated and ADDRESS.search(text) is not None and _WROTE.search(text[-24:]) is not None
    if dated and _BRACKETED.search(text):
        return says or is_opening(text) or _lowercase_words(text) <= 6
    if _speaks_of_himself(text, wrote) or _lowercase_words(text) > 8:
        return False
    if quote_follows and (dated or says) and (says or is_opening(text)) and (dated or is_opening(text)):
        return True
    if says and dated:
        return wrote is None or _names_somebody(text, wrote)
    return says and ADDRESS.search(text) is not None and len(text.split()) <= 8


def _may_end(part: str, joined: str) -> bool:
    return part[-1] in ":：" or ("@" in joined and (part[-1] == ">" or _WROTE.search(part[-24:]) is not None))


def _beside(text: str, wrote: re.Match[str]) -> list[str]:
    """The words next to the word for "wrote", auxiliary verbs aside."""
    before = _WORD.findall(text[: wrote.start()])
    while before and fold(before[-1]) in _AUXILIARIES:
        before.pop()
    return [*before[-1:], *_WORD.findall(text[wrote.end() :])[:1]]


def _speaks_of_himself(text: str, wrote: re.Match[str] | None) -> bool:
    return wrote is not None and any(fold(word) in FIRST_PERSON for word in _beside(text, wrote))


def _names_somebody(text: str, wrote: re.Match[str]) -> bool:
    """Whether a name, an address or "you" stands beside the word for "wrote", and without a time little else does."""
    named = any(
        not word[:1].islower() or "@" in word or fold(word) in ("you", "sie", "du") for word in _beside(text, wrote)
    )
    return named and (_TIME.search(text) is not None or "@" in text or len(text.split()) <= 14)


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


def _midway(lines: list[str], at: int) -> tuple[int, int, str] | None:
    """An attribution behind the writer's own words on one line, with "wrote" and an address or over a marked quote."""
    line = lines[at]
    tail = line[-MAX_LENGTH:].rstrip(_AROUND)
    if not tail.endswith((":", "：")) or not _WROTE.search(tail):
        return None
    follows = _quote_follows(lines, at + 1)
    if "@" not in tail and not follows:
        return None
    for match in _MIDWAY.finditer(tail):
        text, own = tail[match.start() :], tail[: match.start()].strip()
        if "@" in own or _WROTE.search(own) or (text[0].isdigit() and not own.endswith(_SENTENCE_END)):
            continue
        if is_attribution(text, quote_follows=follows):
            return at + 1, max(0, len(line) - MAX_LENGTH) + match.start(), text
    return None


def says_wrote(words: str) -> bool:
    """Whether these few words end in the word for "wrote"."""
    return _WROTE.search(words[-24:]) is not None
