"""A message to a third party in the form it leaves in: the agent's words, and below them what is passed on.

Nothing goes along that was not chosen: no quoted history, no ids of the customer's messages, no notes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import formats, translation
from django.utils.html import escape
from django.utils.translation import gettext as _

from shopbell.agents.models import Agent
from shopbell.channels import contract, files
from shopbell.channels.models import Blob
from shopbell.conversations import writing
from shopbell.conversations.models import Attachment, Conversation, Message, SideConversation
from shopbell.core import files as file_types
from shopbell.core import html, text, zones

PASSED_ON = (Message.Kind.CUSTOMER, Message.Kind.CUSTOMER_AUTO, Message.Kind.AGENT)
Outgoing = list[tuple[Blob, contract.AttachmentData]]


def chosen(conversation: Conversation, ids: Iterable[int]) -> list[Message]:
    """The messages to pass on, oldest first; what is no message of the customer's thread is left out."""
    rows = Message.objects.filter(conversation=conversation, id__in=list(ids), kind__in=PASSED_ON, side=None)
    return list(rows.select_related("author", "inbound").order_by("id"))


@dataclass(frozen=True)
class Original:
    """A message that is passed on: a line that sets it off, who wrote what when, and its text."""

    rule: str
    lines: list[str]
    text: str

    @property
    def as_text(self) -> str:
        return "\n".join([self.rule, *self.lines, "", self.text])

    @property
    def as_html(self) -> str:
        head = "<br>".join(escape(line) for line in [self.rule, *self.lines])
        return f'<div><p>{head}</p><blockquote type="cite">{html.from_text(self.text)}</blockquote></div>'


def mail(
    side: SideConversation, agent: Agent, body: str, passed_on: Sequence[Message], recipients: writing.Recipients
) -> contract.OutboundMessage:
    """The mail, ready to be queued."""
    conversation = side.conversation
    channel = conversation.channel.outgoing
    signed = writing.signature(conversation, agent)
    originals = _originals(conversation, passed_on)
    plain = [body, signed.text and f"-- \n{signed.text}", *(one.as_text for one in originals)]
    markup = [html.from_text(body), signed.html and f'<div class="signature">-- <br>{signed.html}</div>']
    earlier = _earlier(side)
    return contract.OutboundMessage(
        external_id=writing.new_id(channel),
        sender=writing.sender(channel, conversation),
        to=recipients.to,
        cc=recipients.cc,
        text="\n\n".join(part for part in plain if part),
        html="\n".join([*(part for part in markup if part), *(one.as_html for one in originals)]),
        subject=writing.reply_subject(side.subject) if earlier else side.subject,
        reference="",
        reply_to_external_id=earlier[-1] if earlier else "",
        thread_ids=tuple(earlier[:1] + earlier[1:][-(writing.MAX_REFERENCES - 1) :]),
    )


def _earlier(side: SideConversation) -> list[str]:
    """The ids of this thread so far, oldest first; the customer's have no place in it."""
    rows = Message.objects.filter(side=side).exclude(message_id="").order_by("id")
    return list(dict.fromkeys(rows.values_list("message_id", flat=True)))


def _originals(conversation: Conversation, passed_on: Iterable[Message]) -> list[Original]:
    """In the shop's language: whoever it is passed on to knows the shop."""
    with translation.override(conversation.shop.language):
        title = _("Forwarded message")
        rule = f"---------- {title} ----------"
        return [Original(rule, _lines(conversation, message), message.text) for message in passed_on]


def _lines(conversation: Conversation, message: Message) -> list[str]:
    zone = zones.named(conversation.shop.time_zone)
    date = formats.date_format(message.occurred_at.astimezone(zone), "DATETIME_FORMAT")
    is_ours = message.kind == Message.Kind.AGENT
    sender = conversation.shop.name if is_ours else _person(message.sender_name, message.sender_address)
    to = ", ".join(_person(name, address) for name, address in message.recipients.get("to", ()))
    told = [(_("From"), sender), (_("Date"), date), (_("Subject"), message.subject), (_("To"), to)]
    return [f"{name}: {value}" for name, value in told if value]


def _person(name: str, address: str) -> str:
    return f"{name} <{address}>" if name and name != address else address


def attached(passed_on: Sequence[Message], *, files_too: bool, originals_too: bool) -> Outgoing:
    """What goes along with messages that are passed on: their files, their mails as they came."""
    found: Outgoing = []
    if files_too:
        rows = Attachment.objects.filter(message__in=passed_on).select_related("blob").order_by("id")
        found += [outgoing(row.blob, row.name) for row in rows]
    if originals_too:
        found += [_original(message) for message in passed_on if message.inbound is not None]
    return found


def outgoing(blob: Blob, name: str, content_type: str = "") -> tuple[Blob, contract.AttachmentData]:
    """A stored file as a message takes it along."""
    kind = content_type or blob.content_type
    return blob, contract.AttachmentData(name=name, content_type=kind, content=b"")


def _original(message: Message) -> tuple[Blob, contract.AttachmentData]:
    """The mail as it came, as a file that mail programs open as a mail."""
    assert message.inbound is not None
    name = file_types.safe_name(f"{text.preview(message.subject, 60) or message.id}.eml")
    return outgoing(files.keep(bytes(message.inbound.body), name), name, "message/rfc822")
