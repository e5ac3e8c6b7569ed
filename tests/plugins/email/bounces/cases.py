"""Bounces as different servers write them, and mails that look like them, written for these tests (`mails/`).

`expected.json`: the recipients in order as [address, outcome, kind, reason]; where it matters the first one's codes as
[status, SMTP reply] and the Message-ID of the mail that bounced. Files named none-* are no bounces.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "mails"


@dataclass(frozen=True)
class Case:
    name: str
    mail: str
    found: tuple[tuple[str, ...], ...]
    codes: tuple[str, int | None] | None
    original: str


def _case(name: str, expected: dict[str, object]) -> Case:
    found = tuple(map(tuple, expected["found"]))  # type: ignore[call-overload]
    codes = expected.get("codes")
    mail = (FOLDER / f"{name}.eml").read_text()
    return Case(name, mail, found, tuple(codes) if codes else None, str(expected.get("original", "")))  # type: ignore[arg-type, call-overload]


CASES = [_case(name, expected) for name, expected in json.loads((FOLDER / "expected.json").read_text()).items()]
BY_NAME = {case.name: case for case in CASES}
NONE = {path.stem: path.read_text() for path in sorted(FOLDER.glob("none-*.eml"))}
