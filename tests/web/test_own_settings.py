"""What agents set for themselves: hours and status, ways of being told, their picture."""

from __future__ import annotations

import io
from datetime import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from shopbell.agents.models import Agent, Face
from shopbell.events.models import Event
from shopbell.notifications.models import Kind
from tests import factories

pytestmark = pytest.mark.django_db
HOURS = "/desk/preferences/availability/"
WAYS = "/desk/preferences/notifications/"
PICTURE = "/desk/preferences/picture/"


@pytest.fixture
def mari() -> Agent:
    return factories.agent()


@pytest.fixture
def desk(client: Client, mari: Agent) -> Client:
    client.force_login(mari)
    return client


def test_hours_and_days_off_are_kept_and_shown_again(desk: Client, mari: Agent) -> None:
    days = {"from_0": "09:00", "to_0": "17:30", "from_4": "22:00", "to_4": "06:00"}
    lines = "2026-12-24\n\n27.12.2026 .. 31.12.2026\n2 Jan 2027 to 3 Jan 2027"
    answer = desk.post(HOURS, {**days, "days_off": lines})
    assert answer.headers["Location"] == HOURS
    mari.refresh_from_db()
    assert mari.hours == {"0": ["09:00", "17:30"], "4": ["22:00", "06:00"]}
    assert mari.days_off == [
        ["2026-12-24", "2026-12-24"],
        ["2026-12-27", "2026-12-31"],
        ["2027-01-02", "2027-01-03"],
    ]
    page = desk.get(HOURS).content.decode()
    assert 'name="to_0" value="17:30"' in page
    assert "24 Dec 2026\n27 Dec 2026 – 31 Dec 2026\n2 Jan 2027 – 3 Jan 2027" in page
    assert "One a line: 24 Dec 2026, or 24 Dec 2026 – 31 Dec 2026." in page
    desk.post(HOURS, {"days_off": "24 Dec 2026\n27 Dec 2026 – 31 Dec 2026\n2 Jan 2027 – 3 Jan 2027"})
    assert mari.days_off == Agent.objects.get(pk=mari.pk).days_off
    desk.post(HOURS, {"days_off": ""})
    mari.refresh_from_db()
    assert (mari.hours, mari.days_off) == ({}, [])


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"from_2": "09:00"}, "Give both times, or none."),
        ({"to_2": "17:00"}, "Give both times, or none."),
        ({"from_2": "25:00", "to_2": "17:00"}, "Enter a valid time."),
        ({"days_off": "Christmas"}, "“Christmas” is no day and no period."),
        ({"days_off": "2026-02-30"}, "“2026-02-30” is no day and no period."),
        ({"days_off": "2026-12-24\n31.12.2026 – 24.12.2026"}, "“31.12.2026 – 24.12.2026” is no day and no period."),
        ({"days_off": "2026-12-24\n" * 201}, "At most 200 lines."),
    ],
)
def test_what_is_no_time_is_said_and_nothing_is_changed(desk: Client, mari: Agent, sent: Any, said: str) -> None:
    Agent.objects.filter(pk=mari.pk).update(hours={"1": ["08:00", "12:00"]})
    answer = desk.post(HOURS, sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()
    mari.refresh_from_db()
    assert (mari.hours, mari.days_off) == ({"1": ["08:00", "12:00"]}, [])


def test_somebody_says_they_are_away(desk: Client, mari: Agent) -> None:
    for status in ("away", "off", "online"):
        assert desk.post("/desk/preferences/status/", {"status": status}).status_code == 303
        mari.refresh_from_db()
        assert mari.status == status
    desk.post("/desk/preferences/status/", {"status": "on the moon"})
    mari.refresh_from_db()
    assert mari.status == "online"
    assert desk.get("/desk/preferences/status/").status_code == 303


def test_ways_quiet_hours_and_digest_are_kept_and_shown_again(desk: Client, mari: Agent) -> None:
    sent = {"mentioned_desk": "on", "mentioned_sound": "on", "assigned_mail": "on"}
    answer = desk.post(WAYS, {**sent, "quiet_from": "20:00", "quiet_to": "07:00", "digest": "daily"})
    assert answer.headers["Location"] == WAYS
    mari.refresh_from_db()
    assert mari.ways == {**{kind.value: [] for kind in Kind}, "mentioned": ["desk", "sound"], "assigned": ["mail"]}
    assert (mari.quiet_from, mari.quiet_to, mari.digest) == (time(20), time(7), "daily")
    page = desk.get(WAYS).content.decode()
    assert 'name="mentioned_sound" id="id_mentioned_sound" checked' in page
    assert 'name="mentioned_push" id="id_mentioned_push">' in page
    assert 'value="20:00"' in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"quiet_from": "20:00", "digest": "never"}, "Give both times, or none."),
        ({"digest": "yearly"}, "Select a valid choice."),
    ],
)
def test_wrong_ways_change_nothing(desk: Client, mari: Agent, sent: Any, said: str) -> None:
    answer = desk.post(WAYS, sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    mari.refresh_from_db()
    assert (mari.ways, mari.quiet_from, mari.digest) == ({}, None, "never")


def image(kind: str = "PNG") -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(file, kind, comment=b"where I live")
    return SimpleUploadedFile("me.png", file.getvalue(), "image/png")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_is_made_small_and_shown_to_who_is_signed_in(desk: Client, mari: Agent, kind: str) -> None:
    assert desk.post(PICTURE, {"picture": image(kind)}).headers["Location"] == "/desk/preferences/"
    mari.refresh_from_db()
    address = f"/desk/people/{mari.pk}/face/{mari.face}/"
    assert address in desk.get("/desk/preferences/").content.decode()
    answer = desk.get(address)
    assert (answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    with Image.open(io.BytesIO(answer.content)) as small:
        assert (small.format, max(small.size)) == ("WEBP", 128)
    assert b"where I live" not in answer.content
    assert desk.get(f"/desk/people/{mari.pk}/face/{'0' * 16}/").status_code == 404
    assert Client().get(address).status_code == 302, "not for strangers"
    desk.post(PICTURE, {"remove": "1"})
    assert desk.get(address).status_code == 404
    assert not Face.objects.exists()
    assert Event.objects.filter(name="agents.changed").count() == 2


@pytest.mark.parametrize("content", [b"", b"<svg onload='alert(1)'/>", b"\x89PNG\r\n\x1a\n cut off", None])
def test_what_is_no_picture_changes_nothing(desk: Client, mari: Agent, content: bytes | None) -> None:
    desk.post(PICTURE, {"picture": image()})
    mari.refresh_from_db()
    sent = {} if content is None else {"picture": SimpleUploadedFile("x.png", content, "image/png")}
    page = desk.post(PICTURE, sent, follow=True).content.decode()
    assert "This is no picture we can read." in page
    before = mari.face
    mari.refresh_from_db()
    assert mari.face == before != ""
