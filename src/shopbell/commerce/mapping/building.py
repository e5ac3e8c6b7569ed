"""From the rows of one thing to a customer, a product or an order of the contract."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from shopbell.commerce import contract
from shopbell.commerce.mapping import cells, values
from shopbell.commerce.mapping.fields import FIELDS, PARTS, Type
from shopbell.commerce.mapping.language import MOST_NUMBERED, Plan, Source, numbered
from shopbell.core.tables import Broken, Record

LONGEST_ID = 100  # characters of a remote id
_AGREE = ("number", "currency", "total", "placed_at", "email", "customer_id", "title")


class Refusal(ValueError):
    """A row that cannot be taken: the line, the column as people know it, and why."""

    def __init__(self, line: int, reason: str, column: str = "") -> None:
        super().__init__(f"{column}: {reason}" if column else reason)
        self.line = line
        self.column = column


class Builder:
    """Makes things of a file's rows by one mapping."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        own = PARTS[plan.kind]
        self._own = f"{own}." if own else ""
        self._head = {
            name: one for name, one in plan.fields.items() if not (own and name.startswith(self._own)) or not plan.parts
        }
        self._part = {name.removeprefix(self._own): one for name, one in plan.fields.items() if name not in self._head}
        self._make: Mapping[str, Callable[[_Row], contract.Item]] = {
            "customer": self._customer,
            "product": self._product,
            "order": self._order,
        }

    def item(self, rows: Sequence[Record | Broken]) -> contract.Item:
        """What these rows of one thing say. Raises Refusal."""
        records = [self._whole(row) for row in rows]
        if self.plan.parts != "rows":
            records = self._single(records)
        return self._make[self.plan.kind](_Row(self, records))

    def _whole(self, row: Record | Broken) -> Record:
        if isinstance(row, Broken):
            raise Refusal(row.line, row.reason)
        return row

    def _single(self, records: list[Record]) -> list[Record]:
        """Of rows of one number the newest, by `updated_at`; without it they must say the same."""
        first = records[0]
        if all(one.values == first.values for one in records):
            return [first]
        if "updated_at" not in self._head:
            other = next(one for one in records if one.values != first.values)
            raise Refusal(other.line, f"the same {self._called} stands in line {first.line} and says something else")
        return [max(records, key=self._updated_at)]

    def _updated_at(self, record: Record) -> datetime:
        found: datetime | None = _Row(self, [record]).get("updated_at")
        return found or datetime.min.replace(tzinfo=UTC)

    @property
    def _called(self) -> str:
        return {"customer": "customer", "product": "product", "order": "order number"}[self.plan.kind]

    def _customer(self, row: _Row) -> contract.CustomerData:
        given = row.all()
        remote_id = given.pop("remote_id", "") or given.get("email", "").lower()
        if not remote_id:
            raise Refusal(row.line, "neither a customer number nor an e-mail address")
        return contract.CustomerData(
            remote_id=row.short(remote_id), address=row.address("address"), raw=row.raw(), **given
        )

    def _product(self, row: _Row) -> contract.ProductData:
        given = row.all()
        title = given.pop("title", "")
        variants = tuple(self._variant(part, number) for number, part in enumerate(row.parts(), 1))
        remote_id = given.pop("remote_id", "") or next((one.sku for one in variants if one.sku), "")
        if not title or not remote_id:
            raise Refusal(row.line, f"{'a number or SKU' if title else 'the title'} is missing")
        _check_once(variants, row.line)
        return contract.ProductData(
            remote_id=row.short(remote_id), title=title, variants=variants, raw=row.raw(), **given
        )

    def _variant(self, part: _Row, number: int) -> contract.VariantData:
        given = part.all()
        remote_id = given.pop("remote_id", "") or given.get("sku", "") or str(number)
        return contract.VariantData(remote_id=part.short(remote_id), **given)

    def _order(self, row: _Row) -> contract.OrderData:
        given = row.all()
        number = given.pop("number", "").lstrip("#").strip()
        if not number or not given.get("placed_at") or not given.get("currency"):
            gone = "number" if not number else "placed_at" if not given.get("placed_at") else "currency"
            raise Refusal(row.line, "is empty", row.label(gone))
        lines = tuple(self._line(part, at, given["currency"]) for at, part in enumerate(row.parts(), 1))
        if "total" in self._head and "total" not in given:
            raise Refusal(row.line, "is empty", row.label("total"))
        given.setdefault("total", sum(line.total for line in lines) + given.get("shipping", 0))
        if given.get("cancelled_at"):
            given["is_cancelled"] = True
        if given.get("payment") == contract.Payment.PAID:
            given.setdefault("paid", given["total"])
        return contract.OrderData(
            remote_id=row.short(given.pop("remote_id", "") or number),
            number=number,
            billing=row.address("billing"),
            shipping_address=row.address("shipping_address"),
            lines=lines,
            shipments=_shipments(row),
            refunds=_refunds(row, given["currency"]),
            raw=row.raw(),
            **given,
        )

    def _line(self, part: _Row, number: int, currency: str) -> contract.LineData:
        part.currency = currency
        given = part.all()
        quantity = given.pop("quantity", 1)
        title = given.pop("title", "") or given.get("sku", "")
        if "total" not in given and "unit_price" in given:
            given["total"] = given["unit_price"] * quantity
        remote_id = part.short(given.pop("remote_id", "") or str(number))
        return contract.LineData(remote_id=remote_id, title=title, quantity=quantity, **given)


