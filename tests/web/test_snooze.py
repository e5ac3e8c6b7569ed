"""The snooze dialog: words, dates, no date, again; waiting for somebody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shopbell.conversations import operations
from shopbell.conversations.models import Conversation
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(factories.agent(time_zone="Europe/Tallinn"))
    return client


def now() -> Conversation:
    return Conversation.objects.get()


def test_words_are_understood_in_the_agents_zone(desk, one):
    assert desk.post(f"/desk/c/{one.id}/snooze/", {"when": "homme 14:00"}).status_code == 303
    until = now().snoozed_until
    assert until is not None
    with timezone.override("Europe/Tallinn"):
        local = timezone.localtime(until)
        tomorrow = timezone.localdate() + timedelta(days=1)
    assert (local.date(), local.hour, local.minute) == (tomorrow, 14, 0)


@pytest.mark.parametrize(
    ("words", "said"), [("soonish", "“soonish” is not understood"), ("1.1.2020", "Choose a time to come")]
)
def test_words_that_mean_nothing_come_back_with_a_reason(desk, one, words, said):
    response = desk.post(f"/desk/c/{one.id}/snooze/", {"when": words})
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert f'value="{words}"' in page
    assert now().folder == "open"


def test_until_the_customer_replies(desk, one):
    assert desk.post(f"/desk/c/{one.id}/snooze/", {"until": "reply"}).status_code == 303
    assert now().sleeps_till_reply is True
    page = desk.get(f"/desk/c/{one.id}/").content.decode()
    assert "until the customer replies" in page
    assert "snoozed it until the customer replies" in page
    assert f'formaction="/desk/c/{one.id}/wake/' in page


def test_after_a_reply_one_press_snoozes_to_the_same_time(desk, one):
    until = timezone.now() + timedelta(days=3)
    operations.snooze(one.id, until=until, actor=None)
    factories.receive(one.channel, thread_ids=(one.messages.get().message_id,), text="Thanks")
    page = desk.get(f"/desk/c/{one.id}/").content.decode()
    assert "Snooze again until" in page
    assert f'value="{until.isoformat()}"' in page
    assert "Again until the same time" in desk.get(f"/desk/c/{one.id}/snooze/").content.decode()
    desk.post(f"/desk/c/{one.id}/snooze/", {"until": until.isoformat()})
    assert (now().snoozed_until, now().folder) == (until, "snoozed")


def test_waiting_for_somebody_else_asks_when_to_look_again(desk, one):
    assert "look again" in desk.get(f"/desk/c/{one.id}/await-third/").content.decode()
    assert desk.post(f"/desk/c/{one.id}/await-third/", {}).status_code == 422
    assert desk.post(f"/desk/c/{one.id}/await-third/", {"when": "3d"}).status_code == 303
    assert (now().state, now().folder) == ("pending_third", "snoozed")
