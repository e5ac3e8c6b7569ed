"""Text inside header fields: RFC 2047 encoded words and RFC 2231 parameters, with the usual mistakes forgiven."""

from __future__ import annotations

import binascii
import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from shopbell.plugins.email import charsets

WORD_START = re.compile(r"=\?([\w!#$%&'*+.^`{|}~-]{1,60})\?([bBqQ])\?")
HEX_PAIR = re.compile(r"[0-9A-Fa-f]{2}")
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]+")
QUOTED = re.compile(r'(?:[^"\\]|\\.)*+"', re.DOTALL)
PARAMETER = re.compile(r';\s*([^\s=;"]{1,80})\s*=\s*')
SECTION = re.compile(r"^([^*]+)(?:\*(\d{1,3}))?(\*)?$")
MAX_PARAMETERS = 20_000  # characters of a Content-Type that are looked at


class _Word(NamedTuple):
    charset: str
    data: bytes


def decode(text: str) -> str:
    """Encoded words (RFC 2047) to text. Neighbouring words of one charset are joined before decoding, because many
    programs cut them in the middle of a character. A word without an end is read to the end of the field."""
    if "=?" not in text:
        return text
    output: list[str] = []
    pending: list[_Word] = []
    for piece in _pieces(text):
        if isinstance(piece, _Word):
            if pending and pending[-1].charset != piece.charset:
                output.append(_flush(pending))
            pending.append(piece)
        elif not pending or piece.strip():
            output.append(_flush(pending))
            output.append(piece)
    output.append(_flush(pending))
    return charsets.repair_mojibake("".join(output))[0]


def _pieces(text: str) -> Iterator[_Word | str]:
    position = 0
    while (match := WORD_START.search(text, position)) is not None:
        end = _word_end(text, match.end(), match[2] in "qQ")
        if match.start() > position:
            yield text[position : match.start()]
        body = text[match.end() : end]
        yield _Word(match[1].split("*")[0].lower(), _unquote(body) if match[2] in "qQ" else unbase64(body))
        position = end + 2
    if position < len(text):
        yield text[position:]


def _word_end(text: str, start: int, quoted: bool) -> int:
    """Where the closing ?= is; a raw question mark before an =XX is none."""
    end = text.find("?=", start)
    while quoted and end >= 0 and HEX_PAIR.match(text, end + 2) and text.find("?=", end + 2, end + 200) >= 0:
        end = text.find("?=", end + 2)
    return len(text) if end < 0 else end


def _flush(pending: list[_Word]) -> str:
    if not pending:
        return ""
    data, charset = b"".join(word.data for word in pending), pending[0].charset
    pending.clear()
    return charsets.decode(data, charset).text


def _unquote(body: str) -> bytes:
    data = body.replace("_", " ").encode("utf-8", "surrogateescape")
    return re.sub(rb"=([0-9A-Fa-f]{2})", lambda match: bytes([int(match[1], 16)]), data)


def unbase64(body: str | bytes) -> bytes:
    """Base64 with everything wrong forgiven: foreign characters, missing padding, a cut last group."""
    data = body.encode("ascii", "ignore") if isinstance(body, str) else body
    cleaned = re.sub(rb"[^A-Za-z0-9+/]", b"", data.replace(b"-", b"+").replace(b"_", b"/"))
    if len(cleaned) % 4 == 1:
        cleaned = cleaned[:-1]
    return binascii.a2b_base64(cleaned + b"=" * (-len(cleaned) % 4))


def one_line(text: str) -> str:
    """Controls out, white space single: fit for a list row."""
    return " ".join(CONTROLS.sub(" ", text).split())


def parameters(text: str) -> tuple[str, dict[str, str]]:
    """ "text/plain; name=x" to its value (lower case) and parameters, RFC 2231 continuations and charsets read.

    Forgiven: values with spaces and no quotes, a quote that never closes, encoded words where none are allowed.
    """
    text = text[:MAX_PARAMETERS]
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, raw in _raw_parameters(text):
        match = SECTION.match(name.lower())
        if match:
            pieces.setdefault(match[1], []).append((int(match[2] or 0), bool(match[3]), raw))
    value = text.split(";", 1)[0].strip().lower()
    return value, {name: _join(sections) for name, sections in pieces.items()}


def _raw_parameters(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    while (match := PARAMETER.search(text, position)) is not None:
        start = match.end()
        if text[start : start + 1] == '"':
            end = _closing_quote(text, start + 1)
            raw = re.sub(r'\\(["\\])', r"\1", text[start + 1 : end])
        else:
            end = text.find(";", start)
            end = len(text) if end < 0 else end
            raw = text[start:end].strip().strip("'\"")
        yield match[1], raw
        position = end


def _closing_quote(text: str, start: int) -> int:
    """Where a quoted value ends; without an end, at the next ; or the end of the field."""
    match = QUOTED.match(text, start)
    if match:
        return match.end() - 1
    end = text.find(";", start)
    return len(text) if end < 0 else end


def _join(sections: list[tuple[int, bool, str]]) -> str:
    """RFC 2231 sections in order; extended ones carry %XX and, in the first, charset'language'."""
    numbered = len({number for number, _, _ in sections}) > 1
    chosen = sorted(sections) if numbered else ([each for each in sections if each[1]] or sections)[:1]
    if not any(is_extended for _, is_extended, _ in chosen):
        return one_line(decode("".join(text for _, _, text in chosen)))
    charset = ""
    if chosen[0][1] and chosen[0][2].count("'") >= 2:
        charset, _, first = chosen[0][2].split("'", 2)
        chosen = [(chosen[0][0], True, first), *chosen[1:]]
    data = b""
    for is_extended, section in itertools.groupby(chosen, key=lambda each: each[1]):  # some cut in the middle of a %XX
        text = "".join(each[2] for each in section)
        data += unquote_to_bytes(text) if is_extended else text.encode("utf-8", "surrogateescape")
    return one_line(charsets.decode(data, charset or "utf-8").text)
