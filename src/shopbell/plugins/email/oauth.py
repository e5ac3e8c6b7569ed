"""Signing in without a password: OAuth 2 tokens for IMAP and SMTP (RFC 6749, 7636, 7628; XOAUTH2 by Google)."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

import requests

from shopbell.channels import contract

TIMEOUT_SECONDS = 20
REFRESH_AT = 0.8  # of a token's life: an expired token and a wrong password look the same to a mail server
DEFAULT_LIFE_SECONDS = 3600

Connection = TypeVar("Connection")


@dataclass(frozen=True)
class Provider:
    """Where a provider signs people in, and the scope that opens IMAP and SMTP."""

    authorize_url: str = ""
    token_url: str = ""
    scope: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)  # what it takes to be given a refresh token


PROVIDERS = {
    "google": Provider(
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",
        scope="https://mail.google.com/",
        extra={"access_type": "offline", "prompt": "consent"},
    ),
    "microsoft": Provider(
        authorize_url="https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        token_url="https://login.microsoftonline.com/common/oauth2/v2.0/token",
        scope="https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
        extra={"prompt": "select_account"},
    ),
    "custom": Provider(),
}


def _of(oauth: Mapping[str, Any], name: str) -> str:
    """An end point or scope: the mailbox's own when given, else its provider's."""
    provider = PROVIDERS.get(oauth.get("provider", "custom"), PROVIDERS["custom"])
    return str(oauth.get(name) or getattr(provider, name))


def authorization_url(settings: Mapping[str, Any], redirect_uri: str, state: str, verifier: str) -> str:
    """Where to send the admin to sign in to the mailbox. Compare `state` when they come back."""
    oauth = settings["oauth"]
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    provider = PROVIDERS.get(oauth.get("provider", "custom"), PROVIDERS["custom"])
    query = {
        "response_type": "code",
        "client_id": oauth["client_id"],
        "redirect_uri": redirect_uri,
        "scope": _of(oauth, "scope"),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": settings.get("address", ""),
        **provider.extra,
    }
    return f"{_of(oauth, 'authorize_url')}?{urlencode(query)}"


def exchange_code(settings: Mapping[str, Any], code: str, redirect_uri: str, verifier: str) -> dict[str, Any]:
    """The `oauth` settings with tokens, ready to be saved. Raises AuthFailed or Transient."""
    grant = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    return _request(settings["oauth"], grant)


def refresh(oauth: Mapping[str, Any]) -> dict[str, Any]:
    """The `oauth` settings with a new access token, and a new refresh token where the provider rotates them."""
    if not oauth.get("refresh_token"):
        raise contract.AuthFailed("nobody has signed in to this mailbox yet", code="no-refresh-token")
    return _request(oauth, {"grant_type": "refresh_token", "refresh_token": oauth["refresh_token"]})


def _request(oauth: Mapping[str, Any], grant: Mapping[str, str]) -> dict[str, Any]:
    form = {**grant, "client_id": oauth.get("client_id", ""), "client_secret": oauth.get("client_secret", "")}
    if grant["grant_type"] == "refresh_token" and _of(oauth, "scope"):
        form["scope"] = _of(oauth, "scope")
    try:
        answer = requests.post(_of(oauth, "token_url"), data=form, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        said = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise contract.Transient(f"the sign-in server did not answer: {error}", code="token-server") from error
    if answer.status_code >= 500 or answer.status_code == 429:
        wait = answer.headers.get("Retry-After", "")
        raise contract.Transient(
            f"the sign-in server answered {answer.status_code}",
            code="token-server",
            retry_after_seconds=int(wait) if wait.isdigit() else None,
        )
    if not isinstance(said, dict) or answer.status_code != 200 or not said.get("access_token"):
        reason = said.get("error", "") if isinstance(said, dict) else ""
        detail = said.get("error_description", "") if isinstance(said, dict) else ""
        raise contract.AuthFailed(f"the sign-in server refuses: {reason} {detail}".strip(), code=str(reason))
    return {**oauth, **_tokens(said)}


def _tokens(said: Mapping[str, Any]) -> dict[str, Any]:
    try:
        life = float(said.get("expires_in") or DEFAULT_LIFE_SECONDS)
    except (TypeError, ValueError):
        life = DEFAULT_LIFE_SECONDS
    now = time.time()
    tokens = {
        "access_token": said["access_token"],
        "expires_at": now + life,
        "refresh_at": now + REFRESH_AT * life,
    }
    if said.get("refresh_token"):
        tokens["refresh_token"] = said["refresh_token"]
    return tokens


class Account:
    """A mailbox's settings and the way to renew its secrets: what reading and sending sign in with."""

    def __init__(self, settings: Mapping[str, Any], remember: contract.Remember = contract.forget) -> None:
        self.settings: dict[str, Any] = dict(settings)
        self.remember = remember

    @property
    def address(self) -> str:
        return str(self.settings.get("address", ""))

    def server(self, section: str) -> dict[str, Any]:
        """The settings of "imap" or "smtp"."""
        return cast(dict[str, Any], self.settings.get(section) or {})

    def username(self, section: str) -> str:
        return str(self.server(section).get("username") or self.address)

    def signed_in(self, section: str, sign_in: Callable[[str], Connection]) -> Connection:
        """Call `sign_in(secret)`: the password, or a token that is renewed once when the server refuses it.

        Never more than two tries: servers lock accounts that keep failing.
        """
        if self.server(section).get("auth", "password") == "password":
            return sign_in(self._password(section))
        try:
            return sign_in(self._token())
        except contract.AuthFailed:
            return sign_in(self._renew())

    def _password(self, section: str) -> str:
        own = self.settings.get("smtp_password") if section == "smtp" else ""
        return str(own or self.settings.get("password", ""))

    def _token(self) -> str:
        oauth = self.settings.get("oauth") or {}
        due = oauth.get("refresh_at") or oauth.get("expires_at") or 0
        if oauth.get("access_token") and time.time() < float(due):
            return str(oauth["access_token"])
        return self._renew()

    def _renew(self) -> str:
        renewed = refresh(self.settings.get("oauth") or {})
        self.settings["oauth"] = renewed
        self.remember({"oauth": renewed})
        return str(renewed["access_token"])


def sasl(mechanism: str, username: str, token: str, host: str, port: int) -> Callable[[bytes | None], str]:
    """The client's side of XOAUTH2 or OAUTHBEARER (RFC 7628, 3.1), as imaplib and smtplib call it.

    First comes the token; to the server's error report, which follows a refusal, the empty answer each wants.
    """
    bearer = f"auth=Bearer {token}\1"
    if mechanism == "oauthbearer":
        user = username.replace("=", "=3D").replace(",", "=2C")
        first, last = f"n,a={user},\1host={host}\1port={port}\1{bearer}\1", "\1"
    else:
        first, last = f"user={username}\1{bearer}\1", ""
    return lambda challenge: last if challenge else first
