"""Reads: which channels are in trouble, and what came in that could not be understood."""

from __future__ import annotations

from django.db.models import BinaryField, Func, QuerySet, Value

from shopbell.channels.models import Channel, Inbound

HEAD_BYTES = 16_384  # enough for the header of any honest mail


def alarmed() -> list[Channel]:
    """Sources that could not be read for longer than the alarm allows, longest first."""
    return list(Channel.objects.filter(is_active=True, alarmed_at__isnull=False).order_by("failing_since"))


def failed() -> QuerySet[Inbound]:
    """What a person has to look at, newest first, with its first bytes as `head` and not the rest."""
    head = Func("body", Value(1), Value(HEAD_BYTES), function="substring", output_field=BinaryField())
    rows = Inbound.objects.filter(state=Inbound.State.FAILED).select_related("channel")
    return rows.defer("body").annotate(head=head).order_by("-id")


def count_failed(most: int = 100) -> int:
    """How many wait for a person; never counts further than `most`."""
    return Inbound.objects.filter(state=Inbound.State.FAILED)[:most].count()
