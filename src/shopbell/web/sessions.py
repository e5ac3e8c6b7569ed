"""Where an agent is signed in: which browser, from which address, when it was used last."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.agents import operations
from shopbell.agents.models import Agent

NOTED_EVERY_SECONDS = 60.0
_MOST = 10_000
_noted: dict[str, float] = {}  # session key → when this process last wrote down that it is used

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass
class Session:
    """One browser somebody is signed in with."""

    id: int
    device: str
    ip: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


def note_use(request: HttpRequest, agent: Agent) -> None:
    """Write down, at most once a minute for each session and process, that it is used."""
    key, now = request.session.session_key or "", time.monotonic()
    if now - _noted.get(key, -NOTED_EVERY_SECONDS) < NOTED_EVERY_SECONDS:
        return
    if len(_noted) > _MOST:
        _noted.clear()
    _noted[key] = now
    operations.note_seen(agent)
    operations.note_session(agent, key, request.META.get("REMOTE_ADDR", ""), request.headers.get("User-Agent", ""))


def device(user_agent: str) -> str:
    """What a User-Agent line says, roughly: "Firefox, Linux"."""
    browser = next((name for mark, name in _BROWSERS if re.search(rf"{mark}\w*/", user_agent)), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part) or _("Unknown browser")


def of(request: HttpRequest, agent: Agent) -> list[Session]:
    """The sessions of an agent that work, the one used last first."""
    rows = UserSession.objects.purge_and_list(agent)
    shown = [
        Session(
            row.pk,
            device(row.user_agent),
            row.ip,
            row.created_at,
            row.last_seen_at,
            row.session_key == request.session.session_key,
        )
        for row in rows
    ]
    return sorted(shown, key=lambda one: (not one.is_this, timezone.now() - one.seen_at))
