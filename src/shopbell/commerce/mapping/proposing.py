"""A mapping guessed from the names of the columns and a sample of what stands in them, for a person to correct."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import yaml

from shopbell.commerce.contract import Kind
from shopbell.commerce.mapping import cells, heads
from shopbell.commerce.mapping.fields import FIELDS, PARTS, REQUIRED, Type
from shopbell.commerce.mapping.heads import FIRST, LAST, LINES, MEANINGS, bare
from shopbell.commerce.mapping.values import EMPTY
from shopbell.core.tables import Record, Table

SAMPLE = 500  # records
SHOWN = 3  # values of a column
_NUMBER_IN = re.compile(r"\d+")
_SLASHED = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})(.*)")


@dataclass
class Sample:
    """The first records of a file, by column."""

    head: Sequence[str]
    records: list[Record]

    def values(self, column: str) -> list[str]:
        """What stands there, without what is empty."""
        found = (cells.text(cells.pick(record.values, column)) for record in self.records)
        return [one for one in found if one and one.lower() not in EMPTY]

    def distinct(self, column: str) -> list[str]:
        return list(dict.fromkeys(self.values(column)))


def propose(table: Table, kind: Kind) -> str:
    """A mapping in YAML, with a sample of each column's values behind it; what is not clear is said in comments."""
    sample = Sample(table.head, [one for one in islice(table, SAMPLE) if isinstance(one, Record)])
    fields, way = _fields(sample, kind)
    out = [f"# Proposed from the names in {table.path.name}: look at every line before you use it.", f"kind: {kind}"]
    out += [f"file: {_flow(_form(table))}"]
    out += list(_settings(sample, fields, kind))
    if way:
        out.append(f"{PARTS[kind]}: {_flow(way)}")
    out.append("fields:")
    for name, columns in fields.items():
        out += _entry(name, columns, sample, kind)
    out += _missing(fields, kind)
    used = {column for columns in fields.values() for column in columns}
    left = [column for column in sample.head if not any(_is_of(column, one) for one in used)]
    out += ["# Not used:"] if left else []
    out += [f"#   {_flow(column)}{_shown(sample, column)}" for column in left]
    return "\n".join(out) + "\n"


def _is_of(column: str, used: str) -> bool:
    return column == used or ("{n}" in used and bool(re.fullmatch(re.escape(used).replace(r"\{n\}", r"\d+"), column)))


def _form(table: Table) -> dict[str, str]:
    form = table.form
    found = {"format": form.format, "charset": form.charset.removesuffix("-sig"), "delimiter": form.delimiter}
    found["delimiter"] = "tab" if form.delimiter == "\t" else form.delimiter
    return {name: value for name, value in found.items() if value}


def _fields(sample: Sample, kind: Kind) -> tuple[dict[str, list[str]], Any]:
    """Field → its columns, and how the parts stand."""
    known = heads.HEADS[kind]
    found: dict[str, list[str]] = {}
    for column in sample.head:
        name = known.get(bare(column)) or known.get(bare(column.rpartition(".")[2] if "." in column else ""))
        if column in FIELDS[kind]:
            name = column
        if name and name in FIELDS[kind] and name not in found:
            found[name] = [column]
    names = [column for group in (FIRST, LAST) for column in sample.head if bare(column) in group]
    if len(names) > 1 and "name" not in found:
        found["name"] = names
    way = _way(sample, kind, found)
    ordered = {name: found[name] for name in FIELDS[kind] if name in found}
    return ordered, way


def _way(sample: Sample, kind: Kind, found: dict[str, list[str]]) -> Any:
    """How lines or variants stand in the file; their columns are put right on the way."""
    own = PARTS[kind]
    if kind == "order" and (numbered := _numbered(sample)):
        for name in [name for name in found if name.startswith("lines.") or found[name][0] in numbered.values()]:
            del found[name]
        found |= {name: [column] for name, column in numbered.items()}
        return "columns"
    if kind == "order" and (column := _list_column(sample)):
        for name in [name for name in found if name.startswith("lines.")]:
            del found[name]
        inside = _inside(sample, column)
        found |= {LINES[bare(one)]: [one] for one in reversed(inside) if bare(one) in LINES}
        return {"json": column}
    return "rows" if own and any(name.startswith(f"{own}.") for name in found) else ""


