"""Reads: which fields there are."""

from __future__ import annotations

from shopbell.fields.models import Field, Subject


def active() -> dict[Subject, list[Field]]:
    """All fields in use by what they tell about, in their order; one query."""
    found: dict[Subject, list[Field]] = {subject: [] for subject in Subject}
    for field in Field.objects.filter(archived_at=None).order_by("position", "id"):
        found[Subject(field.subject)].append(field)
    return found


def of(subject: Subject) -> list[Field]:
    """The fields in use of customers, or of conversations, in their order."""
    return list(Field.objects.filter(subject=subject, archived_at=None).order_by("position", "id"))
