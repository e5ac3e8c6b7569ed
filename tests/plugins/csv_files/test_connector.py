"""Files at an address and in a folder, mirrored as a shop is."""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest

from shopbell.commerce import contract
from shopbell.commerce.models import Broken, Order
from shopbell.commerce.operations import syncing
from shopbell.commerce.testing import ConnectorContract
from shopbell.plugins.csv_files import connector as module
from shopbell.plugins.csv_files.connector import CsvFiles
from tests.commerce.things import connect

PLAN = 'numbers: {decimal: ","}\nfields: {number: Nr, placed_at: Datum, currency: {value: EUR}, total: Summe}'
ROWS = "Nr;Datum;Summe\n1;02.11.2026;5,00\n2;gestern;5,00\n3;02.11.2026;7,00\n"


def reader(source: str, **more: Any) -> CsvFiles:
    return CsvFiles({"order": {"source": source, "map": PLAN}, **more}, ZoneInfo("Europe/Tallinn"))


class TestContract(ConnectorContract):
    connector = CsvFiles(
        {
            "order": {"map": PLAN},
            "customer": {"map": "fields: {remote_id: Nr, email: Mail}"},
            "product": {"map": "fields: {remote_id: Nr, title: Name}"},
        },
        ZoneInfo("Europe/Tallinn"),
    )
    given: ClassVar = {
        "order": {"rows": [{"Nr": "#1", "Datum": "02.11.2026 12:00", "Summe": "5,00"}]},
        "customer": {"rows": [{"Nr": "7", "Mail": "a@b.ee"}]},
        "product": {"rows": [{"Nr": "9", "Name": "Kruus"}]},
    }


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    path = tmp_path / "incoming"
    path.mkdir()
    (path / "orders-1.csv").write_text(ROWS)
    return path


class Shop(http.server.BaseHTTPRequestHandler):
    status = 200
    changed = datetime(2026, 11, 20, tzinfo=UTC)

    def do_GET(self) -> None:
        since = self.headers["If-Modified-Since"]
        is_same = since and parsedate_to_datetime(since) >= Shop.changed
        self.send_response(304 if is_same else Shop.status)
        self.send_header("Last-Modified", formatdate(Shop.changed.timestamp(), usegmt=True))
        self.end_headers()
        if Shop.status == 200 and not is_same:
            self.wfile.write(ROWS.encode("cp1257"))

    def log_message(self, *_said: Any) -> None: ...


@pytest.fixture
def address() -> Iterator[str]:
    Shop.status = 200
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/orders.csv"
    server.shutdown()
    server.server_close()


def numbers(page: contract.Page) -> list[str]:
    return [item.remote_id for item in page.items]


def test_a_folder_in_pages_oldest_file_first(folder, monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 2)
    (folder / "orders-2.csv").write_text("Nr;Datum;Summe\n1;02.11.2026;6,00\n")
    os.utime(folder / "orders-1.csv", (1, 1))
    shop = reader("orders-*.csv")
    first = shop.changes("order", None, {})
    assert (numbers(first), first.has_more, list(first.broken)) == (["1"], True, ["orders-1.csv:3"])
    second = reader("orders-*.csv").changes("order", None, first.cursor)
    assert (numbers(second), second.has_more) == (["3", "1"], False)
    assert second.items[1].total == 600
    recent = shop.changes("order", datetime.now(UTC) - timedelta(hours=1), {})
    assert numbers(recent) == ["1"]


@pytest.mark.django_db
@pytest.mark.parametrize("at_once", [1, 1000])
def test_what_was_wrong_in_a_file_is_so_no_more_once_the_file_is_mended(folder, monkeypatch, at_once):
    monkeypatch.setattr(module, "AT_ONCE", at_once)
    (folder / "orders-2.csv").write_text("Nr;Datum;Summe\n8;morgen;6,00\n9;02.11.2026;1,00\n")
    row = connect(connector="csv", settings={"order": {"source": "orders-*.csv", "map": PLAN}})
    Broken.objects.create(connection=row, kind="customer", remote_id="orders-1.csv:3", reason="another kind")
    syncing.sweep(row, lambda: False)
    broken = lambda: sorted(Broken.objects.filter(kind="order").values_list("remote_id", flat=True))  # noqa: E731
    assert broken() == ["orders-1.csv:3", "orders-2.csv:2"]
    (folder / "orders-1.csv").write_text(ROWS.replace("gestern", "03.11.2026"))
    syncing.sweep(row, lambda: False)
    assert broken() == ["orders-2.csv:2"]
    assert Order.objects.filter(remote_id="2").exists()
    assert Broken.objects.count() == 2


@pytest.mark.parametrize("source", ["../secret.csv", "/etc/passwd", "missing.csv"])
def test_no_other_file_of_the_server_is_read(folder, source):
    (folder.parent / "secret.csv").write_text(ROWS)
    with pytest.raises(contract.ShopError):
        reader(source).changes("order", None, {})
    assert [finding.level for finding in reader(source).test()] == ["error"]


def test_an_address_is_asked_whether_its_file_is_newer(address):
    shop = reader(address)
    assert numbers(shop.changes("order", None, {})) == ["1", "3"]
    assert numbers(shop.changes("order", Shop.changed - timedelta(days=1), {})) == ["1", "3"]
    assert numbers(shop.changes("order", Shop.changed + timedelta(minutes=1), {})) == []


@pytest.mark.parametrize(
    ("status", "error"),
    [(500, contract.Transient), (429, contract.Transient), (403, contract.AuthFailed), (404, contract.Refused)],
)
def test_what_the_address_answers(address, status, error):
    Shop.status = status
    with pytest.raises(error):
        reader(address).changes("order", None, {})


def test_what_is_in_no_file_any_more_is_not_gone(folder):
    assert reader("orders-1.csv").fetch("order", "3").total == 700
    with pytest.raises(contract.Refused):
        reader("orders-1.csv").fetch("order", "99")


def test_findings(folder):
    assert reader("orders-1.csv").test() == []
    assert CsvFiles({}, ZoneInfo("UTC")).test() == []
    wrong = CsvFiles({"order": {"source": "orders-1.csv", "map": "fields: {numer: Nr}"}}, ZoneInfo("UTC"))
    assert "no “numer”" in wrong.test()[0].text


@pytest.mark.django_db
def test_the_mirror_reads_it_as_any_shop(address):
    laden = connect(connector="csv", settings={"order": {"source": address, "map": PLAN}}, imported_at=None)
    assert syncing.import_everything(laden, lambda: False, pause=0) is True
    assert sorted(Order.objects.values_list("number", "total")) == [("1", 500), ("3", 700)]
    assert Broken.objects.get().remote_id == "orders.csv:3"
    assert laden.imported_at is not None


@pytest.mark.django_db
def test_a_connection_of_files_brought_in_by_hand_lists_nothing():
    laden = connect(connector="csv", imported_at=None)
    assert syncing.read_changes(laden, lambda: False) == 0
    assert syncing.import_everything(laden, lambda: False, pause=0) is True
