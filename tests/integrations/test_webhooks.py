"""What happens is told to those who asked: once put down, signed, tried again, given up, told again."""

from __future__ import annotations

import json
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks import Webhook as Verifier

from shopbell.commerce import events as commerce
from shopbell.commerce.models import Shipment
from shopbell.commerce.operations import recording
from shopbell.conversations import operations as conversations
from shopbell.conversations.events import CustomerRated
from shopbell.events import bus, delivery
from shopbell.events.models import Event
from shopbell.integrations import catalogue, checks, jobs, operations, queries, sending
from shopbell.integrations.models import Dispatch, Webhook
from shopbell.integrations.operations import webhooks
from shopbell.watching.operations import cases
from tests import factories
from tests.commerce.things import connect, order, parcel
from tests.integrations.receiver import deaf, receiving

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_network(settings: Settings) -> None:
    settings.WEBHOOK_PRIVATE = True


def hook(url: str = "http://127.0.0.1:9/hook", **fields: object) -> Webhook:
    return operations.make_webhook(actor=None, url=url, **fields)


def told() -> list[str]:
    while delivery.deliver("inside", 50):
        pass
    return list(Dispatch.objects.order_by("id").values_list("type", flat=True))


def test_what_happens_is_put_down_once_for_each_that_asked():
    everything, some = hook(), hook(types=["conversation.resolved"])
    conversation = factories.conversation()
    conversations.resolve(conversation.id, actor=factories.agent().pk)
    told()
    assert [one.type for one in everything.dispatches.order_by("id")] == [
        "conversation.opened",
        "conversation.resolved",
    ]
    dispatch = some.dispatches.get()
    line = Event.objects.get(name="conversations.resolved")
    assert dispatch.data == {"conversation_id": conversation.id, "actor_id": line.actor_id}
    assert dispatch.event_id == line.id
    assert webhooks.put_down(some, line) == dispatch


def test_a_webhook_of_one_shop_hears_of_no_other():
    mailbox = factories.mailbox()
    mine = hook(shop=mailbox.shop)
    factories.conversation()
    own = factories.conversation(mailbox, "berta@customer.example")
    told()
    assert [one.data["conversation_id"] for one in mine.dispatches.all()] == [own.id]


def test_one_that_is_switched_off_hears_nothing():
    hook(is_active=False)
    factories.conversation()
    assert told() == []


def test_every_public_name_is_of_an_event_that_is_logged():
    assert len(catalogue.KINDS) == len(catalogue.OF_EVENT)
    assert all(kind.source.logged and kind.about for kind in catalogue.KINDS.values())


def test_a_message_is_signed_so_that_others_can_read_it():
    with receiving() as far:
        webhook = hook(far.url)
        conversation = factories.conversation()
        told()
        assert sending.send(queries.next_dispatch(webhook.id), webhook) is True
    call = far.calls[0]
    body = Verifier(webhook.secrets[0][0]).verify(call.body, call.headers)
    line = Event.objects.get(name="conversations.opened")
    assert call.headers["webhook-id"] == f"evt_{line.id}"
    assert body == {
        "type": "conversation.opened",
        "timestamp": line.occurred_at.isoformat(),
        "data": {
            **line.data,
            "actor_id": None,
            "url": f"http://localhost:8000/api/v1/conversations/{conversation.id}",
        },
    }
    dispatch = Dispatch.objects.get()
    assert (dispatch.state, dispatch.attempts, dispatch.tries.get().status) == ("delivered", 1, 204)
    with pytest.raises(Exception, match="signature"):
        Verifier(webhooks.new_secret()).verify(call.body, call.headers)


