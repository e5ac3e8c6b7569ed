"""Reads of the mirror of the shops."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection as database
from django.utils import timezone

from shopbell.commerce.models import Broken, CarrierAccount, Connection, Push
from shopbell.commerce.recommending import Recommendation as Recommendation
from shopbell.commerce.recommending import recommended as recommended

ALARM_AFTER = timedelta(minutes=30)


def failing() -> list[Connection | CarrierAccount]:
    """Shop systems and carriers that could not be asked for as long as the alarm allows, longest first."""
    return sorted((*failing_for_long(Connection), *failing_for_long(CarrierAccount)), key=lambda row: row.failing_since)


_COUNT_FAILING = """
SELECT (SELECT count(*) FROM commerce_connection WHERE is_active AND failing_since < %(limit)s)
     + (SELECT count(*) FROM commerce_carrieraccount WHERE is_active AND failing_since < %(limit)s)
"""


def count_failing() -> int:
    """How many these are."""
    with database.cursor() as cursor:  # on every list
        cursor.execute(_COUNT_FAILING, {"limit": timezone.now() - ALARM_AFTER})
        return int(cursor.fetchone()[0])


def failing_for_long(model: Any) -> Any:
    """Those of a model's active rows that could not be read for ALARM_AFTER, without their settings."""
    limit = timezone.now() - ALARM_AFTER
    return model.objects.filter(is_active=True, failing_since__lt=limit).defer("settings")


MOST_SHOWN = 50


def broken(connection: Connection) -> list[Broken]:
    """What of the shop's could not be understood, newest first."""
    return list(Broken.objects.filter(connection=connection).order_by("-id")[:MOST_SHOWN])


def failed_pushes(connection: Connection) -> list[Push]:
    """Pushes that could not be understood, newest first."""
    rows = Push.objects.filter(state=Push.State.FAILED, connection=connection).defer("body")
    return list(rows.order_by("-id")[:MOST_SHOWN])


def with_broken() -> set[int]:
    """Connections some of whose things could not be understood."""
    return set(Broken.objects.values_list("connection_id", flat=True).distinct())
