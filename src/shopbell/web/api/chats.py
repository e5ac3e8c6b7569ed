"""Chats of shops: when they are open, how they look, who goes on by mail."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from pydantic import AfterValidator, BaseModel, Field

from shopbell.agents import permissions
from shopbell.channels import operations
from shopbell.channels.models import Channel
from shopbell.core import hours
from shopbell.integrations.models import Scope
from shopbell.web.admin.chats import TYPE, snippet
from shopbell.web.admin.mailboxes import TYPE as MAILBOX
from shopbell.web.api.desk import TAG
from shopbell.web.api.door import ApiRequest, operation, shown
from shopbell.web.api.fields import Body, Id, Line, Number, Prose
from shopbell.web.api.problems import Problem, wrong

WRITE, MAY = Scope.SETTINGS_WRITE, permissions.may_administer
Code = Literal["en", "de", "da", "et"]
Day = Literal["0", "1", "2", "3", "4", "5", "6"]
HOURS = {"0": "09:00–17:00", "1": "09:00–17:00"}


def _read_by(read: Callable[[str], Any], said: str) -> AfterValidator:
    def check(value: str) -> str:
        try:
            read(value)
        except ValueError:
            raise ValueError(said) from None
        return value

    return AfterValidator(check)


Shift = Annotated[Line, Field(max_length=30), _read_by(hours.read_shift, "not a shift as in 09:00–17:00")]
Holidays = Annotated[
    Prose, Field(max_length=10_000), _read_by(hours.read_holidays, "dates as in 2026-12-24, one or two on each line")
]


class ChatShape(BaseModel):
    """A shop's chat."""

    id: int = Field(examples=[8])
    shop_id: int = Field(examples=[1])
    name: str = Field(examples=["Chat"])
    is_active: bool = Field(examples=[True])
    replies_through_id: int | None = Field(
        description="The mailbox that goes on when a visitor has left.", examples=[3]
    )
    embed: str = Field(
        description="The line for the shop's pages.",
        examples=['<script async src="https://desk.example/chat/0123456789abcdef.js"></script>'],
    )
    hours: dict[str, str] = Field(description="By weekday, 0 is Monday; {}: always open.", examples=[HOURS])
    holidays: str = Field(description="One date on each line, or two.", examples=["2026-12-24 2026-12-26"])
    capacity: int = Field(description="Chats an agent can have at once.", examples=[3])
    assigns: bool = Field(description="New chats go to whoever is online and has the fewest.", examples=[False])
    asks_page: bool = Field(description="Visitors are asked whether their page may be seen.", examples=[False])
    position: str = Field(examples=["right"])
    accent: str = Field(description="Empty: the shop's colour.", examples=[""])
    greetings: dict[str, str] = Field(description="By language.", examples=[{"en": "Hello! How can we help?"}])
    max_file_mb: int = Field(examples=[10])


class Chats(BaseModel):
    items: list[ChatShape]


class ChatChange(Body):
    """What is named is changed, the rest stays."""

    name: Line = Field(default="", max_length=100, examples=["Chat"])
    is_active: bool = Field(default=True, examples=[True])
    replies_through_id: Id | None = Field(default=None, examples=[3])
    hours: dict[Day, Shift] = Field(default={}, examples=[HOURS])
    holidays: Holidays = Field(default="", examples=["2026-12-24 2026-12-26"])
    capacity: int = Field(default=3, ge=0, le=65_535, examples=[3])
    assigns: bool = Field(default=False, examples=[False])
    asks_page: bool = Field(default=False, examples=[False])
    position: Literal["right", "left"] = Field(default="right", examples=["right"])
    accent: str = Field(default="", pattern="^(#[0-9a-f]{6})?$", examples=[""])
    greetings: dict[Code, Line] = Field(default={}, examples=[{"en": "Hello! How can we help?"}])
    max_file_mb: int = Field(default=10, ge=0, le=65_535, examples=[10])


OWN = ("name", "is_active", "replies_through_id")
USUAL = {
    "hours": {},
    "holidays": "",
    "capacity": 3,
    "assigns": False,
    "asks_page": False,
    "position": "right",
    "accent": "",
    "greetings": {},
    "max_file_mb": 10,
}


@operation(TAG, "GET", "/chats", scope=Scope.DESK_READ, may=permissions.may_read, shape=Chats)
def list_chats(request: ApiRequest) -> HttpResponse:
    """The chats of the shops the agent may see."""
    rows = permissions.scope(request.agent).of_shops(Channel.objects.filter(type=TYPE).order_by("id"))
    return shown(Chats(items=[_shape(row) for row in rows]))


def _shape(row: Channel) -> ChatShape:
    kept: Mapping[str, Any] = row.settings
    own = {name: getattr(row, name) for name in OWN}
    settings = {name: kept.get(name, usual) for name, usual in USUAL.items()}
    return ChatShape(id=row.pk, shop_id=row.shop_id, embed=snippet(row), **own, **settings)


@operation(TAG, "PATCH", "/chats/{number}", scope=WRITE, may=MAY, shape=ChatShape)
def change_chat(request: ApiRequest, number: Number, body: ChatChange) -> HttpResponse:
    """Change a chat's hours, words and look. A new one is made in the administration."""
    row = Channel.objects.filter(id=number, type=TYPE).first()
    if row is None:
        raise Problem(404)
    named = body.model_dump(include=body.model_fields_set)
    fields: dict[str, Any] = {name: named.pop(name) for name in OWN if name in named}
    if "name" in fields and not fields["name"].strip():
        raise wrong("/name", "A chat needs a name.")
    if "replies_through_id" in fields:
        fields["replies_through"] = _mailbox(row, fields.pop("replies_through_id"))
    if named:
        fields["settings"] = _merged(row.settings, named)
    if fields:
        operations.change_channel(row, actor=request.agent.pk, **fields)
    return shown(_shape(Channel.objects.get(id=number)))


def _mailbox(row: Channel, number: int | None) -> Channel | None:
    if number is None:
        return None
    found = Channel.objects.filter(id=number, type=MAILBOX, shop=row.shop_id).first()
    if found is None:
        raise wrong("/replies_through_id", "This shop has no such mailbox.")
    return found


def _merged(kept: Mapping[str, Any], named: Mapping[str, Any]) -> dict[str, Any]:
    """As the administration's form keeps them: what is empty is left out."""
    settings = {**copy.deepcopy(dict(kept)), **named}
    for name in ("hours", "greetings"):
        if name in named:
            settings[name] = {str(key): value.strip() for key, value in named[name].items() if value.strip()}
    return {name: value for name, value in settings.items() if value not in ("", None, {})}
