"""One IMAP session on one folder, opened read-only: nothing here ever changes a flag."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from shopbell.channels import contract
from shopbell.plugins.email import network, oauth

IDLE_SLICE_SECONDS = 1.0  # how long a process that is to end may be kept waiting
NO_IDLE_SECONDS = 60  # between two looks where the server cannot announce
HEADER_OCTETS = 262_144
SEARCH_WINDOW = 50_000  # UIDs a search: its answer is one line, and imaplib takes no line over 1 MB
BUSY = {"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "THROTTLED", "OVERQUOTA"}  # RFC 5530, 9051: not the password
BUSY_WORDS = re.compile(r"too many|try again|temporar|unavailable|overload|rate limit|got more than", re.IGNORECASE)


class Refused(contract.Transient):
    """The server answered NO to one command; the line is fine."""


@contextmanager
def far_side() -> Iterator[None]:
    """Every way a mail server and the line to it can fail, garbage included, as the contract's errors."""
    try:
        yield
    except contract.ChannelError:
        raise
    except LoginError as error:
        if isinstance(error.__context__, IMAPClientAbortError):  # the library calls a lost line a failed log-in
            raise contract.Transient(f"the IMAP server ended the session: {error}", code="lost") from error
        raise login_error(str(error)) from error
    except IMAPClientAbortError as error:
        raise contract.Transient(f"the IMAP server ended the session: {error}", code="lost") from error
    except IMAPClientError as error:
        raise Refused(f"the IMAP server refuses: {error}", code="no") from error
    except OSError as error:
        raise network.line_error(error) from error
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, ArithmeticError, MemoryError) as error:
        raise contract.Transient(f"the IMAP server talks nonsense: {error!r:.200}", code="protocol") from error


def login_error(said: str) -> contract.ChannelError:
    """A busy server also answers NO to a log-in: only what may be the secret's fault is AuthFailed."""
    found = re.search(r"\[([A-Z-]+)", said)
    code = found[1] if found else ""
    if code in BUSY or (code != "AUTHENTICATIONFAILED" and BUSY_WORDS.search(said)):
        return contract.Transient(f"the IMAP server is busy: {said}", code=code)
    return contract.AuthFailed(f"the IMAP server refuses the sign-in: {said}", code=code or "AUTHENTICATIONFAILED")


class Client(IMAPClient):  # type: ignore[misc]
    """IMAPClient, awake to what imaplib has read ahead.

    A mail that arrives while IDLE begins is announced in the same packet as the "+ idling" or before it; the library
    would sleep on the first and fail on the second.
    """

    def idle(self) -> None:
        self._idle_tag = self._imap._command("IDLE")
        self._announced = False
        while self._imap._get_response() is not None:
            if self._imap.tagged_commands.get(self._idle_tag):
                raise IMAPClientError("IDLE refused")
            self._announced = True

    def _poll_socket(self, sock: Any, timeout: float | None = None) -> Any:
        return True if self._announced or self._read_ahead() else super()._poll_socket(sock, timeout)

    def _read_ahead(self) -> bool:
        try:
            return bool(self._imap.file.peek(1))
        except OSError:  # nothing there on a line that must not block
            return False


