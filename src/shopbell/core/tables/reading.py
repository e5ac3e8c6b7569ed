"""Open a file of rows, whatever it is written in."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any, Literal, cast, get_args

from shopbell.core.tables import charsets, delimited, structured

Format = Literal["csv", "jsonl", "json", "parquet"]
FORMATS: tuple[Format, ...] = get_args(Format)
_GZIP, _ZIP, _PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
_DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, NotImplementedError)  # the last: a zip's
_SAVE_AS = "save it as CSV (in UTF-8) there, and bring that in"
_PAGES = (b"<?xml", b"<!DOCTYPE", b"<!doctype", b"<html", b"<HTML", b"<table", b"<TABLE")
# How files begin that are no rows, and what they are.
_OTHERS = (
    (b"\xd0\xcf\x11\xe0", f"is an old Excel workbook; {_SAVE_AS}"),
    (b"%PDF", "is a PDF, no table"),
    (b"BZh", "is compressed by bzip2; unpack it, or use gzip"),
    (b"\xfd7zXZ", "is compressed by xz; unpack it, or use gzip"),
    (b"\x28\xb5\x2f\xfd", "is compressed by Zstandard; unpack it, or use gzip"),
    (b"7z\xbc\xaf", "is a 7-Zip archive; unpack it first"),
    (b"Rar!", "is a RAR archive; unpack it first"),
    *((one, f"is a page or XML, no table; if it comes from a spreadsheet, {_SAVE_AS}") for one in _PAGES),
)
_BEFORE = b"\xef\xbb\xbf \t\r\n"
_PART = 1 << 20
_CONTROLS = bytes(range(9)) + bytes(range(14, 27)) + bytes(range(28, 32))
_CONTROLS_IN_TEXT = 50  # one of so many bytes at most
_NOT_SEEN = "\u200b\u2060\ufeff"  # signs without width, which copying leaves at the ends of names
_FOREIGN = re.compile("[\\udc80-\\udcff\\ufffd]")  # bytes that the charset has no sign for
_SAMPLE_LINES = 200  # in which the delimiter is looked for
_SAMPLE_RECORDS = 1_000  # whose names make the head of a file that has none


class NoTable(ValueError):
    """The file cannot be read as rows at all; the message says why."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row: what stands under each name."""

    line: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that cannot be read, and why."""

    line: int
    reason: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Form:
    """How a file is written; what is left empty is guessed."""

    format: str = ""
    charset: str = ""
    delimiter: str = ""


GUESS = Form()


@dataclass(frozen=True)
class Table:
    """A file whose form is known. It can be gone through any number of times."""

    path: Path
    form: Form
    head: tuple[str, ...]

    def __iter__(self) -> Iterator[Record | Broken]:
        return _records(self.path, self.form)


def open_table(path: Path, form: Form = GUESS) -> Table:
    """Find out how a file is written, as far as `form` leaves it open. Raises NoTable, OSError."""
    try:
        found = _complete(path, form)
    except (UnicodeError, LookupError) as error:
        raise NoTable(f"{path.name} cannot be read: {error}") from None
    except _DAMAGED as error:
        raise NoTable(f"{path.name} is damaged: {error}") from None
    return Table(path, found, _head(path, found))


def _complete(path: Path, form: Form) -> Form:
    with _bytes(path) as file:
        head = file.read(4096)
    if not head.strip():
        raise NoTable(f"{path.name} is empty")
    if what := next((words for begin, words in _OTHERS if head.lstrip(_BEFORE).startswith(begin)), ""):
        raise NoTable(f"{path.name} {what}")
    kind = form.format or _format(path, head)
    if kind == "parquet":
        return Form("parquet")
    if "16" not in (form.charset or charsets.guess([head])) and _is_binary(head):
        raise NoTable(f"{path.name} is no text")
    charset = form.charset or charsets.guess(_parts(path))
    charset = charsets.exact(charset, head)
    delimiter = form.delimiter
    if kind == "csv" and not delimiter:
        with _text(path, charset) as lines:
            delimiter = delimited.guess_delimiter(list(islice(lines, _SAMPLE_LINES)))
    return Form(kind, charset, delimiter)


def _is_binary(head: bytes) -> bool:
    """Whether there are more than a few control characters in it; one that got lost in a text is none."""
    return len(head) - len(head.translate(None, _CONTROLS)) > len(head) / _CONTROLS_IN_TEXT


def _format(path: Path, head: bytes) -> str:
    """By its name, or else by how it begins."""
    suffixes = [one.lower().lstrip(".") for one in path.suffixes if one.lower() != ".gz"]
    named = {"csv": "csv", "tsv": "csv", "txt": "csv", "jsonl": "jsonl", "ndjson": "jsonl", "parquet": "parquet"}
    if head.startswith(_PARQUET):
        return "parquet"
    if suffixes and suffixes[-1] in named and named[suffixes[-1]] != "parquet":
        return named[suffixes[-1]]
    start = head.lstrip(_BEFORE)
    if start.startswith(b"["):
        return "json"
    return _object_format(start) if start.startswith(b"{") else "csv"


def _object_format(start: bytes) -> str:
    """One whole object on the first line: JSON lines; else an object with a list."""
    line = start.split(b"\n", 1)[0].strip()
    try:
        first = json.loads(line)
    except (ValueError, RecursionError):
        return "json"
    return "json" if structured.wrapped(first) is not None else "jsonl"


@contextmanager
def _bytes(path: Path) -> Iterator[IO[bytes]]:
    """The file, unpacked. Raises NoTable, OSError, what `_DAMAGED` names."""
    with path.open("rb") as file:
        begin = file.read(len(_ZIP))
        file.seek(0)
        if begin == _ZIP:
            with zipfile.ZipFile(file) as archive, archive.open(_only(archive, path.name)) as member:
                yield member
        else:
            yield cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if begin.startswith(_GZIP) else file


def _only(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """The one file in an archive. Raises NoTable."""
    inside = {one.filename for one in archive.infolist()}
    if "[Content_Types].xml" in inside or "mimetype" in inside:
        raise NoTable(f"{name} is a spreadsheet's workbook; {_SAVE_AS}")
    files = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith(("__MACOSX/", "."))]
    if len(files) != 1:
        raise NoTable(f"{name} is an archive of {len(files)} files; unpack it and name one")
    if files[0].flag_bits & 1:
        raise NoTable(f"{name} is an archive with a password; unpack it first")
    return files[0]


def _parts(path: Path) -> Iterator[bytes]:
    """The file in pieces; one that breaks off in its compression ends there, which the rows will tell."""
    with _bytes(path) as file:
        try:
            yield from iter(partial(file.read, _PART), b"")
        except _DAMAGED:
            return


@contextmanager
def _text(path: Path, charset: str) -> Iterator[IO[str]]:
    with _bytes(path) as file:
        errors = "replace" if charset.startswith("utf-16") else "surrogateescape"
        yield io.TextIOWrapper(cast("Any", file), charset, errors=errors, newline="")


def _head(path: Path, form: Form) -> tuple[str, ...]:
    """The names in it; those of the first records for a file without a head. Raises NoTable."""
    if form.format == "csv":
        with _text(path, form.charset) as lines:
            try:
                _line, cells, wrong = next(_rows(lines, form), (1, [], "there are no rows"))
            except _DAMAGED as error:
                raise NoTable(f"{path.name}: {error}") from None
        if wrong:
            raise NoTable(f"{path.name}: {wrong}")
        return _names(cells)
    sample = [one for one in islice(_records(path, form), _SAMPLE_RECORDS) if isinstance(one, Record)]
    if not sample:
        raise NoTable(f"{path.name} holds no records")
    return tuple(dict.fromkeys(name for one in sample for name in flat(one.values)))


def _names(cells: Sequence[str]) -> tuple[str, ...]:
    """A head's names; a second column of one name becomes "name (2)", one without a name "column 7"."""
    found: dict[str, None] = {}
    for number, cell in enumerate(cells, 1):
        own = cell.strip().strip(_NOT_SEEN).strip()
        name = own or f"column {number}"
        again = 2
        while name in found:
            name, again = f"{own} ({again})", again + 1
        found[name] = None
    return tuple(found)