def test_after_a_rotation_both_secrets_hold_for_a_day():
    webhook = hook()
    old = webhook.secrets[0][0]
    new = operations.rotate_secret(webhook.id, actor=None).secrets[0][0]
    webhook.refresh_from_db()
    now = timezone.now()
    assert sending.valid_secrets(webhook, now) == [new, old]
    assert sending.valid_secrets(webhook, now + timedelta(hours=25)) == [new]
    body = b'{"a":1}'
    headers = sending.headers(webhook, operations.ping(webhook), body, now)
    for secret in (old, new):
        assert Verifier(secret).verify(body, headers) == {"a": 1}
    third = operations.rotate_secret(webhook.id, actor=None).secrets
    assert [secret for secret, _until in third][1:] == [new]


def test_a_failure_is_tried_again_later_and_later_with_the_same_id():
    with receiving() as far:
        far.status, far.answer = 500, b"out of order"
        webhook = hook(far.url)
        dispatch = operations.ping(webhook)
        assert sending.send(dispatch, webhook) is False
        dispatch.refresh_from_db()
        first = dispatch.due_at - timezone.now()
        assert timedelta(seconds=3) < first <= timedelta(seconds=5)
        assert queries.owed() == []
        webhook.refresh_from_db()
        assert webhook.error == "HTTP 500"
        assert sending.send(dispatch, webhook) is False
        dispatch.refresh_from_db()
        assert timedelta(seconds=18) < dispatch.due_at - timezone.now() <= timedelta(seconds=20)
        far.status = 200
        assert sending.send(dispatch, webhook) is True
    assert {call.headers["webhook-id"] for call in far.calls} == {f"test_{dispatch.id}"}
    assert [one.status for one in dispatch.tries.order_by("id")] == [500, 500, 200]
    assert dispatch.tries.order_by("id")[0].excerpt == "out of order"
    webhook.refresh_from_db()
    assert (webhook.failing_since, webhook.retry_at, webhook.error) == (None, None, "")


def test_what_the_receiver_asks_to_wait_is_waited():
    with receiving() as far:
        far.status, far.headers = 429, {"Retry-After": "120"}
        webhook = hook(far.url)
        dispatch = operations.ping(webhook)
        sending.send(dispatch, webhook)
    dispatch.refresh_from_db()
    webhook.refresh_from_db()
    assert dispatch.due_at > timezone.now() + timedelta(seconds=110)
    assert webhook.retry_at is not None
    assert webhook.retry_at > timezone.now() + timedelta(seconds=110)


def test_after_twelve_tries_it_is_given_up():
    with receiving() as far:
        far.status = 500
        webhook = hook(far.url)
        dispatch = operations.ping(webhook)
        for _number in range(sending.ATTEMPTS):
            dispatch.refresh_from_db()
            assert dispatch.state == "pending"
            sending.send(dispatch, webhook)
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.attempts) == ("failed", 12)


@pytest.mark.parametrize("status", [301, 302, 400, 404])
def test_only_2xx_counts_as_taken_and_no_redirect_is_followed(status: int):
    with receiving() as far, receiving() as elsewhere:
        far.status, far.headers = status, {"Location": elsewhere.url}
        webhook = hook(far.url)
        assert sending.send(operations.ping(webhook), webhook) is False
        assert elsewhere.calls == []


def test_one_that_says_gone_is_switched_off():
    with receiving() as far:
        far.status = 410
        webhook = hook(far.url)
        sending.send(operations.ping(webhook), webhook)
    webhook.refresh_from_db()
    assert (webhook.is_active, webhook.is_broken) == (False, True)
    assert Event.objects.get(name="integrations.webhook_broken").data == {"webhook_id": webhook.id}


def test_one_that_failed_for_days_is_switched_off_and_can_be_switched_on_again():
    webhook = hook("http://127.0.0.1:9/hook")
    waiting, failing = operations.ping(webhook), operations.ping(webhook)
    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=5, minutes=1))
    webhook.refresh_from_db()
    sending.send(failing, webhook)
    webhook.refresh_from_db()
    assert (webhook.is_active, webhook.is_broken) == (False, True)
    waiting.refresh_from_db()
    assert waiting.state == "failed"
    webhook = operations.change_webhook(webhook.id, actor=None, is_active=True)
    assert (webhook.is_broken, webhook.failing_since, webhook.retry_at) == (False, None, None)


