"""Carrier accounts in the administration: added, tried, changed, switched off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shopbell.commerce.models import CarrierAccount, Shipment
from shopbell.events.models import Event
from tests import factories
from tests.commerce.operations.test_asking import GlsHere, account, parcels
from tests.commerce.standin import serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def gls() -> Iterator[GlsHere]:
    with serving(GlsHere()) as there:
        yield there


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(factories.agent("Ada Admin", role="admin"))
    return client


def values(there: GlsHere, **changed: str) -> dict[str, str]:
    addresses = {"address": f"{there.url}/track", "token_address": f"{there.url}/token"}
    return {"name": "GLS here", "api_key": "k", "api_secret": "s", **addresses, "do": "save", **changed}


def test_an_account_is_added_when_it_answers(admin: Client, gls: GlsHere) -> None:
    parcels("1")
    Shipment.objects.update(ask_at=None)
    assert "GLS" in admin.get("/admin/carriers/new/").content.decode()
    assert admin.get("/admin/carriers/new/gls/").status_code == 200
    gls.fault(401, part="/token")
    refused = admin.post("/admin/carriers/new/gls/", values(gls))
    assert refused.status_code == 422
    assert "The credentials are refused" in refused.content.decode()
    assert not CarrierAccount.objects.exists()
    assert admin.post("/admin/carriers/new/gls/", values(gls)).status_code == 303
    row = CarrierAccount.objects.get()
    assert (row.carrier, row.name, row.settings["api_key"]) == ("gls", "GLS here", "k")
    assert Shipment.objects.get().ask_at is not None
    assert [event.data for event in Event.objects.filter(name="commerce.carrier_account_changed")] == [
        {"account_id": row.id}
    ]
    twice = admin.post("/admin/carriers/new/gls/", values(gls))
    assert list(twice.context["form"].errors) == ["name"]
    assert list(admin.post("/admin/carriers/new/gls/", {"do": "save"}).context["form"].errors) == [
        *("name", "api_key", "api_secret"),
    ]
    assert admin.get("/admin/carriers/new/nonsense/").status_code == 404


def test_it_is_changed_and_its_secrets_stay_hidden(admin: Client, gls: GlsHere) -> None:
    row = account(gls, failing_since=timezone.now(), error="down")
    page = admin.get(f"/admin/carriers/{row.id}/").content.decode()
    assert "down" in page
    assert 'value="s"' not in page
    assert admin.post(f"/admin/carriers/{row.id}/", values(gls, api_key="", api_secret="")).status_code == 303
    row.refresh_from_db()
    assert (row.name, row.error, row.failing_since, row.settings["api_secret"]) == ("GLS here", "", None, "s")


def test_only_a_test_saves_nothing(admin: Client, gls: GlsHere) -> None:
    row = account(gls)
    works = admin.post(f"/admin/carriers/{row.id}/", values(gls, do="test"))
    assert "It works" in works.content.decode()
    gls.fault(500, part="/track")
    assert admin.post(f"/admin/carriers/{row.id}/", values(gls, do="test")).status_code == 422
    row.refresh_from_db()
    assert row.name == "account 0"


def test_new_credentials_are_tried_without_the_old_token(admin: Client, gls: GlsHere) -> None:
    row = account(gls)
    row.adapter().track(["1"])
    row.refresh_from_db()
    assert row.settings["token"] == "t0k"
    gls.fault(401, part="/token")
    assert admin.post(f"/admin/carriers/{row.id}/", values(gls, api_secret="wrong")).status_code == 422


def test_it_is_switched_off_and_on(admin: Client, gls: GlsHere) -> None:
    row = account(gls)
    admin.post(f"/admin/carriers/{row.id}/switch/")
    row.refresh_from_db()
    assert row.is_active is False
    assert "switched off" in admin.get("/admin/carriers/").content.decode()
    admin.post(f"/admin/carriers/{row.id}/switch/")
    row.refresh_from_db()
    assert row.is_active is True
    assert admin.get(f"/admin/carriers/{row.id}/switch/").status_code == 405


def test_one_that_pushes_shows_the_address_for_it(admin: Client) -> None:
    row = account(None, "aftership")
    assert f"/hooks/carriers/{row.key}/" in admin.get(f"/admin/carriers/{row.id}/").content.decode()


def test_each_name_of_a_carrier_is_said_once(admin: Client) -> None:
    for carrier, name in (("gls", "GLS"), ("gls", "GLS Danmark"), ("aftership", "AfterShip")):
        CarrierAccount.objects.create(carrier=carrier, name=name, key=name)
    said = {row.name: about for row, about in admin.get("/admin/carriers/").context["accounts"]}
    others = "parcels of all carriers without an account of their own"
    assert said == {"GLS": "", "GLS Danmark": "GLS", "AfterShip": others}


def test_one_whose_plug_in_is_gone_is_not_shown(admin: Client) -> None:
    row = account(None, "pigeon")
    assert admin.get("/admin/carriers/").context["accounts"] == []
    assert admin.get(f"/admin/carriers/{row.id}/").status_code == 404


@pytest.mark.parametrize("role", ["agent", "partner", "lead", "privacy", None])
def test_others_see_nothing_of_it(client: Client, role: str | None) -> None:
    row = account(None)
    if role:
        client.force_login(factories.agent(role=role))
    for path in ("", "new/", "new/gls/", f"{row.id}/"):
        answer = client.get(f"/admin/carriers/{path}")
        assert answer.status_code in (302, 403)
        assert row.name not in answer.content.decode()
    for path in (f"{row.id}/switch/", f"{row.id}/"):
        assert client.post(f"/admin/carriers/{path}").status_code in (302, 403)
    row.refresh_from_db()
    assert row.is_active


def test_three_accounts_take_as_many_queries_as_one(admin: Client) -> None:
    admin.get("/admin/carriers/")
    counts = []
    for _more in (1, 2):
        for _each in range(_more):
            account(None)
        with CaptureQueriesContext(connection) as taken:
            admin.get("/admin/carriers/")
        counts.append(len(taken))
    assert counts[0] == counts[1]
