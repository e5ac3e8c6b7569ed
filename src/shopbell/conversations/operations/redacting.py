"""Remove for good what should not have been written: a passage wherever it stands in a conversation, or a file.

The log says who did it, when and why, never what it was.
"""

from __future__ import annotations

import re

from shopbell.channels import delivery, files, ingress
from shopbell.channels.models import Blob, Inbound
from shopbell.conversations import events, search
from shopbell.conversations.counters import changing
from shopbell.conversations.locking import lock
from shopbell.conversations.models import (
    Attachment,
    ChecklistItem,
    Conversation,
    Draft,
    DraftFile,
    Message,
    Rating,
    RedactReason,
    SideConversation,
)
from shopbell.conversations.operations.rows import show_newest
from shopbell.core import redaction, text
from shopbell.core.transactions import retried
from shopbell.events import bus

_TEXTS = ("text", "full_text", "subject", "sender_name", "error")


class NothingFound(ValueError):
    """The passage, or the file, is not in this conversation (any more)."""


def count_passage(conversation: Conversation, passage: str) -> tuple[int, int]:
    """(messages, places) a passage stands in; nothing is changed. Raises redaction.BadPassage."""
    found = redaction.pattern(passage)
    counts = [_redact(message, found) for message in Message.objects.filter(conversation=conversation)]
    return sum(1 for n in counts if n), sum(counts)


@retried
def redact_passage(conversation_id: int, passage: str, *, reason: str, actor: int | None) -> int:
    """Remove a passage from every message of a conversation, its quotes, its list row and its search words.

    The mail as it came is given up wherever the passage stood in it. Returns in how many places it stood. Raises
    redaction.BadPassage, NothingFound, ValueError for an unknown reason, and Merged.
    """
    found, why = redaction.pattern(text.clean(passage)), RedactReason(reason)
    conversation = lock(conversation_id)
    changed: list[int] = []
    places = 0
    for message in Message.objects.filter(conversation=conversation).order_by("id"):
        if n := _redact(message, found):
            _keep(message, conversation, found)
            places += n
            changed.append(message.id)
        elif message.inbound_id and _stands_in_raw(message.inbound_id, found):
            ingress.forget([message.inbound_id], ingress.REDACTED)
    if not changed:
        raise NothingFound(conversation_id)
    _redact_around(conversation, found)
    _tell(conversation, changed[0], "passage", places, why, actor)
    return places


def _stands_in_raw(inbound_id: int, found: re.Pattern[str]) -> bool:
    """In a part of the mail that the desk does not show."""
    body = Inbound.objects.filter(id=inbound_id).values_list("body", flat=True).first()
    return body is not None and found.search(bytes(body).decode(errors="replace")) is not None


def _redact(message: Message, found: re.Pattern[str]) -> int:
    """Change the message's own fields; the caller saves it. Returns in how many places the passage stood."""
    places = read = 0
    for name in _TEXTS:
        value, n = redaction.in_text(getattr(message, name), found)
        setattr(message, name, value)
        places += n
        read += n if name in ("text", "full_text") else 0
    markup, shown = redaction.in_html(message.html, found)
    message.html = "" if read and not shown else markup  # it is there, written in a way we do not see: give it up
    message.about, told = redaction.in_values(message.about, found)
    return places + shown + told


def _keep(message: Message, conversation: Conversation, found: re.Pattern[str]) -> None:
    message.about = {**message.about, "redacted": True}
    message.save(update_fields=[*_TEXTS, "html", "about"])
    _reindex(message, conversation)
    if message.inbound_id:
        ingress.forget([message.inbound_id], ingress.REDACTED)
    if message.outbound_id:
        delivery.rewrite(message.outbound_id, lambda content: _rewritten(content, found))


def _rewritten(content: dict[str, object], found: re.Pattern[str]) -> dict[str, object]:
    changed, _n = redaction.in_values({name: value for name, value in content.items() if name != "html"}, found)
    markup, _n = redaction.in_html(str(content.get("html") or ""), found)
    return {**changed, "html": markup}


