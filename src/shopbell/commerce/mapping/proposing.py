"""A mapping guessed from the names of the columns and a sample of what stands in them, for a person to correct."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import yaml

from shopbell.commerce.contract import Kind
from shopbell.commerce.mapping import forms, heads
from shopbell.commerce.mapping.fields import FIELDS, PARTS, REQUIRED, Type
from shopbell.commerce.mapping.heads import MEANINGS
from shopbell.commerce.mapping.matching import Columns, Sample, is_of, match
from shopbell.core import money
from shopbell.core.tables import Record, Table

SAMPLE = 500  # records
SHOWN = 3  # values of a column
WORDS, LONGEST_WORD = 20, 60  # of states: so many, so long
_THOUSANDS = "  # thousands or decimals? the sample does not tell"
_NO_TELLING = "  # day or month first? the sample does not tell"


def propose(table: Table, kind: Kind) -> str:
    """A mapping in YAML, with a sample of each column's values behind it; what is not clear is said in comments."""
    sample = Sample(table.head, [one for one in islice(table, SAMPLE) if isinstance(one, Record)])
    found = match(sample, kind)
    fields, way = found.columns, found.way
    sample.decimals = _decimals(sample, fields, kind)
    out = [f"# Proposed from the names in {table.path.name}: look at every line before you use it.", f"kind: {kind}"]
    out += [f"file: {_flow(_form(table))}"]
    out += list(_settings(sample, fields, kind))
    if way:
        out.append(f"{PARTS[kind]}: {_flow(way)}")
    out.append("fields:")
    sign = _sign(sample, fields, kind)
    for name, columns in fields.items():
        out += _entry(name, columns, sample, kind, sign)
    out += _of_status(sample, fields, kind)
    out += _missing(sample, fields, kind)
    used = {column for columns in fields.values() for column in columns}
    left = [column for column in sample.head if not any(is_of(column, one) for one in used)]
    out += ["# Not used:"] if left else []
    out += [f"#   {_flow(column)}{_shown(sample, column)}" for column in left]
    return "\n".join(out) + "\n"


def _form(table: Table) -> dict[str, str]:
    form = table.form
    found = {"format": form.format, "charset": form.charset.removesuffix("-sig"), "delimiter": form.delimiter}
    found["delimiter"] = "tab" if form.delimiter == "\t" else form.delimiter
    return {name: value for name, value in found.items() if value}


def _settings(sample: Sample, fields: Columns, kind: Kind) -> Iterator[str]:
    if amounts := _of_types(sample, fields, kind, Type.AMOUNT):
        is_open = not forms.decimal_sign(amounts, sample.decimals) and forms.may_be_thousands(amounts)
        yield f'numbers: {{decimal: "{_sign(sample, fields, kind)}"}}' + (_THOUSANDS if is_open else "")
    dates = _of_types(sample, fields, kind, Type.INSTANT, Type.DAY)
    is_month_first, is_sure = forms.day_and_month(dates)
    found = dict.fromkeys(forms.date_form(one, is_month_first) for one in dates)
    written = [form for form in found if form and form not in forms.NUMBER_FORMS]
    if written:
        yield f"dates: {_flow({'formats': written})}" + ("" if is_sure else _NO_TELLING)


def _decimals(sample: Sample, fields: Columns, kind: Kind) -> int:
    """How many the one currency has that the file names; 2 where it names none, or several."""
    named = {one.upper() for one in _of_types(sample, fields, kind, Type.CURRENCY)}
    found = named.pop() if len(named) == 1 else forms.currency(_of_types(sample, fields, kind, Type.AMOUNT))
    return money.decimals(found)


def _sign(sample: Sample, fields: Columns, kind: Kind) -> str:
    return forms.decimal_sign(_of_types(sample, fields, kind, Type.AMOUNT), sample.decimals) or "."


def _of_types(sample: Sample, fields: Columns, kind: Kind, *types: Type) -> list[str]:
    of = FIELDS[kind]
    return [one for name, columns in fields.items() if of[name] in types for one in sample.values(columns[0])]


