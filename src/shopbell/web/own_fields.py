"""Fields of the shop's own, ready to print: in a form to fill in, and as what is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils import formats
from django.utils.translation import gettext as _

from shopbell.core import numbers
from shopbell.fields.models import Field, Kind
from shopbell.fields.values import EMPTY
from shopbell.knowledge.models import PolicyTopic

POLICY_KEY = "policy_topic"  # the field of conversations by which contacts are counted

INPUTS = {Kind.NUMBER: "text", Kind.DATE: "date", Kind.URL: "url"}
MODES = {Kind.NUMBER: "decimal", Kind.URL: "url"}


@dataclass
class Entry:
    """One field of a form: how it is called, what is in it, what is wrong with it."""

    name: str
    label: str
    kind: str
    type: str
    mode: str
    value: str
    options: list[tuple[str, str, bool]]  # value, name, chosen
    is_required: bool
    error: str = ""


@dataclass
class Fact:
    """One value, told."""

    label: str
    text: str
    url: str = ""


def shown(field: Field, option: Any) -> Any:
    """An option by its name: those of the policy topic are known in every language."""
    is_topic = field.key == POLICY_KEY and option in PolicyTopic.values
    return str(PolicyTopic(option).label) if is_topic else option


def name_of(field: Field) -> str:
    """What a field is called in a form."""
    return f"own_{field.key}"


def entries(fields: Iterable[Field], values: Mapping[str, Any], errors: Mapping[str, str] | None = None) -> list[Entry]:
    """The fields to fill in; `values` as they are kept, or as they were typed where `errors` tell what is wrong."""
    return [_entry(field, values.get(field.key), (errors or {}).get(field.key, "")) for field in fields]


def _entry(field: Field, value: Any, error: str) -> Entry:
    kind = Kind(field.kind)
    chosen = value if isinstance(value, list) else [value]
    options = [(option, shown(field, option), option in chosen) for option in field.options]
    options += [
        (one, one, True) for one in chosen if one not in EMPTY and one not in field.options
    ]  # no choice any more
    return Entry(
        name=name_of(field),
        label=field.label,
        kind=kind.value,
        type=INPUTS.get(kind, "text"),
        mode=MODES.get(kind, ""),
        value=_typed(value),
        options=options if kind in (Kind.CHOICE, Kind.CHOICES) else [],
        is_required=field.is_required,
        error=error,
    )


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return numbers.written(value)
    return "" if value in EMPTY else str(value)


def given(fields: Iterable[Field], posted: QueryDict) -> dict[str, Any]:
    """What a form sent for each of the fields it showed; several choices come with a marker for when none is left."""
    found: dict[str, Any] = {}
    for field in fields:
        name = name_of(field)
        if field.kind == Kind.CHOICES and (name in posted or f"{name}_shown" in posted):
            found[field.key] = posted.getlist(name)
        elif name in posted:
            found[field.key] = posted[name]
    return found


def kept(fields: Iterable[Field], sent: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent, without values that are as they were: an option that is no choice any more may stay."""
    known = {field.key: field for field in fields}
    return {key: value for key, value in sent.items() if not _is_same(known[key], value, before.get(key))}


def _is_same(field: Field, sent: Any, before: Any) -> bool:
    if field.kind == Kind.CHOICES:
        return list(sent) == list(before or [])
    return bool(str(sent).strip() == _typed(before))


def facts(fields: Iterable[Field], values: Mapping[str, Any]) -> list[Fact]:
    """What is known, in the viewer's words; fields without a value are left out."""
    return [_fact(field, values[field.key]) for field in fields if values.get(field.key) not in EMPTY]


def _fact(field: Field, value: Any) -> Fact:
    if field.kind == Kind.URL:
        return Fact(field.label, str(value).removeprefix("https://").removeprefix("http://").rstrip("/"), str(value))
    return Fact(field.label, told(shown(field, value)))


def told(value: Any) -> str:
    """One value in the viewer's words."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return str(formats.localize(value, use_l10n=True))
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return _day(str(value))


def _day(value: str) -> str:
    try:
        return formats.date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT") if len(value) == 10 else value
    except ValueError:
        return value
