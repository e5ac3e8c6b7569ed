"""Money as integers of a currency's smallest unit: 12.40 EUR is 1240, 1240 JPY is 1240, 1.234 KWD is 1234.

How many decimals a currency has is ISO 4217's, as Babel knows it.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from babel.core import Locale
from babel.numbers import format_currency, get_currency_precision

_CODE = re.compile(r"[A-Z]{3}")
_TOUCHING = re.compile(r"(?<=[^\W\d_])(?=\d)")
MOST = 10**15  # more of the smallest unit is no price


class NotMoney(ValueError):
    """What was given is no amount, or no currency."""


def code(text: object) -> str:
    """A currency's code as ISO 4217 writes it: "eur" → "EUR". Raises NotMoney."""
    found = str(text or "").strip().upper()
    if not _CODE.fullmatch(found):
        raise NotMoney(f"{text!r} is no currency")
    return found


def decimals(currency: str) -> int:
    """How many a currency has: 2, JPY none, KWD three; 2 for one that is not known."""
    return int(get_currency_precision(currency))


def minor(amount: object, currency: str) -> int:
    """An amount in the currency's units ("12.40", 12.4, Decimal) as the smallest unit; None and "" are 0.

    More decimals than the currency has are rounded half up, as tills do: 12.345 EUR → 1235. A float is read as it is
    written (0.1, not its binary neighbour). Raises NotMoney.
    """
    if amount is None or amount == "":
        return 0
    if isinstance(amount, bool):
        raise NotMoney(f"{amount!r} is no amount")
    try:
        number = Decimal(str(amount).strip())
        scaled = number.scaleb(decimals(currency)).quantize(Decimal(1), ROUND_HALF_UP)
    except InvalidOperation:
        raise NotMoney(f"{amount!r} is no amount") from None
    if not scaled.is_finite() or abs(scaled) > MOST:
        raise NotMoney(f"{amount!r} is no amount")
    return int(scaled)


def major(amount_minor: int, currency: str) -> Decimal:
    """The smallest unit back in units: (1240, "EUR") → Decimal("12.40")."""
    return Decimal(amount_minor).scaleb(-decimals(currency))


def shown(amount_minor: int, currency: str, language: str) -> str:
    """As people of that language write it: (1240, "EUR", "de") → "12,40 €" (with a no-break space).

    Letters stand off the digits, as CLDR asks and Babel does not: (1240, "DKK", "en") → "DKK 12.40".
    """
    written = format_currency(major(amount_minor, currency), currency, locale=Locale.parse(language))
    return _TOUCHING.sub("\u00a0", written)
