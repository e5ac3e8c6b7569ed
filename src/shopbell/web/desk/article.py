"""One article in one language: how it reads, how it stands, and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.conversations import queries as conversations
from shopbell.core import languages, markdown
from shopbell.knowledge import bodies, operations, queries, states
from shopbell.knowledge.models import Article, ArticleText, Version
from shopbell.knowledge.operations.articles import Reason
from shopbell.knowledge.states import Step
from shopbell.web import times
from shopbell.web.desk import articles, page
from shopbell.web.desk.request import AgentRequest, door, reading

TEMPLATE = "desk/article.html"
REVIEW_AFTER = timedelta(days=182)  # proposed when somebody publishes
writing_articles = door(permissions.may_write_articles, ("GET", "HEAD", "POST"))
publishing_articles = door(permissions.may_publish_articles, ("GET", "HEAD", "POST"))


@dataclass
class Tab:
    """A language of an article, written or not."""

    code: str
    name: str
    url: str
    is_current: bool
    is_written: bool
    is_older: bool
    state: str
    colour: str


def find(request: AgentRequest, number: int) -> Article:
    """The article, if the agent works for its shop; else 404."""
    rows = queries.visible(request.user).select_related("shop", "topic", "owner")
    found = rows.filter(id=number).first()
    if found is None:
        raise Http404
    return found


def find_text(request: AgentRequest, number: int, code: str) -> ArticleText:
    """The article in a language; 404 where it is not written in it."""
    article = find(request, number)
    row = article.texts.select_related("published", "reviewer").filter(language=code).first()
    if row is None:
        raise Http404
    row.article, row.shop = article, article.shop
    return row


def address(text: ArticleText) -> str:
    """Where the desk shows a text; what links within articles become here."""
    return reverse("desk:article", args=[text.article_id, text.language])


def html(article: Article, body: str, code: str) -> str:
    """A body as the team sees it: dead links marked."""
    return mark_safe(markdown.scrolling(bodies.to_html(article.shop, body, code, address)))


@reading
def start(request: AgentRequest, number: int) -> HttpResponse:
    """The article in the language that suits the reader best."""
    found = find(request, number)
    shown = articles.best({row.language: row for row in found.texts.all()}, found.shop, request.GET.get("language", ""))
    return page.go(reverse("desk:article", args=[found.pk, shown.language if shown else found.shop.language]))


@reading
def article(request: AgentRequest, number: int, code: str) -> HttpResponse:
    """The page; a language the article is not written in offers to write it."""
    found = find(request, number)
    if code not in languages.NAMES:
        raise Http404
    texts = {row.language: row for row in found.texts.select_related("published", "reviewer").order_by("language")}
    text = texts.get(code)
    newest = text.versions.select_related("author").order_by("-number").first() if text else None
    context = {
        "place": "articles",
        "article": found,
        "text": text,
        "newest": newest,
        "code": code,
        "language_name": times.language_name(code),
        "tabs": tabs(found, texts, code),
        "topic": found.topic.name(get_language() or "en") if found.topic else "",
        "may_write": permissions.may_write_articles(request.user),
        "may_publish": permissions.may_publish_articles(request.user),
        "origin_url": origin_url(request, found),
        "is_due": articles.is_due(found.review_on),
        "title": newest.title if newest else title_of(found, texts),
    }
    return page.show(request, TEMPLATE, {**context, **_reading(request, text, newest)})


def title_of(article: Article, texts: dict[str, ArticleText]) -> str:
    """What to call an article that is not written in a language."""
    shown = articles.best(texts, article.shop, "")
    return shown.title if shown else _("(not written yet)")


def _reading(request: AgentRequest, text: ArticleText | None, newest: Version | None) -> dict[str, Any]:
    if text is None or newest is None:
        return {}
    today = timezone.localdate()
    return {
        "chip": articles.language(text),
        "html": html(text.article, newest.body, text.language),
        "is_newer": text.published is not None and text.published.number != newest.number,
        "steps": {str(step) for step in states.open_to(request.user, text.state)},
        "dead": bodies.dead(text.article.shop, newest.body, text.language, is_internal=text.article.is_internal),
        "reviewers": reviewers(request.user, text.shop_id),
        "review_on": proposed_review(text, today),
        "written": times.moment(newest.created_at, timezone.now()),
        "published_when": times.moment(text.published_at, timezone.now()) if text.published_at else "",
        "reasons": Reason.choices,
        "public_url": public_url(text),
        "versions_url": reverse("desk:article_history", args=[text.article_id, text.language]),
    }


def proposed_review(text: ArticleText, today: date) -> date:
    """The day to look at it again: what was chosen before anybody could read it, else half a year or later."""
    chosen = text.article.review_on or today
    is_chosen = text.published_id is None and chosen > today
    return chosen if is_chosen else max(chosen, today + REVIEW_AFTER)


def public_url(text: ArticleText) -> str:
    """Where customers read it; "" where they cannot."""
    is_shown = text.published_id is not None and not text.article.is_internal
    shop = text.article.shop
    is_offered = text.language in shop.offered_languages()
    return reverse("help_article", args=[shop.slug, text.language, text.slug]) if is_shown and is_offered else ""


def reviewers(agent: Agent, shop_id: int) -> list[Agent]:
    """Colleagues who may publish, then those who write; not oneself."""
    rows = Agent.objects.filter(is_active=True).exclude(pk=agent.pk).order_by("name")
    able = [row for row in rows if permissions.may_write_articles(row) and queries.may_see(row, shop_id)]
    return sorted(able, key=lambda row: not permissions.may_publish_articles(row))


def tabs(article: Article, texts: dict[str, ArticleText], code: str) -> list[Tab]:
    """The languages the shop offers and those the article is written in, with what is missing or older."""
    original = texts.get(article.shop.language) or min(texts.values(), key=lambda row: row.pk, default=None)
    codes = dict.fromkeys([*article.shop.offered_languages(), *texts, code])
    made = []
    for each in sorted(codes, key=list(languages.NAMES).index):
        row = texts.get(each)
        chip = articles.language(row) if row else None
        made.append(
            Tab(
                code=each,
                name=languages.NAMES[each],
                url=reverse("desk:article", args=[article.pk, each]),
                is_current=each == code,
                is_written=row is not None,
                is_older=bool(row and original and row.pk != original.pk and row.written_at < original.written_at),
                state=chip.label if chip else _("missing"),
                colour=chip.colour if chip else "missing",
            )
        )
    return made


def origin_url(request: AgentRequest, article: Article) -> str:
    """The message the article was made of, for those who may see its conversation; "" for others."""
    if article.origin is None:
        return ""
    message = conversations.message(request.user, article.origin)
    return f"{reverse('desk:conversation', args=[message.conversation_id])}#m{message.pk}" if message else ""


@writing_articles
def step(request: AgentRequest, number: int, code: str) -> HttpResponse:
    """Move a text on: `step` is one of states.Step, with `reviewer` or `review_on` where it takes one."""
    row = find_text(request, number, code)
    if request.method != "POST":
        return page.go(address(row))
    wanted = request.POST.get("step", "")
    if wanted not in Step.values or states.MOVES[Step(wanted)].may is None:
        raise Http404
    if not states.MOVES[Step(wanted)].may(request.user):  # type: ignore[misc]  # not None, see above
        raise PermissionDenied
    try:
        page.tell(request, _take(request, row, Step(wanted)))
    except states.Impossible:
        page.warn(request, _("A colleague was quicker: it stands differently now. Look again."))
    return page.go(address(row))


def _take(request: AgentRequest, row: ArticleText, wanted: Step) -> str:
    """Do it; returns what to say."""
    me = request.user.pk
    if wanted is Step.SUBMIT:
        chosen = request.POST.get("reviewer", "")
        whom = next((one for one in reviewers(request.user, row.shop_id) if str(one.pk) == chosen), None)
        operations.submit(row, actor=me, reviewer=whom.pk if whom else None)
        return _("{name} is asked to review it.").format(name=whom.name) if whom else _("It is to be reviewed.")
    if wanted is Step.PUBLISH:
        operations.publish(row, actor=me, review_on=parse_date_or_none(request.POST.get("review_on", "")))
        return _("Published.") if not row.article.is_internal else _("Published for the team.")
    if wanted is Step.ARCHIVE:
        operations.archive(row, actor=me)
        return _("Nobody reads it any more. Its versions are kept.")
    if wanted is Step.REVIVE:
        operations.revive(row, actor=me)
        return _("It is a draft again.")
    operations.send_back(row, actor=me)
    return _("It is a draft again.")


def parse_date_or_none(typed: str) -> Any:
    """A date as a date field sends it; None for anything else."""
    try:
        return parse_date(typed)
    except ValueError:
        return None


@publishing_articles
def delete(request: AgentRequest, number: int) -> HttpResponse:
    """Remove the article for good, giving a reason."""
    found = find(request, number)
    reason = request.POST.get("reason", "")
    if request.method != "POST":
        return page.go(reverse("desk:article_start", args=[found.pk]))
    if reason not in Reason.values:
        page.warn(request, _("Say why it is deleted. Nothing was done."))
        return page.go(reverse("desk:article_start", args=[found.pk]))
    operations.delete_article(found, reason=reason, actor=request.user.pk)
    page.tell(request, _("The article is deleted."))
    return page.go(reverse("desk:articles"))
