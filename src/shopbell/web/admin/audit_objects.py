"""What a line of the log is about, by the name it has now: a mailbox, an order, a shop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet

from shopbell.channels.models import Channel
from shopbell.commerce.models import Action, CarrierAccount, Connection, Order
from shopbell.events.models import Event
from shopbell.integrations.models import Webhook
from shopbell.shops.models import Shop
from shopbell.watching.models import Incident
from shopbell.web import order_words

Key = tuple[str, int]  # "order_id", 1042


def _channel(row: Channel) -> str:
    return row.name or row.address


def _webhook(row: Webhook) -> str:
    """Never more than the host: the rest of an address may be a secret."""
    return row.name or urlsplit(row.url).hostname or ""


def _action(row: Action) -> str:
    return f"{row.order}: {order_words.ABILITIES.get(row.ability, row.ability)}"


KINDS: Mapping[str, tuple[QuerySet[Any], Callable[[Any], str]]] = {
    "channel_id": (Channel.objects.only("name", "address"), _channel),
    "webhook_id": (Webhook.objects.only("name", "url"), _webhook),
    "shop_id": (Shop.objects.only("name"), str),
    "incident_id": (Incident.objects.only("name"), str),
    "order_id": (Order.objects.only("number"), str),
    "connection_id": (Connection.objects.only("name"), str),
    "account_id": (CarrierAccount.objects.only("name"), str),
    "action_id": (Action.objects.select_related("order").only("ability", "order__number"), _action),
}


def key(row: Event) -> Key | None:
    """What a line is about; None for nothing of these."""
    return next(((kind, row.data[kind]) for kind in KINDS if row.data.get(kind) not in (None, "")), None)


def names(rows: Iterable[Event]) -> dict[Key, str]:
    """How everything these lines are about is called, in one query for each kind of thing."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for found in map(key, rows):
        if found is not None:
            wanted[found[0]].add(found[1])
    return {
        (kind, row.pk): KINDS[kind][1](row)
        for kind, numbers in wanted.items()
        for row in KINDS[kind][0].filter(id__in=numbers)
    }
