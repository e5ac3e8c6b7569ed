"""How conversations, messages and customers look to other people's programs: in the API and in webhooks.

Fields are only added. Ids are numbers, instants are RFC 3339 in UTC, what is not known is null or "".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from shopbell.commerce.models import Order, Shipment
from shopbell.conversations.models import Attachment, Conversation, Message, Priority
from shopbell.customers.models import Customer, Identity

WHEN = "2026-11-22T09:00:00Z"
PRIORITIES = {Priority.LOW: "low", Priority.NORMAL: "normal", Priority.HIGH: "high", Priority.URGENT: "urgent"}
PriorityName = Literal["low", "normal", "high", "urgent"]
People = Iterable[Iterable[str]]


class PersonShape(BaseModel):
    """A name and an address, as they stood on a message."""

    name: str = Field(examples=["Anna Saar"])
    address: str = Field(examples=["anna@customer.example"])


class ConversationShape(BaseModel):
    """One matter of one customer, over any channel."""

    id: int = Field(examples=[1042])
    shop_id: int = Field(examples=[1])
    channel_id: int = Field(description="Where the customer wrote last.", examples=[3])
    channel_type: str = Field(examples=["email"])
    customer_id: int = Field(examples=[77])
    customer_name: str = Field(examples=["Anna Saar"])
    subject: str = Field(examples=["Where is my parcel?"])
    preview: str = Field(description="The beginning of the newest message.", examples=["I ordered two weeks ago …"])
    language: str = Field(description="Of the customer; an ISO 639-1 code or empty.", examples=["de"])
    state: str = Field(
        description="open, pending_customer, pending_third, resolved, closed, spam or merged.", examples=["open"]
    )
    folder: str = Field(description="Where lists show it: open, snoozed, resolved, spam or merged.", examples=["open"])
    priority: PriorityName = Field(examples=["normal"])
    assignee_id: int | None = Field(examples=[5])
    team_id: int | None = Field(examples=[2])
    tags: list[str] = Field(examples=[["delivery", "vip"]])
    custom: dict[str, Any] = Field(description="Values of the shop's own fields, by key.", examples=[{"size": "L"}])
    snoozed_until: datetime | None = Field(examples=[None])
    waiting_since: datetime | None = Field(
        description="Since when the customer waits for an answer; null: nobody waits.", examples=[WHEN]
    )
    opened_at: datetime = Field(examples=[WHEN])
    resolved_at: datetime | None = Field(examples=[None])
    last_message_at: datetime = Field(examples=[WHEN])
    last_message_id: int = Field(examples=[5001])
    last_from_customer: bool = Field(examples=[True])
    has_attachments: bool = Field(examples=[False])
    has_failure: bool = Field(description="A message of ours did not arrive.", examples=[False])
    merged_into_id: int | None = Field(description="The conversation that took this one in.", examples=[None])


class FileShape(BaseModel):
    """A file of a message."""

    id: int = Field(examples=[9])
    name: str = Field(examples=["invoice.pdf"])
    content_type: str = Field(
        description="What the bytes are, not what the sender claimed.", examples=["application/pdf"]
    )
    size: int = Field(description="In bytes.", examples=[48211])
    is_inline: bool = Field(description="Shown inside the text.", examples=[False])


class MessageShape(BaseModel):
    """One entry of a conversation."""

    id: int = Field(examples=[5001])
    conversation_id: int = Field(examples=[1042])
    kind: str = Field(
        description="customer, customer_auto (out of office, a bounce), agent, note, auto_reply_out or system.",
        examples=["customer"],
    )
    state: str = Field(description="received, noted, queued, sent, delivered or failed.", examples=["received"])
    author_id: int | None = Field(description="The agent who wrote it.", examples=[None])
    customer_id: int | None = Field(description="The customer who wrote it.", examples=[77])
    sender: PersonShape
    is_verified: bool = Field(description="The channel proved who sent it.", examples=[True])
    to: list[PersonShape]
    cc: list[PersonShape]
    bcc: list[PersonShape]
    subject: str = Field(examples=["Where is my parcel?"])
    text: str = Field(
        description="What was written, without quote and signature.", examples=["I ordered two weeks ago."]
    )
    language: str = Field(examples=["en"])
    occurred_at: datetime = Field(examples=[WHEN])
    error: str = Field(description="Why it did not arrive.", examples=[""])
    attachments: list[FileShape]


class WholeMessageShape(MessageShape):
    """A message with all it came with."""

    full_text: str = Field(
        description="With quote and signature.", examples=["I ordered two weeks ago.\n-- \nAnna Saar"]
    )
    html: str = Field(description="Made harmless: no script, no picture from afar.", examples=["<p>I ordered …</p>"])


class IdentityShape(BaseModel):
    """An address a customer is reached by."""

    id: int = Field(examples=[120])
    kind: str = Field(description="email, phone, …; email-unproven: a mail only claimed it.", examples=["email"])
    value: str = Field(examples=["anna@customer.example"])
    verified_at: datetime | None = Field(
        description="When the channel first proved that the owner wrote.", examples=[WHEN]
    )
    blocked_at: datetime | None = Field(
        description="Since when what comes from there is filed as spam.", examples=[None]
    )


class CustomerShape(BaseModel):
    """A person who writes to a shop."""

    id: int = Field(examples=[77])
    name: str = Field(examples=["Anna Saar"])
    language: str = Field(examples=["et"])
    salutation: str = Field(description="ms, mr, free (then `greeting` has the words), or empty.", examples=["ms"])
    greeting: str = Field(examples=[""])
    time_zone: str = Field(description="Empty: not known.", examples=["Europe/Tallinn"])
    created_at: datetime = Field(examples=[WHEN])
    last_contact_at: datetime | None = Field(description="When they last wrote.", examples=[WHEN])
    merged_into_id: int | None = Field(description="The customer they turned out to be.", examples=[None])
    custom: dict[str, Any] = Field(description="Values of the shop's own fields, by key.", examples=[{"shoe_size": 42}])
    identities: list[IdentityShape]


class ParcelShape(BaseModel):
    """A parcel of an order."""

    id: int = Field(examples=[9001])
    carrier: str = Field(description="Short name, where it is known.", examples=["dhl"])
    tracking_number: str = Field(examples=["00340434161094015902"])
    state: str = Field(description="See the documentation of parcels; unknown is no delay.", examples=["in_transit"])
    expected_on: date | None = Field(description="The carrier's forecast.", examples=["2026-11-24"])
    delivered_at: datetime | None = Field(examples=[None])


class OrderShape(BaseModel):
    """An order as the shop has it. Amounts are in the currency's smallest unit."""

    id: int = Field(examples=[501])
    number: str = Field(description="As the customer knows it.", examples=["1042"])
    shop_id: int = Field(examples=[1])
    customer_id: int | None = Field(examples=[77])
    email: str = Field(examples=["anna@customer.example"])
    name: str = Field(examples=["Anna Saar"])
    placed_at: datetime = Field(examples=[WHEN])
    currency: str = Field(examples=["EUR"])
    total: int = Field(examples=[4990])
    paid: int = Field(examples=[4990])
    refunded: int = Field(examples=[0])
    payment: str = Field(examples=["paid"])
    fulfilment: str = Field(examples=["fulfilled"])
    is_cancelled: bool = Field(examples=[False])
    is_pickup: bool = Field(description="Click & collect.", examples=[False])
    source: str = Field(examples=["web"])
    promised_on: date | None = Field(examples=["2026-11-25"])
    delivered_at: datetime | None = Field(examples=[None])
    collected_at: datetime | None = Field(description="A store of ours says it was fetched.", examples=[None])


