"""What a channel type must offer. Everything a channel plug-in may import from Shopbell is here and in `core`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

from shopbell.core.settings_field import SettingsField as SettingsField

AutoKind = Literal["none", "auto-reply", "bounce", "delivery-report", "list", "notification"]


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What is so with this type of channel, and not with most."""

    max_length: int | None = None  # characters of a message that comes in
    joins_only: bool = False  # what comes in here joins a conversation of another channel: answers go on leaving there
    immediate: bool = False  # a message has arrived by being stored: it is not sent, and cannot be taken back


@dataclass(frozen=True, kw_only=True)
class AttachmentData:
    """A file as it came, or as it shall go. `content_type` is what the bytes are, not what the sender claimed."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    content_id: str = ""  # without <>; set when the HTML body shows it by cid:
    inline: bool = False


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who wrote. `verified` is true only where the channel proved it (aligned DMARC, a signed-in chat)."""

    address: str
    name: str = ""
    verified: bool = False


@dataclass(frozen=True, kw_only=True)
class ForwardedMessage:
    """A message somebody passed on: the person to answer may be its original sender."""

    sender: Sender
    subject: str = ""
    body: str = ""
    date: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class InboundMessage:
    """One message from outside. `external_id` makes receiving idempotent within the channel; it is never empty."""

    external_id: str
    sender: Sender
    occurred_at: datetime  # arrival at the shop's server, UTC (domain.md 2.2 rule 4)
    text: str  # what the sender wrote, without quote and signature
    full_text: str = ""  # everything, as plain text
    html: str = ""  # raw HTML as sent: sanitise before showing
    subject: str = ""
    to: tuple[Sender, ...] = ()
    cc: tuple[Sender, ...] = ()
    message_id: str = ""  # the id others use to answer it; not unique, may be empty
    thread_ids: tuple[str, ...] = ()  # message ids this message answers, nearest first
    reply_token: str = ""  # signed token found in a recipient address
    conversation_number: int | None = None  # number found in the subject: joins only with a matching sender
    auto: AutoKind = "none"
    language: str = ""
    attachments: tuple[AttachmentData, ...] = ()
    forwarded: ForwardedMessage | None = None
    sent_at: datetime | None = None  # what the sender's clock said
    authentication: Literal["pass", "fail", "unknown"] = "unknown"  # fail: does not count as that customer
    warnings: tuple[str, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)  # what else was understood, e.g. calendar
    sender_kind: str = ""  # the kind of identity the sender's address is; empty: the channel type's own
    historic: bool = False  # an import: keeps its dates, starts no wait


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What became of a message of ours: matched by `reference` (our envelope token) or by `external_id`."""

    state: Literal["delivered", "failed", "delayed"]
    external_id: str = ""
    reference: str = ""
    recipient: str = ""
    permanent: bool = False
    reason: str = ""


Inbound = InboundMessage | Receipt


@dataclass(frozen=True, kw_only=True)
class RawItem:
    """A raw message fetched by a poll, with the cursor that says it was read."""

    external_id: str
    body: bytes = field(repr=False)
    received_at: datetime
    envelope: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OutboundMessage:
    """One message of ours, complete. `external_id` was made before the first try and stays the same over all tries."""

    external_id: str
    sender: Sender
    to: tuple[Sender, ...]
    text: str
    reference: str  # signed token: a bounce or an answer to it finds the message again
    cc: tuple[Sender, ...] = ()
    bcc: tuple[Sender, ...] = ()
    subject: str = ""
    html: str = ""
    reply_to_external_id: str = ""
    thread_ids: tuple[str, ...] = ()  # oldest first
    attachments: tuple[AttachmentData, ...] = ()
    automatic: bool = False  # written by no person: marked so that machines do not answer it (RFC 3834)


class ChannelError(Exception):
    """Something went wrong at the far side.

    ChannelError
    ├── Transient      try again later (`retry_after_seconds` when the far side said so)
    ├── Permanent      this message will never be taken
    │   └── PartlyTaken  some recipients have it, the others never will: sending again would double it
    ├── AuthFailed     the credentials are refused; trying on may lock the account
    ├── WindowClosed   too late to answer on this channel
    └── Unparsable     these bytes are no message; they are kept and shown to a person
    """

    def __init__(self, message: str, *, code: str = "", retry_after_seconds: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after_seconds = retry_after_seconds


class Transient(ChannelError):
    """Try again later."""


class Permanent(ChannelError):
    """This message will never be taken."""


class PartlyTaken(Permanent):
    """Some recipients have it. `refused`: address → reason of those who never will."""

    def __init__(self, message: str, *, refused: Mapping[str, str], code: str = "") -> None:
        super().__init__(message, code=code)
        self.refused = refused


class AuthFailed(ChannelError):
    """The credentials are refused."""


class WindowClosed(ChannelError):
    """Too late to answer on this channel."""


class Unparsable(ChannelError):
    """These bytes are no message."""


class Listener(Protocol):
    """What a polling channel calls while it reads: each item is stored before the cursor moves on."""

    cursor: Mapping[str, Any]

    def store(self, item: RawItem) -> bool:
        """Keep one raw item durably; False when it was known already."""

    def advance(self, cursor: Mapping[str, Any]) -> None:
        """Remember how far was read, and that the source could be read just now."""

    def stopping(self) -> bool:
        """True when the process is to end."""


class Doorkeeper(Protocol):
    """What a channel type that receives on a port calls for each message."""

    def knows(self, address: str) -> bool:
        """Whether mail to this address is ours."""

    def accept(self, body: bytes, envelope: Mapping[str, Any]) -> None:
        """Keep the raw message durably. Raises when it could not be kept: the sender must try again."""


class Serves(Protocol):
    """A channel type that can receive on a port of ours: `serve` runs until `stopping` is set."""

    @classmethod
    def serve(cls, address: str, doorkeeper: Doorkeeper, stopping: threading.Event) -> None:
        """Listen on `address` (`lmtp://host:port` or `smtp://host:port`)."""


Remember = Callable[[Mapping[str, Any]], None]


def forget(changed: Mapping[str, Any]) -> None:
    """For a channel whose settings never change by themselves."""


class ChannelType(Protocol):
    """One kind of channel.

    `settings` is the channel row's decrypted JSON; `remember` merges changed values (a rotated refresh token) into it.
    """

    identity_kind: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    settings_form: ClassVar[tuple[SettingsField, ...]]

    def __init__(self, settings: Mapping[str, Any], remember: Remember = forget) -> None: ...

    def parse(self, body: bytes, envelope: Mapping[str, Any], received_at: datetime) -> Iterable[Inbound]:
        """Understand raw bytes: pure, no network, no database. Raises Unparsable."""

    def listens(self) -> bool:
        """Whether `listen` has a source to read with these settings."""

    def listen(self, listener: Listener) -> None:
        """Read the source until `listener.stopping()`. Raises Transient or AuthFailed; the caller backs off."""

    def sends(self) -> bool:
        """Whether the settings say how messages leave."""

    def send(self, message: OutboundMessage) -> str:
        """Hand the message over; returns the far side's id. Raises a ChannelError."""

    def test(self) -> list[str]:
        """Try the connection both ways; returns what is wrong, in words for an admin. Empty: all is well."""


