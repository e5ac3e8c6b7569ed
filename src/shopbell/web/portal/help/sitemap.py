"""What robots are told: which pages there are, and which they had better leave alone."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from shopbell.knowledge import reading
from shopbell.knowledge.models import ArticleText
from shopbell.shops import queries as shops
from shopbell.shops.models import Domain, Shop
from shopbell.web.portal.help.door import find_shop

MOST = 50_000  # addresses in one file (sitemaps.org)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
LINKS = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'


@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """One file for each language of the shop."""
    shop = find_shop(slug)
    home = shops.origin(shop)
    files = (home + reverse("help_sitemap_of", args=[slug, code]) for code in shop.offered_languages())
    listed = "".join(f"<sitemap><loc>{escape(file)}</loc></sitemap>\n" for file in files)
    return _xml(f"<sitemapindex {SPACE}>\n{listed}</sitemapindex>\n")


@require_safe
def pages(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Every public page of the help centre in one language, with its other languages."""
    shop = find_shop(slug)
    if language not in shop.offered_languages():
        raise Http404
    listed = "".join(_entries(shop, language))
    return _xml(f"<urlset {SPACE} {LINKS}>\n{listed}</urlset>\n")


def _entries(shop: Shop, language: str) -> Iterator[str]:
    home = shops.origin(shop)
    offered = shop.offered_languages()
    yield _entry(home + reverse("help_home", args=[shop.slug, language]))
    for shelf in reading.shelves(shop.id, language, reading.edition()):
        yield _entry(home + reverse("help_topic", args=[shop.slug, language, shelf.topic.id, shelf.slug]))
    public = ArticleText.objects.filter(shop=shop, published__isnull=False, article__is_internal=False)
    slugs: dict[int, dict[str, str]] = {}
    for article, code, text_slug in public.values_list("article", "language", "slug"):
        if code in offered:
            slugs.setdefault(article, {})[code] = home + reverse("help_article", args=[shop.slug, code, text_slug])
    rows = public.filter(language=language).order_by("id").values_list("article", "published_at")
    for article, published_at in rows[: MOST - 1_000]:
        yield _entry(slugs[article][language], published_at.date().isoformat() if published_at else "", slugs[article])


def _entry(address: str, changed: str = "", others: dict[str, str] | None = None) -> str:
    parts = [f"<url><loc>{escape(address)}</loc>"]
    if changed:
        parts.append(f"<lastmod>{changed}</lastmod>")
    if others and len(others) > 1:
        parts += (
            f'<xhtml:link rel="alternate" hreflang="{code}" href={quoteattr(other)}/>' for code, other in others.items()
        )
    return "".join((*parts, "</url>\n"))


def _xml(text: str) -> HttpResponse:
    response = HttpResponse(HEAD + text, content_type="application/xml; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """The help centre may be read; the desk, forms and searches are nothing for robots."""
    here: Shop | None = getattr(request, "shop_here", None)
    at_home = [here] if here else _at_home_here()
    lines = [
        "User-agent: *",
        "Allow: /help/",
        "Allow: /static/",
        "Allow: /shops/",
        "Disallow: /help/*/search",
        "Disallow: /",
    ]
    lines += [f"Sitemap: {shops.origin(shop)}{reverse('help_sitemap', args=[shop.slug])}" for shop in at_home]
    response = HttpResponse("\n".join((*lines, "")), content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _at_home_here() -> list[Shop]:
    """Shops without a host of their own that have something to read."""
    own = Domain.objects.filter(shop=OuterRef("pk"))
    read = ArticleText.objects.filter(shop=OuterRef("pk"), published__isnull=False, article__is_internal=False)
    return list(Shop.objects.filter(Exists(read)).exclude(Exists(own)).order_by("id"))


@require_safe
def of_host(request: HttpRequest) -> HttpResponse:
    """/sitemap.xml on a shop's own host."""
    here: Shop | None = getattr(request, "shop_here", None)
    if here is None:
        raise Http404
    return index(request, here.slug)
