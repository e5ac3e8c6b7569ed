"""The channel type "portal": what a signed-in customer wrote, and what nobody should hand over."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from shopbell.channels import contract
from shopbell.channels.testing import ARRIVAL, ChannelContract
from shopbell.plugins.portal.channel import MAX_TEXT, Portal

SAID: dict[str, Any] = {
    "key": "7:abc",
    "address": "poder:17",
    "kind": "account",
    "name": "Anna\nSaar",
    "subject": "The vase",
    "text": " Blue 🎁\n",
    "language": "et",
    "conversation": 12,
    "attachments": [{"name": "../vase.txt", "content": base64.b64encode(b"blue").decode()}],
}


def parsed(**changed: Any) -> contract.InboundMessage:
    (message,) = Portal({}).parse(json.dumps({**SAID, **changed}).encode(), {}, ARRIVAL)
    assert isinstance(message, contract.InboundMessage)
    return message


class TestContract(ChannelContract):
    adapter = Portal({})
    received = json.dumps(SAID).encode()


def test_what_was_written_by_whom_and_where():
    message = parsed()
    assert (message.external_id, message.conversation_number) == ("portal:7:abc", 12)
    assert message.sender == contract.Sender(address="poder:17", name="Anna Saar", verified=True)
    assert (message.sender_kind, message.subject, message.text, message.language) == (
        "account",
        "The vase",
        "Blue 🎁",
        "et",
    )
    assert message.occurred_at == ARRIVAL
    (file,) = message.attachments
    assert (file.content, file.content_type) == (b"blue", "text/plain")
    assert "/" not in file.name


def test_a_text_beyond_all_measure_is_cut():
    assert len(parsed(text="x" * 100_000).text) == MAX_TEXT


@pytest.mark.parametrize(
    "changed",
    [
        {"key": ""},
        {"address": None},
        {"kind": 1},
        {"conversation": None},
        {"conversation": True},
        {"conversation": "12"},
        {"attachments": [{"name": "x"}]},
        {"attachments": [{"name": "x", "content": "%%"}]},
    ],
)
def test_what_is_no_answer_is_refused(changed: dict[str, Any]):
    with pytest.raises(contract.Unparsable):
        parsed(**changed)


def test_it_joins_conversations_and_sends_nothing():
    assert Portal.capabilities.joins_only is True
    with pytest.raises(contract.Permanent):
        Portal({}).send(
            contract.OutboundMessage(external_id="x", sender=contract.Sender(address="a"), to=(), text="", reference="")
        )
