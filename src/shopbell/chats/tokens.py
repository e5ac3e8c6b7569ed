"""What opens a visit: its key under our signature. It holds as long as the visit; the level lies with the visit."""

from __future__ import annotations

import uuid

from shopbell.chats.models import Visit
from shopbell.core import crypto

PURPOSE = "chat-visit"


def make(visit: Visit) -> str:
    """The token of a visit."""
    return crypto.sign_token(PURPOSE, visit.key.hex)


def read(token: str) -> uuid.UUID | None:
    """The key of the visit a token opens; None for one that is not ours."""
    value = crypto.read_token(PURPOSE, token)
    return uuid.UUID(value) if value is not None and len(value) == 32 else None
