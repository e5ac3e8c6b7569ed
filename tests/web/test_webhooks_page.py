"""The pages of webhooks: set up with the secret shown once, tested, looked at, sent again."""

from __future__ import annotations

import html
import json
import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from shopbell.integrations import operations, sending
from shopbell.integrations.models import Dispatch, Webhook
from tests import factories

pytestmark = pytest.mark.django_db
FORM = {"url": "https://shop.example/hooks", "name": "Warehouse", "types": ["conversation.resolved"]}


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(factories.agent(role="admin"))
    return client


def test_a_webhook_is_added_and_its_secret_shown_once(admin: Client):
    answer = admin.post("/admin/webhooks/new/", FORM)
    found = re.search(r'value="(whsec_[\w+/=]+)"', answer.content.decode())
    row = Webhook.objects.get()
    assert found
    assert row.secrets == [[found[1], None]]
    assert (row.url, row.name, row.types, row.shop) == (
        "https://shop.example/hooks",
        "Warehouse",
        ["conversation.resolved"],
        None,
    )
    page = admin.get(f"/admin/webhooks/{row.id}/").content.decode()
    assert found[1] not in page
    renewed = admin.post(f"/admin/webhooks/{row.id}/secret/").content.decode()
    row.refresh_from_db()
    assert str(row.secrets[0][0]) in renewed
    assert row.secrets[1][0] == found[1]


@pytest.mark.parametrize("url", ["", "http://shop.example/", "nonsense", "https://a:b@shop.example/"])
def test_a_wrong_address_is_said_at_the_field(admin: Client, url: str):
    answer = admin.post("/admin/webhooks/new/", {**FORM, "url": url})
    assert answer.status_code == 422
    assert b'id="id_url_error"' in answer.content
    assert answer.content.count(b"autofocus") == 1
    assert re.search(rb'<input type="url" name="url"[^>]* autofocus', answer.content), "the cursor is where it is wrong"
    assert not Webhook.objects.exists()


def test_what_was_sent_is_shown_and_sent_again(admin: Client, settings: Settings):
    settings.WEBHOOK_PRIVATE = True
    row = operations.make_webhook(actor=None, url="http://127.0.0.1:9/hook")
    assert admin.post(f"/admin/webhooks/{row.id}/test/").status_code == 303
    dispatch = Dispatch.objects.get()
    sending.send(dispatch, row)
    page = admin.get(f"/admin/webhooks/{row.id}/").content.decode()
    assert "webhook.test" in page
    assert json.dumps(dispatch.data, indent=2) in html.unescape(page)
    assert "127.0.0.1" in page
    Dispatch.objects.update(state="failed", settled_at=timezone.now())
    assert "1 message was given up." in admin.get(f"/admin/webhooks/{row.id}/").content.decode()
    assert admin.post(f"/admin/webhooks/{row.id}/replay/", {"message": str(dispatch.id)}).status_code == 303
    assert Dispatch.objects.get().state == "pending"
    Dispatch.objects.update(state="failed")
    admin.post(f"/admin/webhooks/{row.id}/replay/")
    assert Dispatch.objects.get().state == "pending"
    for nonsense in ("x", "9" * 30, "-1"):
        assert admin.post(f"/admin/webhooks/{row.id}/replay/", {"message": nonsense}).status_code == 303


def test_it_is_switched_off_and_on_changed_and_deleted(admin: Client):
    row = operations.make_webhook(actor=None, url="https://shop.example/hooks")
    Webhook.objects.update(is_broken=True, is_active=False, failing_since=timezone.now(), error="HTTP 500")
    assert "failed for five days" in admin.get(f"/admin/webhooks/{row.id}/").content.decode()
    admin.post(f"/admin/webhooks/{row.id}/switch/", {"on": "1"})
    row.refresh_from_db()
    assert (row.is_active, row.is_broken, row.failing_since, row.error) == (True, False, None, "")
    admin.post(f"/admin/webhooks/{row.id}/switch/")
    row.refresh_from_db()
    assert row.is_active is False
    admin.post(f"/admin/webhooks/{row.id}/test/")
    assert not Dispatch.objects.exists()
    admin.post(f"/admin/webhooks/{row.id}/", {**FORM, "name": "Other", "types": []})
    row.refresh_from_db()
    assert (row.name, row.types) == ("Other", [])
    assert admin.post(f"/admin/webhooks/{row.id}/delete/").status_code == 303
    assert not Webhook.objects.exists()


def test_the_log_has_pages(admin: Client):
    row = operations.make_webhook(actor=None, url="https://shop.example/hooks")
    for _number in range(51):
        operations.ping(row)
    first = admin.get(f"/admin/webhooks/{row.id}/").content.decode()
    assert first.count("<b>webhook.test</b>") == 50
    found = re.search(r'href="\?before=(\d+)#log"', first)
    assert found
    older = admin.get(f"/admin/webhooks/{row.id}/?before={found[1]}").content.decode()
    assert older.count("<b>webhook.test</b>") == 1


def test_an_admin_sees_a_broken_one_where_troubles_are(admin: Client, client: Client):
    operations.make_webhook(actor=None, url="https://shop.example/hooks", name="Warehouse")
    assert "Warehouse" not in admin.get("/desk/needs-person/").content.decode()
    Webhook.objects.update(is_broken=True, is_active=False, error="HTTP 500")
    assert "Warehouse" in admin.get("/desk/needs-person/").content.decode()
    client.force_login(factories.agent())
    assert "Warehouse" not in client.get("/desk/needs-person/").content.decode()
