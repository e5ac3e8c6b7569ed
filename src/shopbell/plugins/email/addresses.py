"""Mail addresses: international domains, and the signed token in a plus address."""

from __future__ import annotations

import idna

from shopbell.channels import contract

LOCAL_PART_OCTETS = 64  # RFC 5321, 4.5.3.1.1


def on_the_wire(address: str) -> str:
    """The address as mail servers want it: the domain in ASCII (IDNA 2008), the local part untouched.

    Raises contract.Permanent for what is no address, above all for anything that could end a header or a command.
    """
    local, _at, domain = address.strip().rpartition("@")
    if not local or not domain or any(c in "<>" or c.isspace() or not c.isprintable() for c in address.strip()):
        raise contract.Permanent(f"not an address: {address!r}", code="address")
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError as error:
        if domain.isascii():  # an address literal or a name with an underscore: the server may judge
            return f"{local}@{domain}"
        raise contract.Permanent(f"not an address: {address!r} ({error})", code="address") from error


def with_token(address: str, token: str) -> str:
    """local+token@domain (RFC 5233 subaddress); the bare address when there is no token or it would grow too long."""
    local, _at, domain = address.rpartition("@")
    tagged = f"{local}+{token}"
    if not token or len(tagged.encode()) > LOCAL_PART_OCTETS:
        return address
    return f"{tagged}@{domain}"
