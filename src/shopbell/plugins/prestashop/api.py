"""The webservice of PrestaShop (1.7, 8 and 9): a key as the user's name, answers as JSON, changes as XML."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from shopbell.commerce import contract

PER_PAGE = 50
_AT_ONCE = 100  # ids in one question: they stand in the address


class Api:
    """Questions to one shop. What seldom changes (states, carriers, countries …) is asked once."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.root = str(settings.get("url", "")).strip().rstrip("/")
        self._key = str(settings.get("key", "")).strip()
        self._known: dict[str, dict[str, Any]] = {}

    def rows(self, resource: str, **query: str) -> list[Any]:
        """A list in full. An empty one is answered with [] and not with an object. Raises ShopError."""
        found = self._ask("GET", resource, {"display": "full", **query}).json()
        if found == []:
            return []
        rows = contract.Fields(found).raw.get(_plural(resource))
        if not isinstance(rows, list):
            raise contract.Transient("the shop answered with something that is no list")
        return rows

    def of(self, resource: str, field: str, ids: Iterable[str]) -> list[Any]:
        """All whose field is one of these. Raises ShopError."""
        wanted = sorted({one for one in ids if one.isdigit() and one != "0"}, key=int)
        found: list[Any] = []
        for start in range(0, len(wanted), _AT_ONCE):
            some = "|".join(wanted[start : start + _AT_ONCE])
            found += self.rows(resource, **{f"filter[{field}]": f"[{some}]"})
        return found

    def known(self, resource: str) -> dict[str, Any]:
        """Id → object, of a short list that seldom changes. Raises ShopError."""
        if resource not in self._known:
            rows = (contract.Fields(row) for row in self.rows(resource))
            self._known[resource] = {row.text("id"): row.raw for row in rows}
        return self._known[resource]

    def create(self, resource: str, name: str, values: Mapping[str, str]) -> None:
        """Raises ShopError, UnknownOutcome where it may have been made."""
        inner = "".join(f"<{field}>{escape(value)}</{field}>" for field, value in values.items())
        body = f'<?xml version="1.0" encoding="UTF-8"?><prestashop><{name}>{inner}</{name}></prestashop>'
        self._ask("POST", resource, {}, body.encode(), is_deed=True)

    def _ask(
        self, method: str, path: str, query: Mapping[str, str], body: bytes | None = None, is_deed: bool = False
    ) -> contract.Asked:
        address = f"{self.root}/api/{path}?{urlencode({'output_format': 'JSON', **query}, safe='[]|,')}"
        headers = {
            "Authorization": "Basic " + base64.b64encode(f"{self._key}:".encode()).decode(),
            "Content-Type": "text/xml",
        }
        return contract.ask(method, address, headers=headers, data=body, reason=_reason, is_deed=is_deed)


def _plural(resource: str) -> str:
    """Under which name a list stands: the resource's, but for one."""
    return "order_slips" if resource == "order_slip" else resource


def _reason(body: Any) -> str:
    """Of {"errors": [{"code", "message"}]}."""
    return str(body["errors"][0]["message"])
