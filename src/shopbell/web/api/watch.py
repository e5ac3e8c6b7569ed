"""What a shop watches: its rules, the messages it tells customers first, and its own words for them."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Path
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.channels.models import Channel
from shopbell.integrations.models import Scope
from shopbell.shops.models import Shop
from shopbell.watching import terms, texts
from shopbell.watching.models import Calendar, Kind, StatusMessage
from shopbell.watching.operations import deciding
from shopbell.web.admin.mailboxes import TYPE as MAILBOX
from shopbell.web.api import find
from shopbell.web.api.cases import KindName
from shopbell.web.api.chats import HOURS, Holidays, Shift
from shopbell.web.api.chats import Day as Weekday
from shopbell.web.api.door import ApiRequest, done, operation, shown
from shopbell.web.api.fields import Body, Id, Number, Prose
from shopbell.web.api.problems import Problem, wrong

TAG = "Watch"
READ, WRITE, MAY = Scope.DESK_READ, Scope.SETTINGS_WRITE, permissions.may_administer
Which = Annotated[KindName, Path(examples=["late"])]
Step = Annotated[
    Literal["received", "paid", "shipped", "out_for_delivery", "ready", "delivered"], Path(examples=["shipped"])
]
Name = Annotated[str, Path(pattern="^[a-z_]{1,30}$", examples=["late"])]
Language = Annotated[Literal["en", "de", "da", "et"], Path(examples=["de"])]
ChoiceName = Literal["wait", "redirect", "replace", "refund"]
Clock = Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
LONGEST = 365


class RuleShape(BaseModel):
    """What holds for one kind of trouble."""

    kind: str = Field(examples=["late"])
    is_active: bool = Field(examples=[True])
    writes: bool = Field(description="The customer is told first.", examples=[False])
    after: int = Field(examples=[1])
    unit: str = Field(description="workdays, workhours, days, times, or empty: at once.", examples=["days"])
    horizon_days: int = Field(description="Older orders are not written to.", examples=[30])
    choices: list[str] = Field(description="What the customer may choose.", examples=[["wait", "refund"]])


class WatchShape(BaseModel):
    """All that a shop decided about its watch."""

    shop_id: int = Field(examples=[1])
    rules: list[RuleShape]
    messages: list[str] = Field(description="Steps of orders customers are told of.", examples=[["shipped"]])


class RuleChange(Body):
    """What is named is changed, the rest stays."""

    is_active: bool = Field(default=True, examples=[True])
    writes: bool = Field(default=False, examples=[True])
    after: int = Field(default=1, ge=1, le=LONGEST, examples=[2])
    horizon_days: int = Field(default=30, ge=1, le=LONGEST, examples=[30])
    choices: list[ChoiceName] = Field(default=[], max_length=4, examples=[["wait", "refund"]])


class MessageTextShape(BaseModel):
    """What customers are told, in one language; `{names}` in braces are filled in."""

    name: str = Field(description="A kind of trouble, or a step of an order.", examples=["late"])
    language: str = Field(examples=["de"])
    subject: str = Field(examples=["Ihre Bestellung {order.number}"])
    text: str = Field(examples=["{greeting}\n\nIhr Paket verspätet sich …"])


class MessageTexts(BaseModel):
    items: list[MessageTextShape]


class CalendarShape(BaseModel):
    """Business hours, holidays, and the night in which nobody is written to; in the shop's time zone."""

    hours: dict[str, str] = Field(description="By weekday, 0 is Monday.", examples=[HOURS])
    holidays: str = Field(description="One date on each line, or two.", examples=["2026-12-24 2026-12-26"])
    quiet_from: str = Field(examples=["20:00"])
    quiet_to: str = Field(examples=["08:00"])
    mailbox_id: int | None = Field(description="Writes first; null: the shop's first mailbox.", examples=[None])


class CalendarChange(Body):
    """What is named is changed, the rest stays."""

    hours: dict[Weekday, Shift] = Field(default={}, examples=[HOURS])
    holidays: Holidays = Field(default="", examples=["2026-12-24 2026-12-26"])
    quiet_from: Clock = Field(default="20:00", examples=["20:00"])
    quiet_to: Clock = Field(default="08:00", examples=["08:00"])
    mailbox_id: Id | None = Field(default=None, examples=[None])


class NewMessageText(Body):
    """The shop's own words; empty ones, or ours, take them away again."""

    subject: Prose = Field(max_length=200, examples=["Ihre Bestellung {order.number}"])
    text: Prose = Field(max_length=20_000, examples=["{greeting}\n\nIhr Paket verspätet sich …"])


@operation(TAG, "GET", "/shops/{number}/watch", scope=READ, may=permissions.may_read, shape=WatchShape)
def get_watch(request: ApiRequest, number: Number) -> HttpResponse:
    """The rules of a shop, ours where it decided nothing, and the messages it has switched on."""
    return shown(_shape(find.shop(request, number)))


def _shape(shop: Shop) -> WatchShape:
    rules = [_rule(one) for one in terms.of_shop(shop.pk).rules.values()]
    on = StatusMessage.objects.filter(shop=shop, channel_type="email").values_list("step", flat=True)
    return WatchShape(shop_id=shop.pk, rules=rules, messages=[step for step in texts.STEPS if step in set(on)])


