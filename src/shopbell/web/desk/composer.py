"""What the composer shows and what it sends: one text for the customer, one for colleagues, kept apart."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Q
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.channels.models import Channel
from shopbell.conversations import masking, queries, writing
from shopbell.conversations.models import Conversation, Draft, DraftFile, Message, Participant
from shopbell.core import covering, html, rich, text
from shopbell.core.ids import as_id, as_ids
from shopbell.customers.models import Identity
from shopbell.web import times
from shopbell.web.desk import address_line, parts
from shopbell.web.desk.moments import Choice, choices
from shopbell.web.desk.timeline import Entry

FIELDS = ("to", "cc", "bcc")


@dataclass
class Attached:
    """A file on a draft."""

    id: int
    name: str
    size: str
    is_inside: bool
    content_id: str
    url: str


@dataclass
class Shared:
    """A draft a colleague lets others go on with, ready to print."""

    id: int
    who: str
    beginning: str
    when: str


@dataclass
class Later:
    """An answer that leaves later, ready to print."""

    id: int
    who: str
    is_mine: bool
    body: SafeString
    when: str
    at: datetime
    files: int


@dataclass
class Box:
    """One tab of the composer."""

    kind: str
    text: str = ""
    to: str = ""
    cc: str = ""
    bcc: str = ""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    files: list[Attached] = field(default_factory=list)
    error: str = ""
    wrong: str = ""  # the field the error is about
    html: str = ""  # the text with formatting; empty: the text is all
    language: str = ""
    quotes: bool | None = None  # whether the message answered goes along
    quote: str = ""  # what that looks like
    draft: int | None = None  # the colleague's draft that is open, or one's own that is shared
    version: int = 0
    owner: str = ""  # whose draft it is, where it is a colleague's
    is_shared: bool = False
    changed_by: str = ""  # the colleague who changed the draft meanwhile
    theirs: str = ""  # and what they made of it


@dataclass
class Composer:
    """Both tabs, and what has to be asked before sending."""

    conversation_id: int
    reply: Box
    note: Box
    active: str = "reply"
    seen: int = 0
    newer: list[Entry] = field(default_factory=list)
    signature: writing.Signed = field(default_factory=writing.Signed)
    channel: str = ""
    shared: list[Shared] = field(default_factory=list)
    later: list[Later] = field(default_factory=list)
    usual: str = ""  # what follows when nothing else is chosen
    times: list[Choice] = field(default_factory=list)
    least: str = ""
    languages: list[tuple[str, str]] = field(default_factory=list)
    is_fixed: bool = False  # whom it goes to is not the writer's to see or change

    def box(self, kind: str) -> Box:
        return self.note if kind == "note" else self.reply


def build(
    conversation: Conversation,
    agent: Agent,
    messages: Sequence[Message],
    active: str = "",
    opened: str = "",
    has: parts.Parts = parts.ALL,
) -> Composer:
    """The composer with the agent's drafts; without one, a reply goes to who wrote last.

    `opened`: the id of a shared draft to go on with instead of one's own.
    """
    boxes = {kind: Box(kind) for kind in ("reply", "note")}
    drafts = _drafts(conversation, agent) if has.drafts else []
    for draft in _own(drafts, agent, opened):
        _fill(boxes[draft.kind], draft, agent)
    reply = boxes["reply"]
    is_fixed = masking.is_masked(agent)
    if is_fixed:
        reply.to = reply.cc = reply.bcc = ""
    if not reply.to:
        reply.to, reply.cc = default_recipients(conversation, messages, agent)
    if active not in boxes:
        active = "note" if boxes["note"].text and not reply.text else "reply"
    reply.language = reply.language or usual_language(conversation, messages)
    made = Composer(
        conversation_id=conversation.id,
        reply=reply,
        note=boxes["note"],
        active=active,
        seen=conversation.last_inbound_id,
        is_fixed=is_fixed,
        usual=agent.send_default,
        shared=[_shared(one) for one in drafts if one.is_shared and one.agent_id != agent.pk and one.id != reply.draft],
        later=[_later(one, agent) for one in drafts if one.kind == Draft.LATER],
        times=choices(timezone.localtime()),
        least=timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        languages=offered(reply.language),
    )
    go_along(made, conversation, agent, messages)
    return made


def _drafts(conversation: Conversation, agent: Agent) -> list[Draft]:
    """One's own, those colleagues share, and the answers that leave later."""
    mine = Q(agent=agent) | Q(is_shared=True) | Q(kind=Draft.LATER)
    files = Prefetch("files", DraftFile.objects.select_related("blob").order_by("id"))
    rows = Draft.objects.filter(mine, conversation=conversation).select_related("agent").prefetch_related(files)
    return list(rows.order_by("send_at", "id"))


