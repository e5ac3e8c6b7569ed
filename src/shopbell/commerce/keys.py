"""The one spelling in which numbers are compared: letters and digits only, in capitals."""

from __future__ import annotations

import unicodedata


def key(number: str) -> str:
    """ "#1042-A" → "1042A"; at most 60 characters, "" when nothing is left."""
    plain = unicodedata.normalize("NFKC", number).upper()
    return "".join(sign for sign in plain if sign.isalnum())[:60]
