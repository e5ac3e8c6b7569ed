"""The kinds of values requests are made of: whatever arrives, only what the database can hold goes on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from ninja import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from shopbell.core import text

LARGEST = 2**63 - 1
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9990, 1, 1, tzinfo=UTC)


class Body(BaseModel):
    """What a request sends: a name that is not known is an error, not ignored."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _clean(value: Any) -> Any:
    return text.clean(value) if isinstance(value, str) else value


def _instant(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone, as in 2026-11-22T09:00:00+02:00 or …Z")
    if not EARLIEST <= value <= LATEST:
        raise ValueError("between the years 1970 and 9990")
    return value


def _from_text(value: Any) -> Any:
    """An instant is written as RFC 3339; pydantic alone would take seconds since 1970, too."""
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("not an RFC 3339 date and time") from None


def _day(value: Any) -> Any:
    """A day is written as YYYY-MM-DD."""
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("not a date as in 2026-11-30") from None


Id = Annotated[int, Field(ge=1, le=LARGEST, examples=[42])]
Number = Annotated[int, Path(ge=1, le=LARGEST, examples=[42])]
Line = Annotated[str, BeforeValidator(_clean), Field(max_length=1000)]
Word = Annotated[str, BeforeValidator(_clean), Field(max_length=50)]
Prose = Annotated[str, BeforeValidator(_clean), Field(max_length=200_000)]
Instant = Annotated[
    datetime,
    BeforeValidator(_from_text),
    AfterValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-23T09:00:00Z"]}),
]
Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2027-05-01"]}),
]
