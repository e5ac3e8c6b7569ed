"""Host names of a shop's own: other shops' pages do not exist there, and every other host is as it was."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory, override_settings

from shopbell.channels.models import Channel
from shopbell.shops import queries
from shopbell.shops.models import Domain, Shop
from shopbell.web import domains
from tests import factories

pytestmark = pytest.mark.django_db
HOST = "hilfe.poder.example"


def with_form(name: str) -> Shop:
    mailbox = factories.mailbox(factories.shop(name))
    Channel.objects.create(shop=mailbox.shop, type="contact_form", name="Form", replies_through=mailbox)
    return mailbox.shop


@pytest.fixture
def shops() -> tuple[Shop, Shop]:
    """The one with a host name of its own, and another."""
    ours, other = with_form("Poder"), with_form("Stockmann")
    Domain.objects.create(host=HOST, shop=ours)
    return ours, other


def status(path: str, host: str) -> int:
    return Client().get(path, headers={"host": host}).status_code


def test_pages_of_other_shops_do_not_exist_on_a_shops_own_host(shops: tuple[Shop, Shop]) -> None:
    ours, other = shops
    assert status(f"/contact/{ours.slug}/", HOST) == 200
    assert status(f"/contact/{ours.slug}/", f"{HOST.upper()}:8443") == 200
    assert status(f"/contact/{other.slug}/", HOST) == 404
    assert Client().post(f"/contact/{other.slug}/", headers={"host": HOST}).status_code == 404
    assert status(f"/contact/{other.slug}/embed/", HOST) == 404


@pytest.mark.parametrize("host", ["testserver", "unknown.example", "poder.example", f"www.{HOST}"])
def test_every_other_host_shows_every_shop(shops: tuple[Shop, Shop], host: str) -> None:
    assert [status(f"/contact/{shop.slug}/", host) for shop in shops] == [200, 200]
    assert status("/", host) == 302


def test_what_names_a_shop_otherwise_asks_whose_host_it_is(shops: tuple[Shop, Shop]) -> None:
    ours, other = shops
    request = RequestFactory().get("/chat/x/", headers={"host": HOST})
    domains.DomainMiddleware(lambda request: None)(request)  # type: ignore[arg-type,return-value]
    assert (domains.allows(request, ours.id), domains.allows(request, other.id)) == (True, False)
    request = RequestFactory().get("/chat/x/")
    domains.DomainMiddleware(lambda request: None)(request)  # type: ignore[arg-type,return-value]
    assert domains.allows(request, other.id)


def test_links_lead_to_the_first_host_of_a_shop(shops: tuple[Shop, Shop]) -> None:
    ours, other = shops
    Domain.objects.create(host="help.poder.example", shop=ours)
    with override_settings(BASE_URL="https://desk.example", HTTPS=True):
        assert queries.origin(ours) == f"https://{HOST}"
        assert queries.origin(other) == "https://desk.example"
    with override_settings(HTTPS=False):
        assert queries.origin(ours) == f"http://{HOST}"


def test_the_desk_pays_nothing_for_it(shops: tuple[Shop, Shop], django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        assert status("/desk/", HOST) == 302
