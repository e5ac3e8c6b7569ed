"""What the composer shows and what it sends: one text for the customer, one for colleagues, kept apart."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.channels import contract
from shopbell.channels.models import Channel
from shopbell.conversations import masking, queries, writing
from shopbell.conversations.models import Conversation, Draft, DraftFile, Message, Participant
from shopbell.core import covering, text
from shopbell.customers.models import Identity
from shopbell.web.desk.timeline import Entry

FIELDS = ("to", "cc", "bcc")
MAX_RECIPIENTS = 50
_PLAIN_NAME = re.compile(r"[\w .'’-]*")
_PERSON = re.compile(r'(?:"[^"]*"|[^",;\n])+')  # one person: commas, semicolons and line ends between, none in quotes
_NAMED = re.compile(r"([^<>]*)<([^<>]*)>")
_UNQUOTABLE = str.maketrans({'"': "'", "\\": None, "<": None, ">": None})
People = list[list[str]]


@dataclass
class Attached:
    """A file on a draft."""

    id: int
    name: str
    size: str
    is_inside: bool


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


@dataclass
class Composer:
    """Both tabs, and what has to be asked before sending."""

    conversation_id: int
    reply: Box
    note: Box
    active: str = "reply"
    seen: int = 0
    newer: list[Entry] = field(default_factory=list)
    signature: str = ""
    channel: str = ""
    is_fixed: bool = False  # whom it goes to is not the writer's to see or change

    def box(self, kind: str) -> Box:
        return self.note if kind == "note" else self.reply


def build(conversation: Conversation, agent: Agent, messages: Sequence[Message], active: str = "") -> Composer:
    """The composer with the agent's drafts; without one, a reply goes to who wrote last."""
    boxes = {kind: Box(kind) for kind in ("reply", "note")}
    drafts = Draft.objects.filter(agent=agent, conversation=conversation)
    for draft in drafts:
        _fill(boxes[draft.kind], draft)
    is_fixed = masking.is_masked(agent)
    if is_fixed:
        boxes["reply"].to = boxes["reply"].cc = boxes["reply"].bcc = ""
    if not boxes["reply"].to:
        boxes["reply"].to, boxes["reply"].cc = default_recipients(conversation, messages, agent)
    if active not in boxes:
        active = "note" if boxes["note"].text and not boxes["reply"].text else "reply"
    return Composer(
        conversation_id=conversation.id,
        reply=boxes["reply"],
        note=boxes["note"],
        active=active,
        seen=conversation.last_inbound_id,
        signature=writing.signature(conversation, agent).text,
        is_fixed=is_fixed,
    )


def _fill(box: Box, draft: Draft) -> None:
    box.text = draft.text
    box.to, box.cc, box.bcc = (write_people(draft.recipients.get(name, ())) for name in FIELDS)
    box.files = [attached(file) for file in draft.files.select_related("blob").order_by("id")]


def attached(file: DraftFile) -> Attached:
    """A draft's file, ready to print."""
    return Attached(file.id, file.name, filesizeformat(file.blob.size), bool(file.content_id))


def default_recipients(
    conversation: Conversation, messages: Sequence[Message], viewer: Agent | None = None
) -> tuple[str, str]:
    """(to, cc): whom the customer's last message says to answer, and everybody else who takes part.

    Where nobody is written down: whom that message was also sent to, without ourselves. `viewer` may see it masked.
    """
    last = next((one for one in reversed(messages) if one.kind == Message.Kind.CUSTOMER), None)
    if last is None:
        rows = Message.objects.filter(conversation=conversation).exclude(sender_address="").filter(side=None)
        last = rows.order_by("-id").first()
    if last is None:
        return "", ""
    to = last.about.get("reply_to") or [[last.sender_name, last.sender_address]]
    if taking_part := list(conversation.participants.all()):
        return write_people(to), write_people(_others(last, to, taking_part, viewer))
    copied = [*last.recipients.get("to", ()), *last.recipients.get("cc", ())]
    known = {address.lower() for _name, address in to}
    cc = [who for who in _without_ours(copied) if who[1].lower() not in known]
    return write_people(to), write_people(cc)