def _reindex(message: Message, conversation: Conversation) -> None:
    names = message.attachments.values_list("name", flat=True)
    is_ours = message.outbound_id is not None or message.kind == Message.Kind.NOTE
    about = () if is_ours else (message.sender_name, message.sender_address, message.subject)
    parts = (*about, message.text, *names)
    customer = message.customer_id or conversation.customer_id
    words = search.words_of(message.id, customer, parts, message.language or conversation.language)
    search.index(message.id, conversation.id, words)


def _redact_around(conversation: Conversation, found: re.Pattern[str]) -> None:
    """What else quotes the conversation: its subject, fields, drafts, checklist, rating and side conversations."""
    with changing(conversation):
        conversation.subject, _n = redaction.in_text(conversation.subject, found)
        conversation.custom, _n = redaction.in_values(conversation.custom, found)
        show_newest(conversation)
    for draft in Draft.objects.filter(conversation=conversation):
        written, n = redaction.in_text(draft.text, found)
        markup, shown = redaction.in_html(draft.html, found)
        if n or shown:
            Draft.objects.filter(id=draft.id).update(text=written, html=markup if shown else "")
    for item in ChecklistItem.objects.filter(conversation=conversation):
        ChecklistItem.objects.filter(id=item.id).update(text=redaction.in_text(item.text, found)[0])
    for rating in Rating.objects.filter(conversation=conversation).exclude(comment=""):
        Rating.objects.filter(pk=rating.pk).update(comment=redaction.in_text(rating.comment, found)[0])
    for side in SideConversation.objects.filter(conversation=conversation):
        kept = {"subject": redaction.in_text(side.subject, found)[0]}
        kept["taken_back"] = redaction.in_values(side.taken_back, found)[0]
        SideConversation.objects.filter(id=side.id).update(**kept)


@retried
def redact_file(conversation_id: int, attachment_id: int, *, reason: str, actor: int | None) -> int:
    """Remove a file wherever it is attached in a conversation, the mail it came with, and its bytes where no other
    conversation has them. Returns from how many messages.

    Raises NothingFound, ValueError for an unknown reason, and Merged.
    """
    why = RedactReason(reason)
    conversation = lock(conversation_id)
    asked = Attachment.objects.filter(id=attachment_id, message__conversation=conversation).first()
    if asked is None:
        raise NothingFound(attachment_id)
    blob = asked.blob
    same = Attachment.objects.filter(message__conversation=conversation, blob=blob)
    messages = list(Message.objects.filter(id__in=same.values("message")).order_by("id"))
    same.delete()
    DraftFile.objects.filter(draft__conversation=conversation, blob=blob).delete()
    for message in messages:
        _keep_without(message, conversation, blob)
    with changing(conversation):
        left = Attachment.objects.filter(message__conversation=conversation)
        conversation.has_attachments = left.exists()
    files.forget([blob])
    _tell(conversation, messages[0].id, "file", len(messages), why, actor)
    return len(messages)


def _keep_without(message: Message, conversation: Conversation, blob: Blob) -> None:
    message.about = {**message.about, "redacted": True}
    message.save(update_fields=["about"])
    _reindex(message, conversation)
    if message.inbound_id:
        ingress.forget([message.inbound_id], ingress.REDACTED)
    if message.outbound_id:
        delivery.rewrite(message.outbound_id, lambda content: _without(content, blob.sha256))


def _without(content: dict[str, object], sha256: str) -> dict[str, object]:
    attached = content.get("attachments") or []
    assert isinstance(attached, list)
    return {**content, "attachments": [item for item in attached if item["sha256"] != sha256]}


def _tell(
    conversation: Conversation, message_id: int, what: str, places: int, why: RedactReason, actor: int | None
) -> None:
    event = events.ConversationRedacted(
        conversation_id=conversation.id, message_id=message_id, what=what, places=places, reason=why.value
    )
    bus.publish(event, actor=actor)
