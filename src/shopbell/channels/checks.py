"""Doctor's questions to the channels: are they read, does something need a person, did something not go out."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shopbell.channels import queries
from shopbell.channels.models import Blob, Channel, Inbound, Outbound
from shopbell.core.health import Finding, fail, instant, ok, warn

SAMPLE = 200  # files looked for; all of them would take too long


def findings() -> list[Finding]:
    return [*channels(), inbound(), outbound(), files()]


def channels() -> list[Finding]:
    """One finding for each active channel."""
    active = Channel.objects.filter(is_active=True).defer("settings").order_by("name")
    return [_channel(channel) for channel in active] or [warn(_("channels"), _("none is set up yet"))]


def _channel(channel: Channel) -> Finding:
    subject = _("channel {name}").format(name=channel.name)
    if not queries.is_readable(channel):
        return fail(
            subject, _("its password was sealed with another secret key: bring that key back, or enter it anew")
        )
    if channel.failing_since:
        failing = timezone.now() - channel.failing_since
        late = failing > timedelta(minutes=settings.MAILBOX_ALARM_MINUTES)
        since = instant(channel.failing_since)
        message = _("cannot be read since {instant}: {error}").format(instant=since, error=channel.error[-300:])
        return fail(subject, message) if late else warn(subject, message)
    if not channel.read_at:
        return ok(subject, _("waits for what comes"))
    return ok(subject, _("read {instant}").format(instant=instant(channel.read_at)))


def inbound() -> Finding:
    """What came in and could not be understood."""
    stuck = Inbound.objects.filter(state=Inbound.State.FAILED).count()
    if not stuck:
        return ok(_("inbound"), _("all of it was understood"))
    words = ngettext("{n} mail needs a person", "{n} mails need a person", stuck)
    return warn(_("inbound"), words.format(n=stuck))


def outbound() -> Finding:
    """Messages that could not be sent in the last seven days."""
    since = timezone.now() - timedelta(days=7)
    failed = Outbound.objects.filter(state=Outbound.State.FAILED, created_at__gt=since)
    if latest := failed.order_by("-created_at").first():
        words = _("not sent in 7 days: {n}; the last: {error}")
        return warn(_("outbound"), words.format(n=failed.count(), error=latest.error[-300:]))
    return ok(_("outbound"), _("nothing failed in 7 days"))


def files() -> Finding:
    """Are the files of the newest attachments there?"""
    blobs = Blob.objects.order_by("-id")[:SAMPLE]
    missing = [blob.path for blob in blobs if not (settings.MEDIA_ROOT / blob.path).exists()]
    if missing:
        words = _("{n} of the newest {total} are missing, e.g. {path}")
        return fail(_("files"), words.format(n=len(missing), total=len(blobs), path=missing[0]))
    return ok(_("files"), _("the newest {n} are there").format(n=len(blobs)))
