"""A visitor proves who they are: what they wrote becomes that customer's."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from shopbell.chats import events
from shopbell.chats.models import Level, Visit
from shopbell.chats.naming import placeholder
from shopbell.chats.operations.numbering import number
from shopbell.chats.operations.visiting import sign
from shopbell.conversations import operations as conversations
from shopbell.conversations.models import Conversation, Folder
from shopbell.core.transactions import retried
from shopbell.customers import operations as customers
from shopbell.customers import vouching
from shopbell.customers.models import Customer, Evidence, Identity
from shopbell.events import bus

OPEN_FOR = timedelta(days=1)
KIND = "chat"  # of a visit's address, as the channel type says


class OtherCustomer(ValueError):
    """The visit is another customer's already."""


@retried
def prove_by_code(visit: Visit, email: str) -> None:
    """They typed the code that was mailed to an address. Raises OtherCustomer for a visit the shop vouched for."""
    identity = customers.prove(email, evidence=Evidence.CODE, language=visit.language)
    visit = _held(visit)
    if visit.external and visit.customer_id != identity.customer_id:
        raise OtherCustomer
    _verify(visit, identity.customer, email=identity.value, external=visit.external)


@retried
def prove_by_vouching(visit: Visit, vouched: vouching.Vouched) -> None:
    """The shop says who they are. Raises OtherCustomer when it said somebody else before."""
    visit = _held(visit)
    if visit.external and visit.external != vouched.customer_id:
        raise OtherCustomer
    if visit.external:
        return
    identity = customers.accept_vouched(visit.channel.shop, vouched, language=visit.language)
    visit.name = visit.name or vouched.name[:100]
    _verify(visit, identity.customer, email=vouched.email.lower() or visit.email, external=vouched.customer_id)


def _held(visit: Visit) -> Visit:
    rows = Visit.objects.select_for_update(no_key=True, of=("self",)).select_related("channel__shop", "customer")
    return rows.get(id=visit.id)


def _verify(visit: Visit, customer: Customer, *, email: str, external: str) -> None:
    owner = _become(visit, customer)
    customers.resolve(KIND, visit.address, verified=True)  # what they wrote before is theirs as well
    visit.level, visit.customer_id = Level.VERIFIED, owner
    visit.email, visit.external = email[:254], external[:200]
    visit.conversation_id = visit.conversation_id or _open_elsewhere(visit)
    visit.save(update_fields=["level", "customer", "email", "external", "name", "conversation"])
    sign(visit)
    number([visit.id])
    event = events.VisitorVerified(visit_id=visit.id, customer_id=owner, conversation_id=visit.conversation_id)
    bus.publish(event)


def _open_elsewhere(visit: Visit) -> int | None:
    """The chat they have open in another browser: it goes on here."""
    rows = Conversation.objects.filter(customer=visit.customer_id, channel=visit.channel_id, folder=Folder.OPEN)
    rows = rows.filter(last_message_at__gt=timezone.now() - OPEN_FOR)
    return rows.order_by("-last_message_at").values_list("id", flat=True).first()


def _become(visit: Visit, customer: Customer) -> int:
    """Whose the visit is from now on: the customer's, unless what they wrote is somebody's who is known otherwise."""
    anonymous = visit.customer
    if anonymous is None:
        return customers.give(customer.pk, KIND, visit.address).pk
    if anonymous.pk != customer.pk and _is_only_visitor(anonymous):
        if anonymous.name == placeholder(visit):
            customers.change(anonymous.pk, actor=None, name=visit.name)
        try:
            conversations.merge_customers(customer.pk, anonymous.pk, actor=None)
        except (customers.TwoProved, customers.NotTheirOwn):
            return anonymous.pk
    elif anonymous.pk != customer.pk:
        return anonymous.pk
    return customer.pk


def _is_only_visitor(customer: Customer) -> bool:
    """Nothing is known of them but chats."""
    return not Identity.objects.filter(customer=customer).exclude(kind=KIND).exists()
