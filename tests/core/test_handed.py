"""What our own pages hand over."""

from __future__ import annotations

import base64

import pytest

from shopbell.core import handed


def test_an_object_with_all_that_is_needed() -> None:
    assert handed.read(b'{"key": "1", "other": 2}', ("key",)) == {"key": "1", "other": 2}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"{}", b'{"key": ""}', b'{"key": 1}', b"\xff", b"[" * 100_000]
)
def test_anything_else_is_unreadable(body: bytes) -> None:
    with pytest.raises(handed.Unreadable):
        handed.read(body, ("key",))


def test_lines_and_numbers_are_what_they_should_be_or_nothing() -> None:
    said = {"name": "Anna", "age": 3, "read": [1, "2", True, 3.0, 4], "other": "5"}
    assert (handed.line(said, "name"), handed.line(said, "age"), handed.line(said, "gone")) == ("Anna", "", "")
    assert handed.numbers(said, "read") == [1, 4]
    assert handed.numbers(said, "other") == []
    assert len(handed.numbers({"read": list(range(99))}, "read")) == handed.MOST_NUMBERS


def test_files_have_the_type_of_their_bytes() -> None:
    item = {"name": "../a.txt", "content": base64.b64encode(b"%PDF-1.4").decode()}
    (file,) = handed.attached({"attachments": [item]})
    assert (file.name, file.content_type, file.content) == ("a.txt", "application/pdf", b"%PDF-1.4")
    assert handed.attached({}) == []


@pytest.mark.parametrize("item", [None, {}, {"content": "%"}, {"content": 1, "name": "a"}])
def test_a_damaged_file_is_unreadable(item: object) -> None:
    with pytest.raises(handed.Unreadable):
        handed.attached({"attachments": [item]})
