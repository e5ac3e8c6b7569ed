"""Markdown as somebody else wrote it, changed in places. Twice as long a text takes twice as long, whatever it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def outside_code(source: str, change: Callable[[str], str]) -> str:
    """The Markdown with everything changed but what stands between fences."""
    runs = groupby(_lines(source), key=lambda each: each[1])
    parts = ((is_code, "\n".join(line for line, _ in lines)) for is_code, lines in runs)
    return "\n".join(part if is_code else change(part) for is_code, part in parts)


def _lines(source: str) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it is code."""
    fence = ""
    for line in source.split("\n"):
        mark = _FENCE.match(line)
        yield line, bool(fence or mark)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and line.strip() == mark[1]:
            fence = ""


def without_comments(source: str) -> str:
    """What readers are not meant to see goes; a comment that never ends is text."""
    kept, at = [], 0
    while (begin := source.find("<!--", at)) >= 0 and (end := source.find("-->", begin)) >= 0:
        kept.append(source[at:begin])
        at = end + 3
    return "".join(kept) + source[at:]
