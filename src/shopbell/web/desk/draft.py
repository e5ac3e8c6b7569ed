"""What is being written, kept on the server as it is typed: the text, the recipients, the files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from shopbell.agents.models import Agent
from shopbell.channels.models import Outbound
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, DraftFile, Message
from shopbell.core import files as file_types
from shopbell.web.desk import composer, conversation, page
from shopbell.web.desk.request import AgentRequest, find_conversation, is_part, view_name, writing

MAX_FILES = 20
Problems = list[str]
Upload: TypeAlias = "UploadedFile[bytes]"


@writing
def draft(request: AgentRequest, number: int) -> HttpResponse:
    """Keep the text; 204 for a script. What was sent meanwhile is not brought back as a draft."""
    found = find_conversation(request, number)
    written = composer.read(request.POST, "note" if request.POST.get("kind") == "note" else "reply")
    if not _was_sent(found, written):
        recipients = {name: people for name, people in written.people.items() if written.kind == "reply"}
        operations.save_draft(found, request.user, written.kind, body=written.text, recipients=recipients)
    if request.htmx:
        return HttpResponse(status=204)
    return page.go(f"{conversation.address(found.id, view_name(request))}&write={written.kind}")


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
    problems = add_files(found, request.user, kind, uploads(request), inside=bool(request.POST.get("inside")))
    if problems:
        return HttpResponse("\n".join(problems), status=422, content_type="text/plain; charset=utf-8")
    return _listed(request, found, kind)


def uploads(request: AgentRequest) -> Sequence[Upload]:
    """The files that came with a form."""
    return [file for file in request.FILES.getlist("files") if isinstance(file, UploadedFile)]


def add_files(
    found: Conversation, agent: Agent, kind: str, sent: Iterable[Upload], *, inside: bool = False
) -> Problems:
    """Put uploaded files on the draft; returns why some of them were refused."""
    problems: Problems = []
    for file in sent:
        name, size = file_types.safe_name(file.name or ""), file.size or 0
        if size > settings.MAX_ATTACHMENT_BYTES:
            most = filesizeformat(settings.MAX_ATTACHMENT_BYTES)
            problems.append(_("{name} is too large: at most {size} can be sent.").format(name=name, size=most))
        elif size == 0:
            problems.append(_("{name} is empty.").format(name=name))
        elif _count(found, agent, kind) >= MAX_FILES:
            problems.append(_("At most {n} files fit on one message.").format(n=MAX_FILES))
        else:
            content = file.read()
            is_picture = inside and file_types.is_safe_inline(file_types.sniff(content, name))
            operations.add_draft_file(found, agent, kind, name=name, content=content, inside=is_picture)
    return problems


def _count(found: Conversation, agent: Agent, kind: str) -> int:
    return DraftFile.objects.filter(draft__agent=agent, draft__conversation=found, draft__kind=kind).count()


def _listed(request: AgentRequest, found: Conversation, kind: str) -> HttpResponse:
    rows = DraftFile.objects.filter(draft__agent=request.user, draft__conversation=found, draft__kind=kind)
    box = composer.Box(kind, files=[composer.attached(file) for file in rows.select_related("blob").order_by("id")])
    return page.show(request, "desk/draft_files.html", {"box": box, "talk": conversation.head(found, request)})


@writing
def remove_file(request: AgentRequest, number: int) -> HttpResponseBase:
    """Take a file off one's own draft; of anybody else's: 404. The rest of the form is kept as the draft."""
    file = DraftFile.objects.filter(id=number, draft__agent=request.user).select_related("draft").first()
    if file is None:
        raise Http404
    found = find_conversation(request, file.draft.conversation_id)
    operations.remove_draft_file(file.id)
    if is_part(request):
        return _listed(request, found, file.draft.kind)
    return draft(request, found.id)
