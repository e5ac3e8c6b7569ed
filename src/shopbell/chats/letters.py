"""The mails a visitor of a chat gets: what they missed, and what was said; in their language."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import formats, translation
from django.utils.translation import gettext as _

from shopbell.channels import contract
from shopbell.channels.models import Blob, Channel
from shopbell.chats.models import Line, Visit
from shopbell.chats.naming import shown_name
from shopbell.conversations import writing
from shopbell.conversations.models import Conversation
from shopbell.core import zones


def missed(visit: Visit, lines: Sequence[Line]) -> tuple[str, str]:
    """(subject, text) of the mail with the answers they missed."""
    with translation.override(visit.language):
        return _letter(
            visit,
            lines,
            _("You left the chat with {shop} before our answer came. Here it is:"),
            _("To go on, answer this mail, or come back to the chat: everything is there."),
        )


def transcript(visit: Visit, lines: Sequence[Line]) -> tuple[str, str]:
    """(subject, text) of the mail with all that was said."""
    with translation.override(visit.language):
        return _letter(
            visit,
            lines,
            _("This is what was said in your chat with {shop}:"),
            _("If something is left to say, answer this mail."),
        )


def _letter(visit: Visit, lines: Sequence[Line], first: str, last: str) -> tuple[str, str]:
    shop = visit.channel.shop.name
    parts = [first.format(shop=shop), *(_said(visit, line) for line in lines), last, shop]
    return _("Your chat with {shop}").format(shop=shop), "\n\n".join(parts)


def transcript_shown(visit: Visit) -> str:
    """What the desk shows instead of saying it all again."""
    with translation.override(visit.channel.shop.language):
        return _("What was said in the chat was mailed to the visitor.")


def _said(visit: Visit, line: Line) -> str:
    """Who said it and when, below that what; names of files in brackets."""
    at = line.message.occurred_at.astimezone(zones.named(visit.channel.shop.time_zone))
    head = f"{_who(visit, line)}, {formats.date_format(at, 'SHORT_DATETIME_FORMAT')}:"
    files = [f"[{file.name}]" for file in line.message.attachments.all()]
    return "\n".join(part for part in (head, line.message.text, *files) if part)


def _who(visit: Visit, line: Line) -> str:
    if not line.is_ours:
        return shown_name(visit)
    author = line.message.author
    return next(iter(author.name.split()), "") if author else visit.channel.shop.name


def letter(
    visit: Visit, conversation: Conversation, mailbox: Channel, subject: str, text: str
) -> contract.OutboundMessage:
    """The mail, ready to be queued. Its references lead an answer back into the conversation."""
    to = contract.Sender(address=visit.email, name=visit.name)
    return writing.letter(conversation, mailbox, to, subject, text)


def files(lines: Sequence[Line]) -> list[tuple[Blob, contract.AttachmentData]]:
    """The files of some lines, as they go along."""
    found = [file for line in lines for file in line.message.attachments.all()]
    return [
        (file.blob, contract.AttachmentData(name=file.name, content_type=file.blob.content_type, content=b""))
        for file in found
    ]
