"""CSV files as shops and spreadsheets write them: what they are written in, what their columns are, and safe to open.

RFC 4180 with the usual liberties: semicolons and tabs, UTF-16 from Excel, Windows-1252 and -1257 from old
shop software.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shopbell.core import text
from shopbell.core.tables import charsets
from shopbell.core.tables.delimited import DELIMITERS as DELIMITERS
from shopbell.core.tables.delimited import guess_delimiter

MOST_BYTES = 5_000_000
MOST_COLUMNS = 100
CHARSETS = charsets.KNOWN
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula (OWASP, CSV injection)
NAMED = ("name", "first_name", "last_name")
ROLES = ("", *NAMED, "email", "phone", "external", "language", "salutation", "greeting", "time_zone", "note")

# What columns are called, in small letters without spaces and signs.
HEADS = {
    "name": "name fullname vollername kundenname kunde navn fuldenavn nimi taisnimi customer customername",
    "first_name": "firstname vorname fornavn eesnimi givenname",
    "last_name": "lastname surname nachname familienname efternavn perenimi perekonnanimi",
    "email": "email mail emailaddress mailadresse emailadresse epost eposti",
    "phone": "phone telephone mobile phonenumber telefon telefonnummer mobil handy handynummer mobiltelefon tel"
    " telefoninumber",
    "external": "external externalid customernumber customerid customerno kundennummer kundennr kundenummer id"
    " kliendinumber",
    "language": "language sprache sprog keel lang locale",
    "salutation": "salutation anrede tiltale pöördumine title",
    "greeting": "greeting",
    "time_zone": "timezone zeitzone tidszone ajavöönd",
    "note": "note notes notiz bemerkung notat bemærkning märkus märge comment kommentar",
}
_BY_HEAD = {head: role for role, heads in HEADS.items() for head in heads.split()}


class NotCsv(ValueError):
    """The file cannot be read as a table; the message says why."""


@dataclass(frozen=True)
class Layout:
    """How a file is written, as far as it could be guessed."""

    charset: str
    delimiter: str


def guess(content: bytes) -> Layout:
    """What a file is written in. Raises NotCsv for one that is empty or no text."""
    if not content.strip():
        raise NotCsv("empty")
    charset = charsets.guess([content])
    lines = decode(content[:200_000], charset).splitlines()[:20]
    if any("\0" in line for line in lines):
        raise NotCsv("no text")
    return Layout(charset, guess_delimiter(lines))


def decode(content: bytes, charset: str) -> str:
    """The text; bytes the charset does not know become �."""
    return content.decode(charsets.exact(charset, content[:4096]), "replace")


def rows(content: bytes, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, cells) of each row that is not empty, the head first. A broken row ends in NotCsv."""
    reader = csv.reader(io.StringIO(decode(content, layout.charset), newline=""), delimiter=layout.delimiter)
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line, [_plain(cell) for cell in row[:MOST_COLUMNS]]
            line = reader.line_num + 1
    except csv.Error as error:
        raise NotCsv(f"line {line}: {error}") from None


def _plain(cell: str) -> str:
    """A cell as it was before `safe` made it harmless."""
    cell = text.clean(cell).strip()
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell


def roles(head: Sequence[str], own: Mapping[str, str]) -> list[str]:
    """What each column most likely is. `own`: names of the shop's own fields → their role, `custom.<key>`."""
    named = {_bare(name): role for name, role in own.items()}
    found = []
    for cell in head:
        role = cell.strip() if cell.strip() in own.values() else named.get(_bare(cell)) or _BY_HEAD.get(_bare(cell), "")
        found.append("" if role in found and role not in ("email", "phone") else role)
    return found


def _bare(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


def safe(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    cell = "" if value is None else str(value)
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def line(cells: Iterable[object], delimiter: str) -> str:
    """One row, harmless, ended by CRLF (RFC 4180)."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerow([safe(cell) for cell in cells])
    return out.getvalue()
