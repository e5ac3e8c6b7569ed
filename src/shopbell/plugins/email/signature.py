"""Which lines of what somebody wrote are signature: delimiter, closing formula and name, device line, legal notice.

A signature never takes content with it: a postscript, a question, a sentence or an order number shows again.
"""

import re
from collections.abc import Callable, Sequence

from .closings import (
    AND,
    CLOSINGS,
    CONFIDENCE,
    DEVICES,
    INFLECTED,
    NOTICES,
    POSTSCRIPT,
    PROSE,
    REFERENCE,
    SENT,
    SENT_FROM,
    SENT_FROM_ENDS,
    SENT_FROM_PLACES,
    SHORT_CLOSINGS,
    SIGNATURE_LABELS,
    SURE_ABBREVIATIONS,
    THANKS,
    THIS_MESSAGE,
)
from .phrases import fold, words

#: Lines of a name, an address and telephone numbers at most.
MAX_LINES = 25
#: Lines to the end of the mail, blank ones and a legal notice included, over which a line of dashes may stand.
_TAIL_MAX = 120
_HEAD = 500
_CLOSING_MAX = 90

_EDGES = " \t\xa0*_~•"
_TRAILING = _EDGES + ",.!;:-–—"
_DIGIT = re.compile(r"\d")
_REFERENCE = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, REFERENCE))})|#\s?\d{{3}}")
_WORD = re.compile(r"[^\s,;:()<>\"“”„!?.]+")
_CONTACT = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,64}\.|https?://|www\.|(?:\+|\b00)\d{2}|\b(?:tel|tlf|phone|mob|fax|telefon)\b", re.IGNORECASE
)
_NAMES_ON = words("""
von | van | de | der | den | du | fra | from | aus | of | the | team | og | und | and | & | ja | et | y | e | i | with
zu | ihr | ihre | dein | deine | din
""")


def _by_first_word(phrases: frozenset[str]) -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        table.setdefault(phrase.split()[0], []).append(phrase)
    return {word: tuple(found) for word, found in table.items()}


_CLOSINGS, _SHORT, _THANKS = map(_by_first_word, (CLOSINGS, SHORT_CLOSINGS, THANKS))
_FIRST_WORDS = frozenset({*_CLOSINGS, *_SHORT, *_THANKS, *(phrase.split()[0] for phrase in SENT_FROM)})


def mark(lines: list[str], *, wrote: bool = False, marked: Sequence[list[str]] = ()) -> list[bool]:
    """For each line whether it is signature; `wrote` when the mail said something before these lines.

    Everything may be signature: the caller decides what to show then. `marked` are the lines of what the program marked
    as signature; people write into it too, so only what may stand in a signature counts.
    """
    marks = [False] * len(lines)
    known = {next(filter(str.strip, block)).strip(): block for block in marked if _is_all_signature(block)}
    at = 0
    while at < len(lines):
        end = _extent(lines, at, wrote)
        if end == at and wrote and (block := known.get(lines[at].strip())):
            end = _same_lines(lines, at, block)
        if end > at:
            marks[at:end] = [True] * (end - at)
            at = end
        else:
            wrote = wrote or bool(lines[at].strip())
            at += 1
    return marks


def _is_all_signature(lines: list[str]) -> bool:
    filled = [line[:_HEAD].strip() for line in lines if line.strip()]
    return 0 < len(filled) <= MAX_LINES and all(
        _fits(line) and not _has_reference(line) and not _is_postscript(line) for line in filled
    )


def _same_lines(lines: list[str], at: int, block: list[str]) -> int:
    """Where the block's lines end that begin in line `at`, blank ones aside; `at` when others stand there."""
    end = at
    for wanted in filter(str.strip, block):
        while end < len(lines) and not lines[end].strip():
            end += 1
        if end == len(lines) or lines[end].strip() != wanted.strip():
            return at
        end += 1
    return end


def _extent(lines: list[str], at: int, wrote: bool) -> int:
    """The first line after the signature that begins in line `at`; `at` itself when none begins there."""
    line = lines[at][:_HEAD].strip()
    if not line or not (line[0] in "-_" or _may_begin(lines, at, line)):
        return at
    if line.strip("-_") == "" and len(line) >= 2:
        return _after_rule(lines, at, line)
    if is_device(line) and _stands_apart(lines, at, line):
        unmarked = wrote and _is_unmarked_quote(lines, at + 1)
        return _until_content(lines, at + 1, _anything if unmarked else _is_added)
    if wrote and is_notice(lines, at):
        return _until_postscript(lines, at + 1)
    if wrote and is_closing(line):
        end = _until_content(lines, at + 1, _fits)
        return at if end == at + 1 < len(lines) and len(line) <= 8 else end
    return at


