"""Parcels of an order: WooCommerce has none, so plug-ins of many makers keep them in the order's meta data.

Known spellings: Shipment Tracking and Advanced Shipment Tracking (`_wc_shipment_tracking_items`), AfterShip
(`_aftership_…`), YITH Order Tracking (`ywot_…`), Shipping Tracking (`_wcst_…`), Orders Tracking (on the lines), and
what shops write by themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, tzinfo
from typing import Any

from shopbell.commerce.contract import Fields, ShipmentData, State, Unparsable

_LISTS = ("_wc_shipment_tracking_items", "_aftership_tracking_items")
_OF_LINE = "_vi_wot_order_item_tracking_data"
_NUMBER = ("tracking_number",)
_CARRIER = ("formatted_tracking_provider", "custom_tracking_provider", "tracking_provider", "carrier_name", "slug")
_URL = ("formatted_tracking_link", "ast_tracking_link", "custom_tracking_link", "tracking_url", "carrier_url")
_SHIPPED = ("date_shipped", "time")
# Keys of number, carrier, address and day, for plug-ins that keep each in a place of its own.
_SINGLES = (
    ("_aftership_tracking_number", "_aftership_tracking_provider_name", "", "_aftership_tracking_shipdate"),
    ("ywot_tracking_code", "ywot_carrier_name", "ywot_carrier_url", ""),
    ("_wcst_order_trackno", "_wcst_order_trackname", "_wcst_order_track_http_url", ""),
    ("_tracking_number", "_tracking_provider", "_tracking_url", "_date_shipped"),
    ("tracking_number", "tracking_provider", "tracking_url", ""),
    ("_tracking_code", "_tracking_carrier", "_tracking_link", ""),
    ("_shipping_tracking_number", "_shipping_company", "", ""),
)


def read(order: Fields, state: State, zone: tzinfo) -> tuple[ShipmentData, ...]:
    """The parcels of an order, each tracking number once; `state` is what the order's status says of them."""
    found: dict[str, dict[str, str]] = {}
    lines: dict[str, dict[str, int]] = {}
    meta = meta_of(order)
    for raw, its_lines in (*_listed(meta), *_of_lines(order), *_single(meta)):
        if number := raw["number"][:100]:
            found.setdefault(number, raw)
            lines.setdefault(number, {}).update(its_lines)
    return tuple(_parcel(number, raw, lines[number], state, zone) for number, raw in found.items())


def meta_of(thing: Fields) -> dict[str, Any]:
    """Meta data by key; what other plug-ins left there in a strange shape is passed over."""
    rows = thing.raw.get("meta_data")
    pairs = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return {str(row.get("key")): row.get("value") for row in pairs}


def _listed(meta: Mapping[str, Any]) -> Iterator[tuple[dict[str, str], dict[str, int]]]:
    for key in _LISTS:
        for row in _rows(meta.get(key)):
            yield _picked(row), {}


def _of_lines(order: Fields) -> Iterator[tuple[dict[str, str], dict[str, int]]]:
    for line in order.each("line_items"):
        for row in _rows(meta_of(line).get(_OF_LINE))[-1:]:  # the last one counts, the others are its history
            yield _picked(row), {line.needed("id"): line.number("quantity")}


def _single(meta: Mapping[str, Any]) -> Iterator[tuple[dict[str, str], dict[str, int]]]:
    for number, carrier, url, shipped in _SINGLES:
        for one in _plain(meta.get(number)).replace("###", ",").split(","):
            if one.strip():
                found = {"carrier": _plain(meta.get(carrier)), "url": _plain(meta.get(url))}
                yield {"number": one.strip(), "shipped": _plain(meta.get(shipped)), **found}, {}


def _rows(value: Any) -> list[Mapping[str, Any]]:
    """A list of objects, also as JSON in a text, or as the object with numbers for keys that PHP makes of lists."""
    if isinstance(value, str):
        with suppress(ValueError, RecursionError):
            value = json.loads(value)
    if isinstance(value, Mapping):
        value = list(value.values())
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _picked(row: Mapping[str, Any]) -> dict[str, str]:
    names = {"number": _NUMBER, "carrier": _CARRIER, "url": _URL, "shipped": _SHIPPED}
    return {name: next(filter(None, (_plain(row.get(one)) for one in those)), "") for name, those in names.items()}


def _plain(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _parcel(number: str, raw: Mapping[str, str], lines: dict[str, int], state: State, zone: tzinfo) -> ShipmentData:
    url = raw["url"]
    return ShipmentData(
        remote_id=number,
        carrier=raw["carrier"],
        tracking_number=raw["number"],
        tracking_url=url if url.startswith(("https://", "http://")) else "",
        state=state,
        shipped_at=_shipped(raw["shipped"], zone),
        lines=lines,
    )


def _shipped(value: str, zone: tzinfo) -> datetime | None:
    """A day of a plug-in's: seconds since 1970, or a date. In any other spelling it is not known."""
    with suppress(Unparsable):
        return Fields({"at": int(value) if value.isdigit() and len(value) > 8 else value}).moment("at", zone)
    return None
