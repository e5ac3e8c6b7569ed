"""The form of a policy: from what was typed to terms, and back. Amounts are typed as 4,90 or 4.90 and kept in cents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from shopbell.core import languages, numbers, text
from shopbell.knowledge.models import PolicyTopic
from shopbell.knowledge.terms import CURRENCIES, MOST_ROWS, SPECS, Exempt, Ground, Rate, Terms
from shopbell.web import times

BLANK_ROWS = 2  # offered below those that are filled in


@dataclass
class Typed:
    """What stands in the form: text as it was typed, by the names of the fields."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class Input:
    """A field of the form, ready to print."""

    name: str
    label: str
    value: str
    error: str = ""
    help: str = ""
    choices: list[tuple[str, str]] = field(default_factory=list)


def fill(found: Terms, words: Mapping[str, str], since: date) -> Typed:
    """The form as it stands when somebody begins with these terms."""
    values = {"since": since.isoformat(), "countries": ", ".join(found.countries)}
    values |= {f"days.{name}": str(number) for name, number in found.days.items()}
    values |= {f"words.{language}": body for language, body in words.items()}
    if found.waits_for_goods:
        values["waits_for_goods"] = "1"
    for place, rate in enumerate(found.rates):
        values |= {f"rates.{place}.{part}": shown for part, shown in _rate_values(rate).items()}
    for place, one in enumerate(found.exceptions):
        values[f"exceptions.{place}.ground"] = one.ground.value
        values |= {f"exceptions.{place}.{language}": goods for language, goods in one.goods.items()}
    return Typed(values)


def _rate_values(rate: Rate) -> dict[str, str]:
    numbers = {"days_from": rate.days_from, "days_to": rate.days_to}
    return {
        "name": rate.name,
        "countries": ", ".join(rate.countries),
        "cost": _amount(rate.cost),
        "currency": rate.currency,
        "free_from": _amount(rate.free_from) if rate.free_from is not None else "",
        **{name: "" if number is None else str(number) for name, number in numbers.items()},
    }


def _amount(minor: int) -> str:
    return number_format(Decimal(minor) / 100, 2, use_l10n=True, force_grouping=False)


class Reader:
    """Reads a form that was sent; what does not fit is told in `typed.errors`."""

    def __init__(self, topic: PolicyTopic, sent: QueryDict) -> None:
        self.spec = SPECS[topic]
        self.typed = Typed({name: text.clean(str(value)).strip() for name, value in sent.items()})

    def terms(self) -> Terms:
        """The terms, without what could not be read. Rows without a name are left out and the rest moves up."""
        return Terms(
            countries=self._codes("countries"),
            days={name: number for name in self.spec.days if (number := self._number(f"days.{name}")) is not None},
            rates=self._rates() if self.spec.rates else (),
            exceptions=self._exceptions() if self.spec.has_exceptions else (),
            waits_for_goods=self.spec.may_wait and bool(self._get("waits_for_goods")),
        )

    def words(self) -> dict[str, str]:
        """{language: Markdown} of what was written."""
        return {code: self._get(f"words.{code}") for code in languages.NAMES if self._get(f"words.{code}")}

    def since(self) -> date | None:
        """The day it begins; None with an error for what is no date."""
        try:
            return date.fromisoformat(self._get("since"))
        except ValueError:
            self.typed.errors["since"] = _("This has to be a date, like 2026-11-30.")
            return None

    def _get(self, name: str) -> str:
        return self.typed.values.get(name, "")

    def _codes(self, name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for code in re.split(r"[\s,;]+", self._get(name).upper()) if code))

    def _number(self, name: str) -> int | None:
        given = self._get(name)
        if given.isdecimal() and len(given) < 9:
            return int(given)
        if given:
            self.typed.errors[name] = _("This has to be a whole number.")
        return None

    def _minor(self, name: str) -> int | None:
        given = self._get(name)
        if not given:
            return None
        try:
            amount = numbers.read(given) * 100
        except numbers.NotNumber as error:
            self.typed.errors[name] = str(error)
            return None
        if amount != amount.to_integral_value() or not 0 <= amount < 10**9:
            self.typed.errors[name] = _("This has to be an amount, like 4.90.")
            return None
        return int(amount)

    def _rows(self, kind: str, part: str) -> list[int]:
        """The places of rows that are filled in, moved together so that none is empty between."""
        places = [place for place in range(MOST_ROWS + BLANK_ROWS) if self._get(f"{kind}.{place}.{part}")]
        rows = [
            {
                name.split(".", 2)[2]: value
                for name, value in self.typed.values.items()
                if name.startswith(f"{kind}.{at}.")
            }
            for at in places
        ]
        self.typed.values = {name: v for name, v in self.typed.values.items() if not name.startswith(f"{kind}.")}
        for place, row in enumerate(rows):
            self.typed.values |= {f"{kind}.{place}.{name}": value for name, value in row.items()}
        return list(range(len(rows)))

    def _rates(self) -> tuple[Rate, ...]:
        return tuple(self._rate(f"rates.{place}") for place in self._rows("rates", "name"))

    def _rate(self, row: str) -> Rate:
        return Rate(
            name=self._get(f"{row}.name"),
            countries=self._codes(f"{row}.countries"),
            days_from=self._number(f"{row}.days_from"),
            days_to=self._number(f"{row}.days_to"),
            cost=self._minor(f"{row}.cost") or 0,
            currency=self._get(f"{row}.currency") or CURRENCIES[0],
            free_from=self._minor(f"{row}.free_from"),
        )

    def _exceptions(self) -> tuple[Exempt, ...]:
        places = self._rows("exceptions", "ground")
        grounds = {place: self._get(f"exceptions.{place}.ground") for place in places}
        return tuple(
            Exempt(ground=Ground(ground), goods=self._goods(place))
            for place, ground in grounds.items()
            if ground in Ground.values
        )

    def _goods(self, place: int) -> dict[str, str]:
        given = {code: text.preview(self._get(f"exceptions.{place}.{code}"), 200) for code in languages.NAMES}
        return {code: goods for code, goods in given.items() if goods}


