"""The mail digest: when it goes, what it lists, and that it says nothing twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from shopbell.agents.models import Agent, Digest
from shopbell.channels.models import Outbound
from shopbell.notifications import jobs, operations
from shopbell.notifications.audience import Notice
from shopbell.notifications.models import DigestMark, Kind, Notification
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mailbox() -> None:
    factories.mailbox(settings={"address": "help@shop.example", "smtp": {"host": "smtp.shop.example"}})


def told(agent: Agent, kind: Kind = Kind.ASSIGNED, minutes_ago: float = 11) -> int:
    """A notification of so long ago; the number of its conversation."""
    row = factories.conversation()
    notice = Notice(agent_id=agent.pk, kind=kind, conversation_id=row.id, message_id=None, actor_id=None)
    numbers = operations.tell([notice])
    Notification.objects.filter(id__in=numbers).update(created_at=timezone.now() - timedelta(minutes=minutes_ago))
    return row.id


def mails() -> list[dict[str, Any]]:
    return list(Outbound.objects.order_by("id").values_list("content", flat=True))


def test_what_waits_is_listed_by_kind_and_link_and_never_again() -> None:
    mari = factories.agent(digest=Digest.HOURLY)
    first, second = told(mari), told(mari, Kind.CUSTOMER_REPLIED)
    jobs.send_digests()
    jobs.send_digests()
    (mail,) = mails()
    (to,) = mail["to"]
    assert (to["address"], to["name"]) == (mari.email, mari.name)
    assert mail["subject"] == "2 things wait for you at the desk"
    lines = str(mail["text"]).splitlines()
    assert lines[0].startswith("A conversation is assigned to me: ")
    assert lines[0].endswith(f"/desk/c/{first}/")
    assert lines[1].startswith("A customer writes in what is mine or I follow: ")
    assert lines[1].endswith(f"/desk/c/{second}/")
    assert "Anna Saar" not in str(mail)
    assert "Where is my parcel" not in str(mail)


def test_the_next_one_tells_only_of_what_came_since() -> None:
    mari = factories.agent(digest=Digest.HOURLY)
    told(mari)
    jobs.send_digests()
    newer = told(mari)
    jobs.send_digests()
    assert len(mails()) == 1, "not within the hour"
    DigestMark.objects.update(at=timezone.now() - timedelta(hours=1))
    jobs.send_digests()
    assert [mail["subject"] for mail in mails()] == ["1 thing waits for you at the desk"] * 2
    assert f"/desk/c/{newer}/" in str(mails()[1]["text"])


@pytest.mark.parametrize("how", ["never", "read", "fresh", "unwanted kind", "deactivated", "not visible"])
def test_who_is_owed_nothing_gets_nothing(how: str) -> None:
    mari = factories.agent(digest=Digest.NEVER if how == "never" else Digest.HOURLY)
    told(mari, minutes_ago=9 if how == "fresh" else 11)
    if how == "read":
        operations.mark_read(mari, ids=list(Notification.objects.values_list("id", flat=True)))
    Agent.objects.filter(pk=mari.pk).update(
        is_active=how != "deactivated",
        limited_to_teams=how == "not visible",
        ways={Kind.ASSIGNED: ["desk"]} if how == "unwanted kind" else {},
    )
    jobs.send_digests()
    assert mails() == []
    assert not DigestMark.objects.exists()


@pytest.mark.parametrize(("local", "due"), [("06:59", False), ("07:00", True), ("23:00", True)])
def test_the_daily_one_comes_in_the_agents_own_morning_once(local: str, due: bool) -> None:
    mari = factories.agent(digest=Digest.DAILY, time_zone="Europe/Tallinn")
    at = datetime.fromisoformat(f"2026-11-20 {local}").replace(tzinfo=ZoneInfo("Europe/Tallinn"))
    assert jobs._is_due(mari, at) is due
    mark = DigestMark.objects.create(agent=mari, notification_id=1, at=at - timedelta(days=1))
    assert jobs._is_due(mari, at) is due
    mark.at = at.replace(hour=0, minute=30)
    mark.save()
    assert not jobs._is_due(mari, at), "one a day"


def test_of_many_only_the_number_is_said_and_in_the_agents_language() -> None:
    mari = factories.agent(digest=Digest.HOURLY, language="de")
    for _ in range(jobs.MOST + 2):
        told(mari)
    jobs.send_digests()
    (mail,) = mails()
    assert str(mail["text"]).count("/desk/c/") == jobs.MOST
    assert "2" in str(mail["text"]).splitlines()[jobs.MOST]
    assert "waits for you" not in str(mail["subject"])
    assert "22" in str(mail["subject"])


def test_without_a_mailbox_it_waits_for_one() -> None:
    Outbound.objects.all().delete()
    mari = factories.agent(digest=Digest.HOURLY)
    told(mari)
    box = jobs.notices.sender()
    assert box is not None
    box.is_active = False
    box.save()
    jobs.send_digests()
    assert mails() == []
    assert not DigestMark.objects.exists()
    box.is_active = True
    box.save()
    jobs.send_digests()
    assert len(mails()) == 1
