"""A real Vendure shop with our plug-in beside a real desk: bought and sent there, seen here (opt-in: vendureshop)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shopbell.commerce.models import Broken, Connection, Order, Product, Push, Shipment
from tests import mailservers, processes, vendureshop
from tests.commerce.things import connect
from tests.web.serving import wait_until_up

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SLOW = 120  # seconds


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[vendureshop.Vendure]:
    vendureshop.installed()
    port = mailservers.free_port()
    server, worker = processes.Killable("web", "--port", str(port)), processes.Killable("worker")
    server.start()
    worker.start()
    try:
        wait_until_up(port)
        with vendureshop.serving(tmp_path, f"http://127.0.0.1:{port}/hooks/shops/vendure/") as found:
            yield found
    finally:
        worker.stop()
        server.stop()


def test_from_the_checkout_to_the_parcel(shop: vendureshop.Vendure):
    row = connect(connector="vendure", settings=shop.settings, key="vendure", imported_at=None)
    processes.wait_until(lambda: Connection.objects.get(id=row.id).imported_at, SLOW)
    assert Product.objects.get().title == "Vihmajope"
    Connection.objects.filter(id=row.id).update(read_at="2099-01-01T00:00:00Z")  # nothing is polled: pushes alone tell

    code = shop.buy("kart@customer.test")
    processes.wait_until(lambda: Order.objects.filter(number=code, payment="paid").exists(), SLOW)
    order = Order.objects.get(number=code)
    assert (order.currency, order.fulfilment, order.email) == ("USD", "open", "kart@customer.test")
    assert order.customer is not None
    assert [line.title for line in order.lines.all()] == ["Vihmajope"]
    assert order.total > 8900

    shop.ship(code, "00340434161094015902")
    parcel = Shipment.objects.filter(order=order, tracking_number="00340434161094015902", shipped_at__isnull=False)
    processes.wait_until(parcel.exists, SLOW)
    order.refresh_from_db()
    assert order.fulfilment == "fulfilled"
    assert Push.objects.exclude(state="done").count() == 0
    assert Broken.objects.count() == 0
