"""What messages say about who wrote them: numbers under the text, and who else wrote in the same conversation."""

from __future__ import annotations

from collections.abc import Collection

from shopbell.conversations.models import Conversation, Message
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
