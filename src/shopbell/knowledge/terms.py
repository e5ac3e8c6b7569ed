"""What a policy promises, as data: days, costs, countries, exceptions. Checked here, read everywhere, told in words by
`policy_words`. Numbers are days and minor units of a currency (cents, øre): never text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from babel import Locale
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopbell.knowledge.models import PolicyTopic

CURRENCIES = ("EUR", "DKK", "SEK", "NOK", "PLN", "CZK", "GBP", "CHF", "USD")  # each of a hundred minor units
MOST_DAYS = 3_650
MOST_COST = 100_000_00
MOST_ROWS = 40
_NOT_COUNTRIES = frozenset(("EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"))  # unions and the unknown have names as well
COUNTRIES = (
    frozenset(code for code in map(str, Locale("en").territories) if re.fullmatch("[A-Z]{2}", code)) - _NOT_COUNTRIES
)


class Ground(TextChoices):
    """Why a contract cannot be withdrawn from (Directive 2011/83/EU, Article 16)."""

    CUSTOM_MADE = "custom_made", gettext_lazy("made to the customer’s order or clearly personalised")
    PERISHABLE = "perishable", gettext_lazy("spoils quickly or expires soon")
    HYGIENE = "hygiene", gettext_lazy("sealed for health or hygiene, and opened")
    MIXED = "mixed", gettext_lazy("mixed inseparably with other things after delivery")
    MEDIA = "media", gettext_lazy("sealed recordings or software, and opened")
    PRESS = "press", gettext_lazy("newspapers and magazines, unless subscribed to")
    DIGITAL = "digital", gettext_lazy("digital content whose delivery began with the customer’s consent")
    DATED = "dated", gettext_lazy("stay, transport or leisure for a certain date")
    PRICE = "price", gettext_lazy("price depends on the financial market")


@dataclass(frozen=True)
class Days:
    """A number of days a topic has: what it is called, and the least and the most it may be (with the reason)."""

    label: str | Promise
    least: int = 0
    most: int = MOST_DAYS
    reason: str | Promise = ""
    default: int | None = None


@dataclass(frozen=True)
class Spec:
    """What is asked about a topic. `rates`: what its rows are called; "" without rows."""

    days: Mapping[str, Days]
    rates: str | Promise = ""
    has_times: bool = False
    has_free_from: bool = False
    has_exceptions: bool = False
    may_wait: bool = False


_LAW = gettext_lazy("Consumers in the EU have 14 days by law; you may give more.")
SPECS: dict[PolicyTopic, Spec] = {
    PolicyTopic.SHIPPING: Spec(
        days={
            "dispatch": Days(gettext_lazy("Working days until an order is sent"), most=60, default=1),
            "latest": Days(
                gettext_lazy("Days after which it arrives at the latest"),
                least=1,
                default=30,
                reason=gettext_lazy("By law 30 days, unless you agree on something else."),
            ),
        },
        rates=gettext_lazy("Carriers"),
        has_times=True,
        has_free_from=True,
    ),
    PolicyTopic.PAYMENT: Spec(
        days={"invoice": Days(gettext_lazy("Days to pay an invoice"), most=180)}, rates=gettext_lazy("Ways to pay")
    ),
    PolicyTopic.RETURN: Spec(
        days={
            "window": Days(gettext_lazy("Days to withdraw"), least=14, reason=_LAW, default=14),
            "send_back": Days(
                gettext_lazy("Days to send the goods back after that"), least=14, reason=_LAW, default=14
            ),
        },
        rates=gettext_lazy("Ways to send back"),
        has_exceptions=True,
    ),
    PolicyTopic.REFUND: Spec(
        days={
            "window": Days(
                gettext_lazy("Days until the money is back"),
                least=1,
                most=14,
                default=14,
                reason=gettext_lazy("By law at most 14 days after the withdrawal."),
            )
        },
        may_wait=True,
    ),
}


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A carrier, a way to pay or to send back. `cost`, `free_from` in minor units; no countries: all of the policy."""

    name: str
    countries: tuple[str, ...] = ()  # ISO 3166-1 alpha-2
    days_from: int | None = None  # working days on the way
    days_to: int | None = None
    cost: int = 0
    currency: str = "EUR"
    free_from: int | None = None  # value of an order from which it costs nothing


