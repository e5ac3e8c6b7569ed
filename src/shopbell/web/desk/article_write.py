"""Write an article in one language: Markdown in a field, and beside it how it will read, or another language."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shopbell.core import languages, text
from shopbell.core.ids import as_id
from shopbell.knowledge import bodies, operations, queries
from shopbell.knowledge.models import Article, ArticleText, Version
from shopbell.knowledge.operations.articles import Conflict, Unfit
from shopbell.knowledge.operations.pictures import NoPicture
from shopbell.shops.models import Shop
from shopbell.web import times
from shopbell.web.desk import article as article_page
from shopbell.web.desk import page
from shopbell.web.desk.article import find, html, tabs, writing_articles
from shopbell.web.desk.dialog import UNPROCESSABLE
from shopbell.web.desk.request import AgentRequest

TEMPLATE = "desk/article_write.html"
MOST_PREVIEWED = 200_000  # characters


@dataclass
class Written:
    """What stands in the form."""

    title: str = ""
    summary: str = ""
    slug: str = ""
    body: str = ""
    based_on: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    newer: Version | None = None  # a colleague's, saved meanwhile


@writing_articles
def write(request: AgentRequest, number: int, code: str) -> HttpResponse:
    """The editor; POST saves a new version. With `preview` or `picture` nothing is saved yet."""
    found = find(request, number)
    if code not in languages.NAMES:
        raise Http404
    row = found.texts.filter(language=code).first()
    newest = row.versions.order_by("-number").first() if row else None
    if request.method != "POST":
        return show(request, found, code, _before(row, newest))
    written = sent(request)
    if request.FILES.get("picture") or "preview" in request.POST:
        take_picture(request, found.shop, written)
        return show(request, found, code, written, UNPROCESSABLE if written.errors else 200)
    if not _save(request, found, code, written):
        return show(request, found, code, written, 409 if written.newer else UNPROCESSABLE)
    page.tell(request, _("Saved."))
    return page.go(reverse("desk:article", args=[found.pk, code]))


@writing_articles
def new(request: AgentRequest) -> HttpResponse:
    """A new article: the shop and the language are chosen as well, everything else is as in `write`."""
    shops = list(queries.shops(request.user))
    if not shops:
        raise Http404
    asked = request.POST if request.method == "POST" else request.GET
    shop = next((one for one in shops if str(one.pk) == asked.get("shop", "")), _usual(shops))
    code = asked.get("language", "")
    code = code if code in languages.NAMES else shop.language
    fresh, written = Article(shop=shop), sent(request)
    context: dict[str, Any] = {"shops": shops, "languages": languages.NAMES.items(), "is_new": True}
    context["key"] = request.POST.get("key", "") or secrets.token_urlsafe(12)
    if request.method != "POST":
        return show(request, fresh, code, Written(title=request.GET.get("title", "")[:250]), **context)
    if request.FILES.get("picture") or "preview" in request.POST:
        take_picture(request, shop, written)
        return show(request, fresh, code, written, UNPROCESSABLE if written.errors else 200, **context)
    try:
        row = operations.begin(
            shop,
            code,
            title=written.title,
            body=written.body,
            summary=written.summary,
            slug=written.slug,
            actor=request.user.pk,
            key=f"desk-{context['key']}",
        )
    except Unfit as unfit:
        written.errors = missing(written, str(unfit))
        return show(request, fresh, code, written, UNPROCESSABLE, **context)
    page.tell(request, _("Saved as a draft."))
    return page.go(article_page.address(row))


def _usual(shops: list[Shop]) -> Shop:
    """The shop to begin with: the first that speaks the reader's language, else the first."""
    return next((one for one in shops if one.language == get_language()), shops[0])


def _before(row: ArticleText | None, newest: Version | None) -> Written:
    if row is None or newest is None:
        return Written()
    return Written(newest.title, newest.summary, row.slug, newest.body, newest.number)


def sent(request: AgentRequest) -> Written:
    """What the form sent."""
    given = request.POST
    based_on = given.get("based_on", "0")
    return Written(
        title=text.preview(given.get("title", ""), 250),
        summary=text.preview(given.get("summary", ""), 300),
        slug=given.get("slug", "").strip()[:100],
        body=text.clean(given.get("body", "")),
        based_on=as_id(based_on) or 0,
    )


