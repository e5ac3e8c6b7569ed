"""The port mail servers hand mail to: 250 only after the commit, by hand and with a real Postfix."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from shopbell.plugins.email import lmtp
from tests import mailservers
from tests.plugins.email.desk import mail


class Desk:
    """Keeps what was accepted; fails as often as told."""

    def __init__(self) -> None:
        self.kept: list[tuple[bytes, dict[str, Any]]] = []
        self.failures = 0
        self.tried = 0
        self.gate = threading.Event()
        self.gate.set()

    def accept(self, body: bytes, envelope: dict[str, Any]) -> bool:
        self.tried += 1
        self.gate.wait(10)
        if self.failures:
            self.failures -= 1
            raise OSError("the database is away")
        self.kept.append((body, envelope))
        return True

    def knows(self, address: str) -> bool:
        if address.startswith("broken"):
            raise OSError("the database is away")
        return address.split("@")[0].split("+")[0] in ("support", "sales")


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def server(desk: Desk) -> Iterator[lmtp.LmtpServer]:
    served = lmtp.serve(desk.accept, host="127.0.0.1", port=0, protocol="lmtp", max_bytes=200_000, knows=desk.knows)
    yield served
    served.stop()


def client(server: lmtp.LmtpServer) -> smtplib.LMTP:
    return smtplib.LMTP("127.0.0.1", server.port, timeout=10)


def test_a_mail_is_kept_as_it_came(server: lmtp.LmtpServer, desk: Desk) -> None:
    octets = b"Subject: \xff\xe4\r\n\r\n.dot\r\n..dots\r\n\0\r\nFrom x\r\n"
    with client(server) as lmtp_client:
        assert lmtp_client.sendmail("anna@customer.test", ["support+x1@shop.test"], octets) == {}
    assert desk.kept == [
        (octets, {"mail_from": "anna@customer.test", "rcpt_tos": ["support+x1@shop.test"], "peer": "127.0.0.1"})
    ]


def test_a_bounce_has_no_sender(server: lmtp.LmtpServer, desk: Desk) -> None:
    with client(server) as lmtp_client:
        lmtp_client.sendmail("", ["support@shop.test"], mail("bounce"))
    assert desk.kept[0][1]["mail_from"] == ""


def test_what_cannot_be_stored_is_not_accepted(server: lmtp.LmtpServer, desk: Desk) -> None:
    desk.failures = 1
    with client(server) as lmtp_client:
        lmtp_client.ehlo()
        lmtp_client.mail("a@customer.test")
        lmtp_client.rcpt("support@shop.test")
        assert lmtp_client.data(mail("a"))[0] == 451
        assert desk.kept == []
        lmtp_client.mail("a@customer.test")
        lmtp_client.rcpt("support@shop.test")
        assert lmtp_client.data(mail("a"))[0] == 250
    assert len(desk.kept) == 1


def test_unknown_recipients(server: lmtp.LmtpServer, desk: Desk) -> None:
    with client(server) as lmtp_client:
        lmtp_client.ehlo()
        lmtp_client.mail("a@customer.test")
        assert lmtp_client.rcpt("nobody@shop.test")[0] == 550
        assert lmtp_client.rcpt("broken@shop.test")[0] == 451
        assert lmtp_client.rcpt("sales@shop.test")[0] == 250
        assert lmtp_client.data(mail("a"))[0] == 250
    assert desk.kept[0][1]["rcpt_tos"] == ["sales@shop.test"]


def test_every_recipient_gets_its_own_answer(server: lmtp.LmtpServer, desk: Desk) -> None:
    """RFC 2033, 4.2: otherwise the sender waits for ever, or takes the next answer for this one's."""
    for size, expected in ((1, "250"), (300_000, "552")):
        with client(server) as lmtp_client:
            lmtp_client.ehlo()
            lmtp_client.mail("a@customer.test")
            lmtp_client.rcpt("support@shop.test")
            lmtp_client.rcpt("sales@shop.test")
            first = lmtp_client.data(b"Subject: x\r\n\r\n" + b"x\r\n" * (size // 3))
            assert str(first[0]) == expected
            assert str(lmtp_client.getreply()[0]) == expected
            assert lmtp_client.noop()[0] == 250
    assert len(desk.kept) == 1
    assert desk.kept[0][1]["rcpt_tos"] == ["support@shop.test", "sales@shop.test"]


def test_too_large(server: lmtp.LmtpServer, desk: Desk) -> None:
    with client(server) as lmtp_client:
        lmtp_client.ehlo()
        assert lmtp_client.esmtp_features["size"] == "200000"
        assert lmtp_client.mail("a@customer.test", ["SIZE=200001"])[0] == 552
        lmtp_client.mail("a@customer.test")
        lmtp_client.rcpt("support@shop.test")
        assert lmtp_client.data(b"x" * 200_001)[0] == 552
        assert lmtp_client.noop()[0] == 250
    assert desk.kept == []


def test_endless_lines_are_read(server: lmtp.LmtpServer, desk: Desk) -> None:
    with client(server) as lmtp_client:
        lmtp_client.sendmail("a@customer.test", ["support@shop.test"], b"Subject: x\r\n\r\n" + b"y" * 150_000 + b"\r\n")
    assert len(desk.kept[0][0]) == 150_016


def test_reset_and_pipelining(server: lmtp.LmtpServer, desk: Desk) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(
            b"LHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<sales@shop.test>\r\nRSET\r\n"
            b"MAIL FROM:<c@d.test>\r\nRCPT TO:<support@shop.test>\r\nDATA\r\nSubject: x\r\n\r\nx\r\n.\r\nQUIT\r\n"
        )
        said = b""
        while octets := line.recv(4096):
            said += octets
    assert said.count(b"250 2.0.0 stored") == 1
    assert [envelope["mail_from"] for _body, envelope in desk.kept] == ["c@d.test"]
    assert desk.kept[0][1]["rcpt_tos"] == ["support@shop.test"]


def test_a_line_lost_in_the_middle_stores_nothing(server: lmtp.LmtpServer, desk: Desk) -> None:
    with client(server) as lmtp_client:
        lmtp_client.ehlo()
        lmtp_client.mail("a@customer.test")
        lmtp_client.rcpt("support@shop.test")
        lmtp_client.docmd("DATA")
        lmtp_client.send(b"Subject: half a m")
        lmtp_client.close()
    with client(server) as lmtp_client:
        assert lmtp_client.ehlo()[0] == 250
    assert desk.tried == 0


def test_stopping_finishes_the_mail_at_hand(desk: Desk) -> None:
    server = lmtp.serve(desk.accept, host="127.0.0.1", port=0, protocol="lmtp", max_bytes=200_000, knows=desk.knows)
    desk.gate.clear()
    replies: list[int] = []

    def hand_over() -> None:
        with client(server) as lmtp_client:
            lmtp_client.ehlo()
            lmtp_client.mail("a@customer.test")
            lmtp_client.rcpt("support@shop.test")
            replies.append(lmtp_client.data(mail("last"))[0])

    thread = threading.Thread(target=hand_over)
    thread.start()
    mailservers.until(lambda: desk.tried)
    stopper = threading.Thread(target=server.stop)
    stopper.start()
    desk.gate.set()
    stopper.join(10)
    thread.join(10)
    assert replies == [250]
    assert len(desk.kept) == 1
    assert not mailservers.answers(server.port)


def test_a_port_that_is_taken_is_said_at_once(server: lmtp.LmtpServer, desk: Desk) -> None:
    with pytest.raises(OSError, match="in use"):
        lmtp.serve(desk.accept, host="127.0.0.1", port=server.port, protocol="lmtp", max_bytes=1, knows=desk.knows)


def test_smtp_on_a_port(desk: Desk) -> None:
    server = lmtp.serve(desk.accept, host="127.0.0.1", port=0, protocol="smtp", max_bytes=200_000, knows=desk.knows)
    try:
        with smtplib.SMTP("127.0.0.1", server.port, timeout=10) as smtp:
            smtp.sendmail("anna@customer.test", ["support@shop.test", "sales@shop.test"], mail("a"))
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                smtp.sendmail("anna@customer.test", ["relay@elsewhere.test"], mail("b"))
            smtp.ehlo_or_helo_if_needed()
            assert smtp.has_extn("smtputf8")
    finally:
        server.stop()
    assert len(desk.kept) == 1


def test_a_real_mail_server_keeps_what_was_not_stored_and_comes_again(desk: Desk, server: lmtp.LmtpServer) -> None:
    desk.failures = 2
    with mailservers.Dovecot("kunde") as dovecot, mailservers.Postfix(dovecot, lmtp=server.port) as postfix:
        postfix.receive(mail("important"), "support+abc@shop.test")
        mailservers.until(lambda: desk.tried >= 1, 15, postfix.log())
        assert desk.kept == []
        assert postfix.queued() >= 1
        mailservers.until(lambda: desk.kept, 20, postfix.log())
        mailservers.until(lambda: postfix.queued() == 0, 10, postfix.log())
    assert desk.tried == 3
    assert len(desk.kept) == 1
    body, envelope = desk.kept[0]
    assert b"Subject: important\r\n" in body
    assert envelope["rcpt_tos"] == ["support+abc@shop.test"]
    assert envelope["mail_from"] == "kunde@customer.test"
