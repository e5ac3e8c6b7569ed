"""The languages Shopbell itself speaks, by their own names."""

from __future__ import annotations

NAMES = {"en": "English", "de": "Deutsch", "da": "Dansk", "et": "Eesti"}


def nearest(code: str, default: str = "en") -> str:
    """The language of NAMES for a tag like de-AT or da_DK in any case (RFC 4647 lookup), else `default`."""
    primary = code.strip().replace("_", "-").partition("-")[0].lower()
    return primary if primary in NAMES else default
