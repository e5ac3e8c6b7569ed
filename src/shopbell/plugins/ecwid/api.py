"""The REST API of Ecwid by Lightspeed, version 3."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from shopbell.commerce import contract

LIMIT = 100  # the most Ecwid gives
HOME = "https://app.ecwid.com"


class Api:
    """Questions to one shop. `keep` remembers its currency, which no order names."""

    def __init__(self, settings: Mapping[str, Any], keep: Callable[[Mapping[str, Any]], None]) -> None:
        self.settings = dict(settings)
        self._keep = keep

    @property
    def secret(self) -> str:
        """What only the shop and we know."""
        return str(self.settings.get("token", ""))

    def get(self, path: str, **query: str | int) -> Any:
        """Raises ShopError."""
        return self._ask("GET", path, query).json()

    def rows(self, path: str, **query: str | int) -> list[Any]:
        """A page of a list. Raises ShopError."""
        found = contract.Fields(self.get(path, limit=LIMIT, **query)).raw.get("items")
        if not isinstance(found, list):
            raise contract.Transient("the shop answered with something that is no list")
        return found

    def change(self, method: str, path: str, body: Mapping[str, Any]) -> contract.Fields:
        """Raises ShopError, UnknownOutcome where the change may have been made."""
        return contract.Fields(self._ask(method, path, {}, body, is_deed=True).json())

    def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str | int],
        body: Mapping[str, Any] | None = None,
        is_deed: bool = False,
    ) -> contract.Asked:
        root = str(self.settings.get("api") or HOME).strip().rstrip("/")
        store = quote(str(self.settings.get("store_id", "")).strip(), safe="")
        address = f"{root}/api/v3/{store}/{path}"
        return contract.ask(
            method,
            f"{address}?{urlencode(query)}" if query else address,
            headers={"Authorization": f"Bearer {str(self.settings.get('token', '')).strip()}"},
            json=body,
            reason=lambda body: str(body["errorMessage"]),
            is_deed=is_deed,
        )

    def currency(self) -> str:
        """The shop's only one. Raises ShopError."""
        if not self.settings.get("currency"):
            profile = contract.Fields(self.get("profile"))
            self.settings["currency"] = profile.inner("formatsAndUnits").currency("currency")
            self._keep({"currency": self.settings["currency"]})
        return str(self.settings["currency"])
