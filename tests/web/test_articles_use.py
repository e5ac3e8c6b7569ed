"""How articles help: figures and phrases of the shops an agent sees, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shopbell.selfservice import operations
from shopbell.selfservice.models import Sought, Verdict
from shopbell.shops.models import Shop
from tests import factories
from tests.web.help import small_centre
from tests.web.help.small_centre import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre() -> Shop:
    return small_centre.build()


def signed_in(**fields: Any) -> Client:
    client = Client()
    client.force_login(factories.agent(**fields))
    return client


def happen(centre: Shop) -> None:
    who = operations.Who(centre.id, "de", timezone.localdate(), "k")
    operations.read(who, text("returns").id)
    operations.judge(who, text("returns").id, Verdict.NO)
    operations.judge(who, text("returns").id, Verdict.UNCLEAR)
    operations.searched(who, "Gutschein einlösen", None)
    operations.searched(who, "kauba", "et")


def test_what_was_not_found_and_what_became_of_readers(centre: Shop) -> None:
    happen(centre)
    page = signed_in().get("/desk/articles/use/")
    assert [(one.phrase, one.times, one.found_in) for one in page.context["missed"]] == [
        ("kauba", 1, "Estonian"),
        ("gutschein einlösen", 1, ""),
    ]
    assert page.context["missed"][1].write == (
        f"/desk/articles/new/?shop={centre.id}&language=de&title=Gutschein+einl%C3%B6sen"
    )
    ((record, language, address),) = page.context["records"]
    assert language == "German"
    assert (record.views, record.helped, record.not_helped) == (1, 0, 1)
    assert address == f"/desk/articles/{text('returns').article_id}/de/"
    assert [figure[1:] for figure in page.context["figures"]] == [
        ("1", ""),
        ("1", "100%"),
        ("0", "0%"),
        ("0", "0%"),
        ("2", ""),
        ("2", "100%"),
    ]


def test_the_title_of_the_article_is_filled_in(centre: Shop) -> None:
    happen(centre)
    client = signed_in(role="lead")
    page = client.get(client.get("/desk/articles/use/").context["missed"][1].write)
    assert 'value="Gutschein einlösen"' in page.content.decode()


def test_a_phrase_is_taken_off_the_list(centre: Shop) -> None:
    happen(centre)
    client = signed_in()
    values = {"shop": centre.id, "language": "de", "phrase": "kauba"}
    assert client.post("/desk/articles/use/drop/", values).status_code in (302, 303)
    assert list(Sought.objects.values_list("phrase", flat=True)) == ["gutschein einlösen"]
    assert client.post("/desk/articles/use/drop/", {**values, "language": "xx"}).status_code == 404
    assert client.get("/desk/articles/use/drop/").status_code == 405


def test_only_for_those_who_write_articles_and_only_their_shops(centre: Shop) -> None:
    happen(centre)
    assert Client().get("/desk/articles/use/").status_code == 302
    assert signed_in(role="partner").get("/desk/articles/use/").status_code == 403
    other = factories.agent(limited_to_shops=True)
    other.shops.set([factories.shop("Other")])
    client = Client()
    client.force_login(other)
    page = client.get(f"/desk/articles/use/?shop={centre.id}")
    assert (page.context["missed"], page.context["records"]) == ([], [])
    values = {"shop": centre.id, "language": "de", "phrase": "kauba"}
    assert client.post("/desk/articles/use/drop/", values).status_code == 404
    assert Sought.objects.count() == 2


def test_as_many_questions_for_one_as_for_many(centre: Shop) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/desk/articles/use/").status_code == 200
        return len(queries)

    happen(centre)
    client = signed_in()
    asked()
    few = asked()
    who = operations.Who(centre.id, "de", timezone.localdate(), "k2")
    for key in ("track", "label"):
        operations.read(who, text(key).id)
    for phrase in ("a", "b", "c"):
        operations.searched(who, phrase, None)
    assert asked() == few
