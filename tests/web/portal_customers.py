"""Customers at the portal, for tests: signed in as they are in life, by the code of the mail."""

from __future__ import annotations

from django.test import Client

from shopbell.customers import operations, proofs
from shopbell.customers.models import Evidence, Proof
from shopbell.shops.models import Shop
from tests import factories

SENDS = {"sending": "nowhere"}


def shop_that_mails(name: str = "Poder", **fields: object) -> Shop:
    """A shop with a mailbox that can send."""
    shop = factories.shop(name, **fields)
    factories.mailbox(shop, settings=SENDS)
    return shop


def visitor() -> Client:
    """Somebody who reads English."""
    return Client(headers={"accept-language": "en"})


def signed_in(shop: Shop, address: str = "anna@customer.example", client: Client | None = None) -> Client:
    """A browser in which the owner of this address typed the code."""
    client = client or visitor()
    client.post(f"/my/{shop.slug}/code/", {"email": address, "to": 0})
    code = proofs.code(Proof.objects.filter(address=address.lower()).latest("id"))
    answer = client.post(f"/my/{shop.slug}/code/enter/", {"code": code})
    assert answer.headers["Location"] == f"/my/{shop.slug}/", answer.content
    return client


def prove(address: str) -> int:
    """The customer of an address that was proved; returns their number."""
    return operations.prove(address, evidence=Evidence.CODE).customer_id
