"""A widget's stream over a bare socket."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from shopbell.chats import tokens
from shopbell.chats.models import Visit
from tests.web.test_live import connect


@dataclass
class Listener:
    """(event, data, id) in the order they came, and how many comments."""

    status: int
    head: str
    got: list[tuple[str, Any, str]] = field(default_factory=list)
    comments: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def named(self, name: str) -> list[Any]:
        return [data for event, data, _id in self.got if event == name]

    def wait_for(self, name: str, count: int = 1, seconds: float = 20) -> list[Any]:
        deadline = time.monotonic() + seconds
        while len(self.named(name)) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.named(name)

    def read(self, sock: socket.socket, rest: bytes) -> None:
        """Undoes the chunks of HTTP by ignoring their lengths: every event ends with an empty line of its own."""
        rest = self._parse(rest)  # what came together with the head
        try:
            while chunk := sock.recv(65536):
                rest = self._parse(rest + chunk)
        except OSError:
            pass
        self.ended.set()

    def _parse(self, text: bytes) -> bytes:
        *blocks, rest = text.split(b"\n\n")
        for block in blocks:
            lines = [line.strip() for line in block.decode().split("\n")]
            fields = dict(line.split(": ", 1) for line in lines if ": " in line)
            self.comments += ":" in lines
            if "event" in fields:
                self.got.append((fields["event"], json.loads(fields["data"]), fields.get("id", "")))
        return rest


@contextmanager
def streaming(base: str, visit: Visit | None, after: int = 0, **options: Any) -> Iterator[Listener]:
    """The stream of a visit."""
    key = options.get("key") or (visit.channel.address if visit else "")
    token = options.get("token", tokens.make(visit) if visit else "")
    lines = [f"GET /chat/{key}/stream?after={after} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {token}"]
    with connect(base, "\r\n".join(lines), options.get("receive_buffer", 0)) as sock:
        text = b""
        while b"\r\n\r\n" not in text:
            text += sock.recv(4096)
        head, _sep, rest = text.partition(b"\r\n\r\n")
        listener = Listener(int(head.split()[1]), head.decode().lower())
        listener._parse(b"")
        thread = threading.Thread(target=listener.read, args=(sock, rest), daemon=True)
        if not options.get("deaf"):
            thread.start()
        yield listener
        sock.shutdown(socket.SHUT_RDWR)
        if not options.get("deaf"):
            thread.join(5)
