"""A file of customers comes in: row by row, each whole or not at all, in steps that can be followed and stopped.

A row is found by its addresses, telephone numbers and customer numbers. What a filled cell says replaces what was
known, an empty cell changes nothing; so the same file twice changes nothing the second time. A trial does all of it
and takes every row back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from shopbell.agents.models import Agent
from shopbell.core.languages import NAMES
from shopbell.core.transactions import retried
from shopbell.customers import csv_file, events
from shopbell.customers.models import CustomerImport, CustomerNote, Identity, ImportProblem, Salutation
from shopbell.customers.operations.editing import add_note, change
from shopbell.customers.operations.reaching import Malformed, Taken, TooMany, add_identity, read_identity
from shopbell.customers.operations.resolving import resolve
from shopbell.events import bus
from shopbell.fields import queries as fields
from shopbell.fields import values as field_values
from shopbell.fields.models import Field, Subject

STEP = 100  # rows in one transaction
KEPT = timedelta(days=7)
PLAIN = ("language", "salutation", "greeting", "time_zone")
SALUTATIONS = {"ms": "ms", "mrs": "ms", "frau": "ms", "fru": "ms", "proua": "ms", "mr": "mr", "herr": "mr", "hr": "mr"}
SALUTATIONS |= {"härra": "mr", "free": "free", "none": "", "-": ""}


class RowRefused(ValueError):
    """A row cannot be taken; the message says why, in the words of who brought the file."""


class Undo(Exception):
    """A trial takes back what it did."""


@dataclass
class Entry:
    """What one row says."""

    identities: list[tuple[str, str]] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    custom: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@retried
def begin_import(*, agent: int, name: str, content: bytes) -> CustomerImport:
    """Keep a file and guess what it is. Raises csv_file.NotCsv."""
    layout = csv_file.guess(content)
    own = {name: f"custom.{one.key}" for one in fields.of(Subject.CUSTOMER) for name in (one.key, *one.labels.values())}
    listed = csv_file.rows(content, layout)
    head = next(listed)[1]
    return CustomerImport.objects.create(
        agent_id=agent,
        name=name[:200],
        content=content,
        charset=layout.charset,
        delimiter=layout.delimiter,
        mapping=csv_file.roles(head, own),
        total=sum(1 for _row in listed),
    )


@retried
def run_import(
    import_id: int, *, actor: int, mapping: Sequence[str], country: str, charset: str, delimiter: str, is_trial: bool
) -> bool:
    """Start it, as a trial or in earnest; False when it runs already or is over. Progress is on the row."""
    row = CustomerImport.objects.select_for_update().get(id=import_id)
    is_over = row.state == CustomerImport.State.DONE and not row.is_trial
    if row.state == CustomerImport.State.RUNNING or is_over or not row.content:
        return False
    row.mapping, row.country, row.charset, row.delimiter = list(mapping), country, charset, delimiter
    row.is_trial, row.state, row.run, row.ended_at = is_trial, CustomerImport.State.RUNNING, row.run + 1, None
    row.position = row.created = row.changed = row.unchanged = row.refused = 0
    row.save()
    ImportProblem.objects.filter(of=row).delete()
    bus.publish(events.ImportStarted(import_id=row.id, is_trial=is_trial), actor=actor)
    bus.publish(events.ImportStep(import_id=row.id, run=row.run))
    return True


@retried
def cancel_import(import_id: int, *, actor: int) -> bool:
    """Stop before the next step; what is done stays done. False when it does not run."""
    row = CustomerImport.objects.select_for_update().get(id=import_id)
    if row.state != CustomerImport.State.RUNNING:
        return False
    _end(row, CustomerImport.State.CANCELLED, actor)
    return True


def _end(row: CustomerImport, state: CustomerImport.State, actor: int | None) -> None:
    row.state, row.ended_at = state, timezone.now()
    row.save(update_fields=["state", "ended_at"])
    bus.publish(events.ImportEnded(import_id=row.id, state=state.value), actor=actor)


def forget_imports() -> None:
    """Empty the files, and the rows that were refused, of what ended or was left alone a week ago."""
    old = CustomerImport.objects.filter(started_at__lt=timezone.now() - KEPT).exclude(content=b"")
    numbers = list(old.exclude(state=CustomerImport.State.RUNNING).values_list("id", flat=True)[:100])
    ImportProblem.objects.filter(of__in=numbers).update(row=[])
    CustomerImport.objects.filter(id__in=numbers).update(content=b"")


def import_step(import_id: int, run: int) -> None:
    """The next rows, in the caller's transaction; then the next step is owed, or it is done."""
    row = CustomerImport.objects.select_for_update().filter(id=import_id, run=run).first()
    if row is None or row.state != CustomerImport.State.RUNNING:
        return
    known = fields.of(Subject.CUSTOMER)
    listed = csv_file.rows(bytes(row.content), csv_file.Layout(row.charset, row.delimiter))
    language = Agent.objects.filter(pk=row.agent_id or 0).values_list("language", flat=True).first() or "en"
    with override(language):
        try:
            some = list(islice(listed, row.position + 1, row.position + 1 + STEP))
        except csv_file.NotCsv as error:
            some = []
            _refuse(row, row.position + 2, [], str(error))
        for line, cells in some:
            _take(row, line, cells, known)
    row.position += len(some)
    row.save(update_fields=["position", "created", "changed", "unchanged", "refused"])
    if len(some) < STEP:
        _end(row, CustomerImport.State.DONE, row.agent_id)
    else:
        bus.publish(events.ImportStep(import_id=row.id, run=run))