def test_what_was_given_up_can_be_sent_again_one_or_a_range():
    with receiving() as far:
        webhook = hook(far.url)
        first, second, third = (operations.ping(webhook) for _number in range(3))
        Dispatch.objects.filter(id__in=[first.id, second.id]).update(state="failed", attempts=12)
        Dispatch.objects.filter(id=third.id).update(state="delivered", attempts=1)
        assert queries.owed() == []
        hour = timedelta(hours=1)
        now = timezone.now()
        nothing = operations.replay(webhook.id, actor=7, since=now - 2 * hour, until=now - hour)
        assert nothing == 0
        assert operations.replay(webhook.id, actor=7, since=now - hour, until=now + hour) == 2
        assert webhooks.replay_one(webhook.id, third.id, actor=7) is True
        assert webhooks.replay_one(webhook.id, third.id, actor=7) is False
        assert webhooks.replay_one(hook().id, first.id, actor=7) is False
        assert queries.owed() == [webhook.id]
        jobs._send_for(webhook.id, time.monotonic() + 30, threading.Event())
    assert sorted(call.headers["webhook-id"] for call in far.calls) == sorted(
        f"test_{one.id}" for one in (first, second, third)
    )
    lines = Event.objects.filter(name="integrations.webhook_replayed").order_by("id")
    assert [(line.data["count"], line.actor_id) for line in lines] == [(2, 7), (1, 7)]


@pytest.mark.parametrize(
    "url", ["http://shop.example/", "ftp://shop.example/", "https://user:pw@shop.example/", "https:///x", "x"]
)
def test_addresses_that_nothing_is_sent_to(url: str, settings: Settings):
    settings.WEBHOOK_PRIVATE = False
    with pytest.raises(ValidationError):
        hook(url)
    assert not Webhook.objects.exists()


def test_nothing_is_sent_into_the_own_network(settings: Settings):
    with receiving() as far:
        webhook = hook(far.url)
        settings.WEBHOOK_PRIVATE = False
        dispatch = operations.ping(webhook)
        assert sending.send(dispatch, webhook) is False
    assert far.calls == []
    assert "not on the public internet" in dispatch.tries.get().error


def test_one_that_never_reads_or_never_ends_holds_nobody(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sending, "TIMEOUT_SECONDS", 0.5)
    monkeypatch.setattr(sending, "payload", lambda dispatch, webhook: b"x" * 20_000_000)
    with deaf() as url:
        webhook = hook(url)
        began = time.monotonic()
        assert sending.send(operations.ping(webhook), webhook) is False
        assert time.monotonic() - began < 30
    monkeypatch.undo()
    monkeypatch.setattr(sending, "TIMEOUT_SECONDS", 0.5)
    with receiving() as far:
        far.drips = True
        webhook = hook(far.url)
        began = time.monotonic()
        assert sending.send(operations.ping(webhook), webhook) is False
        assert time.monotonic() - began < 30
        assert len(far.calls) == 1


def test_a_message_that_cannot_be_made_is_a_failure_and_holds_up_nothing_behind_it():
    with receiving() as far:
        webhook = hook(far.url, includes_object=True)
        broken, sound = operations.ping(webhook), operations.ping(webhook)
        Dispatch.objects.filter(id=broken.id).update(data={"customer_id": [1]})
        broken.refresh_from_db()
        assert sending.send(broken, webhook) is False
        assert "TypeError" in broken.tries.get().error
        assert queries.next_dispatch(webhook.id) == sound


def test_a_long_answer_is_cut():
    with receiving() as far:
        far.status, far.answer = 200, b"\x00" + b"y" * 100_000
        webhook = hook(far.url)
        dispatch = operations.ping(webhook)
        assert sending.send(dispatch, webhook) is True
    assert dispatch.tries.get().excerpt == "y" * sending.EXCERPT


