"""What is being written, kept on the server as it is typed: the text, the recipients, the files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from shopbell.agents.models import Agent
from shopbell.channels.models import Outbound
from shopbell.conversations import operations, queries
from shopbell.conversations.models import Conversation, Draft, DraftFile, Message
from shopbell.core import files as file_types
from shopbell.core import rich, text
from shopbell.core.ids import as_id
from shopbell.web.desk import composer, conversation, page
from shopbell.web.desk.request import AgentRequest, asking, find_conversation, is_part, view_name, writing

MAX_FILES = 20
PLAIN = "text/plain; charset=utf-8"
Problems = list[str]
Upload: TypeAlias = "UploadedFile[bytes]"


@writing
def draft(request: AgentRequest, number: int) -> HttpResponse:
    """Keep the text; 204 for a script, with the draft's new version. What was sent meanwhile is not brought back.

    409: a colleague changed the shared draft meanwhile. 410: it is gone or shared no more. 422: it is too long.
    """
    found = find_conversation(request, number)
    written = composer.read(request.POST, "note" if request.POST.get("kind") == "note" else "reply")
    kept = None
    if not _was_sent(found, written):
        try:
            kept = keep(found, request.user, written)
        except operations.DraftChanged as changed:
            return _conflict(request, found, written, changed.draft)
        except Draft.DoesNotExist:
            return HttpResponse(status=410)
        except rich.TooLong:
            return HttpResponse(_("The text is too long to be kept."), status=422, content_type=PLAIN)
    if request.htmx and not request.POST.get("mine"):
        return HttpResponse(status=204, headers={"X-Draft-Version": str(kept.version if kept else 0)})
    opened = f"&draft={written.draft}" if written.draft else ""
    return page.go(f"{conversation.address(found.id, view_name(request))}&write={written.kind}{opened}")


def keep(found: Conversation, agent: Agent, written: composer.Written) -> Draft | None:
    """Save what was written to the shared draft that is open, else to one's own. Raises as the operations do."""
    if written.draft is not None and written.kind == "reply":
        if not Draft.objects.filter(id=written.draft, conversation=found).exists():
            raise Draft.DoesNotExist
        return operations.save_shared(written.draft, agent, **written.kept)
    return operations.save_draft(found, agent, written.kind, **written.kept)


def _conflict(request: AgentRequest, found: Conversation, written: composer.Written, draft: Draft) -> HttpResponse:
    """A script asks in place; without one the page asks, with both texts."""
    if request.htmx:
        who = str(draft.saved_by or draft.agent)
        return JsonResponse({"by": who, "text": text.truncate(draft.text, 2000), "draft": draft.id}, status=409)
    written.wrong, written.changed_by, written.theirs = "draft", str(draft.saved_by or draft.agent), draft.text
    return conversation.show(request, found, written, 409)


def _was_sent(found: Conversation, written: composer.Written) -> bool:
    """An autosave that was under way when Send was pressed comes after it."""
    if written.kind == "note":
        return Message.objects.filter(conversation=found, external_id=f"note:{found.id}:{written.key}").exists()
    return Outbound.objects.filter(key=f"reply:{found.id}:{written.key}").exists()


@writing
def files(request: AgentRequest, number: int) -> HttpResponse:
    """Add files to a draft; answers with the list of all of them. `inside`: pictures pasted into the text."""
    found = find_conversation(request, number)
    kind = "note" if request.POST.get("kind") == "note" else "reply"
    shared = find_draft(request, as_id(request.POST.get("draft", "")))
    inside = bool(request.POST.get("inside"))
    problems = add_files(found, request.user, kind, uploads(request), inside=inside, draft=shared)
    if problems:
        return HttpResponse("\n".join(problems), status=422, content_type=PLAIN)
    return _listed(request, found, kind, shared)


