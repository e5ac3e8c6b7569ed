"""Side conversations: what is asked of a supplier or carrier, shown as threads of their own within the timeline."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.channels import files as stored_files
from shopbell.channels.models import Blob
from shopbell.conversations import forwarding, masking, operations, queries
from shopbell.conversations.models import Conversation, Message, SideConversation
from shopbell.core import files as file_types
from shopbell.core import text
from shopbell.core.ids import as_ids
from shopbell.web import times
from shopbell.web.desk import actions, address_line, conversation, dialog, moments, page, side_panels
from shopbell.web.desk.draft import MAX_FILES, Upload, uploads
from shopbell.web.desk.request import (
    AgentRequest,
    find_conversation,
    find_message,
    passing_on,
    view_name,
    writing,
)

TEMPLATE = "desk/side_new.html"
OFFERED = 30  # messages to choose from, the newest
EXTRACT = 110
UNPROCESSABLE = 422


@dataclass(slots=True)
class Offered:
    """A message that can be passed on."""

    id: int
    who: str
    when: str
    extract: str
    files: int
    is_chosen: bool


@dataclass
class Form:
    """A new side conversation as it was filled in."""

    key: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    to: str = ""
    cc: str = ""
    subject: str = ""
    text: str = ""
    next_check: str = ""
    with_files: bool = True
    with_originals: bool = False
    error: str = ""
    wrong: str = ""


@passing_on
def side_new(request: AgentRequest, number: int) -> HttpResponse:
    """Ask somebody else, with or without (`?ask=1`) what the customer wrote last."""
    found = find_conversation(request, number)
    if request.method == "POST":
        return _open(request, found)
    offered = _offered(request, found)
    chosen = set() if request.GET.get("ask") else _likely(offered)
    title = found.subject or _("(no subject)")
    form = Form(subject=title if request.GET.get("ask") else _("Fwd: {subject}").format(subject=title))
    return _form(request, found, form, offered, chosen)


def _offered(request: AgentRequest, found: Conversation) -> list[Message]:
    """What may be passed on: nothing by those who see it masked, for it would leave with all it holds."""
    if masking.is_masked(request.user):
        return []
    rows = queries.messages(request.user).filter(conversation=found, kind__in=forwarding.PASSED_ON, side=None)
    return list(rows.select_related("author").prefetch_related("attachments").order_by("-id")[:OFFERED])


def _likely(offered: Sequence[Message]) -> set[int]:
    """The customer's last message with files, else their last one."""
    theirs = [one for one in offered if one.kind == Message.Kind.CUSTOMER]
    with_files = [one for one in theirs if one.attachments.all()]
    return {one.id for one in (with_files or theirs)[:1]}


def _form(
    request: AgentRequest,
    found: Conversation,
    form: Form,
    offered: Sequence[Message],
    chosen: set[int],
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "talk": conversation.head(found, request),
        "is_forward": bool(chosen),
        "offered": [_as_offered(one, one.id in chosen) for one in offered],
        "checks": moments.next_checks(timezone.localtime()),
    }
    return dialog.show(request, TEMPLATE, context, status)


def _as_offered(message: Message, is_chosen: bool) -> Offered:
    who = str(message.author or message.sender_name or message.sender_address or _("Unknown sender"))
    extract = text.preview(message.text, EXTRACT) or _("(no text)")
    when = times.short(message.occurred_at, timezone.now())
    return Offered(message.id, who, when, extract, len(message.attachments.all()), is_chosen)


def _open(request: AgentRequest, found: Conversation) -> HttpResponse:
    chosen = set(as_ids(request.POST.getlist("message")))
    form = Form(
        key=request.POST.get("key", "")[:60] or secrets.token_urlsafe(12),
        **{name: request.POST.get(name, "") for name in ("to", "cc", "subject", "text", "next_check")},
        with_files=bool(request.POST.get("with_files")),
        with_originals=bool(request.POST.get("with_originals")),
    )
    try:
        ask = operations.Ask(
            key=form.key,
            text=form.text,
            subject=form.subject,
            messages=[] if masking.is_masked(request.user) else sorted(chosen),
            with_files=form.with_files,
            with_originals=form.with_originals,
            next_check=_instant(form.next_check),
            **_written(request, form),
        )
        side = operations.ask_third(found.id, request.user, ask)
    except ValueError as error:
        form.error, form.wrong = _reason(error)
        return _form(request, found, form, _offered(request, found), chosen, UNPROCESSABLE)
    _offer_undo(request, side.messages.order_by("id").first())
    return actions.back(request, found.id)


class Refused(ValueError):
    """What was filled in cannot be sent: why, and which field is meant."""

    def __init__(self, reason: str, field: str) -> None:
        super().__init__(reason)
        self.reason, self.field = reason, field


