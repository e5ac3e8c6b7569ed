"""Write to customers first: once, by day, not when somebody is talking to them, and never against their will.

A notice waits until its time, then it is sent or withheld for a reason, in one transaction; its key and the key of its
mail make it once. Two notices to one customer take turns, so that the second sees the first.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from babel.core import get_global
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from shopbell.channels import contract
from shopbell.channels import notices as mailboxes
from shopbell.channels.models import Channel
from shopbell.commerce.contract import State
from shopbell.commerce.events import Step
from shopbell.commerce.models import Order, Shipment
from shopbell.conversations import operations as conversations
from shopbell.conversations.counters import SNOOZABLE
from shopbell.conversations.models import Conversation
from shopbell.core import zones
from shopbell.core.transactions import retried
from shopbell.core.worktime import is_night, morning
from shopbell.customers.models import Customer, Identity
from shopbell.customers.operations import resolving
from shopbell.customers.queries import everybody, self_of
from shopbell.events import bus
from shopbell.shops.models import Shop
from shopbell.watching import events, queries, terms, texts
from shopbell.watching.models import Calendar, Case, Incident, Kind, Notice, StatusMessage

AT_ONCE = 200
TURNS_LOCK = 7_305  # first half of the advisory lock; the second is the customer
APART = timedelta(hours=24)
_NO_CUSTOMER = 0


class Withheld(StrEnum):
    """Why somebody is not written to."""

    OVER = "over"  # the reason is gone
    IMPORT = "import"  # the shop's first import still runs
    NOBODY = "nobody"  # no address
    OBJECTION = "objection"  # they do not want it, or are blocked
    TALKING = "talking"  # somebody is talking to them
    MAILBOX = "mailbox"  # no mailbox can send
    OFF = "off"  # the shop switched it off meanwhile
    OLD = "old"  # the order is beyond the horizon
    INCIDENT = "incident"  # an incident tells them instead


def due(now: datetime | None = None) -> list[int]:
    """Notices whose time has come, the oldest first."""
    rows = Notice.objects.filter(state=Notice.State.WAITING, due_at__lte=now or timezone.now())
    return list(rows.order_by("due_at", "id").values_list("id", flat=True)[:AT_ONCE])


@retried
def tell(notice_id: int, now: datetime | None = None) -> Notice | None:
    """Send one notice, put it off or withhold it; None when it is settled or somebody else has it."""
    now = now or timezone.now()
    rows = Notice.objects.select_for_update(skip_locked=True, of=("self",))
    rows = rows.select_related(
        "shop", "case__shipment", "case__incident", "incident", "order__customer", "order__connection"
    )
    notice = rows.filter(id=notice_id, state=Notice.State.WAITING, due_at__lte=now).first()
    if notice is None:
        return None
    customer = notice.order.customer
    _take_turns(self_of(customer).id if customer else _NO_CUSTOMER)
    return _decide(notice, now)


def _take_turns(customer_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [TURNS_LOCK, customer_id % 2**31])


def _decide(notice: Notice, now: datetime) -> Notice:
    watch = terms.of_shop(notice.shop_id)
    reason = _hindrance(notice, watch, now)
    if reason is not None:
        return _withhold(notice, reason, now)
    later = _put_off(notice, watch, now)
    if later is not None:
        notice.due_at = later
        notice.save(update_fields=["due_at"])
        return notice
    if (talk := _talk(notice, now)) is not None:
        _point_to(notice, talk)
        return _withhold(notice, Withheld.TALKING, now)
    mailbox = mailbox_of_shop(notice.shop)
    if mailbox is None:
        return _withhold(notice, Withheld.MAILBOX, now)
    return _send(notice, mailbox, watch, now)


def _withhold(notice: Notice, reason: Withheld, now: datetime) -> Notice:
    notice.state, notice.reason, notice.settled_at = Notice.State.WITHHELD, reason, now
    notice.save(update_fields=["state", "reason", "settled_at", "conversation"])
    return notice


def _hindrance(notice: Notice, watch: terms.Watch, now: datetime) -> Withheld | None:
    order = notice.order
    reason = _of_step(notice) if notice.case is None else _of_case(notice, notice.case, watch)
    if reason is not None:
        return reason
    if order.connection.imported_at is None:
        return Withheld.IMPORT
    if _is_old(notice, watch, now):
        return Withheld.OLD
    if not address_of(order):
        return Withheld.NOBODY
    if _is_double(notice):
        return Withheld.OVER
    return Withheld.OBJECTION if objects(order) else None


def _of_case(notice: Notice, case: Case, watch: terms.Watch) -> Withheld | None:
    if case.resolved_at is not None:
        return Withheld.OVER
    if notice.incident is not None:
        return Withheld.OVER if notice.incident.state == Incident.State.CLOSED else None
    if case.incident is not None and case.incident.told_at is not None:
        return Withheld.INCIDENT
    return None if watch.rules[Kind(case.kind)].writes else Withheld.OFF


def _of_step(notice: Notice) -> Withheld | None:
    """A step is told unless the shop switched it off, the order is cancelled, or a later one is told as well."""
    later = [f"{notice.order_id}:step:{step}" for step in texts.STEPS[texts.STEPS.index(notice.name) + 1 :]]
    if notice.order.is_cancelled or Notice.objects.filter(key__in=later).exists() or _is_past(notice):
        return Withheld.OVER
    is_on = StatusMessage.objects.filter(shop=notice.shop_id, step=notice.name, channel_type="email").exists()
    return None if is_on else Withheld.OFF


def _is_past(notice: Notice) -> bool:
    """Nobody is told that a parcel comes today once it does not."""
    on_the_van = Shipment.objects.filter(order=notice.order_id, state=State.OUT_FOR_DELIVERY)
    return notice.name == Step.OUT_FOR_DELIVERY and not on_the_van.exists()


def _is_old(notice: Notice, watch: terms.Watch, now: datetime) -> bool:
    days = terms.HORIZON_DAYS if notice.case is None else watch.rules[Kind(notice.case.kind)].horizon_days
    return notice.order.placed_at < now - timedelta(days=days) and notice.incident_id is None


def _is_double(notice: Notice) -> bool:
    """The same order may be mirrored twice, from the shop's system and from a file of it; two customers whom an
    incident concerns may turn out to be one.
    """
    order = notice.order
    if notice.incident_id is not None and order.customer is not None:
        same = Notice.objects.filter(incident=notice.incident_id, state=Notice.State.SENT)
        return same.filter(order__customer__in=everybody(order.customer)).exists()
    twins = Order.objects.filter(shop=order.shop_id, number_key=order.number_key, email=order.email)
    told = Notice.objects.filter(order__in=twins.exclude(id=order.id), name=notice.name, state=Notice.State.SENT)
    return notice.incident_id is None and bool(order.email) and told.exists()


def address_of(order: Order) -> str:
    """Where a customer is written to about an order: as they said when they ordered, else where they are known."""
    if order.email or order.customer is None:
        return order.email
    rows = Identity.objects.filter(customer=self_of(order.customer), kind="email").order_by("id")
    return rows.values_list("value", flat=True).first() or ""


def objects(order: Order) -> bool:
    """Whether the customer said, by any of their addresses, that they do not want to be written to, or is blocked."""
    return queries.wants_none(order.shop_id, _identities(order), address_of(order))


def addresses_of(order: Order) -> set[str]:
    """All addresses under which the customer of an order is known."""
    known = _identities(order).filter(kind="email").values_list("value", flat=True)
    return {address_of(order), *known} - {""}


def _identities(order: Order) -> QuerySet[Identity]:
    mine = Q(kind="email", value=address_of(order))
    if order.customer is not None:
        mine |= Q(customer__in=everybody(order.customer))
    return Identity.objects.filter(mine)


def _put_off(notice: Notice, watch: terms.Watch, now: datetime) -> datetime | None:
    """Until when it has to wait; None: not at all. What a shop's own step says is expected, and disturbs nobody."""
    if notice.case is None and notice.incident is None:
        return None
    at = _by_day(notice.order, watch, now)
    if at > now:
        return at
    last = _last_notice(notice, now)
    return last + APART if last is not None and notice.incident_id is None else None


