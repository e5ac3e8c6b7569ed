"""What `./shopbell doctor` and the administration's health page report.

An app offers `checks.py` with `findings() -> list[Finding]`, in the language that is active.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db import DatabaseError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


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


def instant(at: datetime) -> str:
    """A time as the report says it, in the zone of whoever reads; its zone stands behind it."""
    local = timezone.localtime(at)
    return f"{date_format(local, pgettext('day, month, year', 'j M Y'))}, {local:%H:%M %Z}"


def of_apps() -> list[Finding]:
    """Each app's own findings; a check that cannot be made is a failure, not the end of the report."""
    result: list[Finding] = []
    for config in apps.get_app_configs():
        if config.name.startswith("shopbell.") and find_spec(f"{config.name}.checks"):
            try:
                result += import_module(f"{config.name}.checks").findings()
            except (DatabaseError, OSError) as error:
                result.append(fail(config.label, _("could not be checked: {error}").format(error=error)))
    return result
