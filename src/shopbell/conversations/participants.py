"""Who takes part in a conversation from outside: several customers, and those who are copied.

They are written down (`Participant`) only where there is more than the one customer. An answer goes to who wrote last,
with a copy to all others; whom an answer left out stays out until they write again, are copied by somebody outside
again, or are added by hand. Our own mailboxes and colleagues never take part: their copies would come back as mail.
Nor do visitors of a chat: they have no mailbox.
"""

from __future__ import annotations

from collections.abc import Iterable

from shopbell.agents.models import Agent
from shopbell.channels import contract
from shopbell.channels import queries as channels
from shopbell.conversations.models import Conversation, Message, Participant
from shopbell.customers.models import Identity

MOST = 50  # as many as an answer can go to


def own_mailboxes(addresses: Iterable[str]) -> set[str]:
    """Those among some addresses that are mailboxes of ours, whatever tag they carry; in small letters."""
    given = {address.lower() for address in addresses if address}
    ours = {channel.address.lower() for channel in channels.addressed(given)} if given else set()
    return {address for address in given if address in ours or _untagged(address) in ours}


def _untagged(address: str) -> str:
    local, at, domain = address.rpartition("@")
    return local.partition("+")[0] + at + domain


def is_unreachable(address: str) -> bool:
    """No mail ever goes to it (RFC 2606): somebody who has a chat and, as far as we know, no mailbox."""
    return address.lower().endswith(".invalid")


def colleagues(addresses: Iterable[str]) -> set[str]:
    """Those among some addresses that are agents', in small letters."""
    given = [address.lower() for address in addresses if address]
    return set(Agent.objects.filter(email__in=given).values_list("email", flat=True)) if given else set()


def outsiders(people: Iterable[contract.Sender], but: Iterable[str] = ()) -> list[contract.Sender]:
    """People without our mailboxes, our colleagues and some addresses, each once."""
    known = {who.address.lower(): who for who in reversed(list(people)) if who.address}
    wrong = {*own_mailboxes(known), *colleagues(known), *but, *filter(is_unreachable, known)}
    return [who for address, who in reversed(known.items()) if address not in wrong][:MOST]


def of(conversation: Conversation) -> list[Participant]:
    """Everybody written down, those who take part first."""
    return list(Participant.objects.filter(conversation=conversation).order_by("-is_active", "id"))


def addresses_of(conversation: Conversation) -> set[str]:
    """Every address of the customer's side, in small letters: theirs, and all that take part or took part."""
    known = Identity.objects.filter(customer=conversation.customer_id, kind__startswith="email")
    wrote = Message.objects.filter(conversation=conversation, kind__in=["customer", "customer_auto"])
    taking_part = Participant.objects.filter(conversation=conversation)
    found = [
        *known.values_list("value", flat=True),
        *wrote.values_list("sender_address", flat=True).distinct(),
        *taking_part.values_list("address", flat=True),
    ]
    return {address.lower() for address in found if address}
