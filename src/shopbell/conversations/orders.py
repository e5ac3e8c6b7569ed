"""Orders as an agent may see them, and whose they are.

Who sees all conversations sees all orders; with limits those of their shops, and with limits to teams those of
customers whose conversations they may see. A partner agent's rows come masked.
"""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.agents.permissions import Masking
from shopbell.commerce.models import Order
from shopbell.conversations import masking, queries
from shopbell.conversations.models import Conversation, OrderLink
from shopbell.core import covering
from shopbell.customers.queries import with_merged

_KEPT = ("city", "region", "country")  # of an address, for who sees it masked
Reason = OrderLink.Reason


def visible(agent: Agent) -> QuerySet[Order]:
    """The orders the agent may see; those the shop has no more are left out."""
    seen = permissions.scope(agent)
    rows = seen.of_shops(Order.objects.filter(gone_at=None))
    if seen.teams is not None:
        rows = rows.filter(_spoken_of(agent))
    return masked(rows, agent)


def _spoken_of(agent: Agent) -> Exists | Q:
    """The customer has a conversation there the agent may see, or an agent chose the order in one."""
    talks = queries.visible(agent).order_by()
    owner = Coalesce(OuterRef("customer__merged_into"), OuterRef("customer"))
    chosen = OrderLink.objects.filter(order=OuterRef("id"), reason=Reason.AGENT, is_hidden=False)
    theirs = Exists(talks.filter(customer=owner, shop=OuterRef("shop")))
    return Q(theirs) | Q(Exists(chosen.filter(conversation__in=talks.values("id"))))


def find(agent: Agent, number: int) -> Order | None:
    """One of them, with its shop, connection and customer."""
    return visible(agent).select_related("shop", "connection", "customer", "account").filter(id=number).first()


def conversations_of(agent: Agent, order: Order) -> list[tuple[Conversation, str]]:
    """Conversations that speak of the order, as far as the agent may see them, and why; the newest first."""
    links = OrderLink.objects.filter(order=order, is_hidden=False, conversation__in=queries.visible(agent).values("id"))
    reasons = dict(links.order_by("-id").values_list("conversation_id", "reason")[:50])
    rows = queries.visible(agent).filter(id__in=reasons).order_by("-last_message_at")
    return [(row, reasons[row.id]) for row in rows]


def proved(conversation: Conversation) -> QuerySet[Order]:
    """The orders that are this customer's own, or that an agent chose here: what may be said to them. The one the
    conversation speaks of comes first: chosen, named last, else the newest.
    """
    own = Q(customer__in=with_merged([conversation.customer_id]))
    links = OrderLink.objects.filter(conversation=conversation, order=OuterRef("id"), is_hidden=False)
    chosen = Q(Exists(links.filter(reason=Reason.AGENT)))
    rows = Order.objects.filter(own | chosen, gone_at=None)
    told = links.order_by("-id")
    rows = rows.annotate(named=told.values("message_id")[:1], is_chosen=Exists(links.filter(reason=Reason.AGENT)))
    return rows.order_by("-is_chosen", F("named").desc(nulls_last=True), "-placed_at", "-id")


def masked(rows: QuerySet[Order], viewer: Agent) -> QuerySet[Order]:
    """The rows as the viewer may see them."""
    rules = permissions.masking(viewer)
    return rows if rules is None else covering.covered(rows, lambda row: _mask(row, rules))


def _mask(row: Order, rules: Masking) -> None:
    whole = row.name
    row.name = masking.name(row.name, rules, row.customer_id or 0) if row.name else ""
    row.email, row.phone = covering.address(row.email), covering.address(row.phone)
    row.billing, row.shipping_address = _address(row.billing), _address(row.shipping_address)
    row.note = covering.text(row.note, whole, row.name)
    row.raw, row.url = {}, ""
    customer = row._state.fields_cache.get("customer")
    if customer is not None:
        masking.cover_customer(customer, rules)


def _address(value: dict[str, str]) -> dict[str, str]:
    return {name: str(value.get(name, "")) for name in _KEPT}
