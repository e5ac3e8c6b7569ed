"""The head of a Markdown file: YAML between two lines of three hyphens, read as text and nothing else.

`no`, `007` and `2026-01-02` stay what somebody wrote, tags make no objects, and lists are never written out: one that
holds itself a billion times is refused where a word belongs.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

MOST_CHARACTERS = 64_000
_HEAD = re.compile(r"---[ \t]*\n(?P<about>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_BEGUN = re.compile(r"---[ \t]*\n\s*[\w-]+[ \t]*:")


def split(source: str) -> tuple[dict[str, Any], str]:
    """(what the head says, the text below it). What is drawn between two lines but says nothing by name is text.

    Raises ValueError for a head that cannot be read or never ends.
    """
    source = source.lstrip("\n")
    found = _HEAD.match(source)
    if found is None:
        if _BEGUN.match(source):
            raise ValueError("its front matter never ends")
        return {}, source
    if len(found["about"]) > MOST_CHARACTERS:
        raise ValueError(f"its front matter has more than {MOST_CHARACTERS:,} characters")
    about = _read(found["about"])
    if isinstance(about, dict):
        return {str(name): value for name, value in about.items()}, source[found.end() :]
    return {}, source[found.end() :] if not about else source


def _read(about: str) -> Any:
    try:
        return yaml.load(about, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 2}" if error.problem_mark else ""
        raise ValueError(f"its front matter{line}: {error.problem}") from error
    except yaml.YAMLError as error:
        raise ValueError(f"its front matter: {str(error).splitlines()[0]}") from error