def _numbered(sample: Sample) -> dict[str, str]:
    """Columns such as line_1_sku, "Artikel 1 Menge": field → the column's name with {n}."""
    found: dict[str, str] = {}
    for column in sample.head:
        match = _NUMBER_IN.search(column)
        if match and match[0] == "1":
            pattern = f"{column[: match.start()]}{{n}}{column[match.end() :]}"
            words = bare(
                re.sub(
                    r"(?i)^(line|item|position|pos|artikel|linje|rida|product|vare|toode)",
                    "",
                    pattern.replace("{n}", ""),
                )
            )
            name = LINES.get(words) or LINES.get(bare(pattern.replace("{n}", "")))
            if name and pattern.replace("{n}", "2") in sample.head:
                found.setdefault(name, pattern)
    return found


def _list_column(sample: Sample) -> str:
    """The column that holds lists of objects."""
    for column in sample.head:
        for record in sample.records[:20]:
            value = cells.pick(record.values, column)
            is_list = isinstance(value, list) and value and isinstance(value[0], Mapping)
            if is_list or (isinstance(value, str) and value.lstrip().startswith("[{")):
                return column
    return ""


def _inside(sample: Sample, column: str) -> list[str]:
    for record in sample.records:
        value = cells.pick(record.values, column)
        listed = yaml.safe_load(value) if isinstance(value, str) else value
        if isinstance(listed, list) and listed and isinstance(listed[0], Mapping):
            return list(listed[0])
    return []


def _settings(sample: Sample, fields: Mapping[str, list[str]], kind: Kind) -> Iterator[str]:
    of = FIELDS[kind]
    amounts = [one for name, columns in fields.items() if of[name] == Type.AMOUNT for one in sample.values(columns[0])]
    if amounts:
        sign = _decimal(amounts)
        yield f'numbers: {{decimal: "{sign}"}}'
    dates = [
        one
        for name, columns in fields.items()
        if of[name] in (Type.INSTANT, Type.DAY)
        for one in sample.values(columns[0])
    ]
    slashed = [match for match in map(_SLASHED.fullmatch, dates) if match]
    if slashed:
        rest = slashed[0][4]
        clock = "" if not rest.strip() else " HH:mm:ss" if rest.count(":") == 2 else " HH:mm"
        is_american = any(int(match[2]) > 12 for match in slashed)
        is_open = not is_american and not any(int(match[1]) > 12 for match in slashed)
        form = ("MM/DD/YYYY" if is_american else "DD/MM/YYYY") + clock
        yield f'dates: {{formats: ["{form}"]}}' + (
            "  # day or month first? the sample does not tell" if is_open else ""
        )


def _decimal(amounts: Sequence[str]) -> str:
    """The sign that stands last before one or two digits in most of them."""
    ends = [match[1] for match in (re.search(r"([.,])\d{1,2}\D*$", one) for one in amounts) if match]
    return "," if ends.count(",") > ends.count(".") else "."


def _entry(name: str, columns: list[str], sample: Sample, kind: Kind) -> list[str]:
    column = columns[0]
    if len(columns) > 1:
        return [f"  {name}: {_flow({'columns': columns})}"]
    if name in MEANINGS:
        words = [one for one in sample.distinct(column) if len(one) < 60][:20]
        meant = {one: MEANINGS[name].get(bare(one), "unknown" if name != "source" else "other") for one in words}
        if name == "is_cancelled":
            meant = {one: MEANINGS[name].get(bare(one), "") for one in words}
            meant = {one: meaning for one, meaning in meant.items() if meaning}
        if meant:
            return [f"  {name}: {_flow({'column': column, 'values': meant})}"]
    return [f"  {name}: {_flow(column)}{_shown(sample, column.replace('{n}', '1'))}"]


def _shown(sample: Sample, column: str) -> str:
    some = [" ".join(one.split())[:30] for one in sample.distinct(column)[:SHOWN]]
    return f"  # {' | '.join(some)}" if some else "  # empty"


def _missing(fields: Mapping[str, Any], kind: Kind) -> list[str]:
    out = []
    for names in REQUIRED[kind]:
        if not any(name in fields for name in names):
            if names == ("currency",):
                out.append("  currency: {value: EUR}  # no column says it: is it EUR?")
            else:
                out.append(f"  # {' or '.join(names)}: no column looks like it, and it is needed")
    return out


def _flow(value: Any) -> str:
    """On one line of YAML."""
    written = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000, sort_keys=False)
    return str(written).removesuffix("\n").removesuffix("\n...").strip()
