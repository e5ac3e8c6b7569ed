"""Who leaves is mailed what they missed; who answers the mail is in the same conversation; who comes back sees all."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shopbell.channels import files
from shopbell.channels.models import Outbound
from shopbell.chats import jobs, operations
from shopbell.chats.models import Visit
from shopbell.chats.subscribers import HUB_SECONDS
from shopbell.conversations import operations as conversations
from shopbell.conversations.models import Conversation, Message, Participant
from shopbell.customers import proofs
from shopbell.customers.models import Proof
from shopbell.events import delivery
from shopbell.events.models import Delivery
from tests import factories
from tests.web.chat.calling import PNG, Widget, chat

pytestmark = pytest.mark.django_db


def left(minutes: float = 4) -> Visit:
    """The visitor's page has been away."""
    Visit.objects.update(seen_at=timezone.now() - timedelta(minutes=minutes))
    return Visit.objects.get()


def answer(text: str, **fields: object) -> Message:
    agent = factories.Agent.objects.first() or factories.agent("Mari Maasikas")
    message = conversations.reply(Conversation.objects.get().id, agent, factories.answer(text, **fields))
    operations.number(Visit.objects.values_list("id", flat=True))
    return message


def begun(**said: object) -> Widget:
    widget = Widget(chat()).begin(**{"email": "anna@customer.example", "name": "Anna Saar", **said})
    widget.say("Where is my parcel?")
    return widget


def delivered() -> None:
    """All that is owed now and in the next seconds: on a slow machine a batch ends before its last row."""
    soon = timezone.now() + timedelta(seconds=HUB_SECONDS)
    Delivery.objects.filter(due_at__lte=soon).update(due_at=timezone.now())
    while delivery.deliver("inside", 100):
        pass


def proved(widget: Widget) -> None:
    """By the code that was mailed."""
    said = {"email": "anna@customer.example", "name": ""}
    assert widget.ask("post", "address", said).status_code == 202
    code = proofs.code(Proof.objects.latest("id"))
    assert widget.ask("post", "code", {**said, "code": code}).status_code == 200


def mails() -> list[Outbound]:
    return list(Outbound.objects.filter(channel__type="email").order_by("id"))


def test_what_was_missed_goes_in_one_mail():
    begun()
    answer("It left on Monday.")
    answer("It arrives tomorrow.")
    left()
    jobs.follow_who_left()
    jobs.follow_who_left()
    (mail,) = mails()
    assert mail.channel == Visit.objects.get().channel.replies_through
    assert [who["address"] for who in mail.content["to"]] == ["anna@customer.example"]
    assert mail.content["subject"] == "Your chat with Kaubamaja"
    assert "It left on Monday." in mail.content["text"]
    assert "It arrives tomorrow." in mail.content["text"]
    assert "Where is my parcel?" not in mail.content["text"]
    assert mail.content["automatic"] is True


def test_the_mail_speaks_the_visitors_language():
    begun(language="de")
    answer("Er kommt morgen.")
    left()
    jobs.follow_who_left()
    assert Visit.objects.get().language == "de"
    assert "Er kommt morgen." in mails()[0].content["text"]


@pytest.mark.parametrize("why", ["is here", "has read", "no address", "just left", "no mailbox"])
def test_nothing_is_mailed_while_nothing_is_owed(why: str):
    widget = begun(**({"email": ""} if why == "no address" else {}))
    answer("It arrives tomorrow.")
    if why == "has read":
        widget.ask("post", "read", {"seq": 2})
    if why == "no mailbox":
        channel = Visit.objects.get().channel
        channel.replies_through = None
        channel.save()
    left({"is here": 0, "just left": 2.5}.get(why, 10))
    jobs.follow_who_left()
    assert mails() == []


def test_who_ended_the_chat_has_left():
    widget = begun()
    widget.ask("post", "end", {})
    answer("One more thing.")
    operations.follow(Visit.objects.get().id)
    assert len(mails()) == 1


def test_an_answer_after_that_is_mailed_at_once_and_alone():
    begun()
    answer("First.")
    left()
    jobs.follow_who_left()
    answer("Second.")
    delivered()
    assert ["Second." in mail.content["text"] for mail in mails()] == [False, True]
    assert "First." not in mails()[1].content["text"]
    delivered()
    assert len(mails()) == 2


def test_a_worker_leaves_answers_to_those_who_stream_for_a_moment():
    """It would hold their visits until its batch ends, and both waited for each other."""
    begun()
    conversations.reply(Conversation.objects.get().id, factories.agent("Mari Maasikas"), factories.answer("First."))
    owed = Delivery.objects.filter(handler="shopbell.chats.subscribers.release").values_list("due_at", flat=True)
    now = Delivery.objects.earliest("due_at").due_at  # PostgreSQL's, which is when the transaction began
    assert set(owed) == {now + timedelta(seconds=HUB_SECONDS)}
    delivery.deliver("inside", 100)
    assert Visit.objects.get().top == 1
    delivered()
    assert Visit.objects.get().top == 2


