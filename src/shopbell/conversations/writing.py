"""Put an answer into the form it leaves in: subject, references, signature, quote, plain and HTML."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils import formats, translation
from django.utils.translation import gettext as _

from shopbell.agents.models import Agent
from shopbell.channels import contract
from shopbell.channels.models import Channel
from shopbell.conversations.models import Conversation, Message
from shopbell.core import html, rich, zones
from shopbell.knowledge import queries as knowledge

PUBLIC = (Message.Kind.CUSTOMER, Message.Kind.AGENT, Message.Kind.AUTO_REPLY_OUT)
MAX_REFERENCES = 20
MOST_LETTERS = 15  # of ours that another one refers to
_RE = re.compile(r"^\s*(re|aw|sv|vs|vast|antw|odp)\s*(\[\d+\])?:", re.IGNORECASE)
_IMAGE = re.compile(r"!\[([^\]\n]{1,255})\]")


@dataclass(frozen=True, kw_only=True)
class Recipients:
    """Whom a message goes to."""

    to: tuple[contract.Sender, ...]
    cc: tuple[contract.Sender, ...] = ()
    bcc: tuple[contract.Sender, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Content:
    """What an agent wrote. `inside`: content ids of images a plain text shows as `![name]`."""

    text: str
    html: str = ""
    inside: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    quotes: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A signature as it is sent, in both forms."""

    text: str = ""
    html: str = ""


def answer(
    conversation: Conversation, agent: Agent, content: Content, recipients: Recipients
) -> contract.OutboundMessage:
    """The answer of an agent, ready to be queued."""
    channel = conversation.channel.outgoing
    last = last_from_customer(conversation)
    quotes = channel.settings.get("quote_history") if content.quotes is None else content.quotes
    quote = quotation(conversation, last, content.language) if last and quotes else ""
    signed = signature(conversation, agent, content.language)
    plain = "\n\n".join(part for part in (content.text, signed.text and f"-- \n{signed.text}", quote) if part)
    return _message(
        conversation,
        channel,
        last,
        text=_IMAGE.sub(r"[\1]", plain) if not content.html else plain,
        html=_html(content, signed, quote),
        recipients=recipients,
    )


def said(conversation: Conversation, content: Content, recipients: Recipients) -> contract.OutboundMessage:
    """What an agent says where it arrives by being stored (a chat): there is no subject, signature or quote."""
    channel = conversation.channel.outgoing
    return contract.OutboundMessage(
        external_id=new_id(channel),
        sender=contract.Sender(address=channel.address, name=channel.name),
        to=recipients.to,
        text=content.text,
        html=content.html,
        reference="",
    )


def signature(conversation: Conversation, agent: Agent, language: str = "") -> Signed:
    """What stands below an agent's answer: their own, else the shop's, else the mailbox's; variables filled in."""
    language = language or conversation.language or conversation.shop.language
    found = knowledge.signature(agent.pk, conversation.shop_id, language)
    plain = found.text if found else conversation.channel.outgoing.signature
    names = {"agent.name": agent.name, "shop.name": conversation.shop.name}
    text = knowledge.fill(plain, names)
    if found is not None and found.html:
        return Signed(text=text, html=knowledge.fill_html(found.html, names))
    return Signed(text=text, html=html.from_text(text))


def quotation(conversation: Conversation, last: Message, language: str = "") -> str:
    """The customer's last message as it goes along below an answer, every line marked with >."""
    with translation.override(language or conversation.language or conversation.shop.language):
        zone = zones.named(conversation.shop.time_zone)
        date = formats.date_format(last.occurred_at.astimezone(zone), "DATETIME_FORMAT")
        head = _("On {date}, {name} wrote:").format(date=date, name=last.sender_name or last.sender_address)
    return "\n".join([head, *(f"> {line}" for line in last.text.splitlines())])


def acknowledgement_text(channel: Channel, language: str) -> str:
    """The channel's automatic receipt in this language, else the one for every language; "" when there is none."""
    by_language = channel.settings.get("acknowledgements", {})
    return str(by_language.get(language) or channel.settings.get("acknowledgement", ""))


def acknowledgement(conversation: Conversation, message: Message, body: str) -> contract.OutboundMessage:
    """The automatic receipt: marked as such, so that no machine answers it."""
    to = Recipients(to=(contract.Sender(address=message.sender_address, name=message.sender_name),))
    text = body.replace("{conversation.number}", str(conversation.id))
    return _message(
        conversation,
        message.channel.outgoing,
        message,
        text=text,
        html=html.from_text(text),
        recipients=to,
        automatic=True,
    )