def find_draft(request: AgentRequest, number: int | None) -> Draft | None:
    """A shared draft of a conversation the agent may see; None for none, 404 for one that is not theirs to see."""
    if number is None:
        return None
    visible = queries.visible(request.user)
    found = Draft.objects.filter(id=number, is_shared=True, conversation__in=visible).first()
    if found is None and Draft.objects.filter(id=number).exclude(conversation__in=visible).exists():
        raise Http404
    return found


def uploads(request: AgentRequest) -> Sequence[Upload]:
    """The files that came with a form."""
    return [file for file in request.FILES.getlist("files") if isinstance(file, UploadedFile)]


def add_files(
    found: Conversation,
    agent: Agent,
    kind: str,
    sent: Iterable[Upload],
    *,
    inside: bool = False,
    draft: Draft | None = None,
) -> Problems:
    """Put uploaded files on the draft, or on a shared one; returns why some of them were refused."""
    problems: Problems = []
    for file in sent:
        name = file_types.safe_name(file.name or "")
        known = [row.blob.size for row in _files(found, agent, kind, draft)]
        if problem := _refused(name, file.size or 0, known):
            problems.append(problem)
            continue
        content = file.read()
        is_picture = inside and file_types.is_safe_inline(file_types.sniff(content, name))
        operations.add_draft_file(found, agent, kind, name=name, content=content, inside=is_picture, draft=draft)
    return problems


def _refused(name: str, size: int, known: Sequence[int]) -> str:
    """Why a file of that size does not fit beside those that are there."""
    if size > settings.MAX_ATTACHMENT_BYTES:
        most = filesizeformat(settings.MAX_ATTACHMENT_BYTES)
        return _("{name} is too large: at most {size} can be sent.").format(name=name, size=most)
    if size == 0:
        return _("{name} is empty.").format(name=name)
    if len(known) >= MAX_FILES:
        return _("At most {n} files fit on one message.").format(n=MAX_FILES)
    if sum(known) + size > settings.MAX_ANSWER_BYTES:
        most = filesizeformat(settings.MAX_ANSWER_BYTES)
        return _("With {name} the files are too large together: at most {size} fit on one message.").format(
            name=name, size=most
        )
    return ""


def _files(found: Conversation, agent: Agent, kind: str, draft: Draft | None) -> list[DraftFile]:
    rows = DraftFile.objects.select_related("blob").order_by("id")
    if draft is not None:
        return list(rows.filter(draft=draft))
    return list(rows.filter(draft__agent=agent, draft__conversation=found, draft__kind=kind))


def _listed(request: AgentRequest, found: Conversation, kind: str, draft: Draft | None) -> HttpResponse:
    files = [composer.attached(file) for file in _files(found, request.user, kind, draft)]
    box = composer.Box(kind, files=files)
    return page.show(request, "desk/draft_files.html", {"box": box, "talk": conversation.head(found, request)})


@writing
def remove_file(request: AgentRequest, number: int) -> HttpResponseBase:
    """Take a file off one's own draft or a shared one; off anybody else's: 404. The rest of the form is kept."""
    mine = Q(draft__agent=request.user) | Q(draft__is_shared=True)
    file = DraftFile.objects.filter(mine, id=number).exclude(draft__kind=Draft.LATER).select_related("draft").first()
    if file is None:
        raise Http404
    found = find_conversation(request, file.draft.conversation_id)
    operations.remove_draft_file(file.id)
    if is_part(request):
        shared = file.draft if file.draft.is_shared else None
        return _listed(request, found, file.draft.kind, shared)
    return draft(request, found.id)


@asking
def going_along(request: AgentRequest, number: int) -> HttpResponse:
    """What is sent besides the text, in another language: the signature and the quoted message."""
    found = find_conversation(request, number)
    language = request.GET.get("language", "")[:5] or found.language or found.shop.language
    box = composer.Composer(found.id, reply=composer.Box("reply", language=language), note=composer.Box("note"))
    composer.go_along(box, found, request.user, [])
    return page.show(request, "desk/going_along.html", {"composer": box, "talk": conversation.head(found, request)})
