"""The pages of API tokens: one's own, shown once; an admin sees and ends everybody's."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shopbell.integrations import operations, queries
from shopbell.integrations.models import Token
from tests import factories

pytestmark = pytest.mark.django_db
NEW = "/admin/tokens/new/"
FORM = {"name": "Warehouse", "scopes": ["conversations:read", "customers:read"], "days": "90"}


def test_a_token_is_made_and_shown_once(client: Client):
    agent = factories.agent()
    client.force_login(agent)
    answer = client.post(NEW, FORM)
    found = re.search(r'value="(sb_[\w-]+)"', answer.content.decode())
    assert found
    row = queries.token(found[1])
    assert row is not None
    assert (row.agent, row.name, row.scopes) == (agent, "Warehouse", ["conversations:read", "customers:read"])
    assert row.expires_at is not None
    assert timedelta(days=89) < row.expires_at - timezone.now() <= timedelta(days=90)
    assert answer["Cache-Control"] == "no-store"
    page = client.get("/admin/tokens/").content.decode()
    assert "Warehouse" in page
    assert row.hint in page
    assert found[1] not in page


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"scopes": []}, {"scopes": ["root"]}, {"days": "12"}, {"name": "x" * 10_000}]
)
def test_what_is_wrong_is_said_at_the_field(client: Client, wrong: dict):
    client.force_login(factories.agent())
    answer = client.post(NEW, {**FORM, **wrong})
    assert answer.status_code == 422
    assert b'class="error"' in answer.content
    assert not Token.objects.exists()


def test_one_sees_and_ends_ones_own_and_an_admin_everybodys(client: Client):
    mine, other, admin = factories.agent("Mari Maasikas"), factories.agent("Kadri Kask"), factories.agent(role="admin")
    token, _plain = operations.make_token(mine, name="Mari's", scopes=["admin"], actor=None)
    client.force_login(other)
    assert "Mari&#x27;s" not in client.get("/admin/tokens/").content.decode()
    assert client.post(f"/admin/tokens/{token.id}/revoke/").status_code == 404
    assert Token.objects.get().revoked_at is None
    client.force_login(admin)
    page = client.get("/admin/tokens/").content.decode()
    assert "Mari&#x27;s" in page
    asked = page.index('<details class="sure"><summary')
    assert asked < page.index(f'action="/admin/tokens/{token.id}/revoke/"') < page.index("Revoke for good"), (
        "asks first"
    )
    assert client.post(f"/admin/tokens/{token.id}/revoke/").status_code == 303
    assert Token.objects.get().revoked_at is not None
    assert client.post(f"/admin/tokens/{token.id}/revoke/").status_code == 303


def test_the_list_asks_as_much_for_three_as_for_one(client: Client):
    admin = factories.agent(role="admin")
    client.force_login(admin)
    operations.make_token(admin, name="one", scopes=["admin"], actor=None)
    client.get("/admin/tokens/")
    before = _count(client)
    for _number in range(2):
        operations.make_token(factories.agent(), name="more", scopes=["admin"], actor=None)
    assert _count(client) == before


def _count(client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get("/admin/tokens/")
    return len(asked)
