"""Remember what changed, and when.

Written when the shop's transaction has been: rows of ours that are locked inside of it would let two checkouts of the
same wares wait for each other. What a crash loses in between, the desk finds in its nightly sweep.
"""

from django.db import connection, transaction
from django.utils import timezone

from shopbell_oscar import conf, telling
from shopbell_oscar.models import Change


def mark(kind, object_id, *, gone=None):
    """Note that this object is another now. `gone`: None leaves it as it is (a part of the object changed)."""
    if object_id is None:
        return
    waiting = _waiting()
    if gone is not None or (kind, object_id) not in waiting:
        waiting[kind, object_id] = gone
    transaction.on_commit(_write, robust=True)


def _waiting():
    """What was marked in this transaction; what of a transaction was undone is told for nothing."""
    if not hasattr(connection, "shopbell_marks"):
        connection.shopbell_marks = {}
    return connection.shopbell_marks


def _write():
    waiting = _waiting()
    while waiting:
        (kind, object_id), gone = waiting.popitem()
        fields = {"changed_at": timezone.now(), "is_told": False}
        if gone is not None:
            fields["is_gone"] = gone
        Change.objects.update_or_create(kind=kind, object_id=object_id, defaults=fields)
        if conf.get("ADDRESS") and conf.get("PUSH") == "thread":
            telling.wake()
