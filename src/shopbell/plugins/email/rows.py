"""Wording as data: many phrases, one a row, as one pattern."""

from __future__ import annotations

import re

GAP = r"\s{1,9}(?:\S{1,60}\s{1,9}){0,6}?"
SPACE = r"(?:\s{1,9})"


def any_of(rows: str, *, before: str = "", after: str = "") -> re.Pattern[str]:
    """One pattern for all rows, case-insensitive, multi-line; `before` and `after` frame the alternatives.

    A row is a regular expression in which a space is any white space and " … " stands for up to six words.
    """
    alternatives = [row.strip() for row in rows.strip().split("\n") if row.strip()]
    joined = "|".join(row.replace(" … ", "\0").replace(" ", SPACE).replace("\0", GAP) for row in alternatives)
    return re.compile(f"{before}(?:{joined}){after}", re.IGNORECASE | re.MULTILINE)
