"""How far somebody outside the desk is known, and the codes and links that prove an address.

A code is computed from its row (`models.Proof`) with the installation's key, so it lies nowhere; a link names its row
under a signature. What may be shown depends on the level, always: anonymous and known see what they wrote in this
visit and its answers; verified see their conversations.
"""

from __future__ import annotations

import hmac
from enum import StrEnum
from hashlib import sha256

from shopbell.core import crypto
from shopbell.customers.models import Proof

DIGITS = 6


class Level(StrEnum):
    """How far somebody is known, least first."""

    ANONYMOUS = "anonymous"
    KNOWN = "known"  # typed an address
    VERIFIED = "verified"  # proved it by a code or a link, or the shop vouches


def code(proof: Proof) -> str:
    """The six digits of a proof."""
    digest = hmac.digest(crypto.derive("proof-code", 32), f"{proof.id}:{proof.nonce}".encode(), sha256)
    return f"{int.from_bytes(digest[:8]) % 10**DIGITS:0{DIGITS}d}"


def read_code(typed: str) -> str:
    """The digits of what was typed or pasted, whatever stands between them."""
    return "".join(str(int(letter)) for letter in typed[:100] if letter.isdecimal())


def link_token(proof: Proof) -> str:
    """What stands in the link of a proof."""
    return crypto.sign_token("proof-link", proof.id)


def read_link(token: str) -> int | None:
    """The number of the proof a link names; None for a link that is none of ours."""
    number = crypto.read_token("proof-link", token)
    return int(number) if number is not None and number.isdecimal() else None
