"""The door of the API: who comes in, how often, with what; and what happens once."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from shopbell.agents.models import Role
from shopbell.conversations import operations as conversations
from shopbell.conversations.models import Conversation, Message
from shopbell.integrations import operations
from shopbell.integrations.models import IdempotentRequest, Scope, Token
from shopbell.web.api import documentation
from tests import factories
from tests.web.api.calling import Program, problem

VALUES = {"{kind}": "reply", "{name}": "v1"}


def _addresses() -> list[tuple[str, str]]:
    found = []
    for path, methods in documentation.described()["paths"].items():
        path = re.sub(r"\{\w+\}", lambda found: VALUES.get(found[0], "1"), path)
        found += [(method.upper(), path.removeprefix("/api/v1")) for method in methods]
    return found


ADDRESSES = _addresses()
NAMES = [f"{method} {path}" for method, path in ADDRESSES]


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), ADDRESSES, ids=NAMES)
def test_a_stranger_gets_401_everywhere(method: str, path: str):
    for authorization in ("", "Bearer sb_nothing", "Basic bWFyaTpwdw==", "Bearer"):
        answer = Client().generic(method, f"/api/v1{path}", headers={"Authorization": authorization})
        assert problem(answer)[0] == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), ADDRESSES, ids=NAMES)
def test_a_token_with_another_scope_gets_403_everywhere(method: str, path: str):
    program = Program(factories.agent(role="admin", also_answers=True), "webhooks")
    other = Program(program.agent, "audit:read")
    statuses = {problem(each.call(method, path))[0] for each in (program, other) if not _is_its_own(each, path)}
    assert statuses == {403}


def _is_its_own(program: Program, path: str) -> bool:
    prefix = "/webhook" if program.row.scopes == ["webhooks"] else "/audit"
    return path.startswith(prefix)


@pytest.mark.django_db
def test_a_session_is_no_token():
    agent = factories.agent(role="admin")
    client = Client()
    client.force_login(agent)
    assert problem(client.get("/api/v1/me"))[0] == 401


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role.value for role in Role])
def test_a_token_may_no_more_than_its_agent(role: str):
    program = Program(factories.agent(role=role, teams=(factories.team(is_partner=True),)))
    row = factories.conversation()
    answers = {
        "write": program.post(f"/conversations/{row.id}/resolve").status_code,
        "webhooks": program.get("/webhooks").status_code,
        "audit": program.get("/audit").status_code,
        "me": program.get("/me").status_code,
    }
    writes = {"agent": 200, "lead": 200, "partner": 404, "admin": 403, "privacy": 403}[role]
    audits = 200 if role in ("admin", "privacy") else 403
    assert answers == {"write": writes, "webhooks": 200 if role == "admin" else 403, "audit": audits, "me": 200}


@pytest.fixture
def hidden() -> tuple[Program, dict[str, int]]:
    """A partner's agent, and one of everything of a team that is not theirs."""
    agent = factories.agent()
    message = factories.receive(text="a secret of Anna")
    conversations.note(message.conversation_id, agent, body="a secret note")
    numbers = {
        "conversation": message.conversation_id,
        "message": message.id,
        "customer": message.conversation.customer_id,
        "identity": message.conversation.customer.identities.get().id,
    }
    return Program(factories.agent("Ravi Menon", "partner", (factories.team(is_partner=True),))), numbers


KINDS = {"conversations": "conversation", "messages": "message", "customers": "customer", "identities": "identity"}
ABOUT_ONE = [
    (method, path) for method, path in ADDRESSES if path.split("/")[1] in KINDS and len(path.strip("/").split("/")) > 1
]
BODIES = {
    "snooze": {"until": "2030-01-01T00:00:00Z"},
    "scheduled-replies": {"text": "x", "at": "2030-01-01T00:00:00Z"},
    "notes": {"text": "x"},
    "drafts": {"text": "x"},
    "conversations/1/merge": {"into_id": 1},
    "customers/1/merge": {"customer_id": 1},
    "conversations/1/links": {"conversation_id": 1},
    "customers/1/links": {"customer_id": 1, "relation": "family"},
    "sides": {"to": [{"address": "a@b.example"}], "text": "x"},
    "identities": {"kind": "email", "value": "a@b.example"},
    "participants": {"people": [{"address": "a@b.example"}]},
    "split": {"message_ids": [1]},
    "redact": {"passage": "secret", "reason": "other"},
    "delete": {"reason": "test"},
    "checklist/1": {"done": True},
    "conversations/1/orders": {"order_id": 1},
    "reveal": {"reason": "delivery"},
}
NOT_FOR_PARTNERS = {  # whosever it is
    "/customers/1/merge",
    "/conversations/1/redact",
    "/conversations/1/delete",
    "/conversations/1/reveal",  # nothing is hidden from them here
}


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), ABOUT_ONE, ids=[f"{method} {path}" for method, path in ABOUT_ONE])
def test_a_partner_agent_of_another_team_finds_nothing(method: str, path: str, hidden: tuple[Program, dict[str, int]]):
    program, numbers = hidden
    kind = KINDS[path.split("/")[1]]
    address = path.replace("/1", f"/{numbers[kind]}", 1)
    body = next((body for name, body in BODIES.items() if f"/{name}" in path), {})
    team = program.agent.teams.get()
    team.masks = False  # so that it is the scope alone that hides
    team.save()
    answer = program.call(method, address, None if method in ("GET", "DELETE") else body)
    assert problem(answer)[0] == (403 if path in NOT_FOR_PARTNERS else 404)
    assert b"secret" not in answer.content


