"""Rows of a CSV file: RFC 4180 with the usual liberties."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

DELIMITERS = ",;\t|"
Row = tuple[int, list[str], str]  # number of its first line, cells, and what is wrong with it


def guess_delimiter(lines: Sequence[str]) -> str:
    """What stands equally often in most lines, outside quotes; the comma where nothing does."""
    best, score = ",", 0.0
    for mark in DELIMITERS:
        counts = [len(row) - 1 for row in csv.reader(lines, delimiter=mark) if row]
        first = counts[0] if counts else 0
        alike = sum(1 for count in counts if count == first) / max(len(counts), 1)
        if first and first * alike > score:
            best, score = mark, first * alike
    return best


class _Remembering:
    """Lines on their way to the reader; those of the row it is at are kept."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines).replace("\0", "")
        self.taken.append(line)
        return line


def rows(lines: Iterable[str], delimiter: str) -> Iterator[Row]:
    """Every row that is not empty, the head first. What cannot be read ends it: a row without cells, and why."""
    source = _Remembering(lines)
    reader = csv.reader(source, delimiter=delimiter)
    first = 1
    try:
        for cells in reader:
            taken, source.taken = source.taken, []
            if len(taken) > 1 and _is_open(taken, delimiter):
                yield first, [], "here a quote opens that nothing closes; from here on nothing can be read"
                return
            if any(cell.strip() for cell in cells):
                yield first, cells, ""
            first = reader.line_num + 1
    except csv.Error as error:
        yield first, [], f"from here on nothing can be read ({error}); is a quote open?"


def _is_open(lines: Sequence[str], delimiter: str) -> bool:
    """Whether these lines end inside a quote: only the last row of a file can."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False
