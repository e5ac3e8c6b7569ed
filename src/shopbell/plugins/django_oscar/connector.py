"""django-oscar, through the app that the merchant installs in the shop (integrations/django_oscar)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shopbell.commerce.contract import (
    OF_AGENTS,
    OLD_SECRET,
    Ability,
    Asked,
    Deed,
    Done,
    Fields,
    Finding,
    Item,
    Kind,
    NotThere,
    Page,
    Refused,
    SettingsField,
    ShopError,
    SignedConnector,
    UnknownOutcome,
    Unparsable,
    ask,
    understood,
)
from shopbell.core import money
from shopbell.plugins.django_oscar import orders, others
from shopbell.plugins.django_oscar.words import Words

AT_ONCE = 100
UNTOLD_MANY = 20  # so many changes that were not told are no accident


class DjangoOscar(SignedConnector):
    """The shop's app gives complete orders and what changed since, pushes signed hints, and does each deed once."""

    label: ClassVar[str] = "django-oscar"
    settings_form: ClassVar[tuple[SettingsField, ...]] = (
        SettingsField(
            path="url",
            label=_("Address of the shop’s app"),
            required=True,
            help=_("Where you put shopbell_oscar.urls: https://shop.example/shopbell/"),
        ),
        SettingsField(
            path="token",
            label=_("Token"),
            kind="password",
            required=True,
            secret=True,
            help=_("The same as TOKEN in the shop’s settings."),
        ),
        SettingsField(
            path="secret",
            label=_("Signing secret"),
            kind="password",
            secret=True,
            help=_("The same as SECRET in the shop’s settings: whsec_…"),
        ),
        OLD_SECRET,
        *(
            SettingsField(path=f"words.{name}", label=label, initial=Words.DEFAULTS[name], rare=True)
            for name, label in (
                ("shipped", _("Shipping events that mean: handed to the carrier")),
                ("delivered", _("Shipping events that mean: the customer has it")),
                ("returned", _("Shipping events that mean: it came back")),
                ("cancelled", _("Statuses that mean: cancelled")),
                ("refunded", _("Payment events that mean: paid back")),
            )
        ),
    )
    abilities: ClassVar[frozenset[Ability]] = OF_AGENTS

    def understand(self, kind: Kind, raw: Mapping[str, Any]) -> Item:
        given = Fields(raw)
        if kind == "order":
            return orders.read(given, self.zone, Words.of(self.settings))
        return others.product(given, self.zone) if kind == "product" else others.customer(given, self.zone)

    def fetch(self, kind: Kind, remote_id: str) -> Item | None:
        try:
            return self.understand(kind, self._ask("GET", f"{kind}s/{quote(remote_id, safe='')}/").json())
        except NotThere:
            return None

    def changes(self, kind: Kind, since: datetime | None, cursor: Mapping[str, Any]) -> Page:
        query = {"limit": str(AT_ONCE), "cursor": str(cursor.get("cursor", ""))}
        if since:
            query["modified_after"] = since.isoformat()
        answer = Fields(self._ask("GET", f"{kind}s/?{urlencode(query)}").json())
        raws = answer.raw.get("results")
        if not isinstance(raws, list):
            raise Unparsable("results is missing: is this the address of the shop’s app for Shopbell?")
        items, broken = understood(raws, lambda raw: self.understand(kind, raw))
        following = answer.text("cursor")
        return Page(items=items, cursor={"cursor": following}, has_more=bool(following), broken=broken)

    def do(self, deed: Deed) -> Done:
        answer = self._ask("POST", "deeds/", is_deed=True, json=_asked(deed))
        return _done(answer, UnknownOutcome("the shop has begun it, and does not know whether it was done"))

    def was_done(self, deed: Deed) -> Done | None:
        try:
            return _done(
                self._ask("GET", f"deeds/{quote(deed.key, safe='')}/"), UnknownOutcome("the shop does not know")
            )
        except Refused:  # it said no, or never heard of it
            return None

    def test(self) -> list[Finding]:
        try:
            about = Fields(self._ask("GET", "").json())
            return [*_inabilities(about), *_behind(about)]
        except ShopError as error:
            return [Finding(level="error", text=str(error))]

    def subscribe(self, address: str) -> list[Finding]:
        """The address stands in the shop's own settings; whether it is ours can be asked."""
        try:
            told = Fields(self._ask("GET", "").json()).text("address")
        except ShopError as error:
            return [Finding(level="error", text=str(error))]
        if told.rstrip("/") == address.rstrip("/"):
            return []
        text = gettext("The shop does not push its changes: write %(address)s as ADDRESS into its settings.")
        return [Finding(level="warning", text=text % {"address": address})]

    def _ask(self, method: str, path: str, *, is_deed: bool = False, json: Any = None) -> Asked:
        base = str(self.settings.get("url") or "").rstrip("/")
        headers = {"Authorization": f"Bearer {self.settings.get('token') or ''}"}
        return ask(
            method, f"{base}/{path}", is_deed=is_deed, headers=headers, json=json, reason=lambda body: body["detail"]
        )


def _asked(deed: Deed) -> dict[str, Any]:
    asked: dict[str, Any] = {"key": deed.key, "ability": str(deed.ability), "order": deed.order_id, "text": deed.text}
    if deed.amount:
        asked |= {"amount": str(money.major(deed.amount, deed.currency)), "currency": deed.currency}
    if deed.address:
        wanted = ("name", "company", "line1", "line2", "postcode", "city", "region", "country", "phone")
        asked["address"] = {name: getattr(deed.address, name) for name in wanted}
    if deed.lines:
        asked["lines"] = dict(deed.lines)
    if deed.email:
        asked["email"] = deed.email
    return asked


def _done(answer: Asked, otherwise: UnknownOutcome) -> Done:
    said = Fields(answer.json())
    if said.text("state") != "done":
        raise otherwise
    return Done(remote_id=said.text("id"), text=said.text("text"))


def _inabilities(about: Fields) -> list[Finding]:
    """What the shop says it cannot do, and why."""
    can = about.inner("can")
    return [
        Finding(level="warning", text=f"{ability}: {can.text(ability)}") for ability in Ability if can.text(ability)
    ]


def _behind(about: Fields) -> list[Finding]:
    untold = about.number("untold")
    if untold < UNTOLD_MANY:
        return []
    text = gettext("%(count)s changes in the shop could not be pushed here: look into the shop’s log.")
    return [Finding(level="warning", text=text % {"count": untold})]
