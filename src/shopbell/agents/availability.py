"""Whether somebody is there: what they say, the hours they work, and whether they did anything lately."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from shopbell.agents.models import Agent, Status
from shopbell.core import zones

SILENT_FOR = timedelta(minutes=15)  # who did nothing for so long is away


def of(agent: Agent, at: datetime) -> Status:
    """Online, away or off at an instant (aware). Off outside their hours whatever they say; away when silent."""
    if agent.status == Status.OFF or not works_at(agent, at):
        return Status.OFF
    is_silent = agent.seen_at is None or at - agent.seen_at > SILENT_FOR
    return Status.AWAY if agent.status == Status.AWAY or is_silent else Status.ONLINE


def works_at(agent: Agent, at: datetime) -> bool:
    """Whether the instant lies in the agent's hours, in their own zone; a shift may end on the day after it began."""
    local = at.astimezone(zones.named(agent.time_zone))
    if not agent.hours:
        return not _is_off(agent, local.date())
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    return _covers(agent, today, local.time(), is_next_day=False) or _covers(
        agent, yesterday, local.time(), is_next_day=True
    )


def _covers(agent: Agent, day: date, clock: time, *, is_next_day: bool) -> bool:
    """Whether the shift that begins on `day` covers the time, of that day or of the next."""
    shift = agent.hours.get(str(day.weekday()))
    if not shift or _is_off(agent, day):
        return False
    start, end = (time.fromisoformat(value) for value in shift)
    if is_next_day:
        return end <= start and clock < end
    return start <= clock and (clock < end or end <= start)


def _is_off(agent: Agent, day: date) -> bool:
    return any(first <= day.isoformat() <= last for first, last in agent.days_off)


def is_quiet(agent: Agent, at: datetime) -> bool:
    """Whether the agent wants no sound and no pushed message at an instant: quiet hours, or they are off."""
    if agent.status == Status.OFF or not works_at(agent, at):
        return True
    if agent.quiet_from is None or agent.quiet_to is None:
        return False
    clock = at.astimezone(zones.named(agent.time_zone)).time()
    if agent.quiet_from <= agent.quiet_to:
        return agent.quiet_from <= clock < agent.quiet_to
    return clock >= agent.quiet_from or clock < agent.quiet_to
