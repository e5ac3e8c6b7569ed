"""`./shopbell articles search QUERY`: what the help centre would find, best first."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from shopbell.commands import migrate
from shopbell.core import text
from shopbell.core.languages import NAMES
from shopbell.knowledge import queries
from shopbell.shops.models import Shop


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    search = verbs.add_parser("search", help="ranked articles with scores, as the help centre shows them")
    search.add_argument("query")
    search.add_argument("--shop", help="the shop's slug, when there are several")
    search.add_argument("--language", choices=tuple(NAMES), help="the reader's language (the shop's own)")
    search.add_argument("--limit", type=int, default=10)
    search.add_argument("--internal", action="store_true", help="also articles for the team only")
    search.add_argument("--json", action="store_true", help="one JSON object")


def run(options: argparse.Namespace) -> int:
    """0, also when nothing is found; 2 when the shop is not clear."""
    migrate.bring_up_to_date()
    shops = Shop.objects.filter(slug=options.shop) if options.shop else Shop.objects.all()
    if len(shops) != 1:
        known = ", ".join(Shop.objects.values_list("slug", flat=True))
        print(f"shopbell: name one shop with --shop; there are: {known or 'none'}", file=sys.stderr)
        return 2
    language, query = options.language or shops[0].language, text.clean(options.query)
    found = queries.find_articles(
        shops[0], query, language, internal=options.internal, limit=max(1, min(options.limit, 100))
    )
    results = [_result(one) for one in found]
    if options.json:
        print(json.dumps({"query": query, "language": language, "results": results}, ensure_ascii=False))
        return 0
    for one in results:
        print(f"{one['score']:8.2f}  {one['language']}  {one['id']}  {one['title']}")
    return 0


def _result(found: queries.FoundArticle) -> dict[str, Any]:
    return {
        "id": found.text.article.key,
        "score": round(found.score, 4),
        "title": found.title,
        "language": found.text.language,
        "slug": found.text.slug,
        "snippet": "".join(piece for piece, _is_hit in found.snippet),
    }