@pytest.mark.django_db
def test_lists_hold_nothing_of_other_teams(hidden: tuple[Program, dict[str, int]]):
    program, numbers = hidden
    for path in ("/conversations?folder=any", "/customers"):
        assert program.get(path).json()["items"] == []
    assert program.get("/search?q=secret").json()["items"] == []
    assert program.get(f"/search?q=%23{numbers['conversation']}").json()["items"] == []


@pytest.mark.django_db
def test_what_a_partner_agents_team_has_is_theirs_to_work_with(hidden: tuple[Program, dict[str, int]]):
    program, numbers = hidden
    number = numbers["conversation"]
    conversations.assign(number, agent=None, team=program.agent.teams.get(), actor=None)
    assert program.get(f"/conversations/{number}").status_code == 200
    assert len(program.get("/conversations").json()["items"]) == 1
    assert program.post(f"/conversations/{number}/resolve").status_code == 200
    mate = factories.agent("Kai Kask")
    assert problem(program.patch(f"/conversations/{number}", {"assignee_id": mate.pk}))[0] == 422
    assert problem(program.patch(f"/conversations/{number}", {"team_id": None}))[0] == 422


@pytest.mark.django_db
def test_uses_are_counted_and_too_many_refused(settings: Settings):
    settings.API_PER_MINUTE = 3
    program, other = Program(factories.agent()), Program(factories.agent())
    answers = [program.get("/me") for _number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert answers[0]["RateLimit-Policy"] == '"minute";q=3;w=60'
    left = [answer["RateLimit"].split(";")[1] for answer in answers]
    assert left == ["r=2", "r=1", "r=0"]
    refused = program.get("/me")
    if refused.status_code == 200:  # a new minute began between the calls
        pytest.skip("the minute ended")
    assert problem(refused)[0] == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    assert refused["RateLimit"].split(";")[1] == "r=0"
    assert other.get("/me").status_code == 200


@pytest.mark.django_db
def test_a_token_that_ended_is_a_strangers():
    program = Program(factories.agent())
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert problem(program.get("/me"))[0] == 401


@pytest.mark.django_db
def test_a_token_revoked_between_its_look_and_its_change_changes_nothing(monkeypatch: pytest.MonkeyPatch):
    program = Program(factories.agent())
    row = factories.conversation()
    note_use = operations.note_use

    def revoke_then_note(token: Token) -> None:
        operations.revoke_token(token.id, actor=None)
        note_use(token)

    monkeypatch.setattr("shopbell.web.api.door.operations.note_use", revoke_then_note)
    assert problem(program.post(f"/conversations/{row.id}/resolve"))[0] == 401
    assert Conversation.objects.get().state == "open"


@pytest.mark.django_db
def test_the_same_key_twice_is_one_answer():
    program = Program(factories.agent())
    row = factories.conversation()
    path = f"/conversations/{row.id}/replies"
    first = program.post(path, {"text": "Tomorrow."}, Idempotency_Key="k1")
    again = program.post(path, {"text": "Tomorrow."}, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert Message.objects.filter(kind="agent").count() == 1
    assert program.post(path, {"text": "Tomorrow."}, Idempotency_Key="k2").json()["id"] != first.json()["id"]


@pytest.mark.django_db
def test_a_key_of_one_request_serves_no_other():
    program, other = Program(factories.agent()), Program(factories.agent())
    row = factories.conversation()
    path = f"/conversations/{row.id}/notes"
    assert program.post(path, {"text": "one"}, Idempotency_Key="k").status_code == 201
    assert problem(program.post(path, {"text": "two"}, Idempotency_Key="k"))[0] == 422
    assert problem(program.post(f"/conversations/{row.id}/resolve", Idempotency_Key="k"))[0] == 422
    assert other.post(path, {"text": "two"}, Idempotency_Key="k").status_code == 201
    assert problem(program.post(path, {"text": "three"}, Idempotency_Key="k" * 201))[0] == 422
    assert Message.objects.filter(kind="note").count() == 2


@pytest.mark.django_db
def test_a_request_that_was_refused_leaves_its_key_free():
    program = Program(factories.agent())
    row = factories.conversation()
    path = f"/conversations/{row.id}/notes"
    assert problem(program.post(path, {"text": " "}, Idempotency_Key="k"))[0] == 422
    assert not IdempotentRequest.objects.exists()
    assert program.post(path, {"text": "one"}, Idempotency_Key="k").status_code == 201


@pytest.mark.django_db
def test_a_key_is_forgotten_after_a_day():
    program = Program(factories.agent())
    row = factories.conversation()
    path = f"/conversations/{row.id}/notes"
    first = program.post(path, {"text": "one"}, Idempotency_Key="k").json()["id"]
    IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert program.post(path, {"text": "one"}, Idempotency_Key="k").json()["id"] != first
    IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert operations.forget_answers() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_the_same_time_is_409():
    program = Program(factories.agent())
    row = factories.conversation()
    entered, leave = threading.Event(), threading.Event()
    answers: list[int] = []

    def hold_the_key() -> None:
        from_inside = connection.cursor()
        from_inside.execute("SELECT pg_advisory_lock(hashtextextended(%s, 7302))", [f"{program.row.pk}:k"])
        entered.set()
        leave.wait(10)
        connection.close()

    thread = threading.Thread(target=hold_the_key)
    thread.start()
    entered.wait(10)
    answer = program.post(f"/conversations/{row.id}/notes", {"text": "one"}, Idempotency_Key="k")
    answers.append(problem(answer)[0])
    leave.set()
    thread.join()
    assert answers == [409]
    assert answer["Retry-After"] == "1"
    assert Message.objects.filter(kind="note").count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/", 404),
        ("GET", "/api/v2/me", 404),
        ("DELETE", "/api/v1/me", 405),
        ("POST", "/api/openapi.json", 405),
        ("PUT", "/api/v1/conversations", 405),
    ],
)
def test_every_error_is_a_problem(method: str, path: str, status: int):
    answer = Client().generic(method, path)
    assert problem(answer)[0] == status
    if status == 405:
        assert "GET" in answer["Allow"]


