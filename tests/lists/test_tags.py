"""Tags as a whole."""

from __future__ import annotations

import pytest

from shopbell.conversations import operations as conversations
from shopbell.conversations.models import Conversation, Tag
from shopbell.lists import jobs, operations
from shopbell.lists.models import TagChange, View
from tests import factories, racing

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return factories.agent("Lea", "lead")


@pytest.fixture
def rows() -> list[Conversation]:
    """Two that have a, one of them b too; one that has c."""
    made = [factories.conversation() for _ in range(3)]
    for row, names in zip(made, (("a",), ("a", "b"), ("c",)), strict=True):
        conversations.change_tags(row.id, add=names, actor=None)
    return made


def finish(change: TagChange) -> TagChange:
    while operations.replace_some(change.id):
        pass
    change.refresh_from_db()
    return change


def tags(rows: list[Conversation]) -> list[list[str]]:
    return [Conversation.objects.get(id=row.id).tags for row in rows]


def tag(name: str) -> Tag:
    return Tag.objects.get(name=name)


def test_a_tag_is_renamed_wherever_it_is(lead, rows, monkeypatch):
    monkeypatch.setattr(operations.tags, "CHUNK", 1)
    operations.save_tag(tag("a"), actor=lead, name="a", colour="red", description="About a")
    view = operations.save_view(
        View(),
        actor=lead,
        name="V",
        owner=None,
        team=None,
        filter={"match": "all", "of": [{"field": "tags", "op": "any", "value": ["a"]}]},
        sort="newest",
    )
    change = operations.rename_tag(tag("a"), actor=lead, name=" Zebra ")
    assert operations.replace_some(change.id) is True
    assert tags(rows) == [["zebra"], ["a", "b"], ["c"]]
    conversations.change_tags(rows[2].id, add=("a",), actor=None)  # the old word means the new tag already
    assert tags(rows)[2] == ["c", "zebra"]
    assert (finish(change).done, change.total) == (2, 2)
    assert tags(rows) == [["zebra"], ["b", "zebra"], ["c", "zebra"]]
    assert (tag("zebra").colour, tag("zebra").description, tag("zebra").uses) == ("red", "About a", 3)
    assert not Tag.objects.filter(name="a").exists()
    view.refresh_from_db()
    assert view.filter["of"][0]["value"] == ["zebra"]


def test_merging_leaves_one_of_two(lead, rows):
    finish(operations.merge_tag(tag("a"), into=tag("b"), actor=lead))
    assert tags(rows) == [["b"], ["b"], ["c"]]
    assert sorted(Tag.objects.values_list("name", flat=True)) == ["b", "c"]


def test_a_deleted_tag_is_gone_everywhere(lead, rows):
    finish(operations.delete_tag(tag("a"), actor=lead))
    assert tags(rows) == [[], ["b"], ["c"]]
    assert sorted(Tag.objects.values_list("name", flat=True)) == ["b", "c"]


def test_a_tag_that_is_leaving_can_do_nothing_else(lead, rows):
    operations.rename_tag(tag("a"), actor=lead, name="z")
    for refused in (
        lambda: operations.delete_tag(tag("a"), actor=lead),
        lambda: operations.merge_tag(tag("b"), into=tag("a"), actor=lead),
        lambda: operations.delete_tag(tag("z"), actor=lead),
    ):
        with pytest.raises(operations.Busy):
            refused()


def test_two_tags_cannot_have_one_name(lead, rows):
    with pytest.raises(operations.Exists):
        operations.rename_tag(tag("a"), actor=lead, name="B")
    with pytest.raises(operations.Exists):
        operations.save_tag(Tag(), actor=lead, name="A", colour="", description="")
    for wrong in ("", "  ", "a"):
        with pytest.raises(ValueError):
            operations.rename_tag(tag("a"), actor=lead, name=wrong)
    with pytest.raises(ValueError):
        operations.merge_tag(tag("a"), into=tag("a"), actor=lead)
    assert tags(rows) == [["a"], ["a", "b"], ["c"]]


def test_uses_are_counted_from_the_rows(rows):
    jobs.count_tags()
    assert dict(Tag.objects.values_list("name", "uses")) == {"a": 2, "b": 1, "c": 1}
    conversations.change_tags(rows[2].id, remove=("c",), actor=None)
    jobs.count_tags()
    assert tag("c").uses == 0


def test_where_leads_make_tags_others_use_them(lead, rows):
    mari = factories.agent("Mari")
    operations.decide_who_creates(only_leads=True, actor=lead)
    with pytest.raises(conversations.NewTag) as refused:
        conversations.change_tags(rows[0].id, add=("b", "new"), actor=mari.pk)
    assert refused.value.names == ["new"]
    assert tags(rows)[0] == ["a"]
    conversations.change_tags(rows[0].id, add=("b",), actor=mari.pk)
    conversations.change_tags(rows[0].id, add=("new",), actor=lead.pk)
    conversations.change_tags(rows[0].id, add=("made by a rule",), actor=None)
    assert tags(rows)[0] == ["a", "b", "made by a rule", "new"]


def test_a_colour_chosen_before_a_tag_began_to_leave_does_not_call_it_back(lead, rows):
    read_before = tag("a")
    operations.delete_tag(tag("a"), actor=lead)
    operations.save_tag(read_before, actor=lead, name="a", colour="red", description="")
    assert (tag("a").colour, tag("a").becomes) == ("red", "")


def test_a_tag_that_is_gone_is_not_changed(lead):
    tag = Tag.objects.create(name="a")
    Tag.objects.all().delete()
    operations.save_tag(tag, actor=lead, name="a", colour="red", description="")
    assert not Tag.objects.exists()


def test_what_was_merged_while_a_tag_was_renamed_comes_out_with_the_new_name(lead, rows):
    child = factories.conversation(rows[0].channel)
    conversations.change_tags(child.id, add=("a", "d"), actor=None)
    merge = conversations.merge(child.id, rows[0].id, actor=None)
    finish(operations.rename_tag(Tag.objects.get(name="a"), actor=lead, name="z"))
    conversations.undo_merge(merge.id, actor=None)
    assert tags([child, rows[0]]) == [["d", "z"], ["d", "z"]]


@pytest.mark.django_db(transaction=True)
def test_a_tag_given_while_it_is_renamed_is_renamed_too(lead, rows):
    tag = Tag.objects.get(name="c")
    with racing.waiting(lambda: finish(operations.rename_tag(tag, actor=lead, name="z"))) as raised:
        conversations.change_tags(rows[0].id, add=("c",), actor=None)
    assert raised == []
    assert tags(rows) == [["a", "z"], ["a", "b"], ["z"]]
