"""`./shopbell inspect-payload`: what a connector understands of a stored webhook, or of an answer of a shop's API.

Needs neither database nor Django, so it starts at once. docs/inspect-payload.md promises the output.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.module_loading import import_string

from shopbell.commerce import contract
from shopbell.installed import PLUGINS

KINDS: tuple[contract.Kind, ...] = ("order", "customer", "product")
# Under these names shops wrap what they answer.
WRAPPERS = (
    *("data", "items", "results", "nodes", "edges", "node"),
    *(name for kind in KINDS for name in (f"{kind}s", kind)),
)
_ADDRESS = re.compile(r"/(order|customer|product)s/([^/?#]+)/?$")
_CARRIED = ("data", "payload", "resource", "entity", "object")
_DEEPEST = 6
# Of these a product has at least one; a webhook or a coupon has a name and an id as well.
_OF_PRODUCTS = frozenset(
    {"variants", "variations", "price", "prices", "sku", "slug", "handle", "permalink", "children", "stock", "upc"}
    | {"productNumber", "stockrecords", "reference", "combinations", "stockLevels", "structure", "active", "enabled"}
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="JSON, or JSON lines: one body or a list of them; - for stdin")
    parser.add_argument("--connector", required=True, metavar="NAME", choices=sorted(_connectors()), help="the shop")
    parser.add_argument("--kind", choices=KINDS, help="what it is, where the body itself leaves it open")
    parser.add_argument(
        "--header", action="append", default=[], metavar="NAME:VALUE", help="of a webhook; may be given several times"
    )
    parser.add_argument("--zone", default="UTC", type=_zone, help="of times without one: the shop's (Europe/Tallinn)")
    parser.add_argument("--currency", default="", help="of the shop, where its objects do not name it (EUR)")
    parser.add_argument("--json", action="store_true", help="one JSON object (docs/inspect-payload.md)")


def run(options: argparse.Namespace) -> int:
    """0 when everything was understood, else 1."""
    about = inspect(options)
    said = json.dumps(about, ensure_ascii=False, indent=2) if options.json else _summary(about)
    print(said.encode("utf-8", "replace").decode())  # half a character of a body is no text
    return 1 if about["error"] or any(part["error"] for part in about["parts"]) else 0


def inspect(options: argparse.Namespace) -> dict[str, Any]:
    """What is known of one file."""
    about: dict[str, Any] = {"file": options.file, "connector": options.connector, "parts": [], "error": None}
    settings = {"currency": options.currency, "assumed_currency": options.currency}
    connector = import_string(_connectors()[options.connector])(settings, options.zone)
    try:
        raw = sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes()
    except OSError as error:
        return {**about, "error": f"cannot be read: {error.strerror}"}
    try:
        said = _parsed(raw, connector)
    except (ValueError, RecursionError) as error:
        return {**about, "error": f"cannot be read: {error}"}
    headers = {name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in options.header)}
    kinds = (options.kind,) if options.kind else KINDS
    about["parts"] = [
        _part(connector, body, {**headers, **its}, kinds, name) for body, its, name in _bodies(connector, said, kinds)
    ]
    return {**about, "error": None if about["parts"] else "there is nothing in it"}


def _connectors() -> dict[str, str]:
    """Short name → dotted path, of all plug-ins that come along."""
    found: dict[str, str] = {}
    for path in PLUGINS:
        found |= import_string(path).connectors
    return found


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise argparse.ArgumentTypeError(f"there is no time zone {name!r}") from error


def _parsed(raw: bytes, connector: Any) -> Any:
    try:
        return connector.opened(raw)
    except ValueError:
        lines = [line for line in raw.decode("utf-8-sig").splitlines() if line.strip()]
        if len(lines) < 2:
            raise
        return [json.loads(line) for line in lines]


def _bodies(
    connector: Any, said: Any, kinds: tuple[contract.Kind, ...], name: str = "", depth: int = 0
) -> Iterator[tuple[Any, dict[str, str], str]]:
    """Each body, its headers, and the name it stood under: of lists, of stored webhooks, of answers that wrap them."""
    if isinstance(said, list):
        for one in said:
            yield from _bodies(connector, one, kinds, name, depth + 1)
        return
    if isinstance(said, Mapping) and ("raw_body" in said or {"headers", "body"} <= said.keys()):
        given = said.get("headers")
        headers = {str(key).lower(): str(value) for key, value in given.items()} if isinstance(given, dict) else {}
        yield said.get("body", said.get("raw_body")), headers, ""
        return
    inside = _wrapped(said) if depth < _DEEPEST else ""
    if not inside or _object(connector, said, kinds)[1] is not None or _hints(connector, said, {})[0]:
        yield said, {}, name
    else:
        yield from _bodies(connector, said[inside], kinds, inside, depth + 1)


def _wrapped(said: Any) -> str:
    """The name under which an answer wraps something; what has an id is a thing of its own."""
    if not isinstance(said, Mapping) or "id" in said:
        return ""
    if len(said) == 1:
        return next((str(name) for name, inner in said.items() if isinstance(inner, Mapping | list)), "")
    return next((name for name in WRAPPERS if isinstance(said.get(name), Mapping | list)), "")


def _object(
    connector: Any, body: Any, kinds: tuple[contract.Kind, ...]
) -> tuple[contract.Kind | None, contract.Item | None, str]:
    """The kind as which it is understood, what is understood, and why not as the likeliest one."""
    reasons = []
    for kind in _likely(body, kinds):
        try:
            if isinstance(body, Mapping):
                return kind, connector.understand(kind, body), ""
            reasons.append("this is no object")
        except contract.Unparsable as error:
            reasons.append(f"as {kind}: {error}")
        except Exception as error:  # a fault of the connector's is told, too
            reasons.append(f"as {kind}: {type(error).__name__}: {error}")
    return None, None, "; ".join(dict.fromkeys(reasons))


def _within(
    connector: Any, body: Any, kinds: tuple[contract.Kind, ...], depth: int = 0
) -> tuple[contract.Kind | None, contract.Item | None]:
    """The object that a webhook carries beside what it says of itself."""
    for name in (*KINDS, *_CARRIED) if isinstance(body, Mapping) and depth < _DEEPEST else ():
        inner = body.get(name)
        own = tuple(one for one in kinds if one == name) if name in KINDS else kinds
        if isinstance(inner, Mapping) and own:
            kind, item, _reason = _object(connector, inner, own)
            if item is None:
                kind, item = _within(connector, inner, own, depth + 1)
            if item is not None:
                return kind, item
    return None, None


def _likely(body: Any, kinds: tuple[contract.Kind, ...]) -> tuple[contract.Kind, ...]:
    """A customer has a mail address, be it empty, and a product a price, a SKU, an address; else it is none of them."""
    if len(kinds) == 1 or not isinstance(body, Mapping):
        return kinds
    has_address = any("email" in str(name).lower() for name in body)
    found = [one for one in kinds if one != "customer" or has_address]
    return tuple(one for one in found if one != "product" or body.keys() & _OF_PRODUCTS)


def _part(
    connector: Any, body: Any, headers: dict[str, str], kinds: tuple[contract.Kind, ...], name: str
) -> dict[str, Any]:
    kind, item, reason = _object(connector, body, kinds)
    if item is None:
        kind, item = _within(connector, body, kinds)
    hints, objection = _hints(connector, body, headers)
    hints = hints or _hint_of(body, name if item is None else kind or "", item) or _whose(body)
    is_silent = not objection and bool(headers or isinstance(body, str))
    return {
        "kind": kind or (hints[0]["kind"] if hints else None),
        "hints": hints,
        "understood": _told(item) if item is not None else None,
        "error": None if item is not None or hints or is_silent else _shorter(objection, reason, body, kinds),
    }


def _hint_of(body: Any, name: str, item: contract.Item | None) -> list[dict[str, Any]]:
    """Of an object understood, or one that an answer calls an order, a customer or a product."""
    kind = name.rstrip("s")
    number = item.remote_id if item is not None else body.get("id") if isinstance(body, Mapping) else None
    if kind not in KINDS or not isinstance(number, str | int) or isinstance(number, bool):
        return []
    return [{"kind": kind, "remote_id": str(number), "is_gone": False}]


def _whose(body: Any) -> list[dict[str, Any]]:
    """Of a parcel, a refund, a return: the order it names, or links up to; of an entry in a list its address
    (…/orders/9/).
    """
    at = next((found for one in _addresses(body) if (found := _ADDRESS.search(one))), None)
    if at:
        return [{"kind": at[1], "remote_id": at[2], "is_gone": False}]
    named = (body.get(name) for name in ("order_id", "orderId")) if isinstance(body, Mapping) else ()
    numbers = [one for one in named if isinstance(one, str | int) and not isinstance(one, bool) and one]
    return [{"kind": "order", "remote_id": str(one), "is_gone": False} for one in numbers[:1]]


def _addresses(body: Any) -> list[str]:
    """Where it says that it stands, or what it is a part of (HAL: _links.up)."""
    if not isinstance(body, Mapping):
        return []
    links = body.get("_links")
    up = links.get("up") if isinstance(links, Mapping) else None
    above = [one.get("href") for one in up if isinstance(one, Mapping)] if isinstance(up, list) else []
    return [str(one) for one in (body.get("url"), *above) if one]


def _shorter(objection: str, reason: str, body: Any, kinds: tuple[contract.Kind, ...]) -> str:
    if isinstance(body, Mapping) and len(kinds) > 1:
        return f"this is no order, customer or product that is understood ({reason})"
    return (reason if isinstance(body, Mapping) else objection) or reason or "it says nothing"


def _hints(connector: Any, body: Any, headers: dict[str, str]) -> tuple[list[dict[str, Any]], str]:
    raw = (body if isinstance(body, str) else json.dumps(body)).encode("utf-8", "replace")
    try:
        return [asdict(one) for one in connector.hints(raw, headers)], ""
    except contract.Unparsable as error:
        return [], str(error)
    except Exception as error:  # a fault of the connector's is told, too
        return [], f"{type(error).__name__}: {error}"


def _told(item: contract.Item) -> dict[str, Any]:
    found: dict[str, Any] = _plain({name: value for name, value in asdict(item).items() if name != "raw"})
    return found


def _plain(value: Any) -> Any:
    """As JSON has it: instants in UTC, days as they are."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _summary(about: dict[str, Any]) -> str:
    """A few lines for people."""
    lines = [f"{about['file']} ({about['connector']})"]
    lines += [f"  error    {about['error']}"] if about["error"] else []
    for part in about["parts"]:
        hints = ", ".join(f"{one['kind']} {one['remote_id']}{' (gone)' * one['is_gone']}" for one in part["hints"])
        found = part["understood"]
        lines.append(f"  {part['kind'] or 'nothing'}: {hints or 'says nothing of an order, customer or product'}")
        for name in ("number", "placed_at", "payment", "fulfilment", "email", "title"):
            lines += [f"    {name:10} {found[name]}"] if found and found.get(name) else []
        lines += (
            [f"    {'total':10} {found['total']} (of {found['currency']}'s smallest unit)"] if _is_order(found) else []
        )
        lines += [f"    error      {part['error']}"] if part["error"] else []
    return "\n".join(lines)


def _is_order(found: Any) -> bool:
    return bool(found) and "placed_at" in found
