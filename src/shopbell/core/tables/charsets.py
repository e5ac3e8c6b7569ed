"""What a text without a word about its charset is written in.

UTF-16 shows by its mark or its zero bytes, UTF-8 by its sequences of bytes: a row that got into it from elsewhere does
not make the whole file another charset's. Else it is one of the charsets of old shop software, told apart by bytes
that are a letter in one and hardly anything in the other.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable

KNOWN = ("utf-8", "utf-16", "cp1252", "cp1257")
_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ASCII = bytes(range(128))
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]+")
# Letters of Windows-1257 where Windows-1252 has a sign, or an Icelandic letter: š ž Š Ž, and ø æ Ø Æ Ŗ ŗ.
_BALTIC = b"\xf0\xfe\xd0\xde\xb8\xbf\xa8\xaf\xaa\xba"
# Letters of Windows-1252 that Windows-1257 has none for (Š š Ž ž Œ œ Ÿ), and Danish ø æ Ø Æ, rarely Baltic ų ę.
_WESTERN = b"\x8a\x9a\x9e\x8c\x9c\x9f\xf8\xe6\xd8\xc6"
# Long vowels and marked consonants that Latvian and Lithuanian cannot do without: ā ē ī ū ė į ķ ļ ņ č.
_LONG = b"\xe2\xe7\xee\xfb\xeb\xe1\xed\xef\xf2\xe8"


def guess(parts: Iterable[bytes]) -> str:
    """The charset of a text given in parts, as Python calls it; "utf-8" for plain ASCII."""
    sequences, others, high, head = 0, 0, Counter[int](), b""
    for part in parts:
        if not head and (head := part[:200]) and _is_utf16(head):
            return "utf-16"
        if part.isascii():
            continue
        rest, found = _SEQUENCE.subn(b" ", part)
        sequences, others = sequences + found, others + len(_HIGH.findall(rest))
        high.update(part.translate(None, _ASCII))
    return "utf-8" if sequences >= others else _single(high)


def _is_utf16(head: bytes) -> bool:
    return head.startswith(_MARKS) or _zeros(head[1::2]) or _zeros(head[0::2])


def _zeros(half: bytes) -> bool:
    """Whether most of every second byte is zero: letters of Europe in UTF-16."""
    return len(half) > 3 and half.count(0) > len(half) * 0.7


def _single(high: Counter[int]) -> str:
    baltic = sum(high[byte] for byte in _BALTIC)
    western = sum(high[byte] for byte in _WESTERN)
    if not baltic:
        return "cp1252"
    return "cp1257" if baltic + sum(high[byte] for byte in _LONG) / 4 > western else "cp1252"


def exact(name: str, head: bytes) -> str:
    """The codec to decode a file with: byte order of UTF-16 without a mark, and no mark left in the text."""
    codec = codecs.lookup(name).name
    if codec == "utf-16" and not head.startswith(_MARKS):
        return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"
    return "utf-8-sig" if codec == "utf-8" else codec
