"""Files are kept once, whole, whatever happened while they were written."""

from __future__ import annotations

import io

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image

from shopbell.channels import files
from shopbell.channels.models import Blob

pytestmark = pytest.mark.django_db


def picture(colour: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (600, 400), colour).save(buffer, "PNG")
    return buffer.getvalue()


def test_the_same_bytes_are_one_file_under_any_name():
    first, second = files.keep(b"hello", "a.txt"), files.keep(b"hello", "b.txt")
    assert (first.id, Blob.objects.count(), first.size) == (second.id, 1, 5)
    assert files.read(first) == b"hello"


def test_a_file_cut_short_by_a_crash_is_written_again():
    content = picture("red")
    with pytest.raises(RuntimeError), transaction.atomic():
        row = files.keep(content, "a.png")
        raise RuntimeError("killed before the commit")
    for path in (row.path, row.thumbnail_path):
        with open(default_storage.path(path), "r+b") as half:
            half.truncate(10)
    again = files.keep(content, "a.png")
    assert files.read(again) == content
    with Image.open(default_storage.open(again.thumbnail_path)) as small:
        small.load()


def test_an_image_has_a_thumbnail_and_what_only_claims_to_be_one_has_none():
    with_one, without = files.keep(picture("blue"), "a.png"), files.keep(b"\x89PNG\r\n\x1a\n" + b"x" * 50, "b.png")
    assert (with_one.has_thumbnail, without.has_thumbnail) == (True, False)
    with pytest.raises(FileNotFoundError):
        default_storage.open(without.thumbnail_path)


def test_a_file_that_was_lost_says_so():
    row = files.keep(b"gone", "a.txt")
    default_storage.delete(row.path)
    with pytest.raises(FileNotFoundError):
        files.read(row)
