"""A shop system that writes files: at an address, or in the folder for incoming files on the desk's own server.

Each kind of thing has a file (or files: `orders-*.csv`) and a mapping (docs/importing.md). The same files are read by
`./shopbell import` without this; such a connection has neither and lists nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar, cast

from django.utils.translation import gettext_lazy as _

from shopbell.commerce import mapping
from shopbell.commerce.contract import (
    KINDS,
    Ability,
    BaseConnector,
    Finding,
    Item,
    Kind,
    Page,
    Refused,
    SettingsField,
    ShopError,
    Unparsable,
)
from shopbell.core.tables import NoTable, Record, open_table
from shopbell.plugins.csv_files import sources

AT_ONCE = 1_000
_READ_ONLY = _("Files are only read; do it in the shop system.")
_LABELS = {
    "customer": (_("Customers: address or name of the file"), _("Customers: mapping")),
    "product": (_("Products: address or name of the file"), _("Products: mapping")),
    "order": (_("Orders: address or name of the file"), _("Orders: mapping")),
}


def _form() -> Iterator[SettingsField]:
    for kind in ("order", "customer", "product"):
        source, plan = _LABELS[kind]
        yield SettingsField(
            path=f"{kind}.source",
            label=source,
            rare=kind != "order",
            help=_("https://shop.example/orders.csv, or orders-*.csv in the folder for incoming files"),
        )
        yield SettingsField(
            path=f"{kind}.map",
            label=plan,
            kind="textarea",
            rare=kind != "order",
            help=_("As ./shopbell import --propose prints it"),
        )


class CsvFiles(BaseConnector):
    """What the files say. A thing that is in no file any more is kept: files often hold the newest only."""

    label: ClassVar[str] = "CSV, JSON, Parquet"
    settings_form: ClassVar[tuple[SettingsField, ...]] = tuple(_form())
    abilities: ClassVar[frozenset[Ability]] = frozenset()
    cannot: ClassVar[Mapping[Ability, str]] = dict.fromkeys(Ability, cast("str", _READ_ONLY))

    def understand(self, kind: Kind, raw: Mapping[str, Any]) -> Item:
        """`raw` is {"rows": [a row as column → value, …]}, as it is kept with each thing."""
        rows = raw.get("rows")
        if not isinstance(rows, list) or not rows or not all(isinstance(one, Mapping) for one in rows):
            raise Unparsable("no rows")
        builder = mapping.Builder(self._plan(kind))
        try:
            return builder.item([Record(number, row) for number, row in enumerate(rows, 1)])
        except mapping.Refusal as error:
            raise Unparsable(str(error)) from None

    def fetch(self, kind: Kind, remote_id: str) -> Item | None:
        for item in self._items(kind, None):
            if not isinstance(item, _Wrong | _Begun) and item.remote_id == remote_id:
                return item
        raise Refused("it is not in the files now, which does not say that the shop has it no more")

    def changes(self, kind: Kind, since: datetime | None, cursor: Mapping[str, Any]) -> Page:
        """The things of files that are newer than `since`, in pages; the cursor counts them."""
        if not self._source(kind):
            return Page(items=[], cursor={}, has_more=False)
        done = int(cursor.get("done", 0))
        number, items, broken, begun = 0, list[Item](), dict[str, str](), list[str]()
        for item in self._items(kind, since):
            if isinstance(item, _Begun):
                begun += [f"{item.name}:"] if number >= done else []
                continue
            if number == done + AT_ONCE:
                return Page(items=items, cursor={"done": number}, has_more=True, broken=broken, read_anew=begun)
            number += 1
            if number <= done:
                continue
            if isinstance(item, _Wrong):
                broken[item.where] = item.why
            else:
                items.append(item)
        return Page(items=items, cursor={}, has_more=False, broken=broken, read_anew=begun)

    def _items(self, kind: Kind, since: datetime | None) -> Iterator[Item | _Wrong | _Begun]:
        """Everything in the files, oldest file first, each announced. Raises ShopError."""
        plan = self._plan(kind)
        for path, name in sources.files(self._source(kind), since):
            yield _Begun(name)
            try:
                table = open_table(path, plan.form)
                plan.check(table.head)
                builder = mapping.Builder(plan)
                for entity in mapping.Entities(table, plan):
                    try:
                        yield builder.item(entity.rows)
                    except mapping.Refusal as error:
                        yield _Wrong(f"{name}:{error.line}", str(error))
            except (NoTable, mapping.WrongMap, OSError) as error:
                raise Unparsable(f"{name}: {error}") from None

    def _source(self, kind: Kind) -> str:
        return str((self.settings.get(kind) or {}).get("source") or "").strip()

    def _plan(self, kind: Kind) -> mapping.Plan:
        try:
            return mapping.read_plan(str((self.settings.get(kind) or {}).get("map") or ""), kind, self.zone)
        except mapping.WrongMap as error:
            raise Unparsable(str(error)) from None

    def test(self) -> list[Finding]:
        found = []
        for kind in KINDS:
            if self._source(kind):
                try:
                    first = next((one for one in self._items(kind, None) if not isinstance(one, _Begun)), None)
                except ShopError as error:
                    found.append(Finding(level="error", text=str(error)))
                    continue
                if isinstance(first, _Wrong):
                    found.append(Finding(level="warning", text=f"{first.where}: {first.why}"))
        return found


class _Wrong:
    """Rows that cannot be understood."""

    def __init__(self, where: str, why: str) -> None:
        self.where = where
        self.why = why


class _Begun:
    """A file is read from its beginning."""

    def __init__(self, name: str) -> None:
        self.name = name
