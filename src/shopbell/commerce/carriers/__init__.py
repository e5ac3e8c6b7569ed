"""Which carrier a parcel is with, and where its journey can be looked up, from what shops write.

Carriers have short names ("dhl", "dhl_express", "omniva"): the keys of `known.CARRIERS`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, urlsplit

from shopbell.commerce.carriers import known, numbers

_AGGREGATORS = ("aftership.com", "17track.net", "sendcloud.sc", "sendcloud.com", "parcelsapp.com", "parcellab.com")


@lru_cache(maxsize=10_000)
def recognise(written: str, url: str = "", number: str = "") -> str:
    """A carrier's short name ("dhl"), or "" where it cannot be told.

    What the shop writes counts before where its link leads, and that before the form of the number.
    """
    return by_name(written) or by_address(url) or numbers.carrier(number)


def by_name(written: str) -> str:
    """By what shops call it: "dhl_paket", "Omniva pakiautomaat". The longest name that stands in it wins."""
    plain = _words(written)
    if not plain.strip():
        return ""
    joined = plain.replace(" ", "")
    for name, short in _NAMES:
        if f" {name} " in plain or (len(name) >= known.UNMISTAKABLE and name.replace(" ", "") in joined):
            return short
    return ""


def by_address(url: str) -> str:
    """By the host of a tracking link; at an aggregator by the carrier that its link names."""
    try:
        parts = urlsplit(url.strip() if "//" in url else f"//{url.strip()}")
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    found = next((short for suffix, short in _HOSTS if _is_at(host, suffix)), "")
    if not found and any(_is_at(host, one) for one in _AGGREGATORS):
        return by_name(f"{parts.path} {parts.query}")
    return found


def label(short: str, otherwise: str = "") -> str:
    """What people call a carrier: "DHL Express"; `otherwise` (what the shop wrote) for one that is not known."""
    carrier = known.CARRIERS.get(short)
    return carrier.label if carrier else otherwise


def link(short: str, number: str, language: str = "en", country: str = "") -> str:
    """Where a customer sees the parcel's journey, in their language where the carrier has it; "" where there is none.

    `country`: where the parcel goes; some carriers have a page in each.
    """
    carrier = known.CARRIERS.get(short)
    plain = re.sub(r"\s+", "", number)
    if carrier is None or not carrier.links or not plain:
        return ""
    pages = carrier.links
    page = pages.get(country.upper()) or pages.get(language[:2].lower()) or pages["en"]
    return page.replace("{n}", quote(plain, safe="")).replace("{lang}", _language(carrier, language))


def _language(carrier: known.Carrier, language: str) -> str:
    code = language[:2].lower()
    return carrier.languages.get(code) or carrier.languages.get("en", "en")


def _words(written: str) -> str:
    plain = unicodedata.normalize("NFKD", written).encode("ascii", "ignore").decode().lower()
    return f" {' '.join(re.findall(r'[a-z0-9]+', plain))} "


def _is_at(host: str, suffix: str) -> bool:
    return host == suffix or host.endswith(f".{suffix}")


_NAMES = sorted(
    ((name, short) for short, carrier in known.CARRIERS.items() for name in carrier.names),
    key=lambda pair: (-len(pair[0]), pair[0]),
)
_HOSTS = sorted(
    ((host, short) for short, carrier in known.CARRIERS.items() for host in carrier.hosts),
    key=lambda pair: (-len(pair[0]), pair[0]),
)
