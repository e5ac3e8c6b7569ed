"""The channel type "chat": what the widget's server hands over, and what nobody should."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from shopbell.channels import contract
from shopbell.channels.testing import ARRIVAL, ChannelContract
from shopbell.plugins.chat.channel import MAX_TEXT, Chat

SAID: dict[str, Any] = {
    "visit": "0" * 32,
    "address": f"{'0' * 32}@visitor.invalid",
    "client_id": "7d2f6b1c-6f5b-4a8e-9a63-0d4b9a1c2e3f",
    "text": "Wo ist mein Paket? 📦",
    "name": "Anna",
    "language": "de",
    "conversation": 17,
    "page": "https://shop.example/tea",
}


def parsed(**changed: Any) -> contract.InboundMessage:
    (message,) = Chat({}).parse(json.dumps({**SAID, **changed}).encode(), {}, ARRIVAL)
    assert isinstance(message, contract.InboundMessage)
    return message


class TestContract(ChannelContract):
    adapter = Chat({})
    received = json.dumps(SAID).encode()


def test_what_was_said_by_whom_and_where():
    message = parsed()
    assert message.external_id == f"chat:{SAID['visit']}:{SAID['client_id']}"
    assert message.sender == contract.Sender(address=SAID["address"], name="Anna", verified=False)
    assert (message.text, message.language, message.conversation_number) == (SAID["text"], "de", 17)
    assert message.about == {"page": "https://shop.example/tea"}
    assert message.occurred_at == ARRIVAL


def test_right_to_left_text_stays_and_what_is_invisible_goes():
    assert parsed(text="أين طلبي؟\u0000").text == "أين طلبي؟"


def test_a_text_is_cut_where_no_message_is_longer():
    assert len(parsed(text="x" * 100_000).text) == MAX_TEXT


def test_files_are_what_their_bytes_are():
    item = {"name": "../../photo.png", "content": base64.b64encode(b"<html><script>").decode()}
    (file,) = parsed(attachments=[item]).attachments
    assert (file.name, file.content_type) == ("photo.png", "text/html")


@pytest.mark.parametrize("attachments", [[1], [{"name": "a"}], [{"name": "a", "content": "%"}]])
def test_a_damaged_file_is_no_message(attachments: list[Any]):
    with pytest.raises(contract.Unparsable):
        parsed(attachments=attachments)


@pytest.mark.parametrize("changed", [{"visit": ""}, {"client_id": 5}, {"address": None}])
def test_a_line_without_its_ids_is_no_message(changed: dict[str, Any]):
    with pytest.raises(contract.Unparsable):
        parsed(**changed)


def test_only_who_is_proved_is_verified():
    assert parsed(verified=True).sender.verified is True
    assert parsed(verified="yes").sender.verified is False
    assert parsed(conversation=True).conversation_number is None