def _rule(one: terms.Terms) -> RuleShape:
    return RuleShape(
        kind=one.kind.value,
        is_active=one.is_active,
        writes=one.writes,
        after=one.after,
        unit=one.unit,
        horizon_days=one.horizon_days,
        choices=[choice.value for choice in one.choices],
    )


@operation(TAG, "PATCH", "/shops/{number}/watch/{kind}", scope=WRITE, may=MAY, shape=WatchShape)
def change_watch_rule(request: ApiRequest, number: Number, kind: Which, body: RuleChange) -> HttpResponse:
    """Change one rule. What cannot be told or offered for this kind is left out."""
    shop = find.shop(request, number)
    now = terms.of_shop(shop.pk).rules[Kind(kind)]
    values = {
        "is_active": now.is_active,
        "writes": now.writes,
        "after": now.after,
        "horizon_days": now.horizon_days,
        "choices": [choice.value for choice in now.choices],
        **body.model_dump(include=body.model_fields_set),
    }
    if not now.unit:
        values["after"] = now.after
    deciding.save_rule(shop, Kind(kind), actor=request.agent.pk, **values)
    return shown(_shape(shop))


@operation(TAG, "GET", "/shops/{number}/calendar", scope=READ, may=permissions.may_read, shape=CalendarShape)
def get_calendar(request: ApiRequest, number: Number) -> HttpResponse:
    """When a shop works, and when its customers sleep."""
    return shown(_calendar(find.shop(request, number)))


def _calendar(shop: Shop) -> CalendarShape:
    row = Calendar.objects.filter(shop=shop).first() or Calendar(shop=shop)
    return CalendarShape(
        hours=row.hours or terms.HOURS,
        holidays=row.holidays,
        quiet_from=f"{row.quiet_from:%H:%M}",
        quiet_to=f"{row.quiet_to:%H:%M}",
        mailbox_id=row.mailbox_id,
    )


@operation(TAG, "PATCH", "/shops/{number}/calendar", scope=WRITE, may=MAY, shape=CalendarShape)
def change_calendar(request: ApiRequest, number: Number, body: CalendarChange) -> HttpResponse:
    """Change hours, holidays, or the night."""
    shop = find.shop(request, number)
    said = {**_calendar(shop).model_dump(), **body.model_dump(include=body.model_fields_set)}
    deciding.save_calendar(
        shop,
        actor=request.agent.pk,
        hours={str(day): shift.strip() for day, shift in said["hours"].items() if shift.strip()},
        holidays=said["holidays"],
        night=(time.fromisoformat(said["quiet_from"]), time.fromisoformat(said["quiet_to"])),
        mailbox=_mailbox(shop, said["mailbox_id"]),
    )
    return shown(_calendar(shop))


def _mailbox(shop: Shop, number: int | None) -> Channel | None:
    row = Channel.objects.filter(id=number, shop=shop, type=MAILBOX, is_active=True).first() if number else None
    if number and row is None:
        raise wrong("/mailbox_id", "This shop has no such mailbox.")
    return row


@operation(TAG, "PUT", "/shops/{number}/messages/{step}", scope=WRITE, may=MAY, shape=None, status=204)
def switch_message_on(request: ApiRequest, number: Number, step: Step) -> HttpResponse:
    """Tell customers of this step of their order by mail."""
    deciding.switch_message(find.shop(request, number), step, on=True, actor=request.agent.pk)
    return done()


@operation(TAG, "DELETE", "/shops/{number}/messages/{step}", scope=WRITE, may=MAY, shape=None, status=204)
def switch_message_off(request: ApiRequest, number: Number, step: Step) -> HttpResponse:
    """Tell customers of it no more."""
    deciding.switch_message(find.shop(request, number), step, on=False, actor=request.agent.pk)
    return done()


@operation(TAG, "GET", "/shops/{number}/texts", scope=READ, may=permissions.may_read, shape=MessageTexts)
def list_texts(request: ApiRequest, number: Number) -> HttpResponse:
    """What customers are told, in the languages the shop offers: the shop's own words, else ours."""
    shop = find.shop(request, number)
    written = texts.sources(shop.pk)
    items = [
        MessageTextShape(name=name, language=code, subject=pair[0], text=pair[1])
        for name in texts.names()
        for code in shop.offered_languages()
        for pair in [written[name, code]]
    ]
    return shown(MessageTexts(items=items))


@operation(TAG, "PUT", "/shops/{number}/texts/{name}/{language}", scope=WRITE, may=MAY, shape=MessageTextShape)
def write_text(
    request: ApiRequest, number: Number, name: Name, language: Language, body: NewMessageText
) -> HttpResponse:
    """Put the shop's own words in place of ours."""
    shop = find.shop(request, number)
    if name not in texts.names():
        raise Problem(404)
    try:
        deciding.save_wording(shop, name, language, body.subject, body.text, actor=request.agent.pk)
    except deciding.UnknownNames as unknown:
        raise wrong("/text", f"There is no {', '.join(f'{{{one}}}' for one in unknown.names)}.") from None
    subject, text = texts.source(shop.pk, name, language)
    return shown(MessageTextShape(name=name, language=language, subject=subject, text=text))
