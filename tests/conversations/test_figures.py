"""Digits in ordinary mail: dates, prices, postcodes, telephones; and numbers of orders, which stay found."""

from __future__ import annotations

import pytest

from shopbell.conversations.numbers import candidates


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("Anna Berg, Weg 1, 10115 Berlin", "10115"),
        ("D-10115 Berlin", "10115"),
        ("Mountain View, CA 94041", "94041"),
        ("EE-10111 Tallinn", "10111"),
        ("we met on 28.10.2021", "28102021"),
        ("log of 2021-10-28", "20211028"),
        ("20211028 was a Thursday", "20211028"),
        ("the budget of 202112", "202112"),
        ("it cost 12345 EUR", "12345"),
        ("it cost € 12345", "12345"),
        ("1.234,50 was taken", "123450"),
        ("from 127.0.0.1 again", "127001"),
        ("tel. 030 123456", "030123456"),
        ("Fax: 5551234", "5551234"),
        ("and 40000 people", "AND40000"),
        ("https://example.com/a/48213", "48213"),
        ("On May 2, 2005 1:30 she wrote", "20051"),
        ("photo of 10240 kB", "10240"),
    ],
)
def test_what_is_rather_something_else_names_nobody_else_s_order(written, number):
    found = candidates(written)
    assert not found.names(number, is_own=False)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("Where is 48213?", "48213"),
        ("Re: 48213", "48213"),
        ("48213 has not arrived", "48213"),
        ("Bestellung 10115 Berlin", "10115"),
        ("Bestellnr. 20211028", "20211028"),
        ("Minu tellimus 48213 EUR", "48213"),
        ("Zamówienie 48213", "48213"),
        ("https://shop.example/my/orders/48213", "48213"),
        ("https://carrier.example/?piececode=00340434161094015902", "00340434161094015902"),
        ("SB 48213 please", "SB48213"),
        ("#48213 €", "48213"),
        ("#2021-10288", "202110288"),
        ("my order (48213), thanks", "48213"),
    ],
)
def test_numbers_of_orders_are_found_all_the_same(written, number):
    assert candidates(written).names(number, is_own=False)


def test_of_their_own_order_the_bare_number_is_enough():
    found = candidates("Anna Berg, 10115 Berlin")
    assert found.names("10115", is_own=True)


def test_named_once_plainly_is_named():
    assert candidates("10115 Berlin … where is 10115?").names("10115", is_own=False)
