"""What a visitor says and is shown: once, in order, and nothing of anybody else's."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shopbell.channels.models import Inbound
from shopbell.chats import queries, tokens
from shopbell.chats.models import Line, Visit
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Message, Wait
from shopbell.events.models import Delivery
from shopbell.knowledge import operations as knowledge
from shopbell.knowledge.models import ArticleText
from shopbell.web.chat import floods
from tests import factories
from tests.web.chat.calling import Widget, chat, problem

pytestmark = pytest.mark.django_db


def conversation() -> Conversation:
    return Conversation.objects.select_related("channel").get()


def answered(text: str = "It is on its way.", **fields: object) -> Message:
    agent = factories.agent("Mari Maasikas")
    return operations.reply(conversation().id, agent, factories.answer(text, **fields))


def test_a_message_is_kept_raw_filed_and_numbered():
    widget = Widget(chat()).begin(name="Anna")
    client_id = str(uuid.uuid4())
    answer = widget.say("Wo ist mein Paket? 📦", client_id)
    assert answer.status_code == 201
    message = Message.objects.get()
    assert answer.json() == {"seq": 1, "at": message.occurred_at.isoformat()}
    raw = Inbound.objects.get()
    assert raw.state == "filed"
    assert json.loads(bytes(raw.body))["text"] == "Wo ist mein Paket? 📦"
    assert (message.kind, message.text, message.sender_name) == ("customer", "Wo ist mein Paket? 📦", "Anna")
    found = conversation()
    assert (found.channel_type, found.customer_name, found.folder) == ("chat", "Anna", "open")
    assert Wait.objects.get().closed_at is None
    visit = Visit.objects.get()
    assert (visit.conversation_id, visit.customer_id, visit.top) == (found.id, found.customer_id, 1)


def test_the_same_client_id_is_one_line_whatever_else_it_says():
    widget = Widget(chat()).begin()
    client_id = str(uuid.uuid4())
    first, again = widget.say("Hello", client_id), widget.say("Something else", client_id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Message.objects.get().text == "Hello"
    assert Inbound.objects.count() == 1


def test_another_visitor_may_use_the_same_client_id():
    channel, client_id = chat(), str(uuid.uuid4())
    one, other = Widget(channel).begin(), Widget(channel).begin()
    assert one.say("One", client_id).status_code == other.say("Other", client_id).status_code == 201
    assert [line["text"] for line in one.lines()] == ["One"]
    assert [line["text"] for line in other.lines()] == ["Other"]


def test_all_lines_of_a_visit_are_one_conversation_in_order():
    widget = Widget(chat()).begin()
    for text in ("One", "Two", "Three"):
        widget.say(text)
    assert conversation().messages.count() == 3
    assert [(line["seq"], line["text"], line["from"]) for line in widget.lines()] == [
        (1, "One", "you"),
        (2, "Two", "you"),
        (3, "Three", "you"),
    ]
    assert [line["seq"] for line in widget.lines(after=2)] == [3]


def test_an_answer_leaves_at_once_and_ends_the_wait():
    widget = Widget(chat()).begin()
    widget.say()
    message = answered("It is **on its way**.")
    assert (message.state, message.outbound.state) == ("sent", "sent")
    assert Wait.objects.get().closed_at is not None
    assert conversation().waiting_since is None
    assert not Delivery.objects.filter(handler__endswith="send_outbound").exists()
    line = widget.lines()[1]
    assert (line["seq"], line["from"], line["name"], line["text"]) == (2, "agent", "Mari", "It is **on its way**.")


def test_an_answer_in_a_chat_cannot_be_taken_back():
    widget = Widget(chat()).begin()
    widget.say()
    message = answered()
    assert operations.undo(message.id, message.author) is False
    assert len(widget.lines()) == 2


def test_an_answer_goes_to_the_visitor_whatever_was_typed():
    widget = Widget(chat()).begin()
    widget.say()
    message = answered()  # the factory's answer is addressed to a mailbox
    assert message.recipients["to"] == [[Visit.objects.get().customer.name, Visit.objects.get().address]]
    assert message.recipients["cc"] == []
    assert len(widget.lines()) == 2


def test_notes_stay_inside():
    widget = Widget(chat()).begin()
    widget.say()
    agent = factories.agent()
    operations.note(conversation().id, agent, body="She is angry.")
    assert [line["text"] for line in widget.lines()] == ["Where is my parcel?"]
    assert Line.objects.count() == 1


def test_a_formatted_answer_is_shown_formatted_and_harmless():
    widget = Widget(chat()).begin()
    widget.say()
    answered("", html='<p>It is <strong>here</strong><script>alert(1)</script> <a href="javascript:x">x</a></p>')
    line = widget.lines()[1]
    assert "<strong>here</strong>" in line["html"]
    assert "script" not in line["html"]
    assert line["text"].startswith("It is")


def test_what_a_visitor_writes_is_text():
    widget = Widget(chat()).begin()
    widget.say("<img src=x onerror=alert(1)>")
    assert (widget.lines()[0]["html"], widget.lines()[0]["text"]) == ("", "<img src=x onerror=alert(1)>")


def test_emoji_and_right_to_left_come_back_as_they_went():
    widget = Widget(chat()).begin()
    texts = ["👩‍👩‍👧‍👦 🇪🇪", "أين طلبي؟ רגע", "a\u202eb", "zero\u200bwidth", "می\u200cخواهم", "e\u0301" * 50, "\ufeffx"]
    for text in texts:
        assert widget.say(text).status_code == 201
    assert [line["text"] for line in widget.lines()] == texts
    assert list(Message.objects.order_by("id").values_list("text", flat=True)) == texts


@pytest.mark.parametrize("length", [100_000, 100_001])
def test_an_answer_may_be_longer_than_a_question_and_is_shown_whole(length: int):
    widget = Widget(chat()).begin()
    widget.say()
    answered("😀" * (length - 1) + ".")
    assert len(widget.lines()[1]["text"]) == length
    assert widget.lines()[1]["text"].endswith("😀.")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"text": "x" * 100_000}, (413, "too_long")),
        ({"text": "x" * 100_001}, (413, "too_long")),
        ({"text": "x" * 20_001}, (413, "too_long")),
        ({"text": " \n "}, (422, "empty")),
        ({"text": "\u200b\u2060 \ufeff"}, (422, "empty")),
        ({"text": 5}, (422, "text")),
        ({"text": "x", "client_id": "7"}, (422, "client_id")),
        ({"text": "x", "files": [7]}, (422, "no_file")),
        ({"text": "x", "files": "7"}, (422, "files")),
        ({"text": "x", "files": [1, 2, 3, 4, 5, 6]}, (422, "files")),
        ([], (400, "no_json")),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(said: object, expected: tuple[int, str]):
    widget = Widget(chat()).begin()
    if isinstance(said, dict):
        said = {"client_id": str(uuid.uuid4()), **said}
    assert problem(widget.ask("post", "messages", said)) == expected
    assert Message.objects.count() == Inbound.objects.count() == 0


def test_as_much_as_is_allowed_is_taken():
    widget = Widget(chat()).begin()
    for sign in "ä😀":
        assert widget.say(sign * 20_000).status_code == 201
    assert [line["text"] for line in widget.lines()] == ["ä" * 20_000, "😀" * 20_000]


def test_a_megabyte_is_refused_before_it_is_understood():
    widget = Widget(chat()).begin()
    assert problem(widget.say("x" * 1_100_000)) == (413, "too_large")


def test_a_flood_of_one_visitor_disturbs_no_other():
    channel = chat()
    one, other = Widget(channel).begin(), Widget(channel).begin()
    answers = [one.say(str(number)) for number in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {201}
    assert problem(answers[30]) == (429, "too_often")
    assert 0 < int(answers[30].headers["Retry-After"]) <= 60
    assert other.say().status_code == 201


def test_what_is_refused_to_one_is_not_counted_against_the_others():
    channel = chat()
    flood, other = Widget(channel).begin(), Widget(channel).begin()
    said = [flood.say(str(number)).status_code for number in range(floods.MESSAGES_PER_NETWORK_AND_MINUTE + 5)]
    assert said.count(201) == floods.MESSAGES_PER_VISIT_AND_MINUTE
    assert other.say().status_code == 201


def test_what_is_refused_to_a_network_is_not_counted_against_the_shop(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(floods, "MESSAGES_PER_NETWORK_AND_MINUTE", 3)
    monkeypatch.setattr(floods, "MESSAGES_PER_SHOP_AND_MINUTE", 5)
    channel = chat()
    flood = Widget(channel).begin()
    said = [flood.say(str(number)).status_code for number in range(9)]
    assert said == [201] * 3 + [429] * 6
    other = Widget(channel)
    other.client.defaults["REMOTE_ADDR"] = "198.51.100.7"
    assert other.begin().say().status_code == 201


def test_a_tab_that_only_asks_learns_that_something_was_taken_away():
    widget = Widget(chat()).begin()
    widget.say("My card is 4111 1111")
    widget.say("Hello")
    found = conversation()
    agent = factories.agent()

    def word() -> str:
        return widget.ask("get", "messages?after=9").json()["removed"]  # type: ignore[attr-defined]

    before = word()
    widget.say("More")
    assert word() == before
    operations.redact_passage(found.id, "4111 1111", reason="payment", actor=agent.pk)
    redacted = word()
    assert redacted != before
    operations.delete(found.id, reason="privacy", actor=agent.pk)
    assert word() not in (before, redacted)


def test_a_flood_of_visits_from_one_address_ends():
    channel = chat()
    for _number in range(60):
        Widget(channel).begin()
    answer = Widget(channel).ask("post", "visits", {"client_id": str(uuid.uuid4())})
    assert problem(answer) == (429, "too_often")
    assert Visit.objects.count() == 60


@pytest.mark.parametrize("token", ["", "x", "0" * 32 + "-" + "a" * 16, "5-aaaaaaaaaaaaaaaa"])
def test_a_forged_token_opens_nothing(token: str):
    widget = Widget(chat()).begin()
    widget.say()
    widget.token = token or "none"
    for method, path in (("get", "messages"), ("post", "messages"), ("post", "files")):
        assert problem(widget.ask(method, path, {} if method == "post" else None)) == (401, "no_visit")


def test_a_token_holds_when_the_secret_key_was_changed_as_long_as_the_former_one_is_named(settings: Any):
    widget = Widget(chat()).begin()
    widget.say()
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    assert tokens.read(widget.token) is None
    settings.SECRET_KEY_FALLBACKS = [former]
    assert [line["text"] for line in widget.lines()] == ["Where is my parcel?"]


def test_three_days_later_the_token_opens_the_visit_and_its_client_id_does_not():
    channel, visit_id, message_id = chat(), str(uuid.uuid4()), str(uuid.uuid4())
    widget = Widget(channel).begin(client_id=visit_id)
    widget.say("Hello", message_id)
    then = timezone.now() - timedelta(days=3)
    Visit.objects.update(created_at=then, seen_at=then)
    Inbound.objects.update(body=b"")  # raw bytes are forgotten after a while
    again = widget.say("Something else", message_id)
    assert (again.status_code, again.json()["seq"]) == (200, 1)
    assert widget.say("I am still here").json()["seq"] == 2
    assert [line["text"] for line in widget.lines()] == ["Hello", "I am still here"]
    assert problem(Widget(channel).ask("post", "visits", {"client_id": visit_id})) == (409, "visit_known")


def test_a_token_opens_nothing_in_another_shop():
    here, there = chat(), chat("Poder")
    widget = Widget(here).begin()
    widget.say()
    stranger = Widget(there)
    stranger.token = widget.token
    assert problem(stranger.ask("get", "messages")) == (401, "no_visit")


def test_an_unknown_or_paused_chat_is_not_there():
    channel = chat()
    channel.is_active = False
    channel.save()
    assert problem(Widget(channel).ask("get", "config")) == (404, "no_chat")


def test_any_page_may_ask_and_no_cookie_is_set():
    widget = Widget(chat())
    preflight = widget.ask("options", "messages")
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in preflight.headers
    widget.begin().say()
    assert not widget.client.cookies


def test_words_are_in_the_visitors_language():
    channel = chat()
    answer = Widget(channel).begin(language="de").say("")
    assert json.loads(answer.content)["code"] == "empty"
    config = Widget(channel).ask("get", "config?language=de").json()
    assert config["language"] == "de"
    assert config["privacy"]["text"].startswith("Verantwortlich")


def test_the_same_client_id_begins_one_visit():
    channel = chat()
    said = {"client_id": str(uuid.uuid4()), "language": "en", "email": "Anna@Customer.example"}
    first, again = (Widget(channel).ask("post", "visits", said) for _ in range(2))
    assert first.json() == again.json()
    assert first.json()["level"] == "known"
    assert first.json()["customer"] == {"name": "", "email": "anna@customer.example"}


def test_a_config_asks_the_database_no_more_for_more_chats(django_assert_max_num_queries):
    widget = Widget(chat())
    for _ in range(3):
        Widget(widget.channel).begin().say()
    widget.ask("get", "config")
    with django_assert_max_num_queries(2):  # whose host it is, and the chat
        widget.ask("get", "config")


def test_the_articles_read_before_the_first_message_are_named() -> None:
    channel = chat()
    knowledge.file_entry(channel.shop, knowledge.Entry("track", "Where is my parcel?", "Look here.", "en"))
    row = ArticleText.objects.get()
    widget = Widget(channel)
    widget.client.get(f"/help/{channel.shop.slug}/en/articles/{row.slug}/")
    widget.begin()
    widget.say()
    widget.say("And more")
    assert [one.about.get("read") for one in Message.objects.order_by("id")] == [[row.id], None]


def test_a_number_that_was_removed_is_waited_for_by_nobody():
    widget = Widget(chat()).begin()
    widget.say("One")
    widget.say("Two")
    operations.delete(Conversation.objects.get().id, reason="privacy", actor=None)
    emptied = widget.ask("get", "messages?after=0").json()
    assert (emptied["messages"], emptied["upto"], emptied["top"]) == ([], 2, 2)
    assert widget.say("Three").json()["seq"] == 3
    later = widget.ask("get", "messages?after=0").json()
    assert ([line["seq"] for line in later["messages"]], later["upto"], later["top"]) == ([3], 3, 3)


def test_a_long_chat_is_read_to_its_end_in_pieces(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queries, "MOST_LINES", 2)
    widget = Widget(chat()).begin()
    for number in range(5):
        widget.say(str(number))
    got, after = [], 0
    while True:
        answer = widget.ask("get", f"messages?after={after}").json()
        got += [line["text"] for line in answer["messages"]]
        if answer["upto"] >= answer["top"]:
            break
        assert answer["upto"] > after
        after = answer["upto"]
    assert got == ["0", "1", "2", "3", "4"]


def test_a_message_sent_again_after_it_was_deleted_is_refused_in_words_and_stays_away():
    widget = Widget(chat()).begin()
    client_id = str(uuid.uuid4())
    assert widget.say("Forget me", client_id).status_code == 201
    operations.delete(Conversation.objects.get().id, reason="privacy", actor=None)
    assert problem(widget.say("Forget me", client_id)) == (410, "removed")
    assert not Conversation.objects.exists()
    assert widget.say("Something else").status_code == 201