class _Row:
    """The rows of one thing, or one of its parts, read by the mapping."""

    def __init__(self, builder: Builder, records: Sequence[Record], fields: Mapping[str, Source] | None = None) -> None:
        self.builder = builder
        self.records = records
        self.is_part = fields is not None
        self.fields = builder._head if fields is None else fields
        self.line = records[0].line
        self.currency = ""

    def label(self, name: str) -> str:
        """ "Gesamt (total)"."""
        source = self.fields.get(name)
        own = f"{self.builder._own}{name}" if self.is_part else name
        return f"{source.label} ({own})" if source and source.label != own and source.columns else own

    def all(self) -> dict[str, Any]:
        """Every plain field that says something."""
        if "currency" in self.fields:
            self.currency = self.get("currency") or ""
        found = {name: self.get(name) for name in self.fields if "." not in name}
        return {name: value for name, value in found.items() if value is not None}

    def get(self, name: str) -> Any:
        """What is said; None for nothing. Raises Refusal."""
        source = self.fields.get(name)
        if source is None:
            return None
        line, cell = self._first(name, source)
        if not cell:
            return None
        kind = FIELDS[self.builder.plan.kind][f"{self.builder._own}{name}" if self.is_part else name]
        try:
            return cells.understood(cell, source, kind, self.currency)
        except values.Unfit as error:
            raise Refusal(line, str(error), self.label(name)) from None

    def _first(self, name: str, source: Source) -> tuple[int, str]:
        """Of several rows the first that says something; those of one order must not say different things."""
        found = [(record.line, cell) for record in self.records if (cell := cells.said(record.values, source))]
        if not found:
            return self.line, ""
        other = next(((line, cell) for line, cell in found if cell != found[0][1]), None)
        if other and name in _AGREE:
            words = f"“{found[0][1]}” in line {found[0][0]} and “{other[1]}” in line {other[0]}"
            raise Refusal(other[0], f"the rows of one {self.builder._called} differ: {words}", self.label(name))
        return found[0]

    def address(self, prefix: str) -> contract.Address:
        names = (name for name in self.fields if name.startswith(f"{prefix}."))
        given = {name.partition(".")[2]: self.get(name) for name in names}
        return contract.Address(**{name: value for name, value in given.items() if value is not None})

    def short(self, remote_id: str) -> str:
        if len(remote_id) > LONGEST_ID:
            raise Refusal(self.line, f"“{remote_id[:30]}…” is longer than {LONGEST_ID} characters")
        return remote_id

    def raw(self) -> dict[str, Any]:
        return {"rows": [{key: _kept(value) for key, value in record.values.items()} for record in self.records]}

    def parts(self) -> list[_Row]:
        """The lines of an order, the variants of a product."""
        plan, builder = self.builder.plan, self.builder
        if plan.parts == "rows":
            found = [_Row(builder, [record], builder._part) for record in self.records]
        elif plan.parts == "columns":
            found = [_Row(builder, self.records, fields) for fields in self._numbered()]
        elif plan.parts == "json":
            found = [_Row(builder, [Record(self.line, one)], builder._part) for one in self._listed()]
        else:
            return []
        return [one for one in found if one.says_something()]

    def says_something(self) -> bool:
        return any(cells.said(self.records[0].values, source) for source in self.fields.values() if source.columns)

    def _numbered(self) -> list[dict[str, Source]]:
        found = []
        for number in range(1, MOST_NUMBERED):
            fields = {name: _numbered_source(source, number) for name, source in self.builder._part.items()}
            columns = [column for source in fields.values() for column in source.columns]
            if not any(column in self.records[0].values for column in columns):
                break
            found.append(fields)
        return found

    def _listed(self) -> list[Mapping[str, Any]]:
        column = self.builder.plan.parts_column
        given = cells.pick(self.records[0].values, column)
        try:
            given = json.loads(given) if isinstance(given, str) and given.strip() else given or []
        except ValueError:
            given = None
        if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
            raise Refusal(self.line, "holds no JSON list of objects", column)
        return given


