"""Shops are made and changed: language and zone, look, what their privacy notice says, host names."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.http import HttpResponse
from pydantic import AfterValidator, Field

from shopbell.agents import permissions
from shopbell.core import zones
from shopbell.integrations.models import Scope
from shopbell.shops import operations
from shopbell.shops.models import Shop
from shopbell.web.api.desk import TAG, ShopShape, shop_shape
from shopbell.web.api.door import ApiRequest, operation, shown
from shopbell.web.api.fields import Body, Line, Number
from shopbell.web.api.problems import Problem, wrong

WRITE, MAY = Scope.SETTINGS_WRITE, permissions.may_administer
Code = Literal["en", "de", "da", "et"]


def _address(value: str) -> str:
    try:
        if value:
            URLValidator(["http", "https"])(value)
    except ValidationError:
        raise ValueError("not a web address as in https://shop.example") from None
    return value


def _email(value: str) -> str:
    try:
        if value:
            validate_email(value)
    except ValidationError:
        raise ValueError("not an e-mail address") from None
    return value


def _zone(value: str) -> str:
    if zones.named(value).key != value or "/" not in value:
        raise ValueError("not a time zone as in Europe/Tallinn")
    return value


Url = Annotated[Line, Field(max_length=200), AfterValidator(_address)]


class ShopChange(Body):
    """What is named is changed, the rest stays."""

    name: Line = Field(default="", max_length=100, examples=["Hallik"])
    language: Code = Field(default="en", examples=["et"])
    languages: list[Code] = Field(default=[], max_length=4, description="[]: every one.", examples=[[]])
    time_zone: Annotated[Line, Field(max_length=60), AfterValidator(_zone)] = Field(
        default="Europe/Berlin", examples=["Europe/Tallinn"]
    )
    website: Url = Field(default="", examples=["https://hallik.example"])
    accent: str = Field(default="", pattern="^(#[0-9a-f]{6})?$", examples=["#8a5a00"])
    controller: Line = Field(default="", examples=["Hallik OÜ, Tallinn"])
    privacy_contact: Annotated[Line, Field(max_length=254), AfterValidator(_email)] = Field(
        default="", examples=["privacy@hallik.example"]
    )
    privacy_url: Url = Field(default="", examples=["https://hallik.example/privacy"])
    phone: Line = Field(default="", max_length=40, examples=["+372 600 1234"])
    phone_hours: Line = Field(default="", max_length=200, examples=["Mon–Fri 9–17"])
    retention_months: int = Field(default=36, ge=0, le=32_767, examples=[36])
    hosts: list[Line] = Field(default=[], max_length=20, examples=[["help.hallik.example"]])


class NewShop(ShopChange):
    """A shop. Its slug, which stands in public addresses, is made from the name and never changes."""

    name: Line = Field(min_length=1, max_length=100, examples=["Hallik"])


@operation(TAG, "POST", "/shops", scope=WRITE, may=MAY, shape=ShopShape, status=201)
def create_shop(request: ApiRequest, body: NewShop) -> HttpResponse:
    """Make a shop. Mailboxes and connections, which need passwords, are added in the administration."""
    values, hosts = _values(body)
    row = operations.create_shop(actor=request.agent.pk, **values)
    _set_hosts(request, row, hosts)
    return shown(_shape(row.pk), 201)


@operation(TAG, "PATCH", "/shops/{number}", scope=WRITE, may=MAY, shape=ShopShape)
def change_shop(request: ApiRequest, number: Number, body: ShopChange) -> HttpResponse:
    """Change a shop. Its logo is changed in the administration."""
    row = Shop.objects.filter(id=number).first()
    if row is None:
        raise Problem(404)
    values, hosts = _values(body)
    if values:
        operations.change_shop(row, actor=request.agent.pk, **values)
    _set_hosts(request, row, hosts)
    return shown(_shape(row.pk))


def _values(body: ShopChange) -> tuple[dict[str, Any], list[str] | None]:
    values = body.model_dump(include=body.model_fields_set)
    if "name" in values and not values["name"].strip():
        raise wrong("/name", "A shop needs a name.")
    return values, values.pop("hosts", None)


def _set_hosts(request: ApiRequest, row: Shop, hosts: list[str] | None) -> None:
    """Not the desk's own name: its start would be gone."""
    if hosts is None:
        return
    try:
        wanted = [operations.host_name(host) for host in hosts]
        if urlsplit(settings.BASE_URL).hostname in wanted:
            raise wrong("/hosts", "The desk itself is reached by this name; a shop needs another one.")
        operations.set_hosts(row, wanted, actor=request.agent.pk)
    except operations.NoHost as refused:
        raise wrong("/hosts", f"“{refused}” is no host name, or another shop's.") from None


def _shape(number: int) -> ShopShape:
    return shop_shape(Shop.objects.prefetch_related("domains").get(id=number))
