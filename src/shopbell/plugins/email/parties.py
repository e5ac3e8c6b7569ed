"""People named in the text of a header block: "Name <a@b.c>; Doe, Jane [mailto:j@d.e]" as names and addresses."""

import re

from .phrases import ON_BEHALF

#: Characters of a header value looked at: some hundred recipients.
MAX_VALUE = 20_000

Party = tuple[str, str]

ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:«»„“”][^\s<>()\[\]\",;:«»„“”@]{0,63}@[^\s<>()\[\]\"',;:«»„“”@]{1,255}")
_MAILTO_TWICE = re.compile(r"[ ]?<mailto:[^<>\s]{0,320}>", re.IGNORECASE)
_MAILTO = re.compile(r"[\[<(]mailto:([^<>\[\]()\s]{1,320})[\])>]", re.IGNORECASE)
_QUOTES = " \t'\"„“”‚‘’«»*`"


def parse(value: str) -> list[Party]:
    """(name, address) of each person in the value of a From, To or Cc line; the part that is not written is "".

    Separated by commas or semicolons; a comma inside a name ("Doe, Jane <j@d.e>") does not separate.
    """
    pieces = _pieces(_plain(value[:MAX_VALUE]))
    return [party for party in map(_party, _joined(pieces)) if party != ("", "")]


def first(value: str) -> Party:
    """The first person of the value, without those on whose behalf he wrote; ("", "") when there is nobody."""
    plain = _plain(value[:MAX_VALUE])
    folded = plain.lower()
    cut = min((at for at in map(folded.find, ON_BEHALF) if at > 0), default=len(plain))
    parties = parse(plain[:cut]) if "@" in plain[:cut] else parse(plain)
    return parties[0] if parties else ("", "")


def _plain(value: str) -> str:
    """The value with every mailto decoration gone, addresses in angle brackets."""
    if "mailto:" not in value.lower():
        return value
    bare = value
    if "@" in _MAILTO_TWICE.sub("", value):
        bare = _MAILTO_TWICE.sub("", value)
    return _MAILTO.sub(r"<\1>", bare)


def _pieces(value: str) -> list[tuple[str, str]]:
    """The value cut at commas and semicolons outside quotation marks and brackets, each with the mark after it."""
    pieces, start, quoted, depth = [], 0, False, 0
    for at, character in enumerate(value):
        if character == '"':
            quoted = not quoted and '"' in value[at + 1 : at + 200]
        elif character in "<[(":
            depth += 1
        elif character in ">])":
            depth = max(0, depth - 1)
        elif character in ",;，；、" and not quoted and (not depth or character == ";"):
            pieces.append((value[start:at], character))
            start, depth = at + 1, 0
    pieces.append((value[start:], ""))
    return pieces


def _joined(pieces: list[tuple[str, str]]) -> list[str]:
    """Pieces that are people: a piece without an address belongs to the next one, when they were parted by a comma."""
    people: list[str] = []
    held = ""
    anyone_addressed = any("@" in piece for piece, _ in pieces)
    one_name = not anyone_addressed and len(pieces) == 2 and all(len(piece.split()) == 1 for piece, _ in pieces)
    for piece, mark in pieces:
        held += piece
        if mark in (",", "，") and "@" not in piece and (anyone_addressed or one_name):
            held += ","
            continue
        people.append(held)
        held = ""
    return [*people, held.rstrip(",")]


def _party(piece: str) -> Party:
    match = ADDRESS.search(piece)
    if match is None:
        return piece.strip(_QUOTES + "<>[]()"), ""
    address = match.group().rstrip(".").removeprefix("mailto:")
    name = piece[: match.start()].strip(_QUOTES + "<>[](),") or piece[match.end() :].strip(_QUOTES + "<>[](),")
    return ("" if "@" in name else name), address