def test_the_mailed_answer_lands_in_the_conversation_and_is_seen_back_on_the_page():
    widget = begun()
    answer("It arrives tomorrow.")
    left()
    jobs.follow_who_left()
    mailbox, digest = Visit.objects.get().channel.replies_through, mails()[0]
    assert mailbox is not None
    came = factories.receive(mailbox, text="Thank you!", thread_ids=(digest.external_id,))
    assert came.conversation == Conversation.objects.get()
    assert len(widget.lines()) == 2, "whoever typed the address does not read what comes from it"
    proved(widget)
    assert [(line["from"], line["text"]) for line in widget.lines()] == [
        ("you", "Where is my parcel?"),
        ("agent", "It arrives tomorrow."),
        ("you", "Thank you!"),
    ]
    widget.say("I am back.")
    assert Conversation.objects.count() == 1
    assert [line["seq"] for line in widget.lines()] == [1, 2, 3, 4]


def test_the_token_of_the_mails_address_leads_back_too():
    begun()
    answer("It arrives tomorrow.")
    left()
    jobs.follow_who_left()
    mailbox, digest = Visit.objects.get().channel.replies_through, mails()[0]
    came = factories.receive(mailbox, text="Thank you!", reply_token=digest.content["reference"])
    assert came.conversation == Conversation.objects.get()


def test_no_mail_is_ever_addressed_to_a_visitors_chat_address():
    widget = begun()
    answer("It arrives tomorrow.")
    left()
    jobs.follow_who_left()
    mailbox = Visit.objects.get().channel.replies_through
    came = {"thread_ids": (mails()[0].external_id,), "occurred_at": timezone.now()}
    factories.receive(mailbox, text="Thank you!", **came)
    assert set(Participant.objects.values_list("address", flat=True)) == {"anna@customer.example"}
    widget.say("I am back.")
    answer("Good.")
    assert not [mail for mail in mails() if "visitor.invalid" in str(mail.content)]


def test_an_answer_by_mail_is_not_mailed_twice():
    begun()
    answer("First.")
    left()
    jobs.follow_who_left()
    mailbox = Visit.objects.get().channel.replies_through
    came = {"thread_ids": (mails()[0].external_id,), "occurred_at": timezone.now()}
    factories.receive(mailbox, text="Thank you!", **came)
    message = answer("By mail.", undo_seconds=0)
    assert message.channel == mailbox
    Outbound.objects.filter(id=message.outbound_id).update(state="sent", sent_at=timezone.now())
    conversations.record_outcome(message.outbound_id)
    operations.number([Visit.objects.get().id])
    jobs.follow_who_left()
    assert len(mails()) == 2
    assert Visit.objects.get().top == 2, "nobody proved the address: what went by mail is not shown"


def test_files_go_along():
    begun()
    blob = files.keep(ContentFile(PNG).read(), "label.png")
    answer("Here is the label.", files=[(blob, "label.png", "")])
    left()
    jobs.follow_who_left()
    assert [file["name"] for file in mails()[0].content["attachments"]] == ["label.png"]


def test_a_transcript_is_mailed_once_and_not_shown_to_the_visitor_as_a_line():
    widget = begun()
    answer("It arrives tomorrow.")
    assert widget.ask("post", "transcript", {}).status_code == 422, "nobody proved that the address is theirs"
    assert mails() == []
    proved(widget)
    assert widget.ask("post", "transcript", {}).status_code == 202
    assert widget.ask("post", "transcript", {}).status_code == 202
    (mail,) = mails()
    assert "Where is my parcel?" in mail.content["text"]
    assert "It arrives tomorrow." in mail.content["text"]
    assert len(widget.lines()) == 2
    (shown,) = Message.objects.filter(kind="auto_reply_out")
    assert "parcel" not in shown.text


def test_without_an_address_there_is_no_transcript():
    widget = Widget(chat()).begin()
    widget.say()
    answer = widget.ask("post", "transcript", {})
    assert (answer.status_code, answer.json()["code"]) == (422, "no_address")
    assert mails() == []


def test_a_line_a_worker_filed_belongs_to_its_visit():
    """The request was killed between keeping and filing."""
    widget = Widget(chat()).begin()
    visit, client_id = Visit.objects.get(), uuid.uuid4()
    posting = operations.posting
    raw = posting._raw(visit, client_id, "Hello?", [])
    posting.ingress.accept(visit.channel, raw, external_id=f"{visit.key.hex}:{client_id}")
    delivered()
    delivered()
    visit.refresh_from_db()
    assert visit.conversation == Conversation.objects.get()
    assert [(line["seq"], line["client_id"]) for line in widget.lines()] == [(1, str(client_id))]
    assert widget.say("Hello?", str(client_id)).json()["seq"] == 1
    assert Message.objects.count() == 1


def test_what_is_numbered_already_is_seen_without_a_lock():
    widget = begun()
    visit = Visit.objects.get()
    answer("It is on its way.")
    with CaptureQueriesContext(connection) as asked:
        assert operations.number([visit.id]) == []
    assert ["FOR NO KEY UPDATE" in one["sql"] for one in asked.captured_queries] == [False]
    widget.say("Thank you!")
    assert [line.seq for line in visit.lines.order_by("seq")] == [1, 2, 3]


def test_several_visits_are_numbered_at_once():
    begun()
    begun(email="bea@customer.example", name="Bea")
    talks = [visit.conversation_id for visit in Visit.objects.order_by("id")]
    for talk in talks:
        conversations.reply(talk, factories.agent(f"Agent {talk}"), factories.answer("Here!", key=f"a{talk}"))
    visits = list(Visit.objects.order_by("id").values_list("id", flat=True))
    made = operations.number(visits)
    assert sorted((one.visit_id, one.top) for one in made) == [(visits[0], 2), (visits[1], 2)]
    assert operations.number(visits) == []