class Mailbox:
    """A selected folder."""

    def __init__(self, client: Client, folder: str) -> None:
        self.client = client
        self.folder = folder
        self.uid_validity = 0
        self.uid_next = 1

    def select(self) -> None:
        with far_side():
            chosen = self.client.select_folder(self.folder, readonly=True)
            self.uid_validity = int(chosen.get(b"UIDVALIDITY", 0))
            if b"UIDNEXT" not in chosen:
                chosen = self.client.folder_status(self.folder, ["UIDNEXT"])
            self.uid_next = int(chosen[b"UIDNEXT"])

    def search(self, first: int, last: int | None, arrived_since: date | None = None) -> list[int]:
        """The UIDs from `first` to `last`, ascending, perhaps only of mails that arrived on that day or later."""
        criteria: list[Any] = ["UID", f"{first}:{last or '*'}"]
        if arrived_since:
            criteria += ["SINCE", arrived_since]
        with far_side():
            found = self.client.search(criteria)
        # n:* always answers with the newest mail, even when its UID is below n (RFC 3501, 6.4.8).
        return sorted(uid for uid in set(found) if first <= uid <= (last or uid))

    def fetch(self, uids: Sequence[int], *items: str) -> Mapping[int, Mapping[bytes, Any]]:
        """What the server still has of these mails; expunged ones are absent. Raises Refused on a plain NO."""
        with far_side():
            answer: Mapping[int, Mapping[bytes, Any]] = self.client.fetch(list(uids), list(items))
            return answer

    def look(self) -> None:
        """Let the server tell what is new."""
        with far_side():
            self.client.noop()

    def wait(self, seconds: float, stopping: Callable[[], bool]) -> None:
        """Until something is announced, `seconds` have passed, or the process is to end."""
        with far_side():
            can_idle = self.client.has_capability("IDLE")
        if can_idle:
            self._idle(seconds, stopping)
            return
        rest(min(seconds, NO_IDLE_SECONDS), stopping)
        self.look()

    def _idle(self, seconds: float, stopping: Callable[[], bool]) -> None:
        deadline = time.monotonic() + seconds
        with far_side():
            self.client.idle()
            while not stopping() and (left := deadline - time.monotonic()) > 0:
                began = time.monotonic()
                slice_seconds = min(IDLE_SLICE_SECONDS, left)
                answers = self.client.idle_check(timeout=slice_seconds)
                # Woken by nothing: the line is dead, and only using it will say so.
                woken_by_nothing = not answers and time.monotonic() - began < slice_seconds / 2
                if woken_by_nothing or any(_is_news(answer) for answer in answers):
                    break
            self.client.idle_done()


def rest(seconds: float, stopping: Callable[[], bool]) -> None:
    """Sleep, but no longer than a process that is to end may be kept waiting."""
    deadline = time.monotonic() + seconds
    while not stopping() and (left := deadline - time.monotonic()) > 0:
        time.sleep(min(IDLE_SLICE_SECONDS, left))


def _is_news(answer: Any) -> bool:
    if b"BYE" in answer[:1]:
        raise contract.Transient(f"the IMAP server says goodbye: {answer!r:.200}", code="lost")
    return len(answer) > 1 and answer[1] == b"EXISTS"


@contextmanager
def session(account: oauth.Account) -> Iterator[Client]:
    """A signed-in connection, closed at the end whatever happened."""
    client = account.signed_in("imap", lambda secret: _sign_in(account, secret))
    try:
        yield client
    except BaseException:
        _hang_up(client)
        raise
    else:
        with far_side():
            client.logout()


@contextmanager
def mailbox(account: oauth.Account) -> Iterator[Mailbox]:
    """The account's folder, selected."""
    with session(account) as client:
        box = Mailbox(client, str(account.server("imap").get("folder") or "INBOX"))
        box.select()
        yield box


def _connect(account: oauth.Account) -> Client:
    server = account.server("imap")
    security = server.get("security", "ssl")
    context = network.tls_context(str(account.settings.get("ca_file", "")))
    client = Client(
        str(server.get("host", "")),
        int(server.get("port") or (993 if security == "ssl" else 143)),
        ssl=security == "ssl",
        ssl_context=context,
        timeout=SocketTimeout(network.CONNECT_SECONDS, network.READ_SECONDS),
    )
    client.normalise_times = False
    if security == "starttls":
        try:
            client.starttls(context)
        except BaseException:
            _hang_up(client)
            raise
    return client


def _sign_in(account: oauth.Account, secret: str) -> Client:
    with far_side():
        client = _connect(account)
        try:
            _authenticate(client, account, secret)
        except BaseException:
            _hang_up(client)
            raise
        return client


def _authenticate(client: Client, account: oauth.Account, secret: str) -> None:
    mechanism = account.server("imap").get("auth", "password")
    username = account.username("imap")
    if mechanism != "password":
        client.sasl_login(mechanism.upper(), oauth.sasl(mechanism, username, secret, client.host, client.port))
    elif client.has_capability("LOGINDISABLED"):
        raise contract.AuthFailed("the IMAP server takes no password on this line", code="LOGINDISABLED")
    elif (username + secret).isascii() and (username + secret).isprintable():
        escaped = username.replace("\\", "\\\\").replace('"', '\\"')  # imaplib quotes the password only
        client.login(f'"{escaped}"', secret)
    else:
        client.plain_login(username, secret)
    client._cached_capabilities = None  # what a server can do may depend on who asks (RFC 9051, 6.1.1)


def _hang_up(client: Client) -> None:
    try:
        client.shutdown()
    except (OSError, IMAPClientError):
        return
