"""The mails below a path: an mbox, a Maildir, a folder of files, one file. Found first, read one by one later."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from shopbell.importing import mbox

HEAD = 65_536  # bytes of a mail in which its date is looked for
MAILDIR_MARK = "maildirfolder"  # an empty file in every subfolder of a Maildir
REFUSE = {"trash", "junk", "spam", "drafts", "templates", "deleted", "deleted items", "papierkorb", "entwürfe"}
_FIELD = re.compile(rb"[!-9;-~]{1,70}:")
_KNOWN = re.compile(rb"^(?:from|received|date|subject|message-id|return-path|to):", re.IGNORECASE | re.MULTILINE)
_RECEIVED = re.compile(rb"^received:((?:.*\n?)(?:[ \t].*\n?)*)", re.IGNORECASE | re.MULTILINE)
_DATE = re.compile(rb"^date:((?:.*\n?)(?:[ \t].*\n?)*)", re.IGNORECASE | re.MULTILINE)
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One mail that was found; `name` says where, for people."""

    path: Path
    span: mbox.Span | None
    received_at: datetime
    name: str

    def read(self) -> bytes:
        """Its bytes. Raises OSError."""
        with self.path.open("rb") as file:
            return mbox.read(file, self.span) if self.span else file.read()


@dataclass
class LeftOut:
    """What was not taken: folders of rubbish and drafts, files that cannot be read, and how many that are no mails."""

    folders: list[Path] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    no_mails: int = 0


def find(path: Path, left_out: LeftOut, *, every_folder: bool = False) -> Iterator[Entry]:
    """All mails at or below `path`. A file that is named itself is taken for a mail whatever it looks like."""
    if not path.is_dir():
        yield from _of_file(path, left_out, is_named=True)
        return
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if _wanted(Path(folder, name), left_out, every_folder))
        for name in sorted(set(files) - {MAILDIR_MARK}):
            yield from _of_file(Path(folder, name), left_out, is_named=False)


def _wanted(folder: Path, left_out: LeftOut, every_folder: bool) -> bool:
    name = folder.name.strip(".").rpartition(".")[2].lower()
    if folder.name == "tmp" and (folder.parent / "cur").is_dir():
        return False  # a Maildir's half-written mails
    if name in REFUSE and not every_folder:
        left_out.folders.append(folder)
        return False
    return True


def _of_file(path: Path, left_out: LeftOut, *, is_named: bool) -> Iterator[Entry]:
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
        if mbox.is_mbox(head):
            yield from of_mbox(path)
        elif is_named or _is_in_maildir(path) or is_mail(head):
            yield Entry(path, None, received_at(head) or _changed_at(path), str(path))
        else:
            left_out.no_mails += 1
    except OSError as error:
        left_out.unreadable.append(f"{path} ({error.strerror})")


def of_mbox(path: Path) -> Iterator[Entry]:
    """The mails of one mbox. Raises OSError."""
    with path.open("rb") as file, path.open("rb") as again:
        for number, span in enumerate(mbox.spans(file), start=1):
            again.seek(span.start)
            head = again.read(min(HEAD, span.end - span.start))
            at = received_at(head) or _date(span.separator.split(b" ", 2)[-1]) or _changed_at(path)
            yield Entry(path, span, at, f"{path}:{number}")


def _is_in_maildir(path: Path) -> bool:
    return path.parent.name in ("cur", "new") and (path.parent.parent / "cur").is_dir()


def is_mail(head: bytes) -> bool:
    """Whether a file that begins so looks like one mail."""
    block = head.partition(b"\n\n")[0].partition(b"\r\n\r\n")[0]
    return bool(_FIELD.match(block) and len(_KNOWN.findall(block)) >= 2)


def received_at(head: bytes) -> datetime | None:
    """When the mail arrived: by the topmost Received field, else by Date. UTC; never in the future."""
    block = head.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if (found := _RECEIVED.search(block)) and (at := _date(found[1].rpartition(b";")[2])):
        return at
    found = _DATE.search(block)
    return _date(found[1]) if found else None


def _date(value: bytes) -> datetime | None:
    try:
        at = parsedate_to_datetime(" ".join(value.decode("latin-1").split()))
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return at if _EARLIEST <= at <= datetime.now(UTC) else None


def _changed_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
