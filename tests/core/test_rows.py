"""Many rows at once come out as if each had been saved."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from shopbell.commerce.models import Order, Shipment
from shopbell.core.rows import hold_row, upsert, write_back
from shopbell.shops.models import Shop
from tests.commerce.things import NOON, connect

pytestmark = pytest.mark.django_db
HARD = 'a "quoted" \\ back, {brace}, tab\t, õ\nline, NULL'


def rows(laden, *ids: str, **more: object) -> list[Order]:
    fixed = {"connection": laden, "shop": laden.shop, "placed_at": NOON, "currency": "EUR", "number": "1"}
    return [Order(remote_id=one, number_key=one, digest="d", seen_at=NOON, **fixed, **more) for one in ids]


def test_rows_are_inserted_as_they_are():
    laden = connect()
    (one, two) = rows(laden, "1", "2", note=HARD, coupons=["A", HARD, ""], billing={"name": HARD, "no": None})
    two.coupons, two.raw, two.promised_on = [], {"list": [1, {"a": [HARD]}]}, NOON.date()
    upsert([one, two], ["connection", "remote_id"], ["note"])
    kept = {row.remote_id: row for row in Order.objects.all()}
    assert (one.pk, two.pk) == (kept["1"].pk, kept["2"].pk)
    assert (kept["1"].note, kept["1"].coupons, kept["1"].billing) == (HARD, ["A", HARD, ""], {"name": HARD, "no": None})
    assert (kept["2"].coupons, kept["2"].raw, kept["2"].promised_on) == ([], two.raw, NOON.date())
    assert (kept["1"].customer, kept["1"].delivered_at, kept["1"].placed_at) == (None, None, NOON)


def test_only_what_is_named_is_updated_and_ids_stay():
    laden = connect()
    upsert(rows(laden, "1", note="old", status="old"), ["connection", "remote_id"], ["note"])
    before = Order.objects.get().pk
    again = rows(laden, "0", "1", note="new", status="new")
    upsert(again, ["connection", "remote_id"], ["note"])
    row = Order.objects.get(remote_id="1")
    assert (row.pk, row.note, row.status) == (before, "new", "old")
    assert [one.pk for one in again] == [Order.objects.get(remote_id="0").pk, before]


def test_what_the_database_fills_is_left_to_it():
    laden = connect()
    orders = rows(laden, "1")
    upsert(orders, ["connection", "remote_id"], ["note"])
    parcel = Shipment(order=orders[0], remote_id="p")
    upsert([parcel], ["order", "remote_id"], ["carrier"])
    assert Shipment.objects.get(pk=parcel.pk).created_at.tzinfo is not None


def test_rows_are_written_back_in_one_query():
    laden = connect()
    given = rows(laden, "1", "2", "3")
    upsert(given, ["connection", "remote_id"], ["note"])
    at = datetime(2026, 11, 3, 9, tzinfo=UTC)
    given[0].delivered_at, given[1].note = at, HARD
    with CaptureQueriesContext(database) as taken:
        write_back(given, ["delivered_at", "note"])
        write_back([], ["note"])
        upsert([], ["connection"], ["note"])
    assert len(taken) == 1
    found = [(row.delivered_at, row.note) for row in Order.objects.order_by("remote_id")]
    assert found == [(at, ""), (None, HARD), (None, "")]


def test_a_row_that_was_deleted_since_it_was_read_is_not_there_to_be_saved():
    shop = Shop(name="Hallik", slug="hallik")
    hold_row(shop)
    shop.save()
    hold_row(shop)
    Shop.objects.filter(pk=shop.pk).delete()
    with pytest.raises(Shop.DoesNotExist):
        hold_row(shop)
