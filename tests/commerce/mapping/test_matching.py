"""Exports as shop systems and people write them, and which column of them is what."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from shopbell.commerce import mapping
from shopbell.commerce.mapping.matching import Sample, match
from shopbell.core.tables import Record, open_table
from tests.commerce.mapping.test_building import BERLIN

EXPORTS = Path(__file__).parent / "exports"
EXPECTED = yaml.safe_load((EXPORTS / "expected.yml").read_text("utf-8"))

WITHOUT_AMOUNTS = ("orders_with_dates_only.csv", "numbers_of_a_report.csv")


def columns(written):
    """The column or columns, or the value, of a field of the mapping."""
    if isinstance(written, str) or "value" in written:
        return written
    found = written.get("columns") or [written["column"]]
    return found if len(found) > 1 else found[0]


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_proposed_for_an_export(tmp_path, name):
    expected = EXPECTED[name]
    path = tmp_path / name
    path.write_bytes((EXPORTS / name).read_bytes().decode("utf-8").encode(expected["charset"]))
    said = mapping.propose(open_table(path), expected["kind"])
    given = yaml.load(said, yaml.BaseLoader)
    found = {field: columns(written) for field, written in given["fields"].items()}
    assert {field: found.get(field) for field in expected["fields"]} == expected["fields"]
    if "way" in expected:
        assert given.get("lines", given.get("variants")) == expected["way"]


@pytest.mark.parametrize("name", [name for name in EXPECTED if name not in WITHOUT_AMOUNTS])
def test_an_export_is_read_by_what_is_proposed_for_it(tmp_path, name):
    """Every row is taken, by the mapping as it was proposed."""
    expected = EXPECTED[name]
    path = tmp_path / name
    path.write_bytes((EXPORTS / name).read_bytes().decode("utf-8").encode(expected["charset"]))
    table = open_table(path)
    plan = mapping.read_plan(mapping.propose(table, expected["kind"]), expected["kind"], BERLIN)
    builder = mapping.Builder(plan)
    assert all(builder.item(entity.rows).remote_id for entity in mapping.Entities(table, plan))


def of(head, *rows, kind="order"):
    head = head.split(";")
    records = [Record(2, dict(zip(head, row.split(";"), strict=True))) for row in rows]
    return match(Sample(head, records), kind).columns


def test_values_tell_what_a_name_leaves_open():
    assert of("Name;Billing Name;Total", "#1001;Ann Lee;5,00")["number"] == ["Name"]
    assert of("Order;Name;Total", "1001;Ann Lee;5,00")["name"] == ["Name"]
    assert of("Payment", "paid")["payment"] == ["Payment"]
    assert of("Payment", "Bank wire")["payment_method"] == ["Payment"]
    assert of("Shipping", "4,90")["shipping"] == ["Shipping"]
    assert of("Shipping", "DHL Paket")["delivery_method"] == ["Shipping"]
    assert "promised_on" not in of("Delivery date", "in two days")
    assert "email" not in of("Email", "no")
    assert "tax" not in of("Tax", "19%")


def test_what_is_net_or_another_thing_is_not_taken_for_the_price():
    assert of("Gesamt netto;Gesamt brutto")["total"] == ["Gesamt brutto"]
    assert "total" not in of("Gesamt netto")
    assert "shipping" not in of("Shipping tax")
    assert of("Quantity refunded;Qty")["lines.quantity"] == ["Qty"]
    assert of("Cost per item;Variant Price", kind="product")["variants.price"] == ["Variant Price"]


def test_whose_an_address_is():
    found = of("Adresse;By;Lev. adresse;Lev. by")
    assert (found["billing.line1"], found["shipping_address.city"]) == (["Adresse"], ["Lev. by"])
    assert of("Adresse;By")["shipping_address.line1"] == ["Adresse"]
    assert of("Straße;Hausnr.;PLZ", kind="customer")["address.line1"] == ["Straße", "Hausnr."]


def test_further_rows_of_an_order_name_only_its_number(tmp_path):
    rows = "Id,Name,Created at,Currency,Total,Lineitem sku,Lineitem quantity\n"
    rows += ",#1001,,,,C,1\n91,#1001,2026-01-02,EUR,5.00,A,1\n,#1001,,,,B,2\n92,#1002,2026-01-02,EUR,1.00,A,1\n"
    path = tmp_path / "a.csv"
    path.write_text(rows)
    table = open_table(path)
    plan = mapping.read_plan(mapping.propose(table, "order"), "order", BERLIN)
    entities = mapping.Entities(table, plan)
    found = [mapping.Builder(plan).item(entity.rows) for entity in entities]
    assert [(one.remote_id, one.number, [line.sku for line in one.lines]) for one in found] == [
        ("91", "1001", ["C", "A", "B"]),
        ("92", "1002", ["A"]),
    ]
    assert entities.count == 2


def test_names_that_all_begin_alike():
    head = "OXORDERNR;OXORDERDATE;OXBILLZIP;OXDELCITY;OXTOTALORDERSUM;OXCURRENCY;OXTRACKCODE;OXBILLEMAIL"
    found = of(head, "1;2026-01-02;10115;Berlin;5,00;EUR;P1;a@b.de")
    assert (found["number"], found["billing.postcode"]) == (["OXORDERNR"], ["OXBILLZIP"])
    assert (found["shipping_address.city"], found["total"]) == (["OXDELCITY"], ["OXTOTALORDERSUM"])
    goods = of("products_id;products_model;products_name;products_price", "1;A;Mug;5.00", kind="product")
    assert goods == {
        "remote_id": ["products_id"],
        "title": ["products_name"],
        "variants.sku": ["products_model"],
        "variants.price": ["products_price"],
    }


def test_names_that_begin_alike_by_chance():
    found = of("Price;Product;Product ID;Promo", "5.00;Mug;7;x", kind="product")
    assert (found["variants.price"], found["remote_id"]) == (["Price"], ["Product ID"])


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("OrderLineUnitPrice", "lines.unit_price"),
        ("payment_city", "billing.city"),
        ("Fraktkostnad", "shipping"),
        ("Betalsätt", "payment_method"),
        ("Kollinummer", "shipment.tracking_number"),
        ("actual_delivery_date", "shipment.delivered_at"),
        ("promised_delivery_date", "promised_on"),
        ("Moyen de paiement", "payment_method"),
        ("date_purchased", "placed_at"),
        ("Tarneaadressi postiindeks", "shipping_address.postcode"),
        ("Saaja linn", "shipping_address.city"),
        ("Vor- und Nachname", "name"),
        ("Leveringsby", "shipping_address.city"),
        ("Kunden-E-Mail", "email"),
    ],
)
def test_names_in_many_languages(name, field):
    assert of(f"Surprise;{name}") == {field: [name]} or field in of(f"Surprise;{name}")


@pytest.mark.parametrize("name", ["Kundengruppe", "Tax exempt", "Shipping tax", "invoice_no", "Gender"])
def test_what_is_no_field(name):
    assert of(f"Surprise;{name}") == {}
