"""The Admin GraphQL API of Shopify: a token of a day, a bucket of costs, and errors beside data."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from shopbell.commerce import contract
from shopbell.plugins.shopify import queries

RENEWED_BEFORE = timedelta(hours=1)
LONGEST_WAIT_SECONDS = 8.0  # for the bucket to fill; who must wait longer is asked again by the caller
_TRIES = 3
_BUSY = ("THROTTLED",)
_BROKEN = ("INTERNAL_SERVER_ERROR", "TIMEOUT", "SERVICE_UNAVAILABLE")
TOO_COSTLY = "MAX_COST_EXCEEDED"


class Api:
    """Questions to one shop. `keep` remembers a new token."""

    def __init__(self, settings: Mapping[str, Any], keep: Callable[[Mapping[str, Any]], None]) -> None:
        self.settings = dict(settings)
        self._keep = keep
        self._free = math.inf  # what is left in the bucket, as of the last answer
        self._refill = 50.0  # a second
        self._last_cost = 0.0

    @property
    def root(self) -> str:
        shop = str(self.settings.get("shop", "")).strip().rstrip("/")
        return shop if shop.startswith(("http://", "https://")) else f"https://{shop}"

    @property
    def secret(self) -> str:
        """What only the shop and we know."""
        return str(self.settings.get("client_secret") or self.settings.get("admin_token") or "")

    @property
    def rights(self) -> frozenset[str]:
        """What the app may do, as far as is known; a right to write holds the one to read."""
        known = {one for one in self.settings.get("scopes", ()) if isinstance(one, str)}
        return frozenset(known | {"read_" + one.removeprefix("write_") for one in known if one.startswith("write_")})

    def learn(self, **changed: Any) -> None:
        """Keep what the shop told."""
        if any(self.settings.get(name) != value for name, value in changed.items()):
            self.settings |= changed
            self._keep(changed)

    def ask(self, query: str, variables: Mapping[str, Any], *, is_deed: bool = False) -> dict[str, Any]:
        """The data. Raises ShopError; UnknownOutcome where a change may have been made.

        A throttled question was not carried out: it is asked again when the bucket has filled, as long as that is soon.
        """
        for attempt in range(_TRIES):
            self._wait()
            answer = self._call(query, variables, is_deed)
            cost = _cost(answer)
            self._note(cost)
            codes = _codes(answer)
            if not set(codes) & set(_BUSY):
                return _data(answer, codes, is_deed)
            seconds = self._missing(cost)
            if attempt + 1 == _TRIES or seconds > LONGEST_WAIT_SECONDS:
                break
            time.sleep(seconds)
        raise contract.Transient("the shop is asked too much", retry_after_seconds=max(1, math.ceil(seconds)))

    def _wait(self) -> None:
        """Before asking, for what a question like the last one costs to be there."""
        short = self._last_cost - self._free
        if short > 0:
            time.sleep(min(short / self._refill, LONGEST_WAIT_SECONDS))

    def _note(self, cost: contract.Fields) -> None:
        status = cost.inner("throttleStatus")
        self._free = float(status.number("currentlyAvailable", 10**6))
        self._refill = float(max(1, status.number("restoreRate", 50)))
        self._last_cost = float(cost.number("requestedQueryCost"))

    def _missing(self, cost: contract.Fields) -> float:
        return max(0.1, (cost.number("requestedQueryCost", 50) - self._free) / self._refill)

    def _call(self, query: str, variables: Mapping[str, Any], is_deed: bool) -> Any:
        token = self._token()
        try:
            return self._post(token, query, variables, is_deed)
        except contract.AuthFailed:
            if self.settings.get("admin_token"):
                raise
            self._renew()  # the token was withdrawn before its time
            return self._post(self._token(), query, variables, is_deed)

    def _post(self, token: str, query: str, variables: Mapping[str, Any], is_deed: bool) -> Any:
        return contract.ask(
            "POST",
            f"{self.root}/admin/api/{queries.VERSION}/graphql.json",
            headers={"X-Shopify-Access-Token": token},
            json={"query": query, "variables": variables},
            reason=_reason,
            is_deed=is_deed,
        ).json()

    def _token(self) -> str:
        if self.settings.get("admin_token"):
            return str(self.settings["admin_token"])
        until = str(self.settings.get("token_until") or "")
        if not until or datetime.fromisoformat(until) - RENEWED_BEFORE < datetime.now(UTC):
            self._renew()
        return str(self.settings["access_token"])

    def _renew(self) -> None:
        """Client credentials grant (RFC 6749 4.4): the app's own shop, a token of 24 hours. Raises ShopError."""
        wanted = {
            "grant_type": "client_credentials",
            "client_id": str(self.settings.get("client_id", "")),
            "client_secret": str(self.settings.get("client_secret", "")),
        }
        try:
            given = contract.ask("POST", f"{self.root}/admin/oauth/access_token", data=wanted, reason=_reason).json()
        except contract.NotThere:
            raise
        except contract.Refused as error:
            raise contract.AuthFailed(str(error), code=error.code) from error
        fields = contract.Fields(given)
        lives = timedelta(seconds=fields.number("expires_in", 86_399))
        self.learn(
            access_token=fields.needed("access_token"),
            token_until=(datetime.now(UTC) + lives).isoformat(),
            scopes=sorted(one.strip() for one in fields.text("scope").split(",") if one.strip()),
        )


def _reason(body: Any) -> str:
    """Of a refusal: {"errors": "…"}, or {"error": "…", "error_description": "…"}."""
    return str(body.get("error_description") or body.get("errors") or body.get("error") or "")


def _cost(answer: Any) -> contract.Fields:
    return contract.Fields(answer).inner("extensions").inner("cost")


def _codes(answer: Any) -> list[str]:
    return [one.inner("extensions").text("code") for one in contract.Fields(answer).each("errors")]


def _data(answer: Any, codes: list[str], is_deed: bool) -> dict[str, Any]:
    """Data that came is taken, also beside errors; where the errors took all of it, they are raised."""
    data = answer.get("data")
    if isinstance(data, dict) and (not codes or any(data.get(name) is not None for name in data if name != "shop")):
        return data
    if not codes:
        raise (contract.UnknownOutcome if is_deed else contract.Transient)("the shop answered without data")
    why = "; ".join(one.text("message") for one in contract.Fields(answer).each("errors"))[:500]
    if set(codes) & set(_BROKEN):
        raise (contract.UnknownOutcome if is_deed else contract.Transient)(why, code=codes[0])
    kind = contract.AuthFailed if "ACCESS_DENIED" in codes else contract.Refused
    raise kind(why, code=codes[0])
