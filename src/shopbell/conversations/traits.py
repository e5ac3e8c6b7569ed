"""What messages say about who wrote them: numbers under the text, who else wrote in the same conversation, and whose
orders they ask about; and what orders say.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from shopbell.commerce import traits as orders
from shopbell.conversations.models import Conversation, Message, OrderLink
from shopbell.customers import phones
from shopbell.customers.likeness import Trait
from shopbell.customers.models import Customer

CONVERSATIONS = 20  # of a customer that are looked at, the newest
MESSAGES = 5  # of each of them that are read for a signature
ENDING = 600  # characters at the end of a message where a signature stands


def seen(customer_ids: Collection[int]) -> dict[int, set[Trait]]:
    """The phones these customers sign with and the conversations they share; those of whom they share them with too."""
    found: dict[int, set[Trait]] = {number: set() for number in customer_ids}
    talks = _talks(customer_ids)
    owners = dict(talks)
    rows = Message.objects.filter(conversation__in=owners, kind=Message.Kind.CUSTOMER).order_by("-id")
    read: dict[int, int] = {}
    languages = dict(Customer.objects.filter(id__in=customer_ids).values_list("id", "language"))
    fields = ("conversation_id", "customer_id", "text", "full_text", "language")
    for talk, writer, text, full, language in rows.values_list(*fields)[: CONVERSATIONS * MESSAGES * len(found)]:
        owner = owners[talk]
        if writer is not None and writer != owner:
            found[owner].add(("thread", str(talk)))
            found.setdefault(writer, set()).add(("thread", str(talk)))
        elif read.setdefault(talk, 0) < MESSAGES:
            read[talk] += 1
            country = phones.country_of(languages.get(owner) or language)
            found[owner] |= {("phone", number) for number in phones.found_in(_ending(text, full), country)}
    for number, traits in [*orders.seen(customer_ids).items(), *_asked_about(customer_ids).items()]:
        found.setdefault(number, set()).update(traits)
    return found


def _asked_about(customer_ids: Collection[int]) -> dict[int, set[Trait]]:
    """Orders whose number somebody quoted who is not the one they belong to: both get the trait."""
    quoted = (OrderLink.Reason.NUMBER, OrderLink.Reason.TRACKING)
    near = Q(order__customer__in=customer_ids) | Q(conversation__customer__in=customer_ids)
    rows = OrderLink.objects.filter(near, reason__in=quoted, is_hidden=False)
    found: dict[int, set[Trait]] = {}
    for order, owner, writer in rows.values_list("order_id", "order__customer", "conversation__customer"):
        if owner and writer and owner != writer:
            for number in (owner, writer):
                found.setdefault(number, set()).add(("order", str(order)))
    return found


def _talks(customer_ids: Collection[int]) -> list[tuple[int, int]]:
    """(conversation, customer) of the newest conversations of each."""
    rows: list[tuple[int, int]] = []
    for number in customer_ids:
        newest = Conversation.objects.filter(customer=number).order_by("-last_message_at")
        rows += [(talk, number) for talk in newest.values_list("id", flat=True)[:CONVERSATIONS]]
    return rows


def _ending(text: str, full: str) -> str:
    """Where a signature stands: below the text, above the quote; else at the text's own end."""
    if full and text and text in full:
        return full.partition(text)[2][:ENDING] + "\n" + text[-ENDING:]
    return text[-ENDING:]
