"""The demo shops' help centre: the same twelve articles in four languages, and what readers of four weeks did."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

from django.utils import timezone

from shopbell.core import languages
from shopbell.knowledge import operations
from shopbell.knowledge.models import ArticleText, Topic
from shopbell.selfservice.models import ArticleCount, ShopCount, Sought
from shopbell.shops.models import Shop

FOLDER = Path(__file__).resolve().parent / "help"
_MARK = re.compile(r"^<!-- (\S+) \| (.+) -->$", re.MULTILINE)
INTERNAL = ("goodwill", "Goodwill: what we may give without asking", "Up to 20 euros, once for a customer and year.")
SOUGHT = {
    "de": (("geschenkverpackung", 9), ("ratenzahlung", 6), ("filiale berlin", 3)),
    "en": (("gift wrapping", 5), ("student discount", 4)),
    "da": (("indpakning", 4), ("butik københavn", 2)),
    "et": (("kinkepakend", 7), ("järelmaks", 5)),
}
DAYS = 28


def run() -> None:
    """Fill every shop's help centre."""
    for shop in Shop.objects.order_by("id"):
        _articles(shop)
        _readers(shop, Random(shop.id))


def entries(language: str) -> Iterator[operations.Entry]:
    """The articles of a language, as they stand in its file."""
    _before, *parts = _MARK.split((FOLDER / f"{language}.md").read_text(encoding="utf-8"))
    for key, topic, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        title, _line, body = text.strip().partition("\n")
        yield operations.Entry(key, title.removeprefix("# "), body.strip(), language, topic=topic)


def _articles(shop: Shop) -> None:
    """The topics first, so that each has its name in all four languages."""
    by_language = {language: list(entries(language)) for language in languages.NAMES}
    names = [{code: rows[place].topic for code, rows in by_language.items()} for place in range(len(by_language["en"]))]
    for position, named in enumerate(dict(zip([one["en"] for one in names], names, strict=True)).values()):
        operations.save_topic(Topic(shop=shop, names=named, position=position), actor=None)
    for rows in by_language.values():
        for entry in rows:
            operations.file_entry(shop, entry)
    key, title, body = INTERNAL
    operations.file_entry(shop, operations.Entry(key, title, body, "en", is_internal=True))


def _readers(shop: Shop, random: Random) -> None:
    """Made-up figures of four weeks in the shop's own language, so that the team's page has something to show."""
    today = timezone.now().date()
    texts = list(ArticleText.objects.filter(shop=shop, language=shop.language, article__is_internal=False))
    days = [today - timedelta(days=number) for number in range(1, DAYS)]
    for place, text in enumerate(texts):
        for day in days:
            views = random.randint(1, 40 // (place + 1) + 3)
            told = {"view": views, "yes": views // 4, "no": views // 9, "unclear": views // 15, "contact": views // 12}
            ArticleCount.objects.bulk_create(
                ArticleCount(text=text, shop=shop, language=shop.language, day=day, what=what, times=times)
                for what, times in told.items()
                if times
            )
    for day in days:
        told = {"visit": 60, "read": 48, "contact": 5, "solved": 14, "search": 25, "miss": 3}
        ShopCount.objects.bulk_create(
            ShopCount(shop=shop, language=shop.language, day=day, what=what, times=random.randint(times // 2, times))
            for what, times in told.items()
        )
    Sought.objects.bulk_create(
        Sought(shop=shop, language=shop.language, day=days[0], phrase=phrase, times=times)
        for phrase, times in SOUGHT[shop.language]
    )
