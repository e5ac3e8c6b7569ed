"""Tracking numbers whose form gives their carrier away, proved by a check digit where there is one.

Bare digits of one length are used by several carriers: a number says something only where a single carrier's check
holds and nobody else's does.
"""

from __future__ import annotations

import re
from collections.abc import Callable

# UPU S10: whose parcels the last two letters are.
_POSTS = {
    "AT": "austrianpost", "BE": "bpost", "CH": "swisspost", "CZ": "ceskaposta", "DE": "dhl", "DK": "postnord",
    "EE": "omniva", "ES": "correos", "FI": "posti", "FR": "laposte", "GB": "royalmail", "IE": "anpost",
    "IT": "posteitaliane", "LT": "unisend", "LV": "latvijaspasts", "NL": "postnl", "NO": "bring",
    "PL": "pocztapolska", "PT": "ctt", "SE": "postnord", "US": "usps",
}  # fmt: skip
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_FEDEX_WEIGHTS = (3, 1, 7)
_MOD_37_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def carrier(number: str) -> str:
    """The carrier's short name, or "" where the number does not give it away."""
    plain = re.sub(r"[\s.\-]", "", number).upper()
    for form, found, holds in _FORMS:
        if re.fullmatch(form, plain) and holds(plain):
            return found
    if is_s10(plain):
        return _s10(plain)
    fits = {found for form, found, holds in _DIGITS if re.fullmatch(form, plain) and holds(plain)}
    return fits.pop() if len(fits) == 1 else ""


def is_s10(number: str) -> bool:
    """Whether it is an identifier of the Universal Postal Union with a right check digit (UPU S10)."""
    if not re.fullmatch(r"[A-Z]{2}\d{9}[A-Z]{2}", number):
        return False
    digits = [int(sign) for sign in number[2:11]]
    rest = 11 - sum(digit * weight for digit, weight in zip(digits, _S10_WEIGHTS, strict=False)) % 11
    return digits[8] == {10: 0, 11: 5}.get(rest, rest)


def _s10(number: str) -> str:
    post = _POSTS.get(number[11:], "")
    if post == "laposte" and number[0] == "X":
        return "chronopost"
    return "colissimo" if post == "laposte" and number[0] in "CE" else post


def is_ups(number: str) -> bool:
    """1Z, then fifteen signs and a check digit; letters count as (A = 2, B = 3 …) modulo 10."""
    values = [int(sign) if sign.isdigit() else (ord(sign) - 63) % 10 for sign in number[2:17]]
    total = sum(value * (2 if place % 2 else 1) for place, value in enumerate(values))
    return number[17].isdigit() and int(number[17]) == -total % 10


def is_gs1(number: str) -> bool:
    """The check digit of GS1 (SSCC and its like): weights 3 and 1 from the right."""
    digits = [int(sign) for sign in number]
    total = sum(digit * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits[:-1])))
    return digits[-1] == -total % 10


def is_gls(number: str) -> bool:
    """GLS: eleven digits, weights 3 and 1 from the left and one more, and a check digit."""
    digits = [int(sign) for sign in number]
    total = sum(digit * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits[:-1]))
    return digits[-1] == -(total + 1) % 10


def is_fedex(number: str) -> bool:
    """FedEx, twelve digits: weights 3, 1, 7, modulo 11, modulo 10."""
    digits = [int(sign) for sign in number]
    total = sum(digit * _FEDEX_WEIGHTS[place % 3] for place, digit in enumerate(digits[:-1]))
    return digits[-1] == total % 11 % 10


def is_dhl_ident(number: str) -> bool:
    """Identcode of Deutsche Post: eleven digits, weights 4 and 9, and a check digit."""
    digits = [int(sign) for sign in number]
    total = sum(digit * (4 if place % 2 == 0 else 9) for place, digit in enumerate(digits[:-1]))
    return digits[-1] == -total % 10


def is_dhl_express(number: str) -> bool:
    """DHL Express: nine digits and their rest of a division by 7."""
    return int(number[:9]) % 7 == int(number[9])


def is_dpd(number: str) -> bool:
    """DPD: fourteen signs and a check sign (ISO/IEC 7064, MOD 37,36)."""
    value = 36
    for sign in number[:-1]:
        value = (value + _MOD_37_36.index(sign)) % 36 or 36
        value = value * 2 % 37
    return _MOD_37_36[(37 - value) % 36] == number[-1]


def _always(_number: str) -> bool:
    return True


_Form = tuple[str, str, Callable[[str], bool]]

# Signs that only one carrier uses.
_FORMS: tuple[_Form, ...] = (
    (r"1Z[A-Z0-9]{15}\d", "ups", is_ups),
    (r"003404[34]\d{13}", "dhl", is_gs1),
    (r"JJD\d{12,30}", "dhl", _always),
    (r"JVGL\w{10,30}", "dhl", _always),
    (r"JJFI\d{11,17}", "posti", _always),
    (r"3S[A-Z0-9]{11,13}", "postnl", _always),
    (r"3232\d{20}", "bpost", _always),
    (r"V\d{5}E\d{7}", "venipak", _always),
    (r"H\d{19}", "hermes", _always),
    (r"[5-9][A-Z]\d{11}", "colissimo", _always),
    (r"9[2-5]\d{20}", "usps", is_gs1),
)
# Digits: the check has to tell.
_DIGITS: tuple[_Form, ...] = (
    (r"\d{10}", "dhl_express", is_dhl_express),
    (r"\d{12}", "gls", is_gls),
    (r"\d{12}", "fedex", is_fedex),
    (r"\d{12}", "dhl", is_dhl_ident),
    (r"\d{14}[A-Z0-9]", "dpd", is_dpd),
)
