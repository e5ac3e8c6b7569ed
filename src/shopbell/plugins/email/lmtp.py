"""Mail handed over by the shop's own mail server, by LMTP (RFC 2033) or SMTP: accepted means stored.

A mail is answered with 250 only after `accept` has returned, that is after the commit. Whatever goes wrong before is
answered with 451, and the mail server keeps the mail and comes again.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

logger = logging.getLogger(__name__)

LINE_OCTETS = 1_048_576  # longer than any standard allows: a mail with endless lines is read, not refused
THREADS = 4
START_SECONDS = 10
STOP_SECONDS = 30
GOODBYE_SECONDS = 0.3
ONE_HOST_NAME = "shopbell"

Accept = Callable[[bytes, dict[str, Any]], object]
Knows = Callable[[str], bool]
Protocol = Literal["lmtp", "smtp"]


class _Smtp(SMTP):
    line_length_limit = LINE_OCTETS


class _Lmtp(LMTP):
    """Answers the end of a mail once for every recipient (RFC 2033, 4.2), whatever the answer is."""

    line_length_limit = LINE_OCTETS
    _answers = 1

    async def smtp_DATA(self, arg: str) -> None:
        try:
            await super().smtp_DATA(arg)
        finally:
            self._answers = 1

    async def push(self, status: Any) -> None:
        for _recipient in range(self._answers):
            await super().push(status)
        if str(status).startswith("354"):
            assert self.envelope is not None
            self._answers = len(self.envelope.rcpt_tos)


class _Handler:
    """aiosmtpd's hooks. `accept` and `knows` may wait for a database: they run in threads of their own."""

    def __init__(self, accept: Accept, knows: Knows, threads: ThreadPoolExecutor) -> None:
        self.accept = accept
        self.knows = knows
        self.threads = threads

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        try:
            known = await self._in_thread(self.knows, address)
        except Exception:
            logger.exception("could not tell whether %s is ours", address)
            return "451 4.3.0 try again later"
        if not known:
            return "550 5.1.1 no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        facts = {
            "mail_from": (envelope.mail_from or "").removeprefix("<>"),
            "rcpt_tos": list(envelope.rcpt_tos),
            "peer": str(session.peer[0]) if session.peer else "",
        }
        try:
            await self._in_thread(self.accept, envelope.original_content or b"", facts)
        except Exception:
            logger.exception("a mail could not be stored")
            return "451 4.3.0 try again later"
        return "250 2.0.0 stored"

    async def _in_thread(self, call: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.threads, call, *arguments)


class LmtpServer:
    """The port, served by a thread of its own from `start` to `stop`. Port 0 takes a free one (`port` then says it)."""

    def __init__(
        self, accept: Accept, *, host: str, port: int, protocol: Protocol, max_bytes: int, knows: Knows
    ) -> None:
        self.host = host
        self.port = port
        self._protocol = _Lmtp if protocol == "lmtp" else _Smtp
        self._max_bytes = max_bytes
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="lmtp")
        self._handler = _Handler(accept, knows, self._threads)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="lmtp", daemon=True)
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._error: OSError | None = None

    def start(self) -> None:
        """Raises OSError when the port cannot be had."""
        self._thread.start()
        if not self._ready.wait(START_SECONDS):
            raise TimeoutError("the LMTP port did not open")
        if self._error:
            raise self._error

    def stop(self) -> None:
        """Close the port; a mail being stored is finished first."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(STOP_SECONDS)
        self._threads.shutdown()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        except OSError as error:
            self._error = error
        finally:
            self._ready.set()
            self._loop.close()

    async def _serve(self) -> None:
        server = await self._loop.create_server(self._session, self.host, self.port)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        sessions = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        await asyncio.to_thread(self._threads.shutdown)
        if sessions:
            await asyncio.wait(sessions, timeout=GOODBYE_SECONDS)  # what was stored just now gets its answer
        for task in sessions:
            task.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)

    def _session(self) -> SMTP:
        return self._protocol(
            self._handler,
            data_size_limit=self._max_bytes,
            enable_SMTPUTF8=True,
            hostname=ONE_HOST_NAME,
            ident="Shopbell",
            loop=self._loop,
        )


def serve(
    accept: Accept,
    *,
    host: str,
    port: int,
    protocol: Protocol = "lmtp",
    max_bytes: int,
    knows: Knows,
) -> LmtpServer:
    """Open the port. `accept(body, {"mail_from", "rcpt_tos", "peer"})` returns after the commit or raises (→ 451).

    `knows(address)` says whether a recipient is ours (else 550); larger mails than `max_bytes` get 552. Both are
    called from several threads at once. Returns the running server; call its `stop()`.
    """
    server = LmtpServer(accept, host=host, port=port, protocol=protocol, max_bytes=max_bytes, knows=knows)
    server.start()
    return server
