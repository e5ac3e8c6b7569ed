"""The timeline: messages, what happened between them, days and changes of channel, in one column in time order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shopbell.agents.models import Agent
from shopbell.agents.permissions import may_write_articles
from shopbell.conversations import mentions, participants
from shopbell.conversations.masking import is_masked
from shopbell.conversations.models import Message
from shopbell.core import files as file_types
from shopbell.core import html, rich
from shopbell.web import times
from shopbell.web.desk import listing

LONG_HTML = 40_000  # characters of a formatted answer; a longer one is shown as text
LONG_TEXT = 6_000  # characters; the rest of a longer message is a press away
_IMAGE = re.compile(r"!\[([^\]\n]{1,255})\]")
SIDES = {
    Message.Kind.CUSTOMER: "them",
    Message.Kind.CUSTOMER_AUTO: "them auto",
    Message.Kind.AGENT: "us",
    Message.Kind.NOTE: "us note",
    Message.Kind.AUTO_REPLY_OUT: "us auto",
    Message.Kind.SYSTEM: "them auto",
    Message.Kind.SIDE_IN: "them third",
    Message.Kind.SIDE_OUT: "us third",
}

OURS = (Message.Kind.AGENT, Message.Kind.NOTE, Message.Kind.AUTO_REPLY_OUT, Message.Kind.SIDE_OUT)


@dataclass(slots=True)
class File:
    """A file under a message."""

    name: str
    url: str
    thumbnail: str
    size: str
    kind: str


@dataclass(slots=True)
class Entry:
    """One thing in the column. `kind`: message, day, fact, channel, unread, link, side."""

    kind: str
    at: datetime
    text: str = ""
    icon: str = ""
    when: str = ""
    when_exact: str = ""
    message: Shown | None = None
    panel: Any = None  # side_panels.Panel


@dataclass(slots=True)
class Shown:
    """A message, ready to print."""

    id: int
    side: str
    who: str
    address: str
    channel: str
    body: SafeString
    is_note: bool
    is_verified: bool
    is_unproven: bool
    has_html: bool
    has_more: bool
    subject: str
    auto: str
    forwarded: Mapping[str, str | SafeString]
    calendar: Mapping[str, str]
    to: str
    cc: str
    bcc: str
    state: str
    state_label: str
    error: str
    leaves_at: str
    undo_url: str
    may_be_article: bool = False
    seq: int = 0  # of a chat: its number as the visitor has it
    is_read: bool = False  # the newest the visitor has read
    is_address_new: bool = False
    is_channel_new: bool = False
    files: list[File] = field(default_factory=list)
    pictures: list[File] = field(default_factory=list)


def build(messages: Sequence[Message], facts: Iterable[Entry], viewer: Agent, read_up_to: int = 0) -> list[Entry]:
    """Everything in time order, with dividers where the day or the channel changes and where the unread part begins."""
    entries = [entry(message, viewer) for message in messages] + list(facts)
    entries.sort(key=lambda entry: (entry.at, entry.kind != "link"))
    _say_once([entry.message for entry in entries if entry.message is not None])
    return list(_divided(entries, {message.id: message for message in messages}, read_up_to))


def _say_once(shown: Iterable[Shown]) -> None:
    """The address and the channel stand where they change, not on every message."""
    address = channel = ""
    for message in shown:
        if message.address:
            message.is_address_new, address = message.address != address, message.address
        if not message.is_note:
            message.is_channel_new, channel = message.channel != channel, message.channel


def _divided(entries: Sequence[Entry], messages: Mapping[int, Message], read_up_to: int) -> Iterable[Entry]:
    today = timezone.localtime().date()
    day = channel = None
    is_unread_marked = read_up_to == 0  # nothing was read yet: a line above everything says nothing
    for entry in entries:
        date = timezone.localtime(entry.at).date()
        if date != day:
            day = date
            yield Entry("day", entry.at, times.day(date, today))
        if entry.message is not None:
            message = messages[entry.message.id]
            if channel not in (None, message.channel_id) and not entry.message.is_note:
                yield Entry("channel", entry.at, _("continues by {channel}").format(channel=entry.message.channel))
            channel = channel if entry.message.is_note else message.channel_id
            if not is_unread_marked and message.id > read_up_to and entry.message.side.startswith("them"):
                is_unread_marked = True
                yield Entry("unread", entry.at, _("New"))
        yield entry


def entry(message: Message, viewer: Agent) -> Entry:
    """One message."""
    at = message.occurred_at
    return Entry("message", at, when=times.clock(at), when_exact=times.exact(at), message=_shown(message, viewer))


def _shown(message: Message, viewer: Agent) -> Shown:
    attached = [(item.content_id, item.name, _file(item)) for item in message.attachments.all()]
    inside = {name: file for content_id, name, file in attached if content_id and message.author_id}
    is_ours = message.kind in OURS
    leaves_at = message.occurred_at + timedelta(seconds=settings.UNDO_SECONDS)
    is_queued = message.state == Message.State.QUEUED
    written = str(getattr(message, "written", ""))
    listed = [file for cid, name, file in attached if not _is_inside(cid, name, file, inside, message.text, written)]
    return Shown(
        id=message.id,
        side=SIDES[Message.Kind(message.kind)],
        who=_author(message),
        address="" if is_ours or participants.is_unreachable(message.sender_address) else message.sender_address,
        channel=listing.channel_label(message.channel.type),
        body=_mentions(_written(message, attached) or _body(_beginning(message.text), inside), message, viewer),
        is_note=message.kind == Message.Kind.NOTE,
        is_verified=message.is_verified,
        is_unproven=message.about.get("authentication") == "fail",
        has_html=bool(getattr(message, "has_html", False)),
        has_more=bool(getattr(message, "has_more", False)) or len(message.text) > LONG_TEXT,
        subject=message.subject,
        may_be_article=message.kind == Message.Kind.AGENT and may_write_articles(viewer) and not is_masked(viewer),
        auto=_automatic(message),
        forwarded=_forwarded(message),
        calendar=_calendar(message.about.get("calendar")),
        to=people(message.recipients.get("to", ())),
        cc=people(message.recipients.get("cc", ())),
        bcc=people(message.recipients.get("bcc", ())),
        state=message.state if is_ours and message.kind != Message.Kind.NOTE else "",
        state_label=str(Message.State(message.state).label),
        error=message.error if message.state == Message.State.FAILED else "",
        leaves_at=leaves_at.isoformat() if is_queued and leaves_at > timezone.now() else "",
        undo_url=_undo_url(message) if is_queued and message.author_id == viewer.id else "",
        files=[file for file in listed if not file.thumbnail],
        pictures=[file for file in listed if file.thumbnail],
    )


def _undo_url(message: Message) -> str:
    names = {Message.Kind.AGENT: "desk:undo", Message.Kind.SIDE_OUT: "desk:side_undo"}
    name = names.get(Message.Kind(message.kind))
    return reverse(name, args=[message.id]) if name else ""


def _author(message: Message) -> str:
    if message.author is not None:
        return str(message.author)
    if message.kind == Message.Kind.AUTO_REPLY_OUT:
        return _("Automatic answer")
    return message.sender_name or message.sender_address or _("Unknown sender")


def _automatic(message: Message) -> str:
    kinds = {
        "auto-reply": _("automatic answer"),
        "bounce": _("returned mail"),
        "delivery-report": _("delivery report"),
        "notification": _("automatic notice"),
        "list": _("mailing list"),
    }
    return kinds.get(str(message.about.get("auto", "")), "")


def _beginning(text: str) -> str:
    """At most LONG_TEXT characters, cut at the end of a line where there is one near."""
    if len(text) <= LONG_TEXT:
        return text
    end = text.rfind("\n", LONG_TEXT // 2, LONG_TEXT)
    return text[: end if end > 0 else LONG_TEXT].rstrip() + "\n…"


def _forwarded(message: Message) -> dict[str, str | SafeString]:
    """Who wrote a passed-on message first, and what, unless that is the message itself."""
    part = message.about.get("forwarded")
    if not isinstance(part, dict):
        return {}
    body = str(part.get("body") or "").strip()
    shown = "" if body in message.text else _body(_beginning(body), {})
    return {**{name: str(part.get(name) or "") for name in ("name", "address", "by", "subject")}, "body": shown}


def _calendar(part: Any) -> dict[str, str]:
    """What an invitation says, its instants in the viewer's words."""
    if not isinstance(part, dict):
        return {}
    shown = {name: str(part.get(name) or "") for name in ("summary", "location", "organizer", "method")}
    return {**shown, "start": _instant(part.get("start")), "end": _instant(part.get("end"))}


