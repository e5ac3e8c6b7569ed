"""The mapping file: read, and checked against what there is to fill and the columns there are.

    file: {charset: cp1257, delimiter: ";"}     all of it guessed where left out
    numbers: {decimal: ","}
    dates: {formats: ["DD.MM.YYYY HH:mm"], zone: Europe/Tallinn}
    lines: rows                                  rows | columns | {json: COLUMN}; for products: variants
    fields:
      number: Bestellnummer                      a column
      currency: {value: EUR}                     the same for all
      name: {columns: [Vorname, Nachname]}       joined by a space, or by `join`
      payment: {column: Status, values: {bezahlt: paid}, otherwise: unknown}

Every scalar of the YAML is read as text, so that `no` is a word and `1` a column's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from shopbell.commerce.contract import Kind
from shopbell.commerce.mapping.fields import FIELDS, PARTS, REQUIRED
from shopbell.core.tables import FORMATS, Form

NUMBERED = "{n}"  # in a column's name: 1, 2, 3 …
MOST_NUMBERED = 200
_TOP = {"kind", "file", "numbers", "dates", "lines", "variants", "fields"}
_SOURCE = {"column", "columns", "value", "values", "otherwise", "join", "split", "formats", "zone", "decimal"}
_DECIMALS = {".", ",", ""}


class WrongMap(ValueError):
    """The mapping cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Source:
    """Where a field's value comes from, and how it is written there."""

    columns: tuple[str, ...]
    constant: str
    values: Mapping[str, str]  # what stands there, in small letters → what it means
    otherwise: str | None  # what everything else means; None: itself
    join: str
    split: str
    formats: tuple[str, ...]
    zone: ZoneInfo
    decimal: str

    @property
    def label(self) -> str:
        """What people know it by."""
        return " + ".join(self.columns)


@dataclass(frozen=True)
class Plan:
    """A mapping that was understood."""

    kind: Kind
    form: Form
    fields: Mapping[str, Source]
    parts: str = ""  # rows, columns, json; "" for things without parts
    parts_column: str = ""  # of json
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def check(self, head: Sequence[str]) -> None:
        """Whether the file has all columns that are named. Raises WrongMap."""
        known = set(head)
        if self.parts_column and self.parts_column not in known:
            raise WrongMap(f"{PARTS[self.kind]}: {_no_column(self.parts_column, head)}")
        for name, source in self.fields.items():
            if not (self.parts == "json" and name.startswith(f"{PARTS[self.kind]}.")):
                for column in source.columns:
                    wanted = column.replace(NUMBERED, "1")
                    if wanted not in known:
                        raise WrongMap(f"{name}: {_no_column(wanted, head)}")


def _no_column(column: str, head: Sequence[str]) -> str:
    near = get_close_matches(column, head, 1, 0.6)
    meant = f" Did you mean “{near[0]}”?" if near else ""
    return f"there is no column “{column}” in the file.{meant} It has: {', '.join(head)}"


class _Loader(yaml.BaseLoader):
    """Every scalar is text, and a key stands once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _value in node.value:
            name = str(key.value)
            if name in seen:
                raise WrongMap(f"line {key.start_mark.line + 1}: “{name}” stands there twice")
            seen.add(name)
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


def read_plan(text: str, kind: Kind, zone: ZoneInfo) -> Plan:
    """Understand a mapping. `zone` is the shop's own, for instants without one. Raises WrongMap."""
    try:
        given = yaml.load(text, _Loader)
    except yaml.YAMLError as error:
        raise WrongMap(f"no YAML: {' '.join(str(error).split())}") from None
    top = _object(given, "the mapping", _TOP)
    if top.get("kind", kind) not in (kind, f"{kind}s"):
        raise WrongMap(f"kind: this is a mapping of {top['kind']}, not of {kind}s")
    zone = _zone(_object(top.get("dates", {}), "dates", {"formats", "zone"}).get("zone", ""), zone)
    fields = {
        name: _source(name, written, top, zone, kind)
        for name, written in _object(top.get("fields", {}), "fields", None).items()
    }
    plan = Plan(kind, _form(top.get("file", {})), fields, *_parts(top, fields, kind), zone)
    _check_required(plan)
    return plan


def _object(given: Any, where: str, known: Iterable[str] | None) -> dict[str, Any]:
    if given in ("", None):
        return {}
    if not isinstance(given, dict):
        raise WrongMap(f"{where}: names and what belongs to them are expected, as “name: value”")
    for name in given:
        if known is not None and name not in known:
            raise WrongMap(f"{where}: “{name}” is not known.{_meant(str(name), known)}")
    return given