@runtime_checkable
class Guessing(Protocol):
    """A channel type that knows most of its settings from the address alone."""

    @classmethod
    def guess(cls, address: str) -> Mapping[str, Any]:
        """Settings to begin with, for a person to correct. May ask the DNS; raises nothing."""


@runtime_checkable
class Connectable(Protocol):
    """A channel type whose far side wants the admin to sign in there (OAuth 2 with PKCE, RFC 7636)."""

    def needs_sign_in(self) -> bool:
        """The settings say so, and nobody has done it yet or it has ended."""

    def sign_in_address(self, redirect_uri: str, state: str, verifier: str) -> str:
        """Where to send the admin. Raises AuthFailed when the settings lack what it takes."""

    def sign_in(self, code: str, redirect_uri: str, verifier: str) -> None:
        """Turn the code the admin came back with into tokens, and remember them. Raises AuthFailed or Transient."""


class BaseChannelType:
    """Defaults for channels that only push, only poll, or only send."""

    identity_kind: ClassVar[str] = ""
    capabilities: ClassVar[Capabilities] = Capabilities()
    settings_form: ClassVar[tuple[SettingsField, ...]] = ()

    def __init__(self, settings: Mapping[str, Any], remember: Remember = forget) -> None:
        self.settings = settings
        self.remember = remember

    def parse(self, body: bytes, envelope: Mapping[str, Any], received_at: datetime) -> Iterable[Inbound]:
        return ()

    def listens(self) -> bool:
        return False

    def listen(self, listener: Listener) -> None:
        """Nothing to read."""

    def sends(self) -> bool:
        return False

    def send(self, message: OutboundMessage) -> str:
        raise Permanent("this channel cannot send")

    def test(self) -> list[str]:
        return []
