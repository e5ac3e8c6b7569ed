"""The small world tests live in: two shops, a mailbox, agents, and mail that really came through the front door."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from shopbell.agents.models import Agent, Team
from shopbell.channels import contract
from shopbell.channels.models import Channel
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Message
from shopbell.shops.models import Shop

_numbers = itertools.count(1)
PASSWORD = "correct horse battery"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def shop(name: str = "Kaubamaja", **fields: Any) -> Shop:
    """A shop with a slug of its own."""
    return Shop.objects.create(**{"name": name, "slug": f"{name.lower()}-{next(_numbers)}", **fields})


def mailbox(shop_row: Shop | None = None, address: str = "", **fields: Any) -> Channel:
    """An e-mail channel that reads nothing and cannot send: tests of transport bring their own settings."""
    address = address or f"help{next(_numbers)}@shop.example"
    values = {"type": "email", "name": "Support", "address": address, "settings": {"address": address}}
    return Channel.objects.create(shop=shop_row or shop(), **{**values, **fields})


def agent(name: str = "Mari Maasikas", role: str = "agent", teams: tuple[Team, ...] = (), **fields: Any) -> Agent:
    """Somebody who can sign in with PASSWORD."""
    email = fields.pop("email", f"{name.split()[0].lower()}{next(_numbers)}@shop.example")
    row = Agent.objects.create_user(email, PASSWORD, name=name, role=role, **{"needs_tour": False, **fields})
    row.teams.set(teams)
    return row


def team(name: str = "", *, is_partner: bool = False) -> Team:
    """A team."""
    return Team.objects.create(name=name or f"Team {next(_numbers)}", is_partner=is_partner)


def inbound(address: str = "anna@customer.example", **fields: Any) -> contract.InboundMessage:
    """A message as a channel type hands it over."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "external_id": f"m{number}@customer.example",
        "message_id": f"m{number}@customer.example",
        "sender": contract.Sender(address=address, name=fields.pop("name", "Anna Saar")),
        "occurred_at": NOON + timedelta(seconds=number),
        "text": "Where is my parcel?",
        "subject": "Order 1042",
        "language": "en",
    }
    return contract.InboundMessage(**{**values, **fields})


def receive(channel: Channel | None = None, address: str = "anna@customer.example", **fields: Any) -> Message:
    """A message that came in; raises when it was taken for a double."""
    message = operations.receive(channel or mailbox(), inbound(address, **fields))
    assert message is not None
    return message


def conversation(channel: Channel | None = None, address: str = "anna@customer.example", **fields: Any) -> Conversation:
    """A conversation opened by one message of a customer."""
    return receive(channel, address, **fields).conversation


def answer(text: str = "It is on its way.", **fields: Any) -> operations.Reply:
    """What an agent sends back."""
    to = (contract.Sender(address="anna@customer.example", name="Anna Saar"),)
    return operations.Reply(**{"text": text, "key": f"k{next(_numbers)}", "to": to, **fields})


def attachment(
    name: str = "a.txt", content: bytes = b"a file", content_type: str = "text/plain"
) -> contract.AttachmentData:
    """A file of a message."""
    return contract.AttachmentData(name=name, content_type=content_type, content=content)
