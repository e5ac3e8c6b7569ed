"""The chat widget as it is sent: its modules and style sheets in one script, small and compressed.

The modules name each other by `import { … } from "./name.js"`, and a sheet by `import NAME from "./name.css"`; nothing
else of the module system is used, and no two of them have the same name at their top.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import rcssmin
import rjsmin

SOURCES = Path(__file__).resolve().parents[1] / "static" / "chat"
_IMPORT = re.compile(r'^import (?P<names>\{[^}]*\}|\w+) from "\./(?P<file>[\w.]+)";[^\n]*\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(async )?(function|class|const))", re.MULTILINE)
_GIVEN = "const given = {};"


@dataclass(frozen=True)
class Sent:
    """A file as browsers get it. Its digest names it, so that they may keep it for ever."""

    body: bytes
    compressed: bytes
    digest: str


def packed(text: str) -> Sent:
    body = text.encode()
    return Sent(body, gzip.compress(body, 9, mtime=0), hashlib.sha256(body).hexdigest()[:16])


@cache
def panel() -> Sent:
    """Everything of the open chat."""
    return packed(rjsmin.jsmin(_with_imports(SOURCES / "panel.js", set())) + "\nexport{makePanel}")


def _with_imports(path: Path, taken: set[Path]) -> str:
    """The module's text below those of the modules it needs, each once."""
    taken.add(path)
    text = path.read_text()
    before = [_needed(found["names"], SOURCES / found["file"], taken) for found in _IMPORT.finditer(text)]
    return "".join(before) + _EXPORT.sub("", _IMPORT.sub("", text)) + "\n"


def _needed(names: str, path: Path, taken: set[Path]) -> str:
    if path.suffix == ".css":
        return f"const {names} = {json.dumps(sheet(path.name))};\n"
    return "" if path in taken else _with_imports(path, taken)


def sheet(name: str) -> str:
    """A style sheet without what only its readers need."""
    return str(rcssmin.cssmin((SOURCES / name).read_text()))


@cache
def _loader_source() -> str:
    return str(rjsmin.jsmin((SOURCES / "widget.js").read_text()))


def loader(given: dict[str, object]) -> str:
    """The script of a shop's page, with what it is given."""
    said = json.dumps(given, ensure_ascii=True).replace("<", "\\u003c")
    return _loader_source().replace(rjsmin.jsmin(_GIVEN), f"const given={said};", 1)
