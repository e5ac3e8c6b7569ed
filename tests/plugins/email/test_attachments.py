from __future__ import annotations

import pytest

from shopbell.plugins.email import attachments, bodies
from shopbell.plugins.email.mime import parts

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
ZIP = b"PK\x03\x04" + b"\x00" * 40


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Rechnung.pdf", "Rechnung.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\cmd.exe", "cmd.exe"),
        ("a\x00b\nc.txt", "ab c.txt"),
        ("invoice\u202efdp.exe", "invoice fdp.exe"),
        (".htaccess", "htaccess"),
        ("...", ""),
        ("", ""),
        ("con.txt", "_con.txt"),
        ("console.txt", "console.txt"),
        ('a"b<c>d|e?f*.txt', "a b c d e f .txt"),
        ("x" * 300 + ".pdf", "x" * 180 + ".pdf"),
        ("Küsimus 1.pdf", "Küsimus 1.pdf"),
        ("📦.jpg", "📦.jpg"),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert attachments.safe_name(name) == safe
    assert len(attachments.safe_name(name)) <= attachments.MAX_NAME


@pytest.mark.parametrize(
    ("content", "declared", "found"),
    [
        (PNG, "image/png", "image/png"),
        (PNG, "image/jpeg", "image/png"),
        (PNG, "application/octet-stream", "image/png"),
        (b"<html><script>x</script>", "image/png", "text/html"),
        (b"<!DOCTYPE html><p>", "text/plain", "text/html"),
        (b"<?xml version='1.0'?><svg onload=x>", "image/png", "image/svg+xml"),
        (b"%PDF-1.4", "application/octet-stream", "application/pdf"),
        (b"MZ" + bytes(100), "image/png", "application/x-msdownload"),
        (
            ZIP,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (ZIP, "image/png", "application/zip"),
        (b"hello", "image/png", "text/plain"),
        (b"\x01\x02\x03\x04" * 20, "image/png", "application/octet-stream"),
        (b"hello", "text/plain", "text/plain"),
        (b"a,b", "text/csv", "text/csv"),
        (b"", "image/png", "image/png"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "image/jpg", "image/jpeg"),
        (b"<html>", "message/rfc822", "message/rfc822"),
    ],
)
def test_the_bytes_decide_the_type(content: bytes, declared: str, found: str) -> None:
    assert attachments.detect(content, declared) == found


@pytest.mark.parametrize(
    ("declared", "found", "lie"),
    [
        ("image/png", "image/png", False),
        ("image/jpg", "image/jpeg", False),
        ("application/octet-stream", "application/pdf", False),
        ("image/png", "text/html", True),
        ("text/plain", "text/html", True),
        ("application/pdf", "application/x-msdownload", True),
    ],
)
def test_only_lies_are_warned_of(declared: str, found: str, lie: bool) -> None:
    assert attachments.differs(declared, found) is lie


def only_file(header: str, body: str = "x") -> attachments.Attachment:
    raw = f"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n--b\n{header}\n\n{body}\n--b--\n"
    (found,) = bodies.read(parts.parse(raw.encode())).files
    return found


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('Content-Type: application/pdf; name="r.pdf"', "r.pdf"),
        ('Content-Type: application/pdf; name="r.pdf"\nContent-Disposition: attachment; filename="s.pdf"', "s.pdf"),
        ("Content-Type: application/pdf\nContent-Disposition: attachment; filename*=utf-8''%C3%BC.pdf", "ü.pdf"),
        ("Content-Type: application/octet-stream\nContent-Disposition: attachment", "attachment-1.bin"),
        ("Content-Type: application/ms-tnef", "winmail.dat"),
        ("Content-Type: message/rfc822", "message-1.eml"),
        ("Content-Type: text/csv", "attachment-1.csv"),
        ('Content-Type: text/plain; name="notes.txt"', "notes.txt"),
        ("Content-Type: text/calendar; method=REQUEST", "attachment-1.ics"),
    ],
)
def test_every_file_has_a_name(header: str, name: str) -> None:
    assert only_file(header).name == name


def test_an_attached_mail_is_named_by_its_subject_and_not_taken_apart() -> None:
    found = only_file("Content-Type: message/rfc822", "Subject: Wie =?utf-8?Q?gew=C3=BCnscht?=\n\nbody")
    assert (found.name, found.content_type) == ("Wie gewünscht.eml", "message/rfc822")
    assert found.content.endswith(b"body")


def test_hash_and_size_are_of_the_decoded_bytes() -> None:
    found = only_file("Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64", "aGVsbG8=")
    assert (found.content, found.size) == (b"hello", 5)
    assert found.sha256 == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


def test_more_files_than_the_limit_are_told() -> None:
    part = "--b\nContent-Type: image/png\n\nx\n"
    root = parts.parse(f"Content-Type: multipart/mixed; boundary=b\n\n{part * 250}--b--\n".encode())
    assert len(bodies.read(root).files) == attachments.MAX_COUNT
    assert "more than 200 attachments: the rest is only in the raw mail" in root.warnings
