"""A mailbox read by IMAP: every mail once, from the UID where the last reading ended, announced by IDLE.

The cursor is {mailbox, folder, uidvalidity, uid, since, top, historic}. A mail's id is
mailbox:uidvalidity:uid, where `mailbox` stands for user and folder, because servers number alike. When the server
gives out new UIDs (another UIDVALIDITY: restored, moved) the folder is read again from the day it was first read on:
all mails come again under other ids, and what is known already is recognised by its Message-ID when it is understood.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any

from django.conf import settings as django_settings
from django.utils.translation import gettext as _

from shopbell.channels import contract
from shopbell.plugins.email import imap, oauth

POLL_SECONDS = 300
BATCH_MAILS = 50
BATCH_OCTETS = 8_000_000
PAUSES_BEFORE_HEADERS_ONLY: tuple[float, ...] = (1, 5, 15, 60)  # seconds

Cursor = dict[str, Any]


def listen(account: oauth.Account, listener: contract.Listener) -> None:
    """Read until `listener.stopping()`. Raises Transient or AuthFailed; calling again goes on where this ended."""
    poll_seconds = float(account.server("imap").get("poll_seconds") or POLL_SECONDS)
    with imap.mailbox(account) as box:
        cursor = resume(box, account, listener.cursor)
        listener.advance(cursor)
        while not listener.stopping():
            cursor = read_new(box, listener, cursor)
            box.wait(poll_seconds, listener.stopping)


def resume(box: imap.Mailbox, account: oauth.Account, known: Mapping[str, Any]) -> Cursor:
    """Where to go on: after the last UID, or, where the numbers have changed or were never known, from a start."""
    name = hashlib.sha256(f"{account.username('imap').lower()}\0{box.folder}".encode()).hexdigest()[:12]
    numbered = {"mailbox": name, "folder": box.folder, "uidvalidity": box.uid_validity}
    if known.get("mailbox") != name:
        return numbered | _first_start(box, str(account.server("imap").get("since") or "now"))
    if known.get("uidvalidity") != box.uid_validity:
        return numbered | {"uid": 0, "top": box.uid_next - 1, "since": known.get("since", ""), "historic": False}
    return dict(known)


def _first_start(box: imap.Mailbox, since: str) -> Cursor:
    newest = box.uid_next - 1
    if since == "now":
        return {"uid": newest, "top": newest, "since": datetime.now(UTC).isoformat(), "historic": False}
    start = "" if since == "all" else f"{date.fromisoformat(since[:10])}T00:00:00+00:00"
    return {"uid": 0, "top": newest, "since": start, "historic": True}


def read_new(box: imap.Mailbox, listener: contract.Listener, cursor: Cursor) -> Cursor:
    """Store every mail after the cursor, then move the cursor; a crash in between stores nothing twice (unique id)."""
    for uids, seen in _new_uids(box, cursor):
        for batch in _batches(box, uids, cursor):
            for item in _items(box, listener, batch, cursor):
                listener.store(item)
            cursor = {**cursor, "uid": batch[-1][0]}
            listener.advance(cursor)
            if listener.stopping():
                return cursor
        cursor = {**cursor, "uid": max(seen, cursor["uid"])}
    listener.advance(cursor)
    return cursor


def _new_uids(box: imap.Mailbox, cursor: Cursor) -> Iterator[tuple[list[int], int]]:
    """(UIDs to take, UID up to which that is all): history in windows, then whatever came after it."""
    day = datetime.fromisoformat(cursor["since"]).date() - timedelta(days=1) if cursor["since"] else None
    for first in range(cursor["uid"] + 1, cursor["top"] + 1, imap.SEARCH_WINDOW):
        last = min(first + imap.SEARCH_WINDOW - 1, cursor["top"])
        yield box.search(first, last, day), last
    first = max(cursor["uid"], cursor["top"]) + 1
    uids = list(_windows(box, first))
    yield uids, uids[-1] if uids else first - 1


def _windows(box: imap.Mailbox, first: int) -> Iterator[int]:
    """The UIDs from `first` on. After an outage there may be many up to the UIDNEXT of the selection; then few."""
    while first < box.uid_next:
        last = min(first + imap.SEARCH_WINDOW, box.uid_next) - 1
        yield from box.search(first, last)
        first = last + 1
    yield from box.search(first, None)


def _batches(box: imap.Mailbox, uids: Iterable[int], cursor: Cursor) -> Iterator[list[tuple[int, int]]]:
    """(UID, size) in groups that fit into memory; mails from before the start are left out."""
    rest = iter(uids)
    while some := list(islice(rest, BATCH_MAILS)):
        known = box.fetch(some, "RFC822.SIZE", "INTERNALDATE")
        if any(_exists(box, uid) for uid in some if uid not in known):
            raise contract.Transient("the IMAP server hides mails it has", code="unreadable")
        batch: list[tuple[int, int]] = []
        for uid in some:
            if uid not in known or _too_old(uid, known[uid], cursor):
                continue
            size = _size(known[uid])
            if batch and sum(octets for _uid, octets in batch) + size > BATCH_OCTETS:
                yield batch
                batch = []
            batch.append((uid, size))
        if batch:
            yield batch


def _too_old(uid: int, mail: Mapping[bytes, Any], cursor: Cursor) -> bool:
    arrived = _arrived(mail)
    if uid > cursor["top"] or not cursor["since"] or not arrived:
        return False
    return arrived < datetime.fromisoformat(cursor["since"]).replace(microsecond=0)


def _arrived(mail: Mapping[bytes, Any]) -> datetime | None:
    """INTERNALDATE in UTC, where the server gives a usable one."""
    found = mail.get(b"INTERNALDATE")
    return found.astimezone(UTC) if isinstance(found, datetime) and found.tzinfo else None


def _size(mail: Mapping[bytes, Any]) -> int:
    found = mail.get(b"RFC822.SIZE")
    return found if isinstance(found, int) else 0


def _items(
    box: imap.Mailbox, listener: contract.Listener, batch: list[tuple[int, int]], cursor: Cursor
) -> Iterator[contract.RawItem]:
    """The mails of a batch. What is too large, or what the server cannot hand out, comes with its headers only."""
    whole = [uid for uid, size in batch if size <= django_settings.MAX_MAIL_BYTES]
    mails = _bodies(box, whole)
    for uid, size in batch:
        if size > django_settings.MAX_MAIL_BYTES:
            note = _("This mail is too large to be read here (%(mb)d MB). It is still in the mailbox.")
            mails |= _headers(box, uid, note % {"mb": size // 1_000_000}, size)
        elif uid not in mails:
            mails |= _asked_again(box, listener, uid)
        if uid in mails:
            yield _item(uid, mails[uid], cursor)


def _bodies(box: imap.Mailbox, uids: list[int]) -> dict[int, Mapping[bytes, Any]]:
    """Bodies by UID. A NO to many is asked again one by one: servers say it when one of them was expunged."""
    if not uids:
        return {}
    try:
        mails = box.fetch(uids, "BODY.PEEK[]", "INTERNALDATE")
    except imap.Refused:
        return {} if len(uids) == 1 else reduce(or_, (_bodies(box, [uid]) for uid in uids))
    return {uid: mail for uid, mail in mails.items() if mail.get(b"BODY[]") is not None}


def _asked_again(box: imap.Mailbox, listener: contract.Listener, uid: int) -> dict[int, Mapping[bytes, Any]]:
    """A mail the server did not hand out: gone, or in trouble there. It must not keep the others waiting for ever."""
    for pause in PAUSES_BEFORE_HEADERS_ONLY:
        if not _exists(box, uid):
            return {}
        if found := _bodies(box, [uid]):
            return found
        imap.rest(pause, listener.stopping)
        if listener.stopping():
            raise contract.Transient(f"stopped while waiting for mail {uid}", code="unreadable")
    return _headers(box, uid, _("The mail server could not hand out the content of this mail."), 0)


def _exists(box: imap.Mailbox, uid: int) -> bool:
    box.look()
    return bool(box.search(uid, uid))


def _headers(box: imap.Mailbox, uid: int, note: str, size: int) -> dict[int, Mapping[bytes, Any]]:
    """The mail's own headers over a body that says what is missing, so that somebody sees it and can go and look."""
    part = f"BODY.PEEK[HEADER]<0.{imap.HEADER_OCTETS}>"
    found = box.fetch([uid], part, "INTERNALDATE").get(uid)
    if found is None:
        return {}
    octets = next((value for key, value in found.items() if key.startswith(b"BODY[HEADER]")), b"") or b""
    return {uid: {**found, b"BODY[]": _with_note(bytes(octets), note), b"OVERSIZED": size}}


def _with_note(headers: bytes, note: str) -> bytes:
    kept: list[bytes] = []
    for line in headers.splitlines():
        if line[:1] in (b" ", b"\t"):
            if kept:
                kept[-1] += b"\r\n" + line
        elif line:
            kept.append(line)
    describes_body = (b"content-", b"mime-version")
    own = [line for line in kept if not line.lower().startswith(describes_body)]
    own += [b"MIME-Version: 1.0", b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: 8bit"]
    return b"\r\n".join([*own, b"", note.encode(), b""])


def _item(uid: int, mail: Mapping[bytes, Any], cursor: Cursor) -> contract.RawItem:
    now = datetime.now(UTC)
    envelope: dict[str, Any] = {"uid": uid, "folder": cursor["folder"]}
    if cursor["historic"] and uid <= cursor["top"]:
        envelope["historic"] = True
    if b"OVERSIZED" in mail:
        envelope["content_left_out"] = mail[b"OVERSIZED"]
    return contract.RawItem(
        external_id=f"{cursor['mailbox']}:{cursor['uidvalidity']}:{uid}",
        body=bytes(mail.get(b"BODY[]") or b""),
        received_at=min(_arrived(mail) or now, now),
        envelope=envelope,
    )