def letter(
    conversation: Conversation, mailbox: Channel, to: contract.Sender, subject: str, text: str
) -> contract.OutboundMessage:
    """Mail of our own that nobody asked for, marked as automatic (RFC 3834). Its references lead an answer back."""
    ours = Message.objects.filter(conversation=conversation, outbound__isnull=False).exclude(message_id="")
    ids = list(ours.order_by("-id").values_list("message_id", flat=True)[:MOST_LETTERS])
    return contract.OutboundMessage(
        external_id=new_id(mailbox),
        sender=sender(mailbox, conversation),
        to=(to,),
        text=text,
        html=rich.to_mail(html.from_text(text)),
        subject=subject,
        reference="",
        thread_ids=tuple(reversed(ids)),
        automatic=True,
    )


def _message(
    conversation: Conversation,
    channel: Channel,
    last: Message | None,
    *,
    text: str,
    html: str,
    recipients: Recipients,
    automatic: bool = False,
) -> contract.OutboundMessage:
    return contract.OutboundMessage(
        external_id=new_id(channel),
        sender=sender(channel, conversation),
        to=recipients.to,
        cc=recipients.cc,
        bcc=recipients.bcc,
        text=text,
        html=html,
        subject=_subject(conversation, last),
        reference="",
        reply_to_external_id=last.message_id if last else "",
        thread_ids=_references(conversation, last),
        automatic=automatic,
    )


def new_id(channel: Channel) -> str:
    """A message id (RFC 5322 section 3.6.4, without its brackets) under the channel's own domain."""
    return f"{uuid.uuid4()}@{channel.address.rpartition('@')[2] or 'shopbell.invalid'}"


def sender(channel: Channel, conversation: Conversation) -> contract.Sender:
    """The shop, by the channel's name for it."""
    return contract.Sender(address=channel.address, name=channel.settings.get("name") or conversation.shop.name)


def _subject(conversation: Conversation, last: Message | None) -> str:
    """Of the first message of a conversation that an agent begins: as it was written."""
    if last is None and not conversation.last_message_id:
        return conversation.subject
    return reply_subject((last.subject if last else "") or conversation.subject)


def reply_subject(subject: str) -> str:
    """`Re: ` once, whatever the languages before."""
    return subject if _RE.match(subject) else f"Re: {subject}".strip()


def last_from_customer(conversation: Conversation) -> Message | None:
    """The message an answer answers."""
    rows = Message.objects.filter(conversation=conversation, kind=Message.Kind.CUSTOMER)
    return rows.order_by("-id").first()


def _references(conversation: Conversation, last: Message | None) -> tuple[str, ...]:
    """RFC 5322 3.6.4: what the answered message referred to, then the message itself; ours in between, oldest first."""
    earlier = reversed(last.thread_ids) if last else []
    rows = Message.objects.filter(conversation=conversation, kind__in=PUBLIC).exclude(message_id="")
    ids = [*earlier, *rows.order_by("id").values_list("message_id", flat=True)]
    if last and last.message_id:
        ids = [*(one for one in ids if one != last.message_id), last.message_id]
    distinct = list(dict.fromkeys(one for one in ids if one))
    return tuple(distinct[:1] + distinct[1:][-(MAX_REFERENCES - 1) :])


def _html(content: Content, signed: Signed, quote: str) -> str:
    parts = [content.html or _images(html.from_text(content.text), content.inside)]
    if signed.text or signed.html:
        parts.append(f'<div class="signature"><p>-- </p>{signed.html}</div>')
    if quote:
        head, _sep, lines = quote.partition("\n")
        quoted = html.from_text("\n".join(line[2:] for line in lines.splitlines()))
        parts.append(f'{html.from_text(head)}<blockquote type="cite">{quoted}</blockquote>')
    return rich.to_mail("\n".join(parts))


def _images(markup: str, inside: Mapping[str, str]) -> str:
    """`![name]` becomes the picture of that name, where there is one."""

    def picture(found: re.Match[str]) -> str:
        content_id = inside.get(found[1])
        return f'<img src="cid:{content_id}" alt="{found[1]}">' if content_id else found[0]

    return _IMAGE.sub(picture, markup)
