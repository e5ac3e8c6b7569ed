"""What the demo's customers ordered: one order for each number they write about, some earlier ones, in every state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from shopbell.commerce import contract
from shopbell.commerce.contract import Fulfilment, Payment, Source, State
from shopbell.commerce.models import Connection
from shopbell.commerce.operations import recording
from shopbell.shops.models import Shop

CURRENCIES = {"da": "DKK", "en": "GBP"}  # others pay in euro
FACTORS = {"DKK": 7, "EUR": 1, "GBP": 1}
CARRIERS = {"de": "DHL", "da": "PostNord", "et": "Omniva", "en": "DPD"}
COUNTRIES = {"de": "DE", "da": "DK", "et": "EE", "en": "GB"}
STORES = {"de": "Hamburg", "da": "Aarhus", "et": "Tallinn", "en": "Dublin"}
PRICES = (18900, 7900, 4900, 11900, 8900, 12900)  # of the six products, in euro cents
SHIPPING = 490
JOURNEY = (State.DATA_RECEIVED, State.HANDED_OVER, State.IN_TRANSIT, State.OUT_FOR_DELIVERY)
ENDS: tuple[tuple[State, ...], ...] = (
    (State.DELIVERED,),
    (),
    (State.AVAILABLE_FOR_PICKUP,),
    (State.ATTEMPT_FAILED,),
    (State.EXCEPTION,),
    (State.DELIVERED,),
    (State.ATTEMPT_FAILED, State.RETURNING),
)
BATCH = 200


@dataclass(frozen=True, kw_only=True)
class Wish:
    """An order somebody writes about."""

    number: str
    name: str
    email: str
    language: str
    town: str
    product: str
    products: tuple[str, ...]
    wrote_at: datetime


def run(shops: Mapping[str, Shop], products: Mapping[str, tuple[str, ...]], wishes: Iterable[Wish]) -> None:
    """Connect each shop (by its language) to a shop system, and mirror products, orders and parcels."""
    random = Random(11)
    connections = {language: _connect(shop) for language, shop in shops.items()}
    for language, connection in connections.items():
        recording.record(connection, list(_products(language, products[language])), historic=True)
    ordered: dict[str, list[contract.OrderData]] = {language: [] for language in shops}
    for place, wish in enumerate(wishes):
        ordered[wish.language] += _orders(random, place, wish)
    for language, orders in ordered.items():
        for batch in recording.in_batches(orders, BATCH):
            recording.record(connections[language], batch, historic=True)


def _connect(shop: Shop) -> Connection:
    now = timezone.now()
    given = {"connector": "demo", "name": "Demo shop", "key": f"demo-{shop.slug}"}
    return Connection.objects.create(shop=shop, imported_at=now, read_at=now, **given)


def _price(language: str, place: int) -> tuple[int, str]:
    currency = CURRENCIES.get(language, "EUR")
    return PRICES[place % len(PRICES)] * FACTORS[currency], currency


def _products(language: str, titles: tuple[str, ...]) -> Iterator[contract.ProductData]:
    for place, title in enumerate(titles):
        price, currency = _price(language, place)
        variant = contract.VariantData(
            remote_id=f"v{place}", sku=f"HK-{place + 1:03}", price=price, currency=currency, stock=12 - 2 * place
        )
        yield contract.ProductData(remote_id=f"p{place}", title=title, variants=(variant,))


def _orders(random: Random, place: int, wish: Wish) -> Iterator[contract.OrderData]:
    """The order that is written about, and for every third customer one from before, now and then in the store."""
    yield _order(random, place, wish, wish.number, wish.wrote_at - timedelta(days=random.randrange(2, 6)))
    if place % 3 == 0:
        number = f"HK-{10_000 + place}"
        yield _earlier(random, place, wish, number, wish.wrote_at - timedelta(days=random.randrange(40, 400)))


def _order(random: Random, place: int, wish: Wish, number: str, placed_at: datetime) -> contract.OrderData:
    lines = tuple(_lines(random, wish))
    total = sum(line.total for line in lines) + SHIPPING
    plain = {"placed_at": placed_at, "lines": lines, "total": total, "number": number}
    if place % 11 == 7:
        return _data(wish, **plain, payment=Payment.PENDING, fulfilment=Fulfilment.OPEN)
    if place % 11 == 3:
        states = (Fulfilment.OPEN, Fulfilment.READY, Fulfilment.COLLECTED, Fulfilment.EXPIRED)
        state = states[place // 11 % len(states)]
        place_of = STORES[wish.language]
        return _data(wish, **plain, paid=total, fulfilment=state, is_pickup=True, place=place_of)
    if place % 17 == 5:
        return _data(wish, **plain, paid=total, is_cancelled=True, cancelled_at=placed_at + timedelta(hours=5))
    parcel = _parcel(random, place, wish, placed_at, {line.remote_id: line.quantity for line in lines})
    back = (contract.RefundData(remote_id="r1", amount=lines[0].total // 4, made_at=wish.wrote_at),)
    return _data(
        wish,
        **plain,
        paid=total,
        payment=Payment.PARTLY_REFUNDED if place % 13 == 6 else Payment.PAID,
        refunds=back if place % 13 == 6 else (),
        fulfilment=Fulfilment.FULFILLED,
        shipments=(parcel,),
        promised_on=(placed_at + timedelta(days=5)).date(),
    )


def _earlier(random: Random, place: int, wish: Wish, number: str, placed_at: datetime) -> contract.OrderData:
    lines = tuple(_lines(random, wish))
    total = sum(line.total for line in lines)
    is_store = place % 2 == 0
    return _data(
        wish,
        number=number,
        placed_at=placed_at,
        lines=lines,
        total=total,
        paid=total,
        fulfilment=Fulfilment.COLLECTED if is_store else Fulfilment.DELIVERED,
        source=Source.STORE if is_store else Source.WEB,
        place=STORES[wish.language] if is_store else "",
    )


def _lines(random: Random, wish: Wish) -> Iterator[contract.LineData]:
    chosen = [wish.products.index(wish.product)]
    chosen += [at for at in random.sample(range(len(wish.products)), 2) if at != chosen[0]][: random.randrange(3)]
    for place, at in enumerate(chosen):
        price, _currency = _price(wish.language, at)
        yield contract.LineData(
            remote_id=f"l{place}",
            title=wish.products[at],
            quantity=1,
            sku=f"HK-{at + 1:03}",
            product_id=f"p{at}",
            variant_id=f"v{at}",
            unit_price=price,
            total=price,
            tax=price - round(price / 1.22),
        )


def _parcel(
    random: Random, place: int, wish: Wish, placed_at: datetime, lines: Mapping[str, int]
) -> contract.ShipmentData:
    states = (*JOURNEY, *ENDS[place % len(ENDS)])
    left = placed_at + timedelta(hours=20)
    pace = (wish.wrote_at - left) / (len(states) + 1)
    scans = [
        contract.TrackingData(occurred_at=left + pace * at, state=state, place=wish.town if at > 2 else "")
        for at, state in enumerate(states)
    ]
    return contract.ShipmentData(
        remote_id=f"s{place}",
        carrier=CARRIERS[wish.language],
        tracking_number=f"{random.randrange(10**13, 10**14)}",
        shipped_at=left,
        lines=lines,
        events=tuple(scans),
    )


def _data(wish: Wish, **fields: object) -> contract.OrderData:
    address = contract.Address(name=wish.name, line1="Linden 8", city=wish.town, country=COUNTRIES[wish.language])
    given: dict[str, object] = {
        "remote_id": str(fields["number"]),
        "currency": CURRENCIES.get(wish.language, "EUR"),
        "email": wish.email,
        "name": wish.name,
        "language": wish.language,
        "payment": Payment.PAID,
        "payment_method": "Card",
        "shipping": SHIPPING,
        "shipping_address": address,
        "billing": address,
        **fields,
    }
    return contract.OrderData(**given)  # type: ignore[arg-type]