@dataclass(frozen=True, kw_only=True)
class Exempt:
    """Goods that are not taken back, by language, and the ground in law."""

    ground: Ground
    goods: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a policy promises. `waits_for_goods`: the refund may wait for the goods or a proof that they were sent."""

    countries: tuple[str, ...] = ()  # empty: wherever the shop sells
    days: Mapping[str, int] = field(default_factory=dict)
    rates: tuple[Rate, ...] = ()
    exceptions: tuple[Exempt, ...] = ()
    waits_for_goods: bool = False


@dataclass(frozen=True, kw_only=True)
class InForce:
    """A version of a policy that holds: from `since` up to, not including, `until` (None: until another follows)."""

    id: int
    topic: PolicyTopic
    number: int
    since: date
    until: date | None
    terms: Terms
    words: Mapping[str, str]  # {language: Markdown} to stand below the terms

    def free_words(self, language: str) -> str:
        """What the shop adds in its own words; "" where it has none in this language."""
        return self.words.get(language, "")


class Unfit(ValueError):
    """Terms that cannot hold. `errors`: what is wrong by the name of the field (`days.window`, `rates.2.cost`)."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {said}" for name, said in errors.items()))
        self.errors = dict(errors)


def read(stored: Mapping[str, Any]) -> Terms:
    """Terms as they are kept in a policy."""
    return Terms(
        countries=tuple(stored.get("countries", ())),
        days=dict(stored.get("days", {})),
        rates=tuple(Rate(**{**one, "countries": tuple(one["countries"])}) for one in stored.get("rates", ())),
        exceptions=tuple(
            Exempt(ground=Ground(one["ground"]), goods=one["goods"]) for one in stored.get("exceptions", ())
        ),
        waits_for_goods=bool(stored.get("waits_for_goods", False)),
    )


def stored(terms: Terms) -> dict[str, Any]:
    """The same, as a policy keeps it."""
    return asdict(terms)


def check(topic: PolicyTopic, terms: Terms) -> None:
    """Raises Unfit unless every number is within its limits and nothing is there that the topic does not have."""
    spec = SPECS[topic]
    errors = dict(_days_errors(spec, terms.days))
    if unknown := _unknown(terms.countries):
        errors["countries"] = unknown
    rates, exceptions = (terms.rates if spec.rates else ()), (terms.exceptions if spec.has_exceptions else ())
    if rates != terms.rates or exceptions != terms.exceptions or (terms.waits_for_goods and not spec.may_wait):
        errors["topic"] = _("This topic has no such terms.")
    if max(len(rates), len(exceptions)) > MOST_ROWS:
        errors["rates"] = _("At most {n} rows.").format(n=MOST_ROWS)
    for place, rate in enumerate(rates):
        errors.update({f"rates.{place}.{name}": said for name, said in _rate_errors(rate).items()})
    if errors:
        raise Unfit(errors)


def _days_errors(spec: Spec, days: Mapping[str, int]) -> list[tuple[str, str]]:
    wrong = [(f"days.{name}", _("This topic has no such terms.")) for name in days if name not in spec.days]
    for name, asked in spec.days.items():
        number = days.get(name)
        if number is None and asked.default is not None:
            wrong.append((f"days.{name}", _("This number is needed.")))
        elif number is not None and not asked.least <= number <= asked.most:
            limits = _("Between {least} and {most}.").format(least=asked.least, most=asked.most)
            wrong.append((f"days.{name}", f"{limits} {asked.reason}".strip()))
    return wrong


def _rate_errors(rate: Rate) -> dict[str, str]:
    errors = {}
    if not rate.name or len(rate.name) > 80:
        errors["name"] = _("A name of at most 80 characters is needed.")
    if unknown := _unknown(rate.countries):
        errors["countries"] = unknown
    if not 0 <= rate.cost <= MOST_COST or not 0 <= (rate.free_from or 0) <= MOST_COST:
        errors["cost"] = _("This amount cannot be.")
    if rate.currency not in CURRENCIES:
        errors["currency"] = _("This currency is not known.")
    both = (rate.days_from, rate.days_to)
    if any(number is not None and not 0 <= number <= 365 for number in both):
        errors["days"] = _("Between {least} and {most}.").format(least=0, most=365)
    elif rate.days_from is not None and rate.days_to is not None and rate.days_from > rate.days_to:
        errors["days"] = _("The first number is the smaller one.")
    return errors


def _unknown(countries: tuple[str, ...]) -> str:
    wrong = [code for code in countries if code not in COUNTRIES]
    return _("No country has the code {codes}.").format(codes=", ".join(wrong)) if wrong else ""
