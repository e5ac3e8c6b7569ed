"""How the help centre did: figures by shop and article, and what was not found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db.models import Max, Sum
from django.utils import timezone

from shopbell.knowledge.models import ArticleText
from shopbell.selfservice.models import ArticleCount, ShopCount, Sought, Verdict

POPULAR_DAYS = 28
POPULAR_KEPT_MINUTES = 10
REASONS = (Verdict.UNCLEAR, Verdict.WRONG, Verdict.MISSING, Verdict.OTHER)


def popular(shop_id: int, language: str, limit: int) -> list[int]:
    """Texts most read in the last four weeks, most read first. Up to ten minutes old."""
    return list(_popular(shop_id, language, limit, int(timezone.now().timestamp()) // (60 * POPULAR_KEPT_MINUTES)))


@lru_cache(maxsize=256)
def _popular(shop_id: int, language: str, limit: int, _moment: int) -> tuple[int, ...]:
    since = timezone.now().date() - timedelta(days=POPULAR_DAYS)
    views = ArticleCount.objects.filter(shop=shop_id, language=language, what=ArticleCount.What.VIEW, day__gte=since)
    sums = views.values("text").annotate(sum=Sum("times")).order_by("-sum", "text")
    return tuple(sums.values_list("text", flat=True)[:limit])


@dataclass(frozen=True)
class Phrase:
    """Something that was sought and not found in a language."""

    shop_id: int
    language: str
    phrase: str
    times: int
    last_at: datetime
    found_in: str  # another language that has it, or ""


def sought(shop_ids: Iterable[int], since: date, limit: int = 200) -> list[Phrase]:
    """What was not found most often."""
    rows = Sought.objects.filter(shop__in=shop_ids, day__gte=since).values("shop_id", "language", "phrase")
    sums = rows.annotate(sum=Sum("times"), last=Max("last_at"), elsewhere=Max("found_in"))
    ordered = sums.order_by("-sum", "-last", "phrase")
    columns = ("shop_id", "language", "phrase", "sum", "last", "elsewhere")
    return [Phrase(*row) for row in ordered.values_list(*columns)[:limit]]


def figures(shop_ids: Iterable[int], since: date) -> dict[str, int]:
    """{ShopCount.What: times} since a day, with nought for what did not happen."""
    rows = ShopCount.objects.filter(shop__in=shop_ids, day__gte=since).values("what").annotate(sum=Sum("times"))
    return dict.fromkeys(ShopCount.What.values, 0) | dict(rows.values_list("what", "sum"))


@dataclass
class Record:
    """What became of one text."""

    text: ArticleText
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def views(self) -> int:
        """Readers, each counted once a day."""
        return self.counts.get(ArticleCount.What.VIEW, 0)

    @property
    def helped(self) -> int:
        """Readers who said that it helped, here or before they sent a message."""
        return self.counts.get(Verdict.YES, 0) + self.counts.get(ArticleCount.What.SOLVED, 0)

    @property
    def not_helped(self) -> int:
        """Readers who said that it did not."""
        return self.counts.get(Verdict.NO, 0)

    @property
    def contacts(self) -> int:
        """Readers who made a contact all the same."""
        return self.counts.get(ArticleCount.What.CONTACT, 0)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why it did not help, most often first."""
        said = [(str(reason.label), self.counts.get(reason, 0)) for reason in REASONS]
        return sorted(((label, times) for label, times in said if times), key=lambda one: -one[1])


def records(shop_ids: Iterable[int], since: date, limit: int = 200) -> list[Record]:
    """Texts that were read, those that helped least often first, then by readers."""
    rows = ArticleCount.objects.filter(shop__in=shop_ids, day__gte=since).values("text", "what")
    counts: dict[int, dict[str, int]] = {}
    for text_id, what, times in rows.annotate(sum=Sum("times")).values_list("text", "what", "sum"):
        counts.setdefault(text_id, {})[what] = times
    most = sorted(counts, key=lambda text_id: (-_trouble(counts[text_id]), -counts[text_id].get("view", 0)))[:limit]
    texts = ArticleText.objects.select_related("article", "shop").in_bulk(most)
    return [Record(texts[text_id], counts[text_id]) for text_id in most]


def _trouble(counts: dict[str, int]) -> int:
    return counts.get(Verdict.NO, 0) + counts.get(ArticleCount.What.CONTACT, 0)