def _instant(value: Any) -> str:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return str(value or "")
    if len(str(value)) == len("2026-11-21"):
        return times.day(at.date(), timezone.localtime().date())
    return times.moment(at if at.tzinfo else timezone.make_aware(at), timezone.now())


def people(listed: Iterable[Sequence[str]]) -> str:
    """Names where they are known, else addresses, in one line."""
    return ", ".join(name or address for name, address in listed)


def _body(text: str, inside: Mapping[str, File]) -> SafeString:
    """Text as safe HTML: links to press, and the pictures an agent put inside it."""
    markup = html.from_text(text)
    if inside:
        markup = _IMAGE.sub(lambda found: _picture(found, inside), markup)
    return mark_safe(markup)


def _mentions(markup: SafeString, message: Message, viewer: Agent) -> SafeString:
    """Whom a note names stands out; oneself most. What stands inside a tag, such as an address, is left alone."""
    for kind, number, handle in mentions.written(message.about):
        mark = "mention me" if kind == "agent" and number == viewer.pk else "mention"
        marked = format_html('<span class="{}">@{}</span>', mark, handle)
        name = re.compile(rf"(<[^>]*>)|@{re.escape(escape(handle))}(?!\w)(?!</span>)", re.IGNORECASE)
        markup = mark_safe(name.sub(lambda found: found[1] or marked, markup))  # noqa: B023
    return markup


