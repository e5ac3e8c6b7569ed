"""Which column of a file is which field: by its name first, then by whether what stands in it can be that."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from os.path import commonprefix
from typing import Any

import yaml

from shopbell.commerce.contract import Kind
from shopbell.commerce.mapping import cells, forms, heads, values
from shopbell.commerce.mapping.fields import FIELDS, PARTS, Type
from shopbell.core.tables import Record

_ENOUGH = 0.8  # of the cells that say something
_LOOKED_AT = 200
_FEW, _MANY = 4, 8  # columns
_OUR_NAME = 15  # how good a guess a column is that is called as our field is
_NUMBER_IN = re.compile(r"\d+")
_ORDER_NUMBER = re.compile(r"#?[A-Z]{0,6}[-_ ]?\d[\d-]*")
_SCOPES = ("shipping_address", "billing", "address")
Columns = dict[str, list[str]]


@dataclass
class Sample:
    """The first records of a file, by column."""

    head: Sequence[str]
    records: list[Record]
    decimals: int = 2  # of the currency, where it is known
    _values: dict[str, list[str]] = field(default_factory=dict)

    def values(self, column: str) -> list[str]:
        """What stands there, without what is empty."""
        if column not in self._values:
            found = (cells.text(cells.pick(record.values, column)) for record in self.records)
            self._values[column] = [one for one in found if not values.is_empty(one)]
        return self._values[column]

    def distinct(self, column: str) -> list[str]:
        return list(dict.fromkeys(self.values(column)))

    def is_plain(self, column: str) -> bool:
        """Whether it holds values, not objects."""
        found = (cells.pick(record.values, column) for record in self.records)
        return not any(isinstance(one, Mapping) or one == [] or _is_objects(one) for one in found)


@dataclass
class Match:
    """What was found: field → its columns; how the parts stand in the file."""

    columns: Columns
    way: Any = ""


def match(sample: Sample, kind: Kind) -> Match:
    """Each column to the field it fits best, each field to the column that fits it best."""
    numbered = _numbered(sample) if kind == "order" else {}
    listed = _list_column(sample) if kind == "order" and not numbered else ""
    taken = {column for pattern in numbered.values() for column in sample.head if is_of(column, pattern)}
    free = [column for column in sample.head if column not in taken and sample.is_plain(column)]
    found = _best(sample, free, kind, with_lines=not (numbered or listed))
    _settle_number(found, kind)
    _settle_addresses(found, kind)
    _settle_names(found, kind)
    found |= {name: [column] for name, column in numbered.items()}
    if listed:
        found |= _inside(sample, listed)
    known = FIELDS[kind]
    ordered = {name: found[name] for name in known if name in found}
    own = PARTS[kind]
    has_parts = bool(own) and any(name.startswith(f"{own}.") for name in ordered)
    way = "columns" if numbered else {"json": listed} if listed else "rows" if has_parts else ""
    return Match(ordered, way)


def _best(sample: Sample, free: Sequence[str], kind: Kind, *, with_lines: bool) -> Columns:
    """By how good the guesses are, the best first; each column and each field once."""
    candidates = []
    skipped = _common(sample.head)
    for at, column in enumerate(free):
        guessed = heads.guesses(column[skipped:], kind)
        if column in FIELDS[kind]:
            guessed[column] = guessed.get(column, _OUR_NAME) + 1
        for name, worth in guessed.items():
            if (with_lines or not name.startswith("lines.")) and _fits(name, column, sample, kind):
                candidates.append((-worth, at, name, column))
    found: Columns = {}
    used: set[str] = set()
    for _worth, _at, name, column in sorted(candidates):
        if name not in found and column not in used:
            found[name] = [column]
            used.add(column)
    return found


def _common(head: Sequence[str]) -> int:
    """How many signs all names begin with alike: "products_id", "products_name" …; "OXORDERNR", "OXBILLCITY" …

    Without a sign between, few names may begin alike by chance: "Price", "Product".
    """
    if len(head) < _FEW:
        return 0
    alike = commonprefix([name.lower() for name in head])
    parted = re.match(r".*[^a-z0-9]", alike)
    if parted:
        return parted.end()
    return len(alike) if len(head) >= _MANY else 0


def _fits(name: str, column: str, sample: Sample, kind: Kind) -> bool:
    """Whether most of what stands in the column can be that."""
    some = sample.values(column)[:_LOOKED_AT]
    if not some and sample.records and name.startswith("lines."):
        return False
    check = _CHECKS.get(name) or _CHECKS.get(name.rpartition(".")[2] if "address" in name or "billing" in name else "")
    check = check or _BY_TYPE.get(FIELDS[kind].get(name, Type.TEXT), _anything)
    if name == "number" and heads.meanings(column) == {"name"}:
        return bool(some) and all(map(_ORDER_NUMBER.fullmatch, some))
    return sum(1 for one in some if check(one)) >= _ENOUGH * len(some)


def _readable(read: Callable[[str], Any]) -> Callable[[str], bool]:
    def is_readable(cell: str) -> bool:
        try:
            return bool(read(cell)) or read(cell) in (0, False)
        except values.Unfit:
            return False

    return is_readable


def _anything(_cell: str) -> bool:
    return True


def _is_words(cell: str) -> bool:
    return "@" not in cell and not re.fullmatch(r"[\W\d_]+", cell)


def _is_amount(cell: str) -> bool:
    return bool(values.looks_like_amount(cell))


_is_country = _readable(values.country)
_BY_TYPE: Mapping[Type, Callable[[str], bool]] = {
    Type.AMOUNT: _is_amount,
    Type.WHOLE: _readable(lambda cell: values.whole(cell, "")),
    Type.INSTANT: lambda cell: forms.date_form(cell) is not None or values.is_zero_date(cell),
    Type.DAY: lambda cell: forms.date_form(cell) is not None or values.is_zero_date(cell),
    Type.YES: _readable(values.yes),
    Type.CURRENCY: _readable(values.currency),
    Type.LANGUAGE: _readable(values.language),
    Type.FULFILMENT: _is_words,
}
_CHECKS: Mapping[str, Callable[[str], bool]] = {
    "email": lambda cell: "@" in cell,
    "phone": lambda cell: sum(map(str.isdigit, cell)) >= 5 and "@" not in cell,
    "name": _is_words,
    "country": _is_country,
    "city": _is_words,
    "postcode": lambda cell: len(cell) <= 12,
    "house": lambda cell: len(cell) <= 12,
    "region": lambda cell: not heads.meaning("fulfilment", cell) and not heads.meaning("payment", cell),
    "line1": lambda cell: not _is_country(cell) or len(cell) > 3,
    "status": _is_words,
    "payment": lambda cell: bool(heads.meaning("payment", cell)),
    "payment_method": _is_words,
    "delivery_method": lambda cell: _is_words(cell) and not _is_country(cell),
    "customer_id": lambda cell: "@" not in cell and bool(re.search(r"\d", cell)) and " " not in cell,
    "is_cancelled": lambda cell: _BY_TYPE[Type.YES](cell) or bool(heads.meaning("is_cancelled", cell)),
    "lines.title": lambda cell: not _is_amount(cell),
    "shipment.tracking_number": lambda cell: bool(re.search(r"\d", cell)),
    "tax": lambda cell: _is_amount(cell) and "%" not in cell,
}


def _settle_number(found: Columns, kind: Kind) -> None:
    """Where nothing else is the order's number, its id is."""
    if kind == "order" and "number" not in found and "remote_id" in found:
        found["number"] = found.pop("remote_id")


