"""The one way Shopbell calls other servers: bounded in time and size, and never into the own network by accident.

Each connection resolves the name itself, checks every address and connects to a checked one, so neither a redirect nor
a name that changes its address between look-up and connection (DNS rebinding) leads inside.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from json import loads
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError

MAX_BYTES = 5_000_000
MAX_REDIRECTS = 5
TIMEOUT_SECONDS = 10.0
_CHUNK = 65_536


class HttpError(Exception):
    """No usable answer.

    `retry` is True when a later try may succeed (network, time-out), False when it will not (forbidden address, size).
    """

    def __init__(self, message: str, *, retry: bool) -> None:
        super().__init__(message)
        self.retry = retry


class ForbiddenAddress(HTTPError):
    """The name leads to an address that is not on the public internet."""


@dataclass(frozen=True)
class Answer:
    """What came back, whatever its status."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    def json(self) -> Any:
        """The body as JSON. Raises HttpError when it is none."""
        try:
            return loads(self.body)
        except ValueError as error:
            raise HttpError(f"{self.url} did not answer with JSON", retry=False) from error


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    data: bytes | Mapping[str, str] | None = None,
    json: Any = None,
    timeout_seconds: float = TIMEOUT_SECONDS,
    max_bytes: int = MAX_BYTES,
    private: bool = False,
) -> Answer:
    """Call a URL (http or https, no environment proxy) and read the whole answer.

    `timeout_seconds` bounds connecting, every wait, and the reading of the body as a whole. `private` allows addresses
    of the own network: only for addresses an admin configured, never for one a message or customer supplied.
    Raises HttpError.
    """
    deadline = time.monotonic() + timeout_seconds
    try:
        with _session(private) as session:
            sent = {"Accept-Encoding": "identity", **(headers or {})}
            response = session.request(
                method, url, headers=sent, data=data, json=json, timeout=timeout_seconds, stream=True
            )
            with response:
                body = _read(response, max_bytes, deadline)
            return Answer(response.status_code, dict(response.headers), body, response.url)
    except (requests.ConnectionError, requests.Timeout, HTTPError) as error:
        raise HttpError(f"{method} {url}: {error}", retry=not isinstance(error, ForbiddenAddress)) from error
    except (requests.RequestException, ValueError) as error:
        raise HttpError(f"{method} {url}: {error}", retry=False) from error


def is_public(address: str) -> bool:
    """Whether an IP address lies on the public internet, also one wrapped in IPv6 (mapped, 6to4, Teredo, NAT64)."""
    number = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(number, ipaddress.IPv6Address):
        inner = _wrapped(number)
        if inner is not None:
            return is_public(str(inner))
    return number.is_global and not number.is_multicast and not number.is_reserved


def _wrapped(number: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if number in ipaddress.IPv6Network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
    return number.ipv4_mapped or number.sixtofour or (number.teredo[1] if number.teredo else None)


def _read(response: requests.Response, max_bytes: int, deadline: float) -> bytes:
    """The body piece by piece: the size and the clock are checked after each, against endless and dripping answers."""
    body = bytearray()
    while chunk := response.raw.read1(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > max_bytes:
            raise HttpError(f"{response.url} answers with more than {max_bytes} bytes", retry=False)
        if time.monotonic() > deadline:
            raise HttpError(f"{response.url} takes too long", retry=True)
    return bytes(body)


class _CheckedConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _CheckedTlsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _CheckedPool(HTTPConnectionPool):
    ConnectionCls = _CheckedConnection


class _CheckedTlsPool(HTTPSConnectionPool):
    ConnectionCls = _CheckedTlsConnection


class _CheckedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _CheckedPool, "https": _CheckedTlsPool}


def _session(private: bool) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = MAX_REDIRECTS
    if not private:
        session.mount("http://", _CheckedAdapter())
        session.mount("https://", _CheckedAdapter())
    return session


def _connect(connection: HTTPConnection) -> socket.socket:
    """A socket to the first address that answers; every address of the name must be public."""
    try:
        found = socket.getaddrinfo(connection.host.strip("[]"), connection.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NewConnectionError(connection, f"unknown host {connection.host}: {error}") from error
    if not found or not all(is_public(str(entry[4][0])) for entry in found):
        raise ForbiddenAddress(f"{connection.host} is not on the public internet")
    failure: OSError | None = None
    for family, kind, protocol, _, address in found:
        attempt = socket.socket(family, kind, protocol)
        try:
            attempt.settimeout(connection.timeout if isinstance(connection.timeout, (int, float)) else TIMEOUT_SECONDS)
            attempt.connect(address)
        except OSError as error:
            attempt.close()
            failure = error
        else:
            return attempt
    raise NewConnectionError(connection, f"cannot connect to {connection.host}: {failure}")
