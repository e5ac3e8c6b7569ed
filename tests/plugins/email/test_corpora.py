"""Mails by others, where they are at hand: nothing fails, and what is expected of them is found."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shopbell.channels import contract
from shopbell.plugins.email import channel_parse, inspecting
from tests import corpora
from tests.plugins.email import quality_mail

NOW = datetime(2026, 3, 3, tzinfo=UTC)


def inspect(path: Path) -> dict[str, object]:
    return inspecting.inspect(path.read_bytes(), path.name)


@pytest.mark.parametrize("folder", quality_mail.FOLDERS)
def test_every_file_is_inspected_and_parsed_or_refused(folder: str) -> None:
    refused = 0
    for path in sorted(corpora.folder(folder).rglob("*")):
        if not path.is_file():
            continue
        raw = path.read_bytes()
        json.dumps(inspecting.inspect(raw, path.name))
        try:
            found = channel_parse.parse(raw, {}, NOW, {})
        except contract.Unparsable:
            refused += 1
        else:
            assert found, path
    assert (refused > 100) is (folder == "hostile")  # images; every mail is understood


def test_baltic_mails_are_read_to_the_letter() -> None:
    folder = corpora.folder("mail", "baltic-mini")
    for name, expected in json.loads((folder / "expected.json").read_text()).items():
        found = inspect(folder / name)
        if "from_name" in expected:
            assert found["from"]["name"] == expected["from_name"], name  # type: ignore[index]
        assert found["subject"] == expected["subject"], name
        assert found["text"] == expected["body"], name
        assert found["warnings"] == [], name


def test_bounces_are_understood_better_than_by_the_library() -> None:
    corpora.folder("bounces", "flufl-bounce")
    rows = quality_mail.bounces()
    assert len(rows) == 117
    assert {row.name for row in rows if row.ours != row.expected} == set(quality_mail.READ)
    for row in rows:
        missed = (row.expected[0] | row.expected[1]) - (row.ours[0] | row.ours[1])
        assert not missed or row.name == "yale_01.txt", row.name


def test_our_own_bounces_are_understood_and_half_of_them_by_the_library() -> None:
    count, ours, library = quality_mail.own_cases()
    assert ours == count
    assert library < count * 0.6


@pytest.mark.parametrize(
    ("name", "subject", "text"),
    [
        ("multi_charset/japanese_iso_2022.eml", "まみむめも", "すみません。"),
        ("multi_charset/ks_c_5601-1987.eml", "test", "스티해"),
        ("rfc2822/example14.eml", "Re: TEST テストテスト", "Hello"),
        ("plain_emails/raw_email_with_partially_quoted_subject.eml", 'Re: Test: "漢字" mid "漢字" tail', None),
        ("error_emails/bad_encoded_subject.eml", "TEST", "TEST"),
        ("error_emails/content_transfer_encoding_qp_with_space.eml", "Low or High Blood Pressure? We can help.", None),
        ("rfc6532/utf8_headers.eml", "Säying Hello", "body"),
    ],
)
def test_odd_mails(name: str, subject: str, text: str | None) -> None:
    found = inspect(corpora.folder("mail", "mail-gem", "emails") / name)
    assert found["subject"] == subject
    assert text is None or found["text"] == text


def test_texts_in_legacy_charsets_are_read_as_their_utf8_twins() -> None:
    folder = corpora.folder("mail", "cpython-email", "cjkencodings")
    for twin in sorted(folder.glob("*-utf8.txt")):
        name = twin.name.removesuffix("-utf8.txt")
        head = f"From: a@b.example\nContent-Type: text/plain; charset={name}\n\n".encode()
        found = inspecting.inspect(head + (folder / f"{name}.txt").read_bytes(), name)
        assert found["text"] == twin.read_text().strip("\n"), name
