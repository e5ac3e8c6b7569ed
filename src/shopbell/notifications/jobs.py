"""Periodic work of notifications: the mail digest."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shopbell.agents import permissions
from shopbell.agents.models import Agent, Digest
from shopbell.channels import notices
from shopbell.core import zones
from shopbell.core.transactions import retried
from shopbell.events import schedule
from shopbell.notifications import operations, queries, ways
from shopbell.notifications.models import DigestMark, Notification
from shopbell.notifications.ways import Way

MORNING = 7  # o'clock, where the agent is
MOST = 20  # notifications listed; of more only their number is said
WAITS = timedelta(minutes=10)  # what is newer may be looked at any moment


@schedule.every(seconds=600)
def send_digests() -> None:
    """Mail each agent who wants it what they have not looked at, and were not told of by mail before."""
    for agent in Agent.objects.filter(is_active=True).exclude(digest=Digest.NEVER).order_by("id"):
        if permissions.may_read(agent) and _is_due(agent, timezone.now()):
            _send(agent.pk)


def _is_due(agent: Agent, now: datetime) -> bool:
    mark = DigestMark.objects.filter(agent=agent).first()
    if agent.digest == Digest.HOURLY:
        return mark is None or now - mark.at >= timedelta(hours=1)
    local = now.astimezone(zones.named(agent.time_zone))
    return local.hour >= MORNING and (mark is None or mark.at.astimezone(local.tzinfo).date() < local.date())


@retried
def _send(agent_id: int) -> None:
    """The agent's row is locked, so that two workers send one mail; the mail and the mark are kept together."""
    agent = Agent.objects.select_for_update(of=("self",)).get(pk=agent_id)
    if not _is_due(agent, timezone.now()):
        return
    waiting = _waiting(agent)
    newest = waiting.order_by("-id").values_list("id", flat=True).first()
    if newest is None:
        return
    with translation.override(agent.language):
        subject, text = _write(agent, waiting)
    try:
        notices.send(agent.email, agent.name, subject, text, key=f"digest:{agent.pk}:{newest}")
    except notices.NoMailbox:
        return
    operations.mark_told_by_mail(agent, newest)


def _waiting(agent: Agent) -> QuerySet[Notification]:
    mark = DigestMark.objects.filter(agent=agent).values_list("notification_id", flat=True).first() or 0
    rows = queries.visible(agent).filter(read_at=None, id__gt=mark, kind__in=ways.kinds(agent, Way.MAIL))
    return rows.filter(created_at__lt=timezone.now() - WAITS)


def _write(agent: Agent, waiting: QuerySet[Notification]) -> tuple[str, str]:
    """Subject and text. Only numbers and links: a mail lies around where the desk's rules do not hold."""
    total = waiting.count()
    subject = ngettext("{n} thing waits for you at the desk", "{n} things wait for you at the desk", total)
    shown = waiting.select_related("article_text")[:MOST]
    lines = [f"{row.get_kind_display()}: {settings.BASE_URL}{_path(row)}" for row in shown]
    if total > MOST:
        lines.append(_("… and {n} more.").format(n=total - MOST))
    lines += [
        "",
        _("How often this comes is yours to say: {url}").format(
            url=f"{settings.BASE_URL}/desk/preferences/notifications/"
        ),
    ]
    return subject.format(n=total), "\n".join(lines)


def _path(row: Notification) -> str:
    if row.connection_id or row.channel_id:
        return "/desk/needs-person/"
    if row.article_text is None:
        return f"/desk/c/{row.conversation_id}/"
    return f"/desk/articles/{row.article_text.article_id}/{row.article_text.language}/"
