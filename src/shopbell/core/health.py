"""What `./shopbell doctor` reports. An app offers `checks.py` with `findings() -> list[Finding]`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """OK: as it should be. WARN: works, but look at it. FAIL: something does not work; doctor's exit code is 1."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One line of the report; the message says, where it is not ok, what to do."""

    level: Level
    subject: str
    message: str


def ok(subject: str, message: str) -> Finding:
    return Finding(Level.OK, subject, message)


def warn(subject: str, message: str) -> Finding:
    return Finding(Level.WARN, subject, message)


def fail(subject: str, message: str) -> Finding:
    return Finding(Level.FAIL, subject, message)
