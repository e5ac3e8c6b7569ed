"""Rows of a CSV file: RFC 4180 with the usual liberties."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from statistics import median_low

DELIMITERS = ",;\t|"
MOST_LINES = 500  # of one row
LONGEST = 64 << 20  # characters of a cell
ABOVE = 20  # rows in which the head is looked for: titles and dates may stand above it
Row = tuple[int, list[str], str]  # number of its first line, cells, and what is wrong with it
_OPEN = "here a quote opens that nothing closes"
_SAID = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)

csv.field_size_limit(LONGEST)


def said_delimiter(line: str) -> str:
    """Of a first line "sep=;", as spreadsheets write and read it; "" of any other."""
    found = _SAID.fullmatch(line)
    return found[1] if found else ""


def guess_delimiter(lines: Sequence[str]) -> str:
    """What stands equally often in most lines, outside quotes; the comma where nothing does.

    How often is what the first line says, or a later one, which may be the head below a title: where what was found
    before does not stand in it.
    """
    if lines and (said := said_delimiter(lines[0])):
        return said
    found, most = "", 0.0
    for above, line in enumerate(lines[:ABOVE]):
        score, mark = max((_score(lines[above:], one), one) for one in DELIMITERS)
        if score > most and (not found or found not in line):
            found, most = mark, score
    return found or ","


def _score(lines: Sequence[str], mark: str) -> float:
    """How often it stands in the first line, by the share of the lines in which it stands as often; 0 below half."""
    counts = [len(row) - 1 for row in csv.reader(lines, delimiter=mark, skipinitialspace=True) if row]
    first = counts[0] if counts else 0
    alike = sum(1 for count in counts if count == first) / max(len(counts), 1)
    return first * alike if alike > 0.5 else 0.0


class _Lines:
    """Lines with their numbers; some can be given back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self.number = 0  # of the line taken last

    def take(self) -> str | None:
        line = self._again.popleft() if self._again else next(self._lines, None)
        self.number += line is not None
        return line.replace("\0", "") if line is not None else None

    def give_back(self, lines: Sequence[str]) -> None:
        self._again.extendleft(reversed(lines))
        self.number -= len(lines)


def rows(lines: Iterable[str], delimiter: str) -> Iterator[Row]:
    """Every row that is not empty, the head first.

    A row whose quote is never closed, or closed in the midst of another row, is wrong by itself: the lines after it
    are read as rows of their own.
    """
    source = _Lines(lines)
    while (line := source.take()) is not None:
        first = source.number
        if first == 1 and said_delimiter(line):
            continue
        text, wrong = (line, "") if '"' not in line else _whole(line, source, delimiter)
        try:
            cells = _cells(text, delimiter)
        except csv.Error as error:
            yield first, [], f"it cannot be read ({error})"
            continue
        if any(cell.strip() for cell in cells):
            yield first, cells, wrong


def from_head(listed: Iterable[Row]) -> Iterator[Row]:
    """The rows from the head on: the first that is about as full as most. Above it stand titles, dates, nothing."""
    listed = iter(listed)
    first = list(islice(listed, ABOVE))
    full = [sum(1 for cell in cells if cell.strip()) for _line, cells, _wrong in first]
    usual = median_low(full) if full else 0
    at = next((number for number, filled in enumerate(full) if filled * 2 > usual), 0)
    yield from chain(first[at:], listed)


def _cells(text: str, delimiter: str) -> list[str]:
    return next(csv.reader([text], delimiter=delimiter, skipinitialspace=True), [])


def _whole(line: str, source: _Lines, delimiter: str) -> tuple[str, str]:
    """The row that begins with this line, and what is wrong with it: of one that is not whole the first line."""
    if not _is_open(line, delimiter):
        return line, ""
    more: list[str] = []
    for following in islice(iter(source.take, None), MOST_LINES):
        more.append(following)
        if '"' in following and not _is_open(text := line + "".join(more), delimiter):
            if _is_strict(text, delimiter):
                return text, ""
            break
    source.give_back(more)
    return line, _OPEN


def _is_open(text: str, delimiter: str) -> bool:
    """Whether the text ends inside of quotes."""
    return "unexpected end" in _complaint(text, delimiter)


def _is_strict(text: str, delimiter: str) -> bool:
    return not _complaint(text, delimiter)


def _complaint(text: str, delimiter: str) -> str:
    """What a strict reader says of it."""
    try:
        list(csv.reader([text], delimiter=delimiter, skipinitialspace=True, strict=True))
    except csv.Error as error:
        return str(error)
    return ""
