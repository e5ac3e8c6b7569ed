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


@pytest.mark.parametrize(
    ("address", "method", "allowed"),
    [
        ("/desk/customers/segments/1/delete/", "get", "POST"),
        ("/admin/log/export/", "get", "POST"),
        ("/my/shop/1/rate/", "get", "POST"),
        ("/", "post", "GET, HEAD"),
        ("/hooks/shops/abc/", "get", "POST"),
    ],
)
def test_an_address_that_only_takes_something_else_says_so_on_a_page(address: str, method: str, allowed: str) -> None:
    client = Client()
    client.force_login(factories.agent(role="admin", language="de"))
    answer = getattr(client, method)(address)
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
    assert "<h1>Hier gibt es keine Seite</h1>" in answer.content.decode()
    assert "Nichts wurde geändert" in answer.content.decode()


def test_what_programs_ask_for_in_the_wrong_way_is_no_page(client: Client) -> None:
    answer = client.put("/api/v1/conversations")
    assert (answer.status_code, answer.headers["Content-Type"]) == (405, "application/problem+json")


def test_who_signs_in_again_where_only_a_form_was_taken_comes_to_the_desk(client: Client) -> None:
    gone = client.get("/desk/customers/segments/1/delete/")
    assert gone.headers["Location"] == "/accounts/login/?next=/desk/"
    assert client.post("/desk/customers/segments/1/delete/").headers["Location"] == "/accounts/login/?next=/desk/"
    page = client.get("/desk/customers/")
    assert page.headers["Location"] == "/accounts/login/?next=/desk/customers/"


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
