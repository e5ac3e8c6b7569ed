"""What a connector to a carrier must offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol
from zoneinfo import ZoneInfo

from shopbell.commerce.contract.connector import Finding, Remember, forget
from shopbell.commerce.contract.shipping import State, Tracking
from shopbell.core.settings_field import SettingsField


class Carrier(Protocol):
    """One carrier, or one aggregator of many."""

    label: ClassVar[str]
    serves: ClassVar[frozenset[str]]  # short names of the carriers it knows parcels of (`carriers`); empty: of any
    settings_form: ClassVar[tuple[SettingsField, ...]]
    has_webhooks: ClassVar[bool]
    at_once: ClassVar[int]  # how many numbers one question may hold

    def __init__(self, settings: Mapping[str, Any], zone: ZoneInfo, remember: Remember = forget) -> None: ...

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> None:
        """As a Connector's. Raises Forged."""

    def delivery_key(self, body: bytes, headers: Mapping[str, str]) -> str:
        """As a Connector's; "" takes the bytes themselves."""

    def understand(self, raw: Any) -> list[Tracking]:
        """An answer or a push as the carrier gives it: pure. Raises Unparsable."""

    def meaning(self, code: str, text: str = "") -> tuple[State, str]:
        """State and reason of one of the carrier's codes; UNKNOWN for one that is not known."""

    def track(self, numbers: Sequence[str]) -> list[Tracking]:
        """What is known of these parcels; unknown ones are absent. Raises ShopError."""

    def test(self) -> list[Finding]:
        """Try the credentials. Empty: all is well. Raises nothing."""
