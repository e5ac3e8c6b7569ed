"""Who a message counts for: nobody gets into another's conversation by an address, a number or a name alone."""

from __future__ import annotations

from typing import Any

import pytest

from shopbell.channels import contract
from shopbell.channels.models import Outbound
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Message
from shopbell.customers.models import Customer, Identity
from tests import factories

pytestmark = pytest.mark.django_db
ANNA = "anna@customer.example"


@pytest.mark.parametrize("way", ["ids", "token", "number"])
def test_a_forged_sender_joins_no_conversation_of_others_whatever_it_names(way: str):
    box = factories.mailbox()
    row = factories.conversation(box, ANNA)
    sent = operations.reply(row.id, factories.agent(), factories.answer())
    named: dict[str, Any] = {
        "ids": {"thread_ids": (sent.message_id,)},
        "token": {"reply_token": sent.outbound.content["reference"]},
        "number": {"conversation_number": row.id},
    }[way]
    forged = factories.receive(box, ANNA, authentication="fail", **named)
    assert forged.conversation_id != row.id
    assert not Message.objects.filter(conversation__customer=row.customer_id, id=forged.id).exists()
    again = factories.receive(box, ANNA, authentication="fail", thread_ids=(forged.message_id,))
    assert again.conversation_id == forged.conversation_id


@pytest.mark.parametrize(
    ("authentication", "verified", "joins"), [("pass", True, True), ("unknown", False, True), ("pass", False, False)]
)
def test_a_number_joins_nobody_who_is_only_named_by_reply_to(authentication: str, verified: bool, joins: bool):
    box = factories.mailbox()
    row = factories.conversation(box, ANNA)
    sender = contract.Sender(address=ANNA, verified=verified)
    said = factories.inbound(sender=sender, authentication=authentication, conversation_number=row.id)
    stored = operations.receive(box, said)
    assert stored is not None
    assert (stored.conversation_id == row.id) is joins


def test_an_agent_is_known_by_their_address_in_any_case_and_not_by_a_forged_one():
    factories.agent(email="mari@shop.example")
    original = contract.ForwardedMessage(sender=contract.Sender(address="katrin@customer.example", name="Katrin"))
    passed_on = factories.receive(address="Mari@shop.example", forwarded=original)
    assert passed_on.conversation.customer_name == "Katrin"
    forged = factories.receive(address="mari@shop.example", forwarded=original, authentication="fail", name="Mari")
    assert forged.conversation.customer_name == "Mari"
    assert not Identity.objects.filter(value="katrin@customer.example", kind="email-unproven").exists()


def test_one_address_in_any_spelling_is_one_person_and_a_tag_is_another():
    box = factories.mailbox()
    for address in ("Anna@Customer.example", "ANNA@CUSTOMER.EXAMPLE", " anna@customer.example"):
        factories.receive(box, address)
    for address in ("jos\u00e9@customer.example", "jose\u0301@customer.example"):
        factories.receive(box, address)
    factories.receive(box, "anna+shop@customer.example")
    values = sorted(Identity.objects.values_list("value", flat=True))
    assert values == ["anna+shop@customer.example", "anna@customer.example", "jos\u00e9@customer.example"]
    assert Customer.objects.count() == 3


def test_two_mails_without_a_sender_whose_ids_begin_alike_have_nothing_to_do_with_each_other():
    box = factories.mailbox()
    one, two = (factories.receive(box, "", name="", external_id=f"{'x' * 350}{number}") for number in (1, 2))
    assert one.customer_id != two.customer_id


def test_somebody_else_who_answers_does_not_give_the_customer_their_name():
    box = factories.mailbox()
    first = factories.receive(box, ANNA, name="")
    factories.receive(box, "bob@customer.example", name="Bob", thread_ids=(first.message_id,))
    assert Conversation.objects.get().customer_name == ANNA


def ours(**fields: Any) -> tuple[Any, Message]:
    """A mailbox and an answer that left from it."""
    box = factories.mailbox(**fields)
    return box, operations.reply(factories.conversation(box).id, factories.agent(), factories.answer())


@pytest.mark.parametrize("address", ["Help@Shop.example", "help+1-abc@shop.example", "help@shop.example"])
def test_our_own_answer_coming_back_is_known_in_any_spelling(address: str):
    box, sent = ours(address="Help@shop.example")
    assert operations.receive(box, factories.inbound(address, message_id=sent.message_id)) is None


def test_our_own_answer_copied_to_another_mailbox_of_the_shop_is_known_there_too():
    box, sent = ours()
    sales = factories.mailbox(box.shop)
    other_shop = factories.mailbox()
    copy = factories.inbound(box.address, message_id=sent.message_id)
    assert operations.receive(sales, copy) is None
    assert operations.receive(other_shop, copy) is not None


def test_a_stranger_who_uses_an_id_of_ours_is_heard():
    box, sent = ours()
    assert operations.receive(box, factories.inbound("eve@elsewhere.example", message_id=sent.message_id)) is not None


def acknowledging() -> Any:
    return factories.mailbox(settings={"acknowledgement": "We have it."})


def acknowledged(message: Message) -> bool:
    before = Outbound.objects.count()
    operations.acknowledge(message.conversation_id, message.id)
    return Outbound.objects.count() > before


def test_a_forged_sender_is_sent_no_receipt():
    box = acknowledging()
    assert acknowledged(factories.receive(box, ANNA, authentication="fail")) is False
    assert acknowledged(factories.receive(box, ANNA, authentication="pass")) is True


def test_an_address_of_ours_is_sent_no_receipt_whatever_tag_it_carries():
    box, other = acknowledging(), factories.mailbox(address="sales@shop.example")
    assert acknowledged(factories.receive(box, "Sales+1-abc@shop.example")) is False
    assert other.address == "sales@shop.example"


def test_a_sender_is_the_same_in_capitals():
    box = acknowledging()
    assert [acknowledged(factories.receive(box, each)) for each in (ANNA, ANNA.upper())] == [True, False]
