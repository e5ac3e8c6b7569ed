"""Saved filters over customers, and how many are in each."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from shopbell.core import text
from shopbell.core.rows import hold_row
from shopbell.core.transactions import retried
from shopbell.customers import events, filtering
from shopbell.customers.models import IS_SELF, Customer, Segment
from shopbell.events import bus
from shopbell.fields import queries as fields
from shopbell.fields.models import Subject

MOST = 200
LONGEST_COUNT_MS = 3_000  # what takes longer is shown without a figure


class TooMany(ValueError):
    """There are as many segments as a page can show."""


@retried
def save_segment(
    segment: Segment, *, actor: int, name: str, match: str, conditions: Sequence[tuple[str, str, str]]
) -> Segment:
    """Make a segment or change it; it is counted soon. Raises TooMany; IntegrityError when the name is taken."""
    if segment.pk is None and Segment.objects.count() >= MOST:
        raise TooMany(MOST)
    segment.name = text.preview(name, 80)
    segment.filter = {"match": "any" if match == "any" else "all", "conditions": [list(one) for one in conditions]}
    segment.count = segment.counted_at = None
    hold_row(segment)
    segment.save()
    bus.publish(events.SegmentChanged(segment_id=segment.pk), actor=actor)
    return segment


@retried
def delete_segment(segment: Segment, *, actor: int) -> None:
    """The customers in it stay as they are; a second time nothing happens."""
    if Segment.objects.filter(id=segment.pk).delete()[0]:
        bus.publish(events.SegmentChanged(segment_id=segment.pk), actor=actor)


def count_segment(segment: Segment) -> None:
    """Keep how many customers are in it now; None when that takes too long."""
    where = filtering.compiled(segment.filter, fields.of(Subject.CUSTOMER)).where
    count: int | None = None
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {LONGEST_COUNT_MS}")
            count = Customer.objects.filter(IS_SELF).filter(where).count()
    except DatabaseError:
        count = None
    Segment.objects.filter(id=segment.pk).update(count=count, counted_at=timezone.now())


def record_export(segment: Segment | None, *, actor: int) -> None:
    """Somebody takes customers out of the desk as a file."""
    bus.publish(events.CustomersExported(segment_id=segment.pk if segment else None), actor=actor)
