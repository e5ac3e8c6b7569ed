"""docs/api.md says what is so: scopes, types, addresses, statuses, and how a signature is checked."""

from __future__ import annotations

import re
import time

import pytest
from django.utils import timezone

from shopbell.installation import ROOT
from shopbell.integrations import catalogue, sending
from shopbell.integrations.models import Dispatch, Scope, Webhook
from shopbell.integrations.operations.webhooks import new_secret
from shopbell.web.api import documentation

TEXT = (ROOT / "docs" / "api.md").read_text()


def test_it_names_every_scope_and_type_and_no_other():
    named = set(re.findall(r"^\| `([a-z:]+)` \|", TEXT, re.MULTILINE))
    assert named & {*Scope.values} == set(Scope.values)
    types = {*catalogue.KINDS, catalogue.PING}
    kinds = "|".join({name.partition(".")[0] for name in types})
    assert set(re.findall(rf"`((?:{kinds})\.[a-z_]+)`", TEXT)) == types


def test_the_addresses_it_names_exist():
    known = {re.sub(r"\{\w+\}", "1", path) for path in documentation.described()["paths"]}
    known |= {"/api/docs", "/api/openapi.json", "/api/v1/"}
    named = set(re.findall(r"(?:example\.com|`|GET |POST )(/api/[\w/{}.-]*)", TEXT))
    assert {re.sub(r"\{\w+\}|\b(1042|12)\b", "1", path) for path in named} - known == set()


def test_its_figures_are_those_of_the_code():
    assert f"{sending.TIMEOUT_SECONDS:.0f}" == "10"
    assert "within ten seconds" in TEXT
    assert sending.ATTEMPTS == 12
    assert "twelve times" in TEXT
    assert sending.BROKEN_AFTER.days == 5


def test_its_python_checks_a_signature():
    source = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert source
    space: dict = {}
    exec(source[1], space)
    secret = new_secret()
    webhook = Webhook(secrets=[[new_secret(), None], [secret, None]])
    dispatch = Dispatch(event_id=7, type="webhook.test", data={}, occurred_at=timezone.now())
    body = b'{"a": 1}'
    headers = sending.headers(webhook, dispatch, body, timezone.now())
    assert space["verify"](secret, headers, body) is True
    assert space["verify"](secret, headers, body + b" ") is False
    assert space["verify"](new_secret(), headers, body) is False
    assert space["verify"](secret, {**headers, "webhook-timestamp": str(int(time.time()) - 400)}, body) is False


@pytest.mark.parametrize("language", ["php", "js"])
def test_the_other_languages_name_all_three_headers(language: str):
    source = re.search(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    assert source
    assert all(name in source[1] for name in ("webhook-id", "webhook-timestamp", "webhook-signature"))
