"""Raw first, once, and durable."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shopbell.channels import ingress, operations
from shopbell.channels.models import Inbound
from shopbell.events.models import Delivery
from tests import factories

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
    assert (row.state, row.error) == ("new", "")
    assert Delivery.objects.count() == 1


def test_uses_are_counted_per_key():
    assert [operations.count_use("a", per_seconds=3600) for _ in range(3)] == [1, 2, 3]
    assert operations.count_use("b", per_seconds=3600) == 1