def flat(values: Mapping[str, Any], before: str = "") -> Iterator[str]:
    """The names in an object, those inside of it with dots: "customer.email"."""
    for name, value in values.items():
        yield f"{before}{name}"
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{name}.")


def _records(path: Path, form: Form) -> Iterator[Record | Broken]:
    last = 0
    try:
        for record in _READERS[form.format](path, form):
            last = record.line
            yield record
    except _DAMAGED as error:
        yield Broken(last + 1, f"the file breaks off here ({error})", {})
    except ValueError as error:
        raise NoTable(f"{path.name}: {error}") from None


def _of_csv(path: Path, form: Form) -> Iterator[Record | Broken]:
    with _text(path, form.charset) as lines:
        listed = _rows(lines, form)
        head = _names(next(listed)[1])
        for line, cells, wrong in listed:
            names = head if len(cells) <= len(head) else _names([*head, *[""] * (len(cells) - len(head))])
            values = dict(zip(names, cells, strict=False))
            wrong = wrong or _misfit(cells, head) or _foreign("".join(cells), form)
            if wrong:
                yield Broken(line, wrong, values)
            else:
                yield Record(line, values if len(cells) == len(head) else dict(zip(head, cells, strict=False)))


def _rows(lines: IO[str], form: Form) -> Iterator[delimited.Row]:
    return delimited.from_head(delimited.rows(lines, form.delimiter))


def _misfit(cells: Sequence[str], head: Sequence[str]) -> str:
    if len(cells) < len(head):
        return f"{len(cells)} cells where the head has {len(head)}: does the file break off, or a cell hold a line end?"
    if any(cell.strip() for cell in cells[len(head) :]):
        return f"{len(cells)} cells where the head has {len(head)}: does a cell hold the delimiter without quotes?"
    return ""


def _foreign(text: str, form: Form) -> str:
    is_foreign = not text.isascii() and _FOREIGN.search(text)
    return f"it is not written in {form.charset} (the mapping can name a charset)" if is_foreign else ""


def _of_lines(path: Path, form: Form) -> Iterator[Record | Broken]:
    with _text(path, form.charset) as lines:
        yield from map(_record, structured.json_lines(lines))


def _of_list(path: Path, form: Form) -> Iterator[Record | Broken]:
    with _text(path, form.charset) as file:
        yield from map(_record, structured.json_list(file.read()))


def _of_parquet(path: Path, form: Form) -> Iterator[Record | Broken]:
    yield from map(_record, structured.parquet(path))


def _record(found: structured.Found) -> Record | Broken:
    line, value, wrong = found
    if wrong or not isinstance(value, Mapping):
        return Broken(line, wrong or "no object", {})
    return Record(line, value)


_READERS = {"csv": _of_csv, "jsonl": _of_lines, "json": _of_list, "parquet": _of_parquet}