def _own_form(name: str, column: str, sample: Sample, kind: Kind, default_sign: str) -> dict[str, Any]:
    """What is said of this column alone: dates that are numbers, times in UTC, another decimal sign."""
    of, some = FIELDS[kind][name], sample.values(column)
    if of in (Type.INSTANT, Type.DAY):
        numbers = [form for form in dict.fromkeys(map(forms.date_form, some)) if form in forms.NUMBER_FORMS]
        is_utc = "gmt" in heads.meanings(column) and of == Type.INSTANT
        return ({"formats": numbers} if numbers else {}) | ({"zone": "UTC"} if is_utc else {})
    if of == Type.AMOUNT and (sign := forms.decimal_sign(some, sample.decimals)) and sign != default_sign:
        return {"decimal": sign}
    return {}


def _entry(name: str, columns: list[str], sample: Sample, kind: Kind, sign: str) -> list[str]:
    column = columns[0]
    if len(columns) > 1:
        return [f"  {name}: {_flow({'columns': columns})}{_shown(sample, column)}"]
    shown = _shown(sample, column.replace("{n}", "1"))
    if name in MEANINGS and (meant := _meant(name, column, sample)):
        return [f"  {name}: {_flow({'column': column, 'values': meant} | _otherwise(name))}"]
    if own := _own_form(name, column, sample, kind, sign):
        return [f"  {name}: {_flow({'column': column} | own)}{shown}"]
    return [f"  {name}: {_flow(column)}{shown}"]


def _meant(name: str, column: str, sample: Sample) -> dict[str, str]:
    """The words of states in a column, and what they mean."""
    words = [one for one in sample.distinct(column) if len(one) < LONGEST_WORD][:WORDS]
    meant = {one: heads.meaning(name, one) for one in words}
    if name == "is_cancelled":
        return {one: meaning for one, meaning in meant.items() if meaning}
    return {one: meaning or ("other" if name == "source" else "unknown") for one, meaning in meant.items()}


def _otherwise(name: str) -> dict[str, str]:
    return {"otherwise": "no"} if name == "is_cancelled" else {}


def _of_status(sample: Sample, fields: Columns, kind: Kind) -> Iterator[str]:
    """What the shop's one status says about payment, delivery and cancelling, where no column of its own does."""
    if kind != "order" or "status" not in fields:
        return
    column = fields["status"][0]
    words = [one for one in sample.distinct(column) if len(one) < LONGEST_WORD][:WORDS]
    for name in ("payment", "fulfilment", "is_cancelled"):
        if name in fields or (name == "is_cancelled" and "cancelled_at" in fields):
            continue
        meant = {one: meaning for one in words if (meaning := heads.meaning(name, one)) and _says(name, one)}
        if meant:
            otherwise = "no" if name == "is_cancelled" else "unknown"
            yield f"  {name}: {_flow({'column': column, 'values': meant, 'otherwise': otherwise})}"


def _says(name: str, word: str) -> bool:
    """A word both of paying and of delivering ("pending"), or of cancelling, says nothing sure about the payment."""
    return name != "payment" or not (heads.meaning("fulfilment", word) or heads.meaning("is_cancelled", word))


def _shown(sample: Sample, column: str) -> str:
    some = [" ".join(one.split())[:30] for one in sample.distinct(column)[:SHOWN]]
    return f"  # {' | '.join(some)}" if some else "  # empty"


def _missing(sample: Sample, fields: Columns, kind: Kind) -> list[str]:
    out = []
    for names in REQUIRED[kind]:
        if not any(name in fields for name in names):
            if names == ("currency",):
                out.append(_currency(sample, fields, kind))
            else:
                hint = " (total: {value: 0} where nothing says it)" if "total" in names else ""
                out.append(f"  # {' or '.join(names)}: no column looks like it, and it is needed{hint}")
    return out


def _currency(sample: Sample, fields: Columns, kind: Kind) -> str:
    """The currency the amounts name; a guess to be looked at where they name none."""
    if found := forms.currency(_of_types(sample, fields, kind, Type.AMOUNT)):
        return f"  currency: {{value: {found}}}  # as the amounts say"
    return "  currency: {value: EUR}  # no column says it: is it EUR?"


def _flow(value: Any) -> str:
    """On one line of YAML."""
    written = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000, sort_keys=False)
    return str(written).removesuffix("\n").removesuffix("\n...").strip()
