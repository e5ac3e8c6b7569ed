"""What a message to a webhook is about, as the API shows it now; nothing for what is gone."""

from __future__ import annotations

from typing import Any

from shopbell.commerce.models import Order, Shipment
from shopbell.conversations.models import Conversation, Message
from shopbell.customers.models import Customer
from shopbell.integrations import shapes


def of(data: dict[str, Any]) -> dict[str, Any]:
    """The conversation, the message, the customer, the order and the parcel that the data name."""
    found: dict[str, Any] = {}
    conversation = Conversation.objects.filter(id=data.get("conversation_id") or 0).first()
    if conversation is not None:
        found["conversation"] = shapes.conversation(conversation).model_dump(mode="json")
    messages = Message.objects.filter(id=data.get("message_id") or 0).prefetch_related("attachments__blob")
    message = messages.defer("html", "full_text").first()
    if message is not None:
        found["message"] = shapes.message(message).model_dump(mode="json")
    customer = Customer.objects.filter(id=data.get("customer_id") or 0).prefetch_related("identities").first()
    if customer is not None:
        found["customer"] = shapes.customer(customer).model_dump(mode="json")
    order = Order.objects.filter(id=data.get("order_id") or 0).first()
    if order is not None:
        found["order"] = shapes.order(order).model_dump(mode="json")
    parcel = Shipment.objects.filter(id=data.get("parcel_id") or 0).first()
    if parcel is not None:
        found["parcel"] = shapes.parcel(parcel).model_dump(mode="json")
    return found
