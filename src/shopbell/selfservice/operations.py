"""Count what readers of the help centre do. Counts may lose the last second in a crash: no reader waits for a disk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from shopbell.core import text
from shopbell.selfservice.models import ArticleCount, Reader, ShopCount, Sought, Verdict

What = ShopCount.What
REMEMBERED = 50  # articles and verdicts of one reader
READ_BEFORE = timedelta(hours=2)  # what was read longer ago has nothing to do with a contact
MOST_WORDS, MOST_CHARACTERS, MOST_PHRASES = 8, 60, 1_000  # of a phrase; phrases a day and shop
_PERSONAL = re.compile(r"@|://|\d{4}|(?:\d[ ./-]?){6}")


@dataclass(frozen=True)
class Who:
    """A reader as far as anybody knows: a browser on one day. Without a key it does not want to be known again."""

    shop_id: int
    language: str
    day: date
    key: str = ""


_COUNT_SHOP = """
INSERT INTO selfservice_shopcount (shop_id, language, day, what, times) VALUES (%s, %s, %s, %s, 1)
ON CONFLICT (shop_id, day, language, what) DO UPDATE SET times = selfservice_shopcount.times + 1
"""
_COUNT_ARTICLE = """
INSERT INTO selfservice_articlecount (text_id, shop_id, language, day, what, times)
SELECT id, shop_id, language, %s, %s, 1 FROM knowledge_articletext WHERE id = %s AND shop_id = %s
ON CONFLICT (text_id, day, what) DO UPDATE SET times = selfservice_articlecount.times + 1
"""
_SEE = """
INSERT INTO selfservice_reader (shop_id, day, key) VALUES (%(shop)s, %(day)s, %(key)s)
ON CONFLICT (key, day, shop_id) DO UPDATE SET last_at = statement_timestamp() RETURNING *
"""


def read(who: Who, text_id: int) -> None:
    """Somebody opened an article: counted once for a reader and day."""
    with _unhurried():
        reader = _see(who)
        _once(who, reader, What.VISIT, What.READ)
        if reader is not None and text_id in reader.texts:
            return
        if reader is not None and len(reader.texts) < REMEMBERED:
            reader.texts = [*reader.texts, text_id]
            reader.save(update_fields=["texts"])
        _count_article(who, text_id, ArticleCount.What.VIEW)


def judge(who: Who, text_id: int, verdict: Verdict) -> bool:
    """Somebody says whether an article helped; whether that counted: one verdict a reader, one reason after a no."""
    with _unhurried():
        reader = _see(who)
        if reader is not None:
            if not _may_judge(reader.verdicts.get(str(text_id)), verdict) or len(reader.verdicts) >= REMEMBERED:
                return False
            reader.verdicts = {**reader.verdicts, str(text_id): verdict.value}
            reader.save(update_fields=["verdicts"])
        if verdict == Verdict.YES:
            _once(who, reader, What.VISIT, What.SOLVED)
        _count_article(who, text_id, verdict)
        return True


def _may_judge(before: str | None, verdict: Verdict) -> bool:
    if before is None:
        return verdict in (Verdict.YES, Verdict.NO)
    return before == Verdict.NO and verdict not in (Verdict.YES, Verdict.NO)


def solved(who: Who, text_id: int) -> None:
    """An article that was suggested while somebody wrote to the shop answered them; they did not send it."""
    with _unhurried():
        reader = _see(who)
        if reader is None or reader.verdicts.get(str(text_id)) != Verdict.YES:
            _count_article(who, text_id, ArticleCount.What.SOLVED)
            _once(who, reader, What.VISIT, What.SOLVED)
        if reader is not None and len(reader.verdicts) < REMEMBERED:
            reader.verdicts = {**reader.verdicts, str(text_id): Verdict.YES.value}
            reader.save(update_fields=["verdicts"])


def contacted(who: Who) -> list[int]:
    """Somebody wrote to the shop: the texts they had read in the two hours before, each counted for it once a day."""
    if not who.key:
        return []
    with _unhurried():
        found = Reader.objects.select_for_update().filter(shop=who.shop_id, day=who.day, key=who.key)
        reader = found.filter(last_at__gte=timezone.now() - READ_BEFORE).first()
        if reader is None or not reader.texts:
            return []
        if _once(who, reader, What.CONTACT):
            for text_id in reader.texts:
                _count_article(who, text_id, ArticleCount.What.CONTACT)
        return list(reader.texts)


def searched(who: Who, phrase: str, found_in: str | None) -> None:
    """Somebody searched. `found_in`: the language that had something; None when none had."""
    with _unhurried():
        _once(who, _see(who), What.VISIT)
        _count_shop(who, What.SEARCH)
        if found_in == who.language:
            return
        _count_shop(who, What.MISS)
        kept = fit_phrase(phrase)
        if kept:
            _note_sought(who, kept, found_in or "")


def fit_phrase(phrase: str) -> str:
    """A phrase as it is kept, or "" for one that may tell who sought: addresses, numbers, whole sentences."""
    line = text.preview(phrase, MOST_CHARACTERS * 2).lower()
    is_fit = len(line) <= MOST_CHARACTERS and len(line.split()) <= MOST_WORDS and not _PERSONAL.search(line)
    return line if is_fit else ""


_SOUGHT = """
INSERT INTO selfservice_sought (shop_id, language, day, phrase, found_in, times)
SELECT %(shop)s, %(language)s, %(day)s, %(phrase)s, %(found_in)s, 1
WHERE (SELECT count(*) FROM selfservice_sought WHERE shop_id = %(shop)s AND day = %(day)s) < %(most)s
ON CONFLICT (shop_id, day, language, phrase) DO UPDATE
SET times = selfservice_sought.times + 1, found_in = excluded.found_in, last_at = statement_timestamp()
"""


def _note_sought(who: Who, phrase: str, found_in: str) -> None:
    where: dict[str, Any] = {"shop": who.shop_id, "language": who.language, "day": who.day}
    with connection.cursor() as cursor:
        cursor.execute(_SOUGHT, {**where, "phrase": phrase, "found_in": found_in, "most": MOST_PHRASES})


def forget_phrase(shop_id: int, language: str, phrase: str) -> None:
    """Take a phrase off the list of what was not found: an article was written, or none is needed."""
    Sought.objects.filter(shop=shop_id, language=language, phrase=phrase).delete()


@contextmanager
def _unhurried() -> Iterator[None]:
    """A transaction that does not wait for the disk when it ends."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        yield


def _see(who: Who) -> Reader | None:
    """The reader's row, locked; None for one who does not want to be known."""
    if not who.key:
        return None
    return Reader.objects.raw(_SEE, {"shop": who.shop_id, "day": who.day, "key": who.key})[0]


def _once(who: Who, reader: Reader | None, *whats: What) -> bool:
    """Count each for the shop unless this reader did it today; whether any was counted."""
    new = [what.value for what in whats if reader is None or what.value not in reader.done]
    for what in new:
        _count_shop(who, what)
    if reader is not None and new:
        reader.done = [*reader.done, *new]
        reader.save(update_fields=["done"])
    return bool(new)


def _count_shop(who: Who, what: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_SHOP, [who.shop_id, who.language, who.day, what])


def _count_article(who: Who, text_id: int, what: str) -> None:
    """Texts of other shops are none of a reader's."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_ARTICLE, [who.day, what, text_id, who.shop_id])
