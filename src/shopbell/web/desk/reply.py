"""Send an answer, now or later, or keep a note; take an answer back; send a failed one again."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.channels.models import Blob
from shopbell.conversations import operations, queries
from shopbell.conversations.models import Conversation, Draft, DraftFile, Message, State
from shopbell.core import rich
from shopbell.core.transactions import retried
from shopbell.web import times
from shopbell.web.desk import address_line, composer, conversation, listing, macros, moments, page
from shopbell.web.desk.draft import add_files, find_draft, keep, uploads
from shopbell.web.desk.request import AgentRequest, find_conversation, find_message, view_name, writing

STATES = ("", State.RESOLVED, State.PENDING_CUSTOMER)
NEXT, SNOOZE, LATER = "next", "snooze", "later"
CONFLICT, UNPROCESSABLE = 409, 422
Files = list[tuple[Blob, str, str]]


@writing
def reply(request: AgentRequest, number: int) -> HttpResponse:
    """Queue the answer and show what follows; what cannot be sent comes back as it was written, with the reason."""
    found = find_conversation(request, number)
    written = composer.read(request.POST, "reply")
    composer.fix_recipients(written, found, request.user)
    following = listing.following(request, found)
    problems = add_files(found, request.user, "reply", uploads(request), draft=find_draft(request, written.draft))
    if problems and not written.error:
        written.error, written.wrong = " ".join(problems), "files"
    if not written.error and (names := macros.unfilled(written.text + written.html)):
        words = _("Fill in {names} first: it stands in the text as the macro has it.")
        written.error, written.wrong = words.format(names=", ".join(names)), "text"
    if written.error:
        return _again(request, found, written, UNPROCESSABLE)
    try:
        sent = _send(request, found, written)
    except operations.Merged as merged:
        return _in_the_other(request, found, written, merged.into_id)
    except operations.NewerMessage:
        written.wrong = "newer"
        return _again(request, find_conversation(request, number), written, CONFLICT)
    except operations.DraftChanged as changed:
        written.wrong, written.changed_by, written.theirs = "draft", str(changed.draft.saved_by), changed.draft.text
        return _again(request, found, written, CONFLICT)
    except (ValueError, Draft.DoesNotExist) as error:
        written.error, written.wrong = _refusal(error)
        return _again(request, found, written, UNPROCESSABLE)
    if isinstance(sent, Message):
        _offer_undo(request, found, sent)
    else:
        _say_when(request, found, sent)
    return page.go(_next_place(request, found, written.then, following))


def _refusal(error: Exception) -> tuple[str, str]:
    """What is said, and the field it is said at."""
    if isinstance(error, operations.NoRecipient):
        return _("Say whom to send it to."), "to"
    if isinstance(error, rich.TooLong):
        return _("The text is too long to be sent. Shorten it, or attach it as a file."), "text"
    if isinstance(error, operations.NotThen):
        return _("Choose a time to come, within a year."), "until"
    if isinstance(error, Draft.DoesNotExist):
        return _("The shared draft is gone: a colleague sent it, took it over or discarded it. Your text is kept."), ""
    return _("There is nothing to send yet. Write something, or attach a file."), "text"


@retried
def _send(request: AgentRequest, found: Conversation, written: composer.Written) -> Message | Draft | None:
    """The answer and the end of its draft, both or neither. None: it was sent with this key already."""
    draft = _drafted(request, found, written)
    until = moments.read(written.until) if written.then in (SNOOZE, LATER) else None
    if written.then in (SNOOZE, LATER) and (until is None or until <= timezone.now()):
        raise operations.NotThen(written.until)
    answer = _answer(written, draft, until if written.then == SNOOZE else None)
    sent: Message | Draft | None
    if written.then == LATER and until is not None:
        sent = operations.send_later(found.id, request.user, answer, until)
    else:
        sent = operations.reply(found.id, request.user, answer)
    if draft is not None:
        operations.end_draft(draft)
    return sent


def _drafted(request: AgentRequest, found: Conversation, written: composer.Written) -> Draft | None:
    """The draft that is sent: one's own, or a shared one nobody changed since. Raises DraftChanged, DoesNotExist."""
    rows = Draft.objects.select_for_update(of=("self",)).filter(conversation=found, kind="reply")
    if written.draft is None:
        draft = rows.filter(agent=request.user).first()
    elif _is_sent(found, written.key):
        return None
    else:
        draft = rows.get(id=written.draft, is_shared=True)
    if draft is not None and draft.is_shared:
        operations.check_version(draft, request.user, written.version)
    return draft


