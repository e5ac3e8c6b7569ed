"""Filters over customers: conditions on what is known of them, all or any of which must hold.

A condition is [field, operator, value]. Fields are those of FIXED and the shop's own as `custom.<key>`. What a field or
a choice that is gone asked for is left out and told, so that an old segment goes on working as far as it can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopbell.customers.models import Identity
from shopbell.fields import values
from shopbell.fields.models import Field, Kind

FIXED = {
    "language": gettext_lazy("Language"),
    "blocked": gettext_lazy("Blocked"),
    "created": gettext_lazy("Known for (days)"),
    "contact": gettext_lazy("Last contact (days ago)"),
    "reach": gettext_lazy("Reached by"),
}
OPERATORS = {
    "is": gettext_lazy("is"),
    "not": gettext_lazy("is not"),
    "contains": gettext_lazy("contains"),
    "more": gettext_lazy("more than, after"),
    "less": gettext_lazy("less than, before"),
    "set": gettext_lazy("is filled in"),
    "unset": gettext_lazy("is empty"),
}
OWN: dict[Kind, tuple[str, ...]] = {
    Kind.TEXT: ("is", "not", "contains", "set", "unset"),
    Kind.NUMBER: ("is", "not", "more", "less", "set", "unset"),
    Kind.DATE: ("is", "more", "less", "set", "unset"),
    Kind.YES_NO: ("is", "set", "unset"),
    Kind.CHOICE: ("is", "not", "set", "unset"),
    Kind.CHOICES: ("is", "not", "set", "unset"),
    Kind.URL: ("contains", "set", "unset"),
}
ALIKE, AGO = ("is", "not"), ("more", "less")
COMPARED = {"language": ALIKE, "blocked": ALIKE, "created": AGO, "contact": AGO, "reach": ALIKE}
REACHES = ("email", "phone", "external")
LONGEST_DAYS = 36_500


@dataclass
class Compiled:
    """A condition for the database, and what had to be left out of it, in words."""

    where: Q = field(default_factory=Q)
    left_out: list[str] = field(default_factory=list)


def compiled(saved: Mapping[str, Any], own: Iterable[Field]) -> Compiled:
    """The filter as a condition on customers."""
    result, is_any = Compiled(), saved.get("match") == "any"
    known = {f"custom.{one.key}": one for one in own}
    for name, operator, value in saved.get("conditions", []):
        try:
            part = condition(name, operator, value, known)
        except ValueError as error:
            result.left_out.append(f"{_label(name, known)}: {error}")
            continue
        result.where = result.where | part if is_any else result.where & part
    return result


def _label(name: str, known: Mapping[str, Field]) -> str:
    return str(known[name].label if name in known else FIXED.get(name, name))


def operators(name: str, known: Mapping[str, Field]) -> tuple[str, ...]:
    """How a field can be compared; () for one that does not exist."""
    return OWN[Kind(known[name].kind)] if name in known else COMPARED.get(name, ())


def condition(name: str, operator: str, value: str, known: Mapping[str, Field]) -> Q:
    """One condition. Raises ValueError with words for the one who made it."""
    allowed = operators(name, known)
    if not allowed:
        raise ValueError(_("There is no such field."))
    if operator not in allowed:
        raise ValueError(_("This cannot be asked of this field."))
    return _own(known[name], operator, value) if name in known else CONDITIONS[name](operator, value)


def _own(one: Field, operator: str, value: str) -> Q:
    if operator in ("set", "unset"):
        has = Q(custom__has_key=one.key)
        return has if operator == "set" else ~has
    if operator == "contains":
        return Q(**{f"custom__{one.key}__icontains": _filled(value)})
    wanted = values.read(one, _filled(value))
    if operator in ("is", "not"):
        same = Q(custom__contains={one.key: wanted})
        return same if operator == "is" else ~same
    return Q(custom__has_key=one.key, **{f"custom__{one.key}__{'gt' if operator == 'more' else 'lt'}": wanted})


def _filled(value: str) -> str:
    if not value.strip():
        raise ValueError(_("Write down what to look for."))
    return value.strip()


def _language(operator: str, value: str) -> Q:
    same = Q(language=value.strip()[:5])
    return same if operator == "is" else ~same


def _blocked(operator: str, value: str) -> Q:
    blocked = Q(Exists(Identity.objects.filter(customer=OuterRef("id"), blocked_at__isnull=False)))
    word = value.strip().lower()
    if word not in values.YES | values.NO:
        raise ValueError(_("This has to be yes or no."))
    return blocked if (operator == "is") == (word in values.YES) else ~blocked


def _reach(operator: str, value: str) -> Q:
    kind = value.strip().lower()
    if kind not in REACHES:
        raise ValueError(_("This has to be email, phone or external."))
    has = Q(Exists(Identity.objects.filter(customer=OuterRef("id"), kind=kind)))
    return has if operator == "is" else ~has


def _days(column: str) -> Callable[[str, str], Q]:
    """`more` than so many days ago, or `less`."""

    def ask(operator: str, value: str) -> Q:
        if not value.strip().isascii() or not value.strip().isdecimal() or int(value) > LONGEST_DAYS:
            raise ValueError(_("This has to be a number of days."))
        at = timezone.now() - timedelta(days=int(value))
        return Q(**{f"{column}__{'lt' if operator == 'more' else 'gte'}": at})

    return ask


CONDITIONS: dict[str, Callable[[str, str], Q]] = {
    "language": _language,
    "blocked": _blocked,
    "created": _days("created_at"),
    "contact": _days("last_contact_at"),
    "reach": _reach,
}
