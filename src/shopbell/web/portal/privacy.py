"""The privacy notice of a form (GDPR article 13), made from the shop's own record: six points, always the same ones."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shopbell.shops.models import Shop


@dataclass(frozen=True)
class Point:
    label: str
    text: str


def notice(shop: Shop) -> list[Point]:
    """Controller, purpose, legal basis, recipients, storage, rights; in the language that is active."""
    return [
        Point(_("Responsible"), shop.controller or shop.name),
        Point(_("Purpose"), _("To answer your request, and to keep out spam.")),
        Point(_("Legal basis"), _basis()),
        Point(_("Passed on"), _("To nobody but those who work for us under contract, unless the law demands it.")),
        Point(_("Stored"), _storage(shop)),
        Point(_("Your rights"), _rights(shop)),
    ]


def _basis() -> str:
    return _(
        "What you ask for before or under a contract (GDPR article 6(1)(b)); "
        "otherwise our interest in answering you (article 6(1)(f))."
    )


def _storage(shop: Shop) -> str:
    months = shop.retention_months
    return ngettext(
        "In our customer service system, for {n} month.", "In our customer service system, for {n} months.", months
    ).format(n=months)


def _rights(shop: Shop) -> str:
    rights = _(
        "You may at any time see, correct, restrict, take with you and erase your data, object to their use, "
        "and complain to a supervisory authority."
    )
    if not shop.privacy_contact:
        return rights
    return rights + " " + _("Write to {address}.").format(address=shop.privacy_contact)
