"""Vendure's admin API: GraphQL over HTTP, signed in as an administrator.

A failure may come as a status, as `errors` beside a status of 200, or as one of the types of a result's union.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shopbell.commerce.contract import (
    AuthFailed,
    Fields,
    Refused,
    Remember,
    ShopError,
    Transient,
    UnknownOutcome,
    Unparsable,
    ask,
)
from shopbell.plugins.vendure import queries

_LOCKED_OUT = {"FORBIDDEN", "UNAUTHORIZED", "UNAUTHENTICATED"}
_OURS = {"BAD_USER_INPUT", "USER_INPUT_ERROR", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED", "ENTITY_NOT_FOUND"}
_CREDENTIALS = {"INVALID_CREDENTIALS_ERROR", "NOT_VERIFIED_ERROR", "NATIVE_AUTH_STRATEGY_ERROR"}


class Api:
    """One administrator's session; its token is remembered, and a new one fetched when it has run out."""

    def __init__(self, settings: Mapping[str, Any], remember: Remember) -> None:
        self.url = str(settings.get("url") or "")
        self.channel = str(settings.get("channel") or "")
        self.username = str(settings.get("username") or "")
        self.password = str(settings.get("password") or "")
        self.token = str(settings.get("session") or "")
        self.remember = remember

    def read(self, query: str, **variables: Any) -> Fields:
        """The `data` of the answer. Raises ShopError."""
        return self._signed_in(query, variables, is_deed=False)

    def change(self, mutation: str, **variables: Any) -> Fields:
        """What the mutation's field `done` returned. Raises Refused with the shop's words where it is an error."""
        done = self._signed_in(mutation, variables, is_deed=True).inner("done")
        if "errorCode" in done:
            words = done.text("transitionError") or done.text("message")
            raise Refused(words, code=done.text("errorCode"))
        return done

    def _signed_in(self, query: str, variables: Mapping[str, Any], *, is_deed: bool) -> Fields:
        if self.token:
            try:
                return self._ask(query, variables, is_deed=is_deed)
            except AuthFailed:  # the session has run out: nothing was read or done
                self.token = ""
        self._sign_in()
        return self._ask(query, variables, is_deed=is_deed)

    def _sign_in(self) -> None:
        """Raises AuthFailed."""
        given = {"username": self.username, "password": self.password}
        data = self._ask(queries.LOGIN, given, is_deed=False)
        result = data.inner("login")
        if "errorCode" in result:
            code = result.text("errorCode")
            kind = AuthFailed if code in _CREDENTIALS else Refused
            raise kind(result.text("message"), code=code)
        if not self.token:
            raise AuthFailed("the shop gave no token: set authOptions.tokenMethod to include “bearer”")
        self.remember({"session": self.token})

    def _ask(self, query: str, variables: Mapping[str, Any], *, is_deed: bool) -> Fields:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if self.channel:
            headers["vendure-token"] = self.channel
        body = {"query": query, "variables": dict(variables)}
        answer = ask("POST", self.url, is_deed=is_deed, headers=headers, json=body, reason=_reason)
        self.token = answer.headers.get("vendure-auth-token") or self.token
        try:
            found = Fields(answer.json())
            errors = list(found.each("errors"))
        except Unparsable as error:
            raise _unsure(is_deed)("this is no answer of Vendure’s admin API: is the address right?") from error
        if errors:
            raise _failure(errors[0], is_deed)
        return found.inner("data")


def _reason(body: Any) -> str:
    return str(body["errors"][0]["message"])


def _unsure(is_deed: bool) -> type[ShopError]:
    return UnknownOutcome if is_deed else Transient


def _failure(error: Fields, is_deed: bool) -> ShopError:
    """An error beside a status of 200. One of the server's own may have come after the change was made."""
    code = error.inner("extensions").text("code")
    if code in _LOCKED_OUT:
        return AuthFailed(error.text("message"), code=code)
    kind = Refused if code in _OURS else _unsure(is_deed)
    return kind(error.text("message"), code=code)