def _by_day(order: Order, watch: terms.Watch, now: datetime) -> datetime:
    """The next instant at which it is night neither in the shop nor where the customer is."""
    places = {watch.zone, *map(zones.named, _zones_of(order))}
    at = now
    for _ in range(10):
        nights = [zone for zone in places if is_night(at, zone, watch.quiet_from, watch.quiet_to)]
        if not nights:
            return at
        at = max(morning(at, zone, watch.quiet_to) for zone in nights)
    return at


def _zones_of(order: Order) -> list[str]:
    """The zones the customer may be in: their own, else those of the country the order goes to."""
    if order.customer is not None and (zone := self_of(order.customer).time_zone):
        return [zone]
    country = order.shipping_address.get("country") or order.billing.get("country") or ""
    return list(get_global("territory_zones").get(country, []))


def _last_notice(notice: Notice, now: datetime) -> datetime | None:
    """When this customer was last written to first, within the last day."""
    order = notice.order
    same = Q(order=order)
    if order.customer is not None:
        same |= Q(order__customer__in=everybody(order.customer))
    rows = Notice.objects.filter(same, state=Notice.State.SENT, settled_at__gt=now - APART)
    return rows.order_by("-settled_at").values_list("settled_at", flat=True).first()


def _talk(notice: Notice, now: datetime) -> Conversation | None:
    """An open conversation in which somebody is talking to the customer: assigned, or with a message of today."""
    customer = notice.order.customer
    if notice.case is None or notice.incident_id is not None or customer is None:
        return None
    rows = Conversation.objects.filter(customer__in=everybody(customer), shop=notice.shop_id, state__in=SNOOZABLE)
    return rows.filter(Q(assignee__isnull=False) | Q(last_message_at__gt=now - APART)).order_by("-id").first()


