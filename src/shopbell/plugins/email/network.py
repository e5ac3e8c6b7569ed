"""Lines to mail servers: encryption, time limits, and what their failures mean."""

from __future__ import annotations

import socket
import ssl

from shopbell.channels import contract

CONNECT_SECONDS = 20
READ_SECONDS = 60


def tls_context(ca_file: str = "") -> ssl.SSLContext:
    """Certificates are always checked; `ca_file` adds the authority of a shop's own servers."""
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(cafile=ca_file)
    return context


def line_error(error: Exception) -> contract.Transient:
    """A broken line, as the contract's error: always worth another try, `code` says what broke."""
    return contract.Transient(f"{type(error).__name__}: {error}", code=line_code(error))


def line_code(error: Exception) -> str:
    """dns, refused, timeout, certificate, tls, or lost."""
    if isinstance(error, socket.gaierror):
        return "dns"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate"
    return "tls" if isinstance(error, ssl.SSLError) else "lost"
