"""The fields a shop makes itself: their definitions."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from pydantic import Field as Given

from shopbell.agents import permissions
from shopbell.core import text
from shopbell.fields import operations
from shopbell.fields.models import Field, Kind, Subject
from shopbell.integrations.models import Scope
from shopbell.web.api.desk import TAG, FieldShape, field_shape
from shopbell.web.api.door import ApiRequest, operation, shown
from shopbell.web.api.fields import Body, Line, Number
from shopbell.web.api.problems import Problem, wrong

WRITE, MAY = Scope.SETTINGS_WRITE, permissions.may_administer
WITH_OPTIONS = (Kind.CHOICE, Kind.CHOICES)
MOST_OPTIONS = 200
Code = Literal["en", "de", "da", "et"]
Name = Annotated[Line, Given(max_length=80)]
Option = Annotated[Line, Given(max_length=100)]
LABELS = {"en": "Size", "de": "Größe"}


class FieldChange(Body):
    """What is named is changed, the rest stays. Values that are kept already stay as they are."""

    labels: dict[Code, Name] = Given(default={}, description="All of them; `en` is needed.", examples=[LABELS])
    options: list[Option] = Given(default=[], max_length=MOST_OPTIONS, examples=[["S", "M", "L"]])
    is_required: bool = Given(default=False, description="Needed to resolve; of conversations.", examples=[False])
    is_beside: bool = Given(default=True, description="Shown beside the conversation.", examples=[True])
    is_archived: bool = Given(default=False, description="Hidden everywhere; its values are kept.", examples=[False])


class NewField(Body):
    """A field. What it tells about, key and kind stay as they are made."""

    subject: Literal["customer", "conversation"] = Given(examples=["customer"])
    key: str = Given(pattern="^[a-z][a-z0-9_]{0,39}$", examples=["size"])
    kind: Literal["text", "number", "date", "yes_no", "choice", "choices", "url"] = Given(examples=["choice"])
    labels: dict[Code, Name] = Given(min_length=1, description="`en` is needed.", examples=[LABELS])
    options: list[Option] = Given(default=[], max_length=MOST_OPTIONS, examples=[["S", "M", "L"]])
    is_required: bool = Given(default=False, examples=[False])
    is_beside: bool = Given(default=True, examples=[True])


@operation(TAG, "POST", "/fields", scope=WRITE, may=MAY, shape=FieldShape, status=201)
def create_field(request: ApiRequest, body: NewField) -> HttpResponse:
    """Make a field of customers or conversations."""
    values = _read(Kind(body.kind), body.model_dump())
    values |= {"subject": Subject(body.subject), "kind": Kind(body.kind)}
    try:
        with transaction.atomic():
            row = operations.create(actor=request.agent.pk, **values)
    except IntegrityError:
        raise Problem(409, "Another field has this key already.") from None
    except operations.TooMany:
        raise Problem(409, f"There are {operations.MOST} fields already; archive one first.") from None
    return shown(field_shape(row), 201)


@operation(TAG, "PATCH", "/fields/{number}", scope=WRITE, may=MAY, shape=FieldShape)
def change_field(request: ApiRequest, number: Number, body: FieldChange) -> HttpResponse:
    """Change names and choices, or put a field away and bring it back. It is never deleted."""
    row = Field.objects.filter(id=number).first()
    if row is None:
        raise Problem(404)
    named = body.model_dump(include=body.model_fields_set)
    is_archived = named.pop("is_archived", None)
    if named:
        operations.change(row, actor=request.agent.pk, **_read(Kind(row.kind), {"options": row.options, **named}))
    if is_archived is not None and is_archived != (row.archived_at is not None):
        operations.archive(row, actor=request.agent.pk, is_archived=is_archived)
    return shown(field_shape(row))


def _read(kind: Kind, given: dict[str, Any]) -> dict[str, Any]:
    """The values as they are kept. Raises Problem."""
    values = dict(given)
    if "labels" in values:
        values["labels"] = _labels(values["labels"])
    values["options"] = _options(values["options"])
    if kind in WITH_OPTIONS and not values["options"]:
        raise wrong("/options", "Name at least one choice.")
    return values


def _labels(given: dict[Any, str]) -> dict[str, str]:
    labels = {str(code): name.strip() for code, name in given.items() if name.strip()}
    if "en" not in labels:
        raise wrong("/labels", "An English name is needed; others fall back on it.")
    return labels


def _options(given: list[str]) -> list[str]:
    """Different ones, without commas, for several choices stand in one cell of a file."""
    tidied = [text.preview(one, 100) for one in given]
    options = list({one.lower(): one for one in tidied if one}.values())
    if any("," in one or ";" in one for one in options):
        raise wrong("/options", "A choice cannot have a comma or a semicolon in it.")
    return options
