"""What a widget is told, by a real server and real sockets."""

from __future__ import annotations

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connection

from shopbell.chats import operations as chats
from shopbell.chats.models import Visit
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation
from shopbell.web.live import presence, visitors
from tests import factories
from tests.web.chat.calling import Widget, chat
from tests.web.chat.listening import streaming
from tests.web.test_live import listening

pytestmark = pytest.mark.django_db(transaction=True)


def visitor(*texts: str) -> tuple[Widget, Visit]:
    widget = Widget(chat()).begin()
    for text in texts:
        widget.say(text)
    return widget, Visit.objects.select_related("channel").get()


def answer(text: str, key: str = "") -> None:
    agent = factories.Agent.objects.first() or factories.agent("Mari Maasikas")
    operations.reply(Conversation.objects.get().id, agent, factories.answer(text, key=key or str(uuid.uuid4())))


def test_lines_come_as_they_are_released_and_a_stream_resumes_where_it_broke(server: str):
    _widget, visit = visitor("One")
    with streaming(server, visit) as listener:
        assert listener.status == 200
        assert "access-control-allow-origin: *" in listener.head
        assert listener.wait_for("message")[0]["text"] == "One"
        answer("Two")
        assert listener.wait_for("message", 2)[1]["from"] == "agent"
    answer("Three")
    with streaming(server, visit, after=2) as listener:
        (line,) = listener.wait_for("message")
        assert (line["seq"], line["text"]) == (3, "Three")
        assert [number for event, _data, number in listener.got if event == "message"] == ["3"]


def test_a_stream_begun_before_anything_was_said_hears_it(server: str):
    widget, visit = visitor()
    with streaming(server, visit) as listener:
        time.sleep(0.3)
        widget.say("First")
        assert listener.wait_for("message")[0]["text"] == "First"
        answer("Second")
        assert listener.wait_for("message", 2)[1]["text"] == "Second"


def test_many_answers_at_once_come_once_each_and_in_order(server: str):
    _widget, visit = visitor("Hello")
    factories.agent("Mari Maasikas")
    with streaming(server, visit) as one, streaming(server, visit) as other:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(_answer_in_thread, [f"Answer {number}" for number in range(24)]))
        for listener in (one, other):
            lines = listener.wait_for("message", 25)
            assert [line["seq"] for line in lines] == list(range(1, 26))
            assert {line["text"] for line in lines[1:]} == {f"Answer {number}" for number in range(24)}


def _answer_in_thread(text: str) -> None:
    try:
        answer(text)
    finally:
        connection.close()


def test_two_visitors_hear_their_own_lines_only(server: str):
    channel = chat()
    mine, theirs = Widget(channel).begin(), Widget(channel).begin()
    mine.say("Mine")
    theirs.say("Theirs")
    agent = factories.agent()
    visits = list(Visit.objects.select_related("channel").order_by("id"))
    with streaming(server, visits[0]) as one, streaming(server, visits[1]) as other:
        one.wait_for("message")
        operations.reply(visits[1].conversation_id, agent, factories.answer("For them"))
        assert [line["text"] for line in other.wait_for("message", 2)] == ["Theirs", "For them"]
        operations.note(visits[0].conversation_id, agent, body="A note")
        operations.reply(visits[0].conversation_id, agent, factories.answer("For me"))
        assert [line["text"] for line in one.wait_for("message", 2)] == ["Mine", "For me"]


def test_an_agent_who_writes_is_announced_and_one_who_reads_is(server: str):
    _widget, visit = visitor("Hello")
    agent = factories.agent("Mari Maasikas")
    with streaming(server, visit) as listener:
        listener.wait_for("message")
        operations.mark_read(Conversation.objects.get(), agent)
        _say_presence(visit.conversation_id, agent.pk, "noting")  # a note is no visitor's business
        assert listener.wait_for("typing") == [{"name": None}]
        _say_presence(visit.conversation_id, agent.pk, "typing")
        assert listener.wait_for("typing", 2)[1] == {"name": "Mari"}
        assert {"by_agent": 1} in listener.wait_for("read", 2)
        _say_presence(visit.conversation_id, agent.pk, "gone")
        assert listener.wait_for("typing", 3)[2] == {"name": None}


def _say_presence(conversation: int | None, agent: int, state: str) -> None:
    said = {"conversation": conversation, "agent": agent, "name": "Mari Maasikas", "state": state}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [presence.CHANNEL, json.dumps(said)])


def test_the_desk_sees_who_is_here_writes_has_read_and_looks_at_what(server: str):
    widget = Widget(chat(asks_page=True)).begin()
    widget.say("Hello")
    visit = Visit.objects.select_related("channel").get()
    answer("Yes?")
    number = visit.conversation_id
    with listening(server, factories.agent()) as desk:
        widget.ask("post", "typing", {})
        assert desk.wait_for("visitor")[0] | {"is_here": True} == {
            "conversation": number,
            "is_here": True,
            "is_typing": True,
            "page": None,
            "read_seq": 0,
        }
        widget.ask("post", "page", {"url": "https://shop.example/tea", "title": "Tea"})
        assert desk.wait_for("visitor", 2)[1]["page"] == {"url": "https://shop.example/tea", "title": "Tea"}
        widget.ask("post", "read", {"seq": 2})
        assert desk.wait_for("visitor", 3)[2]["read_seq"] == 2
        with streaming(server, visit) as listener:
            listener.wait_for("message")
        assert desk.wait_for("visitor", 4)[3] == {
            "conversation": number,
            "is_here": False,
            "is_typing": False,
            "page": None,
            "read_seq": 0,
        }


