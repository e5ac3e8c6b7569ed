"""The text inside an opaque-signed S/MIME mail (RFC 8551, 3.5.2; CMS, RFC 5652). The signature is not checked here."""

from __future__ import annotations

from collections.abc import Iterator

MAX_DEPTH = 12
SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
ENVELOPED_DATA = bytes.fromhex("2a864886f70d010703")
DATA = bytes.fromhex("2a864886f70d010701")
TYPES = {"application/pkcs7-mime", "application/x-pkcs7-mime"}

SEQUENCE, OCTETS, OBJECT, CONTEXT_0 = 0x30, 0x04, 0x06, 0xA0


def signed_content(data: bytes) -> bytes | None:
    """The MIME entity that was signed; None when the data holds none (encrypted, detached, broken)."""
    try:
        kind, content = _content(data)
        if kind != SIGNED_DATA:
            return None
        inside = [value for tag, value in _values(content) if tag == SEQUENCE]
        for tag, value in _values(inside[0]):
            if tag == SEQUENCE:
                kind, octets = _content(value, wrapped=False)
                return octets if kind == DATA else None
    except (IndexError, ValueError):
        return None
    return None


def is_encrypted(data: bytes) -> bool:
    return ENVELOPED_DATA in data[:64]


def _content(data: bytes, *, wrapped: bool = True) -> tuple[bytes, bytes]:
    """An object identifier and what is tagged [0] behind it. Raises ValueError."""
    if wrapped:
        data = next((value for tag, value in _values(data) if tag == SEQUENCE), b"")
    found = dict(_values(data))
    if OBJECT not in found or CONTEXT_0 not in found:
        raise ValueError("no content")
    if wrapped:
        return found[OBJECT], found[CONTEXT_0]
    return found[OBJECT], b"".join(_octets(found[CONTEXT_0], 0))


def _octets(data: bytes, depth: int) -> Iterator[bytes]:
    """The bytes of an OCTET STRING, which may come in pieces."""
    for tag, value in _values(data):
        if tag == OCTETS:
            yield value
        elif tag == OCTETS | 0x20 and depth < MAX_DEPTH:
            yield from _octets(value, depth + 1)


def _values(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The tag and bytes of each element (BER, definite or indefinite length). Raises ValueError, IndexError."""
    position = 0
    while position + 2 <= len(data):
        tag, start, length = _header(data, position)
        if tag == 0 and length == 0:
            return
        if length < 0:
            end = _end_of_contents(data, start, 0)
            yield tag, data[start : end - 2]
        else:
            end = start + length
            if end > len(data):
                raise ValueError("cut off")
            yield tag, data[start:end]
        position = end


def _header(data: bytes, position: int) -> tuple[int, int, int]:
    """(tag, start of the contents, length or -1)."""
    tag, length = data[position], data[position + 1]
    if length < 0x80:
        return tag, position + 2, length
    count = length & 0x7F
    if count == 0:
        return tag, position + 2, -1
    if count > 4:
        raise ValueError("too long")
    return tag, position + 2 + count, int.from_bytes(data[position + 2 : position + 2 + count], "big")


def _end_of_contents(data: bytes, position: int, depth: int) -> int:
    """Behind the two NULs that end an element of indefinite length."""
    if depth > MAX_DEPTH:
        raise ValueError("nested too deep")
    while data[position : position + 2] != b"\x00\x00":
        _, start, length = _header(data, position)
        position = _end_of_contents(data, start, depth + 1) if length < 0 else start + length
        if position > len(data):
            raise ValueError("cut off")
    return position + 2
