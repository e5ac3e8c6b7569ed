"""What stands between the salutation of a letter and its closing formula, in our four languages.

Only what is certain goes: a line that does nothing but greet, at the very beginning; near the end a closing formula
alone on its line with the few short lines below it, a signature under "-- " (RFC 3676 section 4.3), or the writer's own
name as the last line. A letter that is nothing else stays as it is.
"""

from __future__ import annotations

import re

_GREETING = (
    r"hello|hi|hey|dear|good (?:morning|afternoon|evening|day)|hallo|guten (?:tag|morgen|abend)|liebe[rs]?|moin"
    r"|sehr geehrte[rs]?|hej|hejsa|kære|god(?:dag| dag| morgen)|tere|lugupeetud|austatud|kallis|armas"
)
_NAMED = r"(?:,? (?:[A-ZÄÖÜÕÆØÅŠŽ][\w.'’-]*|all|everybody|team|zusammen|alle|kõik)){0,4}"
_SALUTATION = re.compile(rf"\A\s*(?i:{_GREETING}){_NAMED}[ ]?[,!.]?[ \t]*\n")
_CLOSING = re.compile(
    r"(?:(?:with )?(?:best|kind|kindest|warm|warmest|many)? ?regards|(?:with )?(?:best|warm) wishes|all the best"
    r"|yours (?:sincerely|faithfully|truly)|sincerely(?: yours)?|cheers|best|have a (?:nice|good|great) (?:day|weekend)"
    r"|(?:mit )?(?:freundliche|liebe|viele|beste|herzliche|schöne)[nr]? (?:grüße|grüßen|gruß)|grüße|mfg|lg"
    r"|(?:med )?(?:venlig|kærlig|mange|bedste|de bedste|venlige|kærlige)? ?(?:hilsen|hilsner)|mvh"
    r"|lugupidamisega|(?:parimate|heade) (?:soovidega|tervitustega)|tervitades|tervitustega|kõike head"
    r")[ ]?[,!.]?",
    re.IGNORECASE,
)
_MOST_BELOW = 4  # lines of name, shop and telephone number
_LONGEST_BELOW = 50
_SENTENCE = re.compile(r"[?!:;]$|\w{3,}\.$")


def body(source: str, writer: str) -> str:
    """The letter without them. `writer`: the name of who wrote it. What followed a salutation begins a sentence now."""
    unsaluted, greeted = _SALUTATION.subn("", source, count=1)
    lines = unsaluted.strip().splitlines()
    kept = "\n".join(lines[: _end(lines, writer)]).strip()
    return (kept[:1].upper() + kept[1:] if greeted else kept) or source


def _end(lines: list[str], writer: str) -> int:
    """The first line of what stands below the letter."""
    filled = [place for place, line in enumerate(lines) if line.strip()]
    for place in filled[-_MOST_BELOW - 1 :]:
        below = [lines[at].strip() for at in filled if at > place]
        line = lines[place]
        if line.rstrip() == "--" or (_CLOSING.fullmatch(line.strip()) and all(map(_may_stand_below, below))):
            return place
    names = {name.casefold() for name in (writer, writer.partition(" ")[0]) if name}
    return filled[-1] if filled and lines[filled[-1]].strip(" –—-*_.").casefold() in names else len(lines)


def _may_stand_below(line: str) -> bool:
    return len(line) <= _LONGEST_BELOW and not _SENTENCE.search(line)
