"""Who a visitor is, and what they see for it."""

from __future__ import annotations

import re
import time
import uuid
from typing import Any

import jwt
import pytest
from django.test import Client

from shopbell.channels.models import Channel
from shopbell.chats import operations
from shopbell.chats.models import Visit
from shopbell.conversations import operations as conversations
from shopbell.conversations.models import Conversation, Message
from shopbell.customers import operations as customers
from shopbell.customers import proofs
from shopbell.customers.models import Customer, Identity, Proof, VouchingKey
from tests import factories
from tests.web.chat.calling import Widget, chat, problem
from tests.web.portal_customers import SENDS, signed_in

pytestmark = pytest.mark.django_db


def code() -> str:
    return proofs.code(Proof.objects.latest("id"))


def vouch(channel: Channel, customer_id: str = "4711", **claims: Any) -> str:
    if not VouchingKey.objects.filter(shop=channel.shop).exists():
        customers.renew_secret(channel.shop, actor=None)
    secret = VouchingKey.objects.get(shop=channel.shop).secrets["current"]
    return jwt.encode({"sub": customer_id, "exp": int(time.time()) + 600, **claims}, secret, algorithm="HS256")


def prove(widget: Widget, email: str = "anna@customer.example") -> Any:
    assert widget.ask("post", "address", {"email": email, "name": "Anna Saar"}).status_code == 202
    return widget.ask("post", "code", {"email": email, "code": code()})


def test_a_typed_address_shows_nothing_and_a_code_proves_it():
    known = factories.conversation(factories.mailbox())
    widget = Widget(chat()).begin()
    widget.say()
    answer = widget.ask("post", "address", {"email": "Anna@Customer.example", "name": "Anna Saar"})
    assert (answer.status_code, answer.json()) == (202, {"level": "known"})
    assert len(widget.lines()) == 1
    assert Visit.objects.get().customer != known.customer
    answer = widget.ask("post", "code", {"email": "anna@customer.example", "code": code()})
    assert (answer.status_code, answer.json()["level"]) == (200, "verified")
    visit = Visit.objects.get()
    assert visit.customer == known.customer
    assert Conversation.objects.get(channel_type="chat").customer == known.customer
    assert Customer.objects.get(id=known.customer_id).name == "Anna Saar"
    assert Identity.objects.filter(kind="chat", customer=known.customer).count() == 1


def test_what_they_wrote_before_they_were_known_is_theirs_in_the_portal():
    box = factories.mailbox(settings=SENDS)
    factories.conversation(box)
    widget = Widget(chat()).begin()
    widget.say("Where is my parcel?")
    prove(widget)
    number = Conversation.objects.get(channel_type="chat").id
    page = signed_in(box.shop).get(f"/my/{box.shop.slug}/{number}/").content.decode()
    assert re.findall(r'<p class="head"><b>([^<]+)</b>', page) == ["You"]


def test_the_answer_is_the_same_for_an_address_nobody_knows():
    factories.conversation(factories.mailbox())
    widget = Widget(chat()).begin()
    widget.say()
    answers = [
        widget.ask("post", "address", {"email": email, "name": ""})
        for email in ("anna@customer.example", "nobody@customer.example")
    ]
    assert answers[0].content == answers[1].content


def test_a_wrong_code_proves_nothing():
    widget = Widget(chat()).begin()
    widget.say()
    widget.ask("post", "address", {"email": "anna@customer.example", "name": ""})
    wrong = f"{(int(code()) + 1) % 10**6:06d}"
    assert problem(widget.ask("post", "code", {"email": "anna@customer.example", "code": wrong})) == (422, "wrong_code")
    assert Visit.objects.get().level == "known"


def test_a_new_name_takes_the_placeholders_place():
    widget = Widget(chat()).begin()
    widget.say()
    assert Customer.objects.get().name.startswith("Visitor ")
    widget.ask("post", "address", {"email": "anna@customer.example", "name": "Anna Saar"})
    assert shown() == (["Anna Saar"],) * 3


def proved_without_a_name(widget: Widget) -> None:
    assert widget.ask("post", "address", {"email": "anna@customer.example", "name": ""}).status_code == 202
    answer = widget.ask("post", "code", {"email": "anna@customer.example", "code": code()})
    assert answer.json()["level"] == "verified"


def shown() -> tuple[list[str], list[str], list[str]]:
    """What customers are called: themselves, in lists, over their messages."""
    people = Customer.objects.filter(merged_into=None).order_by("id").values_list("name", flat=True)
    lists = Conversation.objects.filter(channel_type="chat").order_by("id").values_list("customer_name", flat=True)
    wrote = Message.objects.filter(kind="customer", channel__type="chat").order_by("id")
    return list(people), list(lists), list(wrote.values_list("sender_name", flat=True))


def test_who_proved_an_address_and_said_no_name_is_shown_by_the_address():
    widget = Widget(chat()).begin()
    widget.say()
    placeholder = Customer.objects.get().name
    assert shown() == ([placeholder], [placeholder], [placeholder])
    proved_without_a_name(widget)
    address = "anna@customer.example"
    assert shown() == ([""], [address], [address])
    widget.say("Are you there?")
    assert shown() == ([""], [address], [address] * 2)
    agent = factories.agent("Mari Maasikas")
    page = Client()
    page.force_login(agent)
    html = page.get(f"/desk/c/{Conversation.objects.get().id}/").content.decode()
    assert "Visitor " not in html
    assert "The customer proved who they are" in html
    conversations.resolve(Conversation.objects.get().id, actor=agent.pk)
    Conversation.objects.update(state="closed")
    widget.say("One more thing")
    assert shown() == ([""], [address] * 2, [address] * 3)