def test_the_log_is_forgotten_after_thirty_days():
    webhook = hook()
    old, new = operations.ping(webhook), operations.ping(webhook)
    Dispatch.objects.filter(id=old.id).update(created_at=timezone.now() - timedelta(days=31))
    jobs.tidy_up()
    assert list(Dispatch.objects.all()) == [new]


def test_a_webhook_goes_with_its_log():
    webhook = hook("http://127.0.0.1:9/hook")
    sending.send(operations.ping(webhook), webhook)
    operations.delete_webhook(webhook.id, actor=3)
    assert not Dispatch.objects.exists()
    assert Event.objects.get(name="integrations.webhook_deleted").actor_id == 3


def test_the_payload_is_json_of_ids():
    webhook = hook()
    dispatch = operations.ping(webhook)
    assert json.loads(sending.payload(dispatch, webhook))["data"] == {"webhook_id": webhook.id}


def test_the_object_is_sent_along_as_it_is_then():
    webhook = hook(includes_object=True)
    conversation = factories.conversation()
    told()
    conversations.prioritise(conversation.id, priority=4, actor=None)
    dispatch = Dispatch.objects.get(type="conversation.opened")
    data = json.loads(sending.payload(dispatch, webhook))["data"]
    assert data["conversation"]["priority"] == "urgent"
    assert data["message"]["text"] == "Where is my parcel?"
    assert "conversation" not in dispatch.data
    conversation.messages.all().delete()
    assert "message" not in json.loads(sending.payload(dispatch, webhook))["data"]


def test_admins_are_told_of_one_that_was_switched_off():
    assert checks.findings() == []
    webhook = hook(name="Warehouse")
    assert [one.level for one in checks.findings()] == ["ok"]
    Webhook.objects.update(failing_since=timezone.now(), error="HTTP 500")
    assert [one.level for one in checks.findings()] == ["warn"]
    webhooks.switch_off(webhook.id)
    found = checks.findings()
    assert [(one.level, one.subject) for one in found] == [("fail", "webhook Warehouse")]
    assert "HTTP 500" in found[0].message


def test_orders_parcels_and_cases_are_told_under_public_names_to_their_shop():
    mine, other = connect(factories.shop("Mine")), factories.shop("Other")
    own, elsewhere = hook(shop=mine.shop), hook(shop=other)
    moved = hook(types=["parcel.moved"], includes_object=True)
    recording.record(mine, [order("1", placed_at=timezone.now(), shipments=(parcel("p1"),))])
    row = Shipment.objects.get()
    bus.publish(commerce.OrderMoved(order_id=row.order_id, step="shipped"))
    bus.publish(commerce.ShipmentMoved(shipment_id=row.id, order_id=row.order_id, state="in_transit"))
    case = cases.deny(row, actor=None)
    told()
    assert elsewhere.dispatches.count() == 0
    seen = {one.type: one.data for one in own.dispatches.all()}
    assert seen["order.moved"] == {"order_id": row.order_id, "step": "shipped", "actor_id": None}
    assert seen["parcel.moved"] == {
        "parcel_id": row.id,
        "order_id": row.order_id,
        "state": "in_transit",
        "actor_id": None,
    }
    assert seen["case.opened"]["case_id"] == case.id
    dispatch = own.dispatches.get(type="case.opened")
    assert json.loads(sending.payload(dispatch, own))["data"]["url"].endswith(f"/api/v1/cases/{case.id}")
    body = json.loads(sending.payload(moved.dispatches.get(), moved))
    assert (body["data"]["parcel"]["id"], body["data"]["order"]["number"]) == (row.id, "1042")
    assert body["data"]["url"].endswith(f"/api/v1/parcels/{row.id}")


def test_a_rating_is_told():
    own = hook(types=["conversation.rated"])
    talk = factories.conversation()
    bus.publish(CustomerRated(conversation_id=talk.id, customer_id=talk.customer_id, score=4))
    told()
    assert own.dispatches.get().data["score"] == 4


def test_all_types_stand_in_the_documentation():
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    assert [name for name in (*catalogue.KINDS, catalogue.PING) if f"`{name}`" not in page] == []
