"""Write customers' accounts, and find whose orders are: see `recording.record`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.utils import timezone

from shopbell.commerce import contract
from shopbell.commerce.models import Account, Connection
from shopbell.core import text
from shopbell.customers import phones
from shopbell.customers.models import Identity
from shopbell.customers.operations import resolving

_UPDATED = [
    *("customer", "email", "phone", "name", "language", "accepts_marketing", "address", "created_at"),
    *("remote_updated_at", "digest", "raw", "gone_at", "seen_at"),
]
Key = tuple[str, str]  # kind and value of an Identity
Owner = tuple[int | None, int | None]  # customer, account


def write(connection: Connection, fresh: Mapping[str, tuple[contract.CustomerData, str]]) -> None:
    """Mirror these accounts."""
    if not fresh:
        return
    country = _country(connection)
    items = [item for item, _ in fresh.values()]
    keys = {item.remote_id: _keys(item.email, item.phone, item.address.country or country) for item in items}
    names = {item.remote_id: (item.name, item.language) for item in items}
    owners = find_owners(keys, names)
    rows = [_row(connection, item, its_digest, owners, country) for item, its_digest in fresh.values()]
    Account.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["connection", "remote_id"], update_fields=_UPDATED
    )


def _row(
    connection: Connection, item: contract.CustomerData, its_digest: str, owners: Mapping[str, int], country: str
) -> Account:
    return Account(
        connection=connection,
        remote_id=item.remote_id,
        customer_id=owners.get(item.remote_id),
        email=email_key(item.email),
        phone=phone_key(item.phone, item.address.country or country),
        name=text.truncate(item.name, 200),
        language=item.language[:5],
        accepts_marketing=item.accepts_marketing,
        address=asdict(item.address),
        created_at=item.created_at,
        remote_updated_at=item.updated_at,
        digest=its_digest,
        raw=dict(item.raw),
        seen_at=timezone.now(),
    )


def _country(connection: Connection) -> str:
    """Of telephone numbers without a country's code: the shop's language says, where nothing else does."""
    return {"de": "DE", "da": "DK", "et": "EE"}.get(connection.shop.language, "")


def email_key(written: str) -> str:
    """The spelling a mail address is found by; "" for what is none."""
    value = resolving.normalise("email", written)
    return value if "@" in value[1:-1] and " " not in value else ""


def phone_key(written: str, country: str) -> str:
    """E.164, or "" for what is no number."""
    try:
        return phones.read(written, country) if written else ""
    except ValueError:
        return ""


def _keys(email: str, phone: str, country: str) -> list[Key]:
    found = [("email", email_key(email)), ("phone", phone_key(phone, country))]
    return [(kind, value) for kind, value in found if value]


def find_owners(keys: Mapping[str, list[Key]], names: Mapping[str, tuple[str, str]]) -> dict[str, int]:
    """Thing → the customer it belongs to: by the mail address, or else the telephone number, nobody has to prove.

    `keys`: what each is known by, best first; those without any belong to nobody. `names`: thing → name, language,
    which fill what is not known of the customer yet.
    """
    first = {thing: its_keys[0] for thing, its_keys in keys.items() if its_keys}
    known = _known(first.values())
    owners: dict[str, int] = {}
    for thing, key in first.items():
        if key not in known:
            name, language = names.get(thing, ("", ""))
            known[key] = resolving.resolve(*key, name=name, language=language[:2]).id
        owners[thing] = known[key]
    return owners


def _known(keys: Iterable[Key]) -> dict[Key, int]:
    wanted = set(keys)
    values = [value for _kind, value in wanted]
    rows: Any = Identity.objects.filter(value__in=values, kind__in=("email", "phone"))
    found = rows.values_list("kind", "value", "customer_id")
    return {(kind, value): customer for kind, value, customer in found if (kind, value) in wanted}


def owners_of_orders(connection: Connection, items: Iterable[contract.OrderData]) -> dict[str, Owner]:
    """Remote id of an order → (customer, account). An account's owner comes before the order's own address."""
    items = list(items)
    country = _country(connection)
    remote = {item.customer_id for item in items if item.customer_id}
    rows = Account.objects.filter(connection=connection, remote_id__in=remote)
    accounts = {row.remote_id: row for row in rows.only("remote_id", "customer_id")}
    loose = [item for item in items if not _owned(accounts.get(item.customer_id))]
    found = find_owners(
        {item.remote_id: _keys_of_order(item, country) for item in loose},
        {item.remote_id: (item.name or item.billing.name, item.language) for item in loose},
    )
    return {item.remote_id: _owner(accounts.get(item.customer_id), found.get(item.remote_id)) for item in items}


def _keys_of_order(item: contract.OrderData, country: str) -> list[Key]:
    return _keys(item.email, item.phone or item.billing.phone, item.billing.country or country)


def _owned(account: Account | None) -> bool:
    return account is not None and account.customer_id is not None


def _owner(account: Account | None, otherwise: int | None) -> Owner:
    if account is None:
        return otherwise, None
    return account.customer_id or otherwise, account.id
