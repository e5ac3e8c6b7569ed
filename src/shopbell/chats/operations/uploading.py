"""Files a visitor sends ahead of a message."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from shopbell.channels import files
from shopbell.channels.models import Blob
from shopbell.chats.models import Upload, Visit
from shopbell.core.files import safe_name
from shopbell.core.transactions import retried

MOST = 10  # that wait
KEPT = timedelta(days=1)
AT_ONCE = 200


class TooManyUploads(ValueError):
    """More files wait than a message takes."""


@retried
def upload(visit: Visit, name: str, content: bytes) -> Upload:
    """Keep a file until its message comes. Raises TooManyUploads."""
    name = safe_name(name)
    blob = files.keep(content, name)
    Visit.objects.select_for_update(no_key=True).get(id=visit.id)
    if visit.uploads.count() >= MOST:
        raise TooManyUploads
    return Upload.objects.create(visit=visit, blob=blob, name=name)


@retried
def take_back(visit: Visit, number: int) -> bool:
    """Forget a file that waits; False when it does not."""
    row = Upload.objects.select_related("blob").filter(visit=visit, id=number).first()
    return row is not None and _forget([row]) > 0


@retried
def forget_old() -> int:
    """Forget AT_ONCE files whose message never came; returns how many."""
    old = Upload.objects.select_related("blob").filter(created_at__lt=timezone.now() - KEPT).order_by("created_at")
    return _forget(list(old[:AT_ONCE]))


def _forget(rows: list[Upload]) -> int:
    blobs = list(Blob.objects.filter(id__in=[row.blob_id for row in rows]))
    gone, _each = Upload.objects.filter(id__in=[row.id for row in rows]).delete()
    files.forget(blobs)
    return gone
