"""`./shopbell inspect`: what is understood of a mail. Needs neither database nor Django, so it starts at once."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.utils.module_loading import import_string

from shopbell.importing import mbox, sources

INSPECT = "shopbell.plugins.email.inspecting.inspect"
Found = tuple[str, bytes | OSError]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a mail, an mbox, a folder of them; - for stdin")
    parser.add_argument("--json", action="store_true", help="one JSON object a line and mail (docs/inspect.md)")


def run(options: argparse.Namespace) -> int:
    """0 when everything could be read, else 1. What a mail is like never makes it fail."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    code = 0
    for name, raw in _mails(options.files):
        about = _about(name, raw)
        code = code if "subject" in about else 1
        print(json.dumps(about) if options.json else _summary(about), flush=True)
    return code


def _about(name: str, raw: bytes | OSError) -> dict[str, Any]:
    """What is known of one file; of one that cannot be read only why."""
    if isinstance(raw, OSError):
        return {"file": name, "warnings": [f"cannot be read: {raw.strerror}"]}
    inspect: Callable[[bytes, str], dict[str, Any]] = import_string(INSPECT)
    try:
        return inspect(raw, name)
    except Exception as error:  # no mail may stop the rest
        return {"file": name, "warnings": [f"not understood: {type(error).__name__}: {error}"]}


def _mails(files: list[str]) -> Iterator[Found]:
    for file in files:
        if file == "-":
            yield "-", sys.stdin.buffer.read()
        elif Path(file).is_dir():
            for path in sorted(Path(file).rglob("*")):
                if path.is_file():
                    yield from _of_file(path)
        else:
            yield from _of_file(Path(file))


def _of_file(path: Path) -> Iterator[Found]:
    """One mail by the file's name, several in an mbox as name:1, name:2 …"""
    try:
        with path.open("rb") as file:
            if not mbox.is_mbox(file.read(sources.HEAD)):
                file.seek(0)
                yield str(path), sources.unwrapped(file.read())
                return
        entries = list(sources.of_mbox(path))
        for entry in entries:
            yield entry.name if len(entries) > 1 else str(path), entry.read()
    except OSError as error:
        yield str(path), error


def _summary(about: dict[str, Any]) -> str:
    """A mail in a few lines, for people."""
    lines = [about["file"]]
    if "from" in about:
        sender = f"{about['from']['name']} <{about['from']['address']}>".strip()
        lines += [f"  from     {sender}", f"  date     {about['date'] or 'none'}", f"  subject  {about['subject']}"]
        lines += [f"  kind     {about['auto']}"] if about["auto"] != "none" else []
        lines += [
            f"  file     {file['name']} ({file['type']}, {file['size']:,} bytes)" for file in about["attachments"]
        ]
        lines += [f"  | {line}" for line in about["visible"].splitlines()[:5]]
    lines += [f"  warning  {warning}" for warning in about["warnings"]]
    return "\n".join(lines)
