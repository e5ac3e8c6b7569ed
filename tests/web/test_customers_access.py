"""Pages about many customers and merges: who may open which, and what somebody with a narrow view sees of them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from shopbell.conversations import operations
from shopbell.customers import operations as customers
from shopbell.customers.models import Double, Segment
from shopbell.web.desk import customer_urls
from tests import factories

pytestmark = pytest.mark.django_db

# For each address: about what it is, how it is asked, and which roles may come in (others get 403).
SUGGEST = {"agent", "lead", "privacy"}
PAGES = {
    "merge_customer": ("customer", "get", SUGGEST),
    "unmerge_customer": ("customer", "post", {"lead", "privacy"}),
    "customers": ("", "get", {"agent", "partner", "lead", "privacy", "admin"}),
    "segment_new": ("", "get", {"lead", "admin"}),
    "segment": ("segment", "get", {"lead", "admin"}),
    "segment_delete": ("segment", "post", {"lead", "admin"}),
    "doubles": ("", "get", {"lead", "privacy"}),
    "dismiss_double": ("double", "post", {"lead", "privacy"}),
    "export_customers": ("", "post", {"lead", "privacy", "admin"}),
    "imports": ("", "get", {"lead", "admin"}),
    "import": ("brought", "get", {"lead", "admin"}),
    "run_import": ("brought", "post", {"lead", "admin"}),
    "cancel_import": ("brought", "post", {"lead", "admin"}),
    "refused_rows": ("brought", "get", {"lead", "admin"}),
}
ROLES = ("agent", "partner", "lead", "privacy", "admin")
ELSEWHERE = {  # held to the same promises by test_desk_access
    "customer",
    "change_customer",
    "customer_note",
    "delete_customer_note",
    "add_identity",
    "remove_identity",
    "block_identity",
    "link_customer",
    "unlink_customer",
}


@pytest.fixture
def world() -> SimpleNamespace:
    box = factories.mailbox()
    one = factories.conversation(box, "anna@secret.example", name="Anna Secret", text="a secret of Anna")
    other = factories.conversation(box, "anna+2@secret.example", name="Anna Secret")
    low, high = sorted([one.customer_id, other.customer_id])
    double = Double.objects.create(first_id=low, second_id=high, confidence=95, reasons=["mailbox"])
    segment = Segment.objects.create(name="All", filter={})
    brought = customers.begin_import(agent=factories.agent().pk, name="a.csv", content=b"email\nx@secret.example\n")
    return SimpleNamespace(
        customer=one.customer,
        other=other.customer,
        conversation=one,
        double=double,
        segment=segment,
        brought=brought,
    )


def address(name: str, world: SimpleNamespace) -> str:
    about = PAGES[name][0]
    return reverse(f"desk:{name}", args=[getattr(world, about).id] if about else [])


def test_every_address_is_known_here():
    assert {pattern.name for pattern in customer_urls.urlpatterns} == {*PAGES, *ELSEWHERE}


@pytest.mark.parametrize("name", PAGES)
def test_strangers_sign_in_first(name, client: Client, world):
    for method in ("get", "post"):
        response = getattr(client, method)(address(name, world))
        assert (response.status_code, response["Location"][:16]) == (302, "/accounts/login/")
    part = client.get(address(name, world), headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (401, "/accounts/login/")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", ROLES)
def test_roles_come_in_or_not(name, role, client: Client, world):
    _about, method, roles = PAGES[name]
    team = (factories.team(is_partner=True),) if role == "partner" else ()
    client.force_login(factories.agent("Kim", role, team))
    status = getattr(client, method)(address(name, world)).status_code
    assert (status == 403) == (role not in roles)


@pytest.mark.parametrize("name", PAGES)
def test_who_is_limited_to_a_team_finds_nobody_of_another(name, client: Client, world):
    team = factories.team()
    lead = factories.agent("Lea", "lead", (team,), limited_to_teams=True)
    client.force_login(lead)
    response = getattr(client, PAGES[name][1])(address(name, world), {"q": "secret"})
    if PAGES[name][0] in {"customer", "double"}:
        assert response.status_code == 404
    assert "secret.example" not in b"".join(response).decode()


def test_who_is_limited_to_a_team_finds_those_of_the_team(client: Client, world):
    team = factories.team()
    client.force_login(factories.agent("Lea", "lead", (team,), limited_to_teams=True))
    operations.assign(world.conversation.id, agent=None, team=team, actor=None)
    found = client.get(reverse("desk:merge_customer", args=[world.customer.id]), {"q": "secret"})
    assert found.status_code == 200
    assert "anna+2@" not in found.content.decode()
    url = reverse("desk:merge_customer", args=[world.customer.id])
    assert client.get(url, {"with": world.other.id}).status_code == 404
    assert client.post(url, {"with": world.other.id, "do": "merge"}).status_code == 404