@pytest.mark.django_db
def test_an_unexpected_error_is_a_problem_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch):
    program = Program(factories.agent())
    row = factories.conversation()

    def broken(number: int, *, actor: int) -> None:
        Conversation.objects.update(state="resolved")
        raise RuntimeError("a secret")

    monkeypatch.setattr("shopbell.conversations.operations.resolve", broken)
    program.client.raise_request_exception = False
    answer = program.post(f"/conversations/{row.id}/resolve")
    assert problem(answer)[0] == 500
    assert b"secret" not in answer.content
    assert Conversation.objects.get().state == "open"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body", [b"{", b"[" * 100_000, b'{"text": ', b"\xff\xfe", b"nul", b'{"text": "\\ud800"}x', b"NaN{"]
)
def test_broken_json_is_400(body: bytes):
    program = Program(factories.agent())
    row = factories.conversation()
    answer = program.post(f"/conversations/{row.id}/notes", body)
    assert problem(answer)[0] == 400


@pytest.mark.django_db
def test_what_the_database_cannot_hold_is_left_out():
    program = Program(factories.agent())
    row = factories.conversation()
    answer = program.post(f"/conversations/{row.id}/notes", b'{"text": "a\\u0000b\\ud800c"}')
    assert (answer.status_code, answer.json()["text"]) == (201, "abc")


@pytest.mark.django_db
def test_long_names_numbers_and_bodies_are_refused():
    program = Program(factories.agent())
    row = factories.conversation()
    assert problem(program.patch(f"/conversations/{row.id}", {"subject": "x" * 10_000}))[0] == 422
    assert problem(program.patch(f"/customers/{row.customer_id}", {"name": "x" * 10_000}))[0] == 422
    assert problem(program.patch(f"/conversations/{row.id}", {"assignee_id": 2**63}))[0] == 422
    assert problem(program.get(f"/conversations/{2**63}"))[0] == 422
    assert problem(program.get("/conversations/x"))[0] == 422
    assert problem(program.post(f"/conversations/{row.id}/notes", b" " * 2_000_001))[0] == 413
    answer = program.client.post(
        f"/api/v1/conversations/{row.id}/notes", {"text": "x"}, headers={"Authorization": f"Bearer {program.token}"}
    )
    assert problem(answer)[0] == 415
    row.refresh_from_db()
    assert row.subject == "Order 1042"


@pytest.mark.django_db
def test_the_scopes_are_all_used():
    used = {word for _name, one in _operations() for word in one["description"].split("`") if word in Scope.values}
    assert used | {"admin"} == set(Scope.values)


def _operations() -> list[tuple[str, dict]]:
    paths = documentation.described()["paths"]
    return [(path, one) for path, methods in paths.items() for one in methods.values()]
