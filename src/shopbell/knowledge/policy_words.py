"""A policy's terms told in words, in each language, as Markdown: made of the data, so that no number is typed twice."""

from __future__ import annotations

from collections.abc import Iterable

from babel import Locale
from babel.lists import format_list
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from shopbell.core import languages, money
from shopbell.knowledge.models import PolicyTopic
from shopbell.knowledge.terms import Exempt, InForce, Rate, Terms


def country(code: str, language: str) -> str:
    """The name of a country (ISO 3166-1 alpha-2) in a language."""
    return str(Locale(language).territories.get(code, code))


def countries(codes: Iterable[str], language: str) -> str:
    """Names of countries as a list within a sentence, in the order of the alphabet."""
    names = sorted((country(code, language) for code in codes), key=lambda name: languages.place(name, language))
    return format_list(names, locale=language)


def to_markdown(found: InForce, language: str) -> str:
    """The whole policy as customers read it: the terms told, then the shop's own words in that language."""
    with translation.override(language):
        parts = TELLERS[found.topic](found.terms, language)
    return "\n\n".join(part for part in (*parts, found.free_words(language)) if part)


def values(terms: Terms, language: str) -> dict[str, str]:
    """What a text may name of these terms: each number of days, the least cost, what makes it free, the countries."""
    told = {name: str(number) for name, number in terms.days.items()}
    if terms.rates:
        least = min(terms.rates, key=lambda rate: rate.cost)
        told["cost"] = money.shown(least.cost, least.currency, language)
    free = [rate for rate in terms.rates if rate.free_from is not None]
    if free:
        first = min(free, key=lambda rate: rate.free_from or 0)
        told["free_from"] = money.shown(first.free_from or 0, first.currency, language)
    if terms.countries:
        told["countries"] = countries(terms.countries, language)
    return told


def _shipping(terms: Terms, language: str) -> list[str]:
    parts = [_("We ship to {countries}.").format(countries=countries(terms.countries, language))] * bool(
        terms.countries
    )
    if (dispatch := terms.days.get("dispatch")) is not None:
        said = ngettext("We send orders within {n} working day.", "We send orders within {n} working days.", dispatch)
        parts.append(said.format(n=dispatch) if dispatch else _("We send orders on the same working day."))
    parts.append(_table(_("Carrier"), terms.rates, language, times=True))
    if (latest := terms.days.get("latest")) is not None:
        said = ngettext(
            "An order arrives within {n} day at the latest.", "An order arrives within {n} days at the latest.", latest
        )
        parts.append(said.format(n=latest))
    return parts


def _payment(terms: Terms, language: str) -> list[str]:
    parts = [_("You can pay like this in {countries}:").format(countries=countries(terms.countries, language))] * bool(
        terms.countries
    )
    parts.append(_table(_("Way to pay"), terms.rates, language))
    if (days := terms.days.get("invoice")) is not None:
        said = ngettext("An invoice is due within {n} day.", "An invoice is due within {n} days.", days)
        parts.append(said.format(n=days))
    return parts


def _return(terms: Terms, language: str) -> list[str]:
    days = terms.days.get("window", 14)
    parts = [
        ngettext(
            "You can withdraw from the contract within {n} day without giving a reason.",
            "You can withdraw from the contract within {n} days without giving a reason.",
            days,
        ).format(n=days)
        + " "
        + _(
            "The time begins on the day you have the last item of your order in your hands; from a parcel box or a "
            "parcel shop, on the day you collect it. It is enough to tell us in time."
        )
    ]
    if terms.countries:
        parts.append(_("This holds for orders to {countries}.").format(countries=countries(terms.countries, language)))
    if (back := terms.days.get("send_back")) is not None:
        said = ngettext(
            "Send the goods back within {n} day after that.", "Send the goods back within {n} days after that.", back
        )
        parts.append(said.format(n=back))
    parts.append(_table(_("Way to send back"), terms.rates, language))
    if terms.exceptions:
        lines = [f"- {_exempt(one, language)}" for one in terms.exceptions]
        parts += [_("These cannot be returned:"), "\n".join(lines)]
    return parts


def _refund(terms: Terms, language: str) -> list[str]:
    days = terms.days.get("window", 14)
    parts = [
        ngettext(
            "You get your money back within {n} day after you withdrew, by the way you paid.",
            "You get your money back within {n} days after you withdrew, by the way you paid.",
            days,
        ).format(n=days)
        + " "
        + _("What you paid for standard shipping to you is part of it.")
    ]
    if terms.waits_for_goods:
        parts.append(_("We may wait until the goods are back with us, or until you show us that you sent them."))
    return parts


TELLERS = {
    PolicyTopic.SHIPPING: _shipping,
    PolicyTopic.PAYMENT: _payment,
    PolicyTopic.RETURN: _return,
    PolicyTopic.REFUND: _refund,
}


def _exempt(one: Exempt, language: str) -> str:
    goods = one.goods.get(language, "")
    ground = str(one.ground.label)
    return f"{_cell(goods)}: {ground}" if goods else ground[:1].upper() + ground[1:]


def _table(head: str, rates: tuple[Rate, ...], language: str, *, times: bool = False) -> str:
    """Rows of a table, with columns only for what some row tells."""
    if not rates:
        return ""
    has_places, has_times = any(rate.countries for rate in rates), times and any(map(_times, rates))
    heads = [head, *[_("Countries")] * has_places, *[_("Working days")] * has_times, _("Cost")]
    lines = [
        [
            _cell(rate.name),
            *[countries(rate.countries, language) or _("all")] * has_places,
            *[_times(rate)] * has_times,
            cost(rate, language),
        ]
        for rate in rates
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *lines))


def _times(rate: Rate) -> str:
    both = [str(number) for number in (rate.days_from, rate.days_to) if number is not None]
    return "–".join(dict.fromkeys(both))


def cost(rate: Rate, language: str) -> str:
    """What it costs, in words, and from which order value on it is free."""
    told = money.shown(rate.cost, rate.currency, language) if rate.cost else pgettext("costs nothing", "free")
    if rate.cost and rate.free_from is not None:
        told += ", " + _("free from {amount}").format(amount=money.shown(rate.free_from, rate.currency, language))
    return told


def _cell(typed: str) -> str:
    """What was typed, with nothing in it that Markdown reads as something else."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()<>#+!|" else letter for letter in typed)
