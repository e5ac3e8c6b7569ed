"""A private Dovecot and a private Postfix for tests: own folders, own ports, nothing of the system's touched.

Both need root, because they drop their privileges to users of the system. What is absent skips the test by name of
its Debian package.
"""

from __future__ import annotations

import base64
import contextlib
import imaplib
import ipaddress
import json
import os
import pwd
import random
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PASSWORD = 'Geheim 42 \\ "ä"'
HOST = "127.0.0.1"
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])  # tests that run at once take ports of their own
PORTS = (20_000 + 2_000 * WORKER, 22_000 + 2_000 * WORKER)
_taken: set[int] = set()


def free_port() -> int:
    """A port below the range the system hands out by itself, so that nobody gets it in between."""
    while True:
        port = random.randrange(*PORTS)
        with socket.socket() as trial, contextlib.suppress(OSError):
            trial.bind((HOST, port))
            if port not in _taken:
                _taken.add(port)
                return port


def needed(program: str, package: str) -> str:
    """The path of a server's program; skips the test when it is absent or we are not root."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/lib/dovecot:/usr/lib/postfix/sbin")
    if not path:
        pytest.skip(f"needs {program} (Debian package {package})")
    if os.geteuid() != 0:
        pytest.skip(f"needs root to run a private {program}")
    return path


def until(condition: Callable[[], Any], seconds: float = 10, what: str = "") -> Any:
    """The first true value of `condition`; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {what or condition}")


def answers(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def make_folder(prefix: str) -> Path:
    """A short path (sockets' names are) that servers running as other users can enter."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    folder.chmod(0o755)
    return folder


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """(certificate, key) for localhost and 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address(HOST))]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    clear = serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, clear))
    return paths


@dataclass
class TokenServer:
    """An OAuth server: gives out tokens for codes and refresh tokens, and tells Dovecot whose a token is."""

    users: dict[str, str] = field(default_factory=dict)  # access token → user
    refresh_tokens: dict[str, str] = field(default_factory=dict)  # refresh token → user
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)  # code → (user, code challenge)
    life: int = 3600
    rotates: bool = False
    fails_with: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)

    def __enter__(self) -> TokenServer:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
                status, body = owner.answer(self.path, form)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_arguments: Any) -> None:
                pass

        self.server = ThreadingHTTPServer((HOST, free_port()), Handler)
        self.url = f"http://{HOST}:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if path == "/introspect":
            user = self.users.get(form.get("token", ""))
            return 200, {"active": True, "username": user} if user else {"active": False}
        self.asked.append(form)
        if self.fails_with:
            return self.fails_with, {"error": "server_error"}
        user = self._granted(form)
        return (200, self.give(user)) if user else (400, {"error": "invalid_grant", "error_description": "no"})

    def _granted(self, form: dict[str, str]) -> str | None:
        if form.get("grant_type") == "refresh_token":
            return self.refresh_tokens.get(form["refresh_token"])
        user, challenge = self.codes.pop(form.get("code", ""), (None, ""))
        proof = base64.urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
        return user if proof == challenge else None

    def give(self, user: str) -> dict[str, Any]:
        token = f"token-{len(self.users)}-{random.randrange(10**9)}"
        self.users[token] = user
        said: dict[str, Any] = {"access_token": token, "token_type": "Bearer", "expires_in": self.life}
        if self.rotates:
            for old in [old for old, owner in self.refresh_tokens.items() if owner == user]:
                del self.refresh_tokens[old]
            said["refresh_token"] = f"refresh-{random.randrange(10**9)}"
            self.refresh_tokens[said["refresh_token"]] = user
        return said


DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
listen = {host}
protocols = imap lmtp
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
auth_debug = yes
auth_username_format = %Ln
auth_username_chars =
recipient_delimiter = +
mail_location = maildir:{folder}/mail/%n
mail_uid = dovecot
mail_gid = dovecot
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 100
lda_mailbox_autocreate = yes
{extra}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%n {folder}/users
}}
{oauth}
userdb {{
  driver = passwd-file
  args = username_format=%n {folder}/users
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener {folder}/auth {{
    mode = 0666
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
"""
DOVECOT_OAUTH = """
introspection_mode = post
introspection_url = {url}/introspect
username_attribute = username
active_attribute = active
active_value = true
"""


class Dovecot:
    """An IMAP and LMTP server with the given users, all with PASSWORD."""

    def __init__(self, *users: str, tokens: TokenServer | None = None, extra: str = "") -> None:
        self.program = needed("dovecot", "dovecot-imapd")
        needed("lmtp", "dovecot-lmtpd")
        self.folder = make_folder("sbd-")
        self.imap, self.imaps, self.lmtp = free_port(), free_port(), free_port()
        self.cert, self.key = make_certificate(self.folder)
        for name in ("run", "state", "mail"):
            (self.folder / name).mkdir(mode=0o755)
        owner = pwd.getpwnam("dovecot")
        os.chown(self.folder / "mail", owner.pw_uid, owner.pw_gid)
        lines = [f"{user}:{{PLAIN.b64}}{base64.b64encode(PASSWORD.encode()).decode()}::::::\n" for user in users]
        (self.folder / "users").write_text("".join(lines))
        self.config = self.folder / "dovecot.conf"
        oauth = ""
        if tokens:
            (self.folder / "oauth.conf").write_text(DOVECOT_OAUTH.format(url=tokens.url))
            oauth = "passdb {\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = %s/oauth.conf\n}"
            oauth %= self.folder
        self.config.write_text(
            DOVECOT.format(
                folder=self.folder,
                host=HOST,
                cert=self.cert,
                key=self.key,
                imap=self.imap,
                imaps=self.imaps,
                lmtp=self.lmtp,
                extra=extra,
                oauth=oauth,
            )
        )

    def start(self) -> None:
        self.process = subprocess.Popen([self.program, "-F", "-c", str(self.config)], start_new_session=True)
        until(lambda: answers(self.imap) and answers(self.lmtp), what=f"Dovecot: {self.log()}")

    def stop(self) -> None:
        """The server and every session of it. Left alone, sessions would live on for seconds after their server."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(20)
        until(lambda: not processes_of(self.folder), what="the end of Dovecot's sessions")

    def __enter__(self) -> Dovecot:
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        path = self.folder / "dovecot.log"
        return path.read_text(errors="replace")[-4000:] if path.exists() else ""

    def deliver(self, user: str, *mails: bytes, mail_from: str = "kunde@customer.test") -> None:
        """Hand mails over by LMTP, as a mail server does."""
        with smtplib.LMTP(HOST, self.lmtp) as lmtp:
            for mail in mails:
                lmtp.sendmail(mail_from, [f"{user}@shop.test"], mail)

    def client(self, user: str) -> imaplib.IMAP4:
        """A plain session of a mailbox's owner, to look at it with other eyes than ours."""
        session = imaplib.IMAP4(HOST, self.imap)
        session.authenticate("PLAIN", lambda _challenge: f"\0{user}\0{PASSWORD}".encode())
        return session

    def mails(self, user: str, folder: str = "INBOX") -> list[bytes]:
        with self.client(user) as session:
            session.select(folder, readonly=True)
            numbers = session.search(None, "ALL")[1][0].split()
            return [session.fetch(number.decode(), "(BODY.PEEK[])")[1][0][1] for number in numbers]  # type: ignore[index,misc]


POSTFIX = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.shop.test
mydomain = shop.test
myorigin = shop.test
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
local_recipient_maps =
alias_maps =
alias_database =
relayhost =
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
virtual_mailbox_domains = shop.test, customer.test
virtual_mailbox_maps =
virtual_transport = lmtp:inet:{host}:{lmtp}
transport_maps = inline:{{ {transports} }}
recipient_delimiter = +
smtputf8_enable = yes
message_size_limit = {size}
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
smtpd_sasl_type = dovecot
smtpd_sasl_path = {auth}
smtpd_tls_cert_file = {cert}
smtpd_tls_key_file = {key}
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
smtpd_client_connection_rate_limit = 0
{extra}
"""
POSTFIX_SERVICES = """
{smtp} inet n - n - - smtpd -o smtpd_sasl_auth_enable=no
{submission} inet n - n - - smtpd -o smtpd_sasl_auth_enable=yes -o smtpd_tls_security_level={level} {options}
{smtps} inet n - n - - smtpd -o smtpd_sasl_auth_enable=yes -o smtpd_tls_wrappermode=yes
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """A mail server for shop.test and customer.test: takes mail on `smtp`, sends for signed-in users on the others.

    `lmtp` is where it delivers; `routes` sends single recipients or domains elsewhere ("inet:127.0.0.1:2525").
    """

    def __init__(
        self,
        dovecot: Dovecot,
        *,
        lmtp: int | None = None,
        routes: dict[str, str] | None = None,
        size: int = 60_000_000,
        level: str = "may",
        options: str = "",
        extra: str = "",
    ) -> None:
        self.program = needed("postfix", "postfix")
        self.folder = make_folder("sbp-")
        self.smtp, self.submission, self.smtps = free_port(), free_port(), free_port()
        self.cert = dovecot.cert
        self.config = self.folder / "etc"
        for name in ("etc", "queue", "data"):
            (self.folder / name).mkdir(mode=0o755)
        owner = pwd.getpwnam("postfix")
        os.chown(self.folder / "data", owner.pw_uid, owner.pw_gid)
        transports = ", ".join(f"{{ {who} = lmtp:{where} }}" for who, where in (routes or {}).items())
        (self.config / "main.cf").write_text(
            POSTFIX.format(
                folder=self.folder,
                host=HOST,
                lmtp=lmtp or dovecot.lmtp,
                transports=transports or "{ none.invalid = error: }",
                size=size,
                auth=dovecot.folder / "auth",
                cert=dovecot.cert,
                key=dovecot.key,
                extra=extra,
            )
        )
        (self.config / "master.cf").write_text(
            POSTFIX_SERVICES.format(
                smtp=f"{HOST}:{self.smtp}",
                submission=f"{HOST}:{self.submission}",
                smtps=f"{HOST}:{self.smtps}",
                level=level,
                options=options,
            )
        )

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            [self.program, "-c", str(self.config), *command], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, f"postfix {command}: {done.stdout}{done.stderr}{self.log()}"

    def __enter__(self) -> Postfix:
        self._run("start")
        until(lambda: answers(self.smtp) and answers(self.submission), what=f"Postfix: {self.log()}")
        return self

    def __exit__(self, *_exc: object) -> None:
        pid_file = self.folder / "queue" / "pid" / "master.pid"
        os.kill(int(pid_file.read_text()), signal.SIGTERM)  # as `postfix stop` does, which then sleeps for seconds
        until(lambda: not processes_of(self.folder), what="the end of Postfix's processes")
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        path = self.folder / "postfix.log"
        return path.read_text(errors="replace")[-6000:] if path.exists() else ""

    def receive(self, mail: bytes, to: str, mail_from: str = "kunde@customer.test") -> None:
        """A mail from outside."""
        with smtplib.SMTP(HOST, self.smtp) as smtp:
            smtp.sendmail(mail_from, [to], mail)

    def queued(self) -> int:
        """How many mails it still holds."""
        queue = self.folder / "queue"
        return sum(
            1
            for name in ("incoming", "active", "deferred", "maildrop", "hold")
            for path in (queue / name).rglob("*")
            if path.is_file()
        )


def settings(dovecot: Dovecot, postfix: Postfix, user: str) -> dict[str, Any]:
    """Of a channel that reads a user's mail on the one and sends by the other."""
    return {
        "address": f"{user}@shop.test",
        "reading": "imap",
        "imap": {"host": HOST, "port": dovecot.imaps, "security": "ssl", "username": user},
        "smtp": {"host": HOST, "port": postfix.submission, "security": "starttls", "username": user},
        "password": PASSWORD,
        "ca_file": str(dovecot.cert),
    }


def processes_of(folder: Path) -> list[str]:
    """Command lines of processes that work in or were told of this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if str(folder) in command or str((process / "cwd").resolve()).startswith(str(folder)):
                found.append(command)
    return found


@contextlib.contextmanager
def silent_server() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server((HOST, 0)) as server:
        yield server.getsockname()[1]


@contextlib.contextmanager
def scripted_server(
    talk: Callable[[socket.socket], None], certificate: tuple[Path, Path] | None = None
) -> Iterator[int]:
    """A port whose every connection is served by `talk`, for answers no real server gives."""

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _peer = server.accept()
                with contextlib.suppress(OSError), line:
                    talk(line)

    with socket.create_server((HOST, 0)) as server:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            server = context.wrap_socket(server, server_side=True)
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
