"""Files that are sent ahead of the message they go with."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.channels import files
from shopbell.core import files as file_types
from shopbell.integrations.models import Upload

KEPT_FOR = timedelta(hours=24)
CHUNK = 1_000


def keep_upload(agent: Agent, *, name: str, content: bytes) -> Upload:
    """Keep a file for a message of this agent."""
    name = file_types.safe_name(name)
    return Upload.objects.create(agent=agent, blob=files.keep(content, name), name=name)


def forget_uploads() -> int:
    """Delete a chunk of what is older than a day; returns how many. Messages that took a file keep it."""
    old = Upload.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).order_by("created_at")
    ids = list(old.values_list("id", flat=True)[:CHUNK])
    Upload.objects.filter(id__in=ids).delete()
    return len(ids)
