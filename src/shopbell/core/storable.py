"""What comes from outside, made fit for the database. PostgreSQL's texts hold neither NUL nor a lone surrogate."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar

Value = TypeVar("Value")
OLDEST = datetime(1970, 1, 1, tzinfo=UTC)


def fit(value: Value) -> Value:
    """The same without what no database text can hold, at any depth of mappings, sequences and dataclasses."""
    fitted: Any = value
    if isinstance(value, str):
        if not value.isascii() or "\0" in value:
            fitted = value.replace("\0", "").encode("utf-8", "ignore").decode()
    elif isinstance(value, Mapping):
        fitted = {fit(key): fit(each) for key, each in value.items()}
    elif isinstance(value, list | tuple):
        fitted = type(value)([fit(each) for each in value]) if value else value
    elif is_dataclass(value) and not isinstance(value, type):
        given = {field.name: getattr(value, field.name) for field in fields(value)}
        changed = {name: found for name, one in given.items() if (found := fit(one)) is not one}
        fitted = replace(value, **changed) if changed else value
    return fitted  # type: ignore[no-any-return]


def key(identifier: str, length: int) -> str:
    """An identifier of at most `length` (≥ 71) characters. A cut one could be another's: its hash takes its place."""
    if len(identifier) <= length:
        return identifier
    return f"sha256:{hashlib.sha256(identifier.encode()).hexdigest()}"


def moment(stated: datetime, otherwise: datetime) -> datetime:
    """A date that can be; one to come or before 1970 is a clock gone wrong, then the other is taken."""
    return stated if OLDEST <= stated <= datetime.now(UTC) else otherwise


def jsonable(value: Any) -> Any:
    """The same as JSON has it: instants and days as ISO 8601, enumerations by value."""
    return json.loads(json.dumps(value, default=_iso))


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} is nothing JSON can hold")
