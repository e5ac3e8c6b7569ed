"""Shop systems in the administration: connected, tried, changed, paused; what was not understood is shown."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.commerce import contract
from shopbell.commerce.models import Broken, Connection, Push
from shopbell.commerce.operations import syncing
from shopbell.events.models import Event
from tests import factories
from tests.commerce import shop_system
from tests.commerce.things import connect

pytestmark = pytest.mark.django_db


@pytest.fixture
def far() -> shop_system.Shop:
    return shop_system.install()


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(factories.agent("Ada Admin", role="admin"))
    return client


def test_a_shop_system_is_connected_when_it_answers(admin: Client, far: shop_system.Shop) -> None:
    shop = factories.shop()
    values = {"shop": shop.id, "name": "Our shop", "shop_name": "one", "do": "save"}
    assert "Test shop" in admin.get("/admin/connections/new/").content.decode()
    assert admin.get("/admin/connections/new/test_shop/").status_code == 200
    far.fails = contract.AuthFailed("no entry")
    refused = admin.post("/admin/connections/new/test_shop/", values)
    assert refused.status_code == 422
    assert "no entry" in refused.content.decode()
    assert not Connection.objects.exists()
    far.fails = None
    assert admin.post("/admin/connections/new/test_shop/", values).status_code == 303
    row = Connection.objects.get()
    assert (row.shop, row.name, row.settings["shop_name"]) == (shop, "Our shop", "one")
    assert [event.data for event in Event.objects.filter(name="commerce.connection_changed")] == [
        {"connection_id": row.id}
    ]
    twice = admin.post("/admin/connections/new/test_shop/", values)
    assert list(twice.context["form"].errors) == ["name"]
    assert admin.get("/admin/connections/new/nonsense/").status_code == 404


def test_a_setting_called_like_a_field_of_the_form_stays_apart(admin: Client) -> None:
    shop = factories.shop()
    page = admin.get("/admin/connections/new/shopify/").content.decode()
    assert ('<select name="shop"' in page, 'name="settings.shop"' in page) == (True, True)
    values = {"name": "Ours", "settings.shop": "hallik", "client_id": "c", "client_secret": "s", "do": "anyway"}
    assert admin.post("/admin/connections/new/shopify/", {"shop": shop.id, **values}).status_code == 303
    row = Connection.objects.get()
    assert (row.shop, row.settings["shop"]) == (shop, "hallik")
    again = admin.get(f"/admin/connections/{row.id}/").content.decode()
    assert 'name="settings.shop" value="hallik"' in again


def test_it_is_changed_paused_and_read_again(admin: Client, far: shop_system.Shop) -> None:
    row = connect(connector="test_shop", settings={"shop": "one"}, failing_since="2026-01-01T00:00:00Z", error="down")
    other = factories.shop("Other")
    values = {"shop": other.id, "name": "New name", "shop_name": "one", "do": "save"}
    admin.post(f"/admin/connections/{row.id}/", values)
    row.refresh_from_db()
    assert (row.name, row.error, row.failing_since) == ("New name", "", None)
    assert row.shop != other
    admin.post(f"/admin/connections/{row.id}/pause/")
    row.refresh_from_db()
    assert row.is_active is False
    admin.post(f"/admin/connections/{row.id}/again/")
    row.refresh_from_db()
    assert syncing.is_imported(row) is False
    assert row.imported_at is not None


def test_what_was_not_understood_is_shown_and_tried_again(admin: Client, far: shop_system.Shop) -> None:
    row = connect(connector="test_shop", settings={"shop": "one"})
    Broken.objects.create(connection=row, kind="order", remote_id="9", reason="no <amount>")
    push = Push.objects.create(connection=row, delivery_key="k", state="failed", error="no push", body=b"x")
    page = admin.get(f"/admin/connections/{row.id}/").content.decode()
    assert "no &lt;amount&gt;" in page
    assert "no push" in page
    assert f"/hooks/shops/{row.key}/" in page
    assert "not understood" in admin.get("/admin/connections/").content.decode()
    admin.post(f"/admin/connections/pushes/{push.id}/retry/")
    push.refresh_from_db()
    assert push.state == "new"


@pytest.mark.parametrize("role", ["agent", "lead", None])
def test_others_see_nothing_of_it(client: Client, far: shop_system.Shop, role: str | None) -> None:
    row = connect(connector="test_shop", settings={"shop": "one", "secret": "swordfish"})
    if role:
        client.force_login(factories.agent(role=role))
    pages = ["", "new/", "new/test_shop/", f"{row.id}/"]
    for path in pages:
        answer = client.get(f"/admin/connections/{path}")
        assert answer.status_code in (302, 403)
        assert row.name not in answer.content.decode()
    for path in (f"{row.id}/pause/", f"{row.id}/again/", f"{row.id}/"):
        assert client.post(f"/admin/connections/{path}").status_code in (302, 403)
    row.refresh_from_db()
    assert row.is_active


def test_the_list_takes_as_many_queries_for_three_as_for_one(admin: Client, far: shop_system.Shop) -> None:
    admin.get("/admin/connections/")  # what is asked once in a session
    counts = []
    for many in (1, 2):
        for _ in range(many):
            connect(connector="test_shop", settings={"shop": "one"})
        with CaptureQueriesContext(connection) as taken:
            admin.get("/admin/connections/")
        counts.append(len(taken))
    assert counts[0] == counts[1]


def test_what_was_read_just_now_was_not_read_zero_minutes_ago(admin: Client, far: shop_system.Shop) -> None:
    now = timezone.now()
    row = connect(connector="test_shop", name="fine", read_at=now, imported_at=now, pushed_at=now)
    today = f"today, {now.astimezone(ZoneInfo(Agent.objects.get().time_zone)):%H:%M}"
    listed = admin.get("/admin/connections/").content.decode()
    assert (f"read {today}" in listed, f"last push {today}" in listed, "0\xa0minutes" in listed) == (True, True, False)
    alone = admin.get(f"/admin/connections/{row.id}/").content.decode()
    assert (alone.count(f"<dd>{today}</dd>"), "0\xa0minutes" in alone) == (2, False)
