"""The way to a working mailbox: what its servers probably are, and signing in with Google or Microsoft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shopbell.channels import contract
from shopbell.plugins.email import guessing, oauth


class Connecting:
    """Lends the e-mail channel type `contract.Guessing` and `contract.Connectable`."""

    account: oauth.Account

    @classmethod
    def guess(cls, address: str) -> Mapping[str, Any]:
        return guessing.guess(address)

    def needs_sign_in(self) -> bool:
        wants = any(self.account.server(name).get("auth", "password") != "password" for name in ("imap", "smtp"))
        return wants and not (self.account.settings.get("oauth") or {}).get("refresh_token")

    def sign_in_address(self, redirect_uri: str, state: str, verifier: str) -> str:
        if not (self.account.settings.get("oauth") or {}).get("client_id"):
            raise contract.AuthFailed("no client id is set", code="no-client-id")
        return oauth.authorization_url(self.account.settings, redirect_uri, state, verifier)

    def sign_in(self, code: str, redirect_uri: str, verifier: str) -> None:
        self.account.remember({"oauth": oauth.exchange_code(self.account.settings, code, redirect_uri, verifier)})
