"""For shop systems that push by a plug-in of ours: hints signed by Standard Webhooks 1.0."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from json import loads
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from shopbell.commerce.contract.connector import BaseConnector, Hint
from shopbell.commerce.contract.errors import Forged, Unparsable
from shopbell.commerce.contract.reading import Fields
from shopbell.commerce.contract.things import KINDS, Kind
from shopbell.core import standard_webhooks
from shopbell.core.settings_field import SettingsField

OLD_SECRET = SettingsField(
    path="old_secret",
    label=_("Former signing secret"),
    kind="password",
    secret=True,
    rare=True,
    help=_("Holds too, while the secret is being changed in the shop."),
)


class SignedConnector(BaseConnector):
    """`settings["secret"]`, and while a secret is being changed `settings["old_secret"]`, sign what is pushed."""

    has_webhooks: ClassVar[bool] = True

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> None:
        """Raises Forged."""
        secrets = [str(self.settings.get(name) or "") for name in ("secret", "old_secret")]
        try:
            standard_webhooks.verify(secrets, headers, body)
        except standard_webhooks.BadSignature as error:
            raise Forged(str(error)) from error

    def delivery_key(self, body: bytes, headers: Mapping[str, str]) -> str:
        """A retry has the same id and the same bytes; either alone may be another push."""
        return f"{headers.get('webhook-id', '')[:100]}:{hashlib.sha256(body).hexdigest()}"

    def hints(self, body: bytes, headers: Mapping[str, str]) -> list[Hint]:
        """`{"type": "shop.changed", "data": {"changed": [{"kind": "order", "id": "8", "gone": false}]}}`; another type
        is none of ours. Raises Unparsable."""
        given = pushed(body)
        if given.text("type") != "shop.changed":
            return []
        return [
            Hint(kind=kind_named(one.needed("kind")), remote_id=one.needed("id"), is_gone=one.flag("gone"))
            for one in given.inner("data").each("changed")
        ]


def kind_named(text: str) -> Kind:
    """Raises Unparsable."""
    for kind in KINDS:
        if kind == text:
            return kind
    raise Unparsable(f"{text!r} is no kind of thing")


def pushed(body: bytes) -> Fields:
    """The object of a push. Raises Unparsable."""
    try:
        return Fields(loads(body))
    except (ValueError, RecursionError) as error:
        raise Unparsable("what was pushed is no JSON") from error
