"""Who loses a deadlock begins again, three times at most; nobody else's transaction is torn."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from psycopg import errors

from shopbell.core.transactions import retried
from shopbell.shops.models import Shop

pytestmark = pytest.mark.django_db(transaction=True)


class Operation:
    """Makes a shop, then fails as often as it is told to."""

    def __init__(self, failures: list[type[Exception]]) -> None:
        self.failures, self.calls = failures, 0

    def __call__(self) -> int:
        self.calls += 1
        shop = Shop.objects.create(name="Kaubamaja", slug=f"shop-{self.calls}")
        if self.failures:
            cause = self.failures.pop(0)
            wrong = IntegrityError if issubclass(cause, errors.IntegrityError) else OperationalError
            raise wrong("lost") from cause()
        return shop.pk


@pytest.mark.parametrize("cause", [errors.DeadlockDetected, errors.SerializationFailure])
def test_a_lost_race_is_run_again_and_leaves_one_result(cause):
    operation = Operation([cause, cause])
    assert retried(operation)() == Shop.objects.get().pk
    assert (operation.calls, Shop.objects.get().slug) == (3, "shop-3")


def test_the_third_loss_is_raised_and_leaves_nothing():
    operation = Operation([errors.DeadlockDetected] * 3)
    with pytest.raises(OperationalError):
        retried(operation)()
    assert (operation.calls, Shop.objects.count()) == (3, 0)


@pytest.mark.parametrize("cause", [errors.ConnectionFailure, errors.UniqueViolation, errors.LockNotAvailable])
def test_other_failures_are_not_tried_again(cause):
    operation = Operation([cause])
    with pytest.raises((OperationalError, IntegrityError)):
        retried(operation)()
    assert (operation.calls, Shop.objects.count()) == (1, 0)


def test_a_part_of_a_larger_transaction_is_not_begun_again_by_itself():
    inner = Operation([errors.DeadlockDetected])

    @retried
    def whole() -> int:
        Shop.objects.create(name="Whole", slug=f"whole-{inner.calls}")
        return retried(inner)()

    whole()
    assert inner.calls == 2
    assert sorted(Shop.objects.values_list("slug", flat=True)) == ["shop-2", "whole-1"]


def test_within_a_plain_transaction_it_leaves_the_decision_to_whoever_opened_it():
    operation = Operation([errors.DeadlockDetected])
    with pytest.raises(OperationalError), transaction.atomic():
        retried(operation)()
    assert operation.calls == 1


def test_two_that_lock_each_other_out_both_come_through():
    """A real deadlock: the database ends one of them, which begins again when the other has gone."""
    first, second = (Shop.objects.create(name=name, slug=name.lower()) for name in ("One", "Two"))
    met, raised = threading.Barrier(2), []
    met_once: set[int] = set()

    def rename(here: Shop, there: Shop) -> None:
        Shop.objects.filter(pk=here.pk).update(name="Renamed")
        if threading.get_ident() not in met_once:
            met_once.add(threading.get_ident())
            met.wait(10)
        Shop.objects.filter(pk=there.pk).update(name="Renamed")

    def run(here: Shop, there: Shop) -> None:
        try:
            retried(rename)(here, there)
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert raised == []
    assert set(Shop.objects.values_list("name", flat=True)) == {"Renamed"}
