"""Make and edit accounts with carriers and aggregators."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings as installation
from django.db import IntegrityError

from shopbell.commerce import events
from shopbell.commerce.models import CarrierAccount
from shopbell.commerce.operations import asking
from shopbell.core.transactions import retried
from shopbell.events import bus

KEY_BYTES = 12


class NameTaken(ValueError):
    """Another account has that name."""


def create_account(*, carrier: str, name: str, settings: Mapping[str, Any], actor: int | None) -> CarrierAccount:
    """Ask a carrier from now on, at once about all open parcels it knows. Raises NameTaken."""
    try:
        return _create(carrier, name.strip(), settings, actor)
    except IntegrityError:
        raise NameTaken(name) from None


@retried
def _create(carrier: str, name: str, settings: Mapping[str, Any], actor: int | None) -> CarrierAccount:
    given: dict[str, Any] = {"key": secrets.token_urlsafe(KEY_BYTES), "settings": dict(settings)}
    row = CarrierAccount.objects.create(carrier=carrier, name=name, **given)
    bus.publish(events.CarrierAccountChanged(account_id=row.id), actor=actor)
    asking.ask_again(row)
    return row


def change_account(row: CarrierAccount, *, actor: int, **fields: Any) -> None:
    """Edit an account; where it is switched on it is asked at once. Raises NameTaken."""
    try:
        _change(row, actor, {**fields, "failing_since": None, "error": ""})
    except IntegrityError:
        raise NameTaken(fields.get("name", "")) from None


@retried
def _change(row: CarrierAccount, actor: int, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    bus.publish(events.CarrierAccountChanged(account_id=row.id), actor=actor)
    if row.is_active:
        asking.ask_again(row)


def hook_address(row: CarrierAccount) -> str:
    """Where the carrier is to push to."""
    return f"{installation.BASE_URL}/hooks/carriers/{row.key}/"
