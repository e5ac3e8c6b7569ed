"""My requests: everything of the customer's over channels and shops, nothing of anybody else's, and what they do."""

from __future__ import annotations

import re
import time
import uuid
from datetime import timedelta

import jwt
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shopbell.channels import contract, ingress
from shopbell.channels import files as stored_files
from shopbell.channels.models import Channel, Inbound
from shopbell.conversations import operations, outside
from shopbell.conversations.models import Conversation, Link, Message, Rating, State, Wait
from shopbell.customers import operations as customers
from shopbell.customers import vouching
from shopbell.events.models import Delivery, Event
from shopbell.knowledge import operations as knowledge
from shopbell.knowledge.models import ArticleText
from tests import factories
from tests.web.portal_customers import shop_that_mails, signed_in, visitor

ANNA, EVE, SUPPLIER = "anna@customer.example", "eve@customer.example", "supplier@firm.example"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return shop_that_mails()


@pytest.fixture
def box(shop) -> Channel:
    return Channel.objects.get(shop=shop)


def page(answer) -> str:
    return answer.content.decode()


def listed(client: Client, shop, query: str = "") -> list[str]:
    return re.findall(r"<b>([^<]+)</b><span", page(client.get(f"/my/{shop.slug}/{query}")))


def sent(message: Message) -> Message:
    """As if it had left and been taken."""
    Message.objects.filter(id=message.id).update(state=Message.State.SENT)
    return message


def answer(client: Client, shop, conversation, text: str = "It is blue.", key: str = "", **files):
    values = {"message": text, "key": key or str(uuid.uuid4()), **files}
    return client.post(f"/my/{shop.slug}/{conversation.id}/", values)


def test_all_requests_over_shops_newest_first(shop, box):
    other = shop_that_mails("Other")
    factories.conversation(box, ANNA, subject="First")
    factories.conversation(Channel.objects.get(shop=other), ANNA, subject="Second")
    factories.conversation(box, EVE, subject="Eve's")
    done = factories.conversation(box, ANNA, subject="Done")
    operations.resolve(done.id, actor=None)
    client = signed_in(shop)
    assert listed(client, shop) == ["Second", "First"]
    assert listed(client, shop, "?state=done") == ["Done"]
    assert "Other" in page(client.get(f"/my/{shop.slug}/"))


def test_a_host_of_its_own_shows_its_shop_only(shop, box):
    other = shop_that_mails("Other")
    shop.domains.create(host="my.poder.example")
    own = factories.conversation(box, ANNA, subject="Here")
    elsewhere = factories.conversation(Channel.objects.get(shop=other), ANNA, subject="Elsewhere")
    client = signed_in(shop, client=Client(headers={"accept-language": "en"}, HTTP_HOST="my.poder.example"))
    assert listed(client, shop) == ["Here"]
    assert client.get(f"/my/{shop.slug}/{own.id}/").status_code == 200
    hidden = client.get(f"/my/{shop.slug}/{elsewhere.id}/")
    assert hidden.status_code == 404
    assert f'href="/my/{shop.slug}/">All my requests' in hidden.content.decode(), "in the look of the shop, and on"
    assert client.get(f"/my/{other.slug}/").status_code == 404


def test_the_list_goes_on_by_pages(shop, box):
    for number in range(outside.PAGE + 2):
        factories.conversation(box, ANNA, subject=f"Request {number}")
    client = signed_in(shop)
    first = page(client.get(f"/my/{shop.slug}/"))
    older = re.search(r'href="(\?before=[^"]+)"', first)
    assert older is not None
    names = listed(client, shop) + listed(client, shop, older[1].replace("&amp;", "&"))
    assert names == [f"Request {number}" for number in reversed(range(outside.PAGE + 2))]
    for broken in ("x", "2026-01-01_x", "_", "2026-01-01_9999999999999999999999", "'"):
        assert client.get(f"/my/{shop.slug}/", {"before": broken}).status_code == 200


def test_nothing_yet_says_what_will_stand_here(shop):
    client = signed_in(shop)
    assert "Nothing is in progress" in page(client.get(f"/my/{shop.slug}/"))
    assert "Nothing is closed yet" in page(client.get(f"/my/{shop.slug}/?state=done"))


def test_what_colleagues_call_it_is_not_shown(shop, box):
    conversation = factories.conversation(box, ANNA, subject="My vase")
    operations.change_subject(conversation.id, subject="Difficult customer again", actor=None)
    client = signed_in(shop)
    assert listed(client, shop) == ["My vase"]
    assert "Difficult" not in page(client.get(f"/my/{shop.slug}/{conversation.id}/"))


