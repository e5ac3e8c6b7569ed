"""The channel type "email": which of the ways to read and to send a mailbox uses."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.conf import settings

from shopbell.channels import contract
from shopbell.plugins.email import (
    channel_parse,
    connecting,
    diagnosis,
    lmtp,
    nowhere,
    oauth,
    providers,
    reading,
    sending,
    settings_form,
)


class Email(connecting.Connecting, contract.BaseChannelType):
    identity_kind: ClassVar[str] = "email"
    settings_form: ClassVar[tuple[contract.SettingsField, ...]] = settings_form.FIELDS

    def __init__(self, settings: Mapping[str, Any], remember: contract.Remember = contract.forget) -> None:
        super().__init__(settings, remember)
        self.account = oauth.Account(settings, remember)

    def parse(self, body: bytes, envelope: Mapping[str, Any], received_at: datetime) -> Iterable[contract.Inbound]:
        """Mails read as history stay history."""
        found = channel_parse.parse(body, envelope, received_at, self.settings)
        return _as_history(found) if envelope.get("historic") else found

    def listens(self) -> bool:
        return diagnosis.reads_imap(self.account)

    @classmethod
    def serve(cls, address: str, doorkeeper: contract.Doorkeeper, stopping: threading.Event) -> None:
        """Take mail on `lmtp://host:port` or `smtp://host:port` until told to stop. Raises OSError and ValueError."""
        target = urlsplit(address)
        if target.scheme not in ("lmtp", "smtp") or not target.hostname or target.port is None:
            raise ValueError(f"SHOPBELL_LMTP is to be lmtp://host:port or smtp://host:port, not {address!r}")
        server = lmtp.serve(
            doorkeeper.accept,
            host=target.hostname,
            port=target.port,
            protocol="lmtp" if target.scheme == "lmtp" else "smtp",
            max_bytes=settings.MAX_MAIL_BYTES,
            knows=doorkeeper.knows,
        )
        stopping.wait()
        server.stop()

    def listen(self, listener: contract.Listener) -> None:
        if diagnosis.reads_imap(self.account):
            reading.listen(self.account, listener)

    def sends(self) -> bool:
        is_provided = self.settings.get("anymail") or self.account.server("smtp").get("host")
        return bool(self._is_for_show() or is_provided)

    def send(self, message: contract.OutboundMessage) -> str:
        if self._is_for_show():
            return nowhere.send(message, self.settings)
        if self.settings.get("anymail"):
            return providers.send(self.account, message)
        return sending.send(self.account, message)

    def test(self) -> list[str]:
        return [] if self._is_for_show() else diagnosis.examine(self.account)

    def _is_for_show(self) -> bool:
        """A demo's mailbox: its mails leave for nowhere."""
        return self.settings.get("sending") == "nowhere"


def _as_history(found: Iterable[contract.Inbound]) -> Iterator[contract.Inbound]:
    for item in found:
        yield replace(item, historic=True) if isinstance(item, contract.InboundMessage) else item
