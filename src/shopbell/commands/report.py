"""`./shopbell report punctuality`: how many orders came when they were promised. Documented in docs/reports.md."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from shopbell.commands import migrate
from shopbell.commerce import punctuality
from shopbell.commerce.punctuality import Punctuality
from shopbell.shops.models import Shop

SHOWN = ("delivered", "late", "late_share", "open_past_promise")


def arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    about = "orders that were delivered by the promised day, late, or are open past it"
    one = kinds.add_parser("punctuality", help=about, description=f"{about}, by each shop's own calendar.")
    one.add_argument("--json", action="store_true", help="as JSON")
    one.add_argument("--from", dest="first", type=_day, metavar="DAY", help="promised on or after, like 2026-11-01")
    one.add_argument("--to", dest="last", type=_day, metavar="DAY", help="promised on or before")
    one.add_argument("--shop", help="the shop's slug; all shops without it")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day like 2026-11-01") from None


def run(options: argparse.Namespace) -> int:
    """0; 2 when there is no such shop, or the days are the wrong way round."""
    migrate.bring_up_to_date()
    shops = list(Shop.objects.filter(slug=options.shop) if options.shop else Shop.objects.order_by("slug"))
    if options.shop and not shops:
        return _refuse(f"there is no shop {options.shop!r}")
    if options.first and options.last and options.first > options.last:
        return _refuse("--from is after --to")
    now = timezone.now()
    found = {shop: punctuality.of(shop, now, options.first, options.last) for shop in shops}
    print(json.dumps(_whole(found, options, now), indent=2) if options.json else _table(found))
    return 0


def _refuse(reason: str) -> int:
    print(f"shopbell: {reason}", file=sys.stderr)
    return 2


def _whole(found: dict[Shop, Punctuality], options: argparse.Namespace, now: datetime) -> dict[str, Any]:
    return {
        "report": "punctuality",
        "as_of": now.isoformat(timespec="seconds"),
        "from": options.first and options.first.isoformat(),
        "to": options.last and options.last.isoformat(),
        **_figures(punctuality.together(found.values())),
        "shops": [{"shop": shop.slug, "time_zone": shop.time_zone, **_figures(part)} for shop, part in found.items()],
    }


def _figures(part: Punctuality) -> dict[str, Any]:
    return {name: getattr(part, name) for name in SHOWN}


def _table(found: dict[Shop, Punctuality]) -> str:
    rows = [(shop.slug, part) for shop, part in found.items()]
    rows += [("all", punctuality.together(found.values()))] if len(rows) != 1 else []
    width = max(len(name) for name, _part in rows)
    return "\n".join(f"{name:<{width}}  {_sentence(part)}" for name, part in rows)


def _sentence(part: Punctuality) -> str:
    share = "" if part.late_share is None else f" ({part.late_share:.1%})"
    return (
        f"{part.delivered:,} delivered, {part.late:,} late{share}, {part.open_past_promise:,} open past their promise"
    )
