"""The REST API of WooCommerce, version 3: signed requests, lists page by page.

Over https the keys are the user and password of the request. Over plain http they must not be sent: there the request
is signed (OAuth 1.0a, RFC 5849, with one leg and HMAC-SHA256).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from shopbell.commerce import contract

PER_PAGE = 100  # the most WooCommerce gives


class Api:
    """Questions to one shop. Paths are below /wp-json/wc/v3/."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.root = str(settings.get("url", "")).strip().rstrip("/")
        self._key = str(settings.get("consumer_key", "")).strip()
        self.secret = str(settings.get("consumer_secret", "")).strip()
        self._in_address = bool(settings.get("keys_in_address"))

    def get(self, path: str, **query: str | int) -> Any:
        """Raises ShopError."""
        return self._ask("GET", path, query).json()

    def rows(self, path: str, **query: str | int) -> list[Any]:
        """A page of a list. Raises ShopError."""
        found = self.get(path, per_page=PER_PAGE, **query)
        if not isinstance(found, list):
            raise contract.Transient("the shop answered with something that is no list")
        return found

    def everything(self, path: str) -> list[Any]:
        """All pages of a short list, such as the refunds of an order. Raises ShopError."""
        found: list[Any] = []
        for page in range(1, 101):
            rows = self.rows(path, page=page)
            found += rows
            if len(rows) < PER_PAGE:
                break
        return found

    def change(self, method: str, path: str, body: Mapping[str, Any], *, is_deed: bool = True) -> Any:
        """Raises ShopError, UnknownOutcome where the change may have been made."""
        return self._ask(method, path, {}, body, is_deed=is_deed).json()

    def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str | int],
        body: Mapping[str, Any] | None = None,
        is_deed: bool = False,
    ) -> contract.Asked:
        url = f"{self.root}/wp-json/wc/v3/{path}"
        asked = {name: str(value) for name, value in query.items()}
        headers: dict[str, str] = {}
        if not url.startswith("https://"):
            asked = self._signed(method, url, asked)
        elif self._in_address:
            asked |= {"consumer_key": self._key, "consumer_secret": self.secret}
        else:
            headers["Authorization"] = "Basic " + base64.b64encode(f"{self._key}:{self.secret}".encode()).decode()
        address = f"{url}?{urlencode(asked, quote_via=quote)}" if asked else url
        return contract.ask(method, address, headers=headers, json=body, reason=_reason, is_deed=is_deed)

    def _signed(self, method: str, url: str, query: Mapping[str, str]) -> dict[str, str]:
        """The query with a signature over all of it (RFC 5849 3.4)."""
        signed = {
            **query,
            "oauth_consumer_key": self._key,
            "oauth_nonce": secrets.token_hex(16),
            "oauth_signature_method": "HMAC-SHA256",
            "oauth_timestamp": str(int(time.time())),
        }
        return {**signed, "oauth_signature": signature(method, url, signed, self.secret)}


def signature(method: str, url: str, query: Mapping[str, str], secret: str) -> str:
    """The OAuth 1.0a signature of a request without a token (RFC 5849 3.4.1), in Base64."""
    pairs = sorted((quote(name, safe=""), quote(value, safe="")) for name, value in query.items())
    normal = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join(quote(part, safe="") for part in (method, url, normal))
    mac = hmac.new(f"{quote(secret, safe='')}&".encode(), base.encode(), hashlib.sha256)
    return base64.b64encode(mac.digest()).decode()


def _reason(body: Any) -> str:
    return str(body["message"])
