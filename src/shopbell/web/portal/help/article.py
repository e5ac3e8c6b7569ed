"""One article: read it, say whether it helped, go on to what is about the same."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from shopbell.core import text as words
from shopbell.knowledge import bodies, reading
from shopbell.knowledge.models import ArticleText
from shopbell.selfservice import operations as selfservice
from shopbell.selfservice.models import Verdict
from shopbell.selfservice.queries import REASONS
from shopbell.web import visitors
from shopbell.web.portal import readers
from shopbell.web.portal.help import body, structured, topic
from shopbell.web.portal.help.door import Place, answer, opened

COOKIE = "helped"  # made when somebody judges: the texts judged, so that the question is not asked again
COOKIE_AGE = 365 * 24 * 3600
JUDGED_AT_MOST = 50
VERDICTS_PER_HOUR = 60  # of one network
STAGES = ("yes", "no", "thanks")


@require_safe
@opened
def article(place: Place, article: str) -> HttpResponse:
    """The page of an article. A former address leads to it for good."""
    row = reading.text_at(place.shop.id, place.language, article)
    if row is None or row.published is None:
        raise Http404
    if row.slug != article:
        return HttpResponsePermanentRedirect(place.url("help_article", row.slug))
    if readers.is_person(place.request):
        selfservice.read(place.who, row.id)
    stage = place.request.GET.get("helped", "")
    stage = stage if stage in STAGES else "thanks" if str(row.id) in _judged(place.request) else ""
    source = bodies.filled(place.shop, row.published.body, place.language, lambda text: _address(place, text))
    changed_at = row.published_at or row.published.created_at
    return answer(
        place,
        "portal/help/article.html",
        lambda: _shown(place, row, source, stage),
        stage,
        source,
        changed_at=changed_at,
    )


def _address(place: Place, text: ArticleText) -> str:
    """Where an article is read that another one links to."""
    return place.url("help_article", text.slug, language=text.language)


def _shown(place: Place, row: ArticleText, source: str, stage: str) -> dict[str, Any]:
    assert row.published is not None
    read, others = body.read(source), reading.languages_of(row)
    here = place.home_url(place.url("help_article", row.slug))
    changed_at = row.published_at or row.published.created_at
    steps = _steps(place, row)
    title = row.published.title
    asked = structured.question(
        title, str(read.html), language=place.language, address=here, changed=changed_at.date().isoformat()
    )
    named = [(name, place.home_url(path)) for name, path in (*steps, (title, place.url("help_article", row.slug)))]
    return {
        "article": row,
        "title": title,
        "body": read,
        "changed_at": changed_at,
        "description": row.published.summary or words.preview(read.words, 200),
        "steps": steps,
        "canonical": here,
        "alternates": {
            code: place.home_url(place.url("help_article", slug, language=code))
            for code, slug in others.items()
            if code in place.shop.offered_languages()
        },
        "others": {
            code: place.url("help_article", others[code], language=code)
            if code in others
            else place.url("help_home", language=code)
            for code in place.shop.offered_languages()
        },
        "related": reading.related(row, place.edition),
        "stage": stage,
        "reasons": REASONS,
        "judge": place.url("help_judge", row.slug),
        "data": structured.block(structured.breadcrumbs(named), asked),
    }


def _steps(place: Place, row: ArticleText) -> list[tuple[str, str]]:
    steps = [(_("Help"), place.url("help_home"))]
    if row.article.topic is not None:
        steps.append((row.article.topic.name(place.language), topic.address(place, row.article.topic)))
    return steps


@csrf_exempt  # nobody is signed in; a verdict of another site's page is refused below
@require_POST
@opened
def judge(place: Place, article: str) -> HttpResponse:
    """Take a verdict, and back to the article: a no asks for its reason."""
    row = reading.text_at(place.shop.id, place.language, article)
    if row is None or place.request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise Http404
    said = place.request.POST.get("verdict", "")
    verdict = Verdict(said) if said in Verdict.values else None
    network = visitors.network(place.request)
    if visitors.is_too_often(f"helped:{network}", limit=VERDICTS_PER_HOUR, per_seconds=3600):
        return HttpResponse(status=429, headers={"Retry-After": "3600"})
    if verdict is not None and _is_new(place.request, row.id, verdict):
        selfservice.judge(place.who, row.id, verdict)
    stage = {"yes": "yes", "no": "no"}.get(said, "thanks")
    response = HttpResponseRedirect(f"{place.url('help_article', row.slug)}?helped={stage}#helped")
    response.status_code = 303
    if verdict is not None:
        _remember(response, place, row.id)
    return response


def _judged(request: HttpRequest) -> list[str]:
    return [part for part in request.COOKIES.get(COOKIE, "").split(".") if part.isascii() and part.isdigit()]


def _is_new(request: HttpRequest, text_id: int, verdict: Verdict) -> bool:
    """A browser judges an article once; the reason of a no may follow."""
    return verdict in REASONS or str(text_id) not in _judged(request)


def _remember(response: HttpResponse, place: Place, text_id: int) -> None:
    kept = [one for one in _judged(place.request) if one != str(text_id)][-JUDGED_AT_MOST + 1 :]
    value = ".".join([*kept, str(text_id)])
    response.set_cookie(
        COOKIE,
        value,
        max_age=COOKIE_AGE,
        path=f"/help/{place.shop.slug}/",
        secure=place.request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


@csrf_exempt  # as above
@require_POST
@opened
def solved(place: Place, article: str) -> HttpResponse:
    """Suggested while somebody wrote to the shop, and that was the answer: nothing had to be sent."""
    row = reading.text_at(place.shop.id, place.language, article)
    if row is None or place.request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise Http404
    if not visitors.is_too_often(
        f"helped:{visitors.network(place.request)}", limit=VERDICTS_PER_HOUR, per_seconds=3600
    ):
        selfservice.solved(place.who, row.id)
    return HttpResponse(status=204)
