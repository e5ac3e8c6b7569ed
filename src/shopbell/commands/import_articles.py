"""`./shopbell import articles PATH…`: a help centre written elsewhere. The same articles twice are there once."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from shopbell.commands.progress import Progress
from shopbell.core.languages import NAMES
from shopbell.importing import article_pictures, articles
from shopbell.knowledge import operations
from shopbell.knowledge.operations.articles import Unfit
from shopbell.shops.models import Shop


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a folder, or a .md, .jsonl or .json file")
    parser.add_argument("--shop", required=True, help="the shop's slug")
    parser.add_argument("--language", choices=tuple(NAMES), help="of articles that name none (the shop's own)")
    parser.add_argument("--drafts", action="store_true", help="publish nothing yet")


def run(options: argparse.Namespace) -> int:
    """0 when everything was taken; 1 when some articles or pictures were not, which are named; 2: nothing was done."""
    shop = Shop.objects.filter(slug=options.shop).first()
    gone = [str(path) for path in options.paths if not (path.is_file() or path.is_dir())]
    if shop is None or gone:
        known = ", ".join(Shop.objects.values_list("slug", flat=True))
        print(f"shopbell: {f'no such file: {gone[0]}' if shop else f'there are the shops: {known}'}", file=sys.stderr)
        return 2
    tally = _take(shop, options)
    print(f"{tally['taken']:,} new or changed, {tally['known']:,} as before, {tally['left']:,} not taken")
    if tally["pictures"]:
        print(f"{tally['pictures']:,} pictures not taken")
    return 1 if tally["left"] or tally["pictures"] else 0


def _take(shop: Shop, options: argparse.Namespace) -> Counter[str]:
    tally: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    progress = Progress("articles")
    for path in options.paths:
        for entry in articles.read(path, options.language or shop.language):
            tally[_taken(shop, entry, path, seen, tally, drafts=options.drafts)] += 1
            progress(tally.total() - tally["pictures"], 0)
    progress.end()
    return tally


def _taken(
    shop: Shop,
    entry: operations.Entry | articles.Unreadable,
    path: Path,
    seen: set[tuple[str, str]],
    tally: Counter[str],
    *,
    drafts: bool,
) -> str:
    """What became of it: "taken", "known" or "left"; noted as seen."""
    if isinstance(entry, articles.Unreadable):
        return _leave(entry.name, entry.reason)
    if entry.language not in NAMES:
        return _leave(entry.key, f"in a language there are no pages in: {entry.language}")
    if (entry.key, entry.language) in seen:
        return _leave(entry.key, f"another article before it has this id ({entry.language})")
    seen.add((entry.key, entry.language))
    return _file(shop, entry, path, tally, drafts=drafts)


def _file(shop: Shop, entry: operations.Entry, path: Path, tally: Counter[str], *, drafts: bool) -> str:
    shown, left = article_pictures.placed(shop, entry, path if path.is_dir() else path.parent)
    for reason in left:
        print(f"picture not taken: {entry.key}: {reason}", file=sys.stderr)
    tally["pictures"] += len(left)
    try:
        changed = operations.file_entry(shop, articles.as_draft(shown) if drafts else shown)
    except Unfit as error:
        return _leave(entry.key, str(error))
    return "taken" if changed else "known"


def _leave(name: str, reason: str) -> str:
    print(f"not taken: {name}: {reason}", file=sys.stderr)
    return "left"
