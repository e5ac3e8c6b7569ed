"""Write customers' accounts, and find whose orders are: see `recording.record`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils import timezone

from shopbell.commerce import contract, events
from shopbell.commerce.models import Account, Connection, LinkedBy, Order
from shopbell.core import text
from shopbell.core.rows import upsert, write_back
from shopbell.customers import likeness, phones
from shopbell.customers.models import Customer, Identity
from shopbell.customers.operations import resolving, resolving_many
from shopbell.customers.vouching import ACCOUNT
from shopbell.events import bus

_UPDATED = [
    *("customer", "linked_by", "email", "phone", "name", "language", "accepts_marketing", "address", "created_at"),
    *("remote_updated_at", "digest", "raw", "gone_at", "seen_at"),
]
Key = tuple[str, str]  # kind and value of an Identity
_BY = {"email": LinkedBy.EMAIL, "phone": LinkedBy.PHONE, ACCOUNT: LinkedBy.ACCOUNT, "guest": LinkedBy.NOTHING}


@dataclass(frozen=True)
class Owner:
    """Whose something is, and why we think so."""

    customer: int | None = None
    account: int | None = None
    by: str = LinkedBy.NOTHING


NOBODY = Owner()


def write(connection: Connection, fresh: Mapping[str, tuple[contract.CustomerData, str]], *, historic: bool) -> None:
    """Mirror these accounts; orders that came before the account they were placed with become its own."""
    if not fresh:
        return
    country = _country(connection)
    items = [item for item, _ in fresh.values()]
    keys = {item.remote_id: [_own_key(connection, item)] for item in items}
    names = {item.remote_id: (item.name, item.language) for item in items}
    owners = find_owners(keys, names) | _vouched(connection, keys) | _said_by_agents(Account, connection, keys)
    rows = [_row(connection, item, its_digest, owners, country) for item, its_digest in fresh.values()]
    upsert(rows, ["connection", "remote_id"], _UPDATED)
    _join_orders(connection, rows, historic=historic)
    resolving.recompare({row.customer_id for row in rows if row.customer_id})


def _join_orders(connection: Connection, rows: Iterable[Account], *, historic: bool) -> None:
    """What an agent said of an order's owner stays."""
    by_ref = {row.remote_id: row for row in rows}
    waiting = Order.objects.filter(connection=connection, account=None, account_ref__in=by_ref).exclude(account_ref="")
    held = waiting.select_for_update(no_key=True).order_by("id")  # what an agent says meanwhile waits
    orders = list(held.only("account", "account_ref", "customer", "linked_by"))
    resolving.recompare({order.customer_id for order in orders if order.customer_id})
    for order in orders:
        account = by_ref[order.account_ref]
        order.account_id = account.id
        if account.customer_id is not None and order.linked_by != LinkedBy.AGENT:
            order.customer_id, order.linked_by = account.customer_id, LinkedBy.ACCOUNT
    write_back(orders, ["account", "customer", "linked_by"])
    for order in orders if not historic else []:
        bus.publish(events.OrderChanged(order_id=order.id))


