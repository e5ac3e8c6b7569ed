"""What happened is put down for every webhook that wants to know."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from shopbell.commerce.models import Action, Order
from shopbell.conversations.models import Conversation
from shopbell.events import bus
from shopbell.events.models import Event
from shopbell.integrations import catalogue
from shopbell.integrations.models import Webhook
from shopbell.integrations.operations import webhooks
from shopbell.knowledge.models import Article
from shopbell.shops.models import Shop
from shopbell.watching.models import Case, Incident


@bus.read_log(*catalogue.SOURCES, where="EXISTS (SELECT 1 FROM integrations_webhook WHERE is_active)")
def tell_webhooks(line: Event) -> None:
    """One message to each webhook, once."""
    for webhook in interested(line):
        webhooks.put_down(webhook, line)


def interested(line: Event) -> list[Webhook]:
    """The active webhooks that take this type, of this shop."""
    name = catalogue.OF_EVENT[line.name].name
    rows = Webhook.objects.filter(is_active=True).defer("secrets").order_by("id")
    takers = [webhook for webhook in rows if not webhook.types or name in webhook.types]
    if any(webhook.shop_id for webhook in takers):
        shop = _shop_of(line)
        takers = [webhook for webhook in takers if webhook.shop_id in (None, shop)]
    return takers


_SHOPS: dict[str, QuerySet[Any]] = {
    "shop_id": Shop.objects.values_list("id", flat=True),
    "article_id": Article.objects.values_list("shop_id", flat=True),
    "case_id": Case.objects.values_list("shop_id", flat=True),
    "incident_id": Incident.objects.values_list("shop_id", flat=True),
    "order_id": Order.objects.values_list("shop_id", flat=True),
    "action_id": Action.objects.values_list("order__shop_id", flat=True),
    "conversation_id": Conversation.objects.values_list("shop_id", flat=True),
}


def _shop_of(line: Event) -> int | None:
    """The shop of what a line is about; None for what is of no shop (a customer), or is gone."""
    about = {**line.data, "conversation_id": line.conversation_id}
    name = next((name for name in _SHOPS if about.get(name)), None)
    return _SHOPS[name].filter(id=about[name]).first() if name else None
