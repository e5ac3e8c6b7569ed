"""Make and edit connections to shop systems."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError

from shopbell.commerce import events
from shopbell.commerce.models import Connection
from shopbell.commerce.operations import syncing
from shopbell.core.transactions import retried
from shopbell.events import bus
from shopbell.shops.models import Shop

KEY_BYTES = 12


class NameTaken(ValueError):
    """The shop has another connection of that name."""


def create_connection(
    shop: Shop, *, connector: str, name: str, settings: Mapping[str, Any], actor: int | None
) -> Connection:
    """Mirror a shop system from now on; its first import begins by itself. Raises NameTaken."""
    try:
        return _create(shop, connector, name.strip(), settings, actor)
    except IntegrityError:
        raise NameTaken(name) from None


@retried
def _create(shop: Shop, connector: str, name: str, settings: Mapping[str, Any], actor: int | None) -> Connection:
    given: dict[str, Any] = {"key": secrets.token_urlsafe(KEY_BYTES), "settings": dict(settings)}
    row = Connection.objects.create(shop=shop, connector=connector, name=name, **given)
    bus.publish(events.ConnectionChanged(connection_id=row.id), actor=actor)
    return row


def change_connection(row: Connection, *, actor: int, **fields: Any) -> None:
    """Edit a connection; it is looked at again at once. Raises NameTaken."""
    try:
        _change(row, actor, {**fields, "failing_since": None, "error": "", "checked_at": None, "read_at": None})
    except IntegrityError:
        raise NameTaken(fields.get("name", "")) from None


@retried
def _change(row: Connection, actor: int, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    bus.publish(events.ConnectionChanged(connection_id=row.id), actor=actor)


def read_everything_again(row: Connection, *, actor: int) -> None:
    """As at the first import, beside the reading of changes; nobody is told what is found."""
    _change(row, actor, {"imported": {syncing.AGAIN: True}})
