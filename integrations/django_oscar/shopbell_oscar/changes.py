"""Remember what changed, and when."""

from django.db import transaction
from django.utils import timezone

from shopbell_oscar import conf, telling
from shopbell_oscar.models import Change


def mark(kind, object_id, *, gone=None):
    """Note that this object is another now. `gone`: None leaves it as it is (a part of the object changed)."""
    if object_id is None:
        return
    fields = {"changed_at": timezone.now(), "is_told": False}
    if gone is not None:
        fields["is_gone"] = gone
    Change.objects.update_or_create(kind=kind, object_id=object_id, defaults=fields)
    if conf.get("ADDRESS") and conf.get("PUSH") == "thread":
        transaction.on_commit(telling.wake)
