"""How the help centre does: what was sought and not found, and what became of the articles that were read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shopbell.agents.permissions import may_write_articles
from shopbell.core import languages, numbers
from shopbell.core.ids import as_id
from shopbell.knowledge import queries as knowledge
from shopbell.knowledge.models import ArticleText
from shopbell.selfservice import operations, queries
from shopbell.selfservice.models import ShopCount
from shopbell.web import times
from shopbell.web.desk import page
from shopbell.web.desk.request import AgentRequest, door

PERIODS = (7, 28, 90)
PHRASES, ARTICLES = 100, 100
writing_articles = door(may_write_articles)


@dataclass(frozen=True)
class Missed:
    """A phrase, and where an article about it is begun."""

    phrase: str
    shop_id: int
    shop: str
    language: str
    language_name: str
    times: int
    when: str
    found_in: str
    write: str


@require_safe
@writing_articles
def use(request: AgentRequest) -> HttpResponse:
    """The page, for the shops the agent sees or one of them, and a period."""
    shops = list(knowledge.shops(request.user))
    asked = request.GET.get("shop", "")
    chosen = [shop for shop in shops if str(shop.pk) == asked] or shops
    days = next((number for number in PERIODS if str(number) == request.GET.get("days")), PERIODS[1])
    since = timezone.localdate() - timedelta(days=days - 1)
    names, ids = {shop.pk: shop.name for shop in shops}, [shop.pk for shop in chosen]
    now = timezone.now()
    context = {
        "place": "articles",
        "shops": shops,
        "asked_shop": asked,
        "days": days,
        "periods": PERIODS,
        "figures": _figures(queries.figures(ids, since)),
        "missed": [
            Missed(
                phrase=one.phrase,
                shop_id=one.shop_id,
                shop=names[one.shop_id],
                language=one.language,
                language_name=times.language_name(one.language),
                times=one.times,
                when=times.short(one.last_at, now),
                found_in=times.language_name(one.found_in) if one.found_in else "",
                write=_write(one),
            )
            for one in queries.sought(ids, since, PHRASES)
        ],
        "records": [
            (one, times.language_name(one.text.language), _address(one.text))
            for one in queries.records(ids, since, ARTICLES)
        ],
    }
    return page.show(request, "desk/articles_use.html", context)


def _write(one: queries.Phrase) -> str:
    values = {"shop": one.shop_id, "language": one.language, "title": one.phrase[:1].upper() + one.phrase[1:]}
    return f"{reverse('desk:article_new')}?{urlencode(values)}"


def _address(text: ArticleText) -> str:
    return reverse("desk:article", args=[text.article_id, text.language])


def _figures(counts: dict[str, int]) -> list[tuple[str, str, str]]:
    """(label, number, share) of what domain.md 2.12 calls self-service; a share of nothing is left out."""
    visits, read, what = counts["visit"], counts["read"], ShopCount.What
    rows = (
        (_("Visits"), what.VISIT, 0),
        (_("… that opened an article"), what.READ, visits),
        (_("… that said it helped"), what.SOLVED, visits),
        (_("… that wrote to us all the same"), what.CONTACT, read),
        (_("Searches"), what.SEARCH, 0),
        (_("… that found nothing"), what.MISS, counts["search"]),
    )
    return [
        (
            label,
            number_format(counts[name], use_l10n=True, force_grouping=True),
            numbers.percent(counts[name] * 100 // whole) if whole else "",
        )
        for label, name, whole in rows
    ]


@require_POST
@writing_articles
def drop(request: AgentRequest) -> HttpResponse:
    """Take a phrase off the list."""
    shop = knowledge.shops(request.user).filter(pk=as_id(request.POST.get("shop", "")) or 0).first()
    language = request.POST.get("language", "")
    if shop is None or language not in languages.NAMES:
        raise Http404
    operations.forget_phrase(shop.pk, language, request.POST.get("phrase", ""))
    return page.go(reverse("desk:articles_use"))
