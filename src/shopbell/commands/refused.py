"""Rows that were not taken, with their line and the reason, in a file that can be put right and brought in again."""

from __future__ import annotations

import csv
import errno
import json
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from shopbell.commerce import mapping
from shopbell.core.tables import Table, open_table
from shopbell.core.tables.reading import Form

LINE, REASON = "shopbell line", "shopbell reason"


class Refused:
    """The file of refusals: CSV for a CSV, else JSON lines. Made when there is something to write."""

    def __init__(self, beside: Path, table: Table, *, is_named: bool) -> None:
        self._table = table
        self._is_csv = table.form.format == "csv"
        ending = "csv" if self._is_csv else "jsonl"
        self.path = beside if is_named else beside.with_name(f"{beside.name}.refused.{ending}")
        self._file: IO[str] | None = None

    def begin(self, done: set[int]) -> None:
        """Keep of an earlier run what it refused in these lines; nothing else. Raises OSError where it cannot write."""
        if self.path.exists() and not self.path.is_file():
            raise OSError(errno.EINVAL, "this is no file that rows can go into")
        self.path.open("a").close()
        kept = [row for row in self._earlier() if int(row.get(LINE) or 0) in done] if done else []
        self.path.unlink(missing_ok=True)
        for row in kept:
            self._write(row.pop(LINE), row.pop(REASON), row)

    def _earlier(self) -> Iterable[dict[str, Any]]:
        if not self.path.exists() or not self.path.stat().st_size:
            return []
        form = Form("csv" if self._is_csv else "jsonl", "utf-8", self._table.form.delimiter)
        return [dict(record.values) for record in open_table(self.path, form)]

    def add(self, entity: mapping.Entity, why: mapping.Refusal) -> None:
        """All rows of it: only whole it can be brought in again."""
        for row in entity.rows:
            self._write(row.line, str(why) if row.line == why.line else f"line {why.line}: {why}", row.values)

    def _write(self, line: object, reason: str, values: Any) -> None:
        if self._file is None:
            self._file = self._open()
        if self._is_csv:
            cells = [values.get(name, "") for name in self._table.head]
            csv.writer(self._file, delimiter=self._table.form.delimiter).writerow([line, reason, *cells])
        else:
            print(json.dumps({LINE: line, REASON: reason, **values}, default=str, ensure_ascii=False), file=self._file)

    def _open(self) -> IO[str]:
        file = self.path.open("w", encoding="utf-8", errors="replace", newline="" if self._is_csv else None)
        if self._is_csv:
            csv.writer(file, delimiter=self._table.form.delimiter).writerow([LINE, REASON, *self._table.head])
        return file

    def flush(self) -> None:
        """What was refused is on disk before it counts as done."""
        if self._file is not None:
            self._file.flush()

    def end(self) -> None:
        if self._file is not None:
            self._file.close()

    def discard(self) -> None:
        self.end()
        self.path.unlink(missing_ok=True)
