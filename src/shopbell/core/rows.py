"""Rows written as Django does not: many by one statement, and none back from the dead."""

from __future__ import annotations

from collections.abc import Sequence
from json import dumps
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import JSONField, Model
from django.db.models.expressions import DatabaseDefault


def hold_row(row: Model) -> None:
    """Lock a row that is about to be saved, unless it is new. Raises DoesNotExist where somebody deleted it since it
    was read: Django's `save` would insert it again.
    """
    kind: Any = type(row)
    if row.pk is not None:
        kind.objects.select_for_update(no_key=True, of=("self",)).only("pk").get(pk=row.pk)


def write_back(rows: Sequence[Any], names: Sequence[str]) -> None:
    """Write these fields of rows of one model, by their ids, in the caller's transaction."""
    if not rows:
        return
    meta = rows[0]._meta
    fields = [meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    columns = [quote(field.column) for field in fields]
    types = [str(field.db_type(connection)).split("(")[0] for field in fields]
    arrays = ", ".join(["%s::bigint[]", *(f"%s::{kind}[]" for kind in types)])
    values: list[Any] = [[row.pk for row in rows]]
    for field in fields:
        values.append([field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows])
    sets = ", ".join(f"{column} = given.{column}" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(meta.db_table)} AS kept SET {sets}"
            f" FROM unnest({arrays}) AS given(id, {', '.join(columns)}) WHERE kept.id = given.id",
            values,
        )


def upsert(rows: Sequence[Any], unique: Sequence[str], updated: Sequence[str]) -> None:
    """Insert rows of one model; where `unique` is there already, `updated` are written. Sets the rows' ids.

    One array for each column instead of a parameter for each value, also for columns `bulk_create` cannot do that
    with: arrays of text, and those the database fills (they are left out: no row may have a value for them).
    """
    if not rows:
        return
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not field.primary_key and not _by_database(rows, field)]
    quote = connection.ops.quote_name
    columns = [quote(field.column) for field in fields]
    keys = [meta.get_field(name) for name in unique]
    sources = ", ".join(
        "jsonb_array_elements(%s::jsonb)" if _as_json(field) else f"unnest(%s::{_type(field)}[])" for field in fields
    )
    picked = ", ".join(
        f"ARRAY(SELECT jsonb_array_elements_text({column}))" if isinstance(field, ArrayField) else column
        for field, column in zip(fields, columns, strict=True)
    )
    sets = ", ".join(f"{column} = EXCLUDED.{column}" for column in _columns(meta, updated))
    on = ", ".join(_columns(meta, unique))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(meta.db_table)} ({', '.join(columns)}) SELECT {picked}"
            f" FROM ROWS FROM ({sources}) AS given({', '.join(columns)})"
            f" ON CONFLICT ({on}) DO UPDATE SET {sets} RETURNING id, {on}",
            [_column(rows, field) for field in fields],
        )
        ids = {tuple(key): number for number, *key in cursor.fetchall()}
    for row in rows:
        row.pk = ids[tuple(getattr(row, field.attname) for field in keys)]


def _by_database(rows: Sequence[Any], field: Any) -> bool:
    return all(isinstance(getattr(row, field.attname), DatabaseDefault) for row in rows)


def _columns(meta: Any, names: Sequence[str]) -> list[str]:
    return [connection.ops.quote_name(meta.get_field(name).column) for name in names]


def _as_json(field: Any) -> bool:
    """Columns that travel as one JSON list: quicker than an array of texts that are JSON, each quoted again."""
    return isinstance(field, ArrayField | JSONField) and not field.null


def _type(field: Any) -> str:
    return str(field.db_type(connection)).split("(")[0]


def _column(rows: Sequence[Any], field: Any) -> Any:
    values = [field.pre_save(row, add=True) for row in rows]
    if _as_json(field):
        return dumps(values, cls=getattr(field, "encoder", None))
    return [field.get_db_prep_save(value, connection) for value in values]
