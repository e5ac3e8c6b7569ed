"""Articles and topics over the API: read, written, moved on, by whom may, once."""

from __future__ import annotations

from typing import Any

import pytest

from shopbell.knowledge.models import Article, Topic, Version
from shopbell.shops.models import Shop
from tests import factories
from tests.web.api.calling import Program, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return factories.shop(language="de")


@pytest.fixture
def lead() -> Program:
    return Program(factories.agent(role="lead"))


def new(shop: Shop, **changes: Any) -> dict[str, Any]:
    return {"shop_id": shop.pk, "language": "de", "key": "returns", "title": "Rückgabe", "body": "30 Tage.", **changes}


def test_write_publish_read(shop: Shop, lead: Program) -> None:
    made = lead.post("/articles", new(shop))
    number = made.json()["id"]
    assert (made.status_code, made.json()["texts"][0]["state"]) == (201, "draft")
    assert lead.post("/articles", new(shop)).json()["id"] == number
    assert (Article.objects.count(), Version.objects.count()) == (1, 1)
    changed = {"title": "Rückgabe", "body": "31 Tage.", "based_on": 1}
    assert lead.call("PUT", f"/articles/{number}/de", changed).json()["version"] == 2
    late = lead.call("PUT", f"/articles/{number}/de", {**changed, "body": "32 Tage."})
    assert problem(late) == (409, "Somebody wrote version 2 meanwhile.")
    moved = lead.post(f"/articles/{number}/de/steps", {"step": "publish", "review_on": "2027-05-01"})
    assert (moved.status_code, moved.json()["state"], moved.json()["body"]) == (200, "published", "31 Tage.")
    whole = lead.get(f"/articles/{number}").json()
    assert (whole["review_on"], whole["texts"][0]["version"], whole["texts"][0]["published_version"]) == (
        "2027-05-01", 2, 2,
    )  # fmt: skip
    assert problem(lead.post(f"/articles/{number}/de/steps", {"step": "revive"}))[0] == 409
    assert problem(lead.get(f"/articles/{number}/en"))[0] == 404


def test_lists_go_on_behind_a_cursor_and_are_filtered(shop: Shop, lead: Program) -> None:
    numbers = [lead.post("/articles", new(shop, key=key)).json()["id"] for key in "abc"]
    first = lead.get("/articles?limit=2")
    assert [one["id"] for one in first.json()["items"]] == numbers[:0:-1]
    assert 'rel="next"' in first.headers["Link"]
    following = lead.get(f"/articles?limit=2&after={first.json()['next']}").json()
    assert ([one["id"] for one in following["items"]], following["next"]) == (numbers[:1], None)
    assert lead.get("/articles?state=published").json()["items"] == []
    assert len(lead.get(f"/articles?state=draft&language=de&shop={shop.pk}").json()["items"]) == 3
    assert problem(lead.get("/articles?after=rubbish"))[0] == 422


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_asks_no_more_for_more(shop: Shop, lead: Program, number: int, django_assert_num_queries: Any) -> None:
    for key in range(number):
        lead.post("/articles", new(shop, key=str(key)))
    lead.get("/articles")
    with django_assert_num_queries(5):
        lead.get("/articles")


def test_topics(shop: Shop, lead: Program) -> None:
    made = lead.post("/topics", {"shop_id": shop.pk, "names": {"de": "Retouren"}}).json()
    assert made == {"id": made["id"], "shop_id": shop.pk, "names": {"de": "Retouren"}, "position": 0}
    renamed = lead.call("PUT", f"/topics/{made['id']}", {"names": {"de": "Rückgabe", "en": "Returns"}})
    assert renamed.json()["names"] == {"de": "Rückgabe", "en": "Returns"}
    number = lead.post("/articles", new(shop)).json()["id"]
    assert lead.patch(f"/articles/{number}", {"topic_id": made["id"]}).json()["topic_id"] == made["id"]
    assert problem(lead.patch(f"/articles/{number}", {"topic_id": 999}))[0] == 422
    assert lead.get("/topics").json()["items"] == [renamed.json()]
    assert lead.call("DELETE", f"/topics/{made['id']}").status_code == 204
    assert (Topic.objects.count(), Article.objects.get().topic) == (0, None)


def test_deleting_wants_a_reason(shop: Shop, lead: Program) -> None:
    number = lead.post("/articles", new(shop)).json()["id"]
    assert problem(lead.call("DELETE", f"/articles/{number}"))[0] == 422
    assert lead.call("DELETE", f"/articles/{number}?reason=outdated").status_code == 204
    assert not Article.objects.exists()


def test_an_agent_writes_and_does_not_publish(shop: Shop) -> None:
    agent = Program(factories.agent())
    number = agent.post("/articles", new(shop)).json()["id"]
    assert problem(agent.post(f"/articles/{number}/de/steps", {"step": "publish"}))[0] == 403
    assert agent.post(f"/articles/{number}/de/steps", {"step": "submit"}).json()["state"] == "review"
    assert problem(agent.call("DELETE", f"/articles/{number}?reason=wrong"))[0] == 403
    assert problem(agent.post("/topics", {"shop_id": shop.pk, "names": {"de": "x"}}))[0] == 403


def test_scopes_and_shops(shop: Shop, lead: Program) -> None:
    number = lead.post("/articles", new(shop)).json()["id"]
    reader = Program(factories.agent(role="lead"), "articles:read")
    assert reader.get(f"/articles/{number}/de").json()["body"] == "30 Tage."
    assert problem(reader.call("PUT", f"/articles/{number}/de", {"title": "T", "body": "B"}))[0] == 403
    outsider = factories.agent(role="lead", limited_to_shops=True)
    outsider.shops.set([factories.shop("Other")])
    other = Program(outsider)
    assert other.get("/articles").json()["items"] == []
    for method, path, body in [
        ("GET", f"/articles/{number}", None),
        ("GET", f"/articles/{number}/de", None),
        ("PUT", f"/articles/{number}/de", {"title": "T", "body": "B"}),
        ("PATCH", f"/articles/{number}", {"is_internal": False}),
        ("POST", f"/articles/{number}/de/steps", {"step": "publish"}),
        ("DELETE", f"/articles/{number}?reason=wrong", None),
    ]:
        assert problem(other.call(method, path, body))[0] == 404, path
    assert problem(other.post("/articles", new(shop)))[0] == 422
    assert Version.objects.count() == 1
