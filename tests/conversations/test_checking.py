"""Checklists."""

from __future__ import annotations

import pytest

from shopbell.conversations import operations
from shopbell.conversations.models import ChecklistItem, ChecklistTemplate
from shopbell.events.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


def steps() -> list[str]:
    return list(ChecklistItem.objects.order_by("position").values_list("text", flat=True))


@pytest.fixture
def row():
    return factories.conversation()


def add(row, *texts: str, key: str = "k") -> int:
    return operations.add_items(row.id, texts, key=key, actor=None)


def test_steps_are_added_once_per_key_in_order(row):
    assert add(row, "Ask for a picture", " ", "Call\nthe carrier") == 2
    assert add(row, "Ask for a picture", key="k") == 0
    assert add(row, "Refund", key="k2") == 1
    assert steps() == ["Ask for a picture", "Call the carrier", "Refund"]


def test_ticking_says_by_whom_and_is_once(row):
    mari = factories.agent()
    add(row, "Refund")
    item = ChecklistItem.objects.get()
    assert operations.tick(row.id, item.id, mari, done=True) is True
    assert operations.tick(row.id, item.id, factories.agent("Jens"), done=True) is False
    item.refresh_from_db()
    assert item.done_by == mari
    assert item.done_at is not None
    assert operations.tick(row.id, item.id, mari, done=False) is True
    item.refresh_from_db()
    assert (item.done_by, item.done_at) == (None, None)
    ticked = Event.objects.filter(name="conversations.checklist_ticked").order_by("id")
    assert [event.data["is_done"] for event in ticked] == [True, False]


def test_steps_move_one_place_and_not_beyond_the_ends(row):
    add(row, "a", "b", "c")
    first, _second, last = ChecklistItem.objects.order_by("position")
    assert operations.move_item(row.id, first.id, -1, actor=None) is False
    assert operations.move_item(row.id, last.id, 1, actor=None) is False
    assert operations.move_item(row.id, last.id, -1, actor=None) is True
    assert steps() == ["a", "c", "b"]


def test_a_step_of_another_conversation_stays_as_it_is(row):
    add(row, "a")
    item = ChecklistItem.objects.get()
    other = factories.conversation()
    assert operations.delete_item(other.id, item.id, actor=None) is False
    assert operations.tick(other.id, item.id, factories.agent(), done=True) is False
    assert operations.delete_item(row.id, item.id, actor=None) is True
    assert steps() == []


def test_a_template_is_put_on_once_and_deleting_it_takes_nothing_away(row):
    mari = factories.agent()
    template = operations.save_template(
        ChecklistTemplate(), name="Return", shop=None, steps=["Label", "", "x" * 400], actor=mari.pk
    )
    assert operations.apply_template(row.id, template, actor=mari.pk) == 2
    assert operations.apply_template(row.id, template, actor=mari.pk) == 0
    operations.delete_template(template, actor=mari.pk)
    assert [len(text) <= 300 for text in steps()] == [True, True]


def test_too_many_steps_are_refused_whole(row):
    add(row, *["step"] * 100)
    with pytest.raises(operations.TooManyItems):
        add(row, "one more", key="k2")
    assert len(steps()) == 100
