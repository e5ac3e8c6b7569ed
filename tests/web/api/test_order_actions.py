"""What is done with orders over the API: asked for once, within limits, by whom it may be; linked, handed over."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shopbell.commerce import contract
from shopbell.commerce.models import Action, Allowance, Order, Shipment
from shopbell.commerce.operations import recording, syncing
from shopbell.conversations.models import OrderLink
from shopbell.customers.models import Customer
from shopbell.events import delivery
from tests import factories
from tests.commerce import shop_system
from tests.commerce.things import connect, parcel, scan
from tests.commerce.things import order as ordered
from tests.web.api.calling import Program, problem

pytestmark = pytest.mark.django_db
ANNA = "anna@customer.example"


@pytest.fixture
def remote() -> shop_system.Shop:
    shop = shop_system.install()
    lines = (contract.LineData(remote_id="l1", title="Mug", quantity=2, total=4990),)
    shop.put("1", paid=4990, payment="paid", email=ANNA, lines=lines, number="SB-1")
    return shop


@pytest.fixture
def order(remote) -> Order:
    syncing.fetch(connect(factories.shop(), connector="test_shop", settings={"shop": "one"}), "order", "1")
    return Order.objects.get()


@pytest.fixture
def lead() -> Program:
    return Program(factories.agent("Leena Lead", "lead"), "orders:read", "orders:write")


@pytest.fixture
def agent() -> Program:
    return Program(factories.agent(), "orders:read", "orders:write")


def ask(program: Program, order: Order, ability: str, body: dict, key: str = "k1"):
    return program.post(f"/orders/{order.id}/actions/{ability}", body, Idempotency_Key=key)


def work(capture) -> None:
    for _turn in range(3):
        with capture(execute=True):
            delivery.deliver("outside", 5)
            delivery.deliver("inside", 50)


def test_a_refund_is_asked_for_once_and_done_by_a_worker(order, remote, lead, django_capture_on_commit_callbacks):
    body = {"amount": 1250, "text": "Scratched"}
    first, again = ask(lead, order, "refund", body), ask(lead, order, "refund", body)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again["Idempotency-Replayed"] == "true"
    assert first.json() == again.json()
    assert (first.json()["state"], first.json()["amount"]) == ("requested", 1250)
    assert first["Location"] == f"/api/v1/order-actions/{first.json()['id']}"
    work(django_capture_on_commit_callbacks)
    assert [(deed.amount, deed.text) for deed in remote.deeds] == [(1250, "Scratched")]
    assert lead.get(f"/order-actions/{first.json()['id']}").json()["state"] == "done"
    second = ask(lead, order, "refund", body, "k2")
    assert second.status_code == 202, "another key is another refund"
    assert Action.objects.count() == 2


def test_without_a_key_nothing_is_asked_for(order, lead):
    answer = lead.post(f"/orders/{order.id}/actions/refund", {"amount": 100})
    assert answer.json()["errors"][0]["where"] == "Idempotency-Key"
    assert not Action.objects.exists()


def test_over_the_limit_it_waits_for_a_second_person_whom_no_token_stands_for(order, remote, agent, lead):
    Allowance.objects.create(role="agent", currency="EUR", amount=500)
    below = ask(agent, order, "refund", {"amount": 500}).json()
    above = ask(agent, order, "refund", {"amount": 501}, "k2").json()
    assert (below["state"], above["state"]) == ("requested", "waiting")
    assert agent.get(f"/orders/{order.id}/actions").json()["limit"] == 500
    assert lead.get(f"/orders/{order.id}/actions").json()["left"] == 4990 - 1001
    assert [one["id"] for one in lead.get("/order-actions").json()["items"]] == [above["id"]]
    assert lead.post(f"/order-actions/{above['id']}/approve").status_code == 404
    other = Program(factories.agent("Kai Kask"))
    assert problem(other.post(f"/order-actions/{above['id']}/withdraw"))[0] == 403
    assert agent.post(f"/order-actions/{above['id']}/withdraw").json()["state"] == "withdrawn"
    assert problem(agent.post(f"/order-actions/{above['id']}/withdraw"))[0] == 409


@pytest.mark.parametrize(
    ("ability", "body", "where"),
    [
        ("refund", {}, "/amount"),
        ("refund", {"amount": 4991}, "/amount"),
        ("note", {"text": "  "}, "/text"),
        ("address", {"address": {"city": "Tallinn"}}, "/address"),
        ("refund", {"lines": [{"line_id": 999_999, "quantity": 1}]}, "/lines/0/line_id"),
    ],
)
def test_what_is_incomplete_is_said_at_its_place(order, lead, ability, body, where):
    answer = ask(lead, order, ability, body)
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, where)
    assert not Action.objects.exists()


def test_lines_are_refunded_at_their_price(order, lead):
    line = lead.get(f"/orders/{order.id}").json()["lines"][0]["id"]
    answer = ask(lead, order, "refund", {"lines": [{"line_id": line, "quantity": 1}]})
    assert answer.json()["amount"] == 2495
    assert Action.objects.get().details["lines"] == {"l1": 1}
    assert ask(lead, order, "refund", {"lines": [{"line_id": line, "quantity": 3}]}, "k2").status_code == 422


def test_who_looked_before_somebody_else_asked_is_told(order, lead, agent):
    assert ask(lead, order, "refund", {"amount": 100, "seen": 0}).status_code == 202
    late = ask(agent, order, "refund", {"amount": 100, "seen": 0}, "mine")
    assert problem(late)[0] == 409
    assert Action.objects.count() == 1


def test_what_a_shop_system_cannot_do_is_told_with_the_reason(lead):
    recording.record(connect(factories.shop()), [ordered("1")])
    order = Order.objects.get()
    abilities = {one["ability"]: one["reason_against"] for one in lead.get(f"/orders/{order.id}").json()["abilities"]}
    assert abilities["refund"]
    assert problem(ask(lead, order, "refund", {"amount": 1})) == (409, abilities["refund"])


def test_who_only_reads_asks_for_nothing(order, lead):
    reader = Program(lead.agent, "orders:read")
    admin = Program(factories.agent(role="admin"))
    assert problem(ask(reader, order, "note", {"text": "x"}))[0] == 403
    assert problem(ask(admin, order, "note", {"text": "x"}))[0] == 403
    assert problem(reader.post("/order-actions/1/withdraw"))[0] == 403
    assert not Action.objects.exists()


def test_a_partner_or_another_shop_s_agent_finds_none_of_it(order, lead):
    number = ask(lead, order, "note", {"text": "x"}).json()["id"]
    strangers = [
        Program(factories.agent("Ravi Menon", "partner", (factories.team(is_partner=True),))),
        Program(factories.agent("Liis", limited_to_shops=True)),
    ]
    for stranger in strangers:
        assert problem(stranger.get(f"/orders/{order.id}/actions"))[0] == 404
        assert problem(ask(stranger, order, "note", {"text": "x"}))[0] == 404
        assert problem(stranger.get(f"/order-actions/{number}"))[0] == 404
        assert problem(stranger.post(f"/order-actions/{number}/withdraw"))[0] == 404
        assert stranger.get("/order-actions").json()["items"] == []
        assert stranger.get("/parcels").json()["items"] == []
        assert problem(stranger.call("PUT", f"/orders/{order.id}/owner", {"owner": "not_theirs"}))[0] == 404
    assert Action.objects.count() == 1


def test_parcels_are_found_by_number_with_what_happened(agent):
    events = (scan(9, contract.State.HANDED_OVER, text="Handed over"), scan(12, contract.State.IN_TRANSIT))
    given = [parcel("p1", events=events), parcel("p2", tracking_number="JJD 0002")]
    recording.record(connect(factories.shop()), [ordered("1", shipments=tuple(given))])
    first, second = Shipment.objects.order_by("id")
    listed = agent.get("/parcels").json()["items"]
    assert [one["id"] for one in listed] == [second.id, first.id]
    assert [one["id"] for one in agent.get("/parcels?tracking_number=jjd0002").json()["items"]] == [second.id]
    assert len(agent.get(f"/parcels?order_id={first.order_id}").json()["items"]) == 2
    whole = agent.get(f"/parcels/{first.id}").json()
    assert [(one["state"], one["text"]) for one in whole["events"]][0] == ("handed_over", "Handed over")
    assert whole["order_id"] == first.order_id
    case = agent.post(f"/parcels/{first.id}/not-there").json()
    assert (case["kind"], case["parcel_id"]) == ("denied", first.id)
    assert agent.post(f"/parcels/{first.id}/not-there").json()["id"] == case["id"]
    assert problem(agent.get("/parcels/999999"))[0] == 404


def test_a_list_of_parcels_costs_the_same_however_long(agent):
    laden = connect(factories.shop())
    recording.record(laden, [ordered("1", shipments=(parcel("p1"),))])
    agent.get("/parcels")  # a token's first use in a minute is written down
    with CaptureQueriesContext(connection) as one:
        agent.get("/parcels")
    recording.record(laden, [ordered(str(n), shipments=(parcel(f"p{n}"),)) for n in (2, 3)])
    with CaptureQueriesContext(connection) as three:
        assert len(agent.get("/parcels").json()["items"]) == 3
    assert len(one) == len(three)


def test_an_order_is_linked_with_a_conversation_and_let_go():
    writer = Program(factories.agent())
    box = factories.mailbox()
    recording.record(connect(box.shop), [ordered("1", email="other@x.example")])
    order, talk = Order.objects.get(), factories.conversation(box)
    path = f"/conversations/{talk.id}/orders"
    linked = writer.post(path, {"order_id": order.id}).json()["items"]
    assert [(one["order_id"], one["reason"], one["is_proved"]) for one in linked] == [(order.id, "agent", True)]
    assert writer.call("DELETE", f"{path}/{order.id}").status_code == 204
    assert writer.get(path).json()["items"] == []
    assert OrderLink.objects.get().is_hidden
    assert problem(writer.post(path, {"order_id": order.id + 1}))[0] == 422


def test_whose_an_order_is_is_said_and_taken_back(agent):
    anna = Customer.objects.create(name="Anna")
    anna.identities.create(kind="email", value=ANNA)
    recording.record(connect(factories.shop()), [ordered("1", email=ANNA)])
    order = Order.objects.get()
    assert order.customer_id == anna.id
    path = f"/orders/{order.id}/owner"
    assert agent.call("PUT", path, {"owner": "not_theirs"}).json()["customer_id"] is None
    assert problem(agent.call("PUT", path, {"owner": "theirs"}))[0] == 422
    assert agent.call("PUT", path, {"owner": "by_facts"}).json()["customer_id"] == anna.id
    assert problem(agent.call("PUT", path, {"owner": "mine"}))[0] == 422


def test_a_store_finds_and_hands_over_what_is_collected_there(agent):
    given = {"number": "PK-77", "is_pickup": True, "fulfilment": contract.Fulfilment.READY, "email": ANNA}
    recording.record(connect(factories.shop()), [ordered("1", **given), ordered("2", number="PK-78")])
    order = Order.objects.get(number="PK-77")
    clerk = Program(factories.agent("Kaja Klerk", works_in_store=True), "orders:read", "orders:write")
    assert problem(agent.get("/pickups?q=PK-77"))[0] == 403
    (found,) = clerk.get("/pickups?q=PK-77").json()["items"]
    assert (found["id"], found["collected_at"], "email" in found) == (order.id, None, False)
    assert clerk.get("/pickups?q=PK-78").json()["items"] == []
    path = f"/pickups/{order.id}"
    assert clerk.post(f"{path}/collect").json()["collected_at"] is not None
    assert clerk.post(f"{path}/collect").status_code == 200
    assert clerk.post(f"{path}/give-back").json()["collected_at"] is None
    sent = Order.objects.get(number="PK-78")
    assert problem(clerk.post(f"/pickups/{sent.id}/collect"))[0] == 404