def _row(
    connection: Connection, item: contract.CustomerData, its_digest: str, owners: Mapping[str, Owner], country: str
) -> Account:
    owner = owners.get(item.remote_id, NOBODY)
    return Account(
        connection=connection,
        remote_id=item.remote_id,
        customer_id=owner.customer,
        linked_by=owner.by,
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


def _own_key(connection: Connection, item: contract.CustomerData) -> Key:
    """What an account's owner is known by: its mail address, or itself. A telephone number may be a household's: it
    only suggests who it is."""
    address = email_key(item.email)
    return ("email", address) if address else (ACCOUNT, f"{connection.shop.slug}:{connection.id}:{item.remote_id}")


def _vouched(connection: Connection, remote_ids: Iterable[str]) -> dict[str, Owner]:
    """Accounts whose owner the shop's own site has vouched for."""
    slug = connection.shop.slug
    values = {f"{slug}:{remote_id}".lower(): remote_id for remote_id in remote_ids}
    rows = Identity.objects.filter(kind=ACCOUNT, value__in=values, verified_at__isnull=False)
    return {values[row.value]: Owner(row.customer_id, None, LinkedBy.ACCOUNT) for row in rows}


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


def find_owners(keys: Mapping[str, list[Key]], names: Mapping[str, tuple[str, str]]) -> dict[str, Owner]:
    """Thing → whom it belongs to: by the mail address, or else the telephone number, nobody has to prove.

    `keys`: what each is known by, best first; those without any belong to nobody. `names`: thing → name, language,
    which new customers get. How sure that is: `evidence.of_orders`.
    """
    first = {thing: its_keys[0] for thing, its_keys in keys.items() if its_keys}
    people = {key: _named(names.get(thing, ("", ""))) for thing, key in reversed(first.items())}
    known = resolving_many.resolve_many(people)
    return {thing: Owner(known[key], None, _BY[key[0]]) for thing, key in first.items()}


def _named(given: tuple[str, str]) -> tuple[str, str]:
    name, language = given
    return name, language[:2]


def _said_by_agents(model: Any, connection: Connection, remote_ids: Iterable[str]) -> dict[str, Owner]:
    """What an agent said stays, whatever the shop says now."""
    rows = model.objects.filter(connection=connection, remote_id__in=remote_ids, linked_by=LinkedBy.AGENT)
    return {
        row.remote_id: Owner(row.customer_id, None, LinkedBy.AGENT) for row in rows.only("remote_id", "customer_id")
    }


def owners_of_orders(connection: Connection, items: Iterable[contract.OrderData]) -> dict[str, Owner]:
    """Remote id of an order → whose it is. An account's owner comes before the order's own address."""
    items = list(items)
    country = _country(connection)
    remote = {item.customer_id for item in items if item.customer_id}
    rows = Account.objects.filter(connection=connection, remote_id__in=remote)
    accounts = {row.remote_id: row for row in rows.only("remote_id", "customer_id")}
    said = _said_by_agents(Order, connection, [item.remote_id for item in items])
    loose = [item for item in items if not _owned(accounts.get(item.customer_id)) and item.remote_id not in said]
    names = {item.remote_id: (item.name or item.billing.name, item.language) for item in loose}
    keys = {item.remote_id: _keys_of_order(item, country) for item in loose}
    found = said | find_owners(_apart(connection, keys, names), names)
    return {item.remote_id: _owner(accounts.get(item.customer_id), found.get(item.remote_id, NOBODY)) for item in items}


def _apart(
    connection: Connection, keys: Mapping[str, list[Key]], names: Mapping[str, tuple[str, str]]
) -> dict[str, list[Key]]:
    """A guest who left a telephone number only, and another name than its owner's, is somebody else."""
    phoned = {thing: its_keys[0] for thing, its_keys in keys.items() if its_keys and its_keys[0][0] == "phone"}
    owners = resolving_many.find_many(phoned.values())
    known = dict(Customer.objects.filter(id__in=owners.values()).values_list("id", "name"))
    first: dict[Key, str] = {key: known.get(number, "") for key, number in owners.items()}
    changed: dict[str, list[Key]] = {}
    for thing, key in phoned.items():
        theirs = first.setdefault(key, names[thing][0]) or names[thing][0]
        if likeness.together(theirs, names[thing][0])[0] not in (likeness.ALIKE, likeness.UNKNOWN):
            changed[thing] = [("guest", f"{connection.id}:{thing}")]
    return {**keys, **changed}


def _keys_of_order(item: contract.OrderData, country: str) -> list[Key]:
    return _keys(item.email, item.phone or item.billing.phone, item.billing.country or country)


def _owned(account: Account | None) -> bool:
    return account is not None and account.customer_id is not None


def _owner(account: Account | None, otherwise: Owner) -> Owner:
    if account is None or otherwise.by == LinkedBy.AGENT:
        return replace(otherwise, account=account.id if account else None)
    if account.customer_id is None:
        return replace(otherwise, account=account.id)
    return Owner(account.customer_id, account.id, LinkedBy.ACCOUNT)
