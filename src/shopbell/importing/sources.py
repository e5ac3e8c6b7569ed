"""The mails below a path: an mbox, a Maildir, a folder of files, one file. Found first, read one by one later."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from shopbell.importing import mbox, refused

HEAD = 65_536  # bytes of a mail in which its date is looked for
MAILDIR_MARK = "maildirfolder"  # an empty file in every subfolder of a Maildir
# Files of other programs that hold mails and are not read here, by their first bytes, and what to do with them.
FOREIGN = {
    b"\xd0\xcf\x11\xe0": "an Outlook file (.msg): save it as .eml",
    b"!BDN": "an Outlook archive (.pst, .ost): export it as .eml or mbox, with readpst for example",
    b"\xcf\xad\x12\xfe": "an Outlook Express folder (.dbx): export it as .eml or mbox",
    b"PK\x03\x04": "packed: unpack it first",
    b"\x1f\x8b": "packed: unpack it first",
    b"7z\xbc\xaf": "packed: unpack it first",
}
_FOREIGN_NAMES = (".msg", ".pst", ".ost", ".dbx", ".zip", ".gz", ".tgz", ".7z")
_EMLX = re.compile(rb"\s*(\d{1,12})\s*\n(?=[!-9;-~]{1,70}:)")  # Apple Mail: the length, the mail, a property list
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
            return mbox.read(file, self.span) if self.span else unwrapped(file.read())


@dataclass
class LeftOut:
    """What was not taken: folders of rubbish and drafts, files that cannot be read, and how many that are no mails or
    are marked as deleted, spam or drafts."""

    folders: list[Path] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    no_mails: int = 0
    marked: int = 0


def find(path: Path, left_out: LeftOut, *, every_folder: bool = False) -> Iterator[Entry]:
    """All mails at or below `path`. A file that is named itself is taken for a mail whatever it looks like.

    Linked folders are followed, each folder once.
    """
    if not path.is_dir():
        yield from _of_file(path, left_out, is_named=True, every=True)
        return
    known: set[str] = set()
    for folder, folders, files in os.walk(path, onerror=_noting(left_out), followlinks=True):
        if (real := os.path.realpath(folder)) in known:
            folders.clear()
            continue
        known.add(real)
        folders[:] = sorted(name for name in folders if _wanted(Path(folder, name), left_out, every_folder))
        for name in sorted(set(files) - {MAILDIR_MARK}):
            yield from _of_file(Path(folder, name), left_out, is_named=False, every=every_folder)


def _noting(left_out: LeftOut) -> Callable[[OSError], None]:
    return lambda error: left_out.unreadable.append(f"{error.filename} ({error.strerror})")


def _wanted(folder: Path, left_out: LeftOut, every_folder: bool) -> bool:
    if folder.name == "tmp" and (folder.parent / "cur").is_dir():
        return False  # a Maildir's half-written mails
    if refused.is_folder(folder.name) and not every_folder:
        left_out.folders.append(folder)
        return False
    return True


def _of_file(path: Path, left_out: LeftOut, *, is_named: bool, every: bool) -> Iterator[Entry]:
    try:
        head = _head(path)
        if foreign := _foreign(path, head):
            left_out.unreadable.append(f"{path} ({foreign})")
        elif mbox.is_mbox(head):
            if not is_named and not every and refused.is_folder(path.name):
                left_out.folders.append(path)
                return
            yield from of_mbox(path, left_out, every=every)
        elif head and (is_named or _is_in_maildir(path) or path.suffix.lower() == ".eml" or is_mail(unwrapped(head))):
            if refused.is_marked(path.name, unwrapped(head)) and not every:
                left_out.marked += 1
                return
            yield Entry(path, None, received_at(unwrapped(head)) or _changed_at(path), str(path))
        else:
            left_out.no_mails += 1
    except OSError as error:
        left_out.unreadable.append(f"{path} ({error.strerror})")


def _head(path: Path) -> bytes:
    """Its first bytes; none of what is no file (a pipe would never end). Raises OSError."""
    if not stat.S_ISREG(path.stat().st_mode):
        return b""
    with path.open("rb") as file:
        return file.read(HEAD)


def _foreign(path: Path, head: bytes) -> str:
    """Why a file that may well hold mails is not read; "" for all others."""
    if not path.name.lower().endswith(_FOREIGN_NAMES):
        return ""
    return next((words for magic, words in FOREIGN.items() if head.startswith(magic)), "")


def unwrapped(raw: bytes) -> bytes:
    """The mail in an .emlx file (Apple Mail); any other bytes as they are."""
    found = _EMLX.match(raw[:200])
    return raw[found.end() : found.end() + int(found[1])] if found else raw


def of_mbox(path: Path, left_out: LeftOut | None = None, *, every: bool = True) -> Iterator[Entry]:
    """The mails of one mbox; without `every`, not those that are marked as deleted. Raises OSError."""
    with path.open("rb") as file, path.open("rb") as again:
        for number, span in enumerate(mbox.spans(file), start=1):
            again.seek(span.start)
            head = again.read(min(HEAD, span.end - span.start))
            if left_out is not None and not every and refused.is_marked("", head):
                left_out.marked += 1
                continue
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