def conversation(row: Conversation) -> ConversationShape:
    """Reads the row alone."""
    return ConversationShape.model_construct(
        id=row.id,
        shop_id=row.shop_id,
        channel_id=row.channel_id,
        channel_type=row.channel_type,
        customer_id=row.customer_id,
        customer_name=row.customer_name,
        subject=row.subject,
        preview=row.preview,
        language=row.language,
        state=row.state,
        folder=row.folder,
        priority=PRIORITIES[Priority(row.priority)],
        assignee_id=row.assignee_id,
        team_id=row.team_id,
        tags=row.tags,
        custom=row.custom,
        snoozed_until=row.snoozed_until,
        waiting_since=row.waiting_since,
        opened_at=row.opened_at,
        resolved_at=row.resolved_at,
        last_message_at=row.last_message_at,
        last_message_id=row.last_message_id,
        last_from_customer=row.last_from_customer,
        has_attachments=row.has_attachments,
        has_failure=row.has_failure,
        merged_into_id=row.merged_into_id,
    )


def message(row: Message) -> MessageShape:
    """Reads the row and its `attachments` with their blobs: prefetch them."""
    return MessageShape.model_construct(**_message(row))


def whole_message(row: Message, html: str) -> WholeMessageShape:
    """With the long texts; `html` is made harmless by the caller."""
    return WholeMessageShape.model_construct(**_message(row), full_text=row.full_text or row.text, html=html)


def _message(row: Message) -> dict[str, Any]:
    people = {name: _people(row.recipients.get(name, ())) for name in ("to", "cc", "bcc")}
    return {
        **people,
        "id": row.id,
        "conversation_id": row.conversation_id,
        "kind": row.kind,
        "state": row.state,
        "author_id": row.author_id,
        "customer_id": row.customer_id,
        "sender": PersonShape.model_construct(name=row.sender_name, address=row.sender_address),
        "is_verified": row.is_verified,
        "subject": row.subject,
        "text": row.text,
        "language": row.language,
        "occurred_at": row.occurred_at,
        "error": row.error,
        "attachments": [file(one) for one in row.attachments.all()],
    }


def _people(people: People) -> list[PersonShape]:
    return [PersonShape.model_construct(name=name, address=address) for name, address in people]


def file(row: Attachment) -> FileShape:
    """Reads the row and its blob."""
    return FileShape.model_construct(
        id=row.id, name=row.name, content_type=row.blob.content_type, size=row.blob.size, is_inline=row.is_inline
    )


def customer(row: Customer) -> CustomerShape:
    """Reads the row and its `identities`: prefetch them."""
    return CustomerShape.model_construct(
        id=row.id,
        name=row.name,
        language=row.language,
        salutation=row.salutation,
        greeting=row.greeting,
        time_zone=row.time_zone,
        created_at=row.created_at,
        last_contact_at=row.last_contact_at,
        merged_into_id=row.merged_into_id,
        custom=row.custom,
        identities=[identity(one) for one in row.identities.all()],
    )


def identity(row: Identity) -> IdentityShape:
    """Reads the row alone."""
    return IdentityShape.model_construct(
        id=row.id, kind=row.kind, value=row.value, verified_at=row.verified_at, blocked_at=row.blocked_at
    )


def order(row: Order) -> OrderShape:
    """Reads the row alone."""
    return OrderShape.model_construct(**{name: getattr(row, name) for name in OrderShape.model_fields})


def parcel(row: Shipment) -> ParcelShape:
    """Reads the row alone."""
    return ParcelShape.model_construct(**{name: getattr(row, name) for name in ParcelShape.model_fields})
