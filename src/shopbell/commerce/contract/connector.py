"""What a connector to a shop system must offer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Literal, Protocol
from zoneinfo import ZoneInfo

from shopbell.commerce.contract.errors import Forged, Refused
from shopbell.commerce.contract.things import KINDS, Address, Item, Kind
from shopbell.core.settings_field import SettingsField


@dataclass(frozen=True, kw_only=True)
class Hint:
    """A webhook says that something of the shop's changed. What it is now is fetched."""

    kind: Kind
    remote_id: str
    is_gone: bool = False


@dataclass(frozen=True, kw_only=True)
class Page:
    """A part of what changed. `cursor` leads to the next one, `has_more` says whether there is one.

    `broken`: remote id (or "") → why one could not be understood; it is shown to a person, and the others are kept.
    `read_anew`: beginnings of such ids: what was broken under them before is so no more, unless it is in `broken`.
    """

    items: Sequence[Item]
    cursor: Mapping[str, Any]
    has_more: bool
    broken: Mapping[str, str] = field(default_factory=dict)
    read_anew: Sequence[str] = ()


class Ability(StrEnum):
    """What a connector can do in the shop for an agent, or for a store of ours."""

    NOTE = "note"
    CANCEL = "cancel"
    ADDRESS = "address"
    REFUND = "refund"
    COUPON = "coupon"
    COLLECT = "collect"  # our own store has handed the order over


OF_AGENTS = frozenset(Ability) - {Ability.COLLECT}  # what they ask for; the other comes from the counter


@dataclass(frozen=True, kw_only=True)
class Deed:
    """Something an agent wants done in the shop. `key` is the same over all tries."""

    key: str
    ability: Ability
    order_id: str  # remote; empty for a coupon
    text: str = ""  # the note, the reason
    amount: int = 0  # of the refund or coupon
    currency: str = ""
    address: Address | None = None
    lines: Mapping[str, int] = field(default_factory=dict)  # of the refund: remote id of the line → how many
    email: str = ""  # whom a coupon is for


@dataclass(frozen=True, kw_only=True)
class Done:
    """It was done. `remote_id` of what was made (a refund, a note); `text`: what to show (the coupon's code)."""

    remote_id: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something about the connection that a person should know. `level`: error is shown in the desk, warning beside."""

    level: Literal["error", "warning"]
    text: str


Remember = Callable[[Mapping[str, Any]], None]


def forget(changed: Mapping[str, Any]) -> None:
    """For a connector whose settings never change by themselves."""


class Connector(Protocol):
    """One kind of shop system.

    `settings` is the connection's decrypted JSON, `zone` the shop's own: instants that come without one are in it.
    `remember` merges changed values (a new token) into the settings.
    """

    label: ClassVar[str]  # a proper name: "WooCommerce"
    settings_form: ClassVar[tuple[SettingsField, ...]]
    abilities: ClassVar[frozenset[Ability]]
    cannot: ClassVar[Mapping[Ability, str]]  # why not, for those it lacks; translated when shown
    kinds: ClassVar[tuple[Kind, ...]]  # what `changes` can list
    has_webhooks: ClassVar[bool]

    def __init__(self, settings: Mapping[str, Any], zone: ZoneInfo, remember: Remember = forget) -> None: ...

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> None:
        """Whether a push is the shop's: over the raw bytes, header names in lower case. Raises Forged."""

    def delivery_key(self, body: bytes, headers: Mapping[str, str]) -> str:
        """What makes a push the same as another; never a delivery id that was not proved unique (channels.md 3.2)."""

    def hints(self, body: bytes, headers: Mapping[str, str]) -> list[Hint]:
        """What a verified push is about: pure. Empty for a ping. Raises Unparsable."""

    def understand(self, kind: Kind, raw: Mapping[str, Any]) -> Item:
        """One object as the shop's API gives it: pure, also years later. Raises Unparsable."""

    def fetch(self, kind: Kind, remote_id: str) -> Item | None:
        """The object as it is now; None when the shop has it no more. Raises ShopError."""

    def changes(self, kind: Kind, since: datetime | None, cursor: Mapping[str, Any]) -> Page:
        """What changed at or after `since`, oldest first; without it everything, newest first. {} begins.

        Raises ShopError.
        """

    def do(self, deed: Deed) -> Done:
        """Change something in the shop, once. Raises ShopError; UnknownOutcome where it may have been done."""

    def was_done(self, deed: Deed) -> Done | None:
        """Read back whether a deed of unknown outcome was done; None: it was not. Raises ShopError."""

    def test(self) -> list[Finding]:
        """Try the connection: tokens, rights, webhooks. Empty: all is well. Raises nothing."""

    def subscribe(self, address: str) -> list[Finding]:
        """See to it that the shop pushes its changes to `address`, and that what it switched off is on again."""


class BaseConnector:
    """Defaults for a shop system that only answers questions."""

    label: ClassVar[str] = ""
    settings_form: ClassVar[tuple[SettingsField, ...]] = ()
    abilities: ClassVar[frozenset[Ability]] = frozenset()
    cannot: ClassVar[Mapping[Ability, str]] = {}
    kinds: ClassVar[tuple[Kind, ...]] = KINDS
    has_webhooks: ClassVar[bool] = False

    def __init__(self, settings: Mapping[str, Any], zone: ZoneInfo, remember: Remember = forget) -> None:
        self.settings = settings
        self.zone = zone
        self.remember = remember

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> None:
        raise Forged("this shop system pushes nothing")

    def delivery_key(self, body: bytes, headers: Mapping[str, str]) -> str:
        return ""

    def hints(self, body: bytes, headers: Mapping[str, str]) -> list[Hint]:
        return []

    def opened(self, body: bytes) -> Any:
        """A stored body as the objects of JSON, for those who look into it. Raises ValueError."""
        return json.loads(body.decode("utf-8-sig"))

    def do(self, deed: Deed) -> Done:
        raise Refused("this shop system cannot do that")

    def was_done(self, deed: Deed) -> Done | None:
        raise Refused("this shop system cannot say")

    def test(self) -> list[Finding]:
        return []

    def subscribe(self, address: str) -> list[Finding]:
        return []
