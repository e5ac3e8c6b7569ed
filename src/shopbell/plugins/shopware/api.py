"""The Admin API of Shopware 6: a bearer token of ten minutes, and searches with associations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from shopbell.commerce import contract

LIMIT = 50  # the shop's own limit is 500, yet orders with all that belongs to them are large
_SLACK = timedelta(seconds=60)
EURO_SYSTEM = "b7d2554b0ce847cd82f3ac9bd1c0dfca"  # the id of the shop's own currency, in every shop


class Api:
    """Questions to one shop. `keep` remembers a new token."""

    def __init__(self, settings: Mapping[str, Any], keep: Callable[[Mapping[str, Any]], None]) -> None:
        self.settings = dict(settings)
        self._keep = keep

    @property
    def root(self) -> str:
        return str(self.settings.get("url", "")).strip().rstrip("/")

    @property
    def secret(self) -> str:
        """What only the shop and we know."""
        return str(self.settings.get("client_secret", ""))

    def learn(self, **changed: Any) -> None:
        """Keep what the shop told."""
        if any(self.settings.get(name) != value for name, value in changed.items()):
            self.settings |= changed
            self._keep(changed)

    def search(self, entity: str, **criteria: Any) -> list[Any]:
        """A page of what fits. Raises ShopError."""
        found = self.call("POST", f"search/{entity}", {"total-count-mode": 0, **criteria}).json()
        rows = contract.Fields(found).raw.get("data")
        if not isinstance(rows, list):
            raise contract.Transient("the shop answered with something that is no list")
        return rows

    def first(self, entity: str, **criteria: Any) -> contract.Fields | None:
        """The first that fits. Raises ShopError."""
        return next((contract.Fields(row) for row in self.search(entity, limit=1, **criteria)), None)

    def call(self, method: str, path: str, body: Any = None, *, is_deed: bool = False) -> contract.Asked:
        """Raises ShopError, UnknownOutcome where a change may have been made."""
        token = self._token()
        try:
            return self._send(token, method, path, body, is_deed)
        except contract.AuthFailed as error:
            if error.code != "401":
                raise
            self._renew()  # the token was withdrawn before its time
            return self._send(self._token(), method, path, body, is_deed)

    def _send(self, token: str, method: str, path: str, body: Any, is_deed: bool) -> contract.Asked:
        return contract.ask(
            method,
            f"{self.root}/api/{path}",
            headers={"Authorization": f"Bearer {token}"},
            json=body,
            reason=_reason,
            is_deed=is_deed,
        )

    def _token(self) -> str:
        until = str(self.settings.get("token_until") or "")
        if not until or datetime.fromisoformat(until) - _SLACK < datetime.now(UTC):
            self._renew()
        return str(self.settings["access_token"])

    def _renew(self) -> None:
        """Client credentials of an integration (RFC 6749 4.4). Raises ShopError."""
        wanted = {
            "grant_type": "client_credentials",
            "client_id": str(self.settings.get("client_id", "")),
            "client_secret": str(self.settings.get("client_secret", "")),
        }
        answer = contract.ask("POST", f"{self.root}/api/oauth/token", json=wanted, reason=_reason).json()
        given = contract.Fields(answer)
        lives = timedelta(seconds=given.number("expires_in", 600))
        self.learn(access_token=given.needed("access_token"), token_until=(datetime.now(UTC) + lives).isoformat())

    def currency(self) -> str:
        """The shop's own. Raises ShopError."""
        if not self.settings.get("currency"):
            row = self.first("currency", ids=[EURO_SYSTEM])
            self.learn(currency=row.currency("isoCode") if row else "")
        return str(self.settings["currency"])


def _reason(body: Any) -> str:
    """Of {"errors": [{"title", "detail"}]}."""
    error = body["errors"][0]
    return str(error.get("detail") or error.get("title") or "")
