"""The one way Shopbell calls other servers: bounded in time and size, and never into the own network by accident.

Each connection resolves the name itself, checks every address and connects to a checked one, so neither a redirect nor
a name that changes its address between look-up and connection (DNS rebinding) leads inside.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
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
    follow: bool = True,
    cut: bool = False,
) -> Answer:
    """Call a URL (http or https, no environment proxy) and read the whole answer.

    `timeout_seconds` bounds the call as a whole, however slowly the other side takes or gives its bytes. `private`
    allows addresses of the own network: only for addresses an admin configured, never for one a message or customer
    supplied. `follow`: where a redirect leads. `cut`: a body longer than `max_bytes` is cut instead of refused.
    Raises HttpError.
    """
    deadline = time.monotonic() + timeout_seconds
    try:
        with _session(private) as session, _hanging_up(timeout_seconds):
            sent = {"Accept-Encoding": "identity", **(headers or {})}
            response = session.request(
                method,
                url,
                headers=sent,
                data=data,
                json=json,
                timeout=timeout_seconds,
                stream=True,
                allow_redirects=follow,
            )
            with response:
                body = _read(response, max_bytes, deadline, cut)
            return Answer(response.status_code, dict(response.headers), body, response.url)
    except (requests.ConnectionError, requests.Timeout, HTTPError) as error:
        raise HttpError(f"{method} {url}: {_reason(error)}", retry=not isinstance(error, ForbiddenAddress)) from error
    except (requests.RequestException, ValueError) as error:
        raise HttpError(f"{method} {url}: {error}", retry=False) from error


def _reason(error: Exception) -> str:
    """What went wrong, without the names of the classes it went through."""
    inner = error.args[0] if error.args else error
    return str(getattr(inner, "reason", inner)).rpartition("): ")[2]


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


_calls = threading.local()  # the sockets of the call this thread makes


@contextmanager
def _hanging_up(seconds: float) -> Iterator[None]:
    """Cut the connections of the block when the time is over: a time-out of sockets starts anew with every byte."""
    sockets: list[socket.socket] = []
    _calls.sockets = sockets
    timer = threading.Timer(seconds, _hang_up, [sockets])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        _calls.sockets = []
        for one in sockets:
            one.close()


def _hang_up(sockets: list[socket.socket]) -> None:
    for one in sockets:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


def _read(response: requests.Response, max_bytes: int, deadline: float, cut: bool) -> bytes:
    """The body piece by piece: the size and the clock are checked after each, against endless and dripping answers."""
    body = bytearray()
    while chunk := response.raw.read1(_CHUNK, decode_content=True):
        body += chunk
        if cut and len(body) > max_bytes:
            return bytes(body[:max_bytes])
        if len(body) > max_bytes:
            raise HttpError(f"{response.url} answers with more than {max_bytes} bytes", retry=False)
        if time.monotonic() > deadline:
            break
    if time.monotonic() > deadline:  # also where the clock cut it off: that looks like its end
        raise HttpError(f"{response.url} takes too long", retry=True)
    return bytes(body)


class _CheckedConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _remembered(_connect(self))


class _CheckedTlsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _remembered(_connect(self))


class _PlainConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _remembered(super()._new_conn())


class _PlainTlsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _remembered(super()._new_conn())


def _remembered(connection: socket.socket) -> socket.socket:
    """A second handle on the socket for the clock: TLS takes the first one over, and closing either cuts nothing."""
    _calls.sockets.append(connection.dup())
    return connection


class _CheckedPool(HTTPConnectionPool):
    ConnectionCls = _CheckedConnection


class _CheckedTlsPool(HTTPSConnectionPool):
    ConnectionCls = _CheckedTlsConnection


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _PlainTlsPool(HTTPSConnectionPool):
    ConnectionCls = _PlainTlsConnection


class _CheckedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _CheckedPool, "https": _CheckedTlsPool}


class _PlainAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _PlainTlsPool}


def _session(private: bool) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = MAX_REDIRECTS
    for scheme in ("http://", "https://"):
        session.mount(scheme, _PlainAdapter() if private else _CheckedAdapter())
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
