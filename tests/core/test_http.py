"""Calls to other servers, against real ones."""

import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from shopbell.core import http


class Far(BaseHTTPRequestHandler):
    """A server with every bad habit."""

    calls: list[tuple[str, str, bytes]] = []

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.calls.append((self.command, self.path, body))
        getattr(self, "on_" + self.path.strip("/").partition("?")[0])()

    do_POST = do_GET

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def on_json(self) -> None:
        self.answer(200, b'{"a": 1}', X_Seen=self.headers.get("X-Mine", ""))

    def on_missing(self) -> None:
        self.answer(404, b"no")

    def on_redirect(self) -> None:
        self.answer(302, Location="/json")

    def on_loop(self) -> None:
        self.answer(302, Location="/loop")

    def on_large(self) -> None:
        self.answer(200, bytes(2_000_000))

    def on_gzip(self) -> None:
        self.answer(200, gzip.compress(bytes(20_000_000)), Content_Encoding="gzip")

    def on_silent(self) -> None:
        time.sleep(3)

    def on_drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(100):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.1)

    def on_broken(self) -> None:
        self.wfile.write(b"nonsense\r\n\r\n")

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def far() -> Iterator[str]:
    Far.calls = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Far)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_answer(far: str) -> None:
    answer = http.call("GET", f"{far}/json", headers={"X-Mine": "1"}, private=True)
    assert (answer.status, answer.json(), answer.headers["X-Seen"]) == (200, {"a": 1}, "1")


def test_sending(far: str) -> None:
    http.call("POST", f"{far}/json", json={"b": 2}, private=True)
    http.call("POST", f"{far}/json", data={"c": "ä"}, private=True)
    assert Far.calls == [("POST", "/json", b'{"b": 2}'), ("POST", "/json", b"c=%C3%A4")]


def test_a_status_is_no_error_but_its_body_may_be_no_json(far: str) -> None:
    answer = http.call("GET", f"{far}/missing", private=True)
    assert (answer.status, answer.body) == (404, b"no")
    with pytest.raises(http.HttpError):
        answer.json()


def test_redirects_are_followed_to_an_end(far: str) -> None:
    assert http.call("GET", f"{far}/redirect", private=True).url == f"{far}/json"
    with pytest.raises(http.HttpError) as caught:
        http.call("GET", f"{far}/loop", private=True)
    assert not caught.value.retry
    assert len(Far.calls) == 2 + http.MAX_REDIRECTS + 1


@pytest.mark.parametrize("path", ["large", "gzip"])
def test_size_is_bounded(far: str, path: str) -> None:
    with pytest.raises(http.HttpError) as caught:
        http.call("GET", f"{far}/{path}", max_bytes=1_000_000, private=True)
    assert not caught.value.retry
    assert len(http.call("GET", f"{far}/large", max_bytes=2_000_000, private=True).body) == 2_000_000


@pytest.mark.parametrize("path", ["silent", "drip"])
def test_time_is_bounded(far: str, path: str) -> None:
    started = time.monotonic()
    with pytest.raises(http.HttpError) as caught:
        http.call("GET", f"{far}/{path}", timeout_seconds=0.5, private=True)
    assert caught.value.retry
    assert time.monotonic() - started < 2.5


def test_passing_failures(far: str) -> None:
    for url in (f"{far}/broken", "http://127.0.0.1:1/"):
        with pytest.raises(http.HttpError) as caught:
            http.call("GET", url, private=True, timeout_seconds=2)
        assert caught.value.retry, url


def test_the_own_network_is_out_of_reach(far: str) -> None:
    port = far.rpartition(":")[2]
    hosts = [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "0x7f000001",
        "2130706433",
        "169.254.169.254",
    ]
    for host in hosts:
        with pytest.raises(http.HttpError) as caught:
            http.call("GET", f"http://{host}:{port}/json", timeout_seconds=2)
        assert not caught.value.retry, host
    assert Far.calls == []


def test_a_redirect_does_not_lead_inside(far: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first hop counts as public here; the second is checked anew and refused."""
    port = far.rpartition(":")[2]
    seen: list[str] = []
    genuine = http.is_public

    def lenient(address: str) -> bool:
        seen.append(address)
        return len(seen) == 1 or genuine(address)

    monkeypatch.setattr(http, "is_public", lenient)
    monkeypatch.setattr(Far, "on_missing", lambda far: far.answer(302, Location=f"http://127.0.0.2:{port}/json"))
    with pytest.raises(http.HttpError) as caught:
        http.call("GET", f"{far}/missing", timeout_seconds=2)
    assert not caught.value.retry
    assert seen == ["127.0.0.1", "127.0.0.2"]
    assert [path for _, path, _ in Far.calls] == ["/missing"]


@pytest.mark.parametrize(
    "url", ["ftp://x.example/", "file:///etc/passwd", "http:///x", "nonsense", "", "http://[", "http://x\x00.example"]
)
def test_bad_addresses(url: str) -> None:
    with pytest.raises(http.HttpError) as caught:
        http.call("GET", url, timeout_seconds=2)
    assert not caught.value.retry


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_is_public(address: str, public: bool) -> None:
    assert http.is_public(address) is public
