"""`./shopbell import articles PATH…`: a help centre written elsewhere. The same articles twice are there once."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from shopbell.commands.progress import Progress
from shopbell.core.languages import NAMES
from shopbell.importing import articles
from shopbell.knowledge import operations
from shopbell.knowledge.operations.articles import Unfit
from shopbell.shops.models import Shop


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a folder, or a .md, .jsonl or .json file")
    parser.add_argument("--shop", required=True, help="the shop's slug")
    parser.add_argument("--language", choices=tuple(NAMES), help="of articles that name none (the shop's own)")
    parser.add_argument("--drafts", action="store_true", help="publish nothing yet")


def run(options: argparse.Namespace) -> int:
    """0 when every article was taken; 1 when some were not, which are named; 2: nothing was done."""
    shop = Shop.objects.filter(slug=options.shop).first()
    if shop is None or not all(path.exists() for path in options.paths):
        known = ", ".join(Shop.objects.values_list("slug", flat=True))
        gone = [str(path) for path in options.paths if not path.exists()]
        print(f"shopbell: {f'no such file: {gone[0]}' if shop else f'there are the shops: {known}'}", file=sys.stderr)
        return 2
    tally = _take(shop, options)
    print(f"{tally['taken']:,} new or changed, {tally['known']:,} as before, {tally['left']:,} not taken")
    return 1 if tally["left"] else 0


def _take(shop: Shop, options: argparse.Namespace) -> Counter[str]:
    tally: Counter[str] = Counter()
    progress = Progress("articles")
    for path in options.paths:
        for number, entry in enumerate(articles.read(path, options.language or shop.language), 1):
            tally[_file(shop, entry, drafts=options.drafts)] += 1
            progress(number, 0)
    progress.end()
    return tally


def _file(shop: Shop, entry: operations.Entry | articles.Unreadable, *, drafts: bool) -> str:
    if isinstance(entry, articles.Unreadable):
        return _leave(entry.name, entry.reason)
    if entry.language not in NAMES:
        return _leave(entry.key, f"in a language there are no pages in: {entry.language}")
    try:
        changed = operations.file_entry(shop, articles.as_draft(entry) if drafts else entry)
    except Unfit as error:
        return _leave(entry.key, str(error))
    return "taken" if changed else "known"


def _leave(name: str, reason: str) -> str:
    print(f"not taken: {name}: {reason}", file=sys.stderr)
    return "left"
