"""Followers, and @names in notes."""

from __future__ import annotations

import pytest

from shopbell.conversations import mentions, operations, queries
from shopbell.conversations.models import Follower, Mention, Message
from shopbell.events.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


def followers(row) -> set[int]:
    return set(Follower.objects.filter(conversation=row).values_list("agent_id", flat=True))


def test_to_follow_twice_is_to_follow_once():
    mari, row = factories.agent(), factories.conversation()
    assert operations.follow(row, mari, actor=mari.pk) is True
    assert operations.follow(row, mari, actor=mari.pk) is False
    assert operations.unfollow(row, mari, actor=mari.pk) is True
    assert operations.unfollow(row, mari, actor=mari.pk) is False
    assert list(Event.objects.filter(actor_id=mari.pk).order_by("id").values_list("name", flat=True)) == [
        "conversations.followed",
        "conversations.unfollowed",
    ]


def test_an_answer_makes_a_follower_and_a_note_does_not():
    mari, jens, row = factories.agent(), factories.agent("Jens"), factories.conversation()
    operations.note(row.id, jens, body="look")
    operations.reply(row.id, mari, factories.answer())
    assert followers(row) == {mari.pk}


def test_a_partner_agent_of_another_team_cannot_follow():
    row = factories.conversation()
    ravi = factories.agent("Ravi", "partner", (factories.team(is_partner=True),))
    with pytest.raises(operations.CannotSee) as refused:
        operations.follow(row, ravi, actor=None)
    assert refused.value.names == ["Ravi"]
    assert followers(row) == set()


def test_a_note_names_people_and_teams_by_id_and_the_agents_follow():
    team = factories.team("Returns")
    mari, jens = factories.agent(), factories.agent("Jens Holm")
    kadri = factories.agent("Kadri", teams=(team,))
    row = factories.conversation()
    note = operations.note(row.id, mari, body="@jens holm, @Returns: look. @Jens Holm!")
    assert set(Mention.objects.values_list("message_id", "agent_id", "team_id")) == {
        (note.id, jens.pk, None),
        (note.id, None, team.pk),
    }
    assert mentions.written(note.about) == [("agent", jens.pk, "jens holm"), ("team", team.pk, "Returns")]
    assert followers(row) == {jens.pk}
    assert list(queries.view(kadri, "mentions")) == [row]
    assert list(queries.view(jens, "mentions")) == list(queries.view(jens, "following")) == [row]
    assert list(queries.view(mari, "mentions")) == []


def test_the_longest_name_counts_and_an_address_is_nobody():
    ann, anna = factories.agent("Ann"), factories.agent("Ann Saar")
    found = mentions.find("@Ann Saar and @ann. help@Ann.example @Anna")
    assert [(one.id, one.handle) for one in found] == [(anna.pk, "Ann Saar"), (ann.pk, "ann")]


def test_two_of_one_name_are_told_apart_by_their_addresses():
    one, two = factories.agent("Mari"), factories.agent("Mari")
    assert mentions.find("@Mari") == []
    assert [named.id for named in mentions.find(f"@{two.email} and @{one.email}")] == [two.pk, one.pk]


def test_nobody_who_has_left_is_named():
    factories.agent("Gone", is_active=False)
    assert mentions.find("@Gone") == []


def test_a_note_that_names_a_partner_who_cannot_read_it_is_refused_whole():
    team = factories.team("Night desk", is_partner=True)
    factories.agent("Ravi Menon", "partner", (team,))
    mari, row = factories.agent(), factories.conversation()
    with pytest.raises(operations.CannotSee) as refused:
        operations.note(row.id, mari, body="@Ravi Menon or @Night desk, and @Mari Maasikas")
    assert refused.value.names == ["Ravi Menon", "Night desk"]
    assert Message.objects.filter(kind="note").count() == 0
    operations.assign(row.id, agent=None, team=team, actor=None)
    operations.note(row.id, mari, body="@Ravi Menon or @Night desk")
    assert Mention.objects.count() == 2


def test_the_same_note_twice_names_once():
    mari, row = factories.agent(), factories.conversation()
    factories.agent("Jens")
    for _ in range(2):
        operations.note(row.id, mari, body="@Jens", key="k")
    assert Mention.objects.count() == 1