def test_the_timeline_shows_what_was_sent_to_them_and_nothing_else(shop, box):
    mari = factories.agent("Mari Maasikas")
    conversation = factories.conversation(box, ANNA, text="Where is my vase?")
    number = conversation.id
    sent(operations.reply(number, mari, factories.answer("On its way.")))
    operations.reply(number, mari, factories.answer("Still being thought about."))
    operations.note(number, mari, body="She shouts.")
    to_eve = (contract.Sender(address=EVE, name="Eve"),)
    sent(operations.reply(number, mari, factories.answer("Only for Eve.", to=to_eve)))
    factories.receive(box, ANNA, text="I am away.", auto="auto-reply", conversation_number=number)
    text = page(signed_in(shop).get(f"/my/{shop.slug}/{number}/"))
    assert "Where is my vase?" in text
    assert "On its way." in text
    for hidden in ("thought about", "shouts", "Only for Eve", "away", "Mari"):
        assert hidden not in text


def test_side_conversations_stay_inside(shop, box):
    mari = factories.agent()
    conversation = factories.conversation(box, ANNA)
    ask = operations.Ask(to=(contract.Sender(address=SUPPLIER),), subject="Stock?", text="How many vases?", key="s1")
    side = operations.ask_third(conversation.id, mari, ask)
    sent(side.messages.get())
    Message.objects.filter(side=side).update(recipients={"to": [["Anna", ANNA]]})  # as if somebody copied her
    text = page(signed_in(shop).get(f"/my/{shop.slug}/{conversation.id}/"))
    assert "How many vases" not in text


def test_what_others_wrote_is_shown_only_where_it_was_copied_to_them(shop, box):
    conversation = factories.conversation(box, ANNA)
    thread = {"thread_ids": (conversation.messages.get().message_id,)}
    copied = (contract.Sender(address="ANNA@customer.example"),)
    factories.receive(box, EVE, name="Eve", text="Said to both.", cc=copied, **thread)
    factories.receive(box, EVE, name="Eve", text="Said behind her back.", **thread)
    text = page(signed_in(shop).get(f"/my/{shop.slug}/{conversation.id}/"))
    assert "Said to both." in text
    assert "behind her back" not in text


def test_an_address_nobody_proved_shows_nothing(shop, box):
    conversation = factories.conversation(box, ANNA, subject="Annas")

    customers.add_identity(
        conversation.customer_id, kind="email", typed="second@customer.example", actor=factories.agent().pk
    )
    second = factories.conversation(box, "second@customer.example", subject="From the other address")
    assert second.customer_id == conversation.customer_id
    client = signed_in(shop)
    assert listed(client, shop) == ["Annas"]
    assert client.get(f"/my/{shop.slug}/{second.id}/").status_code == 404
    signed_in(shop, "second@customer.example", client)
    assert listed(client, shop) == ["From the other address", "Annas"]


def test_a_forged_senders_mail_is_not_the_owners(shop, box):
    factories.conversation(box, ANNA, subject="Forged", authentication="fail")
    assert listed(signed_in(shop), shop) == []


def test_spam_and_what_was_merged_are_not_listed_and_a_merged_one_leads_on(shop, box):
    spam, child, parent = (factories.conversation(box, ANNA, subject=name) for name in ("Spam", "Child", "Parent"))
    operations.mark_spam(spam.id, actor=None)
    operations.merge(child.id, parent.id, actor=None)
    client = signed_in(shop)
    assert len(listed(client, shop)) == 1
    assert client.get(f"/my/{shop.slug}/{spam.id}/").status_code == 404
    led = client.get(f"/my/{shop.slug}/{child.id}/")
    assert led.headers["Location"] == f"/my/{shop.slug}/{parent.id}/"


