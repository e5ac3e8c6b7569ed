"""Mail that was deleted, known again by a hash of its id should it be read once more."""

from __future__ import annotations

import hashlib

from shopbell.channels.models import Channel
from shopbell.conversations.models import Forgotten


def digest(external_id: str) -> str:
    """What is kept of the id of a deleted message: enough to know it again, and nothing else."""
    return hashlib.sha256(external_id.encode()).hexdigest()


def is_forgotten(channel: Channel, external_id: str) -> bool:
    """Whether a message of this id was deleted here."""
    return Forgotten.objects.filter(channel=channel, digest=digest(external_id)).exists()
