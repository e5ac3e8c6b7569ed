"""Messages on their way out: locked no longer and no wider than needed, nothing lost when the far side misbehaves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from shopbell.channels import contract, delivery, ingress, operations
from shopbell.channels.models import Channel, Inbound, Outbound
from shopbell.events import delivery as outbox
from shopbell.events.models import Delivery
from tests import puppet


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("understood", "on_send"):
        monkeypatch.setattr(puppet.Puppet, name, vars(puppet.Puppet)[name])


def queue(box: Channel, key: str = "k1", **fields: Any) -> Outbound:
    values: dict[str, Any] = {
        "external_id": f"{key}@shop.example",
        "sender": contract.Sender(address=box.address),
        "to": (contract.Sender(address="anna@customer.example"),),
        "text": "On its way.",
        "reference": "",
    }
    return delivery.enqueue(box, contract.OutboundMessage(**{**values, **fields}), key=key)


def failing(error: Exception) -> Callable[..., None]:
    def send(adapter: puppet.Puppet, message: contract.OutboundMessage) -> None:
        raise error

    return send


@contextmanager
def being_sent() -> Iterator[None]:
    """What is queued is in the middle of its sending while the block runs."""
    begun, end = threading.Event(), threading.Event()

    def send(adapter: puppet.Puppet, message: contract.OutboundMessage) -> None:
        begun.set()
        end.wait(20)

    def work() -> None:
        outbox.deliver("outside", 1)
        connection.close()

    puppet.Puppet.on_send = send
    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert begun.wait(10)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        yield
    finally:
        end.set()
        thread.join()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


@pytest.mark.django_db(transaction=True)
def test_while_a_message_is_sent_mail_comes_in_and_the_next_message_is_queued():
    box = puppet.mailbox()
    queue(box)
    with being_sent():
        assert ingress.accept(box, b"mail") is True
        assert queue(box, "k2").state == "queued"
        Channel.objects.filter(id=box.id).update(read_at=timezone.now())
    assert sorted(Outbound.objects.values_list("key", "state")) == [("k1", "sent"), ("k2", "queued")]


@pytest.mark.django_db(transaction=True)
def test_what_is_being_sent_cannot_be_taken_back_and_nobody_waits_to_hear_so():
    row = queue(puppet.mailbox())
    with being_sent():
        assert delivery.cancel(row.id) is False
    row.refresh_from_db()
    assert row.state == "sent"


@pytest.mark.django_db
def test_what_somebody_may_have_by_now_cannot_be_taken_back():
    row = queue(puppet.mailbox())
    puppet.Puppet.on_send = failing(contract.Transient("lost while handing over", code="outcome-unknown"))
    outbox.deliver("outside", 1)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("queued", 1)
    assert delivery.cancel(row.id) is False


@pytest.mark.django_db
def test_the_key_of_a_message_that_was_taken_back_is_free_again():
    box = puppet.mailbox()
    first = queue(box)
    assert delivery.cancel(first.id) is True
    assert delivery.cancel(first.id) is False
    second = queue(box)
    assert (second.id != first.id, second.state) == (True, "queued")


@pytest.mark.django_db(transaction=True)
def test_a_receipt_for_a_message_that_is_still_being_sent_is_heard_later():
    box = puppet.mailbox()
    row = queue(box)
    receipt = contract.Receipt(state="failed", reference=row.content["reference"], reason="no such user")
    puppet.Puppet.understood = [receipt]
    with being_sent():
        ingress.accept(box, b"bounce")
        assert outbox.deliver("inside", 10) == 1
        assert Inbound.objects.get().state == "new"
        owed = Delivery.objects.get(event_name="channels.inbound_stored")
        assert (owed.attempts, owed.due_at > timezone.now()) == (0, True)
    Delivery.objects.update(due_at=timezone.now())
    outbox.deliver("inside", 10)
    row.refresh_from_db()
    assert (Inbound.objects.get().state, row.state, row.error) == ("filed", "failed", "no such user")


@pytest.mark.django_db(transaction=True)
def test_a_token_renewed_on_the_way_is_kept_though_the_sending_is_undone():
    box = puppet.mailbox(settings={"address": "a@shop.example", "oauth": {"refresh_token": "old"}})
    queue(box)

    def send(adapter: puppet.Puppet, message: contract.OutboundMessage) -> None:
        adapter.remember({"oauth": {"refresh_token": "new"}})
        raise contract.Transient("451 later")

    puppet.Puppet.on_send = send
    outbox.deliver("outside", 1)
    box.refresh_from_db()
    assert box.settings == {"address": "a@shop.example", "oauth": {"refresh_token": "new"}}
    assert Outbound.objects.get().state == "queued"


@pytest.mark.django_db(transaction=True)
def test_a_token_renewed_while_an_admin_edits_the_settings_is_kept_too():
    box = puppet.mailbox(settings={"name": "Support", "oauth": {"refresh_token": "old"}, "gone": 1})
    admin = Channel.objects.get(id=box.id)
    box.remember({"oauth": {"refresh_token": "new"}})
    operations.change_channel(admin, settings={"name": "Help", "oauth": {"refresh_token": "old"}})
    kept = Channel.objects.get(id=box.id).settings
    assert kept == {"name": "Help", "oauth": {"refresh_token": "new"}}
    assert admin.settings == kept
    again = {"name": "Help", "oauth": {"client_id": "other"}}
    operations.change_channel(admin, settings=again)
    assert Channel.objects.get(id=box.id).settings == again


@pytest.mark.django_db
def test_an_answer_of_the_far_side_that_no_text_can_be_is_no_reason_to_stop():
    row = queue(puppet.mailbox())
    puppet.Puppet.on_send = failing(contract.Transient("451 \0 la\udcffter"))
    outbox.deliver("outside", 1)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == ("queued", 1, "451  later")


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "least", "most"), [(10**12, 86_000, 86_400), (-5, 0, 1), (40, 35, 40)])
def test_the_far_side_may_say_when_but_not_never_and_not_at_once(seconds: int, least: int, most: int):
    queue(puppet.mailbox())
    puppet.Puppet.on_send = failing(contract.Transient("later", retry_after_seconds=seconds))
    outbox.deliver("outside", 1)
    due = Delivery.objects.get().due_at - timezone.now()
    assert timedelta(seconds=least) < due <= timedelta(seconds=most)


@pytest.mark.django_db
def test_what_fails_in_a_way_nobody_foresaw_is_shown_as_failed_in_the_end():
    row = queue(puppet.mailbox())
    puppet.Puppet.on_send = failing(TypeError("no such header"))
    for _ in range(delivery.MAX_ATTEMPTS):
        Delivery.objects.update(due_at=timezone.now())
        outbox.deliver("outside", 1)
    row.refresh_from_db()
    assert (row.state, row.error) == ("failed", "TypeError: no such header")
    assert list(Delivery.objects.values_list("event_name", "data__state")) == [("channels.outbound_changed", "failed")]


@pytest.mark.django_db
def test_a_channel_that_is_paused_sends_nothing_until_it_goes_on():
    box = puppet.mailbox(is_active=False)
    row = queue(box)
    outbox.deliver("outside", 1)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("queued", 0)
    Channel.objects.update(is_active=True)
    Delivery.objects.update(due_at=timezone.now())
    outbox.deliver("outside", 1)
    row.refresh_from_db()
    assert row.state == "sent"
