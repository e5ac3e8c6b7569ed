"""Reads: which channels are in trouble."""

from __future__ import annotations

from shopbell.channels.models import Channel


def alarmed() -> list[Channel]:
    """Sources that could not be read for longer than the alarm allows, longest first."""
    return list(Channel.objects.filter(is_active=True, alarmed_at__isnull=False).order_by("failing_since"))
