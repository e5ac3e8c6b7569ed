"""The first visit: only with the code, only once, and then one is in."""

from __future__ import annotations

import pytest
from django.test import Client

from shopbell.agents.models import Agent
from shopbell.events.models import Event
from shopbell.shops.models import Shop
from shopbell.web.setup import code
from tests import factories

pytestmark = pytest.mark.django_db

FILLED = {
    "shop": "Kaubamaja Põder & Co",
    "language": "et",
    "time_zone": "Europe/Tallinn",
    "name": "Mari Maasikas",
    "email": "Mari@Poder.example",
    "password": "four words are enough",
    "also_answers": "on",
}


def filled(**changed: str) -> dict[str, str]:
    return {**FILLED, "code": code.setup_code(), **changed}


def test_everything_leads_to_the_set_up_while_it_is_due(client: Client) -> None:
    assert client.get("/").headers["Location"] == "/desk/"
    assert client.get("/accounts/login/").headers["Location"] == "/setup/"
    assert client.get(code.setup_path()).context["form"].fields


def test_without_the_code_nothing_is_shown_or_done(client: Client) -> None:
    assert 'id="id_shop"' not in client.get("/setup/").content.decode()
    for wrong in ("wrong", code.setup_code()[:-1], "õ"):
        assert client.get("/setup/", {"code": wrong}).status_code == 403
        assert client.post("/setup/", filled(code=wrong)).status_code == 403
    assert not Agent.objects.exists()
    assert not Shop.objects.exists()


def test_the_code_is_long_steady_and_easy_to_type() -> None:
    groups = code.setup_code().split("-")
    assert [len(group) for group in groups] == [4, 4, 4]
    assert code.setup_code() == code.setup_code()
    assert code.is_right(" " + code.setup_code().upper().replace("-", " "))


def test_guessing_the_code_is_slowed_down(client: Client) -> None:
    for _ in range(10):
        client.get("/setup/", {"code": "wrong"})
    assert client.get("/setup/", {"code": code.setup_code()}).status_code == 403
    assert client.get("/setup/", {"code": code.setup_code()}, REMOTE_ADDR="192.0.2.1").status_code == 200


def test_a_shop_and_its_first_admin_are_made_and_signed_in(client: Client) -> None:
    page = client.get("/setup/", {"code": code.setup_code()}, headers={"accept-language": "da"})
    assert page.context["form"].initial == {"language": "da", "time_zone": "Europe/Copenhagen"}
    assert "Mindst 12 tegn." in page.content.decode()
    answer = client.post("/setup/", filled())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/mailboxes/new/?first=1")
    shop, admin = Shop.objects.get(), Agent.objects.get()
    assert (shop.name, shop.slug, shop.language, shop.time_zone) == (
        "Kaubamaja Põder & Co",
        "kaubamaja-poder-co",
        "et",
        "Europe/Tallinn",
    )
    assert (admin.email, admin.role, admin.also_answers) == ("mari@poder.example", "admin", True)
    assert admin.check_password("four words are enough")
    assert client.get("/admin/mailboxes/new/?first=1").status_code == 200
    assert set(Event.objects.values_list("name", "actor_id")) == {("shops.changed", None), ("agents.created", admin.pk)}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("shop", ""),
        ("email", "mari"),
        ("password", "short"),
        ("password", "password123456"[:8]),
        ("time_zone", "Mars/Base"),
        ("language", "xx"),
    ],
)
def test_what_is_wrong_stops_it_and_stays_filled_in(client: Client, field: str, value: str) -> None:
    answer = client.post("/setup/", filled(**{field: value}))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "Mari Maasikas" in answer.content.decode()
    assert not Agent.objects.exists()
    assert not Shop.objects.exists()


def test_it_is_gone_when_somebody_can_sign_in(client: Client) -> None:
    factories.agent()
    assert client.get("/setup/").status_code == 404
    assert client.get("/setup/", {"code": code.setup_code()}).status_code == 404
    assert client.post("/setup/", filled()).status_code == 404
    assert Agent.objects.count() == 1
