"""Mail of our own: invitations, digests. It leaves by one of the mailboxes, like every answer, with retries."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import make_msgid

from shopbell.agents import operations as agents
from shopbell.channels import contract, delivery
from shopbell.channels.models import Channel, Outbound
from shopbell.shops.models import Shop


class NoMailbox(Exception):
    """No mailbox can send."""


def sender() -> Channel | None:
    """The mailbox that sends our own mail: the one an admin chose, else the first that can."""
    rows = Channel.objects.filter(type="email", is_active=True).order_by("id")
    chosen = agents.rules().notices_channel
    return rows.filter(id=chosen or 0).first() or _first_that_sends(rows)


def of_shop(shop: Shop) -> Channel | None:
    """The mailbox that mails a shop's customers what no agent wrote: the shop's first that can send."""
    rows = Channel.objects.filter(type="email", is_active=True, shop=shop).order_by("id")
    return _first_that_sends(rows)


def _first_that_sends(rows: Iterable[Channel]) -> Channel | None:
    return next((row for row in rows if row.adapter().sends()), None)


def new_id(channel: Channel) -> str:
    """A message id (RFC 5322 section 3.6.4, without its brackets) under the channel's own domain."""
    return make_msgid(domain=channel.address.rpartition("@")[2] or None).strip("<>")


def send(address: str, name: str, subject: str, text: str, *, key: str) -> Outbound:
    """Queue one mail; the same key twice is one. Raises NoMailbox."""
    channel = sender()
    if channel is None:
        raise NoMailbox("no mailbox can send")
    message = contract.OutboundMessage(
        external_id=new_id(channel),
        sender=contract.Sender(address=channel.address, name="Shopbell"),
        to=(contract.Sender(address=address, name=name),),
        text=text,
        subject=subject,
        reference="",
        automatic=True,
    )
    return delivery.enqueue(channel, message, key=key)
