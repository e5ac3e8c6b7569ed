"""What a program may do to the desk without meaning well: too much at once, and a token that ends in between."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from shopbell.conversations import operations as conversations
from shopbell.conversations.models import Conversation
from shopbell.integrations import operations
from shopbell.integrations.models import Token
from shopbell.lists import operations as lists
from shopbell.lists.models import Bulk
from tests import factories
from tests.web.api.calling import Program, problem

MANY = 10_000


def many(count: int) -> list[int]:
    """So many open conversations, all alike."""
    row = factories.conversation()
    copies = []
    for _number in range(count - 1):
        row.pk = None
        copies.append(
            Conversation(**{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields})
        )
    Conversation.objects.bulk_create(copies, batch_size=1_000)
    return list(Conversation.objects.order_by("id").values_list("id", flat=True))


@pytest.mark.django_db
def test_ten_thousand_are_changed_piece_by_piece_and_can_be_stopped_and_taken_back() -> None:
    program = Program(factories.agent())
    numbers = many(MANY)
    begun = program.post("/bulk", {"action": "resolve", "conversation_ids": numbers}, Idempotency_Key="all")
    assert (begun.status_code, begun.json()["total"], begun.json()["done"]) == (202, MANY, 0)
    assert program.post("/bulk", {"action": "resolve", "conversation_ids": numbers}, Idempotency_Key="all").json() == (
        begun.json()
    )
    assert Bulk.objects.count() == 1
    path = f"/bulk/{begun.json()['id']}"
    for _piece in range(4):
        assert lists.work(begun.json()["id"])
    half = program.get(path).json()
    assert half["state"] == "running"
    assert 0 < half["done"] <= 100
    stopped = program.post(f"{path}/cancel").json()
    assert stopped["state"] == "cancelled"
    assert not lists.work(begun.json()["id"]), "nothing more is done"
    assert Conversation.objects.filter(state="resolved").count() == stopped["changed"] == half["done"]
    undone = program.post(f"{path}/undo").json()
    while lists.work(undone["id"]):
        pass
    assert program.get(f"/bulk/{undone['id']}").json()["changed"] == half["done"]
    assert Conversation.objects.filter(state="open").count() == MANY


@pytest.mark.django_db
def test_more_than_can_be_followed_begins_nothing() -> None:
    program = Program(factories.agent())
    row = factories.conversation()
    answer = program.post("/bulk", {"action": "resolve", "conversation_ids": [row.id] * 20_001})
    assert problem(answer)[0] == 422
    assert not Bulk.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_revocation_waits_for_what_is_being_written_and_nothing_comes_after(monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(factories.agent())
    row = factories.conversation()
    entered, leave, revoked = threading.Event(), threading.Event(), threading.Event()
    resolve = conversations.resolve
    answers: list[int] = []

    def slowly(number: int, *, actor: int) -> None:
        entered.set()
        leave.wait(60)
        resolve(number, actor=actor)

    def write() -> None:
        answers.append(program.post(f"/conversations/{row.id}/resolve").status_code)
        connection.close()

    def revoke() -> None:
        operations.revoke_token(program.row.pk, actor=None)
        revoked.set()
        connection.close()

    monkeypatch.setattr("shopbell.web.api.actions.operations.resolve", slowly)
    threads = [threading.Thread(target=write), threading.Thread(target=revoke)]
    threads[0].start()
    assert entered.wait(60)
    threads[1].start()
    assert not revoked.wait(1), "it waits for the request that is being carried out"
    leave.set()
    for thread in threads:
        thread.join(60)
    assert answers == [200]
    assert Token.objects.get().revoked_at is not None
    assert Conversation.objects.get().state == "resolved"
    assert problem(program.post(f"/conversations/{row.id}/reopen"))[0] == 401
    assert Conversation.objects.get().state == "resolved"
