"""Cases as they stand in lists: beside an order, beside a conversation, in the list of all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from shopbell.knowledge.policy_words import country
from shopbell.watching import queries
from shopbell.watching.models import Case
from shopbell.web import times

LEVELS = {"open": "warn", "answered": "warn", "waiting": "calm", "resolved": "ok"}


@dataclass(slots=True)
class Row:
    """A case, ready to print. No name of a customer is in it."""

    id: int
    url: str
    what: str
    state: str
    level: str
    choice: str
    carrier: str
    country: str
    since: str
    since_exact: str
    at: str
    assignee: str
    incident: str
    number: str = ""  # of the order
    shop: str = ""


def row(case: Case, *, with_order: bool = False) -> Row:
    """One case; with its order and shop, where these were read too."""
    return Row(
        id=case.id,
        url=reverse("desk:case", args=[case.id]),
        what=str(case.get_kind_display()),
        state=str(case.get_state_display()),
        level=LEVELS[case.state],
        choice=str(case.get_choice_display()) if case.choice else "",
        carrier=(case.shipment.carrier_name if case.shipment else "") or case.carrier,
        country=country(case.country, get_language() or "en"),
        since=times.short(case.due_at, timezone.now()),
        since_exact=times.exact(case.due_at),
        at=case.due_at.isoformat(),
        assignee=str(case.assignee) if case.assignee else "",
        incident=case.incident.name if case.incident else "",
        number=case.order.number if with_order else "",
        shop=case.shop.name if with_order else "",
    )


def of_orders(numbers: Iterable[int], *, only_open: bool = True) -> list[Row]:
    """Cases of some orders, newest first; one query, or none without orders."""
    wanted = list(numbers)
    found = queries.cases_of_orders(wanted, only_open=only_open) if wanted else {}
    return [row(case) for cases in found.values() for case in cases]
