"""Reads of cases, notices and incidents; and the way of a customer to the page of their order."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.agents.permissions import scope
from shopbell.commerce.keys import key
from shopbell.commerce.models import Order
from shopbell.commerce.operations.accounts import email_key
from shopbell.conversations import orders
from shopbell.core import crypto
from shopbell.customers.models import Identity
from shopbell.customers.queries import with_merged
from shopbell.watching.models import Case, Incident, Notice, Objection
from shopbell.watching.texts import TRACK

SHOWN_FOR = timedelta(days=180)  # after an order was placed its page can be seen
MOST_ALIKE = 20  # orders of one number in one shop
PAGE = 50
_NOBODY = Order(email="nobody@shopbell.invalid", shipping_address={"postcode": "0000000"}, billing={})


def visible(agent: Agent) -> QuerySet[Case]:
    """The cases an agent may see: those of the orders they may see."""
    limits = scope(agent)
    rows = limits.of_shops(Case.objects.all())
    if limits.teams is not None:
        rows = rows.filter(order__in=orders.visible(agent).values("id"))
    return rows


def wants_no_word(customer_id: int, shop_id: int) -> bool:
    """Whether a customer objected, by any of their addresses, to what a shop writes by itself, or is blocked."""
    return wants_none(shop_id, Identity.objects.filter(customer__in=with_merged([customer_id])))


def wants_none(shop_id: int, known: QuerySet[Identity], address: str = "") -> bool:
    """Whether one of these identities is blocked, or one of their addresses, or this one, objected to a shop's word."""
    if known.filter(blocked_at__isnull=False).exists():
        return True
    addresses = known.filter(kind="email").values("value")
    objected = Objection.objects.filter(shop=shop_id)
    return objected.filter(Q(address__in=addresses) | Q(address=address)).exists()


def cases_of_orders(order_ids: Iterable[int], *, only_open: bool = True) -> dict[int, list[Case]]:
    """The cases of some orders, newest first, in one query; orders without any are absent."""
    rows = Case.objects.filter(order__in=list(order_ids)).select_related("shipment", "assignee", "incident")
    rows = rows.filter(resolved_at=None) if only_open else rows
    found: dict[int, list[Case]] = {}
    for case in rows.order_by("-id"):
        found.setdefault(case.order_id, []).append(case)
    return found


def listed(rows: QuerySet[Case], before: int | None) -> list[Case]:
    """A page of cases, newest first, and one more where there are more."""
    rows = rows.select_related("order", "shipment", "shop", "assignee", "incident")
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows.order_by("-id")[: PAGE + 1])


def find_order(shop_id: int, number: str, proof: str) -> Order | None:
    """The order of this number, for who knows the e-mail address or a postcode of it too.

    Whoever knows less learns nothing: what is done is the same whether there is such an order or not.
    """
    rows = Order.objects.filter(shop=shop_id, number_key=key(number), gone_at=None)
    rows = rows.filter(placed_at__gt=timezone.now() - SHOWN_FOR).order_by("-placed_at")
    found = [*rows.only("email", "shipping_address", "billing")[:MOST_ALIKE], _NOBODY]
    proven = [row for row in found if _is_proven(row, proof)]
    return next((row for row in proven if row is not _NOBODY), None) if key(number) else None


def _is_proven(order: Order, proof: str) -> bool:
    address, postcode = email_key(proof), key(proof)
    codes = [key(str(where.get("postcode") or "")) for where in (order.shipping_address, order.billing)]
    by_address = _same(address, order.email)
    by_code = [_same(postcode, code) for code in codes]
    return by_address or any(by_code)


def _same(said: str, known: str) -> bool:
    """In constant time; what is empty is like nothing."""
    is_same = hmac.compare_digest(said.encode(), known.encode())
    return is_same and len(known) > 2


def order_by_token(shop_id: int, token: str) -> Order | None:
    """The order a link of ours leads to."""
    number = crypto.read_token(TRACK, token)
    if number is None or not number.isdecimal():
        return None
    rows = Order.objects.filter(id=int(number), shop=shop_id, gone_at=None)
    return rows.filter(placed_at__gt=timezone.now() - SHOWN_FOR).first()


def open_cases(order: Order) -> list[Case]:
    """What is wrong with an order now, and what its customer chose, newest first."""
    rows = Case.objects.filter(order=order).filter(Q(resolved_at=None) | ~Q(choice=""))
    return list(rows.select_related("shipment").order_by("-id")[:PAGE])


def told(case: Case) -> list[Notice]:
    """What the customer of a case was told first of its order, or why not; newest first."""
    rows = Notice.objects.filter(order=case.order_id).select_related("incident")
    return list(rows.order_by("-id")[:PAGE])


def progress(incident: Incident) -> dict[str, int]:
    """How many cases are open and settled, and how many customers wait to be told, were told, and were not.

    `people` would be told if all were told now: an order of nobody known counts as one.
    """
    is_open = Q(resolved_at=None)
    cases = Case.objects.filter(incident=incident).aggregate(
        all=Count("id"),
        open=Count("id", filter=is_open),
        answered=Count("id", filter=~Q(choice="")),
        people=Count("order__customer", distinct=True, filter=is_open)
        + Count("order", distinct=True, filter=is_open & Q(order__customer=None)),
    )
    notices = Notice.objects.filter(incident=incident).values_list("state").annotate(number=Count("id")).order_by()
    return {**cases, **dict.fromkeys(Notice.State.values, 0), **dict(notices)}


def incidents(agent: Agent) -> list[Incident]:
    """Incidents of the shops an agent may see, the open ones first."""
    rows = scope(agent).of_shops(Incident.objects.select_related("shop").annotate(number=Count("cases")))
    return list(rows.order_by("-state", "-id")[:PAGE])


def carriers() -> list[str]:
    """Carriers with open cases, for a filter."""
    rows = Case.objects.filter(resolved_at=None).exclude(carrier="").values_list("carrier", flat=True)
    return sorted(set(rows.distinct()))
