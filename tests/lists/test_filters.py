"""What a filter finds, refuses and leaves out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Folder, Priority
from shopbell.lists.filters import compiling, contradiction, tree
from tests import factories

pytestmark = pytest.mark.django_db


def one(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def all_of(*conditions: dict[str, Any]) -> tree.Tree:
    return {"match": "all", "of": list(conditions)}


def any_of(*conditions: dict[str, Any]) -> tree.Tree:
    return {"match": "any", "of": list(conditions)}


def ago(n: int, unit: str) -> dict[str, Any]:
    return {"n": n, "unit": unit}


def found(wanted: tree.Tree, agent: Any = None) -> list[int]:
    assert tree.check(wanted) == []
    rows = Conversation.objects.filter(compiling.compile(wanted, agent, compiling.look_up(wanted)))
    return sorted(rows.values_list("id", flat=True))


@pytest.fixture
def world() -> dict[str, Any]:
    """Three conversations that differ in everything."""
    mari, kadri = factories.agent("Mari"), factories.agent("Kadri")
    team, now = factories.team(), timezone.now()
    first = factories.conversation(occurred_at=now - timedelta(hours=3), subject="Order 1042 50%")
    second = factories.conversation(occurred_at=now - timedelta(days=9), subject="Refund")
    third = factories.conversation(occurred_at=now - timedelta(minutes=5), subject="Hello")
    for row, language in ((first, "de"), (second, "en"), (third, "et")):
        Conversation.objects.filter(id=row.id).update(language=language)
    operations.assign(first.id, agent=mari, team=team, actor=None)
    operations.change_tags(first.id, add=("vip", "late"), actor=None)
    operations.prioritise(first.id, priority=Priority.URGENT, actor=None)
    operations.assign(second.id, agent=kadri, team=None, actor=None)
    operations.change_tags(second.id, add=("late",), actor=None)
    operations.resolve(second.id, actor=None)
    operations.snooze(third.id, until=now + timedelta(hours=2), actor=None)
    return {"mari": mari, "kadri": kadri, "team": team, "now": now, "rows": [first, second, third]}


# What each condition finds, as places in `world`.
CASES: list[tuple[dict[str, Any], list[int]]] = [
    (one("state", "is", ["resolved"]), [1]),
    (one("state", "is_not", ["resolved"]), [0, 2]),
    (one("folder", "is", ["open", "snoozed"]), [0, 2]),
    (one("assignee", "is", ["me"]), [0]),
    (one("assignee", "is_not", ["me"]), [1, 2]),
    (one("assignee", "is", ["nobody"]), [2]),
    (one("assignee", "is", ["somebody"]), [0, 1]),
    (one("assignee", "is", ["nobody", "me"]), [0, 2]),
    (one("team", "is", ["none"]), [1, 2]),
    (one("team", "is_not", ["none"]), [0]),
    (one("tags", "any", ["vip", "late"]), [0, 1]),
    (one("tags", "all", ["vip", "late"]), [0]),
    (one("tags", "none", ["vip"]), [1, 2]),
    (one("priority", "is", ["4"]), [0]),
    (one("subject", "contains", "order 1042"), [0]),
    (one("subject", "contains", "50%"), [0]),
    (one("subject", "contains", "5%0"), []),
    (one("subject", "lacks", "order"), [1, 2]),
    (one("language", "is", ["de", "et"]), [0, 2]),
    (one("channel_type", "is", ["email"]), [0, 1, 2]),
    (one("waits", "yes"), [0, 2]),
    (one("waits", "no"), [1]),
    (one("waiting_since", "older", ago(2, "h")), [0]),
    (one("waiting_since", "newer", ago(2, "h")), [2]),
    (one("last_message_at", "newer", ago(1, "w")), [0, 2]),
    (one("last_message_at", "older", ago(1, "w")), [1]),
    (one("created", "older", ago(10, "min")), [0, 1]),
    (one("created", "newer", ago(4, "h")), [0, 2]),
    (one("snoozed_until", "soon", ago(3, "h")), [2]),
    (one("snoozed_until", "soon", ago(1, "h")), []),
    (one("unread", "yes"), [0, 1, 2]),
    (one("last_from_customer", "yes"), [0, 1, 2]),
    (one("attachment", "yes"), []),
    (one("failure", "no"), [0, 1, 2]),
]


@pytest.mark.parametrize(("condition", "places"), CASES, ids=lambda value: str(value)[:70])
def test_a_condition_finds_what_it_says(world, condition, places):
    assert found(all_of(condition), world["mari"]) == sorted(world["rows"][place].id for place in places)


def test_everything_by_its_number(world):
    first, second, third = world["rows"]
    assert found(all_of(one("shop", "is", [str(second.shop_id)]))) == [second.id]
    assert found(all_of(one("channel", "is_not", [str(second.channel_id)]))) == [first.id, third.id]
    assert found(all_of(one("assignee", "is", [str(world["kadri"].id)]))) == [second.id]
    assert found(all_of(one("team", "is", [str(world["team"].id)]))) == [first.id]
    assert found(all_of(one("customer", "is", [str(first.customer_id)]))) == [first.id, second.id, third.id]


def test_days_are_instants(world):
    at = (world["now"] - timedelta(days=1)).isoformat()
    assert found(all_of(one("created", "before", at))) == [world["rows"][1].id]
    assert found(all_of(one("created", "from", at))) == [world["rows"][0].id, world["rows"][2].id]


def test_all_any_and_groups(world):
    first, second, third = world["rows"]
    late, vip, resolved = one("tags", "any", ["late"]), one("tags", "any", ["vip"]), one("state", "is", ["resolved"])
    snoozed = one("folder", "is", ["snoozed"])
    assert found(all_of(late, resolved)) == [second.id]
    assert found(any_of(vip, resolved)) == [first.id, second.id]
    assert found(all_of(late, any_of(vip, resolved))) == [first.id, second.id]
    assert found(any_of(snoozed, all_of(late, vip))) == [first.id, third.id]


def test_unread_is_about_who_asks(world):
    first = world["rows"][0]
    operations.mark_read(first, world["mari"])
    assert first.id not in found(all_of(one("unread", "yes")), world["mari"])
    assert first.id in found(all_of(one("unread", "yes")), world["kadri"])
    operations.mark_unread(first, world["mari"])
    assert first.id in found(all_of(one("unread", "yes")), world["mari"])


def test_what_is_gone_is_left_out(world):
    second = world["rows"][1]
    gone = one("shop", "is", ["999999"])
    assert found(all_of(gone, one("state", "is", ["resolved"]))) == [second.id]
    assert found(all_of(one("shop", "is", ["999999", str(second.shop_id)]))) == [second.id]
    assert found(all_of(one("tags", "any", ["no such tag"]), one("waits", "no"))) == [second.id]


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        (all_of(), ()),
        ({"match": "some", "of": [one("waits", "yes")]}, ()),
        ([], ()),
        (all_of(one("colour", "is", ["red"])), (0,)),
        (all_of(one("waits", "yes"), one("state", "contains", ["open"])), (1,)),
        (all_of(one("state", "is", [])), (0,)),
        (all_of(one("state", "is", "open")), (0,)),
        (all_of(one("state", "is", ["x"] * 201)), (0,)),
        (all_of(one("subject", "contains", "  ")), (0,)),
        (all_of(one("subject", "contains", "x" * 201)), (0,)),
        (all_of(one("created", "older", {"n": 0, "unit": "h"})), (0,)),
        (all_of(one("created", "older", {"n": 3, "unit": "years"})), (0,)),
        (all_of(one("created", "soon", ago(3, "h"))), (0,)),
        (all_of(one("created", "before", "yesterday")), (0,)),
        (all_of(one("waits", "yes"), any_of(one("waits", "yes"), one("tags", "any", []))), (1, 1)),
        (all_of(any_of()), (0,)),
        (all_of(any_of(any_of(one("waits", "yes")))), (0, 0)),
        (all_of(*[one("waits", "yes")] * 41), ()),
    ],
)
def test_what_is_incomplete_is_said_at_its_place(wanted, path):
    problems = tree.check(wanted)
    assert [each.path for each in problems] == [path]
    assert problems[0].text


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        (all_of(one("state", "is", ["open"]), one("state", "is", ["resolved"])), (1,)),
        (all_of(one("state", "is", ["open"]), one("state", "is_not", ["open"])), (1,)),
        (all_of(one("state", "is", ["resolved"]), one("folder", "is", ["open"])), (1,)),
        (all_of(one("folder", "is", ["resolved"]), one("waits", "yes")), (1,)),
        (all_of(one("folder", "is", ["open"]), one("snoozed_until", "soon", ago(3, "h"))), (1,)),
        (all_of(one("assignee", "is", ["nobody"]), one("assignee", "is", ["somebody"])), (1,)),
        (all_of(one("assignee", "is", ["nobody"]), one("assignee", "is", ["me"])), (1,)),
        (all_of(one("tags", "all", ["a", "b"]), one("tags", "none", ["b"])), (1,)),
        (all_of(one("tags", "none", ["a", "b"]), one("tags", "any", ["b", "a"])), (1,)),
        (all_of(one("subject", "contains", "Order late"), one("subject", "lacks", "order")), (1,)),
        (all_of(one("created", "older", ago(2, "h")), one("created", "newer", ago(1, "h"))), (1,)),
        (all_of(one("waits", "yes"), one("waits", "no")), (1,)),
        (all_of(one("waits", "no"), one("waiting_since", "older", ago(1, "h"))), (1,)),
        (
            all_of(
                one("created", "from", "2026-11-20T00:00:00+00:00"),
                one("created", "before", "2026-11-19T00:00:00+00:00"),
            ),
            (1,),
        ),
        (all_of(one("waits", "yes"), all_of(one("unread", "yes"), one("waits", "no"))), (1, 1)),
        (
            all_of(one("folder", "is", ["open"]), any_of(one("folder", "is", ["spam"]), one("state", "is", ["spam"]))),
            (1, 0),
        ),
        (any_of(one("unread", "yes"), all_of(one("waits", "yes"), one("waits", "no"))), (1, 1)),
    ],
)
def test_what_can_never_be_is_said_at_its_place(wanted, path):
    assert tree.check(wanted) == []
    assert [each.path for each in contradiction.find(wanted)] == [path]


@pytest.mark.parametrize(
    "wanted",
    [
        any_of(one("state", "is", ["open"]), one("state", "is", ["resolved"])),
        all_of(one("assignee", "is", ["me"]), one("assignee", "is", ["7"])),
        all_of(one("assignee", "is", ["7"]), one("assignee", "is_not", ["me"])),
        all_of(one("assignee", "is", ["somebody"]), one("assignee", "is_not", ["me"])),
        all_of(one("folder", "is", ["open"]), any_of(one("folder", "is", ["spam"]), one("waits", "yes"))),
        all_of(one("tags", "any", ["a", "b"]), one("tags", "none", ["b"])),
        all_of(one("created", "older", ago(1, "h")), one("created", "newer", ago(2, "h"))),
        all_of(one("language", "is_not", ["de"]), one("language", "is_not", ["en"])),
        all_of(one("state", "is", ["pending_customer"]), one("folder", "is", ["snoozed"])),
        all_of(one("customer", "is_not", ["1"]), one("customer", "is_not", ["2"])),
    ],
)
def test_what_can_be_is_not_called_a_contradiction(wanted):
    assert contradiction.find(wanted) == []


def test_only_the_folders_that_can_be_are_read():
    assert compiling.folders(all_of(one("folder", "is", ["open"]))) == ["open"]
    assert compiling.folders(all_of(one("state", "is", ["resolved", "closed"]))) == ["resolved"]
    assert compiling.folders(all_of(one("folder", "is_not", ["spam"]))) == ["merged", "open", "resolved", "snoozed"]
    assert compiling.folders(any_of(one("folder", "is", ["open"]), one("waits", "no"))) == sorted(Folder.values)
    assert compiling.folders(all_of(one("tags", "any", ["a"]))) == ["open", "resolved", "snoozed"]


def test_spam_is_found_by_who_asks_for_it(world):
    first = world["rows"][0]
    operations.mark_spam(first.id, actor=None)
    assert first.id not in found(all_of(one("tags", "any", ["vip", "late"])))
    assert first.id in found(all_of(one("tags", "any", ["vip", "late"]), one("folder", "is", ["spam", "resolved"])))


def test_a_tag_in_a_filter_follows_its_name():
    wanted = all_of(one("tags", "any", ["a", "b"]), any_of(one("tags", "none", ["a"]), one("waits", "yes")))
    renamed = tree.replace_tag(wanted, "a", "b")
    assert [each["value"] for _path, each in tree.conditions(renamed) if each["field"] == "tags"] == [["b"], ["b"]]
    assert tree.replace_tag(all_of(one("tags", "any", ["a"])), "a", "")["of"][0]["value"] == ["a"]


OWN: list[tuple[dict[str, Any], list[int]]] = [
    (one("custom:size:some", "is", ["L", "XL"]), [0]),
    (one("custom:size:some", "is_not", ["L"]), [1, 2]),
    (one("custom:reasons:tags", "any", ["late", "lost"]), [0, 1]),
    (one("custom:reasons:tags", "all", ["late", "lost"]), [1]),
    (one("custom:reasons:tags", "none", ["late"]), [2]),
    (one("custom:gift:flag", "yes"), [0]),
    (one("custom:gift:flag", "no"), [1, 2]),
    (one("custom:ordered:text", "contains", "sb-1"), [0]),
    (one("custom:ordered:text", "lacks", "sb-1"), [1, 2]),
    (one("custom:pieces:number", "least", 3), [1]),
    (one("custom:pieces:number", "most", 2.5), [0]),
    (one("custom:bought:date", "least", "2026-11-02"), [1]),
    (one("custom:bought:date", "most", "2026-11-02"), [0]),
    (one("attribute:vip:flag", "yes"), [0, 1, 2]),
    (one("attribute:vip:flag", "no"), []),
]


@pytest.mark.parametrize(("condition", "places"), OWN, ids=lambda value: str(value)[:70])
def test_fields_of_the_shops_own_are_asked(world, condition, places):
    values = [
        {"size": "L", "reasons": ["late"], "gift": True, "ordered": "SB-1042", "pieces": 2, "bought": "2026-11-01"},
        {"size": "M", "reasons": ["late", "lost"], "gift": False, "pieces": 3, "bought": "2026-11-10"},
        {},
    ]
    for row, custom in zip(world["rows"], values, strict=True):
        Conversation.objects.filter(id=row.id).update(custom=custom)
    type(world["rows"][0].customer).objects.update(custom={"vip": True})
    assert found(all_of(condition)) == sorted(world["rows"][place].id for place in places)


def test_bounds_that_exclude_each_other_are_said():
    wanted = all_of(one("custom:pieces:number", "least", 3), one("custom:pieces:number", "most", 2))
    assert [each.path for each in contradiction.find(wanted)] == [(1,)]
    assert tree.check(all_of(one("custom:pieces:number", "least", None)))
    assert tree.check(all_of(one("custom:bought:date", "least", "soon")))
    assert tree.check(all_of(one("custom:x:nonsense", "least", 1)))