def test_an_answer_joins_its_conversation_and_the_desk_says_it_came_by_the_portal(shop, box):
    mari = factories.agent()
    conversation = factories.conversation(box, ANNA, text="It is broken.")
    sent(operations.reply(conversation.id, mari, factories.answer("Which colour?", then="pending_customer")))
    client = signed_in(shop)
    key = str(uuid.uuid4())
    answers = [answer(client, shop, conversation, key=key) for _ in range(2)]
    stored = Message.objects.get(text="It is blue.")
    assert {one.headers["Location"] for one in answers} == {f"/my/{shop.slug}/{conversation.id}/?sent=1#m{stored.id}"}
    assert (stored.conversation_id, stored.sender_address, stored.is_verified) == (conversation.id, ANNA, True)
    assert (stored.kind, stored.channel.type) == ("customer", "portal")
    conversation.refresh_from_db()
    assert (conversation.state, conversation.channel_id, conversation.channel_type) == ("open", box.id, "email")
    assert conversation.waiting_since is not None
    assert conversation.last_from_customer is True
    inbound = Inbound.objects.get(channel=stored.channel)
    assert (inbound.state, inbound.id) == ("filed", stored.inbound_id)
    assert "It is blue." in page(client.get(f"/my/{shop.slug}/{conversation.id}/"))
    desk = Client(headers={"accept-language": "en"})
    desk.force_login(mari)
    shown = page(desk.get(f"/desk/c/{conversation.id}/"))
    assert "continues by portal" in shown
    reply = operations.reply(conversation.id, mari, factories.answer("Thank you."))
    assert reply.outbound is not None
    assert reply.outbound.channel_id == box.id


def test_the_articles_read_before_are_named(shop, box):
    entry = knowledge.Entry(key="track", title="Where is my parcel?", body="Follow it.", language="en")
    knowledge.file_entry(shop, entry)
    row = ArticleText.objects.get()
    conversation = factories.conversation(box, ANNA)
    client = signed_in(shop)
    client.get(f"/help/{shop.slug}/en/articles/{row.slug}/")
    answer(client, shop, conversation)
    assert Message.objects.order_by("-id")[0].about["read"] == [row.id]


