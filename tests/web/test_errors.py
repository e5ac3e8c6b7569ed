"""Error pages, and the page for monitors."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "Nothing is here"), ("de", "Hier ist nichts"), ("da", "Her er ikke noget"), ("et", "Siin pole midagi")],
)
def test_a_page_that_does_not_exist_says_so_in_the_visitors_language(client: Client, language: str, title: str) -> None:
    answer = client.get("/nope/", headers={"accept-language": language})
    assert answer.status_code == 404
    assert f'<html lang="{language}"' in answer.content.decode()
    assert f"<h1>{title}</h1>" in answer.content.decode()
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_forbidden_page_and_a_forged_form() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.agent())
    assert "Not for you" in client.get("/admin/people/").content.decode()
    forged = client.post("/admin/people/new/")
    assert forged.status_code == 403
    assert "Please send it again" in forged.content.decode()


def test_when_something_breaks_the_page_is_calm_and_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(factories.agent(role="admin", language="de"))

    def broken(*_arguments: object, **_values: object) -> None:
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setattr("shopbell.web.admin.people.show", broken)
    answer = client.get("/admin/people/")
    assert answer.status_code == 500
    assert '<html lang="de"' in answer.content.decode()
    assert "secret" not in answer.content.decode()
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_health(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer.headers["Cache-Control"]

    def gone(*_arguments: object) -> None:
        raise OperationalError("connection refused: host=secret")

    monkeypatch.setattr(connection, "cursor", gone)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"no database\n")
