"""One address is one person, however many ask for it at once; what is known is completed, never overwritten."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from shopbell.conversations import queries
from shopbell.customers import operations
from shopbell.customers.models import Customer, Identity
from shopbell.events.models import Event
from tests import factories

ANNA = "anna@customer.example"


def at_once(*names: str) -> list[int]:
    barrier, found = threading.Barrier(len(names)), []

    def ask(name: str) -> None:
        try:
            barrier.wait(10)
            with transaction.atomic():
                found.append(operations.resolve("email", ANNA, name=name).id)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_asked_for_by_four_at_once_a_new_address_is_one_person():
    found = at_once("Anna", "Anna", "Anna", "Anna")
    assert len(found) == 4
    assert set(found) == {Customer.objects.get().id}
    assert Identity.objects.count() == 1


@pytest.mark.django_db
def test_a_name_and_a_language_are_filled_in_once():
    for name, language in (("", ""), ("Anna Saar", "et"), ("Eve", "de")):
        operations.resolve("email", ANNA, name=name, language=language)
    customer = Customer.objects.get()
    assert (customer.name, customer.language) == ("Anna Saar", "et")
    assert queries.find_customers(factories.agent(), "saar") == [customer]


@pytest.mark.django_db
def test_a_proof_is_dated_by_its_first_time_and_never_taken_back():
    operations.resolve("email", ANNA)
    assert Identity.objects.get().verified_at is None
    operations.resolve("email", ANNA, verified=True)
    first = Identity.objects.get().verified_at
    assert first is not None
    for verified in (True, False):
        operations.resolve("email", ANNA, verified=verified)
    assert Identity.objects.get().verified_at == first


@pytest.mark.django_db
def test_the_same_address_of_another_kind_is_another_person():
    assert operations.resolve("email", ANNA) != operations.resolve("email-unproven", ANNA)


@pytest.mark.django_db
def test_odd_names_and_addresses_fit_their_columns():
    customer = operations.resolve("email", "A\0\udcff" + "x" * 1000, name="N\0\udcff" + "n" * 1000)
    assert (len(customer.name), len(Identity.objects.get().value)) == (200, 320)


@pytest.mark.django_db
def test_a_customer_edited_by_hand_is_found_by_the_new_name_and_leaves_a_trace():
    customer = operations.resolve("email", ANNA, name="Anna Saar")
    assert operations.change(customer.id, actor=7, name=" Anna Mägi\0 ", language="et")
    assert not operations.change(customer.id, actor=7, name="Anna Mägi"), "the same again changes nothing"
    customer.refresh_from_db()
    assert (customer.name, customer.language) == ("Anna Mägi", "et")
    assert queries.find_customers(factories.agent(), "magi") == [customer]
    assert queries.find_customers(factories.agent(), "saar") == []
    assert Event.objects.filter(name="customers.changed", actor_id=7).count() == 1


@pytest.mark.django_db
def test_a_blocked_address_is_blocked_once_and_heard_again_once():
    customer, actor = operations.resolve("email", "Spam@Example.com"), factories.agent().id
    address = customer.identities.get()
    assert operations.is_blocked("email", "spam@example.com") is False
    assert [operations.block(address.id, actor=actor) for _ in range(2)] == [True, False]
    assert operations.is_blocked("email", "SPAM@example.com") is True
    assert operations.is_blocked("email-unproven", "spam@example.com") is True
    assert operations.is_blocked("email", "other@example.com") is False
    assert [operations.unblock(address.id, actor=actor) for _ in range(2)] == [True, False]
    assert operations.is_blocked("email", "spam@example.com") is False
    logged = Event.objects.filter(name__startswith="customers.identity").order_by("id")
    assert list(logged.values_list("name", "actor_id")) == [
        ("customers.identity_blocked", actor),
        ("customers.identity_unblocked", actor),
    ]
