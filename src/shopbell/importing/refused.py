"""What lies in a mailbox and is nobody's mail any more: folders of rubbish and drafts, mails marked as deleted."""

from __future__ import annotations

import binascii
import re

#: Names of folders, lower case, as mail programs of Europe call them.
FOLDERS = frozenset(
    name.strip()
    for row in """
    trash | bin | deleted | deleted items | deleted messages | junk | junk e-mail | junk email | spam | bulk mail
    drafts | draft | templates | outbox | unsent messages
    papierkorb | gelöscht | gelöschte elemente | gelöschte objekte | junk-e-mail | spamverdacht | unerwünscht
    werbung | entwürfe | entwurf | vorlagen | postausgang
    slettet post | slettede elementer | slettet | papirkurv | uønsket mail | uønsket post | kladder | udkast
    prügikast | kustutatud | kustutatud üksused | rämpspost | rämps | mustandid | mallid
    skräppost | borttaget | papperskorgen | papperskorg | utkast | roskaposti | roskakori | poistetut | luonnokset
    søppelpost | søppel | papirkurven | slettede elementer | verwijderde items | prullenbak | ongewenste e-mail
    concepten | corbeille | éléments supprimés | courrier indésirable | indésirables | brouillons
    papelera | elementos eliminados | correo no deseado | borradores | cestino | posta eliminata
    posta indesiderata | bozze | kosz | elementy usunięte | wiadomości-śmieci | szkice | robocze
    """.strip().split("\n")
    for name in row.split("|")
)
_ENCODED = re.compile(r"&([A-Za-z0-9+,]*)-")
# Maildir flags (cr.yp.to/proto/maildir.html) of mails in the trash and of drafts; Mozilla's bit of what compacting
# will remove; Google's labels in an export.
_MAILDIR = re.compile(r"[:;!]2,[A-Za-z]*[DT]")
_MOZILLA = re.compile(rb"^x-mozilla-status:\s*([0-9a-f]{4})", re.IGNORECASE | re.MULTILINE)
_GOOGLE = re.compile(rb"^x-gmail-labels:((?:.*\n?)(?:[ \t].*\n?)*)", re.IGNORECASE | re.MULTILINE)
_EXPUNGED = 0x0008


def is_folder(name: str) -> bool:
    """Whether a folder or an mbox of this name holds rubbish or drafts: "Trash", ".INBOX.Junk", "Entw&APw-rfe.mbox"."""
    bare = _decoded(name).removesuffix(".mbox").removesuffix(".sbd").strip(". ")
    return bool({bare.lower(), bare.rpartition(".")[2].lower()} & FOLDERS)


def is_marked(name: str, head: bytes) -> bool:
    """Whether a mail's file name or header says that it is deleted, spam or a draft."""
    if _MAILDIR.search(name):
        return True
    block = head.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if (found := _MOZILLA.search(block)) and int(found[1], 16) & _EXPUNGED:
        return True
    labels = _GOOGLE.search(block)
    return labels is not None and any(is_folder(label.strip(' "')) for label in _text(labels[1]).split(","))


def _text(value: bytes) -> str:
    return " ".join(value.decode("utf-8", "replace").split())


def _decoded(name: str) -> str:
    """A folder's name out of IMAP's modified UTF-7 (RFC 3501, 5.1.3)."""
    return _ENCODED.sub(lambda found: _base64(found[1]) if found[1] else "&", name)


def _base64(text: str) -> str:
    try:
        return binascii.a2b_base64(text.replace(",", "/") + "=" * (-len(text) % 4)).decode("utf-16-be")
    except (binascii.Error, UnicodeError):
        return ""
