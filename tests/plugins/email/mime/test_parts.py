from __future__ import annotations

import base64
import time

import pytest

from shopbell.plugins.email.mime import parts


def tree(part: parts.Part) -> object:
    return [part.content_type, *map(tree, part.children)] if part.children else part.content_type


def leaf_texts(part: parts.Part) -> list[str]:
    return [each.text() for each in part.walk() if not each.children]


MIXED = b"""Content-Type: multipart/mixed; boundary="b"

preamble
--b
Content-Type: text/plain

hi
--b
Content-Type: text/html

<p>yo</p>
--b--
epilogue
"""


@pytest.mark.parametrize("raw", [MIXED, MIXED.replace(b"\n", b"\r\n"), MIXED.replace(b"\n", b"\r")])
def test_parts_lie_between_boundaries_whatever_the_line_ends(raw: bytes) -> None:
    root = parts.parse(raw)
    assert tree(root) == ["multipart/mixed", "text/plain", "text/html"]
    assert leaf_texts(root) == ["hi", "<p>yo</p>"]
    assert root.warnings == []


def test_a_boundary_that_begins_like_another_is_another() -> None:
    root = parts.parse(
        b'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: multipart/alternative; boundary="xy"\n\n'
        b"--xy\n\none\n--xy\n\ntwo\n--xy--\n--x\n\nthree\n--x--\n"
    )
    assert tree(root) == ["multipart/mixed", ["multipart/alternative", "text/plain", "text/plain"], "text/plain"]
    assert leaf_texts(root) == ["one", "two", "three"]


def test_a_cut_off_mail_keeps_what_is_there() -> None:
    root = parts.parse(MIXED[: MIXED.index(b"</p>")])
    assert leaf_texts(root) == ["hi", "<p>yo"]
    assert root.warnings == ["multipart without an end: the mail may be cut off"]


def test_a_missing_boundary_parameter_is_guessed() -> None:
    root = parts.parse(MIXED.replace(b'; boundary="b"', b""))
    assert leaf_texts(root) == ["hi", "<p>yo</p>"]
    assert root.warnings == ["multipart boundary guessed"]


def test_a_multipart_without_parts_is_told() -> None:
    root = parts.parse(b"Content-Type: multipart/mixed; boundary=b\n\nonly text\n")
    assert (tree(root), root.warnings) == ("multipart/mixed", ["multipart without parts"])


def test_the_parts_of_a_digest_are_messages() -> None:
    root = parts.parse(b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\ny\n--b--\n")
    assert tree(root) == ["multipart/digest", "message/rfc822"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", "text/plain"),
        ("", "text/plain"),
        ("html", "text/html"),
        ("TEXT/HTML; x", "text/html"),
        ("text / html", "text/html"),
        ("text/plain/x", "text/plain"),
        ("a b c", "text/plain"),
    ],
)
def test_content_types_that_are_none(value: str, expected: str) -> None:
    assert parts.parse(f"Subject: x\nContent-Type: {value}\n\nbody".encode()).content_type == expected


def encoded(encoding: str, body: bytes) -> parts.Part:
    return parts.parse(
        f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n".encode() + body
    )


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("base64", b"R3LDvMOfZQ==", "Grüße"),
        ("BASE64 ", b"R3LD\r\nvMOf\r\nZQ", "Grüße"),
        ("base64;", b"R3LDvMOfZQ==\n", "Grüße"),
        ("base64", b"R3LDvMOfZQ==\n_____________________\nlist footer", "Grüße\n_____________________\nlist footer"),
        (
            "base64",
            b"This was never base64 at all.\nIt is a plain text.",
            "This was never base64 at all.\nIt is a plain text.",
        ),
        ("quoted-printable", b"Gr=C3=BC=\n=C3=9Fe =3D =XX", "Grüße = =XX"),
        ("quoted printable", b"Gr=C3=BC", "Grü"),
        ("7-bit", b"abc", "abc"),
        ("8bit", "Grüße".encode(), "Grüße"),
        ("text/html", b"abc", "abc"),
        ("x-uuencode", b"begin 644 a.txt\n#0V%T\n`\nend\n", "Cat"),
        ("", b"abc", "abc"),
    ],
)
def test_transfer_encodings(encoding: str, body: bytes, text: str) -> None:
    assert encoded(encoding, body).text() == text


def test_an_unknown_transfer_encoding_is_told() -> None:
    part = encoded("spam", b"abc")
    assert (part.text(), part.warnings) == ("abc", ["unknown transfer encoding 'spam'"])


def test_a_whole_mail_in_utf16_is_read() -> None:
    raw = "Subject: Grüße\r\nFrom: a@b.example\r\n\r\nHallo\r\n"
    for data in (raw.encode("utf-16"), raw.encode("utf-16-le"), raw.encode("utf-16-be")):
        root = parts.parse(data)
        assert (root.headers.text("subject"), root.text()) == ("Grüße", "Hallo\n")


def test_parts_nested_a_hundred_deep_are_reached_and_more_do_no_harm() -> None:
    deep = (
        b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(90))
        + b"\ninside\n"
    )
    assert leaf_texts(parts.parse(deep)) == ["inside\n"]
    deeper = (
        b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(5000))
        + b"\ninside\n"
    )
    assert "parts nested too deep: left as they are" in parts.parse(deeper).warnings


BIG = 5_000_000


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 1_000_000,
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--bx\n" * 1_000_000,
        b"Content-Type: multipart/mixed; boundary=b\n\n"
        + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 10_000
        + b"x" * BIG,
        b"Content-Type: multipart/mixed\n\n" + b"--" + b"x" * BIG,
        b"Content-Type: multipart/mixed\n\n" + b"--x\n" * 1_000_000,
        b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(bytes(BIG)),
        b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + b"!" * BIG,
        b"Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n" + b"=" * BIG,
        bytes(BIG),
    ],
)
def test_hostile_structures_take_linear_time(raw: bytes) -> None:
    start = time.process_time()
    root = parts.parse(raw)
    count = sum(1 for part in root.walk() if part.payload() is not None)
    assert count <= parts.MAX_PARTS + 1
    assert time.process_time() - start < 3


def test_html_without_a_declared_charset_tells_it_itself() -> None:
    raw = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1257"></head><p>šaal'.encode(
        "cp1257"
    )
    assert "šaal" in parts.parse(b"Content-Type: text/html\n\n" + raw).text()
