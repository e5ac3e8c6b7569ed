"""What an agent has begun to write, kept on the server as it is typed; alone, or shared with colleagues."""

from __future__ import annotations

import uuid
from typing import Any

from shopbell.agents.models import Agent
from shopbell.channels import files
from shopbell.conversations import events
from shopbell.conversations.models import Attachment, Conversation, Draft, DraftFile
from shopbell.core import files as file_types
from shopbell.core import rich, text
from shopbell.core.transactions import retried
from shopbell.events import bus

KINDS = ("reply", "note")


class DraftChanged(Exception):
    """A colleague changed the shared draft since the writer last saw it; `draft` is what it is now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft.id)
        self.draft = draft


@retried
def save_draft(
    conversation: Conversation,
    agent: Agent,
    kind: str,
    *,
    body: str,
    html: str = "",
    recipients: dict[str, Any] | None = None,
    language: str = "",
    quotes: bool | None = None,
    version: int | None = None,
) -> Draft | None:
    """Keep the text as one's own draft; an empty one without files removes it.

    `html`: the text with formatting; `body` is then made from it. `quotes`: whether the mail answered goes along.
    Raises rich.TooLong, and for a draft that is shared or was taken over DraftChanged as `save_shared` does.
    """
    rows = Draft.objects.select_for_update().filter(agent=agent, conversation=conversation, kind=kind)
    draft = rows.first()
    if draft is not None:
        check_version(draft, agent, version)
    html, body = cleaned(html, body, draft)
    has_files = draft is not None and DraftFile.objects.filter(draft=draft).exists()
    if not body.strip() and not html and not has_files:
        rows.delete()
        return None
    values: dict[str, Any] = {
        "text": body,
        "html": html,
        "recipients": recipients or {},
        "language": language,
        "quotes": quotes,
    }
    values |= {"saved_by": agent, "version": draft.version + 1 if draft is not None else 1}
    draft, _ = Draft.objects.update_or_create(agent=agent, conversation=conversation, kind=kind, defaults=values)
    return draft


@retried
def save_shared(
    draft_id: int,
    agent: Agent,
    *,
    version: int | None,
    body: str,
    html: str = "",
    recipients: dict[str, Any] | None = None,
    language: str = "",
    quotes: bool | None = None,
) -> Draft:
    """Keep a colleague's shared draft, or one's own that is shared, as one left it.

    `version` is what the writer began with; None: whatever was there, this stands. Raises DraftChanged when somebody
    else changed it since, Draft.DoesNotExist when it is gone or shared no more, rich.TooLong.
    """
    draft = Draft.objects.select_for_update().get(id=draft_id, is_shared=True)
    check_version(draft, agent, version)
    draft.html, draft.text = cleaned(html, body, draft)
    draft.recipients, draft.language, draft.quotes = recipients or {}, language, quotes
    draft.saved_by, draft.version = agent, draft.version + 1
    draft.save()
    return draft


def check_version(draft: Draft, agent: Agent, version: int | None) -> None:
    """Raises DraftChanged when somebody else changed the draft since the writer's version of it."""
    if version is not None and draft.version > version and draft.saved_by_id not in (None, agent.pk):
        raise DraftChanged(draft)


def cleaned(html: str, body: str, draft: Draft | None) -> tuple[str, str]:
    """(html, text): the two forms of what was written, of which the formatted one counts."""
    if not html:
        return "", text.clean(body)
    inside = DraftFile.objects.filter(draft=draft).exclude(content_id="") if draft is not None and draft.pk else ()
    safe = rich.clean(html, {f"cid:{file.content_id}": file.content_id for file in inside})
    return safe, text.clean(rich.to_text(safe))


@retried
def share_draft(draft_id: int, agent: Agent, *, is_shared: bool = True) -> Draft:
    """Let colleagues who see the conversation go on with one's draft, or no longer. Raises Draft.DoesNotExist."""
    draft = Draft.objects.select_for_update().get(id=draft_id, agent=agent)
    if draft.is_shared != is_shared:
        draft.is_shared = is_shared
        draft.save(update_fields=["is_shared"])
        _tell(draft, agent)
    return draft


@retried
def take_over_draft(draft_id: int, agent: Agent) -> Draft:
    """Make a shared draft one's own; what one has begun oneself stands below it. Raises Draft.DoesNotExist.

    It stays saved by whoever wrote in it last: what one's own page sends late does not overwrite that unasked.
    """
    draft = Draft.objects.select_for_update().get(id=draft_id, is_shared=True)
    owner = draft.agent_id
    draft.saved_by_id = draft.saved_by_id or owner
    draft.is_shared, draft.agent, draft.version = False, agent, draft.version + 1
    if owner != agent.pk:
        _absorb(draft, Draft.objects.filter(agent=agent, conversation=draft.conversation_id, kind=draft.kind).first())
    draft.save()
    _tell(draft, agent)
    return draft


def _absorb(draft: Draft, other: Draft | None) -> None:
    """Put another draft below this one, its files too, and remove it; the caller saves this one."""
    if other is None or other.pk == draft.pk:
        return
    draft.text, draft.html = below((draft.text, draft.html), (other.text, other.html))
    draft.version = max(draft.version, other.version + 1)
    DraftFile.objects.filter(draft=other).update(draft=draft)
    other.delete()


def below(first: tuple[str, str], second: tuple[str, str]) -> tuple[str, str]:
    """(text, html) of one text below another; formatted when one of them is."""
    joined = "\n\n".join(part for part in (first[0], second[0]) if part.strip())
    if not first[1] and not second[1]:
        return joined, ""
    return joined, "".join(html or rich.from_text(plain) for plain, html in (first, second))


def _tell(draft: Draft, agent: Agent) -> None:
    event = events.DraftShared(conversation_id=draft.conversation_id, draft_id=draft.id, is_shared=draft.is_shared)
    bus.publish(event, actor=agent.pk)


def discard_draft(conversation: Conversation, agent: Agent, kind: str) -> None:
    """Forget what was begun."""
    Draft.objects.filter(agent=agent, conversation=conversation, kind=kind).delete()


def end_draft(draft: Draft) -> None:
    """It was sent, or is to leave later: what has been begun is done."""
    draft.delete()


def add_draft_file(
    conversation: Conversation,
    agent: Agent,
    kind: str,
    *,
    name: str,
    content: bytes,
    inside: bool = False,
    draft: Draft | None = None,
) -> DraftFile:
    """Add a file to a draft, which is made when there is none. `inside`: an image shown within the text.

    `draft`: a shared one instead of one's own.
    """
    if draft is None:
        draft, _ = Draft.objects.get_or_create(agent=agent, conversation=conversation, kind=kind)
    content_id = f"{uuid.uuid4().hex}@shopbell" if inside else ""
    name = file_types.safe_name(name)
    return DraftFile.objects.create(draft=draft, blob=files.keep(content, name), name=name, content_id=content_id)


def copy_draft_file(draft: Draft, attachment: Attachment) -> None:
    """Put a file that was sent back on the draft (undo)."""
    DraftFile.objects.create(draft=draft, blob=attachment.blob, name=attachment.name, content_id=attachment.content_id)


def remove_draft_file(file_id: int) -> None:
    """Take a file off a draft; the caller has looked whose it is."""
    DraftFile.objects.filter(id=file_id).delete()
