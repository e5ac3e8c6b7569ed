"""`./shopbell inspect-tracking`: what a carrier's code, or its answer about a parcel, is understood as.

Needs neither database nor Django, so it starts at once. docs/carriers.md promises the output.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.module_loading import import_string

from shopbell.commerce import contract
from shopbell.installed import PLUGINS


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", help="an answer or a push, JSON or XML; - for stdin")
    parser.add_argument("--carrier", required=True, metavar="NAME", choices=sorted(_carriers()), help="short name")
    parser.add_argument("--code", help="one of the carrier's codes, instead of a file")
    parser.add_argument("--text", default="", help="what the carrier says beside the code")
    parser.add_argument("--json", action="store_true", help="one JSON object (docs/carriers.md)")


def run(options: argparse.Namespace) -> int:
    """0 when it was understood; 1 when not, also for a code that is not known; 2: nothing was asked."""
    if (options.file is None) == (options.code is None):
        print("shopbell: give a FILE or a --code", file=sys.stderr)
        return 2
    adapter = import_string(_carriers()[options.carrier])({}, ZoneInfo("UTC"))
    about = _of_code(adapter, options) if options.file is None else _of_file(adapter, options)
    print(json.dumps(about, ensure_ascii=False, indent=2) if options.json else _summary(about))
    return 1 if about["error"] or about.get("state") == contract.State.UNKNOWN else 0


def _carriers() -> dict[str, str]:
    """Short name → dotted path, of all plug-ins that come along."""
    found: dict[str, str] = {}
    for path in PLUGINS:
        found |= import_string(path).carriers
    return found


def _of_code(adapter: Any, options: argparse.Namespace) -> dict[str, Any]:
    state, reason = adapter.meaning(options.code, options.text)
    return {"carrier": options.carrier, "code": options.code, "state": str(state), "reason": reason, "error": None}


def _of_file(adapter: Any, options: argparse.Namespace) -> dict[str, Any]:
    about: dict[str, Any] = {"carrier": options.carrier, "parcels": [], "error": None}
    try:
        raw = sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes()
        return {**about, "parcels": [_told(one) for one in adapter.understand(raw)]}
    except OSError as error:
        return {**about, "error": f"cannot be read: {error.strerror}"}
    except contract.Unparsable as error:
        return {**about, "error": str(error)}


def _told(one: contract.Tracking) -> dict[str, Any]:
    return {
        "number": one.number,
        "carrier": one.carrier,
        "expected_on": one.expected_on and one.expected_on.isoformat(),
        "events": [_event(event) for event in one.events],
    }


def _event(event: contract.TrackingData) -> dict[str, Any]:
    about = {name: getattr(event, name) for name in ("reason", "code", "text", "place")}
    return {"occurred_at": _moment(event.occurred_at), "state": str(event.state), **about}


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _summary(about: dict[str, Any]) -> str:
    if about["error"]:
        return f"error: {about['error']}"
    if "code" in about:
        return " ".join(filter(None, (about["state"], about["reason"])))
    lines = []
    for one in about["parcels"]:
        lines.append(f"{one['number'] or '?'} ({one['carrier']}), expected {one['expected_on'] or 'some day'}")
        for event in one["events"]:
            shown = (event["occurred_at"], event["state"], event["reason"], event["code"], event["text"])
            lines.append("  " + "  ".join(filter(None, shown)))
    return "\n".join(lines) or "nothing is said of any parcel"
