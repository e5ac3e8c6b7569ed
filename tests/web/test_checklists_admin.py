"""Prepared checklists, and the names a note can hold."""

from __future__ import annotations

import pytest
from django.test import Client

from shopbell.conversations import operations
from shopbell.conversations.models import ChecklistTemplate
from shopbell.events.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_lead_makes_changes_and_deletes_a_list(client: Client):
    lead = factories.agent("Lea", "lead")
    client.force_login(lead)
    client.post("/admin/checklists/new/", {"name": "Return", "steps": "Label sent\n\n Parcel back \nRefund"})
    row = ChecklistTemplate.objects.get()
    assert (row.name, row.shop, row.steps) == ("Return", None, ["Label sent", "Parcel back", "Refund"])
    page = client.get("/admin/checklists/").content.decode()
    assert "Label sent · Parcel back · Refund" in page
    client.post(f"/admin/checklists/{row.id}/", {"name": "Return", "steps": "Refund"})
    row.refresh_from_db()
    assert row.steps == ["Refund"]
    client.post(f"/admin/checklists/{row.id}/delete/")
    assert ChecklistTemplate.objects.count() == 0
    assert Event.objects.filter(name="conversations.checklist_template_changed", actor_id=lead.pk).count() == 3


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "", "steps": "a"}, "required"),
        ({"name": "x", "steps": "a\n" * 101}, "at most 100 steps"),
        ({"name": "x", "steps": "a" * 301}, "at most 300 characters"),
        ({"name": "x" * 10_000, "steps": "a"}, "at most 100 characters"),
    ],
)
def test_what_is_no_list_is_refused_at_the_field(client: Client, fields, said):
    client.force_login(factories.agent("Lea", "lead"))
    response = client.post("/admin/checklists/new/", fields)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert ChecklistTemplate.objects.count() == 0


def test_an_agent_makes_none(client: Client):
    client.force_login(factories.agent())
    assert client.get("/admin/checklists/").status_code == 403


def names(client: Client, number: int) -> list[str]:
    return [one["handle"] for one in client.get(f"/desk/c/{number}/names/").json()["names"]]


def test_only_those_who_may_see_the_conversation_are_offered_and_partners_know_their_own_only(client: Client):
    team, night = factories.team("Returns"), factories.team("Night desk", is_partner=True)
    mari = factories.agent()
    factories.agent("Kadri", teams=(team,))
    ravi = factories.agent("Ravi", "partner", (night,))
    factories.agent("Gone", is_active=False)
    row = factories.conversation()
    client.force_login(mari)
    assert names(client, row.id) == ["Kadri", "Mari Maasikas", "Returns"]
    operations.assign(row.id, agent=None, team=night, actor=None)
    assert names(client, row.id) == ["Kadri", "Mari Maasikas", "Ravi", "Night desk", "Returns"]
    client.force_login(ravi)
    assert names(client, row.id) == ["Ravi", "Night desk"]
