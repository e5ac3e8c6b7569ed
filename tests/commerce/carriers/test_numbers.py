"""Numbers that give their carrier away, and numbers that only look so."""

from __future__ import annotations

import pytest

from shopbell.commerce.carriers import numbers


@pytest.mark.parametrize(
    ("number", "short"),
    [
        ("1Z999AA10123456784", "ups"),
        ("1Z 999 AA1 01 2345 6784", "ups"),
        ("1Z999AA10123456785", ""),
        ("RR473124829EE", "omniva"),
        ("RR473124828EE", ""),
        ("CC123456785EE", "omniva"),
        ("EW112720413FR", "colissimo"),
        ("RR473124829SE", "postnord"),
        ("RR473124829GB", "royalmail"),
        ("RR473124829DE", "dhl"),
        ("RR473124829ZZ", ""),
        ("00340434161094015902", "dhl"),
        ("00340434161094015903", ""),
        ("JJD000390007827352921", "dhl"),
        ("604831862623", "gls"),
        ("604831862624", ""),
        ("776094337676", "fedex"),
        ("9356579890", "dhl_express"),
        ("9356579891", ""),
        ("01345678901234Q", "dpd"),
        ("01345678901234A", ""),
        ("323212345659900040669030", "bpost"),
        ("H1234567890123456789", "hermes"),
        ("3SYZXG132912330", "postnl"),
        ("V12345E1234567", "venipak"),
        ("JJFI00000000000001", "posti"),
        ("6A12345678901", "colissimo"),
        ("05308801410058", ""),
        ("12345", ""),
        ("", ""),
        ("１２３４５６７８９０", ""),
    ],
)
def test_carrier(number: str, short: str) -> None:
    assert numbers.carrier(number) == short


def test_what_fits_two_carriers_is_neither() -> None:
    both = [n for n in (f"{one:011d}" for one in range(10_000)) for n in [n + str(_gls(n))] if numbers.is_fedex(n)]
    assert both
    assert {numbers.carrier(number) for number in both} == {""}


def _gls(first: str) -> int:
    return next(digit for digit in range(10) if numbers.is_gls(f"{first}{digit}"))
