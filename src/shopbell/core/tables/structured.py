"""Records of JSON lines, of a JSON list, and of Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

AT_ONCE = 1_000
_DEPTH = 3
# What answers say beside the records.
_BESIDE = (
    "meta metadata links _links pagination paging page pages per_page perpage page_size limit offset count total"
    " total_count totalcount total_pages has_more hasmore next previous prev cursor next_cursor pageinfo page_info"
    " errors error extensions success status message code version exported_at generated_at aggregations"
)
_ABOUT = frozenset(_BESIDE.split())
_BLANK = " \t\r\n"
Found = tuple[int, Any, str]  # line, value, what is wrong with it
# 0.1 stays 0.1, and 10 stays 10: amounts are read as they are written.
_JSON = json.JSONDecoder(parse_float=Decimal)


def json_lines(lines: Iterable[str]) -> Iterator[Found]:
    """Each line that is not empty."""
    for number, line in enumerate(lines, 1):
        if stripped := line.strip():
            try:
                yield number, _JSON.decode(stripped), ""
            except (ValueError, RecursionError) as error:
                yield number, None, f"no JSON ({error})"


def json_list(text: str) -> Iterator[Found]:
    """Each thing in a list, or in the list an answer wraps ({"data": {"orders": […]}, "count": 2}); else one object.

    What breaks off ends it. Raises ValueError.
    """
    if not text.lstrip().startswith("[") and (whole := _object(text)) is not None:
        listed = wrapped(whole)
        yield from ((number, one, "") for number, one in enumerate([whole] if listed is None else listed, 1))
        return
    at, line = _begin(text), 1
    seen = 0
    while True:
        at = _skip(text, at, f"{_BLANK},")
        line, seen = line + text.count("\n", seen, at), at
        if at >= len(text):
            yield line, None, "the file breaks off: its list has no end"
            return
        if text[at] == "]":
            return
        try:
            value, at = _JSON.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            yield line, None, f"from here on no JSON ({error}); is the file whole?"
            return
        yield line, value, ""


def _object(text: str) -> dict[str, Any] | None:
    """The object the text is; None for what is none, or no whole one."""
    try:
        found = _JSON.decode(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def wrapped(given: Any, depth: int = 0) -> list[Any] | None:
    """The list of records that an answer wraps in objects which say nothing else; None for a record itself."""
    if not isinstance(given, Mapping):
        return None
    inner = [value for name, value in given.items() if name.lower() not in _ABOUT]
    if len(inner) != 1 or depth > _DEPTH:
        return None
    if isinstance(inner[0], list):
        is_records = all(isinstance(one, Mapping) for one in inner[0])
        return [_node(one) for one in inner[0]] if is_records else None
    return wrapped(inner[0], depth + 1)


def _node(one: Mapping[str, Any]) -> Any:
    """Of a GraphQL edge what it leads to."""
    return one["node"] if "node" in one and one.keys() <= {"node", "cursor"} else one


def _begin(text: str) -> int:
    """Where the first thing of the list stands. Raises ValueError."""
    at = text.find("[")
    head = text[: at if at >= 0 else len(text)].strip()
    is_list = at >= 0 and (not head or (head[0] == "{" and head[-1] == ":" and head.count('"') == 2))
    if not is_list:
        raise ValueError("neither a list nor an object with one list")
    return at + 1


def _skip(text: str, at: int, signs: str) -> int:
    while at < len(text) and text[at] in signs:
        at += 1
    return at


def parquet(path: Path) -> Iterator[Found]:
    """Each row, by DuckDB, which is loaded now: it takes a third of a second and some memory. Raises ValueError.

    Rows come as JSON: so instants keep their zone, decimals their digits, and lists of structures their shape.
    """
    duckdb = import_module("duckdb")
    database = duckdb.connect(config={"threads": "1", "memory_limit": "512MB"})
    try:
        database.execute("SET TimeZone = 'UTC'")
        database.execute("SELECT to_json(row)::VARCHAR FROM read_parquet(?) AS row", [str(path)])
        number = 0
        while some := database.fetchmany(AT_ONCE):
            for (row,) in some:
                number += 1
                yield number, _JSON.decode(row), ""
    except duckdb.Error as error:
        raise ValueError(str(error).partition("\n")[0]) from None
    finally:
        database.close()
