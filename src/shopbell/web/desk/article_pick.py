"""Find an article to link or to put into a text: in an answer to a customer, and in another article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Draft
from shopbell.core import languages, markdown, rich
from shopbell.core import text as plain
from shopbell.core.ids import as_id
from shopbell.knowledge import bodies, policies, queries
from shopbell.knowledge.models import ArticleText
from shopbell.shops.models import Shop
from shopbell.shops.queries import origin
from shopbell.web.desk import actions, composer, conversation, dialog, page
from shopbell.web.desk.article import writing_articles
from shopbell.web.desk.draft import keep
from shopbell.web.desk.request import AgentRequest, asking, find_conversation, is_part

TEMPLATE = "desk/article_pick.html"
SHOWN = 12
SAID = 160  # characters of an article beside its title
ENDS = ("?", "!", ".", ":", "…")  # a title that ends so takes no colon


@dataclass
class Choice:
    """An article that may be taken. An internal one has no address for customers."""

    id: int  # of the text
    article: int
    title: str
    language: str
    preview: str
    is_internal: bool
    address: str  # for customers
    text: str = ""
    html: str = ""

    @property
    def line(self) -> str:
        """The link in a plain text; no colon follows a question."""
        return f"{self.title}{'' if self.title.endswith(ENDS) else ':'} {self.address}"


def public_address(text: ArticleText, shop: Shop) -> str:
    """Where customers read a published text."""
    return f"{origin(shop)}{reverse('help_article', args=[shop.slug, text.language, text.slug])}"


def _choices(shop: Shop, typed: str, language: str, *, whole: bool = False) -> list[Choice]:
    """What fits the words, or without words what changed last; in the language, else in others."""
    if typed.strip():
        found = queries.find_articles(shop, typed, language, internal=True, typing=True, limit=SHOWN)
        rows = [(one.text, "".join(part for part, _is_hit in one.snippet)) for one in found]
    else:
        texts = ArticleText.objects.filter(shop=shop, language=language, published__isnull=False)
        newest = texts.select_related("article", "published").order_by("-published_at", "-id")[:SHOWN]
        rows = [(text, "") for text in newest]
    numbers = policies.variables(shop, language) if whole and rows else {}
    return [_choice(shop, text, preview, numbers, whole) for text, preview in rows]


def _choice(shop: Shop, text: ArticleText, preview: str, numbers: dict[str, str], whole: bool) -> Choice:
    published = text.published
    assert published is not None
    is_internal = text.article.is_internal
    made = Choice(
        id=text.pk,
        article=text.article_id,
        title=published.title,
        language=text.language,
        preview=preview or plain.preview(published.summary or markdown.to_text(published.body), SAID),
        is_internal=is_internal,
        address="" if is_internal else public_address(text, shop),
    )
    if whole and not is_internal:
        body = queries.fill(bodies.for_mail(published.body, origin(shop)), numbers)
        made.text, made.html = markdown.to_text(body), rich.clean(markdown.to_html(body), {})
    return made


@writing_articles
def pick(request: AgentRequest) -> HttpResponse:
    """For the editor of articles: `?shop=&language=`, and `?q=` for the part that changes while somebody types."""
    shop = queries.shops(request.user).filter(id=as_id(request.GET.get("shop", "")) or 0).first()
    language = request.GET.get("language", "")
    if shop is None or language not in languages.NAMES:
        raise Http404
    address = f"{reverse('desk:article_pick')}?shop={shop.pk}&language={language}"
    return _show(request, {"choices": _choices(shop, request.GET.get("q", ""), language), "address": address})


@asking
def articles(request: AgentRequest, number: int) -> HttpResponse:
    """For an answer: articles of the conversation's shop. POST keeps what was written and adds the article `use` to it,
    as a link or, with `how=text`, its words.
    """
    found = find_conversation(request, number)
    given = request.POST if request.method == "POST" else request.GET
    language = given.get("language", "") or found.language or found.shop.language
    language = language if language in languages.NAMES else found.shop.language
    choices = _choices(found.shop, given.get("q", ""), language, whole=True)
    if request.method == "POST":
        if "text" in request.POST:
            keep(found, request.user, composer.read(request.POST, "reply"))
        if use := request.POST.get("use"):
            return _use(request, found, next((one for one in choices if f"{one.id}" == use.split(" ")[0]), None), use)
    talk = conversation.head(found, request)
    address = f"{talk.url}articles/?{talk.query}&language={language}"
    return _show(request, {"choices": choices, "address": address, "talk": talk, "is_answer": True})


def _use(request: AgentRequest, found: Conversation, chosen: Choice | None, use: str) -> HttpResponse:
    if chosen is None or chosen.is_internal:
        page.warn(request, _("This article cannot be sent to customers."))
        return actions.back(request, found.id)
    draft = Draft.objects.filter(agent=request.user, conversation=found, kind="reply").first()
    before = (draft.text.rstrip(), draft.html) if draft else ("", "")
    added = (chosen.text, chosen.html) if use.endswith(" text") else _link(chosen)
    body, markup = operations.below(before, added)
    language, quotes, recipients = (draft.language, draft.quotes, draft.recipients) if draft else ("", None, {})
    operations.save_draft(
        found, request.user, "reply", body=body, html=markup, recipients=recipients, language=language, quotes=quotes
    )
    return actions.back(request, found.id)


def _link(chosen: Choice) -> tuple[str, str]:
    return (
        chosen.line,
        f'<p><a href="{escape(chosen.address)}">{escape(chosen.title)}</a></p>',
    )


def _show(request: AgentRequest, context: dict[str, Any]) -> HttpResponse:
    context["typed"] = request.GET.get("q", "")
    if is_part(request) and "q" in request.GET:
        return page.show(request, f"{TEMPLATE}#hits", context)
    return dialog.show(request, TEMPLATE, context)
