"""What happens to parcels, in one set of words for all carriers (domain.md 5.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class State(StrEnum):
    """Where a shipment is (domain.md 5.6). What is derived from time alone (delayed, lost) is not the carrier's."""

    DATA_RECEIVED = "data_received"
    HANDED_OVER = "handed_over"
    IN_TRANSIT = "in_transit"
    CUSTOMS = "customs"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"  # in a parcel shop or box: the consumer does not have it yet
    DELIVERED = "delivered"  # the consumer has it
    ATTEMPT_FAILED = "attempt_failed"
    EXCEPTION = "exception"
    RETURNING = "returning"
    RETURNED = "returned"
    LOST = "lost"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"  # is never a delay


@dataclass(frozen=True, kw_only=True)
class TrackingData:
    """One thing that happened to a parcel, by the carrier's clock."""

    occurred_at: datetime
    state: State
    reason: str = ""  # a name of `REASONS`, or empty
    code: str = ""  # the carrier's own
    text: str = ""
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Tracking:
    """What a carrier knows of one parcel."""

    number: str
    events: tuple[TrackingData, ...] = ()
    expected_on: date | None = None  # the carrier's forecast
    carrier: str = ""  # short name; an aggregator knows several


# Why a parcel does not move on, after the cause and not the carrier (domain.md 5.6).
REASONS = (
    "address", "absent", "refused", "damaged", "lost", "weather", "customs", "customs_documents", "customs_fee",
    "strike", "holiday", "access", "payment", "identification", "pickup_expired", "held_on_request", "rescheduled",
    "misrouted", "oversized", "dangerous_goods", "security", "capacity", "recall", "other",
)  # fmt: skip
