"""Customers known twice, as a shop's files make them: found with reasons, never merged by themselves."""

from __future__ import annotations

import argparse
import json
from typing import Any

import pytest

from shopbell.commands import customers
from shopbell.commerce import contract
from shopbell.commerce.models import Connection, Order
from shopbell.commerce.operations import recording
from shopbell.customers.models import Customer
from tests.commerce.things import connect, order

pytestmark = pytest.mark.django_db


def account(remote_id: str, name: str, email: str = "", phone: str = "", street: str = "", postcode: str = "") -> Any:
    address = contract.Address(line1=street, postcode=postcode, country="DE")
    return contract.CustomerData(remote_id=remote_id, name=name, email=email, phone=phone, address=address)


def duplicates(capsys: pytest.CaptureFixture[str], *more: str) -> list[Any]:
    parser = argparse.ArgumentParser()
    customers.arguments(parser)
    assert customers.run(parser.parse_args(["duplicates", "--json", *more])) == 0
    return list(json.loads(capsys.readouterr().out))


def pairs(found: list[Any]) -> list[tuple[list[str], list[str]]]:
    return [
        (sorted(pair["first"]["accounts"] + pair["second"]["accounts"]), [one["code"] for one in pair["reasons"]])
        for pair in found
    ]


@pytest.fixture
def laden() -> Connection:
    return connect()


def test_pairs_with_their_reasons(laden, capsys):
    given = [
        account("1", "Jörg Müller", "jm@web.test", "0171 1234567"),
        account("2", "Joerg Mueller", "joerg@post.test", "+49 171 1234567"),
        account("3", "Käthe Groß", "kg@web.test", street="Hauptstraße 5a", postcode="10115"),
        account("4", "Kathe Gross", "kathe@post.test", street="Hauptstr. 5 A", postcode="10115"),
        account("5", "Mart Põld", "mart@web.test", "0171 7654321"),
        account("6", "Anna Põld", "anna@web.test", "0171 7654321"),
    ]
    recording.record(laden, given, historic=True)
    found = duplicates(capsys)
    assert pairs(found) == [(["1", "2"], ["phone", "name"]), (["3", "4"], ["home", "name"])]
    assert found[0]["score"] == 0.95
    assert found[0]["first"] == {
        **{"id": Customer.objects.get(name="Jörg Müller").id, "name": "Jörg Müller", "emails": ["jm@web.test"]},
        **{"phones": ["+491711234567"], "accounts": ["1"]},
    }
    assert found[0]["reasons"][0] == {"code": "phone", "text": "the same telephone number"}
    assert pairs(duplicates(capsys, "--min-score", "0.9")) == [(["1", "2"], ["phone", "name"])]
    assert not Customer.objects.filter(merged_into__isnull=False).exists()


def test_accounts_with_one_phone_and_no_address_stay_apart(laden, capsys):
    recording.record(laden, [account("1", "Mart Põld", phone="0171 1"), account("2", "Anna Saar", phone="0171 1")])
    given = [account("3", "Ole Lund", phone="0171 1234567"), account("4", "Ole Lund", phone="0171 1234567")]
    recording.record(laden, given)
    assert Customer.objects.count() == 4
    assert pairs(duplicates(capsys)) == [(["3", "4"], ["phone", "name"])]


def test_what_orders_know(laden, capsys):
    recording.record(laden, [account("1", "Anna Saar", "anna@home.test"), account("2", "Peter Kask", "pk@home.test")])
    recording.record(
        laden,
        [
            order("10", email="anna@work.test", name="Anna Saar"),
            order("11", email="anna@work.test", name="Anna Saar", customer_id="1"),
            order("12", email="guest@home.test", name="Peter Kask", payer_email="pk@home.test"),
        ],
        historic=True,
    )
    found = duplicates(capsys)
    reasons = {tuple(one["code"] for one in pair["reasons"]) for pair in found}
    assert reasons == {("ordered", "name"), ("payer", "name")}


def test_one_shop_only(laden, capsys):
    other = connect()
    recording.record(laden, [account("1", "Ole Lund", "a@x.test", "0171 1234567")])
    recording.record(other, [account("1", "Ole Lund", "b@x.test", "0171 1234567")])
    assert len(duplicates(capsys)) == 1
    assert duplicates(capsys, "--shop", laden.shop.slug) == []
    recording.record(laden, [order("9", email="b@x.test", name="Ole Lund")], historic=True)
    assert len(duplicates(capsys, "--shop", laden.shop.slug)) == 1


def test_a_guest_with_a_household_s_phone_is_nobody_else(laden):
    recording.record(laden, [order("1", email="", phone="+4917112345", name="Mart Põld")], historic=True)
    recording.record(laden, [order("2", email="", phone="+4917112345", name="Anna Saar")], historic=True)
    recording.record(laden, [order("3", email="", phone="+4917112345", name="Mart Pold")], historic=True)
    owners = dict(Order.objects.values_list("remote_id", "customer"))
    assert owners["1"] == owners["3"] != owners["2"]


@pytest.mark.parametrize("more", [("--shop", "nowhere"), ("--min-score", "7")])
def test_what_cannot_be(laden, capsys, more):
    parser = argparse.ArgumentParser()
    customers.arguments(parser)
    assert customers.run(parser.parse_args(["duplicates", *more])) == 2