def _is_sent(found: Conversation, key: str) -> bool:
    """The same press came twice: its draft is gone already."""
    return Message.objects.filter(conversation=found, outbound__key=f"reply:{found.id}:{key}").exists()


def _answer(written: composer.Written, draft: Draft | None, snooze_until: datetime | None) -> operations.Reply:
    return operations.Reply(
        text=written.text,
        html=written.html,
        key=written.key,
        to=address_line.senders(written.people["to"]),
        cc=address_line.senders(written.people["cc"]),
        bcc=address_line.senders(written.people["bcc"]),
        files=_files(draft),
        seen_message_id=written.seen,
        then=written.then if written.then in STATES else "",
        language=written.language,
        quotes=written.quotes,
        snooze_until=snooze_until,
        known_participants=written.takes_part,
    )


def _files(draft: Draft | None) -> Files:
    rows = DraftFile.objects.filter(draft=draft).select_related("blob").order_by("id") if draft else ()
    return [(file.blob, file.name, file.content_id) for file in rows]


def _again(request: AgentRequest, found: Conversation, written: composer.Written, status: int) -> HttpResponse:
    """The page with what was written; it is kept as a draft too, unless a colleague's would be lost by it."""
    if written.wrong != "draft":
        _keep_somewhere(found, request, written)
    return conversation.show(request, found, written, status)


def _in_the_other(request: AgentRequest, found: Conversation, written: composer.Written, number: int) -> HttpResponse:
    """It was merged while somebody wrote: the text stands in the other conversation, to be looked at and sent there."""
    into = queries.conversation(request.user, number)
    if into is None:
        raise operations.Merged(found.id, number)
    told = _("#{number} was merged into #{into} meanwhile. Your text is here now; nothing has been sent yet.")
    written.error, written.wrong = told.format(number=found.id, into=number), ""
    return _again(request, into, written, CONFLICT)


def _keep_somewhere(found: Conversation, request: AgentRequest, written: composer.Written) -> None:
    """In the draft it was written in; where that is gone or another's by now, in one's own. The page has it anyhow."""
    with suppress(rich.TooLong):
        try:
            keep(found, request.user, written)
        except (Draft.DoesNotExist, operations.DraftChanged):
            written.draft = written.version = None
            keep(found, request.user, written)


def _offer_undo(request: AgentRequest, found: Conversation, message: Message) -> None:
    until = message.occurred_at + timedelta(seconds=settings.UNDO_SECONDS)
    if until > timezone.now() and message.state == Message.State.QUEUED:
        url = f"{reverse('desk:undo', args=[message.id])}?view={view_name(request)}"
        text = _("Your answer to {name} leaves in a moment.").format(name=found.customer_name or f"#{found.id}")
        page.tell(request, text, url=url, label=_("Undo"), until=until)


def _say_when(request: AgentRequest, found: Conversation, later: Draft | None) -> None:
    if later is None or later.send_at is None:
        page.tell(request, _("It has been sent already."))
        return
    when = times.moment(later.send_at, timezone.now())
    url = f"{reverse('desk:unschedule', args=[found.id, later.id])}?view={view_name(request)}"
    name = found.customer_name or f"#{found.id}"
    page.tell(request, _("Your answer to {name} leaves {time}.").format(name=name, time=when), url=url, label=_("Undo"))


def _next_place(request: AgentRequest, found: Conversation, then: str, following: int | None) -> str:
    """After resolving or putting aside the next conversation of the view opens, unless the agent wants to stay."""
    view = view_name(request)
    stays = then not in (State.RESOLVED, SNOOZE, NEXT) or (then != NEXT and request.COOKIES.get("next") == "stay")
    if stays:
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
            draft = Draft.objects.filter(agent=request.user, conversation=found, kind="note").first()
            files = _files(draft)
            operations.note(found.id, request.user, body=written.text, html=written.html, files=files, key=written.key)
            operations.discard_draft(found, request.user, "note")
    except operations.CannotSee as blind:
        written.error, written.wrong = _cannot_read(blind), "text"
        return _again(request, found, written, UNPROCESSABLE)
    except operations.Merged as merged:
        return _in_the_other(request, found, written, merged.into_id)
    except rich.TooLong:
        written.error, written.wrong = _("The text is too long to be kept."), "text"
        return _again(request, found, written, UNPROCESSABLE)
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
