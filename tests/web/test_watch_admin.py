"""What a shop decides about its watch, on the pages of the administration."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from shopbell.core.worktime import Worktime
from shopbell.shops.models import Shop
from shopbell.watching import terms, texts
from shopbell.watching.models import Calendar, Kind, Rule, StatusMessage, Wording
from shopbell.watching.terms import DEFAULTS
from tests import factories
from tests.watching.things import laden

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return laden().shop


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(factories.agent(role="admin"))
    return client


def rules(**fields: object) -> dict[str, object]:
    given: dict[str, object] = {"do": "rules"}
    for kind, default in DEFAULTS.items():
        given |= {f"after-{kind}": default.after or 1, f"horizon-{kind}": 30, f"active-{kind}": "on"}
    return {**given, **fields}


@pytest.mark.parametrize("role", ["agent", "lead", "privacy", "partner"])
def test_only_admins_decide(shop, role):
    client = Client()
    client.force_login(factories.agent(role=role))
    for place in ("", f"{shop.id}/", f"{shop.id}/texts/late/"):
        assert client.get(f"/admin/watch/{place}").status_code == 403
        assert client.post(f"/admin/watch/{place}", rules()).status_code in (403, 405)
    assert not Rule.objects.exists()


def test_nothing_is_written_first_unless_the_shop_says_so(shop, admin):
    page = admin.get(f"/admin/watch/{shop.id}/")
    assert page.status_code == 200
    assert not any(line.terms.writes for line in page.context["lines"])
    assert not any(is_on for _step, _label, is_on in page.context["steps"])


def test_rules_are_saved_together(shop, admin):
    given = rules(**{"after-late": 3, "writes-late": "on", "choices-late": ["refund", "castle"], "writes-refund": "on"})
    del given["active-stock"]
    assert admin.post(f"/admin/watch/{shop.id}/", given).status_code == 303
    found = terms.of_shop(shop.id).rules
    late = found[Kind.LATE]
    assert (late.after, late.writes, [str(one) for one in late.choices]) == (3, True, ["refund"])
    assert not found[Kind.REFUND].writes  # there is nothing to tell a customer
    assert not found[Kind.STOCK].is_active
    assert found[Kind.STUCK].is_active


def test_one_day_is_no_days(shop, admin):
    lines = {line.kind: line for line in admin.get(f"/admin/watch/{shop.id}/").context["lines"]}
    told = {
        kind: f"{lines[kind].terms.after} {lines[kind].unit}".strip() for kind in (Kind.LATE, Kind.STUCK, Kind.LOST)
    }
    assert told == {Kind.LATE: "1 day", Kind.STUCK: "3 business days", Kind.LOST: "7 days"}


@pytest.mark.parametrize("wrong", ["", "0", "366", "soon", "-1", "1.5"])
def test_a_number_that_is_none_saves_nothing(shop, admin, wrong):
    answer = admin.post(f"/admin/watch/{shop.id}/", rules(**{"after-late": wrong}))
    assert answer.status_code == 422
    assert "past the promise" in answer.content.decode()
    assert not Rule.objects.exists()


def test_messages_are_switched_one_by_one(shop, admin):
    admin.post(f"/admin/watch/{shop.id}/", {"do": "messages", "step-shipped": "on"})
    assert list(StatusMessage.objects.values_list("step", flat=True)) == ["shipped"]
    admin.post(f"/admin/watch/{shop.id}/", {"do": "messages"})
    assert not StatusMessage.objects.exists()


def test_hours_and_the_night(shop, admin):
    given = {"do": "calendar", "hours-0": "08:00–12:00", "holidays": "2026-12-24 2026-12-31", "quiet_from": "21:00"}
    assert admin.post(f"/admin/watch/{shop.id}/", {**given, "quiet_to": "07:00"}).status_code == 303
    row = Calendar.objects.get()
    assert (row.hours, str(row.quiet_from)) == ({"0": "08:00–12:00"}, "21:00:00")
    for wrong in ({"hours-1": "always"}, {"holidays": "Christmas"}, {"quiet_to": "late"}):
        assert admin.post(f"/admin/watch/{shop.id}/", {**given, "quiet_to": "07:00", **wrong}).status_code == 422
    assert Calendar.objects.get().hours == {"0": "08:00–12:00"}


def test_holidays_are_read_in_every_way_and_the_line_that_is_none_is_said(shop, admin):
    given = {"do": "calendar", "quiet_from": "21:00", "quiet_to": "07:00"}
    page = admin.post(f"/admin/watch/{shop.id}/", {**given, "holidays": "24.12.2026 – 26.12.2026\nChristmas"})
    assert "“Christmas” is no day and no period." in page.content.decode()
    assert admin.post(f"/admin/watch/{shop.id}/", {**given, "holidays": "24.12.2026 – 26.12.2026"}).status_code == 303
    assert Worktime.read(ZoneInfo("UTC"), {}, Calendar.objects.get().holidays).holidays == [
        (date(2026, 12, 24), date(2026, 12, 26))
    ]


@pytest.mark.parametrize("name", texts.names())
def test_every_text_is_shown_as_it_reads(shop, admin, name):
    page = admin.get(f"/admin/watch/{shop.id}/texts/{name}/")
    assert page.status_code == 200
    for code, _language, _subject, _text, subject, shown in page.context["written"]:
        assert "1042" in subject, code
        assert "{" not in subject + shown, code


def test_a_shops_own_text_is_kept_and_wrong_names_are_said(shop, admin):
    place = f"/admin/watch/{shop.id}/texts/late/"
    given = {"do": "save", "subject-de": "Hoppla, {order.number}", "text-de": "Kommt am {parcel.eta}."}
    others = {f"{part}-{code}": "" for part in ("subject", "text") for code in ("en", "da", "et")}
    preview = admin.post(place, {**given, **others, "do": "preview"})
    assert "Hoppla, 1042" in preview.content.decode()
    assert not Wording.objects.exists()
    assert admin.post(place, {**given, **others}).status_code == 303
    assert [(row.language, row.subject) for row in Wording.objects.all()] == [("de", "Hoppla, {order.number}")]
    answer = admin.post(place, {**given, **others, "text-de": "{order.nummer}"})
    assert answer.status_code == 422
    assert "{order.nummer}" in answer.content.decode()
    assert Wording.objects.get().text == "Kommt am {parcel.eta}."
    assert admin.get(f"/admin/watch/{shop.id}/texts/nonsense/").status_code == 404
