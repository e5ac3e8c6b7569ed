"""The bell and its page."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shopbell.conversations import operations
from shopbell.conversations.models import Message
from shopbell.events import delivery as outbox
from shopbell.notifications.models import Notification
from tests import factories
from tests.web.test_desk_conversation import PART

pytestmark = pytest.mark.django_db
URL = "/desk/notifications/"


def given(agent, giver, count: int = 1) -> list[int]:
    """Conversations given to an agent, who is told."""
    rows = [factories.conversation().id for _ in range(count)]
    for number in rows:
        operations.assign(number, agent=agent, team=None, actor=giver.pk)
    while outbox.deliver("inside", 25):
        pass
    return rows


@pytest.fixture
def mari():
    return factories.agent()


@pytest.fixture
def jens():
    return factories.agent("Jens Holm")


@pytest.fixture
def desk(client: Client, jens) -> Client:
    client.force_login(jens)
    return client


def test_the_page_tells_what_happened_and_links_to_it(desk, mari, jens):
    (number,) = given(jens, mari)
    page = desk.get(URL).content.decode()
    assert "Mari Maasikas assigned a conversation to you" in page
    assert f'href="/desk/c/{number}/"' in page
    assert '<span class="badge news" id="bell-count"' in page
    assert ">1</span>" in page


def test_opening_the_conversation_is_having_seen_it_and_peeking_is_not(desk, mari, jens):
    (number,) = given(jens, mari)
    desk.get(f"/desk/c/{number}/?peek=1", headers=PART)
    assert Notification.objects.filter(read_at=None).count() == 1
    page = desk.get(f"/desk/c/{number}/").content.decode()
    assert Notification.objects.filter(read_at=None).count() == 0
    assert 'id="bell-count" hidden' in page


def test_the_bell_knows_what_is_being_looked_at(desk, mari, jens):
    one, two = given(jens, mari, 2)
    assert ">1</span>" in desk.get(f"{URL}bell/?open={one}", headers=PART).content.decode()
    assert list(Notification.objects.filter(read_at=None).values_list("conversation_id", flat=True)) == [two]


def test_one_is_marked_and_unmarked_and_all_are_marked(desk, mari, jens):
    given(jens, mari, 2)
    one = Notification.objects.order_by("id")[0]
    assert desk.post(f"{URL}?only=unread", {"read": one.id})["Location"] == f"{URL}?only=unread"
    assert Notification.objects.filter(read_at=None).count() == 1
    desk.post(URL, {"unread": one.id})
    assert Notification.objects.filter(read_at=None).count() == 2
    desk.post(URL, {"all": "1"})
    assert Notification.objects.filter(read_at=None).count() == 0
    assert "You have seen everything." in desk.get(f"{URL}?only=unread").content.decode()


def test_what_is_somebody_elses_stays_as_it_is(client, desk, mari, jens):
    given(jens, mari)
    client.force_login(mari)
    client.post(URL, {"read": Notification.objects.get().id})
    client.post(URL, {"all": "1"})
    assert Notification.objects.get().read_at is None
    assert "assigned a conversation" not in client.get(URL).content.decode()


def test_the_page_costs_the_same_for_one_and_for_three(desk, mari, jens):
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert desk.get(URL).status_code == 200
        return len(queries)

    given(jens, mari)
    desk.get(URL)
    one = cost()
    given(jens, mari, 2)
    assert cost() == one


def test_a_note_shows_whom_it_names_and_refuses_who_cannot_read_it(client, mari, jens):
    factories.agent("Ravi Menon", "partner", (factories.team(is_partner=True),))
    row = factories.conversation()
    client.force_login(mari)
    assert client.post(f"/desk/c/{row.id}/note/", {"text": "@jens holm <b>", "key": "1"}).status_code == 303
    assert '<span class="mention">@jens holm</span> &lt;b&gt;' in client.get(f"/desk/c/{row.id}/").content.decode()
    client.force_login(jens)
    assert '<span class="mention me">@jens holm</span>' in client.get(f"/desk/c/{row.id}/").content.decode()
    refused = client.post(f"/desk/c/{row.id}/note/", {"text": "@Ravi Menon look", "key": "2"})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Ravi Menon may not see this conversation" in page
    assert "@Ravi Menon look</textarea>" in page
    assert Message.objects.filter(kind="note").count() == 1
