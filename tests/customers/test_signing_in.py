"""A sign-in is one device's, for a month, and can be ended from any other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shopbell.customers import operations, queries
from shopbell.customers.models import Evidence, Identity, SignIn
from shopbell.events.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def identity() -> Identity:
    return operations.prove("anna@customer.example", evidence=Evidence.CODE)


def test_the_secret_opens_and_is_kept_nowhere(identity):
    shop = factories.shop()
    secret = operations.sign_in(identity, shop)
    found = queries.signed_in(secret)
    assert (found.identity_id, found.identity.customer_id, found.shop) == (identity.id, identity.customer_id, shop)
    assert secret not in str(SignIn.objects.values().get())
    assert [queries.signed_in(wrong) for wrong in ("", secret[:-1], found.secret_hash)] == [None] * 3
    assert Event.objects.get(name="customers.signed_in").data["identity_id"] == identity.id


def test_it_ends_after_a_month_or_with_its_address(identity):
    secret = operations.sign_in(identity, factories.shop())
    row = SignIn.objects.get()
    assert timedelta(days=29, hours=23) < row.expires_at - timezone.now() <= timedelta(days=30)
    Identity.objects.update(verified_at=None)
    assert queries.signed_in(secret) is None
    Identity.objects.update(verified_at=timezone.now())
    assert queries.signed_in(secret) is not None
    SignIn.objects.update(expires_at=timezone.now())
    assert queries.signed_in(secret) is None
    operations.forget_proofs()
    assert not SignIn.objects.exists()


def test_signing_out_ends_one_and_everywhere_ends_all_of_the_customer(identity):
    shop = factories.shop()
    one, two = (operations.sign_in(identity, shop) for _ in range(2))
    other = operations.sign_in(operations.prove("eve@customer.example", evidence=Evidence.LINK), shop)
    operations.sign_out(queries.signed_in(one).id)
    assert [queries.signed_in(secret) is None for secret in (one, two, other)] == [True, False, False]
    third = operations.sign_in(identity, shop)
    assert operations.sign_out_everywhere(identity.customer_id) == 2
    assert [queries.signed_in(secret) is None for secret in (two, third, other)] == [True, True, False]