def _may_begin(lines: list[str], at: int, line: str) -> bool:
    """Whether to look closer: a paragraph begins, or a word that begins some formula; for speed only."""
    first = fold(line.split(None, 1)[0].strip(_TRAILING))
    return (
        first in _FIRST_WORDS or not (at and lines[at - 1].strip()) or not line.isascii() or line.endswith("gesendet.")
    )


def _after_rule(lines: list[str], at: int, line: str) -> int:
    """The end of a signature under "-- " (RFC 3676 section 4.3), or under a like line when what follows fits one."""
    if lines[at] == "-- ":
        return _until_postscript(lines, at + 1)
    if len(lines) - at > _TAIL_MAX:
        return at
    near = [other.strip() for other in lines[max(0, at - MAX_LINES) : at + MAX_LINES]]
    if near.count("--") > 1 or not _begins_signature(lines, at + 1):
        return at  # of several such lines none parts the signature
    if line == "--" and _is_short_tail(lines[at + 1 :]):
        return len(lines)
    end = _until_content(lines, at + 1, _fits)
    rest = [following for following in lines[end:] if following.strip()]
    if rest and not _is_postscript(rest[0]) and not _has_reference(rest[0]):
        return at
    below = [following for following in lines[at + 1 : end] if following.strip()]
    if line == "--" or line.strip("_") == "":
        return end if below or not rest else at
    return end if any(_CONTACT.search(following[:_HEAD]) for following in below) else at


def _begins_signature(lines: list[str], at: int) -> bool:
    """Whether what follows a drawn line begins as a signature does: with a name or a contact, not with "2 lamps"."""
    filled = [line[:_HEAD].strip() for line in lines[at : at + MAX_LINES] if line.strip()]
    if not filled or _CONTACT.search(filled[0]) or is_device(filled[0]) or is_closing(filled[0]):
        return True
    is_prose = len(filled) > 1 and any(token in PROSE for token in _WORD.findall(fold(filled[0])))
    return not filled[0][0].isdigit() and filled[0][-1] not in "?:" and not is_prose


def _is_short_tail(lines: list[str]) -> bool:
    """Whether at most four lines follow (what RFC 3676 grants a signature) and none of them asks, tells or refers."""
    filled = [line[:_HEAD].strip() for line in lines if line.strip()]
    return (
        len(filled) <= 4
        and "--" not in filled
        and not any(
            line.endswith("?") or len(line) > 110 or _is_sentence(line) or _is_postscript(line) or _names_content(line)
            for line in filled
        )
    )


def _names_content(line: str) -> bool:
    return _has_reference(line) or _labels_content(line)


def _is_sentence(line: str) -> bool:
    return len(line.split()) >= 5 and line.endswith((".", "!"))


def _until_content(lines: list[str], at: int, fits: Callable[[str], bool]) -> int:
    """The end of the lines that fit; a postscript, a reference or too many end them anyway, a notice ends the mail."""
    filled = 0
    while at < len(lines):
        line = lines[at][:_HEAD].strip()
        if line and is_notice(lines, at):
            return _until_postscript(lines, at)
        if line and (_is_postscript(line) or _has_reference(line)):
            break
        if line and not fits(line) or (filled >= MAX_LINES and fits is _fits):
            break
        filled += bool(line)
        at += 1
    return at


def _is_unmarked_quote(lines: list[str], at: int) -> bool:
    """Whether what stands under a device line is taken for the mail answered, which some telephones do not mark.

    A gap parts it from the line, and it asks nothing and names no order: what may be the customer's shows.
    """
    if at >= len(lines) or lines[at].strip() or len(lines) - at > _TAIL_MAX:
        return False
    heads = [line[:_HEAD].strip() for line in lines[at:]]
    return not any(head.endswith("?") or _has_reference(head) or _is_postscript(head) for head in heads)


def _until_postscript(lines: list[str], at: int) -> int:
    while at < len(lines) and not _is_postscript(lines[at]):
        at += 1
    return at


def _anything(_line: str) -> bool:
    return True


def _is_added(line: str) -> bool:
    """Whether a line under a device line is more of the kind: another one, its link, a line drawn."""
    return is_device(line) or line.startswith(("<http", "http", "[http", "(http")) or not line.strip("-_")


def _fits(line: str) -> bool:
    """Whether a line may stand in a signature: name, post, address, number, link; no question and no sentence."""
    if is_device(line) or is_closing(line):
        return True
    if "http" in line or "[cid:" in line:
        return len(line.split()) <= 12
    tokens = _WORD.findall(fold(line))
    if len(line) > 110 or len(tokens) > 14 or line.endswith("?"):
        return False
    if _is_sentence(line) or _labels_content(line):
        return False
    return len(tokens) < 3 or sum(token in PROSE for token in tokens) < 2


