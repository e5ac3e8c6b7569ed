"""Handing a mail to the shop's mail server (RFC 6409 submission) and telling what its answer means.

A line lost after the final dot leaves open whether the server has the mail. It is sent again: the Message-ID is the
same, so receivers recognise the double; not sending could lose the mail.
"""

from __future__ import annotations

import base64
import re
import smtplib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from shopbell.channels import contract
from shopbell.plugins.email import addresses, composing, network, oauth

DATA_SECONDS = 600  # RFC 5321, 4.5.3.2.6: a server may think this long after the final dot

Reply = tuple[int, bytes]


class SenderRefused(contract.Permanent):
    """The server does not let this account send under this address."""


def send(account: oauth.Account, message: contract.OutboundMessage) -> str:
    """Compose and hand over; returns the Message-ID.

    Raises Transient (4xx, lost lines), Permanent (5xx), PartlyTaken (some recipients refused for good), AuthFailed.
    """
    octets = composing.compose(message, account.settings)
    people = (*message.to, *message.cc, *message.bcc)
    recipients = list(dict.fromkeys(addresses.on_the_wire(person.address) for person in people))
    if not recipients:
        raise contract.Permanent("the mail has no recipient", code="address")
    own = addresses.on_the_wire(message.sender.address)
    senders = list(dict.fromkeys([composing.envelope_sender(message, account.settings), own]))
    with session(account) as server:
        refused = _hand_over(server, senders, recipients, octets)
    if refused:
        raise contract.PartlyTaken(_said(refused), refused=refused, code="recipient")
    return message.external_id


@contextmanager
def session(account: oauth.Account) -> Iterator[smtplib.SMTP]:
    """A signed-in connection, closed at the end whatever happened."""
    server = account.signed_in("smtp", lambda secret: _sign_in(account, secret))
    try:
        with far_side():
            yield server
    finally:
        _hang_up(server)


@contextmanager
def far_side() -> Iterator[None]:
    """Every way a mail server and the line to it can fail, as the contract's errors."""
    try:
        yield
    except contract.ChannelError:
        raise
    except smtplib.SMTPConnectError as error:
        raise contract.Transient(f"the mail server does not let us in: {error}", code="lost") from error
    except smtplib.SMTPResponseException as error:
        if isinstance(error.smtp_error, str):  # the library's own words: the server's come as bytes
            raise contract.Transient(f"the mail server talks nonsense: {error}", code="protocol") from error
        raise reply_error(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPNotSupportedError as error:
        raise contract.AuthFailed(f"the mail server cannot do what is asked: {error}", code="unsupported") from error
    except smtplib.SMTPException as error:
        if isinstance(error.__context__, OSError):
            raise network.line_error(error.__context__) from error
        raise contract.Transient(f"the mail server ended the session: {error}", code="lost") from error
    except OSError as error:
        raise network.line_error(error) from error
    except (ValueError, LookupError, TypeError) as error:
        raise contract.Transient(f"the mail server talks nonsense: {error!r:.200}", code="protocol") from error


def reply_error(status: int, said: bytes, kind: type[contract.Permanent] = contract.Permanent) -> contract.ChannelError:
    """An SMTP reply as an error: 4xx try again, 5xx never; 530, 534, 535, 538 are about the sign-in (RFC 4954, 6)."""
    words = said.decode("utf-8", "replace").replace("\n", " ")
    found = re.search(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])", words)
    code = f"{status} {found[0]}" if found else str(status)
    words = f"{status} {words}"
    if status in (530, 534, 535, 538):
        return contract.AuthFailed(f"the mail server refuses the sign-in: {words}", code=code)
    if 500 <= status <= 599:
        return kind(f"the mail server refuses: {words}", code=code)
    return contract.Transient(f"the mail server says: try later: {words}", code=code)


def _hand_over(
    server: smtplib.SMTP, senders: Sequence[str], recipients: Sequence[str], octets: bytes
) -> dict[str, str]:
    """Try the tagged envelope sender, then the bare one: some servers allow an account its own address only."""
    for sender in senders[:-1]:
        try:
            return _transaction(server, sender, recipients, octets)
        except SenderRefused:
            server.rset()
    return _transaction(server, senders[-1], recipients, octets)


def _transaction(server: smtplib.SMTP, sender: str, recipients: Sequence[str], octets: bytes) -> dict[str, str]:
    """One mail. Nobody gets it while a recipient is refused for now; who is refused for good is returned."""
    is_international = not octets.isascii() or not all(map(str.isascii, (sender, *recipients)))
    _checked(server.mail(sender, _mail_options(server, len(octets), is_international)), SenderRefused)
    refused: dict[str, Reply] = {}
    for recipient in recipients:
        reply = server.rcpt(recipient)
        if reply[0] == 421 or 400 <= reply[0] < 500:
            raise reply_error(*reply)
        if reply[0] not in (250, 251, 252):
            refused[recipient] = reply
    if len(refused) == len(recipients):
        status, _said_first = refused[recipients[0]]
        kind = SenderRefused if _is_about_sender(refused) else contract.Permanent
        raise reply_error(status, _said(_readable(refused)).encode(), kind)
    _data(server, octets)
    return _readable(refused)


