"""`./shopbell web`: the live hub and Django's pages in one uvicorn process."""

from __future__ import annotations

import argparse
import socket

import uvicorn
from django.db import connection

from shopbell.asgi import hub
from shopbell.commands import migrate
from shopbell.core.collecting import collect_rarely
from shopbell.supervisor import say
from shopbell.web.setup import code

STOP_SECONDS = 5


class Server(uvicorn.Server):
    """Says where it listens once it does, and how to begin; lets the streams of live updates go when it stops."""

    first_visit = ""  # the path to the set-up, while nobody can sign in

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
            say(f"web is ready on {address}/")
            if self.first_visit:
                say(f"nobody can sign in yet: open {address}{self.first_visit}")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        hub.end_streams()
        await super().shutdown(sockets)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default %(default)s)")
    parser.add_argument("--fd", type=int, help="a listening socket that was inherited, instead of host and port")
    parser.add_argument(
        "--proxy", default="127.0.0.1", help="addresses of reverse proxies to trust (default %(default)s)"
    )


def run(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT; open requests get 5 seconds to end."""
    if migrate.run(argparse.Namespace(verbosity=0)):
        return 1
    config = uvicorn.Config(
        "shopbell.asgi:application",
        host=options.host,
        port=options.port,
        lifespan="auto",
        log_level="warning",
        proxy_headers=True,
        forwarded_allow_ips=options.proxy,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    listener = socket.socket(fileno=options.fd) if options.fd is not None else config.bind_socket()
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # connections inherit it: no page waits 40 ms
    server = Server(config)
    server.first_visit = code.setup_path() if code.needs_setup() else ""
    connection.close()
    collect_rarely()
    server.run(sockets=[listener])
    return 0
