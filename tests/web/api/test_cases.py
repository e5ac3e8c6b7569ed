"""Cases, incidents and ratings over the API."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shopbell.commerce.models import Connection, Shipment
from shopbell.conversations import operations as conversations
from shopbell.conversations.models import Conversation, Message, Rating
from shopbell.watching.models import Case, Incident, Notice
from tests import factories
from tests.watching.things import NOW, look, on_its_way, tell, with_one_late
from tests.web.api.calling import Program, problem

pytestmark = pytest.mark.django_db
TEXTS = {"de": {"subject": "Streik", "text": "{greeting}\n\nDer Zusteller streikt."}}


@pytest.fixture
def shop() -> Connection:
    return with_one_late()


@pytest.fixture
def agent() -> Program:
    return Program(factories.agent(), "orders:read", "orders:write")


@pytest.fixture
def lead() -> Program:
    return Program(factories.agent(role="lead"), "orders:read", "orders:write")


def case() -> Case:
    return Case.objects.get()


def test_cases_are_listed_by_what_is_asked(shop, agent):
    (found,) = agent.get("/cases").json()["items"]
    assert (found["id"], found["kind"], found["state"], found["carrier"]) == (case().id, "late", "open", "dhl")
    for query in ("kind=late", "carrier=dhl", f"shop_id={shop.shop_id}", f"order_id={case().order_id}", "state=any"):
        assert len(agent.get(f"/cases?{query}").json()["items"]) == 1, query
    for query in ("kind=lost", "carrier=dpd", "state=resolved", "assignee=me", "state=answered", "incident_id=1"):
        assert agent.get(f"/cases?{query}").json()["items"] == [], query
    assert problem(agent.get("/cases?kind=pigeon"))[0] == 422


def test_a_list_of_cases_costs_the_same_however_long(shop, agent):
    agent.get("/cases")  # a token's first use in a minute is written down
    with CaptureQueriesContext(database) as one:
        agent.get("/cases")
    for number in ("2", "3"):
        on_its_way(shop, number, promised_on=date(2026, 11, 17))
    Shipment.objects.update(last_event_at=NOW)
    look()
    with CaptureQueriesContext(database) as three:
        assert len(agent.get("/cases").json()["items"]) == 3
    first = agent.get("/cases?limit=2").json()
    rest = agent.get(f"/cases?limit=2&after={first['next']}").json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    assert len(one) == len(three)


def test_a_case_is_taken_noted_settled_and_opened_again(shop, agent):
    path = f"/cases/{case().id}"
    changed = agent.patch(path, {"assignee_id": agent.agent.pk, "note": "Asked the carrier"}).json()
    assert (changed["assignee_id"], changed["note"]) == (agent.agent.pk, "Asked the carrier")
    assert len(agent.get("/cases?assignee=me").json()["items"]) == 1
    assert agent.patch(path, {"assignee_id": None}).json()["note"] == "Asked the carrier"
    assert problem(agent.patch(path, {"assignee_id": 999_999}))[0] == 422
    settled = agent.post(f"{path}/settle").json()
    assert (settled["state"], settled["outcome"], settled["resolved_at"] is not None) == ("resolved", "agent", True)
    assert agent.post(f"{path}/settle").status_code == 200
    assert agent.post(f"{path}/reopen").json()["state"] == "open"


def test_what_a_customer_chose_elsewhere_is_passed_on_once(shop, agent):
    tell()
    path = f"/cases/{case().id}"
    assert agent.get(path).json()["offered"] == ["wait", "redirect", "replace", "refund"]
    assert [one["name"] for one in agent.get(path).json()["notices"]] == ["late"]
    chosen = agent.post(f"{path}/choice", {"choice": "refund", "said": "Bitte", "language": "de"}).json()
    assert (chosen["choice"], chosen["state"], chosen["offered"]) == ("refund", "answered", [])
    message = Message.objects.order_by("id").last()
    assert (message.kind, message.text.endswith("\n\nBitte")) == ("customer", True)
    assert agent.post(f"{path}/choice", {"choice": "refund"}).status_code in (200, 422)
    assert problem(agent.post(f"{path}/choice", {"choice": "wait"}))[0] == 409
    assert Message.objects.filter(kind="customer").count() == 1


def test_a_customer_is_written_to_because_of_a_case_once(shop, agent):
    path = f"/cases/{case().id}/message"
    body = {"subject": "Ihr Paket", "text": "Wir fragen nach."}
    assert problem(agent.post(path, {**body, "text": "  "}))[0] == 422
    begun = agent.post(path, body).json()
    assert begun["conversation_id"] == Conversation.objects.get().id
    assert problem(agent.post(path, body))[0] == 409
    assert Message.objects.get().text == "Wir fragen nach."


def test_a_partner_or_another_shop_s_agent_finds_none_of_it(shop, lead):
    Incident.objects.create(shop=shop.shop, name="Strike", words={"de": ["S", "T"]})
    ravi = Program(factories.agent("Ravi Menon", "partner", (factories.team(is_partner=True),)))
    liis = Program(factories.agent("Liis", "lead", limited_to_shops=True))
    path = f"/cases/{case().id}"
    for stranger in (ravi, liis):
        assert stranger.get("/cases?state=any").json()["items"] == []
        assert problem(stranger.get(path))[0] == 404
        assert problem(stranger.patch(path, {"note": "x"}))[0] == 404
        for deed, body in (("settle", None), ("reopen", None), ("choice", {"choice": "wait"})):
            assert problem(stranger.post(f"{path}/{deed}", body))[0] == 404
    incident = Incident.objects.get()
    assert liis.get("/incidents").json()["items"] == []
    assert problem(liis.post(f"/incidents/{incident.id}/tell"))[0] == 404
    assert problem(liis.post("/incidents", {"shop_id": shop.shop_id, "name": "x", "texts": TEXTS}))[0] == 422
    assert problem(ravi.post(f"/incidents/{incident.id}/close"))[0] == 403
    reader = Program(lead.agent, "orders:read")
    assert problem(reader.post(f"{path}/settle"))[0] == 403
    assert (case().state, case().note, Notice.objects.filter(incident=incident).exists()) == ("open", "", False)


def test_an_incident_gathers_tells_and_settles(shop, agent, lead):
    body = {"shop_id": shop.shop_id, "name": "Strike", "carrier": "dhl", "kinds": ["late"], "texts": TEXTS}
    assert problem(agent.post("/incidents", body))[0] == 403
    unknown = {"de": {"subject": "S", "text": "{pigeon}"}}
    assert problem(lead.post("/incidents", {**body, "texts": unknown}))[1] == "There is no {pigeon}."
    assert problem(lead.post("/incidents", {**body, "texts": {}}))[0] == 422
    made = lead.post("/incidents", body).json()
    assert (made["progress"]["open"], made["texts"], made["since"]) == (1, TEXTS, "")
    assert len(agent.get(f"/cases?incident_id={made['id']}").json()["items"]) == 1
    path = f"/incidents/{made['id']}"
    changed = {name: value for name, value in body.items() if name != "shop_id"}
    assert (
        lead.call("PUT", path, {**changed, "name": "Big strike", "since": "2026-11-01"}).json()["since"] == "2026-11-01"
    )
    told = lead.post(f"{path}/tell")
    assert (told.status_code, told.json()["progress"]["waiting"]) == (202, 1)
    assert lead.post(f"{path}/tell").json()["progress"]["waiting"] == 1
    closed = lead.post(f"{path}/close").json()
    assert (closed["state"], closed["progress"]["open"]) == ("closed", 0)
    assert case().outcome == "incident"
    assert [one["name"] for one in agent.get("/incidents").json()["items"]] == ["Big strike"]


def test_ratings_come_in_pages_to_who_sees_their_conversations(agent):
    reader = Program(agent.agent, "conversations:read")
    now = timezone.now()
    talks = [factories.conversation(address=f"c{n}@x.example") for n in range(3)]
    for n, talk in enumerate(talks):
        at = now - timedelta(hours=n)
        Rating.objects.create(conversation=talk, score=5 - n, comment="call +372 5123 4567", given_at=at, changed_at=at)
    first = reader.get("/ratings?limit=2").json()
    rest = reader.get(f"/ratings?limit=2&after={first['next']}").json()
    assert [one["score"] for one in first["items"] + rest["items"]] == [5, 4, 3]
    assert rest["next"] is None
    assert [one["score"] for one in reader.get(f"/ratings?conversation_id={talks[1].id}").json()["items"]] == [4]
    assert problem(reader.get("/ratings?after=WyJ4IiwiMSJd"))[0] == 422
    assert problem(agent.get("/ratings"))[0] == 403
    team = factories.team(is_partner=True)
    ravi = Program(factories.agent("Ravi Menon", "partner", (team,)))
    assert ravi.get("/ratings").json()["items"] == []
    conversations.assign(talks[0].id, agent=None, team=team, actor=None)
    (seen,) = ravi.get("/ratings").json()["items"]
    assert "5123" not in seen["comment"]
