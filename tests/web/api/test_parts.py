"""What is taken out of a conversation, who takes part in it, its steps; macros and tags, over the API."""

from __future__ import annotations

import pytest

from shopbell.conversations.models import ChecklistTemplate, Conversation, Link, Message, Tag
from shopbell.knowledge.models import Macro
from tests import factories
from tests.web.api.calling import Program, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> Program:
    return Program(factories.agent(role="lead"))


@pytest.fixture
def agent() -> Program:
    return Program(factories.agent())


@pytest.fixture
def two() -> list[Message]:
    """Two messages of one conversation."""
    first = factories.receive(text="My card is 4111 1111 1111 1111.")
    answer = factories.receive(first.channel, text="And another thing.", thread_ids=(first.message_id,))
    assert answer.conversation_id == first.conversation_id
    return [first, answer]


def test_messages_become_a_conversation_of_their_own_once(agent: Program, two: list[Message]):
    path = f"/conversations/{two[0].conversation_id}/split"
    made = agent.post(path, {"message_ids": [two[1].id], "subject": "Another"})
    number = made.json()["id"]
    assert (made.status_code, made.json()["subject"]) == (201, "Another")
    assert made["Location"] == f"/api/v1/conversations/{number}"
    assert agent.post(path, {"message_ids": [two[1].id], "subject": "Another"}).json()["id"] == number
    assert list(Message.objects.filter(conversation=number).values_list("id", flat=True)) == [two[1].id]
    assert Link.objects.get().relation == "split"


def test_not_everything_is_split_off(agent: Program, two: list[Message]):
    path = f"/conversations/{two[0].conversation_id}/split"
    assert problem(agent.post(path, {"message_ids": [one.id for one in two]}))[0] == 422
    assert problem(agent.post(path, {"message_ids": [two[1].id + 1000]}))[0] == 422
    assert Conversation.objects.count() == 1


def test_a_passage_is_removed_by_who_may(lead: Program, two: list[Message]):
    path = f"/conversations/{two[0].conversation_id}/redact"
    partner = Program(factories.agent(role="partner", teams=[factories.team("Night", is_partner=True)]))
    body = {"passage": "4111 1111 1111 1111", "reason": "payment"}
    assert partner.post(path, body).status_code == 403
    assert lead.post(path, body).json() == {"places": 1}
    assert Message.objects.get(id=two[0].id).text == "My card is █████."
    assert problem(lead.post(path, body))[0] == 422
    assert problem(lead.post(path, {"reason": "payment"}))[0] == 422
    assert problem(lead.post(path, {"passage": "x", "reason": "payment"}))[0] == 422


def test_a_conversation_is_deleted_by_a_lead_only(agent: Program, lead: Program, two: list[Message]):
    path = f"/conversations/{two[0].conversation_id}/delete"
    assert agent.post(path, {"reason": "test"}).status_code == 403
    assert lead.post(path, {"reason": "because"}).status_code == 422
    assert lead.post(path, {"reason": "test"}).status_code == 204
    assert not Conversation.objects.exists()
    assert lead.post(path, {"reason": "test"}).status_code == 404


def test_who_takes_part_from_outside(agent: Program, two: list[Message]):
    path = f"/conversations/{two[0].conversation_id}/participants"
    assert agent.get(path).json() == {"items": []}
    people = agent.post(path, {"people": [{"name": "Berta", "address": "berta@customer.example"}]}).json()["items"]
    berta = next(one for one in people if one["address"] == "berta@customer.example")
    assert (berta["name"], berta["is_active"]) == ("Berta", True)
    assert agent.call("DELETE", f"{path}/{berta['id']}").status_code == 204
    left = next(one for one in agent.get(path).json()["items"] if one["id"] == berta["id"])
    assert left["is_active"] is False
    ours = {"people": [{"address": two[0].channel.address}]}
    assert problem(agent.post(path, ours))[0] == 422
    assert agent.call("DELETE", f"{path}/999999").status_code == 404


def test_steps_are_added_ticked_and_taken_off(agent: Program, two: list[Message]):
    number = two[0].conversation_id
    template = ChecklistTemplate.objects.create(name="Lost", steps=["Ask the carrier"])
    path = f"/conversations/{number}/checklist"
    assert [one["name"] for one in agent.get("/checklist-templates").json()["items"]] == ["Lost"]
    assert agent.post(path, {"template_id": template.id}).status_code == 200
    agent.post(path, {"template_id": template.id})
    steps = agent.post(path, {"texts": ["Tell Anna"]}).json()["items"]
    assert [one["text"] for one in steps] == ["Ask the carrier", "Tell Anna"]
    ticked = agent.patch(f"{path}/{steps[0]['id']}", {"done": True}).json()["items"][0]
    assert (ticked["done_by_id"], ticked["done_at"] is not None) == (agent.agent.pk, True)
    assert agent.call("DELETE", f"{path}/{steps[1]['id']}").status_code == 204
    assert agent.call("DELETE", f"{path}/{steps[1]['id']}").status_code == 404
    assert len(agent.get(path).json()["items"]) == 1
    assert problem(agent.post(path, {"template_id": template.id + 1}))[0] == 422


def test_a_partner_of_another_team_gets_nothing(two: list[Message]):
    stranger = Program(factories.agent(role="partner", teams=[factories.team("Night", is_partner=True)]))
    base = f"/conversations/{two[0].conversation_id}"
    assert stranger.get(f"{base}/participants").status_code == 404
    assert stranger.get(f"{base}/checklist").status_code == 404
    assert stranger.post(f"{base}/split", {"message_ids": [two[1].id]}).status_code in (403, 404)
    assert stranger.post(f"{base}/checklist", {"texts": ["x"]}).status_code == 404


def test_macros_are_written_by_leads(agent: Program, lead: Program):
    body = {"name": "Late", "body": "Dear {customer.first_name}", "language": "en"}
    assert agent.post("/macros", body).status_code == 403
    made = lead.post("/macros", body).json()
    assert {name: made[name] for name in ("name", "body", "language", "shop_id")} == {**body, "shop_id": None}
    changed = lead.call("PUT", f"/macros/{made['id']}", {**body, "name": "Later"}).json()
    assert changed["name"] == "Later"
    assert problem(lead.post("/macros", {**body, "shop_id": 999999}))[0] == 422
    assert problem(lead.post("/macros", {**body, "name": "  "}))[0] == 422
    assert lead.call("DELETE", f"/macros/{made['id']}").status_code == 204
    assert not Macro.objects.exists()
    assert lead.call("DELETE", f"/macros/{made['id']}").status_code == 404


def test_tags_are_made_once(agent: Program, lead: Program):
    made = lead.post("/tags", {"name": "Delivery", "colour": "blue"}).json()
    assert made["name"] == "delivery"
    assert Tag.objects.get().colour == "blue"
    assert problem(lead.post("/tags", {"name": "delivery"}))[0] == 409
    assert lead.patch(f"/tags/{made['id']}", {"colour": "red", "description": "Parcels"}).status_code == 200
    assert Tag.objects.get().description == "Parcels"
    assert problem(lead.patch(f"/tags/{made['id']}", {"colour": "pink"}))[0] == 422
    assert lead.call("DELETE", f"/tags/{made['id']}").status_code == 204
    assert lead.patch("/tags/999999", {}).status_code == 404