def _labels_content(line: str) -> bool:
    """Whether the line gives something a name that is no contact: "Size: 42", "Neue Adresse:" but not "Tel.: 030 1"."""
    head, colon, _ = line.partition(":")
    label = fold(head).strip(_EDGES)
    return bool(colon) and 2 < len(label) <= 30 and not any(known in label for known in SIGNATURE_LABELS)


def _is_postscript(line: str) -> bool:
    return fold(line[:40].lstrip(_EDGES)).startswith(POSTSCRIPT)


def _has_reference(line: str) -> bool:
    head = fold(line[:_HEAD])
    return _DIGIT.search(head) is not None and _REFERENCE.search(head) is not None


def is_closing(line: str) -> bool:
    """Whether the line is a closing formula, alone, after a word of thanks, or before a name."""
    if len(line) > _CLOSING_MAX:
        return False
    text = line.strip(_TRAILING)
    folded = _without_thanks(fold(text))
    if not folded:
        return False
    first = folded.split(None, 1)[0].strip(",.")
    for table, names in ((_CLOSINGS, 4), (_SHORT, 3 if first in SURE_ABBREVIATIONS else 1)):
        for phrase in table.get(first, ()):
            if folded == phrase or (folded.startswith(phrase) and not folded[len(phrase)].isalnum()):
                rest = folded[len(phrase) :]
                return _is_name(rest, text, names) or (rest.lstrip()[:1] == "/" and is_closing(rest.strip(" /")))
    return False


def _without_thanks(folded: str) -> str:
    """The line without "many thanks and" before its closing formula."""
    words = folded.split()
    if not words:
        return ""
    for phrase in _THANKS.get(words[0].strip(",."), ()):
        if folded.startswith(phrase):
            rest = folded[len(phrase) :].lstrip(" ,.!")
            joined, _, after = rest.partition(" ")
            return after.strip() if joined in AND and after else rest or folded
    return folded


def _is_name(folded: str, written: str, most: int) -> bool:
    words = _WORD.findall(folded)
    if not words:
        return "?" not in folded
    if len(words) > most or "?" in folded or any(map(str.isdigit, folded)):
        return False
    if len(words) == 1:
        return words[0] not in PROSE and words[0][0].isalpha()
    names = _WORD.findall(written)[-len(words) :]
    return all(not name[:1].islower() or name in _NAMES_ON for name in names) and not names[-1][:1].islower()


def is_device(line: str) -> bool:
    """Whether a device or an app added the line: "Sent from my iPhone", "Gesendet mit der GMX Mail App".

    The line says no more than that; a device nobody knows must be somebody's own or what the mail was sent from.
    """
    folded = fold(line[:_HEAD].strip(_EDGES + "-–—()"))
    if not folded.startswith(SENT_FROM) and not folded.rstrip(".").endswith(SENT_FROM_ENDS):
        return False
    for link in ("<", "http", "(http", "[http"):
        folded = folded.partition(link)[0]
    tokens = folded.replace(",", " , ").rstrip(" .!").split()
    if "?" in folded or ". " in folded or len(tokens) > 14 or not _says_sent(tokens):
        return False
    if names_device(tokens):
        return sum(token in PROSE for token in tokens) < 3
    somewhere = len(tokens) > 2 and tokens[1] in SENT_FROM_PLACES
    return somewhere and len(tokens) <= 7 and "," not in tokens and not any(token in PROSE for token in tokens[2:])


def names_device(tokens: list[str]) -> bool:
    """Whether one of the case-folded words names a device or a mail program."""
    bare = (token.strip("(),;.*[]").partition("'")[0].partition("’")[0] for token in tokens)
    return any(
        part in DEVICES or part.startswith(INFLECTED) for token in bare for part in (token, *token.split("-"))
    ) or any(name in token for token in tokens if not token.isascii() for name in ("iphone", "ipad"))


def _says_sent(tokens: list[str]) -> bool:
    """ "Von meinem …" and "Diese Nachricht wurde …" say so at their end only."""
    return tokens[0] not in ("von", "mit", "diese") or any(token.startswith(SENT) for token in tokens)


def _stands_apart(lines: list[str], at: int, line: str) -> bool:
    """Whether the line names a known device, or stands alone; else it may be the end of a sentence."""
    return names_device(fold(line).split()) or at == 0 or not lines[at - 1].strip()


def is_notice(lines: list[str], at: int) -> bool:
    """Whether a paragraph of legal or advertising boilerplate begins in line `at`."""
    if at and lines[at - 1].strip() and lines[at - 1].strip(" -_=*"):
        return False
    head = fold(lines[at][:120].lstrip(_EDGES + "(-"))
    if head.startswith(NOTICES):
        return True
    if not any(phrase in head for phrase in THIS_MESSAGE):
        return False
    paragraph = fold(" ".join(line[:_HEAD] for line in lines[at : at + 8]))
    return any(phrase in paragraph for phrase in CONFIDENCE)
