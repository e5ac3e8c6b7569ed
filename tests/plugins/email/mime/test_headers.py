from __future__ import annotations

import time

import pytest

from shopbell.plugins.email.mime import headers


def parse(raw: bytes) -> tuple[headers.Headers, bytes]:
    head, position = headers.parse(raw, 0, len(raw))
    return head, raw[position:]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_fields_are_unfolded_and_the_body_begins_after_the_blank_line(end: bytes) -> None:
    head, body = parse(end.join([b"Subject: one", b"  two", b"\tthree", b"From: a@b.example", b"", b"Body: x", b""]))
    assert head.fields == [("subject", b"one two three"), ("from", b"a@b.example")]
    assert body.strip() == b"Body: x"
    assert head.warnings == []


def test_mbox_line_and_blank_lines_at_the_top_are_skipped() -> None:
    head, body = parse(b"\n\nFrom anna Tue Mar  3 10:00:00 2026\nSubject: x\n\nbody")
    assert head.text("subject") == "x"
    assert body == b"body"
    assert head.warnings == ["header: mbox line at the top"]


def test_a_from_field_is_no_mbox_line() -> None:
    head, _ = parse(b"From : a@b.example\n\nbody")
    assert head.raw("from") == b"a@b.example"


def test_without_a_blank_line_the_first_foreign_line_is_the_body() -> None:
    head, body = parse(b"Subject: x\nHello there\n\nsecond")
    assert head.text("subject") == "x"
    assert body == b"Hello there\n\nsecond"
    assert head.warnings == ["header: no blank line before the body"]


def test_garbage_amid_fields_is_ignored() -> None:
    head, body = parse(b"Date: now\nthis is no field\nFrom: a@b.example\n\nbody")
    assert head.raw("from") == b"a@b.example"
    assert body == b"body"


def test_a_subject_broken_without_folding_is_joined() -> None:
    head, body = parse(b"Subject: a long\nsubject line\nFrom: a@b.example\n\nbody")
    assert head.text("subject") == "a long subject line"
    assert body == b"body"


def test_a_line_of_blanks_within_a_field_does_not_end_the_header() -> None:
    head, body = parse(b"To: a@b.example,\n \n\tc@d.example\nSubject: x\n\nbody")
    assert head.raw("to") == b"a@b.example, c@d.example"
    assert head.text("subject") == "x"
    assert body == b"body"


def test_a_line_of_blanks_before_a_text_ends_it() -> None:
    head, body = parse(b"Subject: x\n \nbody")
    assert head.text("subject") == "x"
    assert body == b"body"


@pytest.mark.parametrize(
    ("raw", "text", "warnings"),
    [
        (b"Subject: Gr\xc3\xbc\xc3\x9fe", "Grüße", []),
        (b"Subject: Gr\xfc\xdfe", "Grüße", ["header: raw 8-bit read as cp1252"]),
        ("Subject: GrÃ¼ÃŸe".encode(), "Grüße", ["header: mojibake repaired"]),
        (b"Subject: a\x00b", "ab", []),
        (b"Subject: a\x07b\x1b[31mc", "a b [31mc", []),
        (b"Subject:", "", []),
    ],
)
def test_raw_bytes_in_a_field_become_text(raw: bytes, text: str, warnings: list[str]) -> None:
    head, _ = parse(raw + b"\n\n")
    assert (head.text("subject"), head.warnings) == (text, warnings)


def test_an_empty_field_gives_way_to_a_filled_one_of_the_same_name() -> None:
    head, _ = parse(b"Subject:\nSubject: second\n\n")
    assert head.text("subject") == "second"


def test_a_part_without_a_header_begins_with_its_body() -> None:
    raw = b"\nText: this is body"
    head, position = headers.parse(raw, 0, len(raw), top=False)
    assert (head.fields, raw[position:]) == ([], b"Text: this is body")


@pytest.mark.parametrize(
    "raw",
    [
        b"A: b\n" * 100_000 + b"\nbody",
        b"Subject: " + b"x" * 2_000_000 + b"\n\nbody",
        b"To: x\n" + b" y\n" * 300_000 + b"\nbody",
        b"garbage\n" * 300_000,
        b"a:" * 1_000_000,
        b" \n" * 500_000,
        b"X: y\ngarbage\n" * 100_000,
        b"X: y\n \n" * 100_000,
        b"X: y\n" + b" \n\t\n" * 100_000,
        b"\x00" * 2_000_000,
    ],
)
def test_header_bombs_take_linear_time(raw: bytes) -> None:
    start = time.process_time()
    head, _ = parse(raw)
    assert all(isinstance(head.decode(value), str) for _, value in head.fields)
    assert time.process_time() - start < 3
    assert len(head.fields) <= headers.MAX_FIELDS
