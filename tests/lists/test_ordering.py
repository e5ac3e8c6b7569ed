"""Every order, page by page."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Priority
from shopbell.lists import ordering, queries
from shopbell.lists.models import Sort
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows() -> list[Conversation]:
    """Nine open ones, with equal instants and priorities among them, and one that is done."""
    box, now = factories.mailbox(), timezone.now()
    made = [
        factories.conversation(box, f"c{n}@x.example", occurred_at=now - timedelta(minutes=n // 2)) for n in range(9)
    ]
    for number, priority in ((2, Priority.URGENT), (5, Priority.LOW), (7, Priority.HIGH)):
        operations.prioritise(made[number].id, priority=priority, actor=None)
    for number in (1, 4):
        operations.await_customer(made[number].id, actor=None)
        Conversation.objects.filter(id=made[number].id).update(waiting_since=None)
    operations.resolve(factories.conversation(box, "done@x.example").id, actor=None)
    return list(Conversation.objects.order_by("id"))


def walk(sort: str, folders: list[str]) -> list[int]:
    seen: list[int] = []
    after = None
    while True:
        page = ordering.page(Conversation.objects.all(), sort, after, 2, folders)
        seen += [row.id for row in page]
        if len(page) < 2:
            return seen
        after = ordering.read(ordering.write(ordering.place(page[-1], sort)), sort)
        assert after == ordering.place(page[-1], sort)


@pytest.mark.parametrize("sort", Sort.values)
@pytest.mark.parametrize("folders", [["open"], ["open", "resolved"], []])
def test_an_order_is_complete_and_without_doubles(rows, sort, folders):
    wanted = [row for row in rows if not folders or row.folder in folders]
    order = ordering.ORDERS[sort]
    assert walk(sort, folders) == [row.id for row in sorted(wanted, key=order.place, reverse=order.descending)]


def test_who_does_not_wait_comes_last(rows):
    walked = walk(Sort.WAIT, ["open"])
    assert set(walked[-2:]) == {rows[1].id, rows[4].id}
    assert walked[0] in {rows[8].id}
    assert walk(Sort.PRIORITY, ["open"])[:2] == [rows[2].id, rows[7].id]


@pytest.fixture
def many(rows) -> list[Conversation]:
    """Among 3,000 that are done, as in a real desk: only so large does the planner's choice mean anything."""
    done = Conversation.objects.get(folder="resolved")
    copies = [copy.copy(done) for _number in range(3000)]
    for minutes, row in enumerate(copies):
        row.id, row.last_message_at = None, done.last_message_at - timedelta(minutes=minutes)
    Conversation.objects.bulk_create(copies)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE conversations_conversation")
    return rows


@pytest.mark.parametrize(
    ("sort", "index"),
    [
        (Sort.NEWEST, "conversation_folder"),
        (Sort.OLDEST, "conversation_folder"),
        (Sort.WAIT, "conversation_wait"),
        (Sort.PRIORITY, "conversation_priority"),
        (Sort.SNOOZED, "conversation_snooze_end"),
    ],
)
def test_each_order_walks_an_index_from_where_it_is(many, sort, index):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
    after = ordering.place(many[3], sort)
    plan = ordering._arranged(Conversation.objects.filter(folder="open"), sort, after)[:31].explain()
    assert index in plan
    assert "Sort" not in plan
    assert "Filter:" not in plan  # the place is looked up, nothing is read past


@pytest.mark.parametrize("written", ["", "x", "1", "1-2-3", "-1-2", "1-", "9" * 19 + "-1", "9" * 18 + "-1"])
def test_a_broken_place_is_none(written):
    assert ordering.read(written, Sort.NEWEST) is None


def test_a_page_walks_the_conversations_alone_and_reads_the_people_besides(rows):
    """Joined, a page deep in a large folder was sorted as a whole once there were some fifty agents."""
    mari = factories.agent()
    for row in rows[:3]:
        operations.assign(row.id, agent=mari, team=None, actor=None)
    where = queries.place(mari, "open", {})
    with CaptureQueriesContext(connection) as made:
        page = queries.page(mari, where)
        assert {row.assignee.name for row in page.rows if row.assignee_id} == {mari.name}
    assert ["JOIN" in one["sql"] for one in made if "conversations_conversation" in one["sql"]] == [False]
    assert len([one for one in made if "agents_agent" in one["sql"]]) == 1
