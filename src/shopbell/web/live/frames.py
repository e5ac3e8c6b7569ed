"""Server-sent events as bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def frame(event: str, data: Mapping[str, Any] | None = None) -> bytes:
    """One server-sent event."""
    return f"event: {event}\ndata: {json.dumps(data or {}, ensure_ascii=False)}\n\n".encode()


def numbered(seq: int, event: str, data: Mapping[str, Any]) -> bytes:
    """One with an id to resume from."""
    return f"id: {seq}\n".encode() + frame(event, data)
