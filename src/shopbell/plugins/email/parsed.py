"""What understanding a mail yields. Plain data: no bytes are read and nothing is decided here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from shopbell.channels.contract import AutoKind
from shopbell.plugins.email.mime.fields import Address

Reason = Literal[
    "mailbox_unknown",
    "mailbox_full",
    "mailbox_disabled",
    "policy",
    "spam",
    "host_unknown",
    "unreachable",
    "too_large",
    "relay_denied",
    "expired",
    "loop",
    "other",
]
Outcome = Literal["failed", "delayed", "delivered"]
Verdict = Literal["pass", "fail", "softfail", "neutral", "none", "temperror", "permerror", "policy", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file. `content_type` is what the bytes are; `name` has no path, control or direction characters."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    sha256: str
    content_id: str = ""
    inline: bool = False

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStatus:
    """What became of a mail of ours for one recipient. `kind` is "hard" when trying again is pointless."""

    recipient: str
    outcome: Outcome
    status: str = ""  # enhanced code, "5.1.1" (RFC 3463)
    smtp_code: int | None = None
    kind: Literal["hard", "soft"] = "hard"
    reason: Reason = "other"
    diagnostic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A mail about a mail of ours: for whom it failed, waits or arrived, and which mail it was."""

    statuses: tuple[DeliveryStatus, ...] = ()
    original_message_id: str = ""
    original_addresses: tuple[str, ...] = ()  # envelope and reply addresses of the returned mail: they hold our token

    @property
    def failed(self) -> tuple[DeliveryStatus, ...]:
        return tuple(status for status in self.statuses if status.outcome == "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """What our own receiving server found (RFC 8601); "unknown" when it said nothing or is not configured."""

    spf: Verdict = "unknown"
    dkim: Verdict = "unknown"
    dmarc: Verdict = "unknown"
    aligned: bool = False  # some passing result is for the domain in From
    from_domain: str = ""
    trusted: bool = False  # a result of our own server was there

    @property
    def verified(self) -> bool:
        """True only when the From address was proved."""
        return self.trusted and self.aligned


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An invitation, its change or its cancellation (RFC 5545). Dates are ISO 8601, of whole days without a time."""

    summary: str = ""
    start: str = ""
    end: str = ""
    location: str = ""
    organizer: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A mail that was passed on, as far as its copy tells."""

    sender: Address
    to: tuple[Address, ...] = ()
    date: datetime | None = None
    date_text: str = ""
    subject: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMail:
    """A mail, understood."""

    subject: str = ""
    sender: Address = Address()
    senders: tuple[Address, ...] = ()  # all of From; more than one is never verified
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    answer_to: Address = Address()  # whom a reply goes to
    date: datetime | None = None
    received_at: datetime | None = None  # by the topmost Received field
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()  # oldest first
    auto: AutoKind = "none"
    report: Report | None = None
    text: str = ""
    visible: str = ""
    quoted: str = ""
    signature: str = ""
    html: str = ""  # as sent: sanitise before showing
    forwarded: Original | None = None
    attachments: tuple[Attachment, ...] = ()
    events: tuple[Event, ...] = ()
    language: str = ""
    authentication: Authentication = Authentication()
    recipients: tuple[str, ...] = ()  # every address this mail was sent or delivered to
    fingerprint: str = ""  # sha256 over sender, date, subject and content: equal for copies of one mail
    has_header: bool = True
    warnings: tuple[str, ...] = ()
