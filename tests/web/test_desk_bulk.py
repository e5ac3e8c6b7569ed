"""Changing several conversations, in the desk."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shopbell.conversations.models import Conversation
from shopbell.lists import operations
from shopbell.lists.models import Bulk
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, a few are one chunk."""
    monkeypatch.setattr("shopbell.lists.operations.bulk.LONGEST_CHUNK_SECONDS", 60)


@pytest.fixture
def numbers() -> list[int]:
    return [factories.conversation().id for _ in range(3)]


def do(desk: Client, action: str, numbers: list[int], **fields: Any) -> Any:
    return desk.post("/desk/bulk/", {"do": action, "key": "k", "c": numbers, **fields})


def folders() -> list[str]:
    return list(Conversation.objects.order_by("id").values_list("folder", flat=True))


def test_the_rows_can_be_selected_and_the_form_is_there(desk, numbers):
    html = desk.get("/desk/").content.decode()
    assert len(re.findall(r'<input type="checkbox" class="pick" name="c" value="\d+" form="bulk"', html)) == 3
    assert '<form id="bulk"' in html
    keys = [re.search(r'name="key" value="([^"]+)"', desk.get("/desk/").content.decode())[1] for _ in range(2)]
    assert keys[0] != keys[1]


def test_who_may_not_answer_selects_nothing(client, numbers):
    client.force_login(factories.agent("Adam", "admin"))
    html = client.get("/desk/").content.decode()
    assert 'class="pick"' not in html
    assert '<form id="bulk"' not in html
    assert do(client, "resolve", numbers).status_code == 403
    assert folders() == ["open"] * 3


def test_a_few_are_changed_at_once_and_taken_back(desk, numbers):
    assert do(desk, "resolve", numbers[:2]).status_code == 303
    assert folders() == ["resolved", "resolved", "open"]
    bulk = Bulk.objects.get()
    html = desk.get(f"/desk/bulk/{bulk.id}/").content.decode()
    assert "2 conversations changed." in html
    assert f'hx-get="/desk/bulk/{bulk.id}/?view=open" hx-trigger="load"' in desk.get("/desk/").content.decode()
    assert desk.post(f"/desk/bulk/{bulk.id}/", {"do": "undo"}).status_code == 303
    assert folders() == ["open"] * 3
    undone = Bulk.objects.get(undoes=bulk)
    assert "2 conversations are as they were." in desk.get(f"/desk/bulk/{undone.id}/").content.decode()
    desk.post(f"/desk/bulk/{undone.id}/", {"do": "dismiss"})
    assert "bulk-panel" not in desk.get("/desk/").content.decode()


def test_the_same_click_twice_is_one(desk, numbers):
    do(desk, "resolve", numbers)
    do(desk, "resolve", numbers)
    assert Bulk.objects.count() == 1


def test_the_whole_view_is_more_than_what_is_shown(desk):
    box = factories.mailbox()
    for number in range(35):
        factories.conversation(box, f"c{number}@x.example")
    do(desk, "spam", [], all="1")
    bulk = Bulk.objects.get()
    assert (bulk.total, bulk.done) == (35, 0)  # the worker's
    assert "Changing 0 of 35 …" in desk.get(f"/desk/bulk/{bulk.id}/").content.decode()
    operations.work(bulk.id)
    bulk.refresh_from_db()
    assert bulk.done == 25
    html = desk.get(f"/desk/bulk/{bulk.id}/", headers={"HX-Request": "true"}).content.decode()
    assert '<progress max="35" value="25"' in html
    assert 'hx-trigger="every 1s"' in html
    desk.post(f"/desk/bulk/{bulk.id}/", {"do": "cancel"})
    html = desk.get(f"/desk/bulk/{bulk.id}/").content.decode()
    assert "25 conversations changed. Cancelled: the others were not touched." in html
    assert Conversation.objects.filter(folder="spam").count() == 25


def test_what_has_to_be_said_is_asked_first(desk, numbers):
    answer = do(desk, "assign", numbers)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Assign 3 conversations" in html
    assert [int(number) for number in re.findall(r'name="c" value="(\d+)"', html)] == numbers
    assert not Bulk.objects.exists()
    part = desk.post("/desk/bulk/", {"do": "tags", "key": "k", "c": numbers}, headers={"HX-Request": "true"})
    assert part["HX-Retarget"] == "#dialog-body"
    assert "<html" not in part.content.decode()


@pytest.mark.parametrize(
    ("action", "fields", "kept"),
    [
        ("assign", {"to": "me"}, {"assignee__name": "Mari Maasikas"}),
        ("tags", {"add": "Late, vip", "remove": ""}, {"tags": ["late", "vip"]}),
        ("priority", {"priority": "4"}, {"priority": 4}),
        ("snooze", {"until": (timezone.now() + timedelta(days=1)).isoformat()}, {"folder": "snoozed"}),
        ("snooze", {"when": "tomorrow 9", "until": ""}, {"folder": "snoozed"}),
        ("read", {}, {"folder": "open"}),
    ],
)
def test_each_of_the_actions(desk, numbers, action, fields, kept):
    assert do(desk, action, numbers, said="1", **fields).status_code == 303
    assert Conversation.objects.filter(**kept).count() == 3
    assert Bulk.objects.get().changed == 3


@pytest.mark.parametrize(
    ("action", "fields", "said"),
    [
        ("assign", {"to": "agent:999999"}, "does not exist any more"),
        ("assign", {}, "does not exist any more"),
        ("tags", {"add": " , "}, "Type at least one tag."),
        ("tags", {"add": "a", "remove": "A"}, "A tag cannot be added and removed at once."),
        ("snooze", {"until": "soon"}, "Choose a day and a time."),
        ("snooze", {"when": "soonish"}, "“soonish” is not understood"),
        ("snooze", {"until": "2020-01-01T10:00"}, "Choose a time to come."),
        ("priority", {"priority": "9"}, "Choose one."),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is(desk, numbers, action, fields, said):
    answer = do(desk, action, numbers, said="1", **fields)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Bulk.objects.exists()


def test_nothing_selected_too_many_and_nonsense(desk, numbers, monkeypatch):
    assert do(desk, "resolve", []).status_code == 303
    assert "Nothing is selected any more." in desk.get("/desk/").content.decode()
    monkeypatch.setattr("shopbell.web.desk.bulk.MOST", 2)
    assert do(desk, "resolve", numbers).status_code == 303
    assert "At most 2 conversations can be changed at once." in desk.get("/desk/").content.decode()
    assert do(desk, "explode", numbers).status_code == 404
    assert desk.post("/desk/bulk/", {"do": "resolve", "c": numbers}).status_code == 404
    assert not Bulk.objects.exists()


def test_a_partner_agent_changes_their_own_and_sees_nobodys_changes(client, agent, numbers):
    theirs = operations.start(agent, key="k", action="resolve", values={}, conversations=numbers)
    team = factories.team(is_partner=True)
    client.force_login(factories.agent("Pia", "partner", (team,)))
    do(client, "resolve", numbers)
    assert folders() == ["open"] * 3
    assert client.get(f"/desk/bulk/{theirs.id}/").status_code == 404
    assert client.post(f"/desk/bulk/{theirs.id}/", {"do": "cancel"}).status_code == 404
