"""What goes with what they bought, counted from baskets, with its reason; nothing against their will."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shopbell.commerce import contract, jobs, queries
from shopbell.commerce.models import Account, Companion, Connection, Order, Product, Variant
from shopbell.commerce.operations import companions, recording
from tests.commerce.things import connect, order

pytestmark = pytest.mark.django_db


def basket(number: int, *skus: str, email: str = "", **more: Any) -> contract.OrderData:
    lines = tuple(contract.LineData(remote_id=sku, title=sku.title(), quantity=1, product_id=sku) for sku in skus)
    given = {"email": email or f"c{number}@x.ee", "placed_at": timezone.now(), "updated_at": None, **more}
    return order(str(number), number=str(number), lines=lines, **given)


def product(remote_id: str, **more: Any) -> contract.ProductData:
    variant = contract.VariantData(remote_id="1", sku=f"S-{remote_id}", stock=more.pop("stock", None))
    return contract.ProductData(remote_id=remote_id, title=remote_id.title(), variants=(variant,), **more)


@pytest.fixture
def laden() -> Connection:
    """Who buys a tent buys pegs; everybody buys bags; ten buyers, and thirty of other things."""
    row = connect()
    names = ("tent", "pegs", "bag", "lamp", "stove")
    goods = [product(name, stock=0 if name == "stove" else None) for name in names]
    baskets = [basket(one, "tent", "pegs", "stove", "bag") for one in range(10)]
    baskets += [basket(100 + one, "lamp" if one % 2 else "rope", "bag") for one in range(30)]
    recording.record(row, [*goods, *baskets], historic=True)
    jobs.count_companions()
    return row


def buyer(laden: Connection, *skus: str, **more: Any) -> int:
    recording.record(laden, [basket(900, *skus, email="anna@x.ee", **more)], historic=True)
    return int(Order.objects.get(remote_id="900").customer_id or 0)


def titles(laden: Connection, customer: int) -> list[tuple[str, str]]:
    return [(one.title, one.because) for one in queries.recommended(customer, laden.shop_id, objects=False)]


def test_what_was_bought_with_it_and_why(laden):
    assert titles(laden, buyer(laden, "tent")) == [("Pegs", "Tent")]
    found = queries.recommended(buyer(laden, "tent"), laden.shop_id, objects=False)[0]
    assert found.baskets == 10


def test_what_everybody_buys_goes_with_nothing(laden):
    assert not Companion.objects.filter(item="bag").exists()
    assert titles(laden, buyer(laden, "bag")) == []


def test_what_they_have_is_not_recommended(laden):
    assert titles(laden, buyer(laden, "tent", "pegs")) == []


def test_what_came_back_or_was_cancelled_was_not_bought(laden):
    assert titles(laden, buyer(laden, "tent", is_cancelled=True)) == []


def test_what_cannot_be_bought_now_is_left_out(laden):
    customer = buyer(laden, "tent")
    Variant.objects.filter(product__remote_id="stove").update(stock=2)
    assert [title for title, _because in titles(laden, customer)] == ["Pegs", "Stove"]
    Product.objects.filter(remote_id="pegs").update(is_active=False)
    assert titles(laden, customer) == [("Stove", "Tent")]


def test_nobody_who_objects_is_recommended_anything(laden):
    customer = buyer(laden, "tent")
    recording.record(laden, [contract.CustomerData(remote_id="7", email="anna@x.ee", accepts_marketing=False)])
    assert Account.objects.get().customer_id == customer
    assert titles(laden, customer) == []
    Account.objects.update(accepts_marketing=True)
    assert titles(laden, customer) == [("Pegs", "Tent")]
    assert queries.recommended(customer, laden.shop_id, objects=True) == []


def test_another_shop_learns_nothing(laden):
    customer = buyer(laden, "tent")
    assert queries.recommended(customer, connect().shop_id, objects=False) == []


def test_one_buyer_counts_once(laden):
    many = [basket(2000 + one, "lamp", "tent", email="fan@x.ee") for one in range(20)]
    recording.record(laden, many, historic=True)
    jobs.count_companions()
    assert not Companion.objects.filter(item="lamp", other="tent").exists()


def test_a_reseller_s_basket_does_not_count(laden):
    for one in range(5):
        names = [f"thing{number}" for number in range(companions.MOST_IN_BASKET + 1)]
        recording.record(laden, [basket(3000 + one, *names)], historic=True)
    assert companions.count(laden) == Companion.objects.count()
    assert not Companion.objects.filter(item__startswith="thing").exists()


def test_goods_known_by_their_sku_only():
    row = connect()
    line = [contract.LineData(remote_id=one, title=one, quantity=1, sku=one) for one in ("A", "B")]
    other = contract.LineData(remote_id="C", title="C", quantity=1, sku="C")
    given = [
        order(str(one), number=str(one), email=f"c{one}@x.ee", placed_at=timezone.now(), lines=tuple(line))
        for one in range(6)
    ]
    given += [
        order(f"o{one}", number=f"o{one}", email=f"o{one}@x.ee", placed_at=timezone.now(), lines=(other,))
        for one in range(20)
    ]
    given.append(order("last", number="last", placed_at=timezone.now(), lines=(line[0],)))
    variant = contract.VariantData(remote_id="1", sku="B")
    recording.record(
        row, [contract.ProductData(remote_id="9", title="Tass", variants=(variant,)), *given], historic=True
    )
    jobs.count_companions()
    customer = Order.objects.get(remote_id="last").customer_id or 0
    assert [(one.title, one.because) for one in queries.recommended(customer, row.shop_id, objects=False)] == [
        ("Tass", "A")
    ]


def test_no_more_queries_for_more(laden):
    counts = []
    for skus in (("tent",), ("tent", "lamp", "rope", "bag")):
        customer = buyer(laden, *skus)
        with CaptureQueriesContext(database) as taken:
            queries.recommended(customer, laden.shop_id, objects=False)
        counts.append(len(taken))
    assert counts[0] == counts[1] <= 8


@pytest.mark.parametrize(
    ("counts", "score"),
    [((10, 10, 10, 40), 44.99), ((10, 10, 40, 40), 0.0), ((1, 10, 10, 100), 0.0), ((3, 4, 5, 1000), 29.62)],
)
def test_the_measure(counts, score):
    assert companions.likelihood(*counts) == pytest.approx(score, rel=0.02)