def _save(request: AgentRequest, found: Article, code: str, written: Written) -> bool:
    try:
        operations.write(
            found,
            code,
            title=written.title,
            body=written.body,
            summary=written.summary,
            slug=written.slug,
            actor=request.user.pk,
            based_on=written.based_on,
        )
    except Unfit as unfit:
        written.errors = missing(written, str(unfit))
    except Conflict as conflict:
        written.newer = conflict.newest
    return not written.errors and written.newer is None


def missing(written: Written, said: str) -> dict[str, str]:
    """What is wrong, beside the field it is about."""
    if not written.title:
        return {"title": _("An article needs a title.")}
    return {"body": _("Write something first.") if not written.body.strip() else said}


def take_picture(request: AgentRequest, shop: Shop, written: Written) -> None:
    """Without scripts a chosen file is put at the end of the text."""
    file = request.FILES.get("picture")
    if file is None:
        return
    try:
        picture = operations.add_picture(shop, file.read())
    except NoPicture:
        written.errors = {"picture": _no_picture()}
        return
    written.body = f"{written.body.rstrip()}\n\n![{_alt(file.name or '')}]({bodies.picture_address(picture)})\n"


def _no_picture() -> str:
    return _("This is no picture we can read. Choose a PNG, JPEG, GIF or WebP of at most 15 MB.")


def _alt(name: str) -> str:
    """The name of a file as the words for those who do not see the picture, to be bettered by hand."""
    stem = name.rpartition(".")[0] or name
    return " ".join("".join(" " if letter in "[]()_" else letter for letter in stem)[:80].split())


def show(
    request: AgentRequest, found: Article, code: str, written: Written, status: int = 200, **context: Any
) -> HttpResponse:
    """The editor; `found` without a number is an article to be."""
    texts = {row.language: row for row in found.texts.order_by("language")} if found.pk else {}
    beside = request.GET.get("beside", "")
    other = texts[beside].versions.order_by("-number").first() if beside in texts and beside != code else None
    return page.show(
        request,
        TEMPLATE,
        {
            "place": "articles",
            "article": found,
            "written": written,
            "code": code,
            "language_name": times.language_name(code),
            "tabs": tabs(found, texts, code) if found.pk else [],
            "others": [row for each, row in texts.items() if each != code],
            "beside": other,
            "beside_code": beside if other else "",
            "beside_html": html(found, other.body, beside) if other else "",
            "preview": html(found, written.body, code),
            "dead": bodies.dead(found.shop, written.body, code, is_internal=found.is_internal),
            "cancel_url": reverse("desk:article", args=[found.pk, code]) if found.pk else reverse("desk:articles"),
            **context,
        },
        status,
    )


@writing_articles
def preview(request: AgentRequest) -> HttpResponse:
    """How what is typed will read, and what in it leads nowhere."""
    shop = _shop(request)
    code = request.POST.get("language", "")
    body = text.clean(request.POST.get("body", ""))
    if request.method != "POST" or code not in languages.NAMES or len(body) > MOST_PREVIEWED:
        return HttpResponse(status=UNPROCESSABLE)
    is_internal = request.POST.get("internal") == "1"
    context = {
        "preview": html(Article(shop=shop), body, code),
        "dead": bodies.dead(shop, body, code, is_internal=is_internal),
        "code": code,
    }
    return page.show(request, f"{TEMPLATE}#preview", context)


@writing_articles
def picture(request: AgentRequest) -> HttpResponse:
    """Keep a picture that was pasted, dropped or chosen; answers with the Markdown that shows it."""
    shop = _shop(request)
    file = request.FILES.get("picture")
    if request.method != "POST" or file is None:
        return HttpResponse(status=UNPROCESSABLE)
    try:
        kept = operations.add_picture(shop, file.read())
    except NoPicture:
        return HttpResponse(_no_picture(), status=UNPROCESSABLE, content_type="text/plain; charset=utf-8")
    return JsonResponse({"markdown": f"![{_alt(file.name or '')}]({bodies.picture_address(kept)})"})


def _shop(request: AgentRequest) -> Shop:
    found = queries.shops(request.user).filter(id=as_id(request.POST.get("shop", "")) or 0).first()
    if found is None:
        raise Http404
    return found
