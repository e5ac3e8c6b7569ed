"""Whether a connection to the database still stands is seen without asking."""

import time

import pytest
from django.db import connection

from shopbell.shops.models import Shop


@pytest.mark.django_db(transaction=True)
def test_a_connection_the_server_ended_is_made_anew():
    Shop.objects.create(name="Hallik", slug="hallik")
    ended = connection.connection.info.backend_pid
    assert connection.is_usable()
    other = connection.copy()
    try:
        other.cursor().execute("SELECT pg_terminate_backend(%s)", [ended])
    finally:
        other.close()
    until = time.monotonic() + 10
    while connection.is_usable() and time.monotonic() < until:
        time.sleep(0.01)
    connection.health_check_enabled, connection.health_check_done = True, False
    assert Shop.objects.get().slug == "hallik"
    assert connection.connection.info.backend_pid != ended


@pytest.mark.django_db(transaction=True)
def test_one_that_is_closed_or_was_never_opened_is_not_usable():
    connection.ensure_connection()
    connection.connection.close()
    assert not connection.is_usable()
    connection.close()
    assert not connection.is_usable()
    assert Shop.objects.count() == 0
