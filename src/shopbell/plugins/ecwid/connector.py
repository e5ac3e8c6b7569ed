"""The connector to Ecwid by Lightspeed (REST API version 3)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shopbell.commerce import contract
from shopbell.plugins.ecwid import deeds, understanding
from shopbell.plugins.ecwid.api import LIMIT, Api
from shopbell.plugins.ecwid.settings_form import SETTINGS_FORM

_PATHS: Mapping[contract.Kind, str] = {"customer": "customers", "product": "products", "order": "orders"}
_KINDS: Mapping[str, contract.Kind] = {"order": "order", "product": "product", "customer": "customer"}
_ID = re.compile(r"[A-Za-z0-9_-]{1,60}")


class Ecwid(contract.BaseConnector):
    label: ClassVar[str] = "Ecwid"
    settings_form: ClassVar[tuple[contract.SettingsField, ...]] = SETTINGS_FORM
    abilities: ClassVar[frozenset[contract.Ability]] = frozenset(contract.Ability) - {contract.Ability.REFUND}
    cannot: ClassVar[Mapping[contract.Ability, str]] = {
        contract.Ability.REFUND: _(  # type: ignore[dict-item]
            "Ecwid gives money back in its own control panel only: do it there, and it is seen here."
        ),
    }
    has_webhooks: ClassVar[bool] = True

    def __init__(
        self, settings: Mapping[str, Any], zone: ZoneInfo, remember: contract.Remember = contract.forget
    ) -> None:
        super().__init__(settings, zone, remember)
        self.api = Api(settings, remember)

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> None:
        """Base64 of HMAC-SHA256 over the event's time and id alone: what else stands in the body proves nothing."""
        secret = str(self.settings.get("client_secret") or "")
        try:
            fields = contract.Fields(json.loads(body))
            said = f"{fields.needed('eventCreated')}.{fields.needed('eventId')}"
        except (ValueError, RecursionError, contract.Unparsable) as error:
            raise contract.Forged("this is no push of the shop's") from error
        wanted = base64.b64encode(hmac.new(secret.encode(), said.encode(), hashlib.sha256).digest()).decode()
        if not secret or not hmac.compare_digest(
            wanted.encode(), headers.get("x-ecwid-webhook-signature", "").encode()
        ):
            raise contract.Forged("the signature does not hold")

    def delivery_key(self, body: bytes, headers: Mapping[str, str]) -> str:
        return f"body:{hashlib.sha256(body).hexdigest()}"

    def hints(self, body: bytes, headers: Mapping[str, str]) -> list[contract.Hint]:
        """An order is named by its number, and since 2021 by an id beside it. Baskets left in the till say nothing."""
        try:
            fields = contract.Fields(json.loads(body))
        except (ValueError, RecursionError) as error:
            raise contract.Unparsable("the webhook is no JSON") from error
        what, _dot, event = fields.text("eventType").partition(".")
        if what not in _KINDS:
            return []
        remote_id = fields.inner("data").text("orderId") or fields.needed("entityId")
        return [contract.Hint(kind=_KINDS[what], remote_id=remote_id, is_gone=event == "deleted")]

    def understand(self, kind: contract.Kind, raw: Mapping[str, Any]) -> contract.Item:
        currency = str(self.api.settings.get("currency") or "")
        if kind == "customer":
            return understanding.customer(raw, self.zone)
        if kind == "product":
            return understanding.product(raw, currency)
        return understanding.order(raw, currency, str(self.settings.get("store_id") or ""))

    def fetch(self, kind: contract.Kind, remote_id: str) -> contract.Item | None:
        if not _ID.fullmatch(remote_id):
            return None
        self.api.currency()
        try:
            raw = self.api.get(f"{_PATHS[kind]}/{remote_id}")
        except contract.NotThere:
            return None
        return None if understanding.is_draft(raw) else self.understand(kind, raw)

    def changes(self, kind: contract.Kind, since: datetime | None, cursor: Mapping[str, Any]) -> contract.Page:
        """The shop lists the newest first, also of what changed; what comes meanwhile moves others back, not away."""
        self.api.currency()
        offset = int(cursor.get("offset", 0))
        bound = {"updatedFrom": int(since.timestamp())} if since else {}
        rows = self.api.rows(_PATHS[kind], offset=offset, **bound)
        items: list[contract.Item] = []
        broken: dict[str, str] = {}
        for row in rows:
            try:
                if not understanding.is_draft(row):
                    items.append(self.understand(kind, contract.Fields(row).raw))
            except contract.Unparsable as error:
                broken[str(row.get("id", "")) if isinstance(row, Mapping) else ""] = str(error)
        cursor = {"offset": offset + len(rows)}
        return contract.Page(items=items, cursor=cursor, has_more=len(rows) == LIMIT, broken=broken)

    def do(self, deed: contract.Deed) -> contract.Done:
        return deeds.do(self.api, deed)

    def was_done(self, deed: contract.Deed) -> contract.Done | None:
        return deeds.was_done(self.api, deed)

    def test(self) -> list[contract.Finding]:
        found = []
        try:
            for path in _PATHS.values():
                found += self._readable(path)
        except contract.ShopError as error:
            return [explained(error)]
        if not self.settings.get("client_secret"):
            text = _now("Without the client secret nothing can be pushed: changes are found every ten minutes only.")
            found.append(contract.Finding(level="warning", text=text))
        return found

    def _readable(self, path: str) -> list[contract.Finding]:
        try:
            self.api.get(path, limit=1)
        except contract.AuthFailed as error:
            if error.code != "403":
                raise
            text = _now("The app may not read this: {what}. Add the right in its settings.").format(what=path)
            return [contract.Finding(level="error", text=text)]
        return []


def explained(error: contract.ShopError) -> contract.Finding:
    """A failure as a merchant can act on it."""
    if isinstance(error, contract.AuthFailed):
        text = _now("The shop refuses the token ({reason}). Copy it again from the app's page.")
    elif isinstance(error, contract.NotThere):
        text = _now("There is no shop with this number ({reason}).")
    else:
        text = _now("The shop cannot be asked: {reason}")
    return contract.Finding(level="error", text=text.format(reason=str(error).rstrip(".")))
