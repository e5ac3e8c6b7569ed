"""Files: kept once by hash, written before the row that names them is committed, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction

from shopbell.channels import events
from shopbell.channels.models import Blob
from shopbell.core import files
from shopbell.events import bus


def keep(content: bytes, name: str = "") -> Blob:
    """The blob for these bytes, written when it is new. Images get a thumbnail where that is safe."""
    digest = hashlib.sha256(content).hexdigest()
    known = Blob.objects.filter(sha256=digest).first()
    return known or _write(digest, content, name)


def _write(digest: str, content: bytes, name: str) -> Blob:
    content_type = files.sniff(content, name)
    thumbnail = files.thumbnail(content) if content_type.startswith("image/") else None
    blob = Blob(sha256=digest, size=len(content), content_type=content_type[:120], has_thumbnail=bool(thumbnail))
    with transaction.atomic():
        _hold(digest)
        return _record(blob, content, thumbnail)


def _record(blob: Blob, content: bytes, thumbnail: bytes | None) -> Blob:
    _save(blob.path, content)
    if thumbnail:
        _save(blob.thumbnail_path, thumbnail)
    Blob.objects.bulk_create([blob], ignore_conflicts=True)
    return Blob.objects.get(sha256=blob.sha256)


def forget(blobs: Iterable[Blob]) -> int:
    """Give up the bytes nothing refers to any more, in the caller's transaction; the files go after its commit.

    Returns how many went.
    """
    rows = Blob.objects.select_for_update().filter(id__in=[blob.pk for blob in blobs]).order_by("id")
    unused = [row for row in rows if not _is_used(row)]
    for row in unused:
        row.delete()
        bus.publish(events.BlobForgotten(sha256=row.sha256))
    return len(unused)


def _is_used(blob: Blob) -> bool:
    """Every table that refers to files counts, whichever app it belongs to."""
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: blob}).exists()
        for relation in Blob._meta.related_objects
    )


@transaction.atomic
def remove(sha256: str) -> None:
    """Delete the file of a blob that was given up, unless the same bytes came again meanwhile."""
    _hold(sha256)
    if Blob.objects.filter(sha256=sha256).exists():
        return
    gone = Blob(sha256=sha256)
    for path in (gone.path, gone.thumbnail_path):
        default_storage.delete(path)


def _hold(sha256: str) -> None:
    """Nobody else writes or deletes this file until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"blob:{sha256}"])


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
