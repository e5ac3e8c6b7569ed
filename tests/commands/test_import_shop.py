"""A shop's past comes in from files: once, whole, and gone on from where it was ended."""

from __future__ import annotations

import argparse
import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from shopbell.commands import import_, import_shop
from shopbell.commerce.models import Account, Connection, FileImport, Line, Order, Product
from shopbell.customers.models import Customer, Identity
from shopbell.events.models import Event
from tests import factories

pytestmark = pytest.mark.django_db

PLAN = """
numbers: {decimal: ","}
lines: rows
fields:
  number: Nr
  placed_at: Datum
  currency: {value: EUR}
  email: Mail
  phone: Tel
  total: Summe
  lines.sku: Artikel
  lines.total: Preis
"""
HEAD = "Nr;Datum;Mail;Tel;Summe;Artikel;Preis\n"


@pytest.fixture
def shop(tmp_path: Path) -> Any:
    (tmp_path / "map.yml").write_text(PLAN)
    return factories.shop(slug="kauba", language="et", time_zone="Europe/Tallinn")


def rows(many: int, first: int = 1) -> str:
    return HEAD + "".join(
        f"{number};02.11.2026 12:00;c{number % 7}@x.ee;;1,50;A{number % 5};1,50\n"
        for number in range(first, first + many)
    )


def run(
    capsys: pytest.CaptureFixture[str], folder: Path, content: str | bytes, *more: str, what: str = "orders"
) -> tuple[int, str]:
    path = folder / "o.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    parser = argparse.ArgumentParser()
    import_.arguments(parser)
    given = [what, str(path), "--map", str(folder / "map.yml"), "--shop", "kauba", *more]
    code = import_.run(parser.parse_args(given))
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def counts(said: str) -> str:
    return said.rpartition(", ")[0]


def test_orders_come_in_once(shop, tmp_path, capsys):
    code, said = run(capsys, tmp_path, rows(20))
    assert (code, counts(said)) == (0, "20 orders: 20 new, 0 changed, 0 unchanged, 0 refused")
    code, said = run(capsys, tmp_path, rows(20))
    assert (code, counts(said)) == (0, "20 orders: 0 new, 0 changed, 20 unchanged, 0 refused")
    code, said = run(capsys, tmp_path, rows(21).replace("1,50;A3", "2,50;A3"))
    assert (code, counts(said)) == (0, "21 orders: 1 new, 4 changed, 16 unchanged, 0 refused")
    assert (Order.objects.count(), Line.objects.count(), Customer.objects.count()) == (21, 21, 7)
    assert Order.objects.get(number="1").placed_at == datetime(2026, 11, 2, 10, tzinfo=UTC)
    connection = Connection.objects.get()
    assert (connection.connector, connection.name, connection.shop) == ("csv", "Files", shop)
    assert connection.imported_at is not None
    assert not Event.objects.filter(name="commerce.order_moved").exists()


def test_windows_1257_with_semicolons(shop, tmp_path, capsys):
    (tmp_path / "map.yml").write_text(PLAN + "  name: Nimi\n")
    content = "Nr;Datum;Mail;Tel;Summe;Artikel;Preis;Nimi\n1;02.11.2026;a@b.ee;;1,50;A;1,50;Žanna Põld-Šuvalova\n"
    code, _said = run(capsys, tmp_path, content.encode("cp1257"))
    assert code == 0
    assert Order.objects.get().name == "Žanna Põld-Šuvalova"
    assert Customer.objects.get().name == "Žanna Põld-Šuvalova"