def _settle_addresses(found: Columns, kind: Kind) -> None:
    """Street and house number to one line; an address that is nobody's in particular to whom it can only belong."""
    for scope in _SCOPES:
        house = found.pop(f"{scope}.house", None)
        if house and f"{scope}.line1" in found:
            found[f"{scope}.line1"] += house
    if kind == "order":
        _move(found, "address", "billing" if "shipping_address.line1" in found else "shipping_address")
        for scope in ("billing", "shipping_address"):
            if scope == "billing" and "phone" not in found and "billing.phone" in found:
                found["phone"] = found["billing.phone"]
    elif kind == "customer":
        scopes = [one for one in ("address", "billing", "shipping_address") if _has_place(found, one)]
        if scopes and scopes[0] != "address":
            _forget(found, "address")
            _move(found, scopes[0], "address")
        if "phone" not in found and "address.phone" in found:
            found["phone"] = found["address.phone"]


def _has_place(found: Columns, scope: str) -> bool:
    return any(f"{scope}.{name}" in found for name in ("line1", "postcode", "city"))


def _forget(found: Columns, scope: str) -> None:
    for name in [name for name in found if name.startswith(f"{scope}.")]:
        if name.rpartition(".")[2] not in ("first", "last"):
            del found[name]


def _move(found: Columns, scope: str, to: str) -> None:
    for name in [name for name in found if name.startswith(f"{scope}.")]:
        rest = name.rpartition(".")[2]
        if rest not in ("first", "last"):
            found.setdefault(f"{to}.{rest}", found[name])
            del found[name]


