"""An order of PrestaShop's names its parts by numbers only: they are asked for, many at once, and joined to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shopbell.commerce.contract import Fields
from shopbell.plugins.prestashop.api import Api


def orders(api: Api, rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Each order with its customer, addresses, state, parcels and refunds under names that begin with "_"."""
    found = [dict(Fields(row).raw) for row in rows]
    fields = [Fields(row) for row in found]
    ids = [one.text("id") for one in fields]
    customers = _by_id(api.of("customers", "id", (one.text("id_customer") for one in fields)))
    wanted = (one.text(name) for one in fields for name in ("id_address_delivery", "id_address_invoice"))
    places = _by_id(api.of("addresses", "id", wanted))
    parcels = _by(api.of("order_carriers", "id_order", ids), "id_order")
    slips = _by(api.of("order_slip", "id_order", ids), "id_order")
    countries, carriers = api.known("countries"), api.known("carriers")
    for row, one in zip(found, fields, strict=True):
        number = one.text("id")
        row |= {
            "_customer": customers.get(one.text("id_customer"), {}),
            "_delivery": _placed(places.get(one.text("id_address_delivery"), {}), countries),
            "_invoice": _placed(places.get(one.text("id_address_invoice"), {}), countries),
            "_state": api.known("order_states").get(one.text("current_state"), {}),
            "_currency": api.known("currencies").get(one.text("id_currency"), {}),
            "_language": api.known("languages").get(one.text("id_lang"), {}),
            "_parcels": [_carried(parcel, carriers) for parcel in parcels.get(number, [])],
            "_slips": slips.get(number, []),
        }
    return found


def customers(api: Api, rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Each customer with their language."""
    languages = api.known("languages")
    return [{**Fields(row).raw, "_language": languages.get(Fields(row).text("id_lang"), {})} for row in rows]


def products(api: Api, rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Each product with what it comes in, and the shop's first currency."""
    found = [dict(Fields(row).raw) for row in rows]
    ids = [Fields(row).text("id") for row in found]
    choices = _by(api.of("combinations", "id_product", ids), "id_product")
    stocks = _by(api.of("stock_availables", "id_product", ids), "id_product")
    currency: Mapping[str, Any] = next(iter(api.known("currencies").values()), {})
    for row in found:
        number = Fields(row).text("id")
        row |= {"_combinations": choices.get(number, []), "_stocks": stocks.get(number, []), "_currency": currency}
    return found


def _by(rows: Iterable[Any], name: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(Fields(row).text(name), []).append(row)
    return found


def _by_id(rows: Iterable[Any]) -> dict[str, Any]:
    return {number: those[0] for number, those in _by(rows, "id").items()}


def _placed(address: Mapping[str, Any], countries: Mapping[str, Any]) -> dict[str, Any]:
    return {**address, "_country": countries.get(str(address.get("id_country", "")), {})}


def _carried(parcel: Mapping[str, Any], carriers: Mapping[str, Any]) -> dict[str, Any]:
    return {**parcel, "_carrier": carriers.get(str(parcel.get("id_carrier", "")), {})}
