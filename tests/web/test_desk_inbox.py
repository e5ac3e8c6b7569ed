"""The list column."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Priority
from shopbell.web.desk import listing
from tests import factories

pytestmark = pytest.mark.django_db


def rows(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'<li id="row-(\d+)"', html)]


def row(html: str, number: int) -> str:
    found = re.search(rf'<li id="row-{number}".*?</li>', html, re.DOTALL)
    assert found
    return found[0]


def page(desk: Client, **query: str) -> str:
    return desk.get("/desk/", query).content.decode()


def test_a_row_says_who_what_by_which_way_and_how_long_they_wait(desk):
    box = factories.mailbox()
    at = timezone.now() - timedelta(minutes=5)
    one = factories.conversation(box, occurred_at=at, text="Where is\nmy parcel?")
    html = row(page(desk), one.id)
    assert "Anna Saar" in html
    assert "Where is my parcel?" in html
    assert 'aria-label="e-mail"' in html
    assert 'class="chip calm"' in html
    assert html.count(">5 min<") == 2  # of the message, and of the wait
    assert 'class="sr">unread: ' in html
    assert f'href="/desk/c/{one.id}/?view=open"' in html


@pytest.mark.parametrize(("hours", "urgency"), [(3.9, "calm"), (4.1, "warn"), (23.9, "warn"), (24.1, "bad")])
def test_a_wait_grows_from_calm_to_amber_to_red(desk, hours, urgency):
    one = factories.conversation(occurred_at=timezone.now() - timedelta(hours=hours))
    assert f'class="chip {urgency}"' in row(page(desk), one.id)


def test_who_does_not_wait_has_no_chip(desk, agent):
    one = factories.conversation()
    operations.reply(one.id, agent, factories.answer())
    html = row(page(desk), one.id)
    assert "chip" not in html
    assert "#i-corner-up-left" in html  # the last word is ours
    assert ">MM<" in html  # and Mari has it


def test_marks_of_priority_files_tags_and_failure(desk, agent):
    one = factories.conversation()
    operations.prioritise(one.id, priority=Priority.URGENT, actor=agent.id)
    operations.change_tags(one.id, add=("refund",), actor=agent.id)
    Conversation.objects.filter(id=one.id).update(has_attachments=True)
    html = row(page(desk), one.id)
    assert 'aria-label="urgent"' in html
    assert "#i-paperclip" in html
    assert '<span class="tag">refund</span>' in html
    Conversation.objects.filter(id=one.id).update(has_failure=True)
    html = row(page(desk), one.id)
    assert '<span class="chip bad">not delivered</span>' in html
    assert "refund" not in html  # there is room for one of them


def test_nothing_of_a_mail_is_taken_for_html(desk):
    one = factories.conversation(name="<b>Eve</b>", text="<script>alert(1)</script>")
    html = row(page(desk), one.id)
    assert "&lt;b&gt;Eve" in html
    assert "&lt;script&gt;alert" in html
    assert "<script>alert" not in html


def test_views_hold_what_they_say(desk, agent):
    box = factories.mailbox()
    mine, free, snoozed, done, spam = (factories.conversation(box, f"c{n}@x.example") for n in range(5))
    operations.assign(mine.id, agent=agent, team=None, actor=None)
    operations.snooze(snoozed.id, until=timezone.now() + timedelta(hours=1), actor=None)
    operations.resolve(done.id, actor=None)
    operations.mark_spam(spam.id, actor=None)
    expected = {
        "mine": [mine.id],
        "unassigned": [free.id],
        "open": [free.id, mine.id],
        "snoozed": [snoozed.id],
        "resolved": [done.id],
        "spam": [spam.id],
    }
    assert {view: rows(page(desk, view=view)) for view in expected} == expected


def test_counts_stand_beside_the_views(desk, agent):
    box = factories.mailbox()
    first = factories.conversation(box)
    factories.conversation(box, "berta@x.example")
    operations.assign(first.id, agent=agent, team=None, actor=None)
    html = page(desk)
    assert re.search(r'view=mine">Mine <span class="count">1<', html)
    assert re.search(r'view=unassigned">Unassigned <span class="count">1<', html)
    assert re.search(r'view=open" aria-current="page">All open <span class="count">2<', html)


def test_an_unknown_view_is_all_open(desk):
    one = factories.conversation()
    assert rows(page(desk, view="nonsense")) == [one.id]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long_it_is(desk, count, django_assert_num_queries):
    box = factories.mailbox()
    for number in range(count):
        factories.conversation(box, f"c{number}@x.example")
    desk.get("/desk/")
    # session, agent, notices, newest event, choices, views, rows, read marks, counts, failed mail
    with django_assert_num_queries(13):
        assert len(rows(page(desk))) == count


def test_the_list_goes_on_behind_its_last_row(desk):
    box = factories.mailbox()
    known = [factories.conversation(box, f"c{number}@x.example").id for number in range(35)][::-1]
    html = page(desk)
    assert rows(html) == known[:30]
    more = re.search(r'hx-get="(/desk/list/\?view=open&amp;after=[^"]+)"', html)
    assert more
    further = desk.get(more[1].replace("&amp;", "&"), headers={"HX-Request": "true"}).content.decode()
    assert rows(further) == known[30:]
    assert "<header" not in further
    assert "after=" not in further
    plain = re.search(r'<a class="act" href="(\?view=open&amp;after=[^"]+)"', html)
    assert plain
    assert rows(desk.get("/desk/" + plain[1].replace("&amp;", "&")).content.decode()) == known[30:]


@pytest.mark.parametrize("cursor", ["", "x", "1-", "-1", "99999999999999999999-1", "1-99999999999999999999", "1-2-3"])
def test_a_broken_cursor_is_the_beginning(desk, cursor):
    one = factories.conversation()
    assert rows(page(desk, after=cursor)) == [one.id]


def test_the_part_for_a_script_is_the_column_alone(desk):
    one = factories.conversation()
    html = desk.get("/desk/list/", {"open": str(one.id)}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert 'id="views"' in html
    assert 'aria-current="true"' in row(html, one.id)


def test_the_room_beside_the_list_for_a_script(desk):
    response = desk.get("/desk/", {"view": "mine"}, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    html = response.content.decode()
    assert "<html" not in html
    assert "All quiet" in html
    assert response["HX-Push-Url"] == "/desk/?view=mine"
    here = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Current-URL": "http://testserver/desk/?view=mine"}
    assert "HX-Push-Url" not in desk.get("/desk/", {"view": "mine"}, headers=here)


def test_going_back_in_history_gets_the_whole_page(desk):
    headers = {"HX-Request": "true", "HX-Request-Type": "full", "HX-History-Restore-Request": "true"}
    assert b"<html" in desk.get("/desk/", headers=headers).content


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ("mine", "Nothing is yours right now."),
        ("unassigned", "Everything has somebody."),
        ("open", "Nobody is waiting."),
        ("snoozed", "Nothing is snoozed."),
        ("resolved", "Nothing has been resolved yet."),
        ("spam", "No spam."),
        ("failure", "Everything arrived."),
    ],
)
def test_an_empty_view_says_what_will_be_there(desk, view, words):
    assert words in page(desk, view=view)


def test_a_row_is_unread_until_its_page_was_opened(desk):
    one = factories.conversation()
    assert 'class="row new"' in row(page(desk), one.id)
    desk.get(f"/desk/c/{one.id}/")
    assert 'class="row"' in row(page(desk), one.id)
    factories.receive(one.channel, thread_ids=(one.messages.get().message_id,))
    assert 'class="row new"' in row(page(desk), one.id)


def test_in_the_agents_language_and_zone(client: Client):
    agent = factories.agent("Jüri", language="et", time_zone="Asia/Tokyo", theme="dark")
    client.force_login(agent)
    factories.conversation(occurred_at=factories.NOON)
    html = page(client)
    assert '<html lang="et" data-theme="dark">' in html
    assert "21:00:00" in html  # noon in UTC, on hover


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Anna Saar", "AS"),
        ("J.R. Tolkien (2nd)", "JT"),
        ("anna.peters@web-post.example", "AP"),
        ("info@kirjad.example", "I"),
        ("@example", "?"),
        ("", "?"),
    ],
)
def test_who_has_no_name_has_the_letters_of_their_address(name, letters):
    assert listing.initials(name) == letters
