"""Fifty pushes a second of a shop: how fast each is acknowledged, and how long until its order is in the mirror.

A WooCommerce shop of this process's making answers on a port of its own; every push names another order, is signed as
that shop signs, and has its order fetched anew, as always.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from django.db import connection
from django.utils import timezone

from benchmarks.figures import Row
from shopbell.commerce.models import Connection, Order
from shopbell.shops.models import Shop

SECONDS = 20
LAST_SECONDS = 60
SECRET = "benchmark"


@dataclass
class Pushed:
    """When each order was pushed, and when it stood in the mirror."""

    at: dict[str, float] = field(default_factory=dict)
    acknowledged: list[float] = field(default_factory=list)
    mirrored: list[float] = field(default_factory=list)


def measure(port: int, rate: int, cpu_seconds: Callable[[], float]) -> list[Row]:
    """One row for the acknowledgement, one until the order is in the mirror."""
    pushed = Pushed()
    with _shop() as address:
        row = _connect(address)
        before, began = cpu_seconds(), time.monotonic()
        asyncio.run(_push(port, rate, row.key, pushed))
        _watch(row, pushed)
        used, seconds = cpu_seconds() - before, time.monotonic() - began
    print(f"{len(pushed.mirrored)} of {rate * SECONDS} pushed orders in the mirror after {seconds:.0f} s")
    row.delete()
    return [
        Row("push, acknowledged", rate, pushed.acknowledged, SECONDS, used),
        Row("push, until the order is in the mirror", rate, pushed.mirrored, seconds, used),
    ]


def _connect(address: str) -> Connection:
    shop = Shop.objects.order_by("id").first() or Shop.objects.create(name="Pushes", slug="pushes-benchmark")
    key = uuid.uuid4().hex
    settings = {"url": address, "consumer_key": "ck", "consumer_secret": "cs", "webhook_secret": SECRET}
    given = {"connector": "woocommerce", "settings": settings, "imported_at": timezone.now()}
    return Connection.objects.create(shop=shop, name=f"pushes {key}", key=key, **given)


async def _push(port: int, rate: int, key: str, pushed: Pushed) -> None:
    """At a steady rate, each at its instant whether the one before was acknowledged or not; looks in between."""
    began, tasks = time.monotonic(), []
    for number in range(1, rate * SECONDS + 1):
        await asyncio.sleep(max(0, began + number / rate - time.monotonic()))
        tasks.append(asyncio.create_task(_one(port, key, number, pushed)))
    await asyncio.gather(*tasks)


async def _one(port: int, key: str, number: int, pushed: Pushed) -> None:
    body = json.dumps(_order(number)).encode()
    mac = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    head = f"POST /hooks/shops/{key}/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {len(body)}"
    head += f"\r\nContent-Type: application/json\r\nX-WC-Webhook-Topic: order.updated\r\nX-WC-Webhook-Signature: {mac}"
    pushed.at[str(number)] = time.time()
    began = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{head}\r\n\r\n".encode() + body)
    answer = await reader.read()
    writer.close()
    assert b" 200 " in answer.split(b"\r\n")[0], answer[:200]
    pushed.acknowledged.append((time.monotonic() - began) * 1000)


def _watch(row: Connection, pushed: Pushed) -> None:
    """Wait until all are in the mirror, or too long; `seen_at` says when each was written."""
    deadline = time.monotonic() + LAST_SECONDS
    rows = Order.objects.filter(connection=row)
    while rows.count() < len(pushed.at) and time.monotonic() < deadline:
        time.sleep(0.5)
    for remote_id, seen_at in rows.values_list("remote_id", "seen_at"):
        pushed.mirrored.append((seen_at.timestamp() - pushed.at[remote_id]) * 1000)
    connection.close()


@contextmanager
def _shop() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Shop)
    server.daemon_threads = True
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class _Shop(BaseHTTPRequestHandler):
    """Answers every question for an order with that order."""

    def do_GET(self) -> None:
        number = self.path.partition("?")[0].rpartition("/")[2]
        body = json.dumps(_order(int(number)) if number.isdecimal() else []).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def _order(number: int) -> dict[str, Any]:
    """As version 3 of the API gives it, with one line."""
    who = {"first_name": "Anja", "last_name": "Roos", "address_1": "Tartu mnt 1", "city": "Tallinn", "country": "EE"}
    line = {"id": number, "name": "Mug", "product_id": 7, "quantity": 1, "subtotal": "9.90", "total": "9.90"}
    when = timezone.now().strftime("%Y-%m-%dT%H:%M:%S")
    return {
        **{"id": number, "number": str(number), "status": "processing", "currency": "EUR", "total": "9.90"},
        **{"date_created_gmt": when, "date_modified_gmt": when, "date_paid_gmt": when, "customer_id": 0},
        **{"billing": {**who, "email": f"a{number}@customer.example"}, "shipping": who, "line_items": [line]},
        **{"shipping_lines": [], "fee_lines": [], "coupon_lines": [], "refunds": [], "meta_data": []},
    }
