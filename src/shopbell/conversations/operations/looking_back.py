"""After an import: link the orders it brought to what earlier messages say of them, a batch at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from shopbell.commerce.models import Order, Shipment
from shopbell.conversations.models import Message
from shopbell.conversations.numbers import Candidates, candidates
from shopbell.conversations.operations.orders import OURS, UNREAD_KINDS, find_orders
from shopbell.core.transactions import retried

AT_ONCE = 500
LOOKED_BACK = timedelta(days=90)  # nobody works on what is older


@retried
def look_back(shop_id: int, before_id: int | None) -> int | None:
    """Look through the next messages of a shop, newest first, from `before_id` on; where to go on, None: at the end.

    What any of them names is asked of the mirror in four questions; only those that name something are looked at.
    """
    since = timezone.now() - LOOKED_BACK
    newest_first = Message.objects.order_by("-id")
    if before_id is not None:
        newest_first = newest_first.filter(id__lt=before_id)
    passed = list(newest_first.values_list("id", "created_at", "occurred_at")[:AT_ONCE])
    if not passed:
        return None
    for message_id in _naming_something(_said(shop_id, [number for number, _came, at in passed if at >= since])):
        find_orders(message_id)
    is_over = len(passed) < AT_ONCE or all(came < since for _number, came, _at in passed)
    return None if is_over else passed[-1][0]


def _said(shop_id: int, message_ids: list[int]) -> dict[int, Candidates]:
    rows = Message.objects.filter(id__in=message_ids, conversation__shop=shop_id).exclude(kind__in=UNREAD_KINDS)
    found = {}
    for number, kind, subject, body, language in rows.values_list(
        "id", "kind", "subject", "text", "conversation__shop__language"
    ):
        said = candidates(f"{subject}\n{body}", language)
        if kind in OURS:
            said.emails, said.phones = [], []
        found[number] = said
    return found


def _naming_something(said: Mapping[int, Candidates]) -> list[int]:
    """Those that name anything the mirror knows."""
    keys = {key for one in said.values() for key in one.keys}
    emails = {email for one in said.values() for email in one.emails}
    phones = {phone for one in said.values() for phone in one.phones}
    known = {
        *Order.objects.filter(number_key__in=keys).values_list("number_key", flat=True),
        *Shipment.objects.filter(tracking_key__in=keys - {""}).values_list("tracking_key", flat=True),
        *Order.objects.filter(email__in=emails - {""}).values_list("email", flat=True),
        *Order.objects.filter(phone__in=phones - {""}).values_list("phone", flat=True),
    }
    return [number for number, one in said.items() if known & {*one.keys, *one.emails, *one.phones}]
