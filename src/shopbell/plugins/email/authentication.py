"""Who really sent a mail: the results our own receiving server wrote down (RFC 8601), and nothing else.

Anybody can write an Authentication-Results field. Ours are those that bear a configured authserv-id and stand above
the point where the mail came in from outside. Fields are read from the top; the first one with another id ends the
search, and so does a Received field that names a foreign host as the one that handed the mail over.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence
from typing import get_args

from shopbell.plugins.email.mime.fields import Address, clean_address
from shopbell.plugins.email.mime.headers import Headers
from shopbell.plugins.email.parsed import Authentication, Verdict

MAX_FIELD = 20_000

VERDICTS = set(get_args(Verdict)) - {"unknown"}
COMMENT_OR_QUOTED = re.compile(r'\((?:[^()\\"]|\\.|"[^"()]{0,200}")*\)|"((?:[^"\\]|\\.)*)"')
NO_VALUE = re.compile(r"[^\w.@+/=:~-]+")
RESULT = re.compile(r"^\s*([\w-]+)\s*(?:/\s*\d+\s*)?=\s*([\w-]+)(.*)$", re.DOTALL)
PROPERTY = re.compile(r"([\w-]+)\s*\.\s*([\w-]+)\s*=\s*(\S+)")
RECEIVED_FROM = re.compile(r"(?i)^\s*from\s+(\S+)(.*?)(?:\sby\s|$)", re.DOTALL)
BRACKETED_IP = re.compile(r"[\[(]\s*(?:IPv6:)?([0-9a-fA-F.:]{3,45})\s*[\])]")
REVERSE_NAME = re.compile(r"\(\s*([\w.-]+\.[\w-]+)\.?\s*\[")

# Second-level labels under which registries sell names ("co.uk"), and hosts that lend names to strangers.
REGISTRY_LABELS = frozenset(
    ("ac", "co", "com", "edu", "firma", "go", "gob", "gouv", "gov", "gv", "id", "info", "ltd", "me", "mil", "ne", "net")
    + ("nom", "or", "org", "plc", "pp", "pri", "sch", "web")
)
SHARED_HOSTS = frozenset(
    ("appspot.com", "azurewebsites.net", "blogspot.com", "cloudfront.net", "github.io", "gitlab.io", "herokuapp.com")
    + ("myshopify.com", "netlify.app", "onmicrosoft.com", "pages.dev", "vercel.app", "web.app", "wixsite.com")
    + ("wordpress.com", "workers.dev")
)
INTERNAL = [
    ipaddress.ip_network(text)
    for text in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10")
]
MICROSOFT = "outlook.com"  # Exchange Online writes its results without any authserv-id
MICROSOFT_INTERNAL = ipaddress.ip_network("2603:1000::/24")


def check(head: Headers, senders: Sequence[Address], authserv_ids: Sequence[str]) -> Authentication:
    """The verdict on a mail. Without configured ids, or without a field of ours, everything is "unknown"."""
    domain = senders[0].domain if senders else ""
    ids = {each.strip().lower() for each in authserv_ids if each.strip()}
    fields = list(_trusted_fields(head, ids)) if ids else []
    if not fields:
        return Authentication(from_domain=domain)
    results = [result for text in fields for result in _results(text)]
    single = len(senders) == 1 and len(head.raw_all("from")) == 1
    return Authentication(
        spf=_verdict(results, "spf"),
        dkim=_verdict(results, "dkim"),
        dmarc=_verdict(results, "dmarc"),
        aligned=bool(domain) and single and _is_aligned(results, domain),
        from_domain=domain,
        trusted=True,
    )


def organisational_domain(domain: str) -> str:
    """The part of a domain one owner has, guessed conservatively: "mail.shop.co.uk" to "shop.co.uk"."""
    labels = domain.lower().strip(".").split(".")
    if len(labels) <= 2:
        return ".".join(labels)
    pair = ".".join(labels[-2:])
    is_registry = pair in SHARED_HOSTS or (len(labels[-1]) == 2 and labels[-2] in REGISTRY_LABELS)
    return ".".join(labels[-3:]) if is_registry else pair


def aligned(domain: str, other: str) -> bool:
    """Relaxed alignment (RFC 7489, 3.1): same organisational domain."""
    if not domain or "." not in domain or not other:
        return False
    own = organisational_domain(domain)
    is_registry = own in SHARED_HOSTS or own.count(".") == 1 and own.split(".")[0] in REGISTRY_LABELS and len(own) <= 6
    return domain == other.lower().strip(".") or (own == organisational_domain(other) and not is_registry)


Result = tuple[str, str, dict[str, str]]  # method, verdict, properties ("header.d": "example.org")


def _trusted_fields(head: Headers, ids: set[str]) -> Iterator[str]:
    found = False
    for name, raw in head.fields:
        text = head.undecoded(raw[:MAX_FIELD])
        if name == "received" and (found or _is_from_outside(text, ids)):
            return
        if name == "authentication-results":
            if not _is_ours(text, ids):
                return
            found = True
            yield text


def _is_ours(text: str, ids: set[str]) -> bool:
    """Is the authserv-id one of ours? A field that starts with a result has none, as Exchange Online writes it."""
    first = _without_comments(text).split(";", 1)[0].strip().lower()
    if RESULT.match(first):
        return any(each == MICROSOFT or each.endswith("." + MICROSOFT) for each in ids)
    words = first.split()
    return bool(words) and words[0] in ids


def _is_from_outside(text: str, ids: set[str]) -> bool:
    """Did this hop take the mail from a foreign host? Only what the receiver saw itself (address, reverse name) counts,
    never the name the sender gave."""
    match = RECEIVED_FROM.match(text)
    if not match:
        return False  # a hand-over inside one host
    name, rest = match[1].strip("[]"), match[2]
    address = BRACKETED_IP.search(f"{match[1]} {rest}")
    if address and _is_internal(address[1], ids):
        return False
    if address is None and name in {"localhost", "localhost.localdomain"}:
        return False
    reverse = REVERSE_NAME.search(rest)
    own = {organisational_domain(each) for each in ids}
    return not (reverse and organisational_domain(reverse[1]) in own)


def _is_internal(text: str, ids: set[str]) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if any(address in network for network in INTERNAL):
        return True
    return address in MICROSOFT_INTERNAL and any(each.endswith(MICROSOFT) for each in ids)


def _results(text: str) -> Iterator[Result]:
    for chunk in _without_comments(text).split(";"):
        match = RESULT.match(chunk)
        if match and match[2].lower() in VERDICTS:
            properties = {
                f"{kind}.{name}".lower(): value.strip("<>") for kind, name, value in PROPERTY.findall(match[3])
            }
            yield match[1].lower(), match[2].lower(), properties


def _without_comments(text: str) -> str:
    """Comments out, quoted values bare. What a sender wrote inside them (";", "=") can no longer make a result."""
    for _ in range(5):
        text, count = COMMENT_OR_QUOTED.subn(_plain, text)
        if not count:
            break
    return text


def _plain(match: re.Match[str]) -> str:
    return " " if match[1] is None else NO_VALUE.sub("", match[1]).replace("=", "")


def _verdict(results: list[Result], method: str) -> Verdict:
    """The best verdict of a method: one good signature of several is enough (RFC 6376, 6.1)."""
    found = [verdict for name, verdict, _ in results if name == method]
    if not found:
        return "unknown"
    best: Verdict = "pass" if "pass" in found and method == "dkim" else found[0]  # type: ignore[assignment]
    return best


def _is_aligned(results: list[Result], domain: str) -> bool:
    """DMARC decides when it was checked and the domain has a policy; else an aligned DKIM or SPF pass does."""
    dmarc = [(verdict, properties) for method, verdict, properties in results if method == "dmarc"]
    if dmarc:
        verdict, properties = dmarc[0]
        if verdict == "pass":
            return aligned(domain, properties.get("header.from", domain))
        if verdict not in {"none", "neutral"}:
            return False
    return any(_proves(method, verdict, properties, domain) for method, verdict, properties in results)


def _proves(method: str, verdict: str, properties: dict[str, str], domain: str) -> bool:
    if verdict != "pass":
        return False
    if method == "dkim":
        signer = properties.get("header.d") or properties.get("header.i", "").rpartition("@")[2]
        return aligned(domain, signer)
    if method == "spf":
        path = properties.get("smtp.mailfrom", "")
        sender = clean_address(path).rpartition("@")[2] if "@" in path else path
        return aligned(domain, sender.lower())
    return False
