"""Two customers turn out to be one person, and sometimes two after all.

A merge moves references, never content: the one who goes keeps a row with all that was known, and `Merge.moved` says
what came from whom. So it can be taken apart at any later time. Links between people are not moved at all: they stay
with whom they were said of and are read for who that is now (`queries.linked`). What lies above (conversations) is
moved by the caller in the same transaction, and noted here.

Locks are taken in one order: the addresses of both by id, then the customers by id. A mail that is being filed holds
its sender's address (`resolving`), so it is either filed before the merge or finds the address with its new owner.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils import timezone

from shopbell.customers import events
from shopbell.customers.models import Customer, CustomerNote, Double, Identity, Merge
from shopbell.customers.operations.reaching import pair
from shopbell.customers.operations.resolving import index
from shopbell.customers.queries import self_of
from shopbell.events import bus
from shopbell.fields.values import EMPTY

FILLED = ("name", "language", "salutation", "greeting", "time_zone")


class TwoProved(ValueError):
    """Both have a proved address of the same kind: only a person who says why may make them one."""


class NotTheirOwn(ValueError):
    """One of them was merged into somebody else, or does not exist."""


def merge(kept_id: int, gone_id: int, *, actor: int | None, reason: str = "") -> tuple[Merge, bool]:
    """Make `gone` a part of `kept`, in the caller's transaction: addresses, notes, and what `kept` lacks.

    Returns the merge and whether it is new: the same one twice is one. `reason` confirms that two proved addresses of
    one kind belong to one person. Raises ValueError for one and the same customer, NotTheirOwn, TwoProved.
    """
    pair(kept_id, gone_id)
    identities = _lock_identities(Q(customer__in=[kept_id, gone_id]))
    rows = _lock_customers([kept_id, gone_id])
    kept, gone = rows.get(kept_id), rows.get(gone_id)
    standing = Merge.objects.filter(kept=kept_id, gone=gone_id, undone_at=None).first()
    if standing is not None:
        return standing, False
    if kept is None or gone is None or kept.merged_into_id or gone.merged_into_id:
        raise NotTheirOwn(kept_id, gone_id)
    if proved_kinds(identities, kept_id) & proved_kinds(identities, gone_id) and not reason.strip():
        raise TwoProved(kept_id, gone_id)
    return _merge(kept, gone, actor, reason.strip()[:500]), True


def proved_kinds(identities: Iterable[Identity], customer_id: int) -> set[str]:
    """The kinds of address of which a customer has a proved one."""
    return {one.kind for one in identities if one.customer_id == customer_id and one.verified_at}


def _merge(kept: Customer, gone: Customer, actor: int | None, reason: str) -> Merge:
    moved = {
        "identities": _move(Identity.objects.filter(customer=gone), kept),
        "notes": _move(CustomerNote.objects.filter(customer=gone), kept),
        "filled": _fill(kept, gone),
    }
    kept.compared_at = None
    kept.save(update_fields=[*FILLED, "custom", "last_contact_at", "compared_at"])
    Customer.objects.filter(id=gone.id).update(merged_into=kept, search=None, compared_at=None)
    index(kept)
    done = Merge.objects.create(kept=kept, gone=gone, moved=moved, reason=reason, actor_id=actor)
    _settle_doubles(kept.id, gone.id, Double.State.MERGED, actor)
    event = events.CustomersMerged(
        customer_id=kept.id, gone_id=gone.id, merge_id=done.id, is_confirmed=bool(done.reason)
    )
    bus.publish(event, actor=actor)
    return done


def note_conversations(done: Merge, numbers: Iterable[int]) -> None:
    """Keep which conversations came from whom."""
    done.moved = {**done.moved, "conversations": list(numbers)}
    done.save(update_fields=["moved"])


def _lock_identities(which: Q) -> list[Identity]:
    return list(Identity.objects.select_for_update(no_key=True).filter(which).order_by("id"))


def _lock_customers(numbers: Iterable[int]) -> dict[int, Customer]:
    rows = Customer.objects.select_for_update(no_key=True).filter(id__in=set(numbers)).order_by("id")
    return {row.id: row for row in rows}


def _move(rows: Any, to: Customer) -> list[int]:
    """Give rows to somebody; returns their ids."""
    numbers = list(rows.order_by("id").values_list("id", flat=True))
    rows.model.objects.filter(id__in=numbers).update(customer=to)
    return numbers


def _fill(kept: Customer, gone: Customer) -> dict[str, list[Any]]:
    """What `kept` does not know and `gone` does; returns {field: [before, after]}, own fields as "custom.<key>"."""
    filled: dict[str, list[Any]] = {}
    for name in FILLED:
        before, after = getattr(kept, name), getattr(gone, name)
        if not before and after and (name != "greeting" or kept.salutation == gone.salutation):
            setattr(kept, name, after)
            filled[name] = [before, after]
    missing = {key: value for key, value in gone.custom.items() if kept.custom.get(key) in EMPTY}
    filled |= {f"custom.{key}": [None, value] for key, value in missing.items()}
    kept.custom = {**kept.custom, **missing}
    instants = [at for at in (kept.last_contact_at, gone.last_contact_at) if at]
    kept.last_contact_at = max(instants, default=None)
    return filled


def _settle_doubles(one: int, other: int, state: Double.State, actor: int | None) -> None:
    first, second = pair(one, other)
    Double.objects.filter(first=first, second=second).update(state=state, decided_by=actor, decided_at=timezone.now())
    if state == Double.State.MERGED:  # who is gone is nobody's double any more
        both = Q(first__merged_into__isnull=False) | Q(second__merged_into__isnull=False)
        near = Q(first__in=[one, other]) | Q(second__in=[one, other])
        Double.objects.filter(both & near, state=Double.State.OPEN).delete()


def unmerge(merge_id: int, *, actor: int) -> tuple[Merge, Customer] | None:
    """Take a merge apart in the caller's transaction: whoever came comes out again with what was theirs.

    Returns the merge and who had it all until now (`kept`, or whom that one was merged into since); None when it is
    undone already. What was removed since stays removed; what was edited since stays edited. Raises
    Merge.DoesNotExist.
    """
    found = Merge.objects.get(id=merge_id)
    theirs = Q(id__in=found.moved.get("identities", []))
    _lock_identities(theirs)
    done = Merge.objects.select_for_update().get(id=merge_id)
    if done.undone_at is not None:
        return None
    holder = self_of(done.kept)
    rows = _lock_customers([done.kept_id, done.gone_id, holder.id])
    gone, holder = rows[done.gone_id], rows[holder.id]
    _give_back(done, holder, gone)
    _empty(rows[done.kept_id], done)
    Customer.objects.filter(id=gone.id).update(merged_into=None, compared_at=None)
    for row in {holder.id: holder, gone.id: gone}.values():
        index(row)
    Merge.objects.filter(id=done.id).update(undone_at=timezone.now(), undone_by=actor)
    _remember_two(holder.id, gone.id, actor)
    event = events.CustomersUnmerged(customer_id=holder.id, gone_id=gone.id, merge_id=done.id)
    bus.publish(event, actor=actor)
    return done, holder


def _give_back(done: Merge, holder: Customer, gone: Customer) -> None:
    """What came with `gone` and still is with `holder`."""
    for rows, name in ((Identity.objects, "identities"), (CustomerNote.objects, "notes")):
        numbers = done.moved.get(name, [])
        rows.filter(id__in=numbers, customer=holder).update(customer=gone)
        disown(done.kept, name, numbers)


def disown(kept: Customer, name: str, numbers: Iterable[int]) -> None:
    """What went back to whom it came from has no part any more in the merges that took `kept` along."""
    while kept.merged_into_id is not None:
        merge = Merge.objects.select_related("kept").get(gone=kept, undone_at=None)
        left = [number for number in merge.moved.get(name, []) if number not in numbers]
        merge.moved = {**merge.moved, name: left}
        merge.save(update_fields=["moved"])
        kept = merge.kept


def _empty(kept: Customer, done: Merge) -> None:
    """What was filled in and nobody changed since is empty again, or what the next who was merged knows."""
    for name, (before, after) in done.moved.get("filled", {}).items():
        own, is_own = name.removeprefix("custom."), name.startswith("custom.")
        if is_own and kept.custom.get(own) == after:
            kept.custom = {key: value for key, value in kept.custom.items() if key != own}
        elif not is_own and getattr(kept, name) == after:
            setattr(kept, name, before)
    others = Merge.objects.filter(kept=kept, undone_at=None).exclude(id=done.id).select_related("gone")
    for other in others.order_by("id"):
        other.moved = {**other.moved, "filled": other.moved.get("filled", {}) | _fill(kept, other.gone)}
        other.save(update_fields=["moved"])
    kept.save(update_fields=[*FILLED, "custom"])


def _remember_two(one: int, other: int, actor: int) -> None:
    """Somebody looked and said two: not to be suggested again."""
    first, second = pair(one, other)
    decided = {"state": Double.State.DISMISSED, "decided_by_id": actor, "decided_at": timezone.now()}
    Double.objects.update_or_create(
        first_id=first, second_id=second, defaults=decided, create_defaults={**decided, "confidence": 0}
    )
