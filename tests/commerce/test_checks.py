"""What doctor and the health page say of shops and carriers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from shopbell.commerce import checks
from shopbell.commerce.models import Broken, CarrierAccount, Push
from tests.commerce import shop_system
from tests.commerce.things import connect

pytestmark = pytest.mark.django_db


def levels() -> dict[str, str]:
    return {finding.subject: finding.level.value for finding in checks.findings()}


def test_nothing_is_said_where_nothing_is_connected():
    assert checks.findings() == []


def test_a_shop_fails_only_after_half_an_hour():
    shop_system.install()
    now = timezone.now()
    connect(connector="test_shop", name="fine", read_at=now)
    connect(connector="test_shop", name="hiccup", failing_since=now - timedelta(minutes=5), error="timed out")
    connect(connector="test_shop", name="broken", failing_since=now - timedelta(minutes=31), error="refused")
    connect(connector="test_shop", name="unhealthy", findings=[["error", "The webhook is off."], ["warning", "x"]])
    connect(connector="test_shop", name="off", is_active=False, failing_since=now - timedelta(days=1))
    connect(connector="nobody_s", name="orphan")
    assert levels() == {
        "shop system fine, Laden": "ok",
        "shop system hiccup, Laden": "warn",
        "shop system broken, Laden": "fail",
        "shop system unhealthy, Laden": "warn",
        "shop system orphan, Laden": "fail",
        "orders": "ok",
    }
    assert "The webhook is off." in {finding.message for finding in checks.findings()}


def test_carriers_and_what_was_not_understood():
    shop_system.install()
    row = connect(connector="test_shop", name="fine")
    CarrierAccount.objects.create(carrier="dhl", name="DHL", key="a", failing_since=timezone.now() - timedelta(hours=1))
    Broken.objects.create(connection=row, kind="order", remote_id="1", reason="x")
    Push.objects.create(connection=row, delivery_key="k", body=b"", state="failed")
    assert levels() == {"shop system fine, Laden": "ok", "carrier DHL": "fail", "orders": "warn"}
    assert checks.findings()[-1].message == "2 things of a shop were not understood"


def test_times_are_said_in_the_zone_of_whoever_reads():
    shop_system.install()
    connect(connector="test_shop", name="fine", read_at=datetime(2026, 11, 23, 1, 23, tzinfo=UTC))
    assert checks.findings()[0].message == "read 23 Nov 2026, 01:23 UTC"
    with timezone.override("Europe/Tallinn"), translation.override("de"):
        assert checks.findings()[0].message == "gelesen 23. Nov. 2026, 03:23 EET"
