"""Rows become customers, products and orders; what is wrong is told with its line and its column."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shopbell.commerce import contract, mapping
from shopbell.core.tables import open_table

BERLIN = ZoneInfo("Europe/Berlin")
HEAD = "fields: {number: Nr, placed_at: Datum, currency: {value: EUR}, total: Summe"


def read(folder: Path, rows: str, plan: str, kind: contract.Kind = "order", name: str = "a.csv") -> list[Any]:
    """Each thing of the file, or (line, reason)."""
    path = folder / name
    path.write_text(rows)
    understood = mapping.read_plan(plan, kind, BERLIN)
    table = open_table(path, understood.form)
    understood.check(table.head)
    builder, found = mapping.Builder(understood), []
    for entity in mapping.Entities(table, understood):
        try:
            found.append(builder.item(entity.rows))
        except mapping.Refusal as error:
            found.append((error.line, str(error)))
    return found


LINES = """
numbers: {decimal: ","}
lines: rows
fields:
  number: Bestellnummer
  placed_at: Datum
  currency: {value: EUR}
  total: Gesamt
  shipping: Versand
  email: E-Mail
  name: {columns: [Vorname, Nachname]}
  payment: {column: Status, values: {bezahlt: paid, offen: pending}, otherwise: unknown}
  is_cancelled: {column: Status, values: {storniert: yes}, otherwise: no}
  shipping_address.line1: Straße
  shipping_address.country: Land
  promised_on: Liefertermin
  coupons: Gutschein
  lines.sku: {column: Artikel, values: {ALT-1: NEU-1}}
  lines.quantity: Menge
  lines.unit_price: Preis
  shipment.tracking_number: Paket
  shipment.carrier: {value: DHL}
  refund.amount: Erstattet
"""
ROWS = """Bestellnummer;Datum;Gesamt;Versand;E-Mail;Vorname;Nachname;Status;Straße;Land;Liefertermin;Gutschein;\
Artikel;Menge;Preis;Paket;Erstattet
#1001;02.11.2026 12:00;34,90;4,90;anna@x.de;Anna;Saar;bezahlt;Weg 1;Deutschland;05.11.2026;A, B;ALT-1;2;10,00;P1;
1002;02.11.2026;5,00;;;;;storniert;;;;;X;1;5,00;;5,00
#1001;;;;;;;;;;;;B;1;10,00;P2;
"""


def test_an_order_of_several_rows_that_stand_apart(tmp_path):
    second, first = read(tmp_path, ROWS, LINES)
    assert (first.number, first.remote_id, first.total, first.shipping, first.paid) == ("1001", "1001", 3490, 490, 3490)
    assert first.placed_at == datetime(2026, 11, 2, 11, tzinfo=UTC)
    assert (first.name, first.payment, first.is_cancelled) == ("Anna Saar", contract.Payment.PAID, False)
    assert (first.shipping_address.line1, first.shipping_address.country) == ("Weg 1", "DE")
    assert (first.promised_on, first.coupons) == (date(2026, 11, 5), ("A", "B"))
    assert [(one.remote_id, one.sku, one.quantity, one.total) for one in first.lines] == [
        ("1", "NEU-1", 2, 2000),
        ("2", "B", 1, 1000),
    ]
    assert [(one.tracking_number, one.carrier) for one in first.shipments] == [("P1", "DHL"), ("P2", "DHL")]
    assert (second.email, second.is_cancelled, second.payment) == ("", True, contract.Payment.UNKNOWN)
    assert [(one.amount, one.remote_id) for one in second.refunds] == [(500, "1")]
    assert second.raw["rows"][0]["Preis"] == "5,00"


def test_rows_of_one_order_that_differ_are_refused(tmp_path):
    rows = "Nr,Datum,Summe,Art\n1,2026-01-01,5.00,A\n1,2026-01-01,6.00,B\n2,2026-01-01,1.00,C\n"
    found = read(tmp_path, rows, f'numbers: {{decimal: "."}}\nlines: rows\n{HEAD}, lines.sku: Art}}')
    words = "Summe (total): the rows of one order number differ: “5.00” in line 2 and “6.00” in line 3"
    assert found[0] == (3, words)
    assert found[1].number == "2"


def test_an_order_number_twice(tmp_path):
    rows = "Nr,Datum,Summe\n1,2026-01-01,5.00\n2,2026-01-01,6.00\n1,2026-01-01,5.00\n2,2026-01-02,6.00\n"
    same, other = read(tmp_path, rows, f"{HEAD}}}")
    assert same.number == "1"
    assert other == (5, "the same order number stands in line 3 and says something else")


def test_of_an_order_twice_the_newest_counts_where_the_file_says_which(tmp_path):
    rows = "Nr,Datum,Summe,Neu\n1,2026-01-01,5.00,2026-01-03\n1,2026-01-01,6.00,2026-01-02\n"
    (one,) = read(tmp_path, rows, f"{HEAD}, updated_at: Neu}}")
    assert one.total == 500


def test_lines_in_numbered_columns_and_as_json(tmp_path):
    rows = "Nr,Datum,line_1_sku,line_1_qty,line_2_sku,line_2_qty\n1,2026-01-01,A,2,,\n2,2026-01-01,A,1,B,3\n"
    plan = """
