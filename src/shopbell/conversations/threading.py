"""Which conversation does a message belong to?

In this order: the messages it names (In-Reply-To, References), the signed token in the address it was sent to, the
number in its subject. A number alone proves nothing, so it counts only for the very customer whose conversation it is
and for those who take part in it, and not where the mail was proved to come from somebody else who only names them in
Reply-To; an empty id never matches; no message crosses from one shop to another; and a forged sender joins what that
forged sender began, nothing else. What belongs to a conversation that was merged belongs to the one it went into.
"""

from __future__ import annotations

from shopbell.channels import contract
from shopbell.channels.models import Channel
from shopbell.conversations import participants
from shopbell.conversations.locking import lock_final
from shopbell.conversations.models import Conversation, Message, Participant, SideConversation
from shopbell.core import crypto
from shopbell.customers.models import Customer


def find(channel: Channel, message: contract.InboundMessage, customer: Customer) -> Conversation | None:
    """The conversation a message answers, locked; None when it starts a new one."""
    found = (
        _by_message_ids(channel, message.thread_ids)
        or _by_token(channel, message.reply_token)
        or _by_number(channel, message, customer)
    )
    conversation = lock_final(found) if found is not None else None
    if conversation is not None and message.authentication == "fail" and conversation.customer_id != customer.id:
        return None
    return conversation


def find_side(channel: Channel, message: contract.InboundMessage) -> SideConversation | None:
    """The side conversation a message answers: by the nearest message it names, else by its reply token.

    Never a forged sender's, and never what the customer's side writes: they do not know of it, whoever passed it on.
    """
    if message.authentication == "fail":
        return None
    side = _side_by_message_ids(channel, message.thread_ids) or _side_by_token(channel, message.reply_token)
    if side is None or message.sender.address.lower() in participants.addresses_of(side.conversation):
        return None
    return side


def _side_by_message_ids(channel: Channel, thread_ids: tuple[str, ...]) -> SideConversation | None:
    ids = [message_id[:320] for message_id in thread_ids if message_id][:50]
    if not ids:
        return None
    rows = Message.objects.filter(message_id__in=ids, conversation__shop=channel.shop_id)
    found = dict(rows.values_list("message_id", "side_id"))
    nearest = next((found[message_id] for message_id in ids if message_id in found), None)
    return _side(nearest) if nearest else None


def _side_by_token(channel: Channel, token: str) -> SideConversation | None:
    number = crypto.read_token("outbound", token) if token else None
    if number is None:
        return None
    rows = Message.objects.filter(outbound_id=int(number), conversation__shop=channel.shop_id, side__isnull=False)
    side_id = rows.values_list("side_id", flat=True).first()
    return _side(side_id) if side_id else None


def _side(number: int) -> SideConversation | None:
    return SideConversation.objects.select_related("conversation").filter(id=number).first()


def _by_message_ids(channel: Channel, thread_ids: tuple[str, ...]) -> int | None:
    """The conversation of the nearest message named. Ids are stored without <>."""
    ids = [message_id[:320] for message_id in thread_ids if message_id][:50]
    if not ids:
        return None
    rows = Message.objects.filter(message_id__in=ids, conversation__shop=channel.shop_id)
    found = dict(rows.values_list("message_id", "conversation_id"))
    return next((found[message_id] for message_id in ids if message_id in found), None)


def _by_token(channel: Channel, token: str) -> int | None:
    number = crypto.read_token("outbound", token) if token else None
    if number is None:
        return None
    rows = Message.objects.filter(outbound_id=int(number), conversation__shop=channel.shop_id)
    return rows.values_list("conversation_id", flat=True).first()


def _by_number(channel: Channel, message: contract.InboundMessage, customer: Customer) -> int | None:
    is_only_named = message.authentication == "pass" and not message.sender.verified
    if message.conversation_number is None or is_only_named:
        return None
    number = message.conversation_number
    owner = Conversation.objects.filter(id=number, shop=channel.shop_id).values_list("customer_id", flat=True).first()
    if owner is None or owner == customer.id:
        return number if owner else None
    others = Participant.objects.filter(conversation=number, is_active=True)
    return number if others.filter(address__iexact=message.sender.address).exists() else None
