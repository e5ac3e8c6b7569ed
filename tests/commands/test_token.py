"""`./shopbell token`: the token alone on standard output, once."""

from __future__ import annotations

import argparse
from datetime import timedelta

import pytest
from django.utils import timezone

from shopbell.commands import token
from shopbell.integrations import queries
from shopbell.integrations.models import Token
from tests import factories

pytestmark = pytest.mark.django_db


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    token.arguments(parser)
    return token.run(parser.parse_args(words))


def test_it_is_printed_and_good(capsys: pytest.CaptureFixture[str]):
    agent = factories.agent()
    code = run("--agent", agent.email.upper(), "--scopes", "conversations:read, desk:read", "--expires", "90d")
    printed = capsys.readouterr().out
    row = queries.token(printed.strip())
    assert code == 0
    assert row is not None
    assert (row.agent, row.scopes, row.created_by_id) == (agent, ["conversations:read", "desk:read"], None)
    assert row.expires_at is not None
    assert timedelta(days=89) < row.expires_at - timezone.now() <= timedelta(days=90)


@pytest.mark.parametrize(
    "words",
    [
        ("--agent", "nobody@shop.example", "--scopes", "admin"),
        ("--scopes", "root"),
        ("--scopes", ""),
        ("--scopes", "admin", "--expires", "2001-01-01"),
        ("--scopes", "admin", "--expires", "soon"),
    ],
)
def test_what_cannot_be_is_said(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]):
    agent = factories.agent()
    words = words if "--agent" in words else ("--agent", agent.email, *words)
    assert run(*words) == 1
    said = capsys.readouterr()
    assert (said.out, said.err[:10]) == ("", "shopbell: ")
    assert not Token.objects.exists()


def test_a_day_lasts_to_its_end(capsys: pytest.CaptureFixture[str]):
    agent = factories.agent()
    assert run("--agent", agent.email, "--scopes", "admin", "--expires", "2090-01-31") == 0
    assert str(Token.objects.get().expires_at).startswith("2090-01-31 23:59:59")
    capsys.readouterr()
