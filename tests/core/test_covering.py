"""What is masked, and what is left alone."""

from __future__ import annotations

import pytest

from shopbell.core import covering


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("anna.saar@post.example", "a•••@•••"),
        ("+372 5555 1234", "•••34"),
        ("", ""),
        ("a•••@•••", "a•••@•••"),
    ],
)
def test_of_an_address_no_more_is_left_than_tells_two_apart(value: str, shown: str) -> None:
    assert covering.address(value) == shown


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Anna Saar", "Anna S."),
        ("Anna Maria von der Heide", "Anna H."),
        ("Cher", "Cher"),
        ("", ""),
        ("anna@x.example", "a•••@•••"),
    ],
)
def test_a_short_name_is_the_first_and_an_initial(name: str, short: str) -> None:
    assert covering.short_name(name) == short


def test_addresses_numbers_and_accounts_in_a_text_are_masked() -> None:
    body = "Write to anna.saar@post.example or call +49 (30) 901820-12, 0171 2345678. IBAN DE89 3704 0044 0532 0130 00."
    assert covering.text(body) == "Write to a•••@••• or call •••12, •••78. IBAN •••00."


@pytest.mark.parametrize(
    "body",
    [
        "Order 1042, SB-204811, #17, size 42, 24.12.2026, 14:30",
        "DHL 00340434161094015902",
        "RMA-0171-2345678901",
        "49,90 € for 3 × 0,5 l",
    ],
)
def test_orders_parcels_dates_and_prices_stay(body: str) -> None:
    assert covering.text(body) == body


def test_the_hidden_part_of_a_name_is_masked_in_a_text_too() -> None:
    assert covering.text("Regards, Anna SAAR (Saarland)", "Anna Saar", "Anna S.") == "Regards, Anna S. (Saarland)"
    assert covering.text("Anna Saar", "Anna Saar", "Customer 7") == "A. S."
    assert covering.text("Anna Saar", "Anna Saar", "Anna Saar") == "Anna Saar"
