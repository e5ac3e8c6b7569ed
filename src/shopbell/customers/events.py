"""What happens to customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shopbell.events import bus


@dataclass(frozen=True, kw_only=True)
class CustomerEvent(bus.DomainEvent):
    """Something about one customer."""

    customer_id: int


@bus.event_type("customers.identity_blocked")
@dataclass(frozen=True, kw_only=True)
class IdentityBlocked(bus.DomainEvent):
    """What comes from an address is spam from now on."""

    customer_id: int
    identity_id: int


@bus.event_type("customers.identity_unblocked")
@dataclass(frozen=True, kw_only=True)
class IdentityUnblocked(bus.DomainEvent):
    """An address is heard again."""

    customer_id: int
    identity_id: int


@bus.event_type("customers.changed")
@dataclass(frozen=True, kw_only=True)
class CustomerChanged(CustomerEvent):
    """Somebody edited what is known: the name, the language, fields of the shop's own."""


@bus.event_type("customers.noted")
@dataclass(frozen=True, kw_only=True)
class CustomerNoted(CustomerEvent):
    """A note was added."""

    note_id: int


@bus.event_type("customers.note_deleted")
@dataclass(frozen=True, kw_only=True)
class CustomerNoteDeleted(CustomerEvent):
    """A note was deleted."""

    note_id: int


@bus.event_type("customers.identity_added")
@dataclass(frozen=True, kw_only=True)
class IdentityAdded(CustomerEvent):
    """An address was added by hand or by an import."""

    identity_id: int
    kind: str


@bus.event_type("customers.identity_proved")
@dataclass(frozen=True, kw_only=True)
class IdentityProved(CustomerEvent):
    """Somebody proved that an address is theirs, or the shop vouched for it."""

    identity_id: int
    evidence: str


@bus.event_type("customers.code_owed")
@dataclass(frozen=True, kw_only=True)
class CodeOwed(bus.DomainEvent):
    """A code and a link are to be mailed."""

    logged: ClassVar[bool] = False
    proof_id: int


@bus.event_type("customers.signed_in")
@dataclass(frozen=True, kw_only=True)
class CustomerSignedIn(CustomerEvent):
    """A customer came into the portal."""

    identity_id: int
    shop_id: int


@bus.event_type("customers.signed_out_everywhere")
@dataclass(frozen=True, kw_only=True)
class CustomerSignedOut(CustomerEvent):
    """A customer ended every sign-in of theirs."""


@bus.event_type("customers.vouching_renewed")
@dataclass(frozen=True, kw_only=True)
class VouchingRenewed(bus.DomainEvent):
    """A shop has a new secret to vouch with."""

    shop_id: int


@bus.event_type("customers.identity_removed")
@dataclass(frozen=True, kw_only=True)
class IdentityRemoved(CustomerEvent):
    """An address was removed by hand."""

    identity_id: int
    kind: str


@bus.event_type("customers.linked")
@dataclass(frozen=True, kw_only=True)
class CustomersLinked(CustomerEvent):
    """Two people have to do with each other."""

    other_id: int
    relation: str


@bus.event_type("customers.unlinked")
@dataclass(frozen=True, kw_only=True)
class CustomersUnlinked(CustomerEvent):
    """They have not."""

    other_id: int


@bus.event_type("customers.merged")
@dataclass(frozen=True, kw_only=True)
class CustomersMerged(CustomerEvent):
    """Another customer turned out to be this one."""

    gone_id: int
    merge_id: int
    is_confirmed: bool  # a lead said so although both had proved addresses


@bus.event_type("customers.unmerged")
@dataclass(frozen=True, kw_only=True)
class CustomersUnmerged(CustomerEvent):
    """They are two after all."""

    gone_id: int
    merge_id: int


@bus.event_type("customers.double_suggested")
@dataclass(frozen=True, kw_only=True)
class DoubleSuggested(CustomerEvent):
    """An agent thinks two customers are one."""

    other_id: int


@bus.event_type("customers.double_dismissed")
@dataclass(frozen=True, kw_only=True)
class DoubleDismissed(CustomerEvent):
    """Two people: not to be suggested again."""

    other_id: int


@bus.event_type("customers.segment_changed")
@dataclass(frozen=True, kw_only=True)
class SegmentChanged(bus.DomainEvent):
    """A segment was made, changed or deleted."""

    segment_id: int


@bus.event_type("customers.exported")
@dataclass(frozen=True, kw_only=True)
class CustomersExported(bus.DomainEvent):
    """Customers left as a file: all of them, or a segment."""

    segment_id: int | None


@bus.event_type("customers.import_step")
@dataclass(frozen=True, kw_only=True)
class ImportStep(bus.DomainEvent):
    """The next rows of an import are due."""

    logged: ClassVar[bool] = False
    import_id: int
    run: int


@bus.event_type("customers.import_started")
@dataclass(frozen=True, kw_only=True)
class ImportStarted(bus.DomainEvent):
    """Somebody had a file of customers taken in, or tried."""

    import_id: int
    is_trial: bool


@bus.event_type("customers.import_ended")
@dataclass(frozen=True, kw_only=True)
class ImportEnded(bus.DomainEvent):
    """It is done, or was cancelled."""

    import_id: int
    state: str
