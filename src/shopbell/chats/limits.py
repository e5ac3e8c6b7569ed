"""How long a message of a visitor may be: as long as the channel type says."""

from __future__ import annotations

from shopbell.core import registry


def max_text() -> int:
    """Characters."""
    limit: int = registry.channel_types.get("chat").capabilities.max_length
    return limit
