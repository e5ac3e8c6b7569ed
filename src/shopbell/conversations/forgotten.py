"""Mail that was deleted, known again by a hash of its id should it be read once more."""

from __future__ import annotations

import hashlib


def digest(external_id: str) -> str:
    """What is kept of the id of a deleted message: enough to know it again, and nothing else."""
    return hashlib.sha256(external_id.encode()).hexdigest()
