"""One object the mirror has no room for does not keep the others."""

from __future__ import annotations

from typing import Any

import pytest

from shopbell.commerce import contract
from shopbell.commerce.models import Broken, Order, Product
from shopbell.commerce.operations import fitting, recording
from tests.commerce.things import connect, order, parcel

LONG = "x" * 101


def line(**fields: Any) -> contract.LineData:
    given = {"remote_id": "l1", "title": "Kruus", "quantity": 1, **fields}
    return contract.LineData(**given)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"remote_id": LONG}, "remote_id is longer"),
        ({"remote_id": "a\0"}, "remote_id holds signs"),
        ({"remote_id": "\ud800"}, "remote_id holds signs"),
        ({"customer_id": LONG}, "customer_id is longer"),
        ({"total": 10**19}, "total is 10"),
        ({"lines": (line(quantity=2**31),)}, r"lines\.quantity is 2147483648"),
        ({"lines": (line(remote_id=LONG),)}, r"lines\.remote_id is longer"),
        ({"lines": (line(refunded=-(2**31)),)}, r"lines\.refunded"),
        ({"lines": (line(),) * 10_001}, "lines are 10001"),
        ({"shipments": (parcel(LONG),)}, r"shipments\.remote_id"),
        ({"refunds": (contract.RefundData(remote_id="r", amount=10**19),)}, r"refunds\.amount"),
    ],
)
@pytest.mark.django_db
def test_what_does_not_fit_is_noted_and_the_others_are_kept(fields: dict[str, Any], why: str):
    row = connect()
    number = fields.pop("remote_id", "bad")
    assert recording.record(row, [order("good"), order(number, **fields)]) == 1
    assert [one.remote_id for one in Order.objects.all()] == ["good"]
    assert Broken.objects.get().reason
    assert fitting.trouble(order(number, **fields)).startswith(why.replace("\\", ""))


@pytest.mark.django_db
def test_a_stock_nobody_has():
    ware = contract.ProductData(
        remote_id="1", title="Kruus", variants=(contract.VariantData(remote_id="1", stock=10**12),)
    )
    assert recording.record(connect(), [ware]) == 0
    assert not Product.objects.exists()
    assert Broken.objects.get().reason == "variants.stock is 1000000000000, which nothing can be"


@pytest.mark.django_db
def test_it_is_broken_no_more_when_it_comes_in_order():
    row = connect()
    recording.record(row, [order("1", lines=(line(quantity=2**31),))])
    recording.record(row, [order("1")])
    assert not Broken.objects.exists()
    assert Order.objects.get().remote_id == "1"


def test_what_is_usual_fits():
    usual = order("1", lines=(line(quantity=2**31 - 1),), shipments=(parcel("x" * 100),), total=10**15)
    assert fitting.trouble(usual) == ""
