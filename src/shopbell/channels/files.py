"""Files: kept once by hash, written before the row that names them is committed, never changed."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from shopbell.channels.models import Blob
from shopbell.core import files


def keep(content: bytes, name: str = "") -> Blob:
    """The blob for these bytes, written when it is new. Images get a thumbnail where that is safe."""
    digest = hashlib.sha256(content).hexdigest()
    known = Blob.objects.filter(sha256=digest).first()
    return known or _write(digest, content, name)


def _write(digest: str, content: bytes, name: str) -> Blob:
    content_type = files.sniff(content, name)
    thumbnail = files.thumbnail(content) if content_type.startswith("image/") else None
    blob = Blob(sha256=digest, size=len(content), content_type=content_type[:120], has_thumbnail=bool(thumbnail))
    _save(blob.path, content)
    if thumbnail:
        _save(blob.thumbnail_path, thumbnail)
    Blob.objects.bulk_create([blob], ignore_conflicts=True)
    return Blob.objects.get(sha256=digest)


def _save(path: str, content: bytes) -> None:
    """A file that a crash cut short is written again."""
    if default_storage.exists(path):
        if default_storage.size(path) == len(content):
            return
        default_storage.delete(path)
    default_storage.save(path, ContentFile(content))


def read(blob: Blob) -> bytes:
    """The bytes. Raises FileNotFoundError when the storage lost them."""
    with default_storage.open(blob.path) as file:
        content: bytes = file.read()
    return content


def read_thumbnail(blob: Blob) -> bytes:
    """The small picture. Raises FileNotFoundError when there is none."""
    with default_storage.open(blob.thumbnail_path) as file:
        content: bytes = file.read()
    return content