def test_what_is_refused_lies_in_a_file_that_can_be_put_right(shop, tmp_path, capsys):
    content = rows(3) + "9;gestern;;;1,50;A;1,50\n10;02.11.2026;;;1,50;A;1,50\n9;;;;;B;2,00\n11;02.11.2026;x@y.ee\n"
    code, said = run(capsys, tmp_path, content)
    assert code == 1
    assert "6 orders: 4 new, 0 changed, 0 unchanged (1 without a customer), 2 refused" in said
    refused = tmp_path / "o.csv.refused.csv"
    listed = refused.read_text().splitlines()
    assert listed[0] == f"shopbell line;shopbell reason;{HEAD.strip()}"
    assert listed[1].startswith('5;"Datum (placed_at): “gestern” is not understood as a date; say dates')
    assert listed[2].startswith('7;"line 5: Datum (placed_at)')
    assert listed[3].startswith("8;3 cells where the head has 7")
    mended = refused.read_text().replace(";gestern;", ";03.11.2026;").replace(";x@y.ee;;;;", ";x@y.ee;;5,00;C;5,00")
    code, said = run(capsys, tmp_path, mended)
    assert (code, counts(said)) == (0, "2 orders: 2 new, 0 changed, 0 unchanged (1 without a customer), 0 refused")
    assert Order.objects.get(number="9").lines.count() == 2
    assert not refused.exists()


