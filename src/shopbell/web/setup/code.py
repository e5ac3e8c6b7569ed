"""The set-up code: proves that the first visitor is the one who started the server.

It follows from the secret key, so it needs no table, and is worthless as soon as somebody can sign in.
"""

from __future__ import annotations

import hmac
import re

from django.urls import reverse

from shopbell.agents.models import Agent
from shopbell.core import crypto


def setup_code() -> str:
    """Three groups of four letters and digits: 60 bits."""
    mac = crypto.sign_token("setup", 1).partition("-")[2]
    return "-".join((mac[:4], mac[4:8], mac[8:12]))


def is_right(given: str) -> bool:
    """Case, spaces and dashes do not matter."""
    plain = re.sub(r"[\s-]", "", given).lower()
    return hmac.compare_digest(plain.encode(), setup_code().replace("-", "").encode())


def needs_setup() -> bool:
    """Nobody can sign in yet."""
    return not Agent.objects.exists()


def setup_path() -> str:
    """What the one who started the server opens first, below the server's address."""
    return f"{reverse('setup')}?code={setup_code()}"
