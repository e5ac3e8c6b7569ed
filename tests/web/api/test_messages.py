"""Messages, files, ties, changes to many, webhooks: what goes well over the API."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shopbell.channels.models import Outbound
from shopbell.conversations.models import Conversation, Draft, Follower, Message
from shopbell.events import delivery
from shopbell.integrations import operations
from shopbell.integrations.models import Webhook
from tests import factories
from tests.web.api.calling import Program, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    return Program(factories.agent())


def upload(program: Program, name: str = "label.pdf", content: bytes = b"%PDF-1.4 label") -> int:
    answer = program.client.post(
        "/api/v1/uploads",
        {"file": SimpleUploadedFile(name, content)},
        headers={"Authorization": f"Bearer {program.token}"},
    )
    assert answer.status_code == 201, answer.content
    return int(answer.json()["id"])


def test_an_answer_with_a_file_to_whoever_wrote_last(program: Program):
    row = factories.conversation()
    number = upload(program)
    answer = program.post(f"/conversations/{row.id}/replies", {"text": "Here.", "files": [number], "then": "resolved"})
    shown = answer.json()
    assert (answer.status_code, shown["kind"], shown["state"]) == (201, "agent", "queued")
    assert [(one["name"], one["content_type"]) for one in shown["attachments"]] == [("label.pdf", "application/pdf")]
    assert shown["to"] == [{"name": "Anna Saar", "address": "anna@customer.example"}]
    row.refresh_from_db()
    assert row.state == "resolved"
    file = program.get(f"/files/{shown['attachments'][0]['id']}")
    assert b"".join(file.streaming_content) == b"%PDF-1.4 label"
    assert file["X-Content-Type-Options"] == "nosniff"
    assert program.post(f"/messages/{shown['id']}/undo").status_code == 204
    assert Outbound.objects.get().state == "cancelled"
    assert problem(program.post(f"/messages/{shown['id']}/undo"))[0] == 404


def test_a_file_of_another_agent_is_none(program: Program):
    row = factories.conversation()
    number = upload(Program(factories.agent()))
    answer = program.post(f"/conversations/{row.id}/replies", {"text": "Here.", "files": [number]})
    assert problem(answer)[0] == 422
    assert not Outbound.objects.exists()


def test_an_empty_file_and_none_at_all_are_refused(program: Program):
    headers = {"Authorization": f"Bearer {program.token}"}
    empty = program.client.post("/api/v1/uploads", {"file": SimpleUploadedFile("a.txt", b"")}, headers=headers)
    assert problem(empty)[0] == 422
    assert problem(program.client.post("/api/v1/uploads", {"file": "text"}, headers=headers))[0] == 422
    assert problem(program.post("/uploads", {}))[0] == 415


def test_something_newer_is_said_and_an_empty_answer_too(program: Program):
    message = factories.receive()
    path = f"/conversations/{message.conversation_id}/replies"
    factories.receive(message.channel, thread_ids=(message.message_id,))
    assert problem(program.post(path, {"text": "x", "seen_message_id": message.id}))[0] == 409
    assert problem(program.post(path, {"text": " \n "}))[0] == 422
    assert not Outbound.objects.exists()
    assert Conversation.objects.count() == 1


def test_messages_come_in_order_and_pages(program: Program):
    row = factories.conversation()
    for number in range(3):
        program.post(f"/conversations/{row.id}/notes", {"text": f"note {number}"})
    first = program.get(f"/conversations/{row.id}/messages?limit=3").json()
    assert [one["text"] for one in first["items"]] == ["Where is my parcel?", "note 0", "note 1"]
    second = program.get(f"/conversations/{row.id}/messages?limit=3&after={first['next']}").json()
    assert [one["text"] for one in second["items"]] == ["note 2"]
    newest = program.get(f"/conversations/{row.id}/messages?order=newest&limit=1").json()
    assert [one["text"] for one in newest["items"]] == ["note 2"]
    for nonsense in ("x", "WyJ4Il0", "W10", "%00"):
        assert problem(program.get(f"/conversations/{row.id}/messages?after={nonsense}"))[0] == 422


def test_html_is_made_harmless(program: Program):
    message = factories.receive(
        html='<p onclick="x()">Hi<script>alert(1)</script><img src="https://spy.example/x"></p>'
    )
    shown = program.get(f"/messages/{message.id}").json()
    assert "script" not in shown["html"]
    assert "onclick" not in shown["html"]
    assert "spy.example" not in shown["html"]
    assert "Hi" in shown["html"]


def test_a_draft_is_put_into_the_composer(program: Program):
    row = factories.conversation()
    path = f"/conversations/{row.id}/drafts/reply"
    assert problem(program.get(path))[0] == 404
    assert program.call("PUT", path, {"text": "Dear Anna"}).json()["text"] == "Dear Anna"
    assert Draft.objects.get().agent == program.agent
    assert program.get(path).json()["text"] == "Dear Anna"
    assert program.call("DELETE", path).status_code == 204
    assert not Draft.objects.exists()


def test_an_answer_waits_for_its_time(program: Program):
    row = factories.conversation()
    path = f"/conversations/{row.id}/scheduled-replies"
    assert problem(program.post(path, {"text": "x", "at": "2001-01-01T00:00:00Z"}))[0] == 422
    assert problem(program.post(path, {"text": "x", "at": "soon"}))[0] == 422
    later = (factories.NOON.replace(year=2026, month=12)).isoformat()
    kept = program.post(path, {"text": "Later.", "at": later})
    assert kept.status_code == 201
    assert program.call("DELETE", f"{path}/{kept.json()['id']}").status_code == 204
    assert problem(program.call("DELETE", f"{path}/{kept.json()['id']}"))[0] == 404


def test_merged_undone_linked_and_followed(program: Program):
    channel = factories.mailbox()
    one, other = factories.conversation(channel), factories.conversation(channel)
    merged = program.post(f"/conversations/{one.id}/merge", {"into_id": other.id})
    assert (merged.status_code, merged.json()["conversation"]["id"]) == (200, other.id)
    assert program.get(f"/conversations/{one.id}").json()["merged_into_id"] == other.id
    assert problem(program.post(f"/conversations/{one.id}/resolve"))[0] == 409
    back = program.post(f"/merges/{merged.json()['merge_id']}/undo")
    assert (back.status_code, back.json()["merged_into_id"]) == (200, None)
    assert program.post(f"/conversations/{one.id}/links", {"conversation_id": other.id}).status_code == 204
    links = program.get(f"/conversations/{other.id}/links").json()["items"]
    assert links == [{"conversation_id": one.id, "relation": "related", "is_said_here": False}]
    assert program.call("DELETE", f"/conversations/{one.id}/links/{other.id}").status_code == 204
    assert program.get(f"/conversations/{one.id}/links").json()["items"] == []
    mate = factories.agent("Kadri Kask")
    assert program.call("PUT", f"/conversations/{one.id}/followers/{mate.pk}").status_code == 204
    assert [row.agent_id for row in Follower.objects.filter(conversation=one)] == [mate.pk]
    blind = factories.agent("Ravi Menon", "partner", (factories.team(is_partner=True),))
    assert problem(program.call("PUT", f"/conversations/{one.id}/followers/{blind.pk}"))[0] == 422


def test_customers_of_two_are_merged_by_a_lead_only(program: Program):
    channel = factories.mailbox()
    one, other = factories.conversation(channel), factories.conversation(channel, "berta@customer.example")
    body = {"into_id": other.id}
    assert problem(program.post(f"/conversations/{one.id}/merge", body))[0] == 409
    assert problem(program.post(f"/conversations/{one.id}/merge", {**body, "across_customers": True}))[0] == 422
    lead = Program(factories.agent("Liis Lead", "lead"))
    assert lead.post(f"/conversations/{one.id}/merge", {**body, "across_customers": True}).status_code == 200


def test_many_at_once_cancelled_and_taken_back(program: Program):
    channel = factories.mailbox()
    numbers = [factories.conversation(channel, f"c{each}@customer.example").id for each in range(3)]
    begun = program.post("/bulk", {"action": "resolve", "conversation_ids": numbers})
    assert (begun.status_code, begun.json()["state"], begun.json()["total"]) == (202, "running", 3)
    while delivery.deliver("outside", 1):
        pass
    path = f"/bulk/{begun.json()['id']}"
    assert program.get(path).json()["changed"] == 3
    assert set(Conversation.objects.values_list("state", flat=True)) == {"resolved"}
    assert problem(Program(factories.agent()).get(path))[0] == 404
    assert program.post(f"{path}/undo").status_code == 202
    while delivery.deliver("outside", 1):
        pass
    assert set(Conversation.objects.values_list("state", flat=True)) == {"open"}
    assert problem(program.post("/bulk", {"action": "assign", "conversation_ids": numbers}))[0] == 422


def test_somebody_else_is_asked_and_never_the_customer(program: Program):
    row = factories.conversation()
    path = f"/conversations/{row.id}/sides"
    asked = program.post(path, {"to": [{"address": "depot@carrier.example"}], "text": "Where is it?"})
    assert asked.status_code == 201
    side = asked.json()["id"]
    assert [one["text"] for one in program.get(f"/sides/{side}/messages").json()["items"]] == ["Where is it?"]
    assert [one["kind"] for one in program.get(f"/conversations/{row.id}/messages").json()["items"]] == ["customer"]
    refused = program.post(path, {"to": [{"address": "anna@customer.example"}], "text": "x"})
    assert problem(refused)[0] == 422


def test_a_customers_addresses_and_notes(program: Program):
    number = factories.conversation().customer_id
    other = factories.conversation(address="berta@customer.example").customer_id
    added = program.post(f"/customers/{number}/identities", {"kind": "email", "value": "Anna@Work.example"})
    assert (added.status_code, added.json()["value"]) == (201, "anna@work.example")
    taken = program.post(f"/customers/{other}/identities", {"kind": "email", "value": "anna@work.example"})
    assert problem(taken)[0] == 409
    assert problem(program.post(f"/customers/{number}/identities", {"kind": "phone", "value": "12"}))[0] == 422
    assert [one["id"] for one in program.get("/customers?address=anna@work.example").json()["items"]] == [number]
    path = f"/customers/{number}/identities/{added.json()['id']}"
    assert program.call("DELETE", path).status_code == 204
    assert problem(program.call("DELETE", path))[0] == 404
    note = program.post(f"/customers/{number}/notes", {"text": "Rings in the evening."})
    assert program.get(f"/customers/{number}/notes").json()["items"][0]["id"] == note.json()["id"]
    assert program.call("DELETE", f"/customers/{other}/notes/{note.json()['id']}").status_code == 404
    assert program.call("DELETE", f"/customers/{number}/notes/{note.json()['id']}").status_code == 204


def test_webhooks_are_set_up_and_their_secret_shown_once():
    admin = Program(factories.agent(role="admin"))
    made = admin.post("/webhooks", {"url": "https://shop.example/hooks", "types": ["conversation.resolved"]})
    assert made.status_code == 201
    secret = made.json()["secret"]
    number = made.json()["id"]
    assert secret.startswith("whsec_")
    assert secret not in admin.get(f"/webhooks/{number}").content.decode()
    assert secret not in admin.get("/webhooks").content.decode()
    assert problem(admin.patch(f"/webhooks/{number}", {"types": ["nonsense"]}))[0] == 422
    assert problem(admin.patch(f"/webhooks/{number}", {"url": "http://127.0.0.1/"}))[0] == 422
    assert admin.patch(f"/webhooks/{number}", {"is_active": False}).json()["is_active"] is False
    assert admin.post(f"/webhooks/{number}/test").status_code == 202
    assert [one["type"] for one in admin.get(f"/webhooks/{number}/log").json()["items"]] == ["webhook.test"]
    assert admin.call("DELETE", f"/webhooks/{number}").status_code == 204
    assert not Webhook.objects.exists()
    assert operations.forget_dispatches() == 0
    assert Message.objects.count() == 0
