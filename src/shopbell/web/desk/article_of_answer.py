"""An article made of an answer: the editor, filled in with the answer's words without the customer's data."""

from __future__ import annotations

import re

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from shopbell.conversations import masking, queries
from shopbell.conversations.depersonalising import Replaced, depersonalised
from shopbell.conversations.models import Conversation, Message
from shopbell.core import languages, letters, markdown, text
from shopbell.knowledge import operations
from shopbell.knowledge.models import Article
from shopbell.knowledge.operations.articles import Unfit
from shopbell.web.desk import article as article_page
from shopbell.web.desk import article_write, page
from shopbell.web.desk.article import writing_articles
from shopbell.web.desk.dialog import UNPROCESSABLE
from shopbell.web.desk.request import AgentRequest, find_conversation

_PICTURE = re.compile(r"!\[[^\]]*\](?:\([^)]*\))?")
_RE = re.compile(r"^\s*(?:(?:re|aw|sv|vs|wg|fw|fwd)\s*:\s*)+", re.IGNORECASE)


@writing_articles
def make(request: AgentRequest, number: int) -> HttpResponse:
    """The editor with the answer `number`; POST saves the draft. The same answer again is the same article."""
    message = queries.message(request.user, number)
    if message is None or message.kind != Message.Kind.AGENT or masking.is_masked(request.user):
        raise Http404
    talk = queries.conversation(request.user, message.conversation_id)
    if talk is None:
        raise Http404
    key = f"answer-{message.pk}"
    known = Article.objects.filter(shop=talk.shop, key=key).first()
    if known is not None:
        page.tell(request, _("There is an article of this answer already."))
        return page.go(reverse("desk:article_start", args=[known.pk]))
    code = _language(talk)
    if request.method != "POST" or "preview" in request.POST or request.FILES.get("picture"):
        return _ask(request, talk, message, code)
    written = article_write.sent(request)
    values = {"title": written.title, "body": written.body, "summary": written.summary, "slug": written.slug}
    try:
        row = operations.begin(talk.shop, code, actor=request.user.pk, key=key, origin=message.pk, **values)
    except Unfit as unfit:
        written.errors = article_write.missing(written, str(unfit))
        return _show(request, talk, code, written, [], UNPROCESSABLE)
    page.tell(request, _("Saved as a draft."))
    return page.go(article_page.address(row))


@writing_articles
def of_last(request: AgentRequest, number: int) -> HttpResponse:
    """The same for the newest answer of a conversation."""
    talk = find_conversation(request, number)
    answers = Message.objects.filter(conversation=talk, kind=Message.Kind.AGENT).order_by("-id")
    newest = answers.values_list("id", flat=True).first()
    if newest is None:
        page.warn(request, _("Nobody has answered here yet."))
        return page.go(reverse("desk:conversation", args=[talk.pk]))
    return page.go(reverse("desk:article_of_answer", args=[newest]))


def _language(talk: Conversation) -> str:
    return languages.nearest(talk.language or talk.shop.language, talk.shop.language)


def _ask(request: AgentRequest, talk: Conversation, message: Message, code: str) -> HttpResponse:
    if request.method == "POST":
        written = article_write.sent(request)
        article_write.take_picture(request, talk.shop, written)
        return _show(request, talk, code, written, [], UNPROCESSABLE if written.errors else 200)
    with translation.override(code):
        body, replaced = depersonalised(_words(message), talk)
        title, more = depersonalised(_question(talk), talk)
    written = article_write.Written(title=text.preview(title, 250), body=body)
    return _show(request, talk, code, written, list(dict.fromkeys([*more, *replaced])))


def _words(message: Message) -> str:
    """What was answered, as Markdown, without salutation and closing; pictures of the mail stay behind."""
    source = markdown.from_html(message.html) if message.html and message.inbound_id is None else message.text
    return letters.body(_PICTURE.sub("", source).strip(), message.author.name if message.author else "")


def _question(talk: Conversation) -> str:
    """The subject, without Re: and the like."""
    return _RE.sub("", talk.subject).strip()


def _show(
    request: AgentRequest,
    talk: Conversation,
    code: str,
    written: article_write.Written,
    replaced: list[Replaced],
    status: int = 200,
) -> HttpResponse:
    context = {
        "is_new": True,
        "is_of_answer": True,
        "shops": [talk.shop],
        "languages": languages.NAMES.items(),
        "replaced": replaced,
        "key": "",
        "talk_url": reverse("desk:conversation", args=[talk.pk]),
    }
    return article_write.show(request, Article(shop=talk.shop), code, written, status, **context)
