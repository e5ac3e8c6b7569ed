"""One server for hub and pages, by real sockets: what is cut off never runs, who is slow holds up nobody."""

from __future__ import annotations

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from django.core.signing import TimestampSigner, b62_encode

from shopbell.channels.models import Channel, Inbound
from shopbell.web.setup import code
from tests import factories
from tests.web.serving import serving, session_cookie

pytestmark = pytest.mark.django_db(transaction=True)


def connect(base: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", urlsplit(base).port or 0), timeout=20)


def get(base: str, path: str, **headers: str) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", urlsplit(base).port, timeout=20)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


@pytest.fixture
def form() -> Channel:
    return Channel.objects.create(shop=factories.shop(), type="contact_form", name="Contact form")


class AMinuteAgo(TimestampSigner):
    def timestamp(self) -> str:
        return b62_encode(int(time.time()) - 60)


def post(channel: Channel, message: str, length: int | None = None) -> bytes:
    """A contact form as it goes over the wire, claiming to be so long."""
    key = AMinuteAgo(salt="contact-form").sign("0" * 32)
    fields = {"email": "a@customer.example", "subject": "Hi", "key": key, "message": message}
    body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
    head = [
        f"POST /contact/{channel.shop.slug}/ HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body) if length is None else length}",
        "Connection: close",
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def read_all(sock: socket.socket) -> bytes:
    got = b""
    while chunk := sock.recv(65536):
        got += chunk
    return got


def test_a_request_cut_off_half_way_is_never_run(server: str, form: Channel) -> None:
    with connect(server) as sock:
        sock.sendall(post(form, "cut", length=5000))
        time.sleep(0.3)
    with connect(server) as sock:
        sock.sendall(post(form, "whole"))
        assert read_all(sock).startswith(b"HTTP/1.1 200")
    time.sleep(0.5)
    assert [json.loads(bytes(row.body))["message"] for row in Inbound.objects.all()] == ["whole"]


def test_slow_senders_hold_up_nobody(server: str, form: Channel) -> None:
    """Thirty that never end, with eight threads."""
    slow = [connect(server) for _ in range(30)]
    for sock in slow:
        sock.sendall(post(form, "slow", length=5000))
    began = time.monotonic()
    assert get(server, "/healthz") == (200, b"ok\n")
    assert time.monotonic() - began < 3
    for sock in slow:
        sock.close()


def test_what_is_too_large_is_refused_before_it_is_read(server: str, form: Channel) -> None:
    with connect(server) as sock:
        sock.sendall(post(form, "huge", length=10**12))
        assert sock.recv(65536).startswith(b"HTTP/1.1 413")


def test_a_large_upload_comes_whole(server: str) -> None:
    """Over the size kept in memory, through the spooled file."""
    conversation, agent = factories.conversation(), factories.agent()
    body = (
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.bin"\r\n\r\n'
        + bytes(5_000_000)
        + b"\r\n--b--\r\n"
    )
    connection = HTTPConnection("127.0.0.1", urlsplit(server).port, timeout=30)
    headers = {"Cookie": session_cookie(agent), "Content-Type": "multipart/form-data; boundary=b"}
    connection.request("POST", f"/desk/c/{conversation.id}/reply/", body, headers)
    answer = connection.getresponse()
    assert answer.status == 403, "read to its end, then refused for want of a CSRF token"
    answer.read()


def test_names_with_underscores_cannot_pass_for_others(server: str) -> None:
    """X_Forwarded_Proto must not become X-Forwarded-Proto on the way through CGI names."""
    status, _ = get(server, "/healthz", X_Forwarded_Proto="https", Accept_Language="de")
    assert status == 200
    connection = HTTPConnection("127.0.0.1", urlsplit(server).port, timeout=20)
    connection.request("GET", "/healthz", headers={"Accept_Language": "de"})
    assert connection.getresponse().headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    "line", [b"GET /contact/x/?q=\xff\xfe HTTP/1.1", b"GET /%ff%fe/ HTTP/1.1", b"GET /?a=%zz&%00 HTTP/1.1"]
)
def test_odd_addresses_are_answered(server: str, line: bytes) -> None:
    with connect(server) as sock:
        sock.sendall(line + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        status = int(read_all(sock).split()[1])
    assert status in (302, 400, 404)


def test_pages_at_once_are_all_answered(server: str) -> None:
    cookie = session_cookie(factories.agent())
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: get(server, "/desk/", Cookie=cookie)[0], range(60)))
    assert answers == [200] * 60


def test_a_websocket_is_closed_politely(server: str) -> None:
    with connect(server) as sock:
        sock.sendall(
            b"GET /live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        assert sock.recv(65536).startswith((b"HTTP/1.1 401", b"HTTP/1.1 403", b"HTTP/1.1 4"))


def test_the_way_to_the_set_up_is_printed_while_nobody_can_sign_in(capfd: pytest.CaptureFixture[str]) -> None:
    with serving() as base:
        assert f"nobody can sign in yet: open {base}{code.setup_path()}\n" in capfd.readouterr().out
    factories.agent()
    with serving():
        assert "/setup/" not in capfd.readouterr().out


def test_an_open_stream_does_not_hold_up_the_end() -> None:
    manager = serving()
    base = manager.__enter__()
    with connect(base) as stream:
        cookie = session_cookie(factories.agent())
        stream.sendall(f"GET /live HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
        assert stream.recv(65536).startswith(b"HTTP/1.1 200")
        began = time.monotonic()
        manager.__exit__(None, None, None)
        assert time.monotonic() - began < 4
        assert read_all(stream).endswith(b"0\r\n\r\n"), "ended, not torn off"