def _others(last: Message, to: People, rows: Sequence[Participant], viewer: Agent | None) -> People:
    """Who takes part besides those it goes to, but not the same customer under another address."""
    reached = {address.lower() for _name, address in to} | {last.sender_address.lower()}
    if last.customer_id is not None:
        same = Identity.objects.filter(customer=last.customer_id, kind="email")
        reached |= {value.lower() for value in same.values_list("value", flat=True)}
    rules = permissions.masking(viewer) if viewer else None
    others = [[row.name, row.address] for row in rows if row.is_active and row.address.lower() not in reached]
    if rules is not None:
        return [[masking.name(name, rules) if name else "", covering.address(address)] for name, address in others]
    return others


def fix_recipients(written: Written, conversation: Conversation, agent: Agent) -> None:
    """Who sees addresses masked answers whom the customer's last message says, and nobody else."""
    if not masking.is_masked(agent):
        return
    messages = queries.timeline(Message.objects.filter(conversation=conversation))
    to, cc = default_recipients(conversation, messages)
    written.people = {"to": read_people(to), "cc": read_people(cc), "bcc": []}
    if written.wrong in FIELDS:
        written.error = written.wrong = ""


def _without_ours(people: People) -> People:
    """Copies to our own mailboxes, also under a plus address, would come back as mail."""
    if not people:
        return []
    ours = {address.lower() for address in Channel.objects.exclude(address="").values_list("address", flat=True)}
    return [who for who in people if _plain(who[1]) not in ours]


def _plain(address: str) -> str:
    local, at, domain = address.lower().rpartition("@")
    return local.partition("+")[0] + at + domain


def write_people(people: Iterable[Sequence[str]]) -> str:
    """People as one line that can be edited: Anna Saar <anna@example.ee>, berta@example.com."""
    return ", ".join(_write_person(name, address) for name, address in people)


def _write_person(name: str, address: str) -> str:
    if not name or name == address:
        return address
    quoted = name if _PLAIN_NAME.fullmatch(name) else '"' + name.translate(_UNQUOTABLE) + '"'
    return f"{quoted} <{address}>"


def read_people(written: str) -> People:
    """The line again, doubles left out. Raises ValidationError naming what is no address."""
    people: dict[str, list[str]] = {}
    for part in _PERSON.findall(text.clean(written)):
        found = _NAMED.fullmatch(part.strip())
        name, address = (found[1].strip(' "'), found[2].strip()) if found else ("", part.strip())
        if not name and not address:
            continue
        if not _is_address(address):
            shown = text.preview(part, 80)
            raise ValidationError(_("“{text}” is not an e-mail address.").format(text=shown))
        people.setdefault(address.lower(), [text.preview(name, 200), address])
    if len(people) > MAX_RECIPIENTS:
        raise ValidationError(_("At most {n} recipients.").format(n=MAX_RECIPIENTS))
    return list(people.values())


def _is_address(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def senders(people: People) -> tuple[contract.Sender, ...]:
    """People as a channel takes them."""
    return tuple(contract.Sender(address=address, name=name) for name, address in people)


@dataclass
class Written:
    """What an agent sent in: texts as they are, recipients understood as far as possible."""

    kind: str
    text: str
    key: str
    seen: int | None
    then: str
    lines: dict[str, str]
    people: dict[str, People] = field(default_factory=dict)
    error: str = ""
    wrong: str = ""


def read(posted: QueryDict, kind: str) -> Written:
    """Understand the form; a wrong address is noted, not raised, so that nothing written is lost."""
    seen = posted.get("seen", "")
    written = Written(
        kind=kind,
        text=posted.get("text", ""),
        key=posted.get("key", "")[:60] or secrets.token_urlsafe(12),
        seen=None if posted.get("anyway") or not seen.isdecimal() else int(seen),
        then=posted.get("then", ""),
        lines={name: posted.get(name, "") for name in FIELDS},
    )
    for name, line in written.lines.items():
        try:
            written.people[name] = read_people(line)
        except ValidationError as error:
            written.error, written.wrong = error.messages[0], name
    return written
