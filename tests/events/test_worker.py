from datetime import timedelta

import pytest
from django.utils import timezone

from shopbell.events import worker
from shopbell.events.models import Heartbeat

pytestmark = pytest.mark.django_db


def test_a_worker_that_died_is_forgotten_after_a_day_and_not_before():
    now = timezone.now()
    Heartbeat.objects.create(name="long dead", at=now - timedelta(hours=25))
    Heartbeat.objects.create(name="silent", at=now - timedelta(hours=23))
    worker.beat("alive")
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"silent", "alive"}