def _is_about_sender(refused: dict[str, Reply]) -> bool:
    """Servers that judge the sender only when the recipient is named (Postfix, smtpd_delay_reject) say it then."""
    return all(b"ender" in said for _status, said in refused.values())


def _data(server: smtplib.SMTP, octets: bytes) -> None:
    if server.sock:
        server.sock.settimeout(DATA_SECONDS)
    try:
        reply = server.data(octets)
    except smtplib.SMTPDataError as error:
        reply = (error.smtp_code, _as_bytes(error.smtp_error))
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        raise contract.Transient(f"lost while handing over: {error}", code="outcome-unknown") from error
    sends_as_another = b"5.7.60" in reply[1] or b"SendAsDenied" in reply[1]
    _checked(reply, SenderRefused if sends_as_another else contract.Permanent)


def _mail_options(server: smtplib.SMTP, size: int, is_international: bool) -> list[str]:
    options = []
    if server.has_extn("size"):
        limit = server.esmtp_features["size"]
        if limit.isdigit() and 0 < int(limit) < size:
            raise contract.Permanent(
                f"the mail has {size:,} bytes, the mail server takes {int(limit):,}", code="552 5.3.4"
            )
        options.append(f"SIZE={size}")
    if is_international:
        if not server.has_extn("smtputf8"):
            raise contract.Permanent("the mail server cannot send to addresses beyond ASCII", code="550 5.6.7")
        options += ["SMTPUTF8", "BODY=8BITMIME"]
    return options


def _checked(reply: Reply, kind: type[contract.Permanent]) -> None:
    if not 200 <= reply[0] <= 299:
        raise reply_error(*reply, kind)


def _readable(refused: dict[str, Reply]) -> dict[str, str]:
    return {recipient: f"{status} {said.decode('utf-8', 'replace')}" for recipient, (status, said) in refused.items()}


def _said(refused: dict[str, str]) -> str:
    return "; ".join(f"{recipient}: {reason}" for recipient, reason in refused.items())


def _as_bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()


def _sign_in(account: oauth.Account, secret: str) -> smtplib.SMTP:
    try:
        with far_side():
            server = _connect(account)
            try:
                _authenticate(server, account, secret)
            except BaseException:
                _hang_up(server)
                raise
            return server
    except contract.Permanent as error:  # said before it saw a mail: that is no verdict on one
        raise contract.Transient(str(error), code=error.code) from error


def _connect(account: oauth.Account) -> smtplib.SMTP:
    settings = account.server("smtp")
    security = settings.get("security", "ssl")
    host, port = str(settings.get("host", "")), int(settings.get("port") or (465 if security == "ssl" else 587))
    context = network.tls_context(str(account.settings.get("ca_file", "")))
    # Our name for EHLO: the sender's domain, because looking up the machine's own name may take many seconds.
    name = addresses.on_the_wire(account.address).rpartition("@")[2] if account.address else "localhost"
    if security == "ssl":
        return smtplib.SMTP_SSL(host, port, name, timeout=network.READ_SECONDS, context=context)
    server = smtplib.SMTP(host, port, name, timeout=network.READ_SECONDS)
    if security == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            _hang_up(server)
            raise
    return server


def _authenticate(server: smtplib.SMTP, account: oauth.Account, secret: str) -> None:
    server.ehlo_or_helo_if_needed()
    settings, username = account.server("smtp"), account.username("smtp")
    mechanism = settings.get("auth", "password")
    if mechanism == "password":
        if secret:
            _log_in(server, username, secret)
        return
    answer = oauth.sasl(mechanism, username, secret, str(settings.get("host", "")), int(settings.get("port") or 0))
    spoken: Callable[[bytes | None], str] = answer
    server.auth(mechanism.upper(), lambda challenge=None: spoken(challenge))


def _log_in(server: smtplib.SMTP, username: str, password: str) -> None:
    if (username + password).isascii():
        server.login(username, password)
        return
    plain = base64.b64encode(f"\0{username}\0{password}".encode()).decode()  # RFC 4616; smtplib knows ASCII only
    reply = server.docmd("AUTH", f"PLAIN {plain}")
    if reply[0] != 235:
        raise smtplib.SMTPAuthenticationError(*reply)


def _hang_up(server: smtplib.SMTP) -> None:
    try:
        if server.sock:
            server.sock.settimeout(5)
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
