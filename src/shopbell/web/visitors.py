"""Those who are not signed in: where they come from, and how often."""

from __future__ import annotations

import hashlib
import ipaddress

from django.http import HttpRequest

from shopbell.channels.operations import count_use
from shopbell.core import crypto


def network(request: HttpRequest) -> str:
    """A name for the network a request comes from that cannot be turned back into its address.

    An IPv6 host owns a /64, so that is what is named.
    """
    return network_of(request.META.get("REMOTE_ADDR", ""))


def network_of(address: str) -> str:
    """The same for an address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        parsed = ipaddress.ip_address("0.0.0.0")
    if parsed.version == 6:
        return pseudonym(str(ipaddress.ip_network((parsed, 64), strict=False)))
    return pseudonym(str(parsed))


def pseudonym(value: str) -> str:
    """The same value gives the same name; without our key nobody can tell which value it was."""
    digest = hashlib.sha256(value.encode()).hexdigest()[:32]
    return crypto.sign_token("visitor", digest).removeprefix(f"{digest}-")


def is_too_often(name: str, *, limit: int, per_seconds: int) -> bool:
    """Counts one use of `name`; True when there were more than `limit` in this window."""
    return count_use(name, per_seconds=per_seconds) > limit