def _own(drafts: Iterable[Draft], agent: Agent, opened: str) -> Iterable[Draft]:
    """What fills the tabs: of the reply the opened draft, where it is one that is shared."""
    shown = {one.kind: one for one in drafts if one.agent_id == agent.pk and one.kind != Draft.LATER}
    for one in drafts:
        if opened == str(one.id) and one.is_shared and one.kind == "reply":
            shown["reply"] = one
    return shown.values()


def usual_language(conversation: Conversation, messages: Sequence[Message]) -> str:
    """What an answer is written in: as the last answer was, else as the customer writes, else as the shop does."""
    answers = (one.language for one in reversed(messages) if one.kind == Message.Kind.AGENT and one.language)
    return next(answers, "") or conversation.language or conversation.shop.language


def offered(chosen: str) -> list[tuple[str, str]]:
    """The languages to choose from; one that is detected but not ours stands there too."""
    ours = [(code, str(label)) for code, label in settings.LANGUAGES]
    return ours if chosen in dict(ours) else [*ours, (chosen, times.language_name(chosen))]


def go_along(box: Composer, conversation: Conversation, agent: Agent, messages: Sequence[Message]) -> None:
    """Show what is sent besides the text: the signature, and the message answered where it is quoted."""
    reply = box.reply
    box.signature = writing.signature(conversation, agent, reply.language)
    last = next((one for one in reversed(messages) if one.kind == Message.Kind.CUSTOMER), None)
    if last is None:
        rows = queries.messages(agent).filter(conversation=conversation, kind=Message.Kind.CUSTOMER)
        last = rows.order_by("-id").first()
    reply.quote = writing.quotation(conversation, last, reply.language) if last else ""
    if reply.quotes is None:
        reply.quotes = bool(conversation.channel.outgoing.settings.get("quote_history"))


def _fill(box: Box, draft: Draft, agent: Agent) -> None:
    box.text, box.html, box.version = draft.text, draft.html, draft.version
    box.to, box.cc, box.bcc = (address_line.write_people(draft.recipients.get(name, ())) for name in FIELDS)
    box.files = [attached(file) for file in draft.files.all()]
    box.language, box.is_shared = draft.language, draft.is_shared
    box.quotes = draft.quotes
    box.draft = draft.id if draft.is_shared else None
    box.owner = "" if draft.agent_id == agent.pk else str(draft.agent)


def _shared(draft: Draft) -> Shared:
    when = times.moment(draft.updated_at, timezone.now())
    return Shared(draft.id, str(draft.agent), text.preview(draft.text, 160), when)


def _later(draft: Draft, agent: Agent) -> Later:
    assert draft.send_at is not None
    files = list(draft.files.all())
    addresses = {file.content_id: reverse("draft_file", args=[file.id]) for file in files if file.content_id}
    body = rich.shown(html.sanitise_outgoing(draft.html), addresses) if draft.html else html.from_text(draft.text)
    when = times.moment(draft.send_at, timezone.now())
    number = len([file for file in files if not file.content_id])
    return Later(draft.id, str(draft.agent), draft.agent_id == agent.pk, mark_safe(body), when, draft.send_at, number)


def attached(file: DraftFile) -> Attached:
    """A draft's file, ready to print."""
    size, url = filesizeformat(file.blob.size), reverse("draft_file", args=[file.id])
    return Attached(file.id, file.name, size, bool(file.content_id), file.content_id, url)


def default_recipients(
    conversation: Conversation, messages: Sequence[Message], viewer: Agent | None = None
) -> tuple[str, str]:
    """(to, cc): whom the customer's last message says to answer, and everybody else who takes part.

    Where nobody is written down: whom that message was also sent to, without ourselves. Where no customer has written
    yet: whom our own last message went to. `viewer` may see it masked.
    """
    last = next((one for one in reversed(messages) if one.kind == Message.Kind.CUSTOMER), None)
    last = last or _newest(conversation, viewer, Message.Kind.CUSTOMER, Message.Kind.CUSTOMER_AUTO)
    if last is None:
        return _as_before(conversation, viewer)
    to = last.about.get("reply_to") or [[last.sender_name, last.sender_address]]
    if taking_part := list(conversation.participants.all()):
        return address_line.write_people(to), address_line.write_people(_others(last, to, taking_part, viewer))
    copied = [*last.recipients.get("to", ()), *last.recipients.get("cc", ())]
    left_out = {address.lower() for _name, address in to} | {conversation.channel.address.lower()}
    cc = _without_ours([who for who in copied if who[1].lower() not in left_out])
    return address_line.write_people(to), address_line.write_people(cc)