def _numbered_source(source: Source, number: int) -> Source:
    return Source(**{**vars(source), "columns": tuple(numbered(column, number) for column in source.columns)})


def _kept(value: Any) -> Any:
    """A value of a file as JSON keeps it: decimals with their digits."""
    if isinstance(value, Mapping):
        return {key: _kept(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_kept(each) for each in value]
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def _check_once(variants: Sequence[contract.VariantData], line: int) -> None:
    seen: dict[str, contract.VariantData] = {}
    for one in variants:
        if seen.setdefault(one.remote_id, one) != one:
            raise Refusal(line, f"the variant {one.remote_id} stands there twice and differs")


def _shipments(row: _Row) -> tuple[contract.ShipmentData, ...]:
    """One parcel for each tracking number in the order's rows, or one without.

    What stands in a row with a number is said of that parcel alone; what stands in rows without one, of all.
    """
    fields = {name: one for name, one in row.fields.items() if name.startswith("shipment.")}
    source = fields.pop("shipment.tracking_number", None)
    numbers = [(_numbers(record, source), record) for record in row.records] if source else []
    of_all = [record for found, record in numbers if not found]
    parcels: dict[str, _Row] = {}
    for found, record in numbers:
        for number in found:
            parcels.setdefault(number, _Row(row.builder, [record, *of_all]))
    given = {"": row} if not parcels and _is_any(row, "shipped_at", "delivered_at") else parcels
    return tuple(
        _shipment(row.short(number or f"{row.get('number')}/1"), number, one, fields) for number, one in given.items()
    )


def _shipment(remote_id: str, number: str, row: _Row, fields: Iterable[str]) -> contract.ShipmentData:
    """What the row says; where it names no state, its dates tell: one that was delivered is."""
    given = {name.partition(".")[2]: said for name in fields if (said := row.get(name)) is not None}
    if given.get("state", contract.State.UNKNOWN) == contract.State.UNKNOWN:
        told = {"delivered_at": contract.State.DELIVERED, "shipped_at": contract.State.HANDED_OVER}
        given["state"] = next((state for name, state in told.items() if name in given), contract.State.UNKNOWN)
    return contract.ShipmentData(remote_id=remote_id, tracking_number=number, **given)


def _numbers(record: Record, source: Source) -> tuple[str, ...]:
    found: tuple[str, ...] = cells.understood(cells.said(record.values, source), source, Type.LIST, "")
    return found


def _is_any(row: _Row, *names: str) -> bool:
    return any(row.get(f"shipment.{name}") is not None for name in names)


def _refunds(row: _Row, currency: str) -> tuple[contract.RefundData, ...]:
    row.currency = currency
    amount = abs(row.get("refund.amount") or 0)
    if not amount:
        return ()
    made_at, reason = row.get("refund.made_at"), row.get("refund.reason") or ""
    return (contract.RefundData(remote_id="1", amount=amount, made_at=made_at, reason=reason),)
