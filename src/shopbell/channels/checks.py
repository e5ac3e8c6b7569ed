"""Doctor's questions to the channels: are they read, does something need a person, did something not go out."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from shopbell.channels.models import Blob, Channel, Inbound, Outbound
from shopbell.core.health import Finding, fail, ok, warn

SAMPLE = 200  # files looked for; all of them would take too long


def findings() -> list[Finding]:
    return [*channels(), inbound(), outbound(), files()]


def channels() -> list[Finding]:
    """One finding for each active channel."""
    active = Channel.objects.filter(is_active=True).order_by("name")
    return [_channel(channel) for channel in active] or [warn("channels", "none is set up yet")]


def _channel(channel: Channel) -> Finding:
    subject = f"channel {channel.name}"
    if channel.failing_since:
        failing = timezone.now() - channel.failing_since
        late = failing > timedelta(minutes=settings.MAILBOX_ALARM_MINUTES)
        message = f"cannot be read since {channel.failing_since:%Y-%m-%d %H:%M} UTC: {channel.error[-300:]}"
        return fail(subject, message) if late else warn(subject, message)
    return ok(subject, f"read {channel.read_at:%Y-%m-%d %H:%M} UTC" if channel.read_at else "waits for what comes")


def inbound() -> Finding:
    """What came in and could not be understood."""
    stuck = Inbound.objects.filter(state=Inbound.State.FAILED).count()
    return warn("inbound", f"{stuck} need a person") if stuck else ok("inbound", "all of it was understood")


def outbound() -> Finding:
    """Messages that could not be sent in the last seven days."""
    since = timezone.now() - timedelta(days=7)
    failed = Outbound.objects.filter(state=Outbound.State.FAILED, created_at__gt=since)
    if latest := failed.order_by("-created_at").first():
        return warn("outbound", f"{failed.count()} not sent in 7 days; the last: {latest.error[-300:]}")
    return ok("outbound", "nothing failed in 7 days")


def files() -> Finding:
    """Are the files of the newest attachments there?"""
    blobs = Blob.objects.order_by("-id")[:SAMPLE]
    missing = [blob.path for blob in blobs if not (settings.MEDIA_ROOT / blob.path).exists()]
    if missing:
        return fail("files", f"{len(missing)} of the newest {len(blobs)} are missing, e.g. {missing[0]}")
    return ok("files", f"the newest {len(blobs)} are there")