def layout(topic: PolicyTopic, typed: Typed, offered: Sequence[str]) -> dict[str, Any]:
    """Every field of the form in its place."""
    spec = SPECS[topic]
    days = [_input(typed, f"days.{name}", str(asked.label), str(asked.reason)) for name, asked in spec.days.items()]
    return {
        "since": _input(typed, "since", _("Holds from")),
        "countries": _input(typed, "countries", _("Countries"), _("Codes like DE, DK, EE. Empty: wherever you sell.")),
        "days": days,
        "rates_label": str(spec.rates),
        "has_times": spec.has_times,
        "has_free_from": spec.has_free_from,
        "rates": [_rate_inputs(typed, place) for place in range(_filled(typed, "rates") + BLANK_ROWS)]
        if spec.rates
        else [],
        "has_exceptions": spec.has_exceptions,
        "exceptions": _exception_inputs(typed, offered) if spec.has_exceptions else [],
        "may_wait": spec.may_wait,
        "waits_for_goods": bool(typed.values.get("waits_for_goods")),
        "words": [_input(typed, f"words.{code}", languages.NAMES[code]) for code in offered],
        "errors": typed.errors,
    }


def _filled(typed: Typed, kind: str) -> int:
    return len({name.split(".")[1] for name, value in typed.values.items() if name.startswith(f"{kind}.") and value})


def _input(typed: Typed, name: str, label: str, about: str = "") -> Input:
    return Input(name, label, typed.values.get(name, ""), typed.errors.get(name, ""), about)


def _rate_inputs(typed: Typed, place: int) -> dict[str, Input]:
    labels = {
        "name": _("Name"),
        "countries": _("Countries"),
        "days_from": _("Days from"),
        "days_to": _("Days to"),
        "cost": _("Cost"),
        "currency": _("Currency"),
        "free_from": _("Free from"),
    }
    row = {part: _input(typed, f"rates.{place}.{part}", label) for part, label in labels.items()}
    row["currency"].choices = [(code, code) for code in CURRENCIES]
    row["days_to"].error = row["days_to"].error or typed.errors.get(f"rates.{place}.days", "")
    return row


def _exception_inputs(typed: Typed, offered: Sequence[str]) -> list[dict[str, Any]]:
    rows = []
    for place in range(_filled(typed, "exceptions") + BLANK_ROWS):
        ground = _input(typed, f"exceptions.{place}.ground", _("Reason"))
        ground.choices = [("", "–"), *((one.value, str(one.label)) for one in Ground)]
        label = _("Goods in {language}")
        goods = [
            _input(typed, f"exceptions.{place}.{code}", label.format(language=times.language_name(code)))
            for code in offered
        ]
        rows.append({"ground": ground, "goods": goods})
    return rows