def test_a_request_that_was_killed_is_filed_by_a_worker(shop, box, monkeypatch):
    conversation = factories.conversation(box, ANNA)
    client = signed_in(shop)
    monkeypatch.setattr("shopbell.conversations.operations.by_customer._file", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        answer(client, shop, conversation)
    inbound = Inbound.objects.get(channel__type="portal")
    assert inbound.state == "new"
    owed = Delivery.objects.get(event_name="channels.inbound_stored", data={"inbound_id": inbound.id})
    assert timedelta(seconds=20) < owed.due_at - timezone.now() <= timedelta(seconds=30)
    [item] = ingress.understand(inbound)
    assert isinstance(item, contract.InboundMessage)
    stored = operations.receive(inbound.channel, item, inbound)
    assert stored is not None
    assert stored.conversation_id == conversation.id


def test_files_go_along_and_come_back_to_them_only(shop, box):
    conversation = factories.conversation(box, ANNA)
    client = signed_in(shop)
    uploads = [SimpleUploadedFile("vase.png", PNG), SimpleUploadedFile("list.txt", b"one\ntwo")]
    assert answer(client, shop, conversation, uploads=uploads).status_code == 302
    stored = Message.objects.latest("id")
    files = list(stored.attachments.order_by("id"))
    assert [one.name for one in files] == ["vase.png", "list.txt"]
    text = client.get(f"/my/{shop.slug}/files/{files[1].id}/")
    assert b"".join(text.streaming_content) == b"one\ntwo"
    assert text.headers["Content-Disposition"].startswith("attachment")
    assert text.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in text.headers["Content-Security-Policy"]
    wrong = answer(client, shop, conversation, uploads=[SimpleUploadedFile("x.exe", b"MZ" + b"\0" * 200)])
    assert wrong.status_code == 422
    assert "of a kind we cannot take" in page(wrong)
    eve = signed_in(shop, EVE)
    assert eve.get(f"/my/{shop.slug}/files/{files[0].id}/").status_code == 404


def test_files_of_notes_and_of_what_has_not_left_stay_inside(shop, box):
    mari = factories.agent()
    conversation = factories.conversation(box, ANNA, attachments=(factories.attachment("mine.txt", b"mine"),))

    blob = stored_files.keep(b"secret", "secret.txt")
    note = operations.note(conversation.id, mari, body="See", files=[(blob, "secret.txt", "")])
    queued = operations.reply(conversation.id, mari, factories.answer("Soon", files=[(blob, "secret.txt", "")]))
    client = signed_in(shop)
    mine = conversation.messages.earliest("id").attachments.get()
    assert client.get(f"/my/{shop.slug}/files/{mine.id}/").status_code == 200
    for message in (note, queued):
        assert client.get(f"/my/{shop.slug}/files/{message.attachments.get().id}/").status_code == 404


@pytest.mark.parametrize("text", ["", "   ", "x" * 20_001])
def test_what_cannot_be_sent_stays_in_the_form(shop, box, text):
    conversation = factories.conversation(box, ANNA)
    refused = answer(signed_in(shop), shop, conversation, text)
    assert refused.status_code == 422
    assert "Not sent yet" in page(refused)
    assert Message.objects.count() == 1


def test_emoji_and_right_to_left_arrive_and_markup_is_shown_as_text(shop, box):
    conversation = factories.conversation(box, ANNA)
    client = signed_in(shop)
    answer(client, shop, conversation, "שלום 🎁 <script>alert(1)</script>")
    text = page(client.get(f"/my/{shop.slug}/{conversation.id}/"))
    assert "שלום 🎁 &lt;script&gt;" in text
    assert "<script>alert" not in text


def test_who_is_blocked_is_heard_by_nobody_and_does_not_learn_of_it(shop, box):
    conversation = factories.conversation(box, ANNA)
    identity = conversation.customer.identities.get()
    customers.block(identity.id, actor=factories.agent().pk)
    client = signed_in(shop)
    led = answer(client, shop, conversation).headers["Location"]
    assert led.startswith(f"/my/{shop.slug}/{conversation.id}/?sent=1")
    assert client.get(led).status_code == 200
    assert Message.objects.get(text="It is blue.").conversation.state == State.SPAM
    conversation.refresh_from_db()
    assert conversation.messages.count() == 1


@pytest.mark.parametrize("number", [0, 2**31, 2**63, 10**30])
def test_numbers_of_nothing_are_not_there(shop, number):
    client = signed_in(shop)
    for rest in (f"{number}/", f"files/{number}/"):
        assert client.get(f"/my/{shop.slug}/{rest}").status_code == 404
    assert client.post(f"/my/{shop.slug}/{number}/close/").status_code == 404


def test_too_many_answers_are_held_back(shop, box):
    conversation = factories.conversation(box, ANNA)
    client = signed_in(shop)
    for number in range(30):
        assert answer(client, shop, conversation, f"Message {number}").status_code == 302
    assert answer(client, shop, conversation, "One more").status_code == 429


def test_closing_and_opening_again(shop, box):
    conversation = factories.conversation(box, ANNA)
    client = signed_in(shop)
    address = f"/my/{shop.slug}/{conversation.id}/"
    for _ in range(2):
        assert client.post(f"{address}close/").headers["Location"] == f"{address}?moved=1"
    conversation.refresh_from_db()
    assert (conversation.state, conversation.waiting_since) == ("resolved", None)
    assert Wait.objects.get().is_unanswered is True
    assert Event.objects.filter(name="conversations.customer_closed").count() == 1
    assert "Open it again" in page(client.get(address))
    assert "This request is closed now." in page(client.get(f"{address}?moved=1"))
    assert "This request is closed now." not in page(client.get(address))
    for _ in range(2):
        client.post(f"{address}reopen/")
    assert "This request is open again." in page(client.get(f"{address}?moved=1"))
    conversation.refresh_from_db()
    assert conversation.state == "open"
    assert Wait.objects.get().closed_at is None
    assert Event.objects.filter(name="conversations.customer_reopened").count() == 1
    desk = Client(headers={"accept-language": "en"})
    desk.force_login(factories.agent())
    assert "The customer opened it again in the portal" in page(desk.get(f"/desk/c/{conversation.id}/"))


def test_an_answer_opens_what_was_closed_lately_and_follows_what_was_closed_long_ago(shop, box):
    lately, long_ago = (factories.conversation(box, ANNA, subject=name) for name in ("Lately", "Long ago"))
    for one in (lately, long_ago):
        operations.resolve(one.id, actor=None)
    Conversation.objects.filter(id=long_ago.id).update(resolved_at=timezone.now() - timedelta(days=15))
    client = signed_in(shop)
    answer(client, shop, lately)
    lately.refresh_from_db()
    assert lately.state == "open"
    assert "begins a new one" in page(client.get(f"/my/{shop.slug}/{long_ago.id}/"))
    client.post(f"/my/{shop.slug}/{long_ago.id}/reopen/")
    long_ago.refresh_from_db()
    assert long_ago.state == State.RESOLVED
    answer(client, shop, long_ago, "It broke again.")
    new = Message.objects.get(text="It broke again.").conversation
    assert (new.subject, new.customer_id, new.channel.outgoing) == ("Long ago", long_ago.customer_id, box)
    assert Link.objects.get().other_id == long_ago.id
    assert client.get(f"/my/{shop.slug}/{new.id}/").status_code == 200


def test_a_vouched_customer_answers_from_the_address_the_shop_vouched_for(shop, box):

    conversation = factories.conversation(box, ANNA)
    identity = customers.accept_vouched(shop, vouching.Vouched(customer_id="17", email=ANNA))
    assert identity.customer_id == conversation.customer_id
    stored = operations.write_by_customer(conversation, identity, key="k", text="By the account")
    assert stored.conversation_id == conversation.id
    client = visitor()

    secret = customers.renew_secret(shop, actor=factories.agent(role="admin").pk)
    token = jwt.encode({"sub": "17", "exp": int(time.time()) + 60}, secret, "HS256")
    client.post(f"/my/{shop.slug}/vouch/", {"token": token})
    answer(client, shop, conversation)
    assert Message.objects.get(text="It is blue.").sender_address == ANNA


def test_a_rating_counts_for_who_answered_last_and_can_be_changed_for_three_days(shop, box):
    mari, siobhan = factories.agent("Mari"), factories.agent("Siobhan")
    conversation = factories.conversation(box, ANNA)
    address = f"/my/{shop.slug}/{conversation.id}/"
    client = signed_in(shop)
    good = {"score": "4", "comment": " Quick. <b>Thanks</b> "}
    client.post(f"{address}rate/", good)
    assert not Rating.objects.exists(), "nobody answered yet"
    for agent in (mari, siobhan):
        sent(operations.reply(conversation.id, agent, factories.answer("Done.")))
    client.post(f"{address}rate/", good)
    assert not Rating.objects.exists(), "it is not done"
    assert "How was it?" not in page(client.get(address))
    operations.resolve(conversation.id, actor=None)
    assert "How was it?" in page(client.get(address))
    for wrong in ("", "0", "6", "x"):
        assert client.post(f"{address}rate/", {"score": wrong}).headers["Location"] == f"{address}?unrated=1#rating"
    assert "Please choose how it was." in page(client.get(f"{address}?unrated=1"))
    client.post(f"{address}rate/", good)
    rating = Rating.objects.get()
    assert (rating.score, rating.comment, rating.agent) == (4, "Quick. <b>Thanks</b>", siobhan)
    assert "You rated it “good”" in page(client.get(address))
    desk = Client(headers={"accept-language": "en"})
    desk.force_login(mari)
    assert "The customer rated it: good “Quick. &lt;b&gt;Thanks&lt;/b&gt;”" in page(
        desk.get(f"/desk/c/{conversation.id}/")
    )
    client.post(f"{address}rate/", {"score": "1"})
    assert Rating.objects.values_list("score", "comment").get() == (1, "")
    Rating.objects.update(given_at=timezone.now() - timedelta(hours=72, seconds=1))
    client.post(f"{address}rate/", good)
    assert Rating.objects.get().score == 1
    told = Event.objects.filter(name="conversations.customer_rated").order_by("id").values_list("data", flat=True)
    assert [one["score"] for one in told] == [4, 1]
    assert all(set(one) == {"conversation_id", "customer_id", "score"} for one in told)


def test_a_passage_is_redacted_in_a_rating_too(shop, box):
    conversation = factories.conversation(box, ANNA, text="My code is 4711.")
    sent(operations.reply(conversation.id, factories.agent(), factories.answer("Done.")))
    operations.resolve(conversation.id, actor=None)
    operations.rate_by_customer(conversation.id, score=5, comment="4711 works", customer_id=conversation.customer_id)
    operations.redact_passage(conversation.id, "4711", reason="personal", actor=factories.agent(role="lead").pk)
    assert "4711" not in Rating.objects.get().comment


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_one_request_and_three_cost_the_same(shop, box):
    first = factories.conversation(box, ANNA)
    client = signed_in(shop)
    address, one = f"/my/{shop.slug}/", f"/my/{shop.slug}/{first.id}/"
    before = queries(client, address), queries(client, one)
    other = Channel.objects.get(shop=shop_that_mails("Other"))
    for channel in (box, other):
        factories.conversation(channel, ANNA)
    mari = factories.agent()
    for number in range(3):
        answer(client, shop, first, f"Again {number}", uploads=[SimpleUploadedFile(f"{number}.txt", b"one")])
        sent(operations.reply(first.id, mari, factories.answer(f"Answer {number}")))
    after = queries(client, address), queries(client, one)
    assert after == (before[0], before[1])
