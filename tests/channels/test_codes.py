"""The mail with the code: by the shop's own mailbox, in the page's language, marked automatic, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shopbell.channels import codes
from shopbell.channels.models import Outbound
from shopbell.customers import operations, proofs
from shopbell.customers.models import Proof
from tests import factories

SENDS = {"sending": "nowhere", "name": "Kaubamaja abi"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    row = factories.shop()
    factories.mailbox(factories.shop("Other"), settings=SENDS)
    factories.mailbox(row, "quiet@shop.example")
    factories.mailbox(row, "help@shop.example", settings=SENDS)
    return row


def asked(shop, language="en", address="anna@customer.example") -> Proof:
    operations.send_code(shop, address, language)
    return Proof.objects.latest("id")


def test_the_code_and_the_link_leave_by_the_shops_mailbox(shop, settings):
    settings.BASE_URL = "https://desk.example"
    proof = asked(shop)
    codes.mail(proof.id)
    codes.mail(proof.id)
    row = Outbound.objects.get()
    code = proofs.code(proof)
    assert row.channel.address == "help@shop.example"
    assert row.content["sender"] == {"address": "help@shop.example", "name": "Kaubamaja abi", "verified": False}
    assert [who["address"] for who in row.content["to"]] == ["anna@customer.example"]
    assert row.content["subject"] == f"{code} is your code for Kaubamaja"
    assert f"\n\n{code}\n\n" in row.content["text"]
    assert f"https://desk.example/my/{shop.slug}/link/{proofs.link_token(proof)}/" in row.content["text"]
    assert row.content["automatic"] is True
    assert row.external_id.endswith("@shop.example")


def test_nothing_leaves_for_what_has_expired_or_was_replaced(shop):
    first = asked(shop)
    Proof.objects.update(asked_at=timezone.now() - timedelta(minutes=1))
    second = asked(shop)
    Proof.objects.filter(id=second.id).update(expires_at=timezone.now())
    for number in (first.id, second.id, 0):
        codes.mail(number)
    assert not Outbound.objects.exists()


def test_our_own_mailboxes_and_shops_that_cannot_send_get_no_mail(shop):
    codes.mail(asked(shop, address="help+x@shop.example").id)
    codes.mail(asked(factories.shop("Mute")).id)
    assert not Outbound.objects.exists()