def test_a_run_that_was_ended_goes_on(shop, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(import_shop, "AT_ONCE", 5)
    content = rows(4) + "x;;;;1,50;A;1,50\n" + rows(12, first=100).removeprefix(HEAD) + "y;;;;1,50;A;1,50\n"
    taken, calls = import_shop.files.take, []

    def once(*given: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return taken(*given, **named)

    monkeypatch.setattr(import_shop.files, "take", once)
    with pytest.raises(KeyboardInterrupt):
        run(capsys, tmp_path, content)
    assert (FileImport.objects.get().position, Order.objects.count()) == (10, 9)
    monkeypatch.setattr(import_shop.files, "take", taken)
    code, said = run(capsys, tmp_path, content, "--json")
    assert "going on after 10 of 18" in said
    found = json.loads(said.splitlines()[0])
    assert {name: found[name] for name in ("new", "changed", "unchanged", "refused")} == {
        **{"new": 16, "changed": 0, "unchanged": 0, "refused": 2}
    }
    assert code == 1
    assert len((tmp_path / "o.csv.refused.csv").read_text().splitlines()) == 3


def test_two_runs_at_once_do_not_both_write(shop, tmp_path, capsys):
    run(capsys, tmp_path, rows(3))
    mine = FileImport.objects.get()
    with pytest.raises(import_shop.files.Overtaken):
        import_shop.files.take(mine, [], refused=1)


def test_a_dry_run_changes_nothing(shop, tmp_path, capsys):
    code, said = run(capsys, tmp_path, rows(20), "--dry-run")
    assert (code, counts(said)) == (0, "20 orders: would be 20 new, 0 changed, 0 unchanged, 0 refused")
    assert not Order.objects.exists()
    assert not Connection.objects.exists()
    assert not Identity.objects.exists()


def test_a_wrong_map_does_nothing_and_names_the_column(shop, tmp_path, capsys):
    (tmp_path / "map.yml").write_text(PLAN.replace("total: Summe", "total: Mail", 1))
    code, said = run(capsys, tmp_path, rows(20))
    assert code == 2
    assert "the first 10 orders are all refused: Mail (total): “c3@x.ee” is no amount" in said
    (tmp_path / "map.yml").write_text(PLAN.replace("total: Summe", "total: Sume", 1))
    code, said = run(capsys, tmp_path, rows(20))
    assert code == 2
    assert "map.yml: total: there is no column “Sume” in the file. Did you mean “Summe”?" in said
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("content", "more", "why"),
    [
        ("", (), "o.csv is empty"),
        (rows(1), ("--shop", "nobody"), "--shop is one of: kauba"),
        (rows(1), ("--map", "/nowhere.yml"), "/nowhere.yml: No such file"),
        (rows(1), ("--connection", "Laden"), "“Laden” is a connection to vendure, not one for files"),
    ],
)
def test_what_is_not_clear(shop, tmp_path, capsys, content, more, why):
    Connection.objects.create(shop=shop, connector="vendure", name="Laden", key="k")
    code, said = run(capsys, tmp_path, content, *more)
    assert code == 2
    assert why in said


def test_customers_before_their_orders_and_products(shop, tmp_path, capsys):
    (tmp_path / "map.yml").write_text("fields: {remote_id: Nr, email: Mail, name: Nimi}")
    code, _said = run(capsys, tmp_path, "Nr,Mail,Nimi\n7,a@b.ee,Anna Saar\n", what="customers")
    (tmp_path / "map.yml").write_text(
        "fields: {number: Nr, placed_at: Aeg, total: Summa, currency: {value: EUR}, customer_id: Klient}"
    )
    run(capsys, tmp_path, "Nr,Aeg,Summa,Klient\n1,2026-01-01,5,7\n2,2026-01-01,5,8\n")
    assert (code, Account.objects.get().customer.name) == (0, "Anna Saar")
    assert [row.customer_id for row in Order.objects.order_by("number")] == [Account.objects.get().customer_id, None]
    (tmp_path / "map.yml").write_text("fields: {remote_id: Nr, title: Nimi, variants.sku: SKU}")
    run(capsys, tmp_path, "Nr,Nimi,SKU\n1,Kruus,OLD\n", what="products")
    _code, said = run(capsys, tmp_path, "Nr,Nimi,SKU\n1,Kruus,NEW\n", what="products")
    assert "0 new, 1 changed" in said
    assert [one.sku for one in Product.objects.get().variants.all()] == ["NEW"]


def test_a_mapping_is_proposed_without_a_shop(shop, tmp_path, capsys):
    parser = argparse.ArgumentParser()
    import_.arguments(parser)
    (tmp_path / "o.csv").write_text("Bestellnummer;Datum;Gesamt\n1;01.02.2026;2,00\n")
    assert import_.run(parser.parse_args(["orders", str(tmp_path / "o.csv"), "--propose"])) == 0
    said = capsys.readouterr().out
    assert "  number: Bestellnummer  # 1\n  total: Gesamt  # 2,00\n  placed_at: Datum  # 01.02.2026\n" in said
    assert 'numbers: {decimal: ","}' in said


def test_refused_rows_need_a_place_of_their_own(shop, tmp_path, capsys):
    code, said = run(capsys, tmp_path, rows(1), "--refused", str(tmp_path / "none" / "r.csv"))
    assert (code, Order.objects.count()) == (2, 0)
    assert "--refused names another place" in said
    code, said = run(capsys, tmp_path, rows(1), "--refused", str(tmp_path / "o.csv"))
    assert (code, (tmp_path / "o.csv").read_text()) == (2, rows(1))
    assert "cannot go into the file it is read from" in said


def test_rows_that_a_lost_quote_would_swallow(shop, tmp_path, capsys):
    content = (
        HEAD
        + '1;02.11.2026;"a@x.ee;;1,50;A;1,50\n2;02.11.2026;b@x.ee;;1,50;A;1,50\n3;02.11.2026;c@x.ee;;1,50;"A";1,50\n'
    )
    code, _said = run(capsys, tmp_path, content)
    assert (code, set(Order.objects.values_list("number", flat=True))) == (1, {"2", "3"})
    refused = list(csv.reader((tmp_path / "o.csv.refused.csv").open(newline=""), delimiter=";"))[1:]
    assert [row[:4] for row in refused] == [["2", "here a quote opens that nothing closes", "1", "02.11.2026"]]


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), OperationalError("could not extend file\nHINT: …")]
)
def test_what_breaks_off_says_so_and_goes_on_later(shop, tmp_path, capsys, monkeypatch, error):
    monkeypatch.setattr(import_shop, "AT_ONCE", 5)
    taken, calls = import_shop.files.take, []

    def fails(*given: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise error
        return taken(*given, **named)

    monkeypatch.setattr(import_shop.files, "take", fails)
    code, said = run(capsys, tmp_path, rows(12))
    assert code == 3
    assert "broken off: " in said
    assert "HINT" not in said
    assert Order.objects.count() == 5
    code, said = run(capsys, tmp_path, rows(12))
    assert (code, counts(said)) == (0, "12 orders: 12 new, 0 changed, 0 unchanged, 0 refused")


def test_refused_rows_go_into_a_file_only(shop, tmp_path, capsys):
    (tmp_path / "folder").mkdir()
    code, said = run(capsys, tmp_path, rows(2), "--refused", str(tmp_path / "folder"))
    assert (code, "no file that rows can go into" in said) == (2, True)
