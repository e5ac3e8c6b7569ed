"""A mailbox's servers from its address: a known provider, else what the domain publishes
(RFC 6186), else the usual names.

The DNS is asked four short questions at most; without an answer the usual names are as good as any.
"""

from __future__ import annotations

from typing import Any

import dns.exception
import dns.resolver

from shopbell.plugins.email.settings_form import PRESETS, Preset, preset

SECONDS = 2.0

# Who runs the mail of a domain of one's own, by the end of its MX.
_RUN_BY = {
    "google.com": "google",
    "googlemail.com": "google",
    "outlook.com": "microsoft",
    "mailbox.org": "mailbox.org",
}
_HOSTERS: dict[str, tuple[str, str]] = {  # end of the MX → IMAP and SMTP server; TLS on 993 and 465
    "one.com": ("imap.one.com", "send.one.com"),
    "zone.eu": ("imap.zone.eu", "smtp.zone.eu"),
    "zonemx.eu": ("imap.zone.eu", "smtp.zone.eu"),
    "kundenserver.de": ("imap.ionos.de", "smtp.ionos.de"),
    "ionos.de": ("imap.ionos.de", "smtp.ionos.de"),
    "rzone.de": ("imap.strato.de", "smtp.strato.de"),
}


def guess(address: str) -> dict[str, Any]:
    """Settings to begin with: address, imap, smtp, and oauth where the provider takes nothing else."""
    domain = address.rpartition("@")[2].lower()
    if known := preset(address):
        return {"address": address, **_of(known)}
    run_by = _ask(domain, "MX")
    found = _known(run_by) or _published(domain) or _named(f"imap.{domain}", f"smtp.{domain}")
    return {"address": address, **found}


def _of(known: Preset) -> dict[str, Any]:
    servers: dict[str, Any] = {"imap": dict(known["imap"]), "smtp": dict(known["smtp"])}
    provider = next(name for name, one in PRESETS.items() if one is known)
    return (
        {**servers, "oauth": {"provider": provider}} if known["imap"].get("auth", "password") != "password" else servers
    )


def _named(imap: str, smtp: str, smtp_port: int = 465) -> dict[str, Any]:
    return {
        "imap": {"host": imap, "port": 993, "security": "ssl"},
        "smtp": {"host": smtp, "port": smtp_port, "security": "starttls" if smtp_port == 587 else "ssl"},
    }


def _known(exchanges: list[str]) -> dict[str, Any] | None:
    """By whom the domain lets its mail be run."""
    for host in exchanges:
        for end, provider in _RUN_BY.items():
            if _ends(host, end):
                return _of(PRESETS[provider])
        for end, servers in _HOSTERS.items():
            if _ends(host, end):
                return _named(*servers)
    return None


def _published(domain: str) -> dict[str, Any] | None:
    """What the domain's SRV records say."""
    imap, smtp = _ask(f"_imaps._tcp.{domain}", "SRV"), _ask(f"_submissions._tcp.{domain}", "SRV")
    submission = [] if smtp else _ask(f"_submission._tcp.{domain}", "SRV")
    if imap and (smtp or submission):
        return _named(imap[0], (smtp or submission)[0], 465 if smtp else 587)
    return None


def _ends(host: str, end: str) -> bool:
    return host == end or host.endswith(f".{end}")


def _ask(name: str, kind: str) -> list[str]:
    """The host names a domain gives; none when it gives none, or nobody answers."""
    try:
        answer = dns.resolver.resolve(name, kind, lifetime=SECONDS)
    except (dns.exception.DNSException, OSError, ValueError):
        return []
    hosts = [str(row.exchange if kind == "MX" else row.target).rstrip(".").lower() for row in answer]
    return [host for host in hosts if host]
