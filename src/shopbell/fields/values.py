"""Values of fields: from what was typed to what is kept, and whether it may be.

Kept are text, numbers, dates as YYYY-MM-DD, true or false, one option or a list of options, and web addresses: what
JSON can say, so that filters and the API read them as they are. An empty value is not kept at all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from shopbell.core import numbers, text
from shopbell.fields.models import Field, Kind

LONGEST = 2_000
EMPTY: tuple[Any, ...] = (None, "", [], ())
YES = {"1", "true", "yes", "on", "ja", "jah", "x"}
NO = {"0", "false", "no", "off", "nein", "nej", "ei"}


class Unfit(ValueError):
    """A value that does not fit its field. `errors`: what is wrong, by the fields' keys, to be shown beside them."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{key}: {said}" for key, said in errors.items()))
        self.errors = dict(errors)


def read(field: Field, value: Any) -> Any:
    """The value as it is kept; None for an empty one. Raises ValueError with words for the one who typed it."""
    if isinstance(value, str):
        value = text.clean(value).strip()
    if value in EMPTY:
        return None
    return READERS[Kind(field.kind)](field, value)


def read_all(fields: Iterable[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given for each field, read; keys that were not given are left out, empty ones are None.

    Raises Unfit, also for a key no field has.
    """
    known = {field.key: field for field in fields}
    values: dict[str, Any] = {}
    errors = {key: _("There is no such field.") for key in given if key not in known}
    for key in given:
        if key in known:
            try:
                values[key] = read(known[key], given[key])
            except ValueError as error:
                errors[key] = str(error)
    if errors:
        raise Unfit(errors)
    return values


def changed(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """A row's values with some set and, where None, taken away."""
    return {key: value for key, value in {**before, **values}.items() if value not in EMPTY}


def missing(fields: Iterable[Field], values: Mapping[str, Any]) -> list[Field]:
    """The fields without which a conversation may not be resolved, and which have no value yet."""
    return [field for field in fields if field.is_required and values.get(field.key) in EMPTY]


def _text(_field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(_("This has to be text."))
    if len(value) > LONGEST:
        raise ValueError(_("At most {n} characters.").format(n=LONGEST))
    return value


def _number(_field: Field, value: Any) -> int | float:
    """Whole numbers stay whole; text is read as `core.numbers` reads it."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(_("This has to be a number."))
    number = float(numbers.read(value) if isinstance(value, str) else value)
    if not math.isfinite(number) or abs(number) > 1e15:
        raise ValueError(_("This number is too large."))
    return int(number) if number.is_integer() else number


def _date(_field: Field, value: Any) -> str:
    """ISO 8601, or day.month.year as it is written in Germany, Denmark and Estonia."""
    typed = str(value)
    if typed.count(".") == 2:
        day, month, year = typed.split(".")
        typed = f"{year.strip():0>4}-{month.strip():0>2}-{day.strip():0>2}"
    try:
        return date.fromisoformat(typed).isoformat()
    except ValueError:
        raise ValueError(_("This has to be a date, like 2026-11-30.")) from None


def _yes_no(_field: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if word in YES | NO:
        return word in YES
    raise ValueError(_("This has to be yes or no."))


def _choice(field: Field, value: Any) -> str:
    """One of the options, in any case."""
    for option in field.options:
        if option.lower() == str(value).lower():
            return str(option)
    raise ValueError(_("“{value}” is not one of the choices.").format(value=str(value)[:50]))


def _choices(field: Field, value: Any) -> list[str] | None:
    """Some of the options, in their order; text is split at commas and semicolons."""
    listed = value if isinstance(value, list | tuple) else str(value).replace(";", ",").split(",")
    chosen = {_choice(field, str(one).strip()) for one in listed if str(one).strip()}
    return [option for option in field.options if option in chosen] or None


def _url(_field: Field, value: Any) -> str:
    """http or https only: it becomes a link to press."""
    typed = str(value) if "://" in str(value) else f"https://{value}"
    try:
        parts = urlsplit(typed)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or "." not in parts.netloc or " " in typed or len(typed) > LONGEST:
        raise ValueError(_("This has to be a web address, like https://example.com."))
    return typed


READERS: dict[Kind, Callable[[Field, Any], Any]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.URL: _url,
}
