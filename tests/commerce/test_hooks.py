"""The door for pushes: what is signed is kept before it is acknowledged, once; everything else is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from shopbell.commerce import contract
from shopbell.commerce.models import Connection, Order, Push
from shopbell.commerce.operations import pushing
from shopbell.events import delivery
from shopbell.events.models import Delivery
from tests.commerce import shop_system
from tests.commerce.things import connect

pytestmark = pytest.mark.django_db


@pytest.fixture
def far() -> shop_system.Shop:
    return shop_system.install()


@pytest.fixture
def row(far: shop_system.Shop) -> Connection:
    return connect(connector="test_shop", settings={"shop": "one"}, key="abc")


def push(said: Any, key: str = "abc", **headers: str) -> int:
    body = json.dumps(said).encode()
    given = {"X-Test-Signature": shop_system.sign(body), "X-Test-Topic": "order", **headers}
    answer = Client(enforce_csrf_checks=True).post(
        f"/hooks/shops/{key}/", body, content_type="application/json", headers=given
    )
    return answer.status_code


def work() -> None:
    while delivery.deliver("outside", 1):
        pass


def test_a_push_is_kept_acknowledged_and_what_it_names_is_fetched(far: shop_system.Shop, row: Connection):
    far.put("1", total="12.00")
    assert push({"order": "1", "total": "999999"}) == 200
    kept = Push.objects.get()
    assert (kept.state, kept.headers["x-test-topic"]) == ("new", "order")
    assert "x-test-signature" not in kept.headers
    work()
    assert Order.objects.get().total == 1200
    assert Push.objects.get().state == "done"
    assert Connection.objects.get().pushed_at


def test_the_same_push_twice_is_one(far: shop_system.Shop, row: Connection):
    far.put("1")
    assert [push({"order": "1"}), push({"order": "1"})] == [200, 200]
    assert Push.objects.count() == 1
    assert push({"order": "1"}, **{"X-Test-Topic": "refund"}) == 200
    assert Push.objects.count() == 2


def test_a_forged_push_is_refused_and_not_kept(far: shop_system.Shop, row: Connection):
    assert push({"order": "1"}, **{"X-Test-Signature": "00"}) == 401
    assert push({"order": "1"}, key="other") == 404
    row.is_active = False
    row.save()
    assert push({"order": "1"}) == 404
    assert Client().get("/hooks/shops/abc/").status_code == 405
    assert not Push.objects.exists()


def test_too_much_is_refused(far: shop_system.Shop, row: Connection):
    assert push({"order": "1", "junk": "x" * pushing.MAX_BYTES}) == 413
    assert push({"order": "1", "junk": "x" * (pushing.MAX_BYTES * 3)}) == 413
    assert not Push.objects.exists()


def test_what_cannot_be_understood_is_kept_for_a_person_and_tried_again_at_a_word(
    far: shop_system.Shop, row: Connection
):
    assert push(["nonsense"]) == 200
    work()
    failed = Push.objects.get()
    assert (failed.state, failed.error) == ("failed", "this is no push of ours")
    assert pushing.retry(failed) is True
    assert pushing.retry(failed) is False


def test_a_shop_that_is_down_is_asked_again_later(far: shop_system.Shop, row: Connection):
    far.put("1")
    push({"order": "1"})
    far.fails = contract.Transient("down", retry_after_seconds=7)
    work()
    assert Push.objects.get().state == "new"
    assert Delivery.objects.get().attempts == 0
    far.fails = None
    Delivery.objects.update(due_at="2026-01-01T00:00:00Z")
    work()
    assert Push.objects.get().state == "done"
    assert Order.objects.exists()


def test_pushes_out_of_order_end_at_what_the_shop_has(far: shop_system.Shop, row: Connection):
    far.put("1", total="10.00")
    push({"order": "1", "version": 2})
    push({"order": "1", "version": 1})
    far.put("1", total="20.00")
    work()
    assert Order.objects.get().total == 2000


def test_what_is_gone_is_marked(far: shop_system.Shop, row: Connection):
    far.put("1")
    push({"order": "1"})
    work()
    push({"order": "1", "gone": True})
    work()
    assert Order.objects.get().gone_at is not None


def test_old_bodies_are_given_up_and_doubles_stay_known(far: shop_system.Shop, row: Connection):
    far.put("1")
    push({"order": "1"})
    work()
    Push.objects.update(received_at="2026-01-01T00:00:00Z")
    assert pushing.tidy() == 1
    assert bytes(Push.objects.get().body) == b""
    assert push({"order": "1"}) == 200
    assert Push.objects.count() == 1
