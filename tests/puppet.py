"""A channel type whose far side does what a test wants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from shopbell.channels import contract
from shopbell.channels.models import Channel
from shopbell.core import registry
from tests import factories


class Puppet(contract.BaseChannelType):
    """What it understands and what happens when it sends is set on the class."""

    identity_kind = "email"
    understood: ClassVar[list[contract.Inbound]] = []
    on_send: ClassVar[Callable[[Puppet, contract.OutboundMessage], object]] = lambda puppet, message: None

    def parse(self, body: bytes, envelope: Mapping[str, Any], received_at: datetime) -> Iterable[contract.Inbound]:
        return self.understood

    def send(self, message: contract.OutboundMessage) -> str:
        type(self).on_send(self, message)
        return message.external_id


registry.channel_types.add("puppet", f"{__name__}.Puppet")


def mailbox(**fields: Any) -> Channel:
    """A channel of this type."""
    return factories.mailbox(type="puppet", **fields)
