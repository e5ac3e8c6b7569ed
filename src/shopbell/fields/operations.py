"""Make, change, order and archive fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from shopbell.events import bus
from shopbell.fields import events
from shopbell.fields.models import Field, Kind, Subject

MOST = 100  # fields of customers, and as many of conversations: every page of one reads them all


class TooMany(ValueError):
    """There are as many fields as a page can show."""


class Fixed(ValueError):
    """Key, kind and what it tells about stay as they were made: values depend on them."""


@transaction.atomic
def create(
    *,
    actor: int,
    subject: Subject,
    key: str,
    kind: Kind,
    labels: Mapping[str, str],
    options: Sequence[str] = (),
    is_required: bool = False,
    is_beside: bool = True,
) -> Field:
    """A new field, the last of its kin. Raises TooMany; IntegrityError when the key is taken."""
    positions = list(Field.objects.filter(subject=subject).values_list("position", flat=True))
    if len(positions) >= MOST:
        raise TooMany(subject)
    field = Field.objects.create(
        subject=subject,
        key=key,
        kind=kind,
        labels=dict(labels),
        options=list(options),
        is_required=is_required and subject == Subject.CONVERSATION,
        is_beside=is_beside,
        position=max(positions, default=0) + 1,
    )
    bus.publish(events.FieldChanged(field_id=field.id), actor=actor)
    return field


@transaction.atomic
def change(field: Field, *, actor: int, **values: Any) -> None:
    """Another name, more options, needed or not. Values that are kept already stay as they are. Raises Fixed."""
    if not values.keys() <= {"labels", "options", "is_required", "is_beside"}:
        raise Fixed(sorted(values))
    for name, value in values.items():
        setattr(field, name, value)
    field.is_required = field.is_required and field.subject == Subject.CONVERSATION
    field.save(update_fields=["labels", "options", "is_required", "is_beside"])
    bus.publish(events.FieldChanged(field_id=field.id), actor=actor)


@transaction.atomic
def archive(field: Field, *, actor: int, is_archived: bool = True) -> None:
    """Hide a field everywhere, or bring it back with the values it had."""
    field.archived_at = timezone.now() if is_archived else None
    field.save(update_fields=["archived_at"])
    bus.publish(events.FieldChanged(field_id=field.id), actor=actor)


@transaction.atomic
def move(field: Field, *, actor: int, by: int) -> None:
    """One place up (-1) or down (+1) among the fields in use."""
    rows = Field.objects.select_for_update().filter(subject=field.subject, archived_at=None)
    kin = list(rows.order_by("position", "id"))
    at = next((index for index, one in enumerate(kin) if one.id == field.id), None)
    if at is None or not 0 <= at + by < len(kin):
        return
    kin.insert(at + by, kin.pop(at))
    for position, one in enumerate(kin, 1):
        one.position = position
    Field.objects.bulk_update(kin, ["position"])
    bus.publish(events.FieldChanged(field_id=field.id), actor=actor)
