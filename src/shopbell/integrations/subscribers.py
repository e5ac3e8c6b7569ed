"""What happened is put down for every webhook that wants to know."""

from __future__ import annotations

from shopbell.conversations.models import Conversation
from shopbell.events import bus
from shopbell.events.models import Event
from shopbell.integrations import catalogue
from shopbell.integrations.models import Webhook
from shopbell.integrations.operations import webhooks


@bus.read_log(*catalogue.SOURCES, where="EXISTS (SELECT 1 FROM integrations_webhook WHERE is_active)")
def tell_webhooks(line: Event) -> None:
    """One message to each webhook, once."""
    for webhook in interested(line):
        webhooks.put_down(webhook, line)


def interested(line: Event) -> list[Webhook]:
    """The active webhooks that take this type, of this shop."""
    name = catalogue.NAME_OF[line.name]
    rows = Webhook.objects.filter(is_active=True).defer("secrets").order_by("id")
    takers = [webhook for webhook in rows if not webhook.types or name in webhook.types]
    if any(webhook.shop_id for webhook in takers):
        shop = Conversation.objects.filter(id=line.conversation_id or 0).values_list("shop_id", flat=True).first()
        takers = [webhook for webhook in takers if webhook.shop_id in (None, shop)]
    return takers