def _settle_names(found: Columns, kind: Kind) -> None:
    """First and last names to one; an order without a name of its own is in that of its addresses."""
    pairs = {
        scope: [column for part in ("first", "last") for column in found.pop(f"{scope}.{part}", [])]
        for scope in _SCOPES
    }
    for scope in ("shipping_address", "billing"):
        if kind == "order" and pairs[scope]:
            own = found.get(f"{scope}.name", [])
            is_surname = len(pairs[scope]) == 1 and bool(own)  # "Prénom (livraison)", "Nom (livraison)"
            found[f"{scope}.name"] = pairs[scope] = [*pairs[scope], *own] if is_surname else own or pairs[scope]
    _settle_line_title(found, has_name=bool(pairs["address"] or pairs["billing"]))
    pair = pairs["address"] or pairs["billing"]
    is_surname = "name" in found and heads.meanings(found["name"][0]) == {"name"}  # "Prénom", "Nom"
    if len(pair) == 1 and is_surname:
        found["name"] = [*pair, *found["name"]]
    elif pair and (kind == "customer" or "name" not in found):
        found["name"] = pair
    for scope in ("billing", "shipping_address"):
        if kind == "order" and "name" not in found and f"{scope}.name" in found:
            found["name"] = found[f"{scope}.name"]


def _settle_line_title(found: Columns, *, has_name: bool) -> None:
    """A bare "name" beside a SKU is the article's where the customer's name stands in other columns."""
    has_name = has_name or "billing.name" in found or "shipping_address.name" in found
    is_bare = "name" in found and heads.meanings(found["name"][0]) == {"name"}
    if has_name and is_bare and _has_lines(found) and "lines.title" not in found:
        found["lines.title"] = found.pop("name")


def _has_lines(found: Columns) -> bool:
    return any(name.startswith("lines.") for name in found)


def is_of(column: str, used: str) -> bool:
    """Whether it is one of the columns that a pattern with {n} stands for."""
    return column == used or ("{n}" in used and bool(re.fullmatch(re.escape(used).replace(r"\{n\}", r"\d+"), column)))


def _numbered(sample: Sample) -> dict[str, str]:
    """Columns such as line_1_sku, "Artikel 1 Menge": field → the column's name with {n}."""
    found: dict[str, tuple[int, str]] = {}
    for column in sample.head:
        number = _NUMBER_IN.search(column)
        if not number or number[0] != "1":
            continue
        pattern = f"{column[: number.start()]}{{n}}{column[number.end() :]}"
        words = heads.meanings(pattern.replace("{n}", " "))
        if pattern.replace("{n}", "2") in sample.head and words & {"line", "product", "many"}:
            for name, worth in heads.line_field(pattern.replace("{n}", " ")).items():
                if worth > found.get(name, (0, ""))[0]:
                    found[name] = (worth, pattern)
    return {f"lines.{name}": pattern for name, (_worth, pattern) in found.items()}


def _is_objects(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], Mapping)
    return isinstance(value, str) and bool(re.match(r"\s*\[\s*\{", value))


def _list_column(sample: Sample) -> str:
    """The column that holds lists of objects, of several the one whose objects look most like lines."""
    lists = [
        column
        for column in sample.head
        if any(_is_objects(cells.pick(record.values, column)) for record in sample.records)
    ]
    best = max(lists, key=lambda column: len(_inside(sample, column)), default="")
    return best if best and len(_inside(sample, best)) > 1 else ""


def _inside(sample: Sample, column: str) -> Columns:
    """The fields of lines that objects in this column have."""
    found: dict[str, tuple[int, str]] = {}
    for name in _names_inside(sample, column):
        for line_field, worth in heads.line_field(name).items():
            if worth > found.get(line_field, (0, ""))[0]:
                found[line_field] = (worth, name)
    return {f"lines.{name}": [one] for name, (_worth, one) in found.items()}


def _names_inside(sample: Sample, column: str) -> list[str]:
    for record in sample.records:
        value = cells.pick(record.values, column)
        if _is_objects(value):
            listed = yaml.safe_load(value) if isinstance(value, str) else value
            return [name for name, one in listed[0].items() if not isinstance(one, Mapping | list)]
    return []