fields:
  number: Nr
  placed_at: Datum
  currency: {value: EUR}
  lines.sku: "line_{n}_sku"
  lines.quantity: "line_{n}_qty"
  lines.unit_price: {value: "1.5"}
"""
    found = read(tmp_path, rows, plan)
    assert [[(one.sku, one.quantity) for one in order.lines] for order in found] == [[("A", 2)], [("A", 1), ("B", 3)]]
    assert [order.total for order in found] == [300, 600]
    lines = [{"sku": "A", "qty": 2, "price": 1.5}, {"sku": "B", "qty": 1, "price": 2}]
    row = {"id": 7, "at": "2026-01-01", "customer": {"mail": "a@b.ee"}, "items": lines}
    plan = """
lines: {json: items}
fields: {number: id, placed_at: at, currency: {value: EUR}, email: customer.mail, lines.sku: sku, lines.quantity: qty,
  lines.unit_price: price}
"""
    (order,) = read(tmp_path, json.dumps(row), plan, name="a.jsonl")
    assert (order.number, order.email, order.total) == ("7", "a@b.ee", 500)
    quoted = json.dumps(lines).replace('"', '""')
    (order, broken) = read(
        tmp_path,
        f'id,at,items\n7,2026-01-01,"{quoted}"\n8,2026-01-01,what\n',
        plan.replace(" email: customer.mail,", ""),
    )
    assert len(order.lines) == 2
    assert broken == (3, "items: holds no JSON list of objects")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,2026-01-01,", "Summe (total): is empty"),
        (",2026-01-01,5", "Nr (number): is empty"),
        ("1,,5", "Datum (placed_at): is empty"),
        ("1,0000-00-00,5", "Datum (placed_at): is empty"),
        (
            "1,03/04/2026,5",
            "Datum (placed_at): “03/04/2026” is not understood as a date;\
 say dates: {formats: […]} in",
        ),
        ("1,2026-01-01,Anna", "Summe (total): “Anna” is no amount"),
        ("1,2026-01-01,1.234", "Summe (total): “1.234” could be thousands or three decimals"),
        ("1,2026-01-01", "2 cells where the head has 3"),
        (f"{'9' * 101},2026-01-01,5", "“999999999999999999999999999999…” is longer than 100 characters"),
    ],
)
def test_rows_that_are_refused(tmp_path, row, reason):
    (found,) = read(tmp_path, f"Nr,Datum,Summe\n{row}\n", f"{HEAD}}}")
    assert found[0] == 2
    assert found[1].startswith(reason)


def test_customers(tmp_path):
    rows = "Nr;Mail;Land;Werbung\n7;a@b.de;DE;nein\n;C@D.DE;;\n;;;\n;;AT;ja\n"
    plan = "fields: {remote_id: Nr, email: Mail, address.country: Land, accepts_marketing: Werbung}"
    one, other, nobody = read(tmp_path, rows, plan, "customer")
    assert (one.remote_id, one.accepts_marketing, one.address.country) == ("7", False, "DE")
    assert (other.remote_id, other.accepts_marketing) == ("c@d.de", None)
    assert nobody == (5, "neither a customer number nor an e-mail address")


def test_products_with_variants_in_rows_of_their_own(tmp_path):
    rows = "id,title,sku,price,stock\n1,Kruus,A,9.90,3\n2,Tass,C,1,\n1,,B,10.90,\n3,,D,1,\n"
    plan = (
        'numbers: {decimal: "."}\nfields: {remote_id: id, title: title, variants.sku: sku, variants.price: price,'
        " variants.stock: stock, variants.currency: {value: EUR}}"
    )
    found = read(tmp_path, rows, plan, "product")
    assert [one.title for one in found[:2]] == ["Tass", "Kruus"]
    assert [(one.remote_id, one.price, one.stock) for one in found[1].variants] == [("A", 990, 3), ("B", 1090, None)]
    assert found[2] == (5, "the title is missing")


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        ("fields: {nummer: Nr}", "orders have no “nummer”. Did you mean “number”?"),
        (f"{HEAD.replace('Summe', 'Sume')}}}", "total: there is no column “Sume” in the file. Did you mean “Summe”?"),
        ("fields: {number: Nr, placed_at: Datum, total: Summe}", "currency is missing"),
        ("fields: {number: Nr}\nfieldz: {}", "“fieldz” is not known. Did you mean “fields”?"),
        (f"kind: product\n{HEAD}}}", "this is a mapping of product, not of orders"),
        (f"dates: {{zone: Europe/Berlinn}}\n{HEAD}}}", "“Europe/Berlinn” is no time zone"),
        (f"file: {{charset: windows-9}}\n{HEAD}}}", "“windows-9” is no charset"),
        (f"{HEAD}, lines.sku: Nr}}", "lines: say how they stand in the file"),
        (f"{HEAD}, number: Nr}}", "“number” stands there twice"),
        ("fields: [", "no YAML"),
        (f"{HEAD}, email: {{column: Nr, value: x}}}}", "email: either a column or a value belongs here"),
        (f'{HEAD}, email: "Mail {{n}}"}}', "email: {n} has no place here"),
    ],
)
def test_a_wrong_map_says_where(tmp_path, plan, why):
    with pytest.raises(mapping.WrongMap) as error:
        read(tmp_path, "Nr,Datum,Summe\n1,2026-01-01,5\n", plan)
    assert why in str(error.value)


def test_each_parcel_has_the_dates_of_its_own_row(tmp_path):
    plan = f"lines: rows\n{HEAD}, lines.sku: SKU, shipment.tracking_number: Paket, shipment.carrier: Dienst,"
    plan += " shipment.delivered_at: Zugestellt}"
    rows = "Nr;Datum;Summe;SKU;Paket;Dienst;Zugestellt\n"
    rows += "1;02.11.2026;5;A;P1;DHL;03.11.2026\n1;02.11.2026;5;B;P2;;04.11.2026\n1;02.11.2026;5;C;P3;GLS;\n"
    (order,) = read(tmp_path, rows, plan)
    assert [
        (one.tracking_number, one.carrier, one.delivered_at and one.delivered_at.day) for one in order.shipments
    ] == [
        ("P1", "DHL", 2),
        ("P2", "", 3),
        ("P3", "GLS", None),
    ]


def test_one_parcel_without_a_number_where_the_dates_tell(tmp_path):
    plan = f"{HEAD}, shipment.delivered_at: Zugestellt}}"
    (order,) = read(tmp_path, "Nr;Datum;Summe;Zugestellt\n1;02.11.2026;5;03.11.2026\n", plan)
    assert [(one.remote_id, one.tracking_number) for one in order.shipments] == [("1/1", "")]
    (order,) = read(tmp_path, "Nr;Datum;Summe;Zugestellt\n1;02.11.2026;5;\n", plan)
    assert order.shipments == ()


def test_what_keeps_spreadsheets_from_reckoning_is_taken_off(tmp_path):
    plan = f"{HEAD}, phone: Tel, billing.postcode: PLZ, note: Notiz, name: Name}}"
    rows = "Nr;Datum;Summe;Tel;PLZ;Notiz;Name\n1;02.11.2026;5;'+491711234567;'01067;'=1+1;'t Hart\n"
    (order,) = read(tmp_path, rows, plan)
    assert (order.phone, order.billing.postcode, order.note) == ("+491711234567", "01067", "=1+1")
    assert order.name == "'t Hart"


def test_an_order_with_a_day_it_was_cancelled_is_cancelled(tmp_path):
    plan = f"{HEAD}, cancelled_at: Storno}}"
    found = read(tmp_path, "Nr;Datum;Summe;Storno\n1;02.11.2026;5;03.11.2026\n2;02.11.2026;5;\n", plan)
    assert [one.is_cancelled for one in found] == [True, False]
