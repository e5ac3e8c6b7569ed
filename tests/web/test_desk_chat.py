"""A chat in the desk: who is at the other end, what they read, and the chats that go on above every list."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shopbell.channels.models import Channel
from shopbell.chats import operations as chats
from shopbell.chats.models import Visit
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Message
from tests import factories

pytestmark = pytest.mark.django_db


def chat(**fields: Any) -> Channel:
    return Channel.objects.create(shop=factories.shop("Poder"), type="chat", name="Chat", address="k1k2", **fields)


def visit(channel: Channel, text: str = "Where is it?", **fields: Any) -> Visit:
    """Somebody who has written one line."""
    row = chats.begin(channel, uuid.uuid4(), language="en", **fields)
    chats.post(row, uuid.uuid4(), text, [])
    row.refresh_from_db()
    return row


def talk(row: Visit) -> Conversation:
    assert row.conversation is not None
    return row.conversation


def answer(row: Visit, agent: Any, text: str = "It is on its way.") -> Message:
    sent = operations.reply(talk(row).id, agent, factories.answer(text))
    chats.number([row.id])
    return sent


def page(client: Client, row: Visit) -> str:
    return client.get(f"/desk/c/{talk(row).id}/").text


def test_who_is_at_the_other_end(client: Client) -> None:
    agent = factories.agent()
    client.force_login(agent)
    row = visit(chat(), email="anna@customer.example")
    Visit.objects.update(page_url="https://poder.example/blanket", page_title="Blanket <b>", seen_at=timezone.now())
    shown = page(client, row)
    assert "They typed this address; nothing proves it." in shown
    assert '<b class="address">anna<wbr>@customer<wbr>.example</b>' in shown
    assert (
        'href="https://poder.example/blanket" target="_blank" rel="noopener noreferrer nofollow">Blanket &lt;b&gt;'
        in shown
    )
    assert 'class="chip guest ok"' in shown
    assert "visitor.invalid" not in shown
    Visit.objects.update(page_url="javascript:alert(1)", seen_at=timezone.now() - timedelta(minutes=5))
    shown = page(client, row)
    assert "javascript:alert" not in shown
    assert 'class="chip guest calm"' in shown


def test_the_newest_of_ours_they_have_read_is_marked(client: Client) -> None:
    agent = factories.agent()
    client.force_login(agent)
    row = visit(chat())
    first, second = answer(row, agent, "First"), answer(row, agent, "Second")
    chats.read(row, 2)
    entries = client.get(f"/desk/c/{talk(row).id}/").context["entries"]
    ours = {entry.message.id: entry.message for entry in entries if entry.message and entry.message.side == "us"}
    assert [(ours[one.id].seq, ours[one.id].is_read) for one in (first, second)] == [(2, True), (3, False)]
    assert ours[first.id].leaves_at == ours[first.id].undo_url == ""


def test_the_composer_of_a_chat_asks_nothing_about_mail(client: Client) -> None:
    agent = factories.agent()
    client.force_login(agent)
    shown = page(client, visit(chat()))
    for name in ("to", "cc", "bcc", "language", "quotes"):
        assert f'name="{name}"' not in shown, name
    assert "data-enter" not in shown
    mail = client.get(f"/desk/c/{factories.conversation().id}/").text
    assert 'name="cc"' in mail
    assert 'name="language"' in mail


def test_enter_sends_for_who_wants_it(client: Client) -> None:
    agent = factories.agent()
    client.force_login(agent)
    kept = {"name": "Mari", "language": "en", "time_zone": "Europe/Tallinn", "theme": "auto", "keys": "on"}
    client.post("/desk/preferences/", {**kept, "enter": "on"})
    assert client.cookies["enter"].value == "sends"
    assert 'data-enter="sends"' in page(client, visit(chat()))
    assert "data-enter" not in client.get(f"/desk/c/{factories.conversation().id}/").text


def test_chats_that_go_on_are_above_every_list(client: Client) -> None:
    agent, other = factories.agent(), factories.agent("Other")
    client.force_login(agent)
    channel = chat()
    mine, free, theirs, left = (visit(channel, name=name) for name in ("Mine", "Free", "Theirs", "Left"))
    operations.assign(talk(mine).id, agent=agent, team=None, actor=agent.pk)
    operations.assign(talk(theirs).id, agent=other, team=None, actor=other.pk)
    Visit.objects.filter(id=left.id).update(seen_at=timezone.now() - timedelta(minutes=20))
    shown = client.get("/desk/?view=resolved").context["listing"].chats
    assert [(one.id, one.is_mine, one.is_unread) for one in shown] == [
        (talk(mine).id, True, True),
        (talk(free).id, False, True),
    ]
    chats.end(mine)
    assert len(client.get("/desk/").context["listing"].chats) == 1


def test_a_partner_sees_no_chats_of_others(client: Client) -> None:
    team = factories.team(is_partner=True)
    client.force_login(factories.agent(role="partner", teams=(team,)))
    visit(chat())
    assert client.get("/desk/").context["listing"].chats == []


def test_many_chats_cost_no_more_queries(client: Client) -> None:
    client.force_login(factories.agent())
    channel = chat()

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get("/desk/")
        return len(caught)

    visit(channel)
    queries()
    one = queries()
    visit(channel)
    visit(channel)
    assert queries() == one


def test_how_many_chats_an_agent_takes_is_theirs_to_say(client: Client) -> None:
    agent = factories.agent()
    client.force_login(agent)
    client.post("/desk/preferences/availability/", {"chats_at_once": "2"})
    agent.refresh_from_db()
    assert agent.chats_at_once == 2
    assert client.post("/desk/preferences/availability/", {"chats_at_once": "-1"}).status_code == 422
    client.post("/desk/preferences/availability/", {"chats_at_once": ""})
    agent.refresh_from_db()
    assert agent.chats_at_once is None
