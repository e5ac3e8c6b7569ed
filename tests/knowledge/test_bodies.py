"""What customers read of a text: links that lead somewhere, numbers that hold, nothing of what is internal."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shopbell.knowledge import bodies, comparing, operations
from shopbell.knowledge.comparing import Piece
from shopbell.knowledge.models import ArticleText
from shopbell.knowledge.terms import Terms
from shopbell.shops.models import Shop
from tests import factories

pytestmark = pytest.mark.django_db


def published(shop: Shop, title: str, language: str = "de", *, is_internal: bool = False) -> ArticleText:
    actor = factories.agent(role="lead").pk
    row = operations.begin(shop, language, title=title, body="Words.", actor=actor)
    operations.save_article(row.article, actor=actor, is_internal=is_internal)
    operations.publish(row, actor=actor)
    return row


def address(text: ArticleText) -> str:
    return f"/{text.language}/{text.slug}"


def test_links_lead_to_where_an_article_is_in_the_language_of_the_reader() -> None:
    shop = factories.shop(language="de")
    open_one, secret = published(shop, "Offen"), published(shop, "Geheim", is_internal=True)
    english = operations.write(open_one.article, "en", title="Open", body="Words.", actor=None)
    other = published(factories.shop(), "Fremd")
    source = f"[a](article:{open_one.article_id}) [b](article:{secret.article_id}) [c](article:{other.article_id})"
    assert bodies.filled(shop, source, "en", address) == "[a](/de/offen) b c"
    operations.publish(english, actor=None)
    assert bodies.filled(shop, source, "en", address) == "[a](/en/open) b c"
    assert bodies.filled(shop, source, "de", address) == "[a](/de/offen) b c"


def test_numbers_of_policies_are_filled_in() -> None:
    shop, actor = factories.shop(), factories.agent(role="admin").pk
    row = operations.propose_policy(
        shop, "refund", promised=Terms(days={"window": 10}), words={}, since=date(2026, 1, 1), actor=actor
    )
    operations.approve_policy(row, actor=actor)
    assert bodies.filled(shop, "in {policy.refund.window} days", "en", address) == "in 10 days"


def test_a_plain_text_costs_no_query(django_assert_num_queries: Any) -> None:
    shop = factories.shop()
    with django_assert_num_queries(0):
        assert bodies.filled(shop, "[a](https://x.example)", "en", address) == "[a](https://x.example)"


def test_for_a_letter() -> None:
    source = "![Plan](/pictures/1-aaaaaaaaaaaa.webp) [Returns](article:4) [web](https://x.example)"
    assert bodies.for_mail(source, "https://help.example") == (
        "[Plan](https://help.example/pictures/1-aaaaaaaaaaaa.webp) Returns [web](https://x.example)"
    )


def test_pictures_of_a_text() -> None:
    source = "![a](/pictures/7-aaaaaaaaaaaa.webp) ![b](https://x.example/pictures/8-aaaaaaaaaaaa.webp) `/pictures/9`"
    assert bodies.pictures(source) == [7]


def test_what_changed_word_by_word() -> None:
    old = "".join(f"line {number}\n" for number in range(20)) + "You have 77 days.\n"
    assert comparing.compare(old, old) == []
    assert comparing.compare(old, old.replace("77", "30")) == [
        Piece("gap", lines=18), Piece("same", "line 18\nline 19\n"), Piece("same", "You have "), Piece("out", "77"),
        Piece("in", "30"), Piece("same", " days.\n"),
    ]  # fmt: skip
    assert comparing.compare("", "new") == [Piece("in", "new")]
    assert comparing.compare("old\n" * 4000, "new") == [Piece("out", "old\n" * 4000), Piece("in", "new")]
