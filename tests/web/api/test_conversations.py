"""Conversations over the API: listed in pages, read with a version, changed by whoever may."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shopbell.channels.models import Outbound
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Message
from shopbell.events.models import Event
from tests import factories
from tests.web.api.calling import Program, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    return Program(factories.agent())


def test_one_conversation_as_it_is_shown(program: Program):
    row = factories.conversation()
    answer = program.get(f"/conversations/{row.id}")
    assert answer.status_code == 200
    assert answer.json() == {
        "id": row.id,
        "shop_id": row.shop_id,
        "channel_id": row.channel_id,
        "channel_type": "email",
        "customer_id": row.customer_id,
        "customer_name": "Anna Saar",
        "subject": "Order 1042",
        "preview": "Where is my parcel?",
        "language": "en",
        "state": "open",
        "folder": "open",
        "priority": "normal",
        "assignee_id": None,
        "team_id": None,
        "tags": [],
        "custom": {},
        "snoozed_until": None,
        "waiting_since": row.waiting_since.isoformat().replace("+00:00", "Z"),
        "opened_at": row.opened_at.isoformat().replace("+00:00", "Z"),
        "resolved_at": None,
        "last_message_at": row.last_message_at.isoformat().replace("+00:00", "Z"),
        "last_message_id": row.last_message_id,
        "last_from_customer": True,
        "has_attachments": False,
        "has_failure": False,
        "merged_into_id": None,
    }


def test_the_version_saves_from_reading_twice_and_from_overwriting(program: Program):
    row = factories.conversation()
    path = f"/conversations/{row.id}"
    etag = program.get(path)["ETag"]
    assert program.get(path, If_None_Match=etag).status_code == 304
    changed = program.patch(path, {"priority": "high"}, If_Match=etag)
    assert (changed.status_code, changed.json()["priority"]) == (200, "high")
    assert changed["ETag"] == program.get(path)["ETag"] != etag
    late = program.patch(path, {"priority": "low"}, If_Match=etag)
    assert problem(late)[0] == 412
    assert late["ETag"] == changed["ETag"]
    assert Conversation.objects.get().priority == 3


def test_only_what_is_named_is_changed(program: Program):
    row = factories.conversation()
    team = factories.team()
    path = f"/conversations/{row.id}"
    assert program.patch(path, {"assignee_id": program.agent.pk, "team_id": team.id}).status_code == 200
    assert program.patch(path, {"tags": ["VIP ", "late"], "subject": "Parcel"}).status_code == 200
    answer = program.patch(path, {"tags": ["late"]}).json()
    assert (answer["tags"], answer["subject"]) == (["late"], "Parcel")
    assert (answer["assignee_id"], answer["team_id"]) == (program.agent.pk, team.id)
    assert program.patch(path, {"assignee_id": None}).json()["assignee_id"] is None
    actors = set(
        Event.objects.filter(conversation_id=row.id, actor_id__isnull=False).values_list("actor_id", flat=True)
    )
    assert actors == {program.agent.pk}


def test_pages_go_on_where_the_last_one_ended(program: Program):
    channel = factories.mailbox()
    rows = [factories.conversation(channel, f"c{number}@customer.example") for number in range(5)]
    first = program.get("/conversations?limit=2")
    assert [one["id"] for one in first.json()["items"]] == [rows[4].id, rows[3].id]
    link = first["Link"]
    assert link.endswith('rel="next"')
    address = link[1 : link.index(">")].removeprefix("http://localhost:8000/api/v1")
    second = program.get(address)
    assert [one["id"] for one in second.json()["items"]] == [rows[2].id, rows[1].id]
    last = program.get(f"/conversations?limit=2&after={second.json()['next']}")
    assert [one["id"] for one in last.json()["items"]] == [rows[0].id]
    assert last.json()["next"] is None
    assert "Link" not in last


def test_filters(program: Program):
    channel = factories.mailbox()
    mine, tagged, done = (factories.conversation(channel, f"c{number}@customer.example") for number in range(3))
    operations.assign(mine.id, agent=program.agent, team=None, actor=None)
    operations.change_tags(tagged.id, add=("vip",), actor=None)
    operations.resolve(done.id, actor=None)

    def found(query: str) -> list[int]:
        return sorted(one["id"] for one in program.get(f"/conversations?{query}").json()["items"])

    assert found("") == [mine.id, tagged.id]
    assert found("folder=any") == [mine.id, tagged.id, done.id]
    assert found("folder=resolved") == [done.id]
    assert found("assignee=me") == [mine.id]
    assert found(f"assignee={program.agent.pk}") == [mine.id]
    assert found("assignee=nobody") == [tagged.id]
    assert found("tag=VIP") == [tagged.id]
    assert found(f"customer_id={done.customer_id}&folder=any") == [done.id]
    assert found(f"shop_id={channel.shop_id}&folder=any&limit=100") == [mine.id, tagged.id, done.id]
    assert found("shop_id=9223372036854775807") == []


def test_a_list_asks_as_much_for_three_as_for_one(program: Program):
    channel = factories.mailbox()
    counts = []
    for number in (1, 2):
        for each in range(number):
            factories.conversation(channel, f"c{number}{each}@customer.example")
        program.get("/conversations")
        with CaptureQueriesContext(connection) as asked:
            answer = program.get("/conversations")
        assert len(answer.json()["items"]) == (1 if number == 1 else 3)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[1] <= 3  # the token, the count of uses, the list


def test_a_customers_message_is_filed_as_if_it_had_come_in(program: Program):
    channel = factories.mailbox()
    body = {
        "channel_id": channel.id,
        "customer": {"address": "Berta@customer.example", "name": "Berta Lill"},
        "subject": "Size",
        "text": "Is it large?",
    }
    answer = program.post("/conversations", body)
    assert answer.status_code == 201
    row = Conversation.objects.get()
    assert answer["Location"] == f"/api/v1/conversations/{row.id}"
    assert (answer.json()["customer_name"], answer.json()["last_from_customer"]) == ("Berta Lill", True)
    assert row.waiting_since is not None
    message = Message.objects.get()
    assert (message.kind, message.is_verified, message.text) == ("customer", False, "Is it large?")


def test_an_agent_writes_first(program: Program):
    channel = factories.mailbox()
    body = {
        "channel_id": channel.id,
        "sender": "agent",
        "customer": {"address": "berta@customer.example"},
        "subject": "Your parcel",
        "text": "It is late.",
    }
    answer = program.post("/conversations", body)
    assert answer.status_code == 201
    shown = answer.json()
    assert (shown["assignee_id"], shown["waiting_since"], shown["last_from_customer"]) == (
        program.agent.pk,
        None,
        False,
    )
    outbound = Outbound.objects.get()
    assert outbound.content["subject"] == "Your parcel"
    assert outbound.content["to"][0]["address"] == "berta@customer.example"
    names = set(Event.objects.filter(conversation_id=shown["id"]).values_list("name", flat=True))
    assert names == {"conversations.started", "conversations.agent_replied"}


def test_what_cannot_be_begun(program: Program):
    channel = factories.mailbox()
    body = {"channel_id": channel.id, "customer": {"address": "a@b.example"}, "text": "x"}
    wrong = [
        ({**body, "channel_id": channel.id + 1}, "/channel_id"),
        ({**body, "text": " \x00 "}, "/text"),
        ({**body, "customer": {"address": "nobody"}}, "/customer/address"),
        ({**body, "files": [7], "sender": "agent"}, "/files/0"),
        ({**body, "colour": "red"}, "/colour"),
        ({**body, "channel_id": "1"}, "/channel_id"),
    ]
    for sent, where in wrong:
        answer = program.post("/conversations", sent)
        assert problem(answer)[0] == 422
        assert [one["where"] for one in answer.json()["errors"]] == [where]
    assert not Conversation.objects.exists()


@pytest.mark.parametrize(
    ("action", "body", "state", "folder"),
    [
        ("resolve", None, "resolved", "resolved"),
        ("await-customer", None, "pending_customer", "open"),
        ("spam", None, "spam", "spam"),
        ("snooze", {"until": "2326-01-01T09:00:00+02:00"}, "open", "snoozed"),
    ],
)
def test_what_is_done_in_a_word_and_undone(program: Program, action: str, body: object, state: str, folder: str):
    row = factories.conversation()
    answer = program.post(f"/conversations/{row.id}/{action}", body)
    if action == "snooze":
        assert problem(answer)[0] == 422
        answer = program.post(f"/conversations/{row.id}/{action}", {"until": "2030-01-01T09:00:00+02:00"})
    assert (answer.status_code, answer.json()["state"], answer.json()["folder"]) == (200, state, folder)
    back = program.post(f"/conversations/{row.id}/reopen")
    assert (back.json()["state"], back.json()["folder"]) == ("open", "open")


def test_read_and_unread(program: Program):
    row = factories.conversation()
    assert program.post(f"/conversations/{row.id}/read").status_code == 204
    assert program.post(f"/conversations/{row.id}/unread").status_code == 204
