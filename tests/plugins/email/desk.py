"""Stands in for the desk while a mailbox is read: keeps raw mails by unique id, and the cursor, as ingress does."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

from shopbell.channels import contract
from shopbell.plugins.email import imap, oauth, reading
from tests import mailservers


class Desk:
    def __init__(self) -> None:
        self.cursor: Mapping[str, Any] = {}
        self.mails: dict[str, contract.RawItem] = {}
        self.arrived: dict[str, float] = {}
        self.doubles: list[str] = []
        self.advances = 0
        self.errors: list[contract.ChannelError] = []
        self._stop = threading.Event()

    def store(self, item: contract.RawItem) -> bool:
        if item.external_id in self.mails:
            self.doubles.append(item.external_id)
            return False
        self.mails[item.external_id] = item
        self.arrived[item.external_id] = time.monotonic()
        return True

    def advance(self, cursor: Mapping[str, Any]) -> None:
        self.cursor = dict(cursor)
        self.advances += 1

    def stopping(self) -> bool:
        return self._stop.is_set()

    def subjects(self) -> list[str]:
        """What was stored, in the order it was."""
        return [subject(item.body) for item in self.mails.values()]

    def one_round(self, account: oauth.Account) -> None:
        """Read what there is, without waiting for more."""
        with imap.mailbox(account) as box:
            reading.read_new(box, self, reading.resume(box, account, self.cursor))

    @contextlib.contextmanager
    def listening(self, account: oauth.Account) -> Iterator[None]:
        """Listen in a thread, again after every error, as the supervisor does; stopped at the end."""
        self._stop.clear()
        thread = threading.Thread(target=self._listen, args=(account,))
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join(15)
            assert not thread.is_alive(), "the listener did not stop"

    def _listen(self, account: oauth.Account) -> None:
        while not self.stopping():
            try:
                reading.listen(account, self)
            except contract.ChannelError as error:
                self.errors.append(error)
                time.sleep(0.1)

    def wait_for(self, count: int, seconds: float = 10) -> None:
        mailservers.until(
            lambda: len(self.mails) >= count, seconds, f"{count} mails (have {self.subjects()}, errors {self.errors})"
        )


def subject(mail: bytes) -> str:
    return next((line[8:].strip().decode() for line in mail.splitlines() if line.lower().startswith(b"subject:")), "")


def mail(subject: str, body: str = "Tere!") -> bytes:
    head = f"From: Anna <kunde@customer.test>\r\nTo: support@shop.test\r\nSubject: {subject}\r\n"
    return f"{head}Message-ID: <{subject.replace(' ', '-')}@customer.test>\r\n\r\n{body}\r\n".encode()


def account(server: mailservers.Dovecot, user: str, **imap: Any) -> oauth.Account:
    """A mailbox on that server, TLS checked against its own certificate."""
    found = {"host": mailservers.HOST, "port": server.imaps, "security": "ssl", "username": user, **imap}
    return oauth.Account(
        {
            "address": f"{user}@shop.test",
            "imap": found,
            "password": mailservers.PASSWORD,
            "ca_file": str(server.cert),
        }
    )
