"""Ratings: for leads and admins, of what they may see, each with the conversation behind it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.channels.models import Channel
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Rating
from tests import factories
from tests.web.entering import entering

pytestmark = pytest.mark.django_db
PAGE = "/desk/ratings/"


def rated(
    channel: Channel, score: int, comment: str = "", *, days_ago: float = 1, by: Agent | None = None
) -> Conversation:
    number = Rating.objects.count()
    found = factories.conversation(channel, f"c{number}@customer.example", name=f"Customer {number}")
    operations.reply(found.id, by or factories.agent("Mari Maasikas"), factories.answer())
    operations.resolve(found.id, actor=None)
    assert found.customer_id is not None
    operations.rate_by_customer(found.id, score=score, comment=comment, customer_id=found.customer_id)
    Rating.objects.filter(conversation=found).update(given_at=timezone.now() - timedelta(days=days_ago))
    return found


@pytest.fixture
def channel() -> Channel:
    return factories.mailbox(factories.shop("Kaubamaja"))


@pytest.fixture
def lead() -> Client:
    return entering(factories.agent("Siobhan Kelly", role="lead"))


def test_each_rating_leads_to_its_conversation_and_each_shop_has_its_figures(channel: Channel, lead: Client) -> None:
    first = rated(channel, 5, "Quick & <b>kind</b>")
    rated(channel, 4)
    last = rated(channel, 2, days_ago=0.5)
    other = rated(factories.mailbox(factories.shop("Poder")), 1, days_ago=3)
    page = lead.get(PAGE)
    html = page.content.decode()
    assert [row.number for row in page.context["rows"]][0] == last.id
    assert [row.number for row in page.context["rows"]][-1] == other.id
    assert f'href="/desk/c/{first.id}/"' in html
    assert "Quick &amp; &lt;b&gt;kind&lt;/b&gt;" in html
    assert "last answered by Mari Maasikas" in html
    sums = {one.shop: (one.number, one.satisfied, one.mean) for one in page.context["sums"]}
    assert sums == {"Kaubamaja": (3, "67%", "3.7"), "Poder": (1, "0%", "1.0")}


def test_a_shop_a_score_and_a_period_narrow_it(channel: Channel, lead: Client) -> None:
    good, bad = rated(channel, 5), rated(channel, 1)
    old = rated(channel, 3, days_ago=60)
    elsewhere = rated(factories.mailbox(factories.shop("Poder")), 2)
    shown = {
        query: {row.number for row in lead.get(f"{PAGE}?{query}").context["rows"]}
        for query in (f"shop={channel.shop_id}", "score=bad", "score=5", "days=90", "score=x&shop=x&days=x&after=x")
    }
    assert shown == {
        f"shop={channel.shop_id}": {good.id, bad.id},
        "score=bad": {bad.id, elsewhere.id},
        "score=5": {good.id},
        "days=90": {good.id, bad.id, old.id, elsewhere.id},
        "score=x&shop=x&days=x&after=x": {good.id, bad.id, elsewhere.id},
    }
    sums = lead.get(f"{PAGE}?shop={channel.shop_id}").context["sums"]
    assert [(one.shop, one.number) for one in sums] == [("Kaubamaja", 2)]


def test_a_shop_nobody_rated_has_no_figures(channel: Channel, lead: Client) -> None:
    assert [(one.satisfied, one.mean) for one in lead.get(PAGE).context["sums"]] == [("–", "–")]


def test_page_by_page_nothing_comes_twice(channel: Channel, lead: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shopbell.web.desk.ratings.AT_ONCE", 2)
    made = [rated(channel, 4) for _number in range(5)]
    Rating.objects.update(given_at=timezone.now() - timedelta(days=1))  # all at one instant
    seen, address = [], PAGE
    while address:
        page = lead.get(address)
        seen += [row.number for row in page.context["rows"]]
        address = PAGE + page.context["more"] if page.context["more"] else ""
    assert seen == [found.id for found in reversed(made)]


def test_only_leads_and_admins_and_only_what_they_may_see(channel: Channel) -> None:
    mine = rated(channel, 5)
    rated(factories.mailbox(factories.shop("Poder")), 1)
    for role in ("agent", "partner", "privacy"):
        teams = (factories.team(is_partner=True),) if role == "partner" else ()
        assert entering(factories.agent(role=role, teams=teams)).get(PAGE).status_code == 403, role
    assert Client().get(PAGE).status_code == 302
    limited = factories.agent("Liis Lead", role="lead", limited_to_shops=True)
    limited.shops.set([channel.shop])
    page = entering(limited).get(PAGE)
    assert [row.number for row in page.context["rows"]] == [mine.id]
    assert [one.shop for one in page.context["sums"]] == ["Kaubamaja"]
    of_team = factories.agent("Tiina Team", role="lead", teams=(factories.team(),), limited_to_teams=True)
    page = entering(of_team).get(PAGE)
    assert page.context["rows"] == []
    assert [one.number for one in page.context["sums"]] == [0, 0]
    assert len(entering(factories.agent(role="admin")).get(PAGE).context["rows"]) == 2


def test_many_ratings_cost_no_more_queries(channel: Channel, lead: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            lead.get(PAGE)
        return len(caught)

    rated(channel, 5)
    queries()
    one = queries()
    rated(channel, 4)
    rated(factories.mailbox(factories.shop("Poder")), 3)
    assert queries() == one
