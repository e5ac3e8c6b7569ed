"""Customers who turn out to be one, with their conversations; and taken apart again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Left, NullIf

from shopbell.conversations import events, search
from shopbell.conversations.counters import changing
from shopbell.conversations.models import Conversation, Message
from shopbell.core import text
from shopbell.core.transactions import retried
from shopbell.customers import operations as customers
from shopbell.customers import queries as customer_queries
from shopbell.customers.models import Customer, Identity, Merge
from shopbell.events import bus


@retried
def merge_customers(kept_id: int, gone_id: int, *, actor: int | None, reason: str = "") -> Merge:
    """Make one customer a part of another, conversations and all; the same merge twice is one.

    Conversations keep their history; messages keep who wrote them. Mail that comes meanwhile is filed before or after
    and lands with `kept` either way. Raises ValueError, customers.NotTheirOwn, customers.TwoProved.
    """
    done, is_new = customers.merge(kept_id, gone_id, actor=actor, reason=reason)
    if is_new:
        theirs = Conversation.objects.filter(customer=gone_id).order_by("id")
        numbers = list(theirs.values_list("id", flat=True))
        _hand_over(numbers, gone_id, Customer.objects.get(id=kept_id), actor)
        customers.note_conversations(done, numbers)
        show_name(kept_id)
    return done


@retried
def unmerge_customers(merge_id: int, *, actor: int) -> Merge | None:
    """Take a merge apart at any later time: who came gets back what was theirs, and the conversations their
    addresses have begun since. None when it is undone already. Raises Merge.DoesNotExist.
    """
    undone = customers.unmerge(merge_id, actor=actor)
    if undone is None:
        return None
    done, holder = undone
    gone = Customer.objects.get(id=done.gone_id)
    addresses = list(Identity.objects.filter(customer=gone).values_list("value", flat=True))
    numbers = sorted({*done.moved.get("conversations", []), *_begun_since(done, holder, addresses)})
    _hand_over(numbers, holder.id, gone, actor)
    customers.disown(done.kept, "conversations", numbers)
    for before in customer_queries.with_merged([holder.id]):
        _give_messages(numbers, before, gone.id, addresses)
    show_name(holder.id)
    show_name(gone.id)
    for number in (holder.id, gone.id):
        customers.set_last_contact(number, _last_wrote(number))
    return done


def _last_wrote(customer_id: int) -> datetime | None:
    """When somebody last wrote, by any name that is theirs now."""
    wrote = search.marked(customer_queries.with_merged([customer_id])).filter(kind=Message.Kind.CUSTOMER)
    at: datetime | None = wrote.aggregate(at=Max("occurred_at"))["at"]
    return at


def _hand_over(numbers: Iterable[int], before: int, to: Customer, actor: int | None) -> None:
    """Give conversations that are still `before`'s to another customer, one locked row after the other: those too that
    were merged into others.
    """
    for number in numbers:
        conversation = Conversation.objects.select_for_update(of=("self",)).filter(id=number).first()
        if conversation is None or conversation.customer_id != before:
            continue
        with changing(conversation):
            conversation.customer = to
            conversation.customer_name = to.name or conversation.customer_name
        event = events.CustomerReplaced(conversation_id=number, customer_id=to.id, before_id=before)
        bus.publish(event, actor=actor)


def _begun_since(done: Merge, holder: Customer, addresses: list[str]) -> set[int]:
    """The conversations that one of the addresses began after the merge."""
    later = Conversation.objects.filter(customer=holder).exclude(id__in=done.moved.get("conversations", []))
    found: dict[int, str] = {}
    rows = Message.objects.filter(conversation__in=later, kind=Message.Kind.CUSTOMER).order_by("id")
    for number, address, made in rows.values_list("conversation_id", "sender_address", "created_at"):
        found.setdefault(number, address.lower() if made >= done.at else "")
    return {number for number, address in found.items() if address in addresses}


def _give_messages(numbers: list[int], before: int, to: int, addresses: list[str]) -> None:
    """Messages that came under the merged name since, from an address that goes, are the other's; so are their marks
    for search."""
    rows = Message.objects.filter(conversation__in=numbers, customer=before)
    theirs = [number for number, sender in rows.values_list("id", "sender_address") if sender.lower() in addresses]
    Message.objects.filter(id__in=theirs).update(customer=to)
    search.remark(theirs, before, to)


def show_name(customer_id: int) -> None:
    """Lists show the name the customer has now, and of one without a name how they signed, else their address.

    No counter depends on it, so no row is looked at one by one.
    """
    customer = Customer.objects.filter(id=customer_id).first()
    if customer is None:
        return
    rows = Conversation.objects.filter(customer=customer)
    if customer.name:
        rows.exclude(customer_name=customer.name).update(customer_name=customer.name)
    else:
        rows.update(customer_name=Coalesce(_as_written(), "customer_name"))


def sign(messages: Iterable[int], *, before: str, now: str) -> None:
    """Who wrote these under a name of our making is shown by another; what somebody signed themselves stays."""
    Message.objects.filter(id__in=list(messages), sender_name=before).update(sender_name=text.truncate(now, 200))


def _as_written() -> Subquery:
    wrote = Message.objects.filter(conversation=OuterRef("pk"), kind=Message.Kind.CUSTOMER).order_by("id")
    signed = Left(Coalesce(NullIf("sender_name", Value("")), "sender_address"), 200)
    return Subquery(wrote.values_list(signed)[:1])
