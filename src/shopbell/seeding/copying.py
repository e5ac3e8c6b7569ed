"""Rows into tables by COPY, with ids taken beforehand, and without indexes in the way of a large load."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection, models, transaction

SORTING_MEMORY = "256MB"


class Table:
    """Collects rows of one model. What `add` is not told gets the model's default."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        fields = list(model._meta.concrete_fields)
        self._defaults = {field.attname: _default(field) for field in fields}
        self._columns = ", ".join(f'"{field.column}"' for field in fields)
        self._rows: list[dict[str, Any]] = []

    def add(self, **values: Any) -> None:
        """One row, by attribute names (`customer_id`); JSON and arrays as PostgreSQL writes them. Raises KeyError."""
        self._rows.append({**self._defaults, **values})

    def flush(self) -> None:
        """Write what was collected."""
        statement = f'COPY "{self.model._meta.db_table}" ({self._columns}) FROM STDIN'
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in self._rows:
                copy.write_row(row.values())
        self._rows = []


def _default(field: Any) -> Any:
    value = field.get_default()
    if isinstance(value, list):
        return "[]" if isinstance(field, models.JSONField) else "{}"
    return json.dumps(value) if isinstance(value, dict) else value


def take_ids(model: type[models.Model], count: int) -> int:
    """The first of `count` ids that nobody else will get."""
    statement = "SELECT setval(name, nextval(name) + %s - 1) FROM pg_get_serial_sequence(%s, 'id') AS name"
    with connection.cursor() as cursor:
        cursor.execute(statement, [count, model._meta.db_table])
        return int(cursor.fetchone()[0]) - count + 1


@contextmanager
def without_checks() -> Iterator[None]:
    """For the current transaction foreign keys are not looked up for every row; needs a superuser, else they are."""
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute("SET LOCAL session_replication_role = replica")
        except DatabaseError:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # at once: three million put off would fill the memory
        yield


_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisunique
"""


@contextmanager
def without_indexes(tables: list[Table]) -> Iterator[None]:
    """Drop the tables' plain indexes and build them again at the end: for a load larger than what is there.

    Within one transaction: a failure leaves everything as it was, and nobody else sees the tables meanwhile.
    """
    names = [f'"{table.model._meta.db_table}"' for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES, [names])
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        cursor.execute(f"SET LOCAL maintenance_work_mem = '{SORTING_MEMORY}'")
        for _name, definition in indexes:
            cursor.execute(definition)


def vacuum(tables: list[Table]) -> None:
    """Fresh statistics, and pages marked as visible to all. Outside any transaction."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'VACUUM (ANALYZE) "{table.model._meta.db_table}"')
