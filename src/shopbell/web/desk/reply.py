"""Send an answer or keep a note; take an answer back; send a failed one again."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.channels.models import Blob
from shopbell.conversations import operations, queries
from shopbell.conversations.models import Conversation, DraftFile, Message, State
from shopbell.core.transactions import retried
from shopbell.web.desk import composer, conversation, listing, page
from shopbell.web.desk.draft import add_files, uploads
from shopbell.web.desk.request import AgentRequest, find_conversation, find_message, view_name, writing

THEN = ("", State.RESOLVED, State.PENDING_CUSTOMER)
CONFLICT, UNPROCESSABLE = 409, 422
Files = list[tuple[Blob, str, str]]


@writing
def reply(request: AgentRequest, number: int) -> HttpResponse:
    """Queue the answer and show what follows; what cannot be sent comes back as it was written, with the reason."""
    found = find_conversation(request, number)
    written = composer.read(request.POST, "reply")
    composer.fix_recipients(written, found, request.user)
    following = listing.following(request, found)
    problems = add_files(found, request.user, "reply", uploads(request))
    if problems and not written.error:
        written.error, written.wrong = " ".join(problems), "files"
    if written.error:
        return _again(request, found, written, UNPROCESSABLE)
    try:
        message = _send(request, found, written)
    except operations.Merged as merged:
        return _in_the_other(request, found, written, merged.into_id)
    except operations.NewerMessage:
        written.wrong = "newer"
        return _again(request, find_conversation(request, number), written, CONFLICT)
    except operations.NoRecipient:
        written.error, written.wrong = _("Say whom to send it to."), "to"
        return _again(request, found, written, UNPROCESSABLE)
    except ValueError:
        written.error, written.wrong = _("There is nothing to send yet. Write something, or attach a file."), "text"
        return _again(request, found, written, UNPROCESSABLE)
    _offer_undo(request, found, message)
    return page.go(_next_place(request, found, written.then, following))


@retried
def _send(request: AgentRequest, found: Conversation, written: composer.Written) -> Message:
    """The answer and the end of its draft, both or neither."""
    answer = operations.Reply(
        text=written.text,
        key=written.key,
        to=composer.senders(written.people["to"]),
        cc=composer.senders(written.people["cc"]),
        bcc=composer.senders(written.people["bcc"]),
        files=_drafted(found, request, "reply"),
        seen_message_id=written.seen,
        then=written.then if written.then in THEN else "",
    )
    message = operations.reply(found.id, request.user, answer)
    operations.discard_draft(found, request.user, "reply")
    return message


def _drafted(found: Conversation, request: AgentRequest, kind: str) -> Files:
    rows = DraftFile.objects.filter(draft__agent=request.user, draft__conversation=found, draft__kind=kind)
    return [(file.blob, file.name, file.content_id) for file in rows.select_related("blob").order_by("id")]


def _again(request: AgentRequest, found: Conversation, written: composer.Written, status: int) -> HttpResponse:
    """The page with what was written; it is kept as a draft too."""
    recipients = {name: written.people.get(name, []) for name in composer.FIELDS} if written.kind == "reply" else {}
    operations.save_draft(found, request.user, written.kind, body=written.text, recipients=recipients)
    return conversation.show(request, found, written, status)


def _in_the_other(request: AgentRequest, found: Conversation, written: composer.Written, number: int) -> HttpResponse:
    """It was merged while somebody wrote: the text stands in the other conversation, to be looked at and sent there."""
    into = queries.conversation(request.user, number)
    if into is None:
        raise operations.Merged(found.id, number)
    told = _("#{number} was merged into #{into} meanwhile. Your text is here now; nothing has been sent yet.")
    written.error, written.wrong = told.format(number=found.id, into=number), ""
    return _again(request, into, written, CONFLICT)


def _offer_undo(request: AgentRequest, found: Conversation, message: Message) -> None:
    until = message.occurred_at + timedelta(seconds=settings.UNDO_SECONDS)
    if until > timezone.now():
        url = f"{reverse('desk:undo', args=[message.id])}?view={view_name(request)}"
        text = _("Your answer to {name} leaves in a moment.").format(name=found.customer_name or f"#{found.id}")
        page.tell(request, text, url=url, label=_("Undo"), until=until)


def _next_place(request: AgentRequest, found: Conversation, then: str, following: int | None) -> str:
    """After resolving the next conversation of the view opens, unless the agent wants to stay."""
    view = view_name(request)
    if then != State.RESOLVED or request.COOKIES.get("next") == "stay":
        return conversation.address(found.id, view)
    return conversation.address(following, view) if following else f"{reverse('desk:inbox')}?view={view}"


@writing
def note(request: AgentRequest, number: int) -> HttpResponse:
    """Keep a note for colleagues."""
    found = find_conversation(request, number)
    written = composer.read(request.POST, "note")
    problems = add_files(found, request.user, "note", uploads(request))
    if problems:
        written.error = " ".join(problems)
        return _again(request, found, written, UNPROCESSABLE)
    try:
        with transaction.atomic():
            files = _drafted(found, request, "note")
            operations.note(found.id, request.user, body=written.text, files=files, key=written.key)
            operations.discard_draft(found, request.user, "note")
    except operations.CannotSee as blind:
        written.error, written.wrong = _cannot_read(blind), "text"
        return _again(request, found, written, UNPROCESSABLE)
    except operations.Merged as merged:
        return _in_the_other(request, found, written, merged.into_id)
    except ValueError:
        written.error, written.wrong = _("The note is empty. Write something, or attach a file."), "text"
        return _again(request, found, written, UNPROCESSABLE)
    return page.go(conversation.address(found.id, view_name(request)))


def _cannot_read(blind: operations.CannotSee) -> str:
    """Why a note with that name was not kept, and what helps."""
    words = _("{names} may not see this conversation, so cannot be mentioned. Give it to their team first.")
    return words.format(names=", ".join(blind.names))


@writing
def undo(request: AgentRequest, number: int) -> HttpResponse:
    """Take one's own answer back while it is still here; it becomes the draft again."""
    message = find_message(request, number)
    if message.author_id != request.user.id or message.kind != Message.Kind.AGENT:
        raise Http404
    if operations.undo(message.id, request.user):
        page.tell(request, _("Taken back. Your text is in the composer again."))
    else:
        page.warn(request, _("Too late: it has left already."))
    return page.go(conversation.address(message.conversation_id, view_name(request)))


@writing
def retry(request: AgentRequest, number: int) -> HttpResponse:
    """Send an answer that failed once more."""
    message = find_message(request, number)
    if operations.retry(message.id, request.user.id):
        page.tell(request, _("It is being sent again."))
    else:
        page.warn(request, _("This answer has not failed; it was not sent twice."))
    return page.go(conversation.address(message.conversation_id, view_name(request)))
