"""Between tests that commit, only tables that hold something are emptied: TRUNCATE of all takes half a second."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection


def install() -> None:
    """Every flush from now on."""
    type(connection.ops).sql_flush = _sql_flush  # type: ignore[method-assign]


def _sql_flush(self: Any, style: Any, tables: Sequence[str], **_options: Any) -> list[str]:
    filled = _filled(tables)
    if not filled:
        return []
    # without triggers: the order does not matter then, nor who refers to whom
    return ["SET LOCAL session_replication_role = replica", *(f"DELETE FROM {self.quote_name(one)}" for one in filled)]


def _filled(tables: Iterable[str]) -> list[str]:
    asked = [f"SELECT '{table}' WHERE EXISTS (SELECT FROM {connection.ops.quote_name(table)})" for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [name for (name,) in cursor.fetchall()]
