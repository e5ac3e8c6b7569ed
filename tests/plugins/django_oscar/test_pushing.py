"""What the shop's app pushes by itself: signed, about the right things, and never lost for long."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shopbell.commerce import contract
from shopbell.commerce.contract import Ability, Deed, Done, Hint
from shopbell.plugins.django_oscar.connector import DjangoOscar
from tests import processes
from tests.commerce.standin import Reply, Request, StandIn
from tests.commerce.standin import serving as listening
from tests.oscarshop import Merchant, Oscar, Visitor, serving

pytestmark = pytest.mark.slow


class Desk(StandIn):
    """Takes pushes, and notes what they say once it has seen that they are the shop's."""

    def __init__(self) -> None:
        super().__init__()
        self.hints: list[Hint] = []
        self.shop: DjangoOscar | None = None

    def answer(self, request: Request) -> Reply:
        assert self.shop
        self.shop.verify(request.body, request.headers, request.path)
        self.hints += self.shop.hints(request.body, request.headers)
        return Reply(body="kept")

    def heard(self, kind: str, *, is_gone: bool = False) -> list[str]:
        return [one.remote_id for one in self.hints if (one.kind, one.is_gone) == (kind, is_gone)]


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with listening(Desk()) as found:
        yield found


@pytest.fixture(scope="module")
def shop(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oscar]:
    with serving(tmp_path_factory.mktemp("oscar"), ADDRESS=f"{desk.url}/hooks/shops/k/") as found:
        desk.shop = DjangoOscar(found.settings, ZoneInfo("UTC"))
        yield found


@pytest.fixture(autouse=True)
def quiet(desk: Desk, shop: Oscar) -> None:
    shop.run("shopbell_push")
    desk.hints.clear()
    desk.calls.clear()


def test_a_checkout_is_one_push_or_few(desk: Desk, shop: Oscar):
    Visitor(shop).buy("kart@customer.test")
    processes.wait_until(lambda: desk.heard("order"))
    assert set(desk.heard("order")) == {str(shop.read("orders/")["results"][0]["id"])}
    assert desk.heard("product")  # what is in stock is another number now
    assert len(desk.calls) <= 3
    assert shop.read("")["untold"] == 0


def test_what_is_deleted_is_told_as_gone(desk: Desk, shop: Oscar):
    code = "from oscar.apps.catalogue.models import Product as P; P.objects.get(upc='OSC0').delete()"
    shop.run("shell", "-c", code)
    shop.run("shopbell_push")
    processes.wait_until(lambda: desk.heard("product", is_gone=True))
    assert desk.heard("product", is_gone=True) == ["1"]
    assert desk.shop
    assert desk.shop.fetch("product", "1") is None


def test_a_size_is_told_as_its_product_and_a_login_is_nothing(desk: Desk, shop: Oscar):
    code = "from oscar.apps.partner.models import StockRecord as S; s = S.objects.get(partner_sku='BOOT-41'); s.save()"
    shop.run("shell", "-c", code)
    shop.run("shopbell_push")
    processes.wait_until(lambda: desk.heard("product"))
    assert set(desk.heard("product")) == {"3"}
    Merchant(shop)
    shop.run("shopbell_push")
    assert desk.heard("customer") == []


def test_what_the_desk_does_not_take_is_told_later(desk: Desk, shop: Oscar):
    desk.fault(503, times=2)
    number = Visitor(shop).buy("kart@customer.test")
    processes.wait_until(lambda: len(desk.calls) >= 1)
    processes.wait_until(lambda: desk.heard("order"))  # by the shop's own next tries
    desk.hints.clear()
    desk.fault(503, times=1000)
    Merchant(shop).change_status(number, "Being processed")
    processes.wait_until(lambda: len(desk.calls) >= 4)
    assert shop.read("")["untold"] >= 1
    assert "not told" in shop.run("shopbell_push")
    desk.faults.clear()
    shop.run("shopbell_push")
    processes.wait_until(lambda: desk.heard("order"))
    assert shop.read("")["untold"] == 0


def test_a_refund_asked_for_four_times_at_once_is_made_once(desk: Desk, shop: Oscar):
    number = Visitor(shop).buy("kart@customer.test")
    order = next(one for one in shop.read("orders/")["results"] if one["number"] == number)
    wanted = Deed(key="r:1", ability=Ability.REFUND, order_id=str(order["id"]), amount=1000, currency="EUR")
    outcomes: list[object] = []

    def ask() -> None:
        try:
            outcomes.append(DjangoOscar(shop.settings, ZoneInfo("UTC")).do(wanted))
        except contract.ShopError as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [line for line in shop.paid_back() if line.startswith("r:1")] == [f"r:1:{order['sources'][0]['id']} 10.00"]
    done = [one for one in outcomes if isinstance(one, Done)]
    assert done
    assert len(set(done)) == 1
    assert all(one is contract.UnknownOutcome for one in outcomes if not isinstance(one, Done))
    found = DjangoOscar(shop.settings, ZoneInfo("UTC")).fetch("order", str(order["id"]))
    assert isinstance(found, contract.OrderData)
    assert [one.amount for one in found.refunds] == [1000]


def test_its_tables_are_what_its_migration_makes(shop: Oscar):
    assert "No changes" in shop.run("makemigrations", "--check", "--dry-run", "shopbell_oscar")


def test_without_an_address_nothing_is_pushed(tmp_path: Path, desk: Desk):
    with serving(tmp_path) as silent:
        Visitor(silent).buy("kart@customer.test")
        assert "nobody to tell" in silent.run("shopbell_push")
    assert desk.calls == []
