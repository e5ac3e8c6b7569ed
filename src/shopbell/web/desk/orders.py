"""All orders: looked for by number, parcel, address, telephone or name; a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone

from shopbell.commerce.models import Order, Shipment
from shopbell.conversations import beside, finding_orders, people
from shopbell.core import cursors
from shopbell.core.ids import as_id
from shopbell.web import order_words, times
from shopbell.web.desk import order_panel, page
from shopbell.web.desk.request import AgentRequest, is_part, reading

TEMPLATE = "desk/orders.html"
LONGEST = 200


@dataclass(slots=True)
class Row:
    """An order as the list shows it."""

    url: str
    number: str
    who: str
    shop: str
    when: str
    total: str
    standing: order_words.Standing


@reading
def orders(request: AgentRequest) -> HttpResponse:
    """The page for `?q=` or `?customer=`; for a script, with `?after=`, the rows that follow."""
    typed = request.GET.get("q", "").strip()[:LONGEST]
    whose = as_id(request.GET.get("customer", ""))
    customer = people.find_customer(request.user, whose) if whose is not None else None
    if customer is not None:
        found = finding_orders.of_customer(request.user, customer)
    else:
        found = finding_orders.matching(request.user, typed)
    rows, following = finding_orders.page(found, cursors.read(request.GET.get("after", "")))
    query = {"q": typed, "customer": str(customer.id) if customer else ""}
    after = {"after": cursors.write(*following)} if following else {}
    context = {
        "place": "orders",
        "rows": _rows(rows),
        "more_url": f"?{urlencode({**{name: value for name, value in query.items() if value}, **after})}"
        if after
        else "",
        "typed": typed,
        "customer": customer,
    }
    if is_part(request) and request.GET.get("after"):
        return page.show(request, f"{TEMPLATE}#rows", context)
    return page.show(request, TEMPLATE, context)


def _rows(found: list[Order]) -> list[Row]:
    parcels: dict[int, list[Shipment]] = {}
    for parcel in beside.parcels([row.id for row in found]) if found else ():
        parcels.setdefault(parcel.order_id, []).append(parcel)
    return [row(one, parcels.get(one.id, [])) for one in found]


def row(order: Order, parcels: list[Shipment]) -> Row:
    """One order, with its shop read already."""
    return Row(
        url=order_panel.address(order.id),
        number=order.number,
        who=order.name or order.email,
        shop=order.shop.name,
        when=times.short(order.placed_at, timezone.now()),
        total=order_words.amount(order.total, order.currency),
        standing=order_words.standing(order, parcels),
    )