def _meant(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), 1, 0.6)
    return f" Did you mean “{near[0]}”?" if near else f" There are: {', '.join(sorted(known))}"


def _form(given: Any) -> Form:
    written = _object(given, "file", {"format", "charset", "delimiter"})
    if written.get("format", "csv") not in FORMATS:
        raise WrongMap(f"file: the format is one of {', '.join(FORMATS)}")
    try:
        "".encode(written.get("charset") or "utf-8")
    except LookupError:
        raise WrongMap(f"file: “{written['charset']}” is no charset") from None
    delimiter = {"tab": "\t", "\\t": "\t"}.get(written.get("delimiter", ""), written.get("delimiter", ""))
    if len(delimiter) > 1:
        raise WrongMap("file: the delimiter is one character, or tab")
    return Form(written.get("format", ""), written.get("charset", ""), delimiter)


def _zone(name: str, otherwise: ZoneInfo) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else otherwise
    except (ZoneInfoNotFoundError, ValueError):
        raise WrongMap(f"dates: “{name}” is no time zone; write Europe/Berlin, UTC …") from None


def _source(name: str, written: Any, top: Mapping[str, Any], zone: ZoneInfo, kind: Kind) -> Source:
    if name not in FIELDS[kind]:
        raise WrongMap(f"fields: {kind}s have no “{name}”.{_meant(name, FIELDS[kind])}")
    given = {"column": written} if isinstance(written, str) else _object(written, name, _SOURCE)
    columns = _texts(given.get("columns", [given["column"]] if given.get("column") else []), name)
    if bool(columns) == ("value" in given):
        raise WrongMap(f"{name}: either a column or a value belongs here")
    numbers = _object(top.get("numbers", {}), "numbers", {"decimal"})
    dates = top.get("dates") or {}
    decimal = given.get("decimal", numbers.get("decimal", ""))
    if decimal not in _DECIMALS:
        raise WrongMap(f"{name}: the decimal sign is “.” or “,”")
    values = _object(given.get("values", {}), name, None)
    return Source(
        columns=columns,
        constant=given.get("value", ""),
        values={str(key).strip().lower(): str(value) for key, value in values.items()},
        otherwise=given.get("otherwise"),
        join=given.get("join", " "),
        split=given.get("split", ""),
        formats=_texts(given.get("formats", dates.get("formats", [])), name),
        zone=_zone(given.get("zone", ""), zone),
        decimal=decimal,
    )


def _texts(given: Any, where: str) -> tuple[str, ...]:
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list) or not all(isinstance(one, str) and one for one in listed):
        raise WrongMap(f"{where}: names are expected here, one or a list")
    return tuple(listed)


def _parts(top: Mapping[str, Any], fields: Mapping[str, Source], kind: Kind) -> tuple[str, str]:
    """How the lines of an order (the variants of a product) stand in the file, and in which column."""
    own = PARTS[kind]
    other = {"lines", "variants"} - {own}
    if stray := next((name for name in sorted(other) if name in top), ""):
        raise WrongMap(f"{stray}: {kind}s have none")
    has_any = bool(own) and any(name.startswith(f"{own}.") for name in fields)
    way = top.get(own, "")
    if isinstance(way, dict):
        column = _object(way, own, {"json"}).get("json", "")
        if not column:
            raise WrongMap(f"{own}: {{json: COLUMN}} is expected")
        return "json", column
    if not has_any:
        return "", ""
    if way not in ("rows", "columns", ""):
        raise WrongMap(f"{own}: write rows, columns or {{json: COLUMN}}")
    is_numbered = any(NUMBERED in column for name, source in fields.items() for column in source.columns)
    if not way and kind == "order" and not is_numbered:
        raise WrongMap("lines: say how they stand in the file: rows, columns or {json: COLUMN}")
    return way or ("columns" if is_numbered else "rows"), ""


def _check_required(plan: Plan) -> None:
    for names in REQUIRED[plan.kind]:
        if not any(name in plan.fields for name in names):
            raise WrongMap(f"fields: {' or '.join(names)} is missing; {plan.kind}s cannot be read without")
    own = f"{PARTS[plan.kind]}."
    for name, source in plan.fields.items():
        is_part = len(own) > 1 and name.startswith(own)
        if any(NUMBERED in column for column in source.columns) != (plan.parts == "columns" and is_part):
            if not source.columns:
                continue
            wanted = (
                f"columns of {own[:-1]} are written with {NUMBERED}" if is_part else f"{NUMBERED} has no place here"
            )
            raise WrongMap(f"{name}: {wanted}")


def numbered(column: str, number: int) -> str:
    return column.replace(NUMBERED, str(number))
