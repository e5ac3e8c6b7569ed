"""Raw first, once, and durable."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from shopbell.channels import contract, ingress, operations
from shopbell.channels.models import Inbound
from shopbell.conversations.models import Message
from shopbell.customers.models import Customer
from shopbell.events import delivery
from shopbell.events.models import Delivery
from tests import factories, puppet

pytestmark = pytest.mark.django_db


def test_bytes_are_kept_as_they_came_and_their_filing_is_owed():
    box = factories.mailbox()
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    body = bytes(range(256))
    assert ingress.accept(box, body, external_id="7:1", envelope={"mail_from": "a@b"}, received_at=moment) is True
    row = Inbound.objects.get()
    assert (bytes(row.body), row.envelope, row.received_at, row.state) == (body, {"mail_from": "a@b"}, moment, "new")
    assert Delivery.objects.get().data == {"inbound_id": row.id}


def test_the_same_id_again_changes_nothing():
    box = factories.mailbox()
    ingress.accept(box, b"one", external_id="7:1")
    assert ingress.accept(box, b"two", external_id="7:1") is False
    assert bytes(Inbound.objects.get().body) == b"one"
    assert Delivery.objects.count() == 1


def test_without_an_id_the_content_decides():
    box, other = factories.mailbox(), factories.mailbox()
    assert [ingress.accept(box, b"one"), ingress.accept(box, b"one"), ingress.accept(box, b"two")] == [
        True,
        False,
        True,
    ]
    assert ingress.accept(other, b"one") is True


def test_a_failed_row_can_be_tried_again():
    box = factories.mailbox()
    ingress.accept(box, b"one")
    row = Inbound.objects.get()
    ingress.settle(row, "failed", "why\0")
    assert (row.state, row.error) == ("failed", "why")
    Delivery.objects.all().delete()
    ingress.retry(row)
    row.refresh_from_db()
    assert (row.state, row.error) == ("new", "")
    assert Delivery.objects.count() == 1


def test_what_is_claimed_is_filed_once_and_no_worker_owes_it_any_more():
    box, later = factories.mailbox(), timezone.now() + timedelta(seconds=30)
    ingress.accept(box, b"one", external_id="7:1", envelope={"a": ["b"]}, file_at=later)
    ingress.accept(box, b"two", external_id="7:2", file_at=later)
    found = ingress.claim(box, "7:1")
    assert found is not None
    assert (found.body, found.envelope, found.channel, found.state) == (b"one", {"a": ["b"]}, box, "filed")
    assert Inbound.objects.get(id=found.id).state == "filed"
    assert [row.data["inbound_id"] for row in Delivery.objects.all()] == [Inbound.objects.get(external_id="7:2").id]
    assert ingress.claim(box, "7:1") is None
    assert ingress.claim(factories.mailbox(), "7:2") is None


def test_what_one_limit_refuses_is_not_counted_against_the_next():
    limits = [("one", 2), ("all", 3)]
    assert [operations.first_exceeded(limits, per_seconds=3600) for _ in range(4)] == [None, None, "one", "one"]
    assert operations.count_use("all", per_seconds=3600) == 3
    assert operations.first_exceeded([("other", 2), ("all", 3)], per_seconds=3600) == "all"
    assert operations.count_use("one", per_seconds=3600) == 5


def test_uses_are_counted_per_key():
    assert [operations.count_use("a", per_seconds=3600) for _ in range(3)] == [1, 2, 3]
    assert operations.count_use("b", per_seconds=3600) == 1


def test_an_envelope_of_any_bytes_is_kept_as_far_as_a_database_can():
    box = factories.mailbox()
    envelope = {"mail_from": "a\udcff\0@b.example", "rcpt_tos": ["c\0@d.example"], "peer\0": {"n": 1}}
    assert ingress.accept(box, b"one", envelope=envelope) is True
    assert Inbound.objects.get().envelope == {"mail_from": "a@b.example", "rcpt_tos": ["c@d.example"], "peer": {"n": 1}}


def test_two_long_ids_that_begin_alike_are_two_mails():
    box = factories.mailbox()
    folder = "x" * 300
    assert [ingress.accept(box, b"one", external_id=f"{folder}{number}") for number in (1, 2, 1)] == [True, True, False]


@pytest.mark.parametrize("moment", [datetime(9999, 12, 31, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)])
def test_a_date_of_arrival_that_cannot_be_is_now(moment: datetime):
    ingress.accept(factories.mailbox(), b"one", received_at=moment)
    assert abs(Inbound.objects.get().received_at - timezone.now()) < timedelta(seconds=10)


def arrive(monkeypatch: pytest.MonkeyPatch, *items: contract.Inbound) -> Inbound:
    """Mail that a channel type understands in this way, filed by a worker."""
    monkeypatch.setattr(puppet.Puppet, "understood", list(items))
    box = puppet.mailbox()
    ingress.accept(box, b"raw", external_id="7:1")
    delivery.deliver("inside", 10)
    return Inbound.objects.get()


def test_no_text_of_a_mail_keeps_it_from_being_filed(monkeypatch: pytest.MonkeyPatch):
    bad = "a\0b\udcff"
    who = contract.Sender(address=f"{bad}@c.example", name=bad)
    file = contract.AttachmentData(name=bad, content_type=bad, content=b"a\0b", content_id=bad)
    message = contract.InboundMessage(
        external_id=bad,
        message_id=bad,
        sender=who,
        to=(who,),
        cc=(who,),
        occurred_at=factories.NOON,
        text=bad,
        full_text=f"{bad} full",
        html=bad,
        subject=bad,
        thread_ids=(bad,),
        reply_token=bad,
        language="de-Latn-AT-1996",
        attachments=(file,),
        warnings=(bad,),
        about={bad: [{bad: bad}]},
        forwarded=contract.ForwardedMessage(sender=who, subject=bad, body=bad),
    )
    inbound = arrive(monkeypatch, message, contract.Receipt(state="failed", external_id=bad, reason=bad))
    assert (inbound.state, inbound.error) == ("filed", "")
    stored = Message.objects.get()
    assert (stored.subject, stored.text, stored.full_text, stored.html) == ("ab", "ab", "ab full", "ab")
    assert (stored.external_id, stored.message_id, stored.thread_ids) == ("ab", "ab", ["ab"])
    assert (stored.sender_address, stored.sender_name, stored.language) == ("ab@c.example", "ab", "de-La")
    assert (stored.attachments.get().name, stored.attachments.get().blob.size) == ("ab", 3)
    assert stored.about["ab"] == [{"ab": "ab"}]
    assert Customer.objects.get().language == "de-La"


def test_two_mails_without_an_id_of_their_own_in_one_delivery_are_two(monkeypatch: pytest.MonkeyPatch):
    nameless = replace(factories.inbound(), external_id="", message_id="")
    assert arrive(monkeypatch, nameless, nameless).state == "filed"
    assert sorted(Message.objects.values_list("external_id", flat=True)) == ["7:1#0", "7:1#1"]


def test_two_mails_whose_long_ids_begin_alike_are_two_and_a_copy_is_a_double(monkeypatch: pytest.MonkeyPatch):
    one, two = (replace(factories.inbound(), external_id=f"{'x' * 400}{number}") for number in (1, 2))
    assert arrive(monkeypatch, one, two, one).state == "filed"
    assert Message.objects.count() == 2


@pytest.mark.parametrize("moment", [datetime(2999, 1, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)])
def test_a_mail_from_a_time_that_cannot_be_has_the_date_of_its_arrival(
    monkeypatch: pytest.MonkeyPatch, moment: datetime
):
    inbound = arrive(monkeypatch, replace(factories.inbound(), occurred_at=moment))
    stored = Message.objects.get()
    assert stored.occurred_at == stored.conversation.last_message_at == inbound.received_at


def test_what_the_database_does_not_take_waits_for_a_person(monkeypatch: pytest.MonkeyPatch):
    inbound = arrive(monkeypatch, replace(factories.inbound(), about={"weight": float("nan")}))
    assert (inbound.state, inbound.error[:10]) == ("failed", "DataError:")
    assert not Message.objects.exists()
    assert not Delivery.objects.filter(event_name="channels.inbound_stored").exists()


def test_an_error_is_kept_whatever_its_words_are():
    box = factories.mailbox()
    ingress.accept(box, b"one")
    row = Inbound.objects.get()
    ingress.settle(row, "failed", "a\0b\udcffc")
    row.refresh_from_db()
    assert row.error == "abc"


def test_only_what_has_failed_is_tried_again():
    box = factories.mailbox()
    ingress.accept(box, b"one")
    row = Inbound.objects.get()
    ingress.settle(row, "failed", "why")
    stale = Inbound.objects.get()
    assert ingress.retry(row) is True
    ingress.settle(row, "filed")
    Delivery.objects.all().delete()
    assert ingress.retry(stale) is False
    assert Inbound.objects.get().state == "filed"
    assert not Delivery.objects.exists()
