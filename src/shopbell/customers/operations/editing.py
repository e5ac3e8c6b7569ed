"""What people know about a customer and write down: name, language, salutation, notes, fields of the shop's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shopbell.core import text
from shopbell.core.transactions import retried
from shopbell.customers import events
from shopbell.customers.models import Customer, CustomerNote
from shopbell.customers.operations.resolving import index
from shopbell.events import bus
from shopbell.fields import queries as fields
from shopbell.fields import values as field_values
from shopbell.fields.models import Subject

LONGEST_NOTE = 10_000
LENGTHS = {"name": 200, "language": 5, "salutation": 4, "greeting": 100, "time_zone": 60}


def lock(customer_id: int) -> Customer:
    """The row of who this customer is by now, for they may have been merged since somebody looked: locked until the
    transaction ends, but not against new conversations. Raises Customer.DoesNotExist.
    """
    row = Customer.objects.select_for_update(no_key=True, of=("self",)).get(id=customer_id)
    return row if row.merged_into_id is None else lock(row.merged_into_id)


@retried
def change(customer_id: int, *, actor: int | None, custom: Mapping[str, Any] | None = None, **values: str) -> bool:
    """Edit what is known: any of LENGTHS, and fields of the shop's own (None takes a value away). What is not given
    stays. Nothing is written when nothing changes; then False. Raises fields.values.Unfit, KeyError.
    """
    read = field_values.read_all(fields.of(Subject.CUSTOMER), custom or {})
    customer = lock(customer_id)
    before = (customer.custom, *(getattr(customer, name) for name in LENGTHS))
    for name, value in values.items():
        setattr(customer, name, text.truncate(text.clean(value).strip(), LENGTHS[name]))
    customer.custom = field_values.changed(customer.custom, read)
    if before == (customer.custom, *(getattr(customer, name) for name in LENGTHS)):
        return False
    customer.compared_at = None
    customer.save(update_fields=[*LENGTHS, "custom", "compared_at"])
    index(customer)
    bus.publish(events.CustomerChanged(customer_id=customer.id), actor=actor)
    return True


@retried
def add_note(customer_id: int, *, actor: int, body: str) -> CustomerNote | None:
    """Leave a note for colleagues; an empty one is none, and the same one twice in a row is one."""
    body = text.clean(body).strip()[:LONGEST_NOTE]
    if not body:
        return None
    customer_id = lock(customer_id).id
    last = CustomerNote.objects.filter(customer_id=customer_id).order_by("-id").first()
    if last is not None and (last.author_id, last.text) == (actor, body):
        return last
    note = CustomerNote.objects.create(customer_id=customer_id, author_id=actor, text=body)
    bus.publish(events.CustomerNoted(customer_id=customer_id, note_id=note.id), actor=actor)
    return note


@retried
def delete_note(note: CustomerNote, *, actor: int) -> None:
    """Remove a note; a second time does nothing."""
    if CustomerNote.objects.filter(id=note.id).delete()[0]:
        bus.publish(events.CustomerNoteDeleted(customer_id=note.customer_id, note_id=note.id), actor=actor)
