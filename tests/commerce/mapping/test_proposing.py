"""A mapping proposed from the head reads the file it was proposed for, in four languages."""

from __future__ import annotations

import json

import pytest

from shopbell.commerce import contract, mapping
from shopbell.core.tables import open_table
from tests.commerce.mapping.test_building import BERLIN, read

GERMAN = """Bestellnummer;Bestelldatum;Kundennummer;Vorname;Nachname;E-Mail;Telefon;Lieferadresse Straße;\
Lieferadresse PLZ;Lieferadresse Ort;Artikelnummer;Artikelbezeichnung;Menge;Einzelpreis;Versandkosten;\
Gesamtbetrag;Währung;Zahlungsstatus;Versandstatus;Sendungsnummer;Bemerkung
1001;02.11.2026 12:00;7;Anna;Groß;anna@x.de;030 123456;Weg 1;10115;Berlin;A-1;Becher;2;10,00;4,90;34,90;\
EUR;bezahlt;versandt;00340;
1001;;;;;;;;;;A-2;Tasse;1;10,00;;;;;;;
"""
DANISH = """Ordrenummer,Ordredato,Navn,E-mail,Telefonnummer,Leveringsadresse,Leveringspostnummer,\
Leveringsby,Varenummer,Varenavn,Antal,Stykpris,I alt,Valuta,Betalingsstatus
55,2026-11-02 12:00,Søren Kjær,s@kjaer.dk,20123456,Gade 1,2100,København,V1,Krus,2,"10,00","20,00",DKK,Betalt
"""
ESTONIAN = """Tellimuse number\tKuupäev\tNimi\tE-post\tTelefon\tTarneaadress\tPostiindeks\tLinn\t\
Tootekood\tTootenimi\tKogus\tHind\tKokku\tValuuta\tMakse staatus\tOlek
T-9\t02.11.2026\tKärt Põld\tk@p.ee\t5551234\tTee 1\t10111\tTallinn\tK1\tKruus\t2\t10,00\t20,00\tEUR\tMakstud\tSaadetud
"""
ENGLISH = """Order Number|Order Date|Customer Name|Email|SKU|Qty|Unit Price|Order Total|Currency|\
Financial Status|Tracking Number|Surprise
77|11/13/2026|Ann Smith|ann@x.com|S1|2|10.00|20.00|GBP|paid|1Z|x
"""


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (GERMAN, ("1001", 3490, "EUR", "anna@x.de", "Anna Groß", "paid", [("A-1", 2, 2000), ("A-2", 1, 1000)])),
        (DANISH, ("55", 2000, "DKK", "s@kjaer.dk", "Søren Kjær", "paid", [("V1", 2, 2000)])),
        (ESTONIAN, ("T-9", 2000, "EUR", "k@p.ee", "Kärt Põld", "paid", [("K1", 2, 2000)])),
        (ENGLISH, ("77", 2000, "GBP", "ann@x.com", "Ann Smith", "paid", [("S1", 2, 2000)])),
    ],
)
def test_orders_in_four_languages(tmp_path, rows, expected):
    path = tmp_path / "a.csv"
    path.write_text(rows)
    plan = mapping.propose(open_table(path), "order")
    (order,) = read(tmp_path, rows, plan)
    lines = [(one.sku, one.quantity, one.total) for one in order.lines]
    assert (order.number, order.total, order.currency, order.email, order.name, order.payment, lines) == expected


def test_addresses_and_what_is_not_used(tmp_path):
    (tmp_path / "a.csv").write_text(GERMAN)
    plan = mapping.propose(open_table(tmp_path / "a.csv"), "order")
    (order,) = read(tmp_path, GERMAN, plan)
    assert (order.shipping_address.postcode, order.shipping_address.city) == ("10115", "Berlin")
    assert (order.fulfilment, order.shipments[0].tracking_number) == (contract.Fulfilment.FULFILLED, "00340")
    assert order.customer_id == "7"
    (tmp_path / "b.csv").write_text(ENGLISH)
    said = mapping.propose(open_table(tmp_path / "b.csv"), "order")
    assert "# Not used:\n#   Surprise  # x" in said
    assert "formats: [MM/DD/YYYY]" in said


def test_what_is_missing_is_said(tmp_path):
    (tmp_path / "a.csv").write_text("Wert;Summe;Datum\nx;2,00;02.11.2026\n")
    said = mapping.propose(open_table(tmp_path / "a.csv"), "order")
    assert "# number: no column looks like it, and it is needed" in said
    assert "currency: {value: EUR}  # no column says it: is it EUR?" in said


def test_lines_in_columns_and_in_json(tmp_path):
    rows = "Order,Date,Currency,Item 1 SKU,Item 1 Qty,Item 1 Price,Item 2 SKU,Item 2 Qty,Item 2 Price\n"
    rows += "1,2026-01-01,EUR,A,1,2.00,B,2,1.00\n"
    (tmp_path / "a.csv").write_text(rows)
    (order,) = read(tmp_path, rows, mapping.propose(open_table(tmp_path / "a.csv"), "order"))
    assert ([one.sku for one in order.lines], order.total) == (["A", "B"], 400)
    row = {"order_number": "1", "created_at": "2026-01-01T10:00:00Z", "currency": "EUR"}
    row["items"] = [{"sku": "A", "quantity": 2, "price": "1.50"}]
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    plan = mapping.propose(open_table(tmp_path / "a.jsonl"), "order")
    (order,) = read(tmp_path, json.dumps(row), plan, name="a.jsonl")
    assert (order.lines[0].sku, order.total) == ("A", 300)


def test_customers_and_products(tmp_path):
    rows = "Kundenummer;Fornavn;Efternavn;E-mail;Mobil;Adresse;Postnr;By;Land;Nyhedsbrev\n7;Søren;Kjær;"
    rows += "s@k.dk;1;G 1;2100;Kbh;DK;ja\n"
    (tmp_path / "a.csv").write_text(rows)
    (one,) = read(tmp_path, rows, mapping.propose(open_table(tmp_path / "a.csv"), "customer"), "customer")
    assert (one.remote_id, one.name, one.address.postcode, one.accepts_marketing) == ("7", "Søren Kjær", "2100", True)
    rows = "Tootekood;Nimetus;Hind;Laoseis;Aktiivne\nK1;Kruus;9,90;3;jah\n"
    (tmp_path / "a.csv").write_text(rows)
    plan = mapping.propose(open_table(tmp_path / "a.csv"), "product")
    (product,) = read(tmp_path, rows, plan, "product")
    assert (product.remote_id, product.title, product.variants[0].stock) == ("K1", "Kruus", 3)
    assert product.is_active is True


def test_what_is_proposed_is_a_mapping(tmp_path):
    (tmp_path / "a.csv").write_text(DANISH)
    assert mapping.read_plan(mapping.propose(open_table(tmp_path / "a.csv"), "order"), "order", BERLIN).parts == "rows"


@pytest.mark.parametrize(
    ("currency", "written", "minor"),
    [("ISK", "12.900", 12900), ("JPY", "12,900", 12900), ("KWD", "12.900", 12900), ("KWD", "12,900", 12900)],
)
def test_the_currency_tells_thousands_from_decimals(tmp_path, currency, written, minor):
    rows = f"Order number;Order date;Email;Total;Currency\n1;2026-11-02;a@b.is;{written};{currency}\n"
    (tmp_path / "a.csv").write_text(rows)
    (order,) = read(tmp_path, rows, mapping.propose(open_table(tmp_path / "a.csv"), "order"))
    assert order.total == minor
