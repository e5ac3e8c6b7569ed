"""Policies over the API: proposed, approved, read in words; articles found; views shared."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shopbell.knowledge import operations as knowledge
from shopbell.knowledge import policies
from shopbell.knowledge.models import Policy
from shopbell.lists.models import View
from shopbell.shops.models import Shop
from tests import factories
from tests.web.api.calling import Program, problem

pytestmark = pytest.mark.django_db
TERMS = {"days": {"window": 30, "send_back": 14}, "rates": [{"name": "DHL", "cost": 490}]}
OPEN = {"match": "all", "of": [{"field": "state", "op": "is", "value": ["open"]}]}


@pytest.fixture
def shop() -> Shop:
    return factories.shop()


@pytest.fixture
def lead() -> Program:
    return Program(factories.agent(role="lead"), "articles:read", "articles:write")


@pytest.fixture
def admin() -> Program:
    return Program(factories.agent("Kadri", "admin"), "articles:read", "articles:write")


def new(shop: Shop, **changed: object) -> dict[str, object]:
    since = policies.today(shop).isoformat()
    return {"shop_id": shop.id, "topic": "return", "since": since, "terms": TERMS, "words": {"en": "Thanks"}, **changed}


def test_a_lead_proposes_an_admin_approves_and_everybody_reads_it(shop, lead, admin):
    agent = Program(factories.agent())
    made = lead.post("/policies", new(shop))
    assert made.status_code == 201
    number = made.json()["id"]
    assert (made.json()["is_approved"], made.json()["number"], made.json()["terms"]["days"]["window"]) == (False, 1, 30)
    path = f"/shops/{shop.id}/policies"
    assert agent.get(path).json()["items"] == []
    assert problem(lead.post(f"/policies/{number}/approve"))[0] == 403
    assert admin.post(f"/policies/{number}/approve").json()["approved_by_id"] == admin.agent.pk
    (holds,) = agent.get(f"{path}?language=en").json()["items"]
    assert (holds["topic"], holds["number"]) == ("return", 1)
    assert "30 days" in holds["markdown"]
    assert "Thanks" in holds["markdown"]
    before = (policies.today(shop) - timedelta(days=1)).isoformat()
    assert agent.get(f"{path}?on={before}").json()["items"] == []
    assert problem(admin.post(f"/policies/{number}/withdraw"))[0] == 409
    assert problem(agent.get("/policies"))[0] == 403


def test_what_cannot_be_promised_is_said_at_its_place(shop, lead):
    few = lead.post("/policies", new(shop, terms={"days": {"window": 7, "send_back": 14}}))
    assert few.status_code == 422
    assert few.json()["errors"][0]["where"] == "/terms/days/window"
    for changed in ({"topic": "love"}, {"since": "soon"}, {"shop_id": 999_999}, {"terms": {"days": {"window": -1}}}):
        assert problem(lead.post("/policies", new(shop, **changed)))[0] == 422
    assert not Policy.objects.exists()


def test_a_proposal_is_withdrawn_and_versions_cost_the_same_however_many(shop, lead, admin):
    number = lead.post("/policies", new(shop)).json()["id"]
    lead.get("/policies")
    with CaptureQueriesContext(connection) as one:
        lead.get("/policies")
    lead.post("/policies", new(shop, topic="refund", terms={"days": {"window": 14}}))
    lead.post("/policies", new(shop))
    with CaptureQueriesContext(connection) as three:
        assert len(lead.get("/policies").json()["items"]) == 3
    assert len(one) == len(three)
    assert len(lead.get(f"/policies?topic=refund&shop={shop.id}").json()["items"]) == 1
    assert admin.post(f"/policies/{number}/withdraw").status_code == 204
    assert admin.post(f"/policies/{number}/withdraw").status_code == 404


def test_policies_of_another_shop_are_not_there(shop, lead):
    lead.post("/policies", new(shop))
    stranger = Program(factories.agent("Liis", "lead", limited_to_shops=True))
    assert stranger.get("/policies").json()["items"] == []
    assert problem(stranger.get(f"/shops/{shop.id}/policies"))[0] == 404
    assert problem(stranger.post("/policies", new(shop)))[0] == 422


def test_articles_are_found_by_words_with_slips(shop):
    agent = Program(factories.agent(), "articles:read")
    lead = factories.agent(role="lead")
    for title, internal in (("Returning shoes", False), ("Returns in the warehouse", True)):
        text = knowledge.begin(
            shop, "en", actor=lead.pk, title=title, body="How to return shoes.", summary="", key=title
        )
        knowledge.save_article(text.article, actor=lead.pk, is_internal=internal)
        knowledge.publish(text, actor=lead.pk)
    found = agent.get(f"/article-search?q=retruning+shoes&shop={shop.id}").json()["items"]
    assert [(one["title"], one["is_internal"]) for one in found] == [("Returning shoes", False)]
    both = agent.get(f"/article-search?q=return+shoes&shop={shop.id}&internal=true").json()["items"]
    assert {one["title"] for one in both} == {"Returning shoes", "Returns in the warehouse"}
    assert problem(agent.get("/article-search?q=x&shop=999999"))[0] == 422
    assert problem(agent.get(f"/article-search?q=&shop={shop.id}"))[0] == 422


def test_a_lead_shares_views_and_an_agent_does_not():
    agent, lead = Program(factories.agent()), Program(factories.agent(role="lead"))
    team = factories.team()
    shared = {"label": "Everybody's", "filter": OPEN, "is_shared": True}
    assert problem(agent.post("/views", shared))[0] == 422
    made = lead.post("/views", shared).json()
    assert (made["is_own"], made["team_id"]) == (False, None)
    for_team = lead.call("PUT", f"/views/{made['name']}", {**shared, "team_id": team.id}).json()
    assert for_team["team_id"] == team.id
    lead.call("PUT", f"/views/{made['name']}", shared)
    assert problem(agent.call("PUT", f"/views/{made['name']}", {"label": "Mine", "filter": OPEN}))[0] == 403
    assert problem(agent.call("DELETE", f"/views/{made['name']}"))[0] == 403
    assert problem(lead.post("/views", {**shared, "is_shared": False, "team_id": team.id}))[0] == 422
    own = agent.post("/views", {"label": "Mine", "filter": OPEN}).json()["name"]
    assert problem(lead.call("DELETE", f"/views/{own}"))[0] == 404
    assert lead.call("DELETE", f"/views/{made['name']}").status_code == 204
    assert View.objects.count() == 1


def test_a_view_that_contradicts_itself_is_refused_with_the_reason():
    agent = Program(factories.agent())
    both = [{"field": "folder", "op": "is", "value": [word]} for word in ("open", "resolved")]
    answer = agent.post("/views", {"label": "Never", "filter": {"match": "all", "of": both}})
    assert answer.json()["errors"][0]["where"] == "/filter"
    assert answer.json()["detail"]
    assert not View.objects.exists()
