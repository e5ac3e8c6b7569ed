"""What our own public pages hand over: a JSON object, read with care, for anybody may have written it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from shopbell.core import files

MOST_NUMBERS = 50


class Unreadable(ValueError):
    """It is not what our pages make."""


class File(NamedTuple):
    """A file that came along; its type is what its bytes are."""

    name: str
    content_type: str
    content: bytes


def read(body: bytes, needed: Iterable[str]) -> dict[str, Any]:
    """The object; the lines in `needed` are not empty. Raises Unreadable."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"no JSON: {error}") from error
    if not isinstance(said, dict):
        raise Unreadable("no JSON object")
    if missing := [name for name in needed if not line(said, name)]:
        raise Unreadable(f"needed: {', '.join(missing)}")
    return said


def line(said: Mapping[str, Any], name: str) -> str:
    """A text; "" for anything else."""
    value = said.get(name, "")
    return value if isinstance(value, str) else ""


def numbers(said: Mapping[str, Any], name: str) -> list[int]:
    """Whole numbers, at most MOST_NUMBERS; what is none is passed over."""
    value = said.get(name)
    return [one for one in value if type(one) is int][:MOST_NUMBERS] if isinstance(value, list) else []


def attached(said: Mapping[str, Any]) -> list[File]:
    """The files in `attachments`: [{name, content: base64}]. Raises Unreadable for a damaged one."""
    value = said.get("attachments", [])
    return [_file(item) for item in value] if isinstance(value, list) else []


def _file(item: Any) -> File:
    try:
        content = base64.b64decode(item["content"], validate=True)
        name = files.safe_name(line(item, "name"))
    except (KeyError, TypeError, ValueError) as error:  # binascii.Error is a ValueError
        raise Unreadable(f"a damaged file: {error}") from error
    return File(name, files.sniff(content, name), content)
