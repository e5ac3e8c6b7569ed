"""What an agent has begun to write, kept on the server as it is typed."""

from __future__ import annotations

import uuid
from typing import Any

from shopbell.agents.models import Agent
from shopbell.channels import files
from shopbell.conversations.models import Attachment, Conversation, Draft, DraftFile
from shopbell.core import files as file_types
from shopbell.core import text

KINDS = ("reply", "note")


def save_draft(
    conversation: Conversation, agent: Agent, kind: str, *, body: str, recipients: dict[str, Any] | None = None
) -> Draft | None:
    """Keep the text; an empty one without files removes the draft."""
    body = text.clean(body)
    if not body.strip() and not DraftFile.objects.filter(draft=_find(conversation, agent, kind)).exists():
        discard_draft(conversation, agent, kind)
        return None
    values = {"text": body, "recipients": recipients or {}}
    draft, _ = Draft.objects.update_or_create(agent=agent, conversation=conversation, kind=kind, defaults=values)
    return draft


def discard_draft(conversation: Conversation, agent: Agent, kind: str) -> None:
    """Forget what was begun."""
    Draft.objects.filter(agent=agent, conversation=conversation, kind=kind).delete()


def add_draft_file(
    conversation: Conversation, agent: Agent, kind: str, *, name: str, content: bytes, inside: bool = False
) -> DraftFile:
    """Add a file to a draft, which is made when there is none. `inside`: an image shown within the text."""
    draft, _ = Draft.objects.get_or_create(agent=agent, conversation=conversation, kind=kind)
    content_id = f"{uuid.uuid4().hex}@shopbell" if inside else ""
    name = file_types.safe_name(name)
    return DraftFile.objects.create(draft=draft, blob=files.keep(content, name), name=name, content_id=content_id)


def copy_draft_file(draft: Draft, attachment: Attachment) -> None:
    """Put a file that was sent back on the draft (undo)."""
    DraftFile.objects.create(draft=draft, blob=attachment.blob, name=attachment.name, content_id=attachment.content_id)


def remove_draft_file(file_id: int, agent: Agent) -> None:
    """Take a file off one's own draft."""
    DraftFile.objects.filter(id=file_id, draft__agent=agent).delete()


def _find(conversation: Conversation, agent: Agent, kind: str) -> Draft | None:
    return Draft.objects.filter(agent=agent, conversation=conversation, kind=kind).first()