def test_a_partner_of_another_team_hears_nothing_of_visitors(server: str):
    widget, _visit = visitor("Hello")
    partner = factories.agent("Petra Partner", role="partner", teams=(factories.team(is_partner=True),))
    with listening(server, partner) as desk:
        widget.ask("post", "typing", {})
        time.sleep(0.5)
        assert desk.named("visitor") == []


@pytest.mark.parametrize("token", ["", "x", "0" * 32 + "-aaaaaaaaaaaaaaaa"])
def test_without_the_right_token_there_is_no_stream(server: str, token: str):
    _widget, visit = visitor("Hello")
    with streaming(server, visit, token=token) as listener:
        assert listener.status == 401
        assert "application/problem+json" in listener.head


def test_a_token_opens_no_stream_of_another_shop(server: str):
    _widget, visit = visitor("Hello")
    with streaming(server, visit, key=chat("Poder").address) as listener:
        assert listener.status == 401


def test_more_tabs_than_anybody_has_are_refused(server: str):
    _widget, visit = visitor("Hello")
    with _tabs(server, visit, 6), streaming(server, visit) as seventh:
        assert seventh.status == 429
        assert "retry-after" in seventh.head


def _tabs(server: str, visit: Visit, number: int) -> Any:
    stack = ExitStack()
    for _ in range(number):
        stack.enter_context(streaming(server, visit))
    return stack


def test_who_never_reads_loses_the_stream_and_disturbs_nobody(server: str):
    _widget, visit = visitor("Hello")
    agent = factories.agent()
    with streaming(server, visit, deaf=True, receive_buffer=2048), streaming(server, visit) as other:
        for number in range(60):
            operations.reply(visit.conversation_id, agent, factories.answer("x" * 19_000, key=f"k{number}"))
        assert len(other.wait_for("message", 61, seconds=40)) == 61
    lines = [one.seq for one in visit.lines.order_by("seq")]
    assert lines == list(range(1, 62))
    assert chats.number([visit.id]) == []


def test_a_stream_says_what_each_line_comes_after_so_nobody_waits_for_a_number_that_was_removed(server: str):
    widget, visit = visitor("One")
    answer("Two")
    assert [line["seq"] for line in widget.lines()] == [1, 2]
    first = Conversation.objects.get()
    operations.delete(first.id, reason="privacy", actor=None)
    widget.say("Three")
    with streaming(server, visit) as listener:
        (line,) = listener.wait_for("message")
        assert (line["seq"], line["after"], line["text"]) == (3, 0, "Three")
        answer("Four")
        assert [(one["seq"], one["after"]) for one in listener.wait_for("message", 2)] == [(3, 0), (4, 3)]


def test_open_pages_are_told_to_ask_again_when_something_was_removed(server: str):
    _widget, visit = visitor("My card is 4111 1111")
    with streaming(server, visit) as listener:
        listener.wait_for("message")
        operations.redact_passage(visit.conversation_id, "4111 1111", reason="payment", actor=None)
        assert listener.wait_for("renew") == [{}]
        operations.delete(visit.conversation_id, reason="privacy", actor=None)
        assert listener.wait_for("renew", 2) == [{}, {}]


def test_numbers_of_a_record_that_is_not_there_any_more_are_asked_for_anew(server: str):
    _widget, visit = visitor("One")
    with streaming(server, visit, after=50) as listener:
        assert listener.wait_for("renew") == [{}]
        answer("Two")
        assert listener.wait_for("message")[0]["seq"] == 2


def test_a_tab_that_is_far_behind_is_told_everything(server: str):
    """More lines than are read at once, and more bytes than may wait for one browser."""
    _widget, visit = visitor("Hello")
    agent = factories.agent()
    for number in range(40):
        operations.reply(visit.conversation_id, agent, factories.answer("ä" * 15_000, key=f"long{number}"))
    for number in range(210):
        operations.reply(visit.conversation_id, agent, factories.answer(f"short {number}", key=f"short{number}"))
    with streaming(server, visit) as listener:
        lines = listener.wait_for("message", 251, seconds=60)
        assert [line["seq"] for line in lines] == list(range(1, 252))
        assert [line["after"] for line in lines] == list(range(251))


def test_a_line_larger_than_all_that_may_wait_arrives_whole(server: str):
    _widget, visit = visitor("Hello")
    with streaming(server, visit) as listener:
        listener.wait_for("message")
        answer("😀" * 100_001)
        answer("Short")
        assert [len(line["text"]) for line in listener.wait_for("message", 3)] == [5, 100_001, 5]


def test_one_network_holds_and_opens_so_many_streams_and_no_more(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(visitors, "MOST_OF_NETWORK", 2)
    monkeypatch.setattr(visitors, "MOST_OPENED", 5)
    here = visitors.Visitors()
    streams = [visitors.VisitStream(visitors.Visitor(number, 1, None), 0, "a") for number in range(3)]
    for stream in streams[:2]:
        assert here.may_open("a")
        here.add(stream)
    assert not here.may_open("a")
    assert here.may_open("b"), "others are not disturbed"
    here.discard(streams[0])
    assert [here.may_open("a") for _try in range(3)] == [True, True, False], "five were asked for in this minute"
