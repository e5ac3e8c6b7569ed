"""What customers are told first, in their language: the shop's own words where it has some, else ours.

A text names what it speaks of in braces (`VARIABLES`). A paragraph in which something is named that is not known is
left out, so that nobody reads "expected on ." Nothing here advertises: these are service messages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import formats, timezone, translation

from shopbell.commerce import carriers
from shopbell.commerce.models import Order, Shipment, TrackingEvent
from shopbell.core import crypto, languages
from shopbell.customers import addressing
from shopbell.customers.models import Customer
from shopbell.knowledge import queries as knowledge
from shopbell.shops import queries as shops
from shopbell.shops.models import Shop
from shopbell.watching.models import Case, Kind, Notice, Wording
from shopbell.watching.terms import DEFAULTS, Watch, of_shop
from shopbell.watching.texts.danish import DANISH
from shopbell.watching.texts.english import ENGLISH
from shopbell.watching.texts.estonian import ESTONIAN
from shopbell.watching.texts.german import GERMAN
from shopbell.watching.texts.phrases import Phrases

PHRASES = {"en": ENGLISH, "de": GERMAN, "da": DANISH, "et": ESTONIAN}
STEPS = ("received", "paid", "shipped", "out_for_delivery", "ready", "delivered")
VARIABLES = (
    *("greeting", "order.number", "order.promise", "parcel.carrier", "parcel.number", "parcel.eta", "parcel.place"),
    *("choices", "link", "shop.name"),
)
_NAMED = re.compile(r"\{([a-z_.]+)\}")
TRACK = "track"  # what a link's token is for


@dataclass(frozen=True)
class Written:
    """Ready to be sent."""

    subject: str
    text: str
    language: str


def names() -> list[str]:
    """All that may be told and edited."""
    kinds = [str(kind) for kind, rule in DEFAULTS.items() if rule.may_write]
    return [*kinds, "exception_address", *STEPS]


def source(shop_id: int, name: str, language: str) -> tuple[str, str]:
    """Subject and text with variables: the shop's own, else ours."""
    own = Wording.objects.filter(shop=shop_id, name=name, language=language).first()
    return (own.subject, own.text) if own else PHRASES[language].letter(name)


def sources(shop_id: int) -> dict[tuple[str, str], tuple[str, str]]:
    """The same of every text in every language, by name and language; one query."""
    ours = {(name, code): PHRASES[code].letter(name) for name in names() for code in PHRASES}
    own = {(row.name, row.language): (row.subject, row.text) for row in Wording.objects.filter(shop=shop_id)}
    return {**ours, **own}


def unknown(text: str) -> list[str]:
    """What a text names in braces that there is not, each once."""
    return [name for name in dict.fromkeys(_NAMED.findall(text)) if name not in VARIABLES]


def write(notice: Notice, customer: Customer, watch: Watch) -> Written:
    """The letter of a notice, in the customer's language."""
    language = language_of(notice.order, customer, notice.shop)
    if notice.incident is not None:
        subject, text = _of_incident(notice, language)
    else:
        subject, text = source(notice.shop_id, _name(notice), language)
    given = values(notice.order, notice.case, customer, notice.shop, watch, language)
    return Written(fill(subject, given), fill(text, given), language)


def _name(notice: Notice) -> str:
    is_address = notice.case is not None and (notice.case.kind, notice.case.stage) == (Kind.EXCEPTION, "address")
    return "exception_address" if is_address else notice.name


def _of_incident(notice: Notice, language: str) -> tuple[str, str]:
    """In the customer's language, else in the shop's, else in any it was written in."""
    assert notice.incident is not None
    written = notice.incident.words
    found = written.get(language) or written.get(notice.shop.language) or next(iter(written.values()))
    return str(found[0]), str(found[1])


def language_of(order: Order, customer: Customer, shop: Shop) -> str:
    """The order's, else the customer's, else the shop's: of those the shop offers."""
    offered = shop.offered_languages()
    wanted = (languages.nearest(code, "") for code in (order.language, customer.language, shop.language))
    return next((code for code in wanted if code in offered), "en")


def fill(text: str, given: Mapping[str, str]) -> str:
    """The text without the paragraphs that name something not known. A name that is none stays as it is."""
    paragraphs = [part for part in text.split("\n\n") if all(given.get(name, "?") for name in _NAMED.findall(part))]
    return knowledge.fill("\n\n".join(paragraphs), given)


def said(case: Case, order: Order, shop: Shop, language: str) -> list[str]:
    """What is wrong, in our words for its customer, paragraph by paragraph; nothing for what they said themselves."""
    letters = PHRASES[languages.nearest(language)].letters
    name = "exception_address" if (case.kind, case.stage) == (Kind.EXCEPTION, "address") else case.kind
    if name not in letters:
        return []
    watch = of_shop(shop.id)
    given = values(order, case, Customer(), shop, watch, languages.nearest(language))
    paragraphs = fill(letters[name][1], given).split("\n\n")
    return [part[:1].upper() + part[1:] for part in paragraphs if part]


def values(
    order: Order, case: Case | None, customer: Customer, shop: Shop, watch: Watch, language: str
) -> dict[str, str]:
    """What the variables stand for; "" where it is not known."""
    parcel = case.shipment if case is not None and case.shipment is not None else _newest(order)
    today = timezone.now().astimezone(watch.zone).date()
    eta = parcel.expected_on if parcel is not None and parcel.expected_on and parcel.expected_on >= today else None
    with translation.override(language):
        days = {"parcel.eta": _day(eta), "order.promise": _day(order.promised_on)}
    return {
        **days,
        "greeting": addressing.greeting(customer, language),
        "order.number": order.number,
        "parcel.carrier": carriers.label(parcel.carrier, parcel.carrier_name) if parcel is not None else "",
        "parcel.number": parcel.tracking_number if parcel is not None else "",
        "parcel.place": _place(parcel),
        "choices": _choices(case, watch, PHRASES[language]),
        "link": link(order, shop),
        "shop.name": shop.name,
    }


def _newest(order: Order) -> Shipment | None:
    return Shipment.objects.filter(order=order.id).exclude(state="cancelled").order_by("-id").first()


def _day(day: date | None) -> str:
    return formats.date_format(day, "DATE_FORMAT") if day else ""


def _place(parcel: Shipment | None) -> str:
    """Where it waits."""
    if parcel is None or parcel.state != "available_for_pickup":
        return ""
    rows = TrackingEvent.objects.filter(shipment=parcel.id, state=parcel.state).exclude(place="")
    return rows.order_by("-occurred_at", "-id").values_list("place", flat=True).first() or ""


def _choices(case: Case | None, watch: Watch, phrases: Phrases) -> str:
    if case is None:
        return ""
    return phrases.listed([str(choice) for choice in watch.rules[Kind(case.kind)].choices])


def link(order: Order, shop: Shop) -> str:
    """The page of an order, opened without asking: whoever has our mail has it."""
    return f"{shops.origin(shop)}/track/{shop.slug}/{crypto.sign_token(TRACK, order.id)}/"
