"""Orders over the API: read, as far as the token's agent may see them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shopbell.commerce.models import Order
from shopbell.commerce.operations import recording
from shopbell.conversations import operations
from shopbell.events import delivery
from tests import factories
from tests.commerce.things import connect, order, parcel
from tests.web.api.calling import Program, problem

pytestmark = pytest.mark.django_db
ANNA = "anna@customer.example"


def ordered(shop, count: int = 1) -> list[Order]:
    at = timezone.now()
    rows = [
        order(str(n), number=f"SB-{n}", email=ANNA, placed_at=at - timedelta(hours=n), shipments=(parcel(f"p{n}"),))
        for n in range(1, count + 1)
    ]
    recording.record(connect(shop), rows)
    return list(Order.objects.order_by("-placed_at"))


def test_orders_come_in_pages_and_one_with_everything():
    rows = ordered(factories.shop(), 3)
    program = Program(factories.agent(), "orders:read")
    first = program.get("/orders?limit=2").json()
    rest = program.get(f"/orders?limit=2&after={first['next']}").json()
    assert [one["number"] for one in first["items"] + rest["items"]] == ["SB-1", "SB-2", "SB-3"]
    assert rest["next"] is None
    whole = program.get(f"/orders/{rows[0].id}").json()
    assert (whole["total"], whole["currency"], whole["lines"][0]["title"]) == (4990, "EUR", "Kruus")
    assert whole["parcels"][0]["tracking_number"] == "00340434161094015902"
    assert problem(program.get("/orders/999999"))[0] == 404
    assert problem(program.get("/orders?after=nonsense"))[0] == 422
    assert problem(program.get("/conversations"))[0] == 403, "this scope is for orders only"


def test_an_order_is_asked_for_by_number_and_address():
    ordered(factories.shop(), 2)
    program = Program(factories.agent())
    assert [one["number"] for one in program.get("/orders?number=sb2").json()["items"]] == ["SB-2"]
    assert len(program.get(f"/orders?email={ANNA.upper()}").json()["items"]) == 2
    assert program.get("/orders?email=other@x.example").json()["items"] == []


def test_what_a_conversation_speaks_of_says_whether_it_is_proved():
    box = factories.mailbox()
    (row,) = ordered(box.shop)
    eve = factories.conversation(box, "eve@other.example", text="SB-1?", subject="Hi")
    anna = factories.conversation(box, ANNA, text="SB-1?", subject="Hi")
    while delivery.deliver("inside", 50):
        pass
    program = Program(factories.agent())
    linked = {"order_id": row.id, "number": "SB-1", "reason": "number"}
    assert program.get(f"/conversations/{eve.id}/orders").json()["items"] == [{**linked, "is_proved": False}]
    assert program.get(f"/conversations/{anna.id}/orders").json()["items"] == [{**linked, "is_proved": True}]


def test_a_partner_agent_s_token_sees_its_own_and_masked():
    box, team = factories.mailbox(), factories.team(is_partner=True)
    (row,) = ordered(box.shop)
    program = Program(factories.agent("Ravi Menon", "partner", (team,)))
    assert program.get("/orders").json()["items"] == []
    assert problem(program.get(f"/orders/{row.id}"))[0] == 404
    talk = factories.conversation(box, ANNA, text="Hi")
    operations.assign(talk.id, agent=None, team=team, actor=None)
    (seen,) = program.get("/orders").json()["items"]
    assert (seen["email"], seen["name"]) == ("a•••@•••", "Anna S.")
    assert problem(program.get(f"/orders?email={ANNA}"))[0] == 422