def _point_to(notice: Notice, talk: Conversation) -> None:
    """The case is shown beside the conversation that is going on."""
    notice.conversation = talk
    Case.objects.filter(id=notice.case_id or 0, conversation=None).update(conversation=talk)
    conversations.link_order(talk.id, notice.order_id, None)


def mailbox_of_shop(shop: Shop) -> Channel | None:
    """The mailbox the shop chose for what it writes first, else its first that can send."""
    calendar = Calendar.objects.filter(shop=shop).select_related("mailbox").first()
    chosen = calendar.mailbox if calendar else None
    return chosen if chosen is not None and chosen.is_active else mailboxes.of_shop(shop)


def _send(notice: Notice, mailbox: Channel, watch: terms.Watch, now: datetime) -> Notice:
    order = notice.order
    address = address_of(order)
    customer = self_of(order.customer) if order.customer else _customer(order, address)
    written = texts.write(notice, customer, watch)
    what = conversations.Announcement(
        key=f"notice:{notice.id}",
        to=contract.Sender(address=address, name=order.name or customer.name),
        subject=written.subject,
        text=written.text,
        language=written.language,
        order_id=order.id,
        about={"notice": notice.name},
    )
    stored = conversations.announce(mailbox, customer, what, into=_earlier(notice))
    notice.state, notice.settled_at, notice.language = Notice.State.SENT, now, written.language
    notice.conversation_id = stored.conversation_id
    notice.save(update_fields=["state", "settled_at", "language", "conversation"])
    Case.objects.filter(id=notice.case_id or 0, conversation=None).update(conversation=stored.conversation_id)
    event = events.NoticeSent(notice_id=notice.id, order_id=order.id, conversation_id=stored.conversation_id)
    bus.publish(event)
    return notice


def _customer(order: Order, address: str) -> Customer:
    return resolving.resolve("email", address, name=order.name, language=order.language[:2])


def _earlier(notice: Notice) -> int | None:
    """The conversation in which we wrote about this order before, so that there is one for each order."""
    rows = Notice.objects.filter(order=notice.order_id, state=Notice.State.SENT, conversation__isnull=False)
    return rows.order_by("-id").values_list("conversation_id", flat=True).first()
