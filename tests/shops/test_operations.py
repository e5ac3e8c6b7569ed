"""A shop's name in public addresses is readable, free, and stays."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from shopbell.events.models import Event
from shopbell.shops import operations
from shopbell.shops.models import Domain, Shop
from tests import racing


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "slug"),
    [("Õmblus & Käsitöö", "omblus-kasitoo"), ("Straße 8", "strasse-8"), ("東京", "shop"), ("x" * 99, "x" * 50)],
)
def test_a_slug_is_made_of_the_name(name: str, slug: str):
    assert operations.create_shop(actor=None, name=name).slug == slug


@pytest.mark.django_db
def test_two_shops_of_one_name_have_two_slugs_and_keep_them():
    first, second = (operations.create_shop(actor=1, name=" Kaubamaja ") for _ in range(2))
    assert (first.name, first.slug, second.slug) == ("Kaubamaja", "kaubamaja", "kaubamaja-2")
    operations.change_shop(first, actor=1, name="Stockmann", language="et")
    first.refresh_from_db()
    assert (first.name, first.slug, first.language) == ("Stockmann", "kaubamaja", "et")
    assert operations.create_shop(actor=1, name="Kaubamaja").slug == "kaubamaja-3"
    assert Event.objects.filter(name="shops.changed", actor_id=1).count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_shops_of_one_name_made_at_once_are_two():
    barrier = threading.Barrier(2)

    def make() -> None:
        try:
            barrier.wait(10)
            operations.create_shop(actor=None, name="Kaubamaja")
        finally:
            connection.close()

    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Shop.objects.values_list("slug", flat=True)) == ["kaubamaja", "kaubamaja-2"]


@pytest.mark.parametrize(
    ("written", "host"),
    [
        (" Help.Poder.EE ", "help.poder.ee"),
        ("https://hilfe.läden.example/", "hilfe.xn--lden-loa.example"),
        ("a.b-c.xn--p1ai", "a.b-c.xn--p1ai"),
    ],
)
def test_a_host_name_as_browsers_send_it(written: str, host: str):
    assert operations.host_name(written) == host


@pytest.mark.parametrize(
    "written",
    ["", "localhost", "10.0.0.1", "a.example:8000", "a.example/x", "-a.example", "a..b", "x" * 64 + ".ee", "*.a.ee"],
)
def test_what_is_no_host_name(written: str):
    with pytest.raises(operations.NoHost):
        operations.host_name(written)


@pytest.mark.django_db
def test_a_host_name_has_one_shop():
    first, second = (operations.create_shop(actor=None, name=name) for name in ("Poder", "Stockmann"))
    operations.set_hosts(first, ["b.example", "a.example", "B.example"], actor=7)
    assert list(first.domains.order_by("id").values_list("host", flat=True)) == ["b.example", "a.example"]
    with pytest.raises(operations.NoHost, match=r"a\.example"):
        operations.set_hosts(second, ["c.example", "a.example"], actor=7)
    assert not second.domains.exists()
    operations.set_hosts(first, ["b.example", "a.example"], actor=7)
    assert Event.objects.filter(name="shops.changed", actor_id=7).count() == 1, "nothing changed the second time"
    operations.set_hosts(first, [], actor=7)
    operations.set_hosts(second, ["a.example"], actor=7)
    assert list(Domain.objects.values_list("host", "shop")) == [("a.example", second.id)]


@pytest.mark.django_db(transaction=True)
def test_hosts_given_twice_at_once_are_there_once_and_one_shop_has_them():
    one, other = (operations.create_shop(actor=1, name=name) for name in ("One", "Other"))
    give = [lambda shop=shop: operations.set_hosts(shop, ["help.shop.example"], actor=1) for shop in (one, one, other)]
    raised = racing.at_once(*give)
    assert {type(error) for error in raised} <= {operations.NoHost}
    assert Domain.objects.count() == 1
