"""Who reads: nobody's name, only whether it is the same browser as before today."""

from __future__ import annotations

import re

from django.http import HttpRequest

from shopbell.knowledge import policies
from shopbell.selfservice.operations import Who
from shopbell.shops.models import Shop
from shopbell.web import visitors

_ROBOT = re.compile(r"bot\b|bot/|crawl|spider|slurp|preview|lighthouse|monitor|facebookexternalhit", re.IGNORECASE)


def of(request: HttpRequest, shop: Shop, language: str) -> Who:
    """The reader who asks. Without a key for one whose browser says that it is not to be followed (Sec-GPC, DNT).

    The key is made of network, browser, shop and day with our secret: nothing is stored in the browser, and nobody can
    tell from it who it is, nor that it is the same as yesterday.
    """
    day = policies.today(shop)
    if "1" in (request.headers.get("Sec-GPC"), request.headers.get("DNT")):
        return Who(shop.id, language, day)
    said = "|".join((visitors.network(request), request.headers.get("User-Agent", ""), str(shop.id), day.isoformat()))
    return Who(shop.id, language, day, visitors.pseudonym(f"reader|{said}"))


def is_person(request: HttpRequest) -> bool:
    """Whether a request counts: no robot, nothing fetched ahead, no question for the head only."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    is_robot = _ROBOT.search(request.headers.get("User-Agent", ""))
    return request.method != "HEAD" and not is_robot and "prefetch" not in purpose
