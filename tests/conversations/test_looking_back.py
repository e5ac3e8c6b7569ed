"""Messages that name what only an import brings are linked with it then, a batch at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shopbell.commerce.operations import files, recording
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Message, OrderLink
from shopbell.conversations.operations import looking_back
from shopbell.events import delivery
from tests import factories
from tests.commerce.things import connect, order, parcel

pytestmark = pytest.mark.django_db
EVE = "eve@other.example"


def deliver() -> None:
    while delivery.deliver("inside", 50):
        pass


def reasons(conversation: Conversation) -> dict[str, str]:
    return dict(OrderLink.objects.filter(conversation=conversation).values_list("order__number", "reason"))


def bring_in(shop, *items) -> None:
    """A file of orders is read to its end."""
    row = connect(shop, imported_at=None)
    run = files.begin(row, "order", "digest", "orders.csv")
    files.end(files.take(run, items, refused=0))


def test_what_was_written_before_the_import_is_linked_after_it(monkeypatch):
    monkeypatch.setattr(looking_back, "AT_ONCE", 2)
    box, other = factories.mailbox(), factories.mailbox(factories.shop("Teine"))
    month = timezone.now() - timedelta(days=30)
    by_number = factories.conversation(box, EVE, text="Where is SB-1042?", subject="Hi", occurred_at=month)
    by_parcel = factories.conversation(box, "b@other.example", text="00340434161094015902?", subject="Hi")
    silent = factories.conversation(box, "c@other.example", text="Where is SB-9999?", subject="Hi")
    elsewhere = factories.conversation(other, EVE, text="Where is SB-1042?", subject="Hi")
    ancient = factories.conversation(box, "d@other.example", text="SB-1042", subject="Hi")
    Message.objects.filter(conversation=ancient).update(occurred_at=timezone.now() - timedelta(days=91))
    deliver()
    old = timezone.now() - timedelta(days=40)
    bring_in(box.shop, order(number="SB-1042", placed_at=old, shipments=(parcel(),)))
    deliver()
    assert reasons(by_number) == {"SB-1042": "number"}
    assert reasons(by_parcel) == {"SB-1042": "tracking"}
    assert reasons(silent) == reasons(elsewhere) == reasons(ancient) == {}


def test_the_first_import_of_a_shop_system_does_it_too():
    box = factories.mailbox()
    talk = factories.conversation(box, EVE, text="Where is SB-1042?", subject="Hi")
    deliver()
    row = connect(box.shop, imported_at=None)
    recording.record(row, [order(number="SB-1042")], historic=True)
    deliver()
    assert reasons(talk) == {}
    operations.look_back(box.shop_id, None)
    assert reasons(talk) == {"SB-1042": "number"}
    assert operations.look_back(box.shop_id, None) is None
    assert OrderLink.objects.count() == 1


def test_messages_that_name_nothing_cost_nothing_each():
    box = factories.mailbox()
    recording.record(connect(box.shop), [order(number="SB-1042")], historic=True)
    counts = []
    for number in (1, 3):
        for each in range(number):
            factories.conversation(box, f"{number}{each}@other.example", text=f"Is SB-77{each} there?", subject="Hi")
        with CaptureQueriesContext(connection) as taken:
            operations.look_back(box.shop_id, None)
        counts.append(len(taken))
    assert counts[0] == counts[1] <= 8
