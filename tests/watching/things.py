"""A shop whose orders are watched, and the ways things go wrong in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from shopbell.channels.models import Channel, Outbound
from shopbell.commerce import contract
from shopbell.commerce.models import Connection, Order, Shipment
from shopbell.commerce.operations import recording
from shopbell.shops.models import Shop
from shopbell.watching.models import Case, Kind, Notice, Rule
from shopbell.watching.operations import patrol, telling
from shopbell.watching.terms import DEFAULTS
from tests import factories
from tests.commerce.things import connect, order, parcel

# A Thursday at noon in Berlin: three business days after the Monday on which the orders below were placed.
NOW = datetime(2026, 11, 19, 11, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 16, 11, 0, tzinfo=UTC)
State = contract.State


def laden(**fields: Any) -> Connection:
    """A German shop with a mailbox that can send, connected and imported long ago."""
    slug = f"laden-{Shop.objects.count()}"
    shop = Shop.objects.create(**{"name": "Laden", "language": "de", "slug": slug, **fields})
    factories.mailbox(shop, settings={"address": "hilfe@laden.test", "smtp": {"host": "x"}})
    return connect(shop, imported_at=MONDAY - timedelta(days=300))


def rule(connection: Connection, kind: Kind, **fields: Any) -> Rule:
    """What the shop decided; it writes unless told otherwise."""
    default = DEFAULTS[kind]
    given = {"after": default.after, "writes": True, "choices": [str(one) for one in default.choices], **fields}
    return Rule.objects.create(shop=connection.shop, kind=kind, **given)


def placed(connection: Connection, remote_id: str = "1", **fields: Any) -> Order:
    """An order of Monday, as the shop has it now."""
    item = order(remote_id, **{"number": f"10{remote_id}", "placed_at": MONDAY, "updated_at": None, **fields})
    recording.record(connection, [item])
    row = Order.objects.get(connection=connection, remote_id=remote_id)
    Order.objects.filter(id=row.id).update(watch_at=MONDAY, seen_at=MONDAY)
    Shipment.objects.filter(order=row).update(watch_at=MONDAY)
    return row


def on_its_way(connection: Connection, remote_id: str = "1", **fields: Any) -> Shipment:
    """Its parcel, of whose journey the carrier told last on Monday and was asked a minute ago."""
    given = {"fulfilment": contract.Fulfilment.FULFILLED, "payment": contract.Payment.PAID, **fields}
    placed(connection, remote_id, shipments=(parcel(f"p{remote_id}", state=State.IN_TRANSIT),), **given)
    rows = Shipment.objects.filter(order__connection=connection, order__remote_id=remote_id)
    dates = {"last_event_at": MONDAY, "handed_at": MONDAY, "asked_at": NOW, "watch_at": MONDAY}
    rows.update(state=State.IN_TRANSIT, carrier="dhl", country="DE", created_at=MONDAY, **dates)
    return rows.get()


def with_one_late() -> Connection:
    """A shop that writes to those whose parcel is late, and one such parcel."""
    found = laden()
    rule(found, Kind.LATE)
    on_its_way(found, promised_on=date(2026, 11, 17))
    Shipment.objects.update(last_event_at=NOW)
    look()
    return found


def look(now: datetime = NOW) -> None:
    """The watch goes round, and looks at everything that is watched at all."""
    Shipment.objects.exclude(watch_at=None).update(watch_at=MONDAY)
    Order.objects.exclude(watch_at=None).update(watch_at=MONDAY)
    patrol.look_at_parcels(now)
    patrol.look_at_orders(now)


def noon() -> datetime:
    """Tomorrow at noon in Berlin's winter, whatever the hour is now: nobody is written to at night."""
    return datetime.now(UTC).replace(hour=11, minute=0, second=0, microsecond=0) + timedelta(days=1)


def tell(now: datetime = NOW) -> list[Notice]:
    """All notices that are due are dealt with."""
    done = [telling.tell(number, now) for number in telling.due(now)]
    return [one for one in done if one is not None]


def cases() -> list[tuple[str, str, str]]:
    rows = Case.objects.order_by("id")
    return [(row.kind, row.state, row.outcome) for row in rows]


def sent() -> list[Outbound]:
    return list(Outbound.objects.order_by("id"))


def mailbox_of(connection: Connection) -> Channel:
    return Channel.objects.get(shop=connection.shop, type="email")