def test_who_proved_an_address_before_they_wrote_is_shown_by_it():
    widget = Widget(chat()).begin()
    proved_without_a_name(widget)
    widget.say()
    assert shown() == ([""], ["anna@customer.example"], ["anna@customer.example"])


def test_who_proved_a_known_customers_address_is_shown_by_their_name():
    factories.conversation(factories.mailbox())
    widget = Widget(chat()).begin()
    widget.say()
    proved_without_a_name(widget)
    widget.say("Are you there?")
    assert shown() == (["Anna Saar"], ["Anna Saar"], ["Anna Saar"] * 2)


def test_who_typed_an_address_and_proved_nothing_is_not_shown_by_it():
    widget = Widget(chat()).begin()
    widget.say()
    placeholder = Customer.objects.get().name
    widget.ask("post", "address", {"email": "anna@customer.example", "name": ""})
    widget.say("Are you there?")
    assert shown() == ([placeholder], [placeholder], [placeholder] * 2)


@pytest.mark.parametrize("email", ["", "anna", "a@b", "0@visitor.invalid", "a" * 300 + "@b.example", 5])
def test_what_is_no_address_is_refused(email: object):
    widget = Widget(chat()).begin()
    assert problem(widget.ask("post", "address", {"email": email, "name": ""})) == (422, "email")
    assert not Proof.objects.exists()


def test_the_shops_word_makes_a_visit_verified():
    channel = chat()
    said = {"client_id": str(uuid.uuid4()), "vouch": vouch(channel, email="anna@customer.example", email_verified=True)}
    answer = Widget(channel).ask("post", "visits", said)
    assert (answer.status_code, answer.json()["level"]) == (201, "verified")
    widget = Widget(channel)
    widget.token = answer.json()["token"]
    widget.say()
    owner = Identity.objects.get(kind="email", value="anna@customer.example").customer
    assert Conversation.objects.get().customer == owner
    assert Conversation.objects.get().messages.get().is_verified is True


@pytest.mark.parametrize("token", ["x", "4711." + "0" * 64, "a.b.c", "y" * 5000])
def test_a_forged_word_is_refused(token: str):
    channel = chat()
    vouch(channel)
    answer = Widget(channel).ask("post", "visits", {"client_id": str(uuid.uuid4()), "vouch": token})
    assert problem(answer) == (403, "forged")
    assert not Visit.objects.exists()
    assert not Visit.objects.exclude(level="anonymous").exists()


def test_another_shops_word_is_worth_nothing_here():
    here, there = chat(), chat("Poder")
    vouch(here)
    answer = Widget(here).ask("post", "visits", {"client_id": str(uuid.uuid4()), "vouch": vouch(there)})
    assert problem(answer) == (403, "forged")


def test_a_visit_of_one_customer_is_never_anothers():
    channel = chat()
    widget = Widget(channel)
    said = {"client_id": str(uuid.uuid4()), "vouch": vouch(channel, "1")}
    widget.token = widget.ask("post", "visits", said).json()["token"]
    widget.say()
    other = {**said, "vouch": vouch(channel, "2")}
    assert problem(widget.ask("post", "visits", other)) == (409, "other_customer")
    assert problem(Widget(channel).ask("post", "visits", other)) == (409, "visit_known")
    assert Visit.objects.get().external == "1"


def test_a_customer_the_shop_vouches_for_goes_on_in_another_browser():
    channel = chat()
    first, second = Widget(channel), Widget(channel)
    for widget in (first, second):
        said = {"client_id": str(uuid.uuid4()), "vouch": vouch(channel)}
        widget.token = widget.ask("post", "visits", said).json()["token"]
        if widget is first:
            widget.say("From my phone")
    assert [line["text"] for line in second.lines()] == ["From my phone"]
    second.say("From my desk")
    assert Conversation.objects.count() == 1
    assert [line["text"] for line in first.lines()] == ["From my phone", "From my desk"]


def test_merged_chats_show_each_visitor_their_own_part_only():
    channel, agent = chat(), factories.agent()
    mine, theirs = Widget(channel).begin(), Widget(channel).begin()
    mine.say("Mine")
    theirs.say("Theirs")
    one, other = Conversation.objects.order_by("id")
    conversations.reply(other.id, agent, factories.answer("For them"))
    theirs.lines()
    conversations.merge(other.id, one.id, actor=agent.pk, across=True)
    operations.rehome([one.id, other.id])
    assert set(Visit.objects.values_list("conversation", flat=True)) == {one.id}
    conversations.reply(one.id, agent, factories.answer("For whoever wrote last"))
    assert [line["text"] for line in mine.lines()] == ["Mine"]
    assert [line["text"] for line in theirs.lines()] == ["Theirs", "For them", "For whoever wrote last"]


def test_an_old_client_id_opens_nothing():
    channel = chat()
    said = {"client_id": str(uuid.uuid4())}
    Widget(channel).ask("post", "visits", said)
    Visit.objects.update(created_at="2026-01-01T00:00Z")
    assert problem(Widget(channel).ask("post", "visits", said)) == (409, "visit_known")