def _newest(conversation: Conversation, viewer: Agent | None, *kinds: str) -> Message | None:
    rows = queries.messages(viewer) if viewer is not None else Message.objects.all()
    return rows.filter(conversation=conversation, side=None, kind__in=kinds).order_by("-id").first()


def _as_before(conversation: Conversation, viewer: Agent | None) -> tuple[str, str]:
    ours = _newest(conversation, None, Message.Kind.AGENT, Message.Kind.AUTO_REPLY_OUT)
    people = ours.recipients if ours else {}
    to, cc = (_covered(people.get(name, ()), viewer) for name in ("to", "cc"))
    return address_line.write_people(to), address_line.write_people(cc)


def _others(
    last: Message, to: address_line.People, rows: Sequence[Participant], viewer: Agent | None
) -> address_line.People:
    """Who takes part besides those it goes to, but not the same customer under another address."""
    reached = {address.lower() for _name, address in to} | {last.sender_address.lower()}
    if last.customer_id is not None:
        same = Identity.objects.filter(customer=last.customer_id, kind="email")
        reached |= {value.lower() for value in same.values_list("value", flat=True)}
    others = [[row.name, row.address] for row in rows if row.is_active and row.address.lower() not in reached]
    return _covered(others, viewer)


def _covered(people: Iterable[Sequence[str]], viewer: Agent | None) -> address_line.People:
    """As whoever looks may see them."""
    rules = permissions.masking(viewer) if viewer else None
    if rules is None:
        return [[name, address] for name, address in people]
    return [[masking.name(name, rules) if name else "", covering.address(address)] for name, address in people]


def fix_recipients(written: Written, conversation: Conversation, agent: Agent) -> None:
    """Who sees addresses masked answers whom the customer's last message says, and nobody else."""
    if not masking.is_masked(agent):
        return
    messages = queries.timeline(Message.objects.filter(conversation=conversation))
    to, cc = default_recipients(conversation, messages)
    written.people = {"to": address_line.read_people(to), "cc": address_line.read_people(cc), "bcc": []}
    if written.wrong in FIELDS:
        written.error = written.wrong = ""


def _without_ours(people: address_line.People) -> address_line.People:
    """Copies to our own mailboxes, also under a plus address, would come back as mail."""
    if not people:
        return []
    ours = {address.lower() for address in Channel.objects.exclude(address="").values_list("address", flat=True)}
    return [who for who in people if _plain(who[1]) not in ours]


def _plain(address: str) -> str:
    local, at, domain = address.lower().rpartition("@")
    return local.partition("+")[0] + at + domain


@dataclass
class Written:
    """What an agent sent in: texts as they are, recipients understood as far as possible."""

    kind: str
    text: str
    key: str
    seen: int | None
    then: str
    lines: dict[str, str]
    people: dict[str, address_line.People] = field(default_factory=dict)
    error: str = ""
    wrong: str = ""
    html: str = ""
    language: str = ""
    quotes: bool | None = None
    until: str = ""
    draft: int | None = None
    version: int | None = None
    takes_part: tuple[int, ...] = ()  # ids of who took part when the page was made
    changed_by: str = ""  # who changed the shared draft meanwhile, and what they made of it
    theirs: str = ""

    @property
    def kept(self) -> dict[str, Any]:
        """What a draft keeps of it."""
        recipients = {name: self.people.get(name, []) for name in FIELDS} if self.kind == "reply" else {}
        chosen = {"language": self.language, "quotes": self.quotes, "version": self.version}
        return {"body": self.text, "html": self.html, "recipients": recipients, **chosen}


def read(posted: QueryDict, kind: str) -> Written:
    """Understand the form; a wrong address is noted, not raised, so that nothing written is lost."""
    seen, draft, version = (posted.get(name, "") for name in ("seen", "draft", "version"))
    is_rich = posted.get("format") == "html"
    then, _space, until = posted.get("then", "").partition(" ")
    written = Written(
        kind=kind,
        text="" if is_rich else posted.get("text", ""),
        html=posted.get("text", "") if is_rich else "",
        key=posted.get("key", "")[:60] or secrets.token_urlsafe(12),
        seen=None if posted.get("anyway") else as_id(seen),
        then=then,
        until=until or posted.get("until", ""),
        lines={name: posted.get(name, "") for name in FIELDS},
        language=posted.get("language", "")[:5],
        quotes=bool(posted.get("quotes")) if posted.get("quotes_asked") else None,
        draft=as_id(draft),
        takes_part=tuple(as_ids(posted.getlist("takes_part")[:100])),
        version=None if posted.get("mine") else as_id(version),
    )
    for name, line in written.lines.items():
        try:
            written.people[name] = address_line.read_people(line)
        except ValidationError as error:
            written.error, written.wrong = error.messages[0], name
    return written
