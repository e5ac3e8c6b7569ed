"""That a mailbox or a shop system cannot be read is told to those who can have it mended, once an outage."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from shopbell.channels import jobs as channel_jobs
from shopbell.channels.models import Channel
from shopbell.commerce import jobs
from shopbell.commerce.models import CarrierAccount, Connection
from shopbell.events import delivery as outbox
from shopbell.notifications import operations, queries
from shopbell.notifications.models import Notification
from tests import factories
from tests.commerce.things import connect
from tests.web.entering import entering

pytestmark = pytest.mark.django_db
REASON = "404: nothing there"


def work() -> None:
    while outbox.deliver("inside", 25):
        pass


def fail(row: Connection | Channel | CarrierAccount, minutes: int = 31) -> None:
    since = timezone.now() - timedelta(minutes=minutes)
    type(row).objects.filter(id=row.id).update(failing_since=since, error=REASON)


def test_admins_and_leads_are_told_of_a_shop_once_an_outage_and_find_it_under_needs_a_person():
    row = connect(name="Online shop")
    admin, lead = factories.agent("Ada", "admin"), factories.agent("Leena", "lead")
    limited, agent = factories.agent("Lim", "lead", limited_to_shops=True), factories.agent("Mari")
    fail(row, 29)
    jobs.raise_alarms()
    work()
    assert not Notification.objects.exists()
    fail(row)
    for _ in range(2):
        jobs.raise_alarms()
        work()
    told = Notification.objects.order_by("agent").values_list("agent", "kind", "connection")
    assert list(told) == [(one.pk, "source_failing", row.id) for one in (admin, lead)]
    seen = entering(lead).get(reverse("desk:notifications")).content.decode()
    assert "A shop system cannot be read" in seen
    assert "Online shop" in seen
    assert reverse("desk:needs_person") in seen
    page = entering(admin).get(reverse("desk:needs_person")).content.decode()
    assert REASON in page
    assert reverse("admin_connection", args=[row.id]) in page
    assert [queries.count_unread(one) for one in (admin, limited, agent)] == [1, 0, 0]
    assert REASON in entering(agent).get(reverse("desk:needs_person")).content.decode()
    assert REASON not in entering(limited).get(reverse("desk:needs_person")).content.decode()
    operations.mark_read(admin)
    assert operations.mark_unread(admin, Notification.objects.get(agent=admin).id)


def test_a_shop_that_can_be_read_again_meanwhile_is_no_news_and_a_second_outage_is():
    row, admin = connect(), factories.agent("Ada", "admin")
    fail(row)
    jobs.raise_alarms()
    Connection.objects.update(failing_since=None)
    work()
    assert not Notification.objects.exists()
    Connection.objects.update(alarmed_at=timezone.now() - timedelta(hours=1))
    fail(row)
    jobs.raise_alarms()
    work()
    assert Notification.objects.get().agent == admin


def test_a_mailbox_is_told_of_and_a_carrier_stands_under_needs_a_person():
    box, admin = factories.mailbox(), factories.agent("Ada", "admin")
    fail(box, 600)
    channel_jobs.raise_alarm()
    work()
    assert Notification.objects.get().channel == box
    carrier = CarrierAccount.objects.create(carrier="dhl", name="DHL Germany", key="k")
    fail(carrier)
    seen = entering(admin).get(reverse("desk:needs_person")).content.decode()
    assert "DHL Germany" in seen
    assert reverse("admin_carrier", args=[carrier.id]) in seen