def _written(request: AgentRequest, form: Form | side_panels.Answer) -> dict[str, Any]:
    """Recipients and files of a form. Raises Refused."""
    people = {}
    for name in ("to", "cc"):
        try:
            people[name] = address_line.senders(address_line.read_people(getattr(form, name)))
        except ValidationError as error:
            raise Refused(error.messages[0], name) from None
    return {**people, "files": [_kept(file) for file in _uploads(request)]}


def _uploads(request: AgentRequest) -> Sequence[Upload]:
    """The files that were added. Raises Refused."""
    sent = uploads(request)
    if len(sent) > MAX_FILES:
        raise Refused(_("At most {n} files fit on one message.").format(n=MAX_FILES), "files")
    for file in sent:
        if (file.size or 0) > settings.MAX_ATTACHMENT_BYTES:
            most = filesizeformat(settings.MAX_ATTACHMENT_BYTES)
            words = _("{name} is too large: at most {size} can be sent.")
            raise Refused(words.format(name=file_types.safe_name(file.name or ""), size=most), "files")
    return sent


def _kept(file: Upload) -> tuple[Blob, str]:
    name = file_types.safe_name(file.name or "")
    return stored_files.keep(file.read(), name), name


def _instant(typed: str) -> datetime | None:
    """Raises Refused for what is no instant to come."""
    if not typed:
        return None
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        raise Refused(_("Choose a time to come."), "next_check") from None
    return at if at.tzinfo else timezone.make_aware(at)


def _reason(error: ValueError) -> tuple[str, str]:
    """Why it was not sent, in words, and the field it is about."""
    if isinstance(error, Refused):
        return error.reason, error.field
    if isinstance(error, operations.NotThem):
        ours = _("{addresses} is an address of ours: the mail would come back to us.")
        theirs = _("{addresses} belongs to the customer’s side. What is said here is not for them.")
        return (ours if error.is_ours else theirs).format(addresses=", ".join(error.addresses)), "to"
    if isinstance(error, operations.NoRecipient):
        return _("Say whom to send it to."), "to"
    if "next check" in str(error):
        return _("Choose a time to come."), "next_check"
    return _("There is nothing to send yet. Write something, or choose what to pass on."), "text"


def _offer_undo(request: AgentRequest, message: Message | None) -> None:
    if message is not None and (until := side_panels.leaves_at(message)):
        url = f"{reverse('desk:side_undo', args=[message.id])}?view={view_name(request)}"
        page.tell(request, _("Your message leaves in a moment."), url=url, label=_("Undo"), until=until)


@writing
def side_reply(request: AgentRequest, number: int) -> HttpResponse:
    """Write again in a side conversation; what cannot be sent comes back as it was written."""
    side, found = _find(request, number)
    answer = side_panels.Answer(
        side_id=side.id,
        key=request.POST.get("key", "")[:60] or secrets.token_urlsafe(12),
        **{name: request.POST.get(name, "") for name in ("to", "cc", "text")},
        keeps=bool(request.POST.get("keeps")),
    )
    try:
        sent = _answer(request, side, answer)
    except ValueError as error:
        answer.error, answer.wrong = _reason(error)
        return conversation.show(request, found, status=UNPROCESSABLE, answer=answer)
    _offer_undo(request, sent)
    return actions.back(request, found.id)


@transaction.atomic
def _answer(request: AgentRequest, side: SideConversation, answer: side_panels.Answer) -> Message:
    written = _written(request, answer)
    kept = side.taken_back if answer.keeps else {}
    blobs = Blob.objects.in_bulk([number for number, _name in kept.get("files") or ()])
    again = [(blobs[number], name) for number, name in kept.get("files") or () if number in blobs]
    ask = operations.Ask(
        key=answer.key,
        text=answer.text,
        to=written["to"],
        cc=written["cc"],
        files=[*again, *written["files"]],
        messages=[] if masking.is_masked(request.user) else kept.get("passed_on") or (),
        with_files=bool(kept.get("with_files", True)),
        with_originals=bool(kept.get("with_originals")),
    )
    return operations.reply_to_third(side.id, request.user, ask)


def _find(request: AgentRequest, number: int) -> tuple[SideConversation, Conversation]:
    side = SideConversation.objects.filter(id=number).first()
    if side is None:
        raise Http404
    return side, find_conversation(request, side.conversation_id)


@writing
def side_undo(request: AgentRequest, number: int) -> HttpResponse:
    """Take one's own message back while it is still here."""
    message = find_message(request, number)
    if message.author_id != request.user.id or message.kind != Message.Kind.SIDE_OUT:
        raise Http404
    if operations.take_back_from_third(message.id, request.user):
        page.tell(request, _("Taken back. What you wrote stands in the side conversation."))
    else:
        page.warn(request, _("Too late: it has left already."))
    return actions.back(request, message.conversation_id)