def _take(row: CustomerImport, line: int, cells: list[str], known: Iterable[Field]) -> None:
    """One row in a savepoint of its own."""
    outcome = ""
    try:
        with transaction.atomic():
            outcome = _apply(read_row(cells, row.mapping, known, row.country), row.agent_id or 0)
            if row.is_trial:
                raise Undo
    except Undo:
        pass
    except RowRefused as error:
        _refuse(row, line, cells, str(error))
        return
    setattr(row, outcome, getattr(row, outcome) + 1)


def _refuse(row: CustomerImport, line: int, cells: list[str], reason: str) -> None:
    row.refused += 1
    ImportProblem.objects.create(of=row, line=line, reason=reason[:500], row=cells)


def read_row(cells: Sequence[str], mapping: Sequence[str], known: Iterable[Field], country: str) -> Entry:
    """What a row says, read by its columns. Raises RowRefused."""
    entry, names, own = Entry(), {"first_name": "", "last_name": ""}, {}
    for cell, role in zip(cells, mapping, strict=False):
        if not cell or not role:
            continue
        if role in ("email", "phone", "external"):
            entry.identities += _identities(role, cell, country)
        elif role.startswith("custom."):
            own[role.removeprefix("custom.")] = cell
        elif role in names:
            names[role] = cell
        elif role == "note":
            entry.notes.append(cell)
        else:
            entry.values[role] = _plain(role, cell)
    if joined := " ".join(filter(None, names.values())):
        entry.values.setdefault("name", joined)
    entry.custom = _custom(own, known)
    if not entry.identities:
        raise RowRefused(_("There is no address, telephone number or customer number in this row."))
    return entry


def _identities(kind: str, cell: str, country: str) -> list[tuple[str, str]]:
    """Several in one cell are parted by semicolons, commas or bars."""
    parts = [cell] if kind == "external" else [part.strip() for part in re.split(r"[;,|]", cell) if part.strip()]
    try:
        return [(kind, read_identity(kind, part, country)) for part in parts]
    except Malformed:
        said = {"email": _("“{value}” is no e-mail address."), "phone": _("“{value}” is no telephone number.")}
        raise RowRefused(said.get(kind, "“{value}”").format(value=cell[:100])) from None


def _plain(role: str, cell: str) -> str:
    if role == "salutation":
        word = cell.lower().rstrip(".")
        if word not in SALUTATIONS:
            raise RowRefused(_("“{value}” is no salutation.").format(value=cell[:50]))
        return Salutation(SALUTATIONS[word]).value
    if role == "language":
        code = cell.lower().replace("_", "-").partition("-")[0]
        spelt = {name.lower(): code for code, name in NAMES.items()}
        code = spelt.get(code, code)
        if not re.fullmatch(r"[a-z]{2,3}", code):
            raise RowRefused(_("“{value}” is no language; write de, en, da, et …").format(value=cell[:50]))
        return code
    return cell


def _custom(given: Mapping[str, str], known: Iterable[Field]) -> dict[str, Any]:
    by_key = {one.key: one for one in known}
    try:
        return field_values.read_all(known, {key: value for key, value in given.items() if key in by_key})
    except field_values.Unfit as unfit:
        said = "; ".join(f"{by_key[key].label}: {error}" for key, error in unfit.errors.items())
        raise RowRefused(said) from None


def _apply(entry: Entry, actor: int) -> str:
    """Write an entry: "created", "changed" or "unchanged". Raises RowRefused."""
    holders = _holders(entry.identities)
    if len(holders) > 1:
        listed = ", ".join(f"#{number}" for number in sorted(holders))
        raise RowRefused(_("This row is of several customers: {customers}.").format(customers=listed))
    (kind, value), *others = entry.identities
    number = next(iter(holders), 0) or resolve(kind, value, name=entry.values.get("name", "")).id
    is_changed = False
    for one_kind, one_value in [(kind, value), *others]:
        is_changed |= _reach(number, one_kind, one_value, actor)
    is_changed |= change(number, actor=actor, custom=entry.custom, **entry.values)
    for body in entry.notes:
        if not CustomerNote.objects.filter(customer=number, text=body).exists():
            is_changed |= add_note(number, actor=actor, body=body) is not None
    if not holders:
        return "created"
    return "changed" if is_changed else "unchanged"


def _holders(identities: Iterable[tuple[str, str]]) -> set[int]:
    found: set[int] = set()
    for kind, value in identities:
        found |= set(Identity.objects.filter(kind=kind, value=value).values_list("customer_id", flat=True))
    return found


def _reach(number: int, kind: str, value: str, actor: int) -> bool:
    """Add an address; False when it is theirs already. Raises RowRefused."""
    if Identity.objects.filter(kind=kind, value=value, customer=number).exists():
        return False
    try:
        add_identity(number, kind=kind, typed=value, actor=actor)
    except Taken as taken:
        raise RowRefused(_("{value} belongs to #{number}.").format(value=value, number=taken.customer_id)) from None
    except TooMany:
        raise RowRefused(_("A customer can have 50 addresses at most.")) from None
    return True
