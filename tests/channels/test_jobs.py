"""Mailboxes are read by one reader each, failures are counted once, and mail finds its channels."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from shopbell.channels import contract, jobs
from shopbell.channels.models import Channel, Inbound, RateCount
from shopbell.core import registry
from shopbell.events.models import Event
from tests import factories, processes


class Clockwork(contract.BaseChannelType):
    """A source with one item, then nothing; `broken` fails, `refused` is refused."""

    identity_kind = "email"

    def listens(self) -> bool:
        if self.settings.get("odd"):
            raise AttributeError("settings of another age")
        return True

    def listen(self, listener: contract.Listener) -> None:
        if self.settings.get("broken"):
            raise contract.Transient("the line is down")
        number = listener.cursor.get("number", 0) + 1
        listener.store(contract.RawItem(external_id=str(number), body=b"x", received_at=timezone.now()))
        listener.advance({"number": number})
        while not listener.stopping():
            threading.Event().wait(0.05)


registry.channel_types.add("clockwork", f"{__name__}.Clockwork")


def run(until: object, stop_after: float = 20) -> None:
    stopping = threading.Event()
    threads = [threading.Thread(target=_read, args=(stopping,)) for _ in range(2)]  # two workers
    for thread in threads:
        thread.start()
    try:
        processes.wait_until(until, stop_after)  # type: ignore[arg-type]
    finally:
        stopping.set()
        for thread in threads:
            thread.join()


def _read(stopping: threading.Event) -> None:
    try:
        jobs.read_channels(stopping)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_two_workers_read_a_mailbox_once_and_the_cursor_moves_on():
    box = factories.mailbox(type="clockwork")
    run(lambda: Channel.objects.get(id=box.id).read_at)
    box.refresh_from_db()
    assert box.cursor == {"number": 1}
    assert list(Inbound.objects.values_list("external_id", flat=True)) == ["1"]


@pytest.mark.django_db(transaction=True)
def test_a_failing_mailbox_says_since_when_and_recovers():
    box = factories.mailbox(type="clockwork", settings={"broken": True})
    run(lambda: Channel.objects.get(id=box.id).failing_since)
    box.refresh_from_db()
    assert box.error == "the line is down"
    box.settings = {}
    box.save()
    run(lambda: Channel.objects.get(id=box.id).read_at)
    box.refresh_from_db()
    assert (box.failing_since, box.error) == (None, "")


@pytest.mark.django_db
def test_the_alarm_rings_once_per_outage(settings):
    limit = timedelta(minutes=settings.MAILBOX_ALARM_MINUTES)
    now = timezone.now()
    late = factories.mailbox(failing_since=now - limit - timedelta(seconds=1))
    factories.mailbox(failing_since=now - limit + timedelta(seconds=30))
    factories.mailbox(failing_since=now - limit * 2, is_active=False)
    jobs.raise_alarm()
    jobs.raise_alarm()
    assert [event.data for event in Event.objects.filter(name="channels.channel_failing")] == [{"channel_id": late.id}]


@pytest.mark.django_db(transaction=True)
def test_mail_goes_to_every_channel_it_is_addressed_to_and_to_no_other():
    first, second = factories.mailbox(address="help@a.example"), factories.mailbox(address="help@b.example")
    factories.mailbox(address="help@c.example", is_active=False)
    door = jobs.Door()
    assert [door.knows(one) for one in ("HELP@a.example", "help+1-abc@a.example", "x@a.example", "help@c.example")] == [
        True,
        True,
        False,
        False,
    ]
    door.accept(b"mail", {"rcpt_tos": ["help+1-abc@a.example", "help@b.example", "x@y.example"]})
    assert set(Inbound.objects.values_list("channel", flat=True)) == {first.id, second.id}
    with pytest.raises(LookupError):
        door.accept(b"mail", {"rcpt_tos": ["x@y.example"]})


@pytest.mark.django_db
def test_old_raw_bytes_and_counts_are_forgotten_but_not_what_failed(monkeypatch):
    monkeypatch.setattr(jobs, "TIDIED_AT_ONCE", 1)
    box = factories.mailbox()
    old = timezone.now() - timedelta(days=jobs.RAW_KEPT_DAYS + 1)
    for state in ("filed", "double", "failed", "new"):
        Inbound.objects.create(channel=box, external_id=state, body=b"x", received_at=old, state=state)
    Inbound.objects.update(created_at=old)
    Inbound.objects.create(channel=box, external_id="young", body=b"x", received_at=old, state="filed")
    RateCount.objects.create(key="a", window=1, count=1, ends_at=old)
    jobs.tidy_up()
    assert set(Inbound.objects.exclude(body=b"").values_list("external_id", flat=True)) == {"failed", "new", "young"}
    assert not RateCount.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_channel_is_found_by_its_address_in_any_spelling_and_by_no_other():
    factories.mailbox(address="Help@A.example")
    factories.mailbox(address="support+eu@b.example")
    known = ("help@a.example", "HELP+x@a.example", "support+eu@b.example", "Support+EU+1-abc@b.example")
    unknown = ("support@b.example", "support+us@b.example", "hel\0p@a.examples", "hel\udcff@a.example", "", "@")
    door = jobs.Door()
    assert [one for one in (*known, *unknown) if door.knows(one)] == list(known)


@pytest.mark.django_db(transaction=True)
def test_a_channel_that_cannot_even_be_asked_keeps_no_other_from_being_read():
    broken, whole = factories.mailbox(type="clockwork", settings={"odd": True}), factories.mailbox(type="clockwork")
    run(lambda: Channel.objects.get(id=whole.id).read_at and Channel.objects.get(id=broken.id).failing_since)
    broken.refresh_from_db()
    assert broken.error == "settings of another age"


@pytest.mark.django_db
def test_raw_bytes_a_person_has_looked_at_are_forgotten_too():
    old = timezone.now() - timedelta(days=jobs.RAW_KEPT_DAYS + 1)
    Inbound.objects.create(channel=factories.mailbox(), external_id="1", body=b"x", received_at=old, state="seen")
    Inbound.objects.update(created_at=old)
    jobs.tidy_up()
    assert bytes(Inbound.objects.get().body) == b""
