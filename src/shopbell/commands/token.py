"""`./shopbell token`: a key for a program, made from the shell and printed once."""

from __future__ import annotations

import argparse
import re
import sys
from datetime import UTC, datetime, time, timedelta

from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.integrations import operations
from shopbell.integrations.models import Scope

_DAYS = re.compile(r"(\d{1,5})d")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--agent", required=True, help="the e-mail address of the agent it acts as")
    parser.add_argument("--scopes", required=True, help=f"with commas: {', '.join(Scope.values)}")
    parser.add_argument("--name", default="made on the command line", help="what it is for")
    parser.add_argument("--expires", help="a day (2027-01-31) or a number of days (90d); left out: never")


def run(options: argparse.Namespace) -> int:
    """The token alone on standard output, so that a script can take it; 1 with the reason when there is none."""
    agent = Agent.objects.filter(email=options.agent.strip().lower(), is_active=True).first()
    if agent is None:
        print(f"shopbell: no active agent signs in as {options.agent}", file=sys.stderr)
        return 1
    scopes = [word.strip() for word in options.scopes.split(",") if word.strip()]
    try:
        _row, plain = operations.make_token(
            agent, name=options.name, scopes=scopes, expires_at=_end(options.expires), actor=None
        )
    except ValueError as error:
        print(f"shopbell: {error}; the scopes are {', '.join(Scope.values)}", file=sys.stderr)
        return 1
    print(plain)
    print(f"acts as {agent} ({agent.role}); it is shown this once", file=sys.stderr)
    return 0


def _end(given: str | None) -> datetime | None:
    """Raises ValueError for what is neither a day nor a number of days."""
    if not given:
        return None
    if found := _DAYS.fullmatch(given):
        return timezone.now() + timedelta(days=int(found[1]))
    return datetime.combine(datetime.fromisoformat(given).date(), time.max, tzinfo=UTC)
