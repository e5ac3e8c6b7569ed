"""Header lines of our own mails: encoded, folded, and closed against injection (RFC 5322, 2047)."""

from __future__ import annotations

import unicodedata
from email.header import Header

from shopbell.channels import contract
from shopbell.plugins.email import addresses

CRLF = "\r\n"
TEXT_MAX = 900  # characters of a subject: the answer to a header bomb is none
NAME_MAX = 200
KEPT_FIRST, KEPT_LAST = 1, 20  # of a long References, as RFC 5322, 3.6.4 leaves room for
_SPECIALS = set('()<>[]:;@\\,."')
_BREAKS = {"Cc", "Cs", "Zl", "Zp"}  # Unicode categories: control characters, half surrogates, line ends


def one_line(text: str) -> str:
    """The text without line breaks and other control characters."""
    return "".join(" " if unicodedata.category(c) in _BREAKS else c for c in text[:TEXT_MAX]).strip()


def text(name: str, value: str) -> str:
    """A header for people to read."""
    return _line(name, _encoded(one_line(value), len(name) + 2))


def people(name: str, senders: tuple[contract.Sender, ...]) -> str:
    """A header of addresses, one a line."""
    return _line(name, f",{CRLF} ".join(person(sender) for sender in senders))


def person(sender: contract.Sender) -> str:
    """`name <address>`. Raises contract.Permanent when the address is none."""
    address = addresses.on_the_wire(sender.address)
    name = one_line(sender.name)[:NAME_MAX]
    if not name or name == sender.address:
        return address
    if not name.isascii() or "=?" in name:
        return f"{_encoded(name, 10)}{CRLF} <{address}>"
    if _SPECIALS & set(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{address}>"


def message_id(value: str) -> str:
    """<value>, or nothing for what can be no Message-ID: of strangers' ids only whole ones may be quoted back."""
    bare = value.strip().removeprefix("<").removesuffix(">")
    fits = bare and len(bare) < TEXT_MAX and bare.isascii() and bare.isprintable()
    return f"<{bare}>" if fits and not set("<> ") & set(bare) else ""


def references(thread_ids: tuple[str, ...], answered: str) -> str:
    """The References header, one id a line; nothing when there is no thread."""
    ids = reference_ids(thread_ids, answered)
    return _line("References", f"{CRLF} ".join(ids)) if ids else ""


def reference_ids(thread_ids: tuple[str, ...], answered: str) -> list[str]:
    """The thread, oldest first, the mail answered last; a long one keeps its first and its last ids."""
    known = dict.fromkeys(filter(None, map(message_id, thread_ids)))
    last = message_id(answered)
    known.pop(last, None)
    ids = [*known, *([last] if last else [])]
    return ids if len(ids) <= KEPT_FIRST + KEPT_LAST else ids[:KEPT_FIRST] + ids[-KEPT_LAST:]


def plain(name: str, value: str) -> str:
    """A header whose value we made ourselves."""
    return _line(name, value)


def _line(name: str, value: str) -> str:
    return f"{name}: {value}{CRLF}"


def _encoded(value: str, used: int) -> str:
    """As it is when plain, else in encoded words; a word of ours that merely looks like one is encoded too."""
    has_long_word = any(len(word) > 70 for word in value.split(" "))
    charset = "us-ascii" if value.isascii() and "=?" not in value and not has_long_word else "utf-8"
    return Header(value, charset, maxlinelen=76, header_name="x" * max(used - 2, 1)).encode(linesep=CRLF)