def _is_inside(content_id: str, name: str, file: File, inside: Mapping[str, File], text: str, written: str) -> bool:
    """Whether a file is a picture that the text shows."""
    if content_id and f"cid:{content_id}" in written:
        return True
    return inside.get(name) is file and f"![{name}]" in text


def _written(message: Message, attached: Sequence[tuple[str, str, File]]) -> SafeString | None:
    """The formatted text of an answer or note of ours, sanitised anew; None where there is none, or far too much."""
    source = str(getattr(message, "written", ""))
    if not source or len(source) > LONG_HTML:
        return None
    addresses = {content_id: file.thumbnail or file.url for content_id, _name, file in attached if content_id}
    return mark_safe(rich.shown(html.sanitise_outgoing(source), addresses))


def _picture(found: re.Match[str], inside: Mapping[str, File]) -> str:
    file = next((file for name, file in inside.items() if escape(name) == found[1]), None)
    if file is None:
        return found[0]
    source = file.thumbnail or file.url
    return format_html(
        '<a class="inside" href="{}"><img src="{}" alt="{}" loading="lazy"></a>', file.url, source, file.name
    )


def _file(item: Any) -> File:
    thumbnail = reverse("attachment_thumbnail", args=[item.id]) if item.blob.has_thumbnail else ""
    size = filesizeformat(item.blob.size)
    return File(
        item.name, reverse("attachment", args=[item.id]), thumbnail, size, _kind(item.name, item.blob.content_type)
    )


def _kind(name: str, content_type: str) -> str:
    """A word for the sort of file: its suffix, where it is one."""
    stem, dot, suffix = name.rpartition(".")
    if dot and stem and 0 < len(suffix) <= 5:
        return suffix.upper()
    return _("picture") if file_types.is_safe_inline(content_type) else _("file")
