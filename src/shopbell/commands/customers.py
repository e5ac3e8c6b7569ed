"""`./shopbell customers duplicates`: who may be known twice, with a score and the reasons (docs/duplicates.md)."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from shopbell.commands import migrate
from shopbell.commerce.models import Account, Order
from shopbell.conversations import jobs
from shopbell.conversations.models import Conversation
from shopbell.customers import likeness
from shopbell.customers.models import Customer, Double, Identity
from shopbell.shops.models import Shop


def arguments(parser: argparse.ArgumentParser) -> None:
    whats = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    about = "pairs of customers who may be one person, most likely first"
    one = whats.add_parser("duplicates", help=about, description=f"{about}. Nobody is merged by this.")
    one.add_argument("--json", action="store_true", help="a JSON list instead of lines")
    one.add_argument("--shop", metavar="SLUG", help="only pairs of whom both ordered at, or wrote to, this shop")
    one.add_argument("--min-score", type=float, default=likeness.LEAST / 100, metavar="0…1", help="0.5 where left out")


def run(options: argparse.Namespace) -> int:
    """0, also when there are none; 2 for a shop that is not there, or a score that can be none."""
    migrate.bring_up_to_date()
    shop = Shop.objects.filter(slug=options.shop).first() if options.shop else None
    if options.shop and shop is None:
        print(f"shopbell: there are: {', '.join(Shop.objects.values_list('slug', flat=True))}", file=sys.stderr)
        return 2
    if not 0 <= options.min_score <= 1:
        print("shopbell: --min-score is between 0 and 1", file=sys.stderr)
        return 2
    _compare_all()
    pairs = _pairs(round(options.min_score * 100), shop)
    if options.json:
        print(json.dumps(pairs, ensure_ascii=False, indent=1))
        return 0
    for pair in pairs:
        reasons = ", ".join(reason["text"] for reason in pair["reasons"])
        print(f"{pair['score']:.2f}  {_named(pair['first'])}  =  {_named(pair['second'])}: {reasons}")
    return 0


def _compare_all() -> None:
    """Look at everybody about whom something new is known; another process may be doing the same."""
    waiting = Customer.objects.filter(compared_at=None).count()
    while waiting:
        jobs.compare_customers()
        before, waiting = waiting, Customer.objects.filter(compared_at=None).count()
        if waiting >= before:
            return


def _pairs(least: int, shop: Shop | None) -> list[dict[str, Any]]:
    rows = Double.objects.filter(state=Double.State.OPEN, confidence__gte=least).order_by(
        "-confidence", "first_id", "id"
    )
    if shop is not None:
        known = _known_to(shop)
        rows = rows.filter(Q(first__in=known) & Q(second__in=known))
    doubles = list(rows)
    people = _people({number for row in doubles for number in (row.first_id, row.second_id)})
    return [
        {
            "score": row.confidence / 100,
            "reasons": [{"code": code, "text": str(likeness.REASONS.get(code, code))} for code in row.reasons],
            "first": people[row.first_id],
            "second": people[row.second_id],
        }
        for row in doubles
    ]


def _known_to(shop: Shop) -> set[int]:
    """Customers who ordered there, have an account there, or wrote to it."""
    ordered = Order.objects.filter(shop=shop).values_list("customer", flat=True)
    accounts = Account.objects.filter(connection__shop=shop).values_list("customer", flat=True)
    wrote = Conversation.objects.filter(shop=shop).values_list("customer", flat=True)
    return {number for number in ordered.union(accounts, wrote) if number}


def _people(numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {
        number: {"id": number, "name": name, "emails": [], "phones": [], "accounts": []}
        for number, name in Customer.objects.filter(id__in=numbers).values_list("id", "name")
    }
    for number, kind, value in (
        Identity.objects.filter(customer__in=found).order_by("id").values_list("customer_id", "kind", "value")
    ):
        if name := {"email": "emails", "phone": "phones"}.get(kind):
            found[number][name].append(value)
    accounts = Account.objects.filter(customer__in=found).order_by("id")
    for owner, remote_id, phone in accounts.values_list("customer_id", "remote_id", "phone"):
        person = found[owner or 0]
        person["accounts"].append(remote_id)
        if phone and phone not in person["phones"]:
            person["phones"].append(phone)
    return found


def _named(person: dict[str, Any]) -> str:
    known = [person["name"], *person["emails"], *person["phones"]]
    return f"#{person['id']} {' '.join(filter(None, known[:2]))}"
