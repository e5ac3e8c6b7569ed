"""Orders out of a CSV: `./shopbell import orders` as a merchant runs it, on files made here."""

from __future__ import annotations

import json
import time
from pathlib import Path
from random import Random

from benchmarks import installation

MAP = """
numbers: {decimal: ","}
lines: rows
fields:
  number: Bestellnummer
  placed_at: Bestelldatum
  currency: {value: EUR}
  total: Gesamt
  shipping: Versand
  email: E-Mail
  phone: Telefon
  name: Name
  payment: {column: Zahlung, values: {bezahlt: paid}, otherwise: unknown}
  fulfilment: {value: fulfilled}
  shipping_address.line1: Straße
  shipping_address.postcode: PLZ
  shipping_address.city: Ort
  shipping_address.country: {value: DE}
  shipment.carrier: {value: DHL}
  shipment.tracking_number: Sendung
  shipment.shipped_at: Versandt am
  lines.sku: Artikel
  lines.title: Bezeichnung
  lines.quantity: Menge
  lines.unit_price: Preis
"""
HEAD = (
    "Bestellnummer;Bestelldatum;Gesamt;Versand;E-Mail;Telefon;Name;Zahlung;Straße;PLZ;Ort;Sendung;Versandt am;"
    "Artikel;Bezeichnung;Menge;Preis"
)


def write(path: Path, many: int) -> int:
    """Made-up orders: two to three lines each, one customer for three orders, a parcel in nine of ten. Rows written."""
    dice, rows = Random(7), 0
    with path.open("w", encoding="cp1252") as file:
        print(HEAD, file=file)
        for number in range(many):
            person = dice.randrange(many // 3 + 1)
            items = [dice.randrange(2_000) for _one in range(dice.choice((1, 2, 3, 3)))]
            day = f"{1 + number % 28:02}.{1 + number // 28 % 12:02}.{2023 + number // 336 % 3}"
            parcel = f"0034{number:016};{day} 18:00" if dice.random() < 0.9 else ";"
            order = f"B-{100_000 + number};{day} 12:00;{len(items) * 10 + 5},00;5,00;kunde{person}@post.example;"
            order += f"0171 {1_000_000 + person};Jörg Müller-{person};bezahlt;Straße {person};10115;Köln;{parcel}"
            for item in items:
                print(f"{order};A-{item};Becher Größe {item};1;10,00", file=file)
            rows += len(items)
    return rows


def measure(data: Path, many: int) -> str:
    """One line about a first import, and one about the same file again."""
    path, plan = data / f"orders-{many}.csv", data / "orders.yml"
    rows = write(path, many)
    plan.write_text(MAP)
    name = f"benchmark {time.time():.0f}"
    given = ("import", "orders", str(path), "--map", str(plan), "--shop", _shop(), "--connection", name, "--json")
    found = []
    for what in ("first", "again"):
        began = time.monotonic()
        counts = json.loads(installation.run(*given))
        seconds = time.monotonic() - began
        done = {key: counts[key] for key in ("new", "changed", "unchanged", "refused")}
        found.append(f"{what}: {many:,} orders, {rows:,} rows: {seconds:.0f} s, {many / seconds:.0f}/s {done}")
    return "\n".join(found)


def _shop() -> str:
    """The slug of a shop that is there."""
    said = installation.run("manage", "shell", "-v", "0", "-c", _ASK)
    return said.strip().splitlines()[-1]


_ASK = (
    "from shopbell.shops.models import Shop;"
    "print((Shop.objects.first() or Shop.objects.create(name='B', slug='b')).slug)"
)
