"""Segments, doubles and new customers over the API; what is behind the mask, with a reason."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shopbell.conversations import operations as conversations
from shopbell.customers.models import Customer, CustomerNote, Double, Identity, Segment
from shopbell.customers.operations import add_note
from shopbell.events.models import Event
from tests import factories
from tests.web.api.calling import Program, problem

pytestmark = pytest.mark.django_db
GERMANS = {"name": "Germans", "conditions": [{"field": "language", "op": "is", "value": "de"}]}


@pytest.fixture
def lead() -> Program:
    return Program(factories.agent(role="lead"))


@pytest.fixture
def agent() -> Program:
    return Program(factories.agent())


def people(count: int, language: str = "de") -> list[Customer]:
    rows = [Customer.objects.create(name=f"{language} {number}", language=language) for number in range(count)]
    Identity.objects.bulk_create(Identity(customer=row, kind="email", value=f"{row.id}@x.example") for row in rows)
    return rows


def test_a_segment_is_made_changed_and_taken_away_by_a_lead(agent: Program, lead: Program):
    assert problem(agent.post("/segments", GERMANS))[0] == 403
    made = lead.post("/segments", GERMANS)
    number = made.json()["id"]
    assert (made.status_code, made.json()["match"], made.json()["count"]) == (201, "all", None)
    assert made.json()["conditions"] == GERMANS["conditions"]
    assert problem(lead.post("/segments", GERMANS)) == (409, "Another segment has this name already.")
    changed = lead.call("PUT", f"/segments/{number}", {**GERMANS, "name": "Deutsche", "match": "any"}).json()
    assert (changed["name"], changed["match"]) == ("Deutsche", "any")
    assert [one["name"] for one in agent.get("/segments").json()["items"]] == ["Deutsche"]
    assert lead.call("DELETE", f"/segments/{number}").status_code == 204
    assert not Segment.objects.exists()
    assert problem(lead.get(f"/segments/{number}"))[0] == 404


def test_what_cannot_be_asked_is_said_at_its_condition(lead: Program):
    wrong = [*GERMANS["conditions"], {"field": "reach", "op": "is", "value": "pigeon"}]
    answer = lead.post("/segments", {**GERMANS, "conditions": wrong})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"where": "/conditions/1", "message": "This has to be email, phone or external."}
    ]
    assert problem(lead.post("/segments", {"name": "x", "conditions": []}))[0] == 422
    assert problem(lead.post("/segments", {**GERMANS, "name": "  "}))[0] == 422
    assert not Segment.objects.exists()


def test_members_come_in_pages_with_the_same_number_of_queries(lead: Program):
    number = lead.post("/segments", GERMANS).json()["id"]
    people(1)
    people(2, "et")
    with CaptureQueriesContext(
        connection,
    ) as one:
        first = lead.get(f"/segments/{number}/customers").json()
    rows = people(3)
    with CaptureQueriesContext(connection) as four:
        listed = lead.get(f"/segments/{number}/customers").json()["items"]
    assert (len(first["items"]), len(listed), len(one)) == (1, 4, len(four))
    page = lead.get(f"/segments/{number}/customers?limit=3").json()
    rest = lead.get(f"/segments/{number}/customers?limit=3&after={page['next']}").json()
    assert [one["id"] for one in page["items"]] == [row.id for row in reversed(rows)]
    assert ([one["id"] for one in rest["items"]], rest["next"]) == ([first["items"][0]["id"]], None)


def test_members_are_those_the_agent_may_know_of(lead: Program):
    number = lead.post("/segments", GERMANS).json()["id"]
    people(2)
    talk = factories.conversation()
    Customer.objects.filter(id=talk.customer_id).update(language="de")
    team = factories.team()
    limited = Program(factories.agent("Liis", teams=(team,), limited_to_teams=True))
    assert limited.get(f"/segments/{number}/customers").json()["items"] == []
    conversations.assign(talk.id, agent=None, team=team, actor=None)
    assert [one["id"] for one in limited.get(f"/segments/{number}/customers").json()["items"]] == [talk.customer_id]
    Segment.objects.update(count=3)
    assert limited.get(f"/segments/{number}").json()["count"] is None
    masked = Program(factories.agent("Ravi Menon", "partner", (factories.team(is_partner=True),)))
    assert masked.get("/segments").json()["items"] == []
    assert problem(masked.get(f"/segments/{number}/customers"))[0] == 404


def test_a_customer_is_made_once_and_found_by_words(agent: Program):
    body = {"kind": "email", "value": "New@Customer.example", "name": "Nele Neu", "language": "de"}
    made = agent.post("/customers", body)
    assert made.status_code == 201
    assert made["Location"] == f"/api/v1/customers/{made.json()['id']}"
    assert made.json()["identities"][0]["value"] == "new@customer.example"
    assert made.json()["identities"][0]["verified_at"] is None
    assert agent.post("/customers", {**body, "name": "Somebody Else"}).json()["id"] == made.json()["id"]
    assert Customer.objects.get().name == "Nele Neu"
    people(2, "et")
    assert [one["name"] for one in agent.get("/customers?q=nel").json()["items"]] == ["Nele Neu"]
    assert [one["name"] for one in agent.get("/customers?language=de").json()["items"]] == ["Nele Neu"]
    assert problem(agent.post("/customers", {**body, "value": "no address"}))[0] == 422
    assert problem(agent.post("/customers", {**body, "name": "x" * 10_000}))[0] == 422
    limited = Program(factories.agent("Liis", teams=(factories.team(),), limited_to_teams=True))
    assert problem(limited.post("/customers", body))[0] == 403


def test_pairs_are_listed_and_dismissed_by_who_may_merge(agent: Program, lead: Program):
    one, two, three = people(3)
    sure = Double.objects.create(first=one, second=two, confidence=90, reasons=["name"])
    Double.objects.create(first=two, second=three, confidence=60, reasons=["phone"])
    assert problem(agent.get("/customer-doubles"))[0] == 403
    first = lead.get("/customer-doubles?limit=1").json()
    assert [(row["id"], row["confidence"], row["reasons"]) for row in first["items"]] == [(sure.id, 90, ["name"])]
    rest = lead.get(f"/customer-doubles?limit=1&after={first['next']}").json()
    assert ([row["confidence"] for row in rest["items"]], rest["next"]) == ([60], None)
    assert len(lead.get(f"/customer-doubles?customer_id={one.id}").json()["items"]) == 1
    assert problem(lead.get("/customer-doubles?after=WyJ4IiwiMSJd"))[0] == 422
    assert lead.post(f"/customer-doubles/{sure.id}/dismiss").status_code == 204
    assert lead.post(f"/customer-doubles/{sure.id}/dismiss").status_code == 404
    assert Double.objects.get(id=sure.id).state == "dismissed"


def test_a_note_is_taken_away_by_who_wrote_it_or_a_lead(agent: Program, lead: Program):
    (row,) = people(1)
    other = factories.agent("Kai Kask")
    note = add_note(row.id, actor=other.pk, body="Kind")
    path = f"/customers/{row.id}/notes/{note.id}"
    assert problem(agent.call("DELETE", path))[0] == 403
    assert CustomerNote.objects.exists()
    assert lead.call("DELETE", path).status_code == 204


def test_behind_the_mask_is_looked_with_a_reason_that_is_logged():
    team = factories.team(is_partner=True)
    ravi = Program(factories.agent("Ravi Menon", "partner", (team,)), "customers:read")
    talk = factories.conversation()
    conversations.assign(talk.id, agent=None, team=team, actor=None)
    path = f"/conversations/{talk.id}/reveal"
    assert problem(ravi.post(path, {"reason": "delivery"}))[0] == 403, "the team may not"
    team.reveals = True
    team.save()
    ravi = Program(factories.agent("Ravi Menon", "partner", (team,)), "customers:read")
    assert problem(ravi.post(path, {"reason": "curious"}))[0] == 422
    assert not Event.objects.filter(name="agents.customer_revealed").exists()
    shown = ravi.post(path, {"reason": "delivery"}).json()
    assert [one["value"] for one in shown["identities"]] == ["anna@customer.example"]
    logged = Event.objects.get(name="agents.customer_revealed")
    assert (logged.data["reason"], logged.actor_id) == ("delivery", ravi.agent.pk)
    assert problem(Program(factories.agent()).post(path, {"reason": "delivery"}))[0] == 403, (
        "nothing is hidden from them"
    )
