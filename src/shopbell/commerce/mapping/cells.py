"""What stands in a record under a name, and what it says by the mapping."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from shopbell.commerce import contract
from shopbell.commerce.mapping import values
from shopbell.commerce.mapping.fields import Type
from shopbell.commerce.mapping.language import Source

Values = Mapping[str, Any]
_GUARDED = re.compile(r"'(?:[=+\-@].*|[\d\s().+/-]+)", re.DOTALL)
_WORDS: Mapping[Type, Any] = {
    Type.PAYMENT: contract.Payment,
    Type.FULFILMENT: contract.Fulfilment,
    Type.SOURCE: contract.Source,
    Type.STATE: contract.State,
}


def pick(record: Values, column: str) -> Any:
    """The value of a column; "customer.email" also leads into an object, "items.0" into a list."""
    if column in record:
        return record[column]
    found: Any = record
    for step in column.split("."):
        if isinstance(found, Mapping):
            found = found.get(step)
        elif isinstance(found, list) and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
        else:
            return None
    return found


def text(value: Any) -> str:
    """A cell as text; "" for nothing."""
    if isinstance(value, str):
        return unguarded(value.strip())
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(text, value))
    return str(value)


def unguarded(cell: str) -> str:
    """Without the apostrophe that keeps spreadsheets from taking a number or a formula for one: '01067, '=A1."""
    return cell[1:] if cell[:1] == "'" and _GUARDED.fullmatch(cell) else cell


def said(record: Values, source: Source) -> str:
    """What the record says there, its words replaced by what the mapping says they mean; "" for nothing."""
    if not source.columns:
        return source.constant
    if len(source.columns) == 1:
        found = text(pick(record, source.columns[0]))
    else:
        found = source.join.join(filter(None, (text(pick(record, column)) for column in source.columns)))
    if values.is_empty(found):
        found = ""
    if source.values or source.otherwise is not None:
        meant = source.values.get(found.lower())
        if meant is not None:
            return meant
        if source.otherwise is not None and found:
            return source.otherwise
    return found


def understood(cell: str, source: Source, kind: Type, currency: str) -> Any:
    """The cell, not empty, as the contract has it. Raises values.Unfit."""
    if kind == Type.TEXT:
        return cell
    if kind == Type.AMOUNT:
        return values.amount(cell, currency, source.decimal)
    if kind == Type.INSTANT:
        return values.instant(cell, source.formats, source.zone)
    if kind == Type.DAY:
        return values.day(cell, source.formats, source.zone)
    if kind == Type.WHOLE:
        return values.whole(cell, source.decimal)
    if kind == Type.LIST:
        return tuple(filter(None, (part.strip() for part in cell.split(source.split or ","))))
    if kind in _WORDS:
        return values.word(cell, _WORDS[kind])
    return _PLAIN[kind](cell)


_PLAIN: Mapping[Type, Any] = {
    Type.YES: values.yes,
    Type.CURRENCY: values.currency,
    Type.COUNTRY: values.country,
    Type.LANGUAGE: values.language,
}
