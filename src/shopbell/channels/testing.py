"""The suite every channel type passes: subclass it in the plug-in's tests, with an adapter and what it receives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shopbell.channels import contract

ARRIVAL = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOSTILE = (b"", b"\0", b"\xff\xfe\x00", b"{", b"[]", b"null", b'{"text": 1}', b"a" * 100_000, b"\r\n\r\n")


class ChannelContract:
    """Set `adapter` and `received` (one raw message, and its envelope) in the subclass."""

    adapter: contract.ChannelType
    received: bytes
    envelope: Mapping[str, Any] = {}

    def parse(self, body: bytes) -> list[contract.Inbound]:
        return list(self.adapter.parse(body, self.envelope, ARRIVAL))

    def test_a_message_is_understood_the_same_however_often(self) -> None:
        first, second = self.parse(self.received), self.parse(self.received)
        assert first == second
        assert len(first) == 1

    def test_a_message_has_what_filing_needs(self) -> None:
        message = self.parse(self.received)[0]
        assert isinstance(message, contract.InboundMessage)
        assert message.external_id
        assert message.sender.address == message.sender.address.strip()
        assert message.occurred_at.tzinfo is not None

    def test_bytes_that_are_no_message_are_understood_or_refused_in_one_way(self) -> None:
        for body in HOSTILE:
            try:
                found = self.parse(body)
            except contract.Unparsable:
                continue
            assert all(item.external_id for item in found if isinstance(item, contract.InboundMessage))

    def test_it_says_what_it_can_carry_and_whose_addresses_it_knows(self) -> None:
        assert isinstance(self.adapter.capabilities, contract.Capabilities)
        assert self.adapter.identity_kind
