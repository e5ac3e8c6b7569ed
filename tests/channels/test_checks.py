from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from shopbell.channels import checks, queries
from shopbell.channels.models import Blob, Inbound, Outbound
from shopbell.core.health import Level, ok
from tests import factories

pytestmark = pytest.mark.django_db


def test_an_empty_installation_needs_a_channel_and_nothing_else():
    found = checks.findings()
    assert [finding.subject for finding in found if finding.level is not Level.OK] == ["channels"]


def test_a_mailbox_fails_only_after_the_alarm_time(settings):
    settings.MAILBOX_ALARM_MINUTES = 15
    now = timezone.now()
    factories.mailbox(name="fine", read_at=now)
    factories.mailbox(name="hiccup", failing_since=now - timedelta(minutes=3), error="timed out")
    factories.mailbox(name="broken", failing_since=now - timedelta(minutes=16), error="AUTHENTICATIONFAILED")
    factories.mailbox(name="switched off", is_active=False, failing_since=now - timedelta(days=1))
    found = {finding.subject: finding for finding in checks.channels()}
    assert {subject: finding.level.value for subject, finding in found.items()} == {
        "channel broken": "fail",
        "channel fine": "ok",
        "channel hiccup": "warn",
    }
    assert found["channel broken"].message.endswith("AUTHENTICATIONFAILED")


def test_what_needs_a_person_is_counted():
    channel = factories.mailbox()
    for number, state in enumerate(["failed", "filed", "failed", "new"]):
        Inbound.objects.create(
            channel=channel, external_id=str(number), body=b"", received_at=timezone.now(), state=state
        )
    assert checks.inbound().message == "2 mails need a person"
    Inbound.objects.filter(state="failed").update(state="filed")
    assert checks.inbound() == ok("inbound", "all of it was understood")


def test_only_failures_of_the_last_week_count():
    channel = factories.mailbox()
    for number, days in enumerate([1, 8]):
        Outbound.objects.create(
            channel=channel,
            key=str(number),
            external_id=str(number),
            content={},
            state="failed",
            error=f"error {number}",
            created_at=timezone.now() - timedelta(days=days),
        )
    assert checks.outbound().message == "not sent in 7 days: 1; the last: error 0"


def test_a_lost_file_is_a_failure(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for letter in "ab":
        blob = Blob.objects.create(sha256=letter * 64, size=1, content_type="text/plain")
        (tmp_path / blob.path).parent.mkdir(parents=True)
        (tmp_path / blob.path).write_bytes(b"x")
    assert checks.files() == ok("files", "the newest 2 are there")
    (tmp_path / blob.path).unlink()
    assert checks.files().message == f"1 of the newest 2 are missing, e.g. {blob.path}"


def test_the_health_of_a_channel_is_its_own():
    box, other = factories.mailbox(), factories.mailbox()
    assert queries.health(box) == queries.Health(None, None, 0, 0)
    at = timezone.now()
    for number, (state, sent) in enumerate([("sent", at), ("queued", None), ("failed", None), ("failed", None)]):
        Outbound.objects.create(
            channel=box, key=str(number), external_id=str(number), content={}, state=state, sent_at=sent
        )
    Outbound.objects.create(channel=other, key="x", external_id="x", content={}, state="queued")
    for hours in (5, 2):
        received = at - timedelta(hours=hours)
        Inbound.objects.create(channel=box, external_id=str(hours), body=b"x", received_at=received)
    assert queries.health(box) == queries.Health(at - timedelta(hours=2), at, 1, 2)
    assert queries.health(other) == queries.Health(None, None, 1, 0)


def test_a_secret_of_another_key_is_a_failure_of_that_channel_alone():
    factories.mailbox(name="fine")
    with override_settings(SECRET_KEY="x" * 50, SECRET_KEY_FALLBACKS=[]):
        factories.mailbox(name="moved")
    found = {finding.subject: finding for finding in checks.channels()}
    assert {subject: finding.level.value for subject, finding in found.items()} == {
        "channel fine": "ok",
        "channel moved": "fail",
    }
    assert "another secret key" in found["channel moved"].message
