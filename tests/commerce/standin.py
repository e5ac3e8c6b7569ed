"""A shop's API that stands in for the real one: a real server on a real socket, which misbehaves when told to.

A connector's tests subclass `StandIn` with the answers of their shop, and switch faults on:

    with serving(MyShop()) as shop:
        shop.fault(500, after=True, method="POST")   # the deed is done, and the answer is a 500
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # names in lower case
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body or b"{}")

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Fault:
    status: int
    after: bool = False  # what was asked for is done first
    half: bool = False  # the true answer, cut in the middle
    hang_up: bool = False  # no answer at all
    method: str = ""
    part: str = ""  # of the path
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    times: int = 1

    def hits(self, request: Request) -> bool:
        return self.times > 0 and self.method in ("", request.method) and self.part in request.path


class StandIn:
    """Subclasses answer; `calls` is what was asked, in order."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[Request] = []
        self.faults: list[Fault] = []

    def answer(self, request: Request) -> Reply:
        raise NotImplementedError

    def fault(self, status: int = 500, **how: Any) -> None:
        """The next call it fits is answered so."""
        self.faults.append(Fault(status, **how))

    def asked(self, method: str, part: str = "") -> list[Request]:
        return [call for call in self.calls if call.method == method and part in call.path]

    def respond(self, request: Request) -> tuple[Reply, Fault | None]:
        self.calls.append(request)
        fault = next((one for one in self.faults if one.hits(request)), None)
        if fault is None:
            return self.answer(request), None
        fault.times -= 1
        reply = self.answer(request) if fault.after or fault.half else Reply()
        return (reply if fault.half else Reply(fault.status, fault.body, fault.headers)), fault


Shop = TypeVar("Shop", bound=StandIn)


@contextmanager
def serving(shop: Shop) -> Iterator[Shop]:
    """The shop on a free port, with its `url` set."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            reply, fault = shop.respond(self._request())
            self.close_connection = True
            if fault and fault.hang_up:
                return
            body = reply.encoded()
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            sent = body[: len(body) // 2] if fault and fault.half else body
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

        def _request(self) -> Request:
            parts = urlsplit(self.path)
            return Request(
                method=self.command,
                path=parts.path,
                query=dict(parse_qsl(parts.query, keep_blank_values=True)),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
            )

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    shop.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
