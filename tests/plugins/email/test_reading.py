"""Reading a mailbox, against a real Dovecot; against scripted servers only for what no sane server says."""

from __future__ import annotations

import imaplib
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from shopbell.channels import contract
from shopbell.plugins.email import imap, network, reading
from tests import mailservers
from tests.plugins.email.desk import Desk, account, mail


@pytest.fixture(scope="module")
def dovecot() -> Iterator[mailservers.Dovecot]:
    users = [f"box{n}" for n in range(40)] + ["müller"]
    with mailservers.Dovecot(*users) as server:
        yield server


_boxes = iter(range(40))


@pytest.fixture
def box() -> str:
    """A mailbox nobody has used."""
    return f"box{next(_boxes)}"


def append(server: mailservers.Dovecot, box: str, octets: bytes, folder: str = "INBOX", when: float = 0) -> None:
    with server.client(box) as session:
        session.append(folder, "", imaplib.Time2Internaldate(when or time.time()), octets)


def test_a_new_mailbox_starts_with_what_arrives_from_now_on(dovecot: mailservers.Dovecot, box: str) -> None:
    dovecot.deliver(box, mail("old"))
    desk = Desk()
    desk.one_round(account(dovecot, box))
    assert desk.subjects() == []
    dovecot.deliver(box, mail("new 1"), mail("new 2"))
    desk.one_round(account(dovecot, box))
    desk.one_round(account(dovecot, box))
    assert desk.subjects() == ["new 1", "new 2"]
    assert desk.doubles == []
    item = next(iter(desk.mails.values()))
    assert item.body.endswith(b"\r\nTere!\r\n")
    assert abs(item.received_at - datetime.now(UTC)) < timedelta(seconds=20)
    assert item.envelope == {"uid": 2, "folder": "INBOX"}
    assert item.external_id == f"{desk.cursor['mailbox']}:{desk.cursor['uidvalidity']}:2"


def test_a_mail_is_here_within_three_seconds_and_nothing_is_marked_read(dovecot: mailservers.Dovecot, box: str) -> None:
    desk = Desk()
    with desk.listening(account(dovecot, box)):
        mailservers.until(lambda: desk.advances >= 2)
        time.sleep(0.3)
        for n in range(5):
            began = time.monotonic()
            dovecot.deliver(box, mail(f"mail {n}"))
            desk.wait_for(n + 1, 3)
            assert time.monotonic() - began < 3
    assert desk.errors == []
    with dovecot.client(box) as session:
        session.select("INBOX", readonly=True)
        assert session.search(None, "UNSEEN")[1][0].split() == [b"1", b"2", b"3", b"4", b"5"]


def test_mails_in_quick_succession_all_wake(dovecot: mailservers.Dovecot, box: str) -> None:
    """The next mail often arrives while IDLE for it is being asked for; it must not wait for the next poll."""
    desk = Desk()
    with desk.listening(account(dovecot, box)):
        mailservers.until(lambda: desk.advances >= 2)
        for n in range(40):
            dovecot.deliver(box, mail(f"mail {n}"))
            time.sleep((n % 8) * 0.005)
        desk.wait_for(40, 3)
    assert desk.subjects() == [f"mail {n}" for n in range(40)]
    assert desk.doubles == []


def test_without_idle_it_looks_from_time_to_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "NO_IDLE_SECONDS", 0.2)
    desk = Desk()
    with mailservers.Dovecot("support", extra="imap_capability = IMAP4rev1 SASL-IR") as server:
        with desk.listening(account(server, "support")):
            mailservers.until(lambda: desk.advances >= 2)
            server.deliver("support", mail("polled"))
            desk.wait_for(1, 3)
        assert b"IDLE" not in server.client("support").capability()[1][0].split()
    assert desk.errors == []


def test_the_poll_says_that_the_mailbox_can_be_read(dovecot: mailservers.Dovecot, box: str) -> None:
    desk = Desk()
    with desk.listening(account(dovecot, box, poll_seconds=0.2)):
        mailservers.until(lambda: desk.advances >= 6, 5)
    assert desk.errors == []
    assert desk.mails == {}


def test_nothing_is_lost_or_doubled_over_an_outage() -> None:
    with mailservers.Dovecot("support") as server:
        desk = Desk()
        with desk.listening(account(server, "support")):
            mailservers.until(lambda: desk.advances >= 2)
            server.deliver("support", mail("before"))
            desk.wait_for(1, 3)
            server.stop()
            mailservers.until(lambda: desk.errors, 10)
            assert {type(error) for error in desk.errors} == {contract.Transient}
        server.start()
        server.deliver("support", *(mail(f"during {n}") for n in range(120)))
        with desk.listening(account(server, "support")):
            desk.wait_for(121, 20)
            server.deliver("support", mail("after"))
            desk.wait_for(122, 3)
    assert desk.subjects() == ["before", *(f"during {n}" for n in range(120)), "after"]
    assert desk.doubles == []


def test_a_crash_between_storing_and_moving_the_cursor_doubles_nothing(dovecot: mailservers.Dovecot, box: str) -> None:
    class Crashing(Desk):
        def advance(self, cursor: Any) -> None:
            if self.mails and not self.crashed:
                self.crashed = True
                raise RuntimeError("killed")
            super().advance(cursor)

        crashed = False

    desk = Crashing()
    desk.one_round(account(dovecot, box))
    dovecot.deliver(box, mail("a"), mail("b"))
    with pytest.raises(RuntimeError):
        desk.one_round(account(dovecot, box))
    desk.one_round(account(dovecot, box))
    assert desk.subjects() == ["a", "b"]
    assert len(desk.doubles) == 2


def test_a_store_that_fails_keeps_the_cursor(dovecot: mailservers.Dovecot, box: str) -> None:
    class Full(Desk):
        def store(self, item: contract.RawItem) -> bool:
            raise OSError("disk full")

    desk = Full()
    desk.one_round(account(dovecot, box))
    before = desk.cursor
    dovecot.deliver(box, mail("a"))
    with pytest.raises(OSError, match="disk full"):
        desk.one_round(account(dovecot, box))
    assert desk.cursor == before


def test_the_whole_folder_as_history(dovecot: mailservers.Dovecot, box: str) -> None:
    day = datetime(2019, 3, 4, 5, 6, 7, tzinfo=UTC)
    for n in range(3):
        append(dovecot, box, mail(f"old {n}"), when=day.timestamp() + n)
    desk = Desk()
    mailbox = account(dovecot, box, since="all")
    desk.one_round(mailbox)
    dovecot.deliver(box, mail("new"))
    desk.one_round(mailbox)
    assert desk.subjects() == ["old 0", "old 1", "old 2", "new"]
    items = list(desk.mails.values())
    assert items[0].received_at == day
    assert [item.envelope.get("historic", False) for item in items] == [True, True, True, False]


def test_history_from_a_day_on(dovecot: mailservers.Dovecot, box: str) -> None:
    day = datetime(2020, 5, 6, tzinfo=UTC).timestamp()
    for hours in (-30, -1, 1, 30):
        append(dovecot, box, mail(f"{hours} h"), when=day + hours * 3600)
    desk = Desk()
    desk.one_round(account(dovecot, box, since="2020-05-06"))
    assert desk.subjects() == ["1 h", "30 h"]


def test_new_numbers_mean_reading_again_from_the_first_day(dovecot: mailservers.Dovecot, box: str) -> None:
    """Known mails come again under other ids: their Message-ID tells them when they are understood."""
    append(dovecot, box, mail("from before our time"), when=time.time() - 90_000)
    desk = Desk()
    desk.one_round(account(dovecot, box))
    dovecot.deliver(box, mail("known"))
    desk.one_round(account(dovecot, box))
    first = desk.cursor["uidvalidity"]
    folder = dovecot.folder / "mail" / box
    for path in folder.glob("dovecot*"):
        path.unlink()
    time.sleep(1.1)  # the new number is the time in seconds
    dovecot.deliver(box, mail("while nobody read"))
    desk.one_round(account(dovecot, box))
    assert desk.cursor["uidvalidity"] != first
    assert desk.subjects()[:1] == ["known"]
    assert sorted(desk.subjects()[1:]) == ["known", "while nobody read"]
    assert len(set(desk.mails)) == 3
    assert not any(item.envelope.get("historic") for item in desk.mails.values())


def test_another_user_or_folder_is_another_mailbox(dovecot: mailservers.Dovecot, box: str) -> None:
    with dovecot.client(box) as session:
        session.create("M&APw-ller.Eingang")  # Müller.Eingang in modified UTF-7
    desk = Desk()
    desk.one_round(account(dovecot, box))
    append(dovecot, box, mail("in the folder, old"), "M&APw-ller.Eingang")
    folder = account(dovecot, box, folder="Müller.Eingang")
    desk.one_round(folder)
    append(dovecot, box, mail("in the folder, new"), "M&APw-ller.Eingang")
    desk.one_round(folder)
    assert desk.subjects() == ["in the folder, new"]
    assert desk.cursor["folder"] == "Müller.Eingang"


def test_mails_deleted_meanwhile_are_skipped(dovecot: mailservers.Dovecot, box: str) -> None:
    class Deleting(imap.Mailbox):
        """Somebody else deletes the second mail between our search and our fetch."""

        def fetch(self, uids: Any, *items: str) -> Any:
            found = super().fetch(uids, *items)
            if "RFC822.SIZE" in items:
                for path in (dovecot.folder / "mail" / box / "new").iterdir():
                    if b"Message-ID: <b@" in path.read_bytes():
                        path.unlink()
            return found

    desk = Desk()
    mailbox = account(dovecot, box)
    desk.one_round(mailbox)
    dovecot.deliver(box, mail("a"), mail("b"), mail("c"))
    with imap.session(mailbox) as client:
        deleting = Deleting(client, "INBOX")
        deleting.select()
        reading.read_new(deleting, desk, reading.resume(deleting, mailbox, desk.cursor))
    assert desk.subjects() == ["a", "c"]
    desk.one_round(mailbox)
    assert desk.subjects() == ["a", "c"]


def test_a_mail_too_large_is_kept_with_its_headers(dovecot: mailservers.Dovecot, box: str) -> None:
    desk = Desk()
    mailbox = account(dovecot, box)
    desk.one_round(mailbox)
    large = mail("large", "x" * 30_000).replace(
        b"Subject:", b'Content-Type: multipart/mixed;\r\n boundary="b"\r\nSubject:'
    )
    dovecot.deliver(box, mail("before"), large, mail("after"))
    with override_settings(MAX_MAIL_BYTES=20_000):
        desk.one_round(mailbox)
    assert desk.subjects() == ["before", "large", "after"]
    item = list(desk.mails.values())[1]
    assert len(item.body) < 2000
    assert b"boundary" not in item.body
    assert b"Message-ID: <large@customer.test>" in item.body
    assert item.body.endswith(b"too large to be read here (0 MB). It is still in the mailbox.\r\n")
    assert item.envelope["content_left_out"] > 30_000


def test_odd_bytes_come_as_they_are(dovecot: mailservers.Dovecot, box: str) -> None:
    desk = Desk()
    mailbox = account(dovecot, box)
    desk.one_round(mailbox)
    odd = [
        b"\r\n",
        b"Subject: \xff\xfe\r\n\r\n\x80\x81\r\n",
        b"no header at all",
        b"Subject: )\r\n\r\n* BYE\r\na1 OK {5}\r\n",
    ]
    for octets in odd:
        append(dovecot, box, octets)
    desk.one_round(mailbox)
    assert [item.body for item in desk.mails.values()] == odd


def test_many_mails_come_in_batches_and_in_order(
    dovecot: mailservers.Dovecot, box: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "SEARCH_WINDOW", 30)
    monkeypatch.setattr(reading, "BATCH_MAILS", 7)
    monkeypatch.setattr(reading, "BATCH_OCTETS", 1500)
    dovecot.deliver(box, *(mail(f"mail {n}") for n in range(100)))
    with dovecot.client(box) as session:
        session.select("INBOX")
        session.store("40:90", "+FLAGS", "\\Deleted")
        session.expunge()
    desk = Desk()
    desk.one_round(account(dovecot, box, since="all"))
    assert desk.subjects() == [f"mail {n}" for n in range(100) if not 39 <= n <= 89]
    assert desk.cursor["uid"] == 100
    assert desk.advances > 7


def test_stopping_in_the_middle_goes_on_there(
    dovecot: mailservers.Dovecot, box: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH_MAILS", 2)
    dovecot.deliver(box, *(mail(f"mail {n}") for n in range(6)))

    class Stopping(Desk):
        def stopping(self) -> bool:
            return len(self.mails) >= 2

    first = Stopping()
    first.one_round(account(dovecot, box, since="all"))
    assert first.subjects() == ["mail 0", "mail 1"]
    then = Desk()
    then.cursor = first.cursor
    then.one_round(account(dovecot, box, since="all"))
    assert then.subjects() == ["mail 2", "mail 3", "mail 4", "mail 5"]


def test_starttls_and_plain_lines(dovecot: mailservers.Dovecot, box: str) -> None:
    for security in ("starttls", "none"):
        desk = Desk()
        desk.one_round(account(dovecot, box, port=dovecot.imap, security=security))
        assert desk.advances == 1


def test_names_and_passwords_beyond_ascii(dovecot: mailservers.Dovecot) -> None:
    desk = Desk()
    desk.one_round(account(dovecot, "müller"))
    assert desk.advances == 1


def test_a_wrong_password_is_said_to_be_one(dovecot: mailservers.Dovecot, box: str) -> None:
    wrong = account(dovecot, box)
    wrong.settings["password"] = "falsch"
    with pytest.raises(contract.AuthFailed) as caught:
        Desk().one_round(wrong)
    assert caught.value.code == "AUTHENTICATIONFAILED"


def test_a_certificate_nobody_vouches_for_is_not_accepted(dovecot: mailservers.Dovecot, box: str) -> None:
    strange = account(dovecot, box)
    del strange.settings["ca_file"]
    with pytest.raises(contract.Transient) as caught:
        Desk().one_round(strange)
    assert caught.value.code == "certificate"


def test_no_such_folder(dovecot: mailservers.Dovecot, box: str) -> None:
    with pytest.raises(contract.Transient, match="refuses"):
        Desk().one_round(account(dovecot, box, folder="Posteingang"))


def scripted(port: int) -> Any:
    class Plain:
        cert = Path("")
        imaps = port

    mailbox = account(Plain(), "box", security="none")  # type: ignore[arg-type]
    mailbox.settings |= {"ca_file": "", "password": "plain"}
    return mailbox


ANSWERS = {
    b"CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE\r\nTAG OK done\r\n",
    b"LOGIN": b"TAG OK in\r\n",
    b"EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 2] ok\r\nTAG OK [READ-ONLY] done\r\n",
    b"UID SEARCH": b"* SEARCH\r\nTAG OK done\r\n",
    b"IDLE": b"+ idling\r\n",
}
SILENCE = b""


def talker(changed: dict[bytes, bytes]) -> Callable[[socket.socket], None]:
    """A server that answers commands from a table (TAG stands for theirs), and hangs up after what is not in it."""
    table = ANSWERS | changed

    def talk(line: socket.socket) -> None:
        line.sendall(b"* OK ready\r\n")
        for command in line.makefile("rb"):
            tag, *words = command.split()
            answer = table.get(b" ".join(words[: 2 if b"UID" in words else 1]) or tag)
            if answer is None:
                return
            line.sendall(answer.replace(b"TAG", tag))

    return talk


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        (
            b"TAG NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n",
            contract.AuthFailed,
            "AUTHENTICATIONFAILED",
        ),
        (b"TAG NO LOGIN failed.\r\n", contract.AuthFailed, "AUTHENTICATIONFAILED"),
        (b"TAG NO [ALERT] Too many simultaneous connections. (Failure)\r\n", contract.Transient, "ALERT"),
        (b"TAG NO [UNAVAILABLE] Temporary authentication failure.\r\n", contract.Transient, "UNAVAILABLE"),
        (b"TAG NO [ALERT] Please log in via your web browser (Failure)\r\n", contract.AuthFailed, "ALERT"),
        (b"* BYE shutting down\r\n", contract.Transient, "lost"),
        (b"\0\0\0\xff\r\n", contract.Transient, "lost"),
        pytest.param(b"x" * 2_000_000 + b"\r\n", contract.Transient, "", id="endless"),
    ],
)
def test_what_a_server_says_to_a_sign_in(said: bytes, kind: type[contract.ChannelError], code: str) -> None:
    with mailservers.scripted_server(talker({b"LOGIN": said})) as port, pytest.raises(contract.ChannelError) as caught:
        Desk().one_round(scripted(port))
    assert (type(caught.value), caught.value.code) == (kind, code)


def test_no_password_on_a_line_that_takes_none() -> None:
    disabled = ANSWERS[b"CAPABILITY"].replace(b"IDLE", b"LOGINDISABLED")
    with (
        mailservers.scripted_server(talker({b"CAPABILITY": disabled})) as port,
        pytest.raises(contract.AuthFailed) as caught,
    ):
        Desk().one_round(scripted(port))
    assert caught.value.code == "LOGINDISABLED"


@pytest.mark.parametrize(
    "changed",
    [
        {b"UID SEARCH": b"* SEARCH \0 \xff five\r\nTAG OK done\r\n"},
        {b"UID SEARCH": b"TAG BAD what?\r\n"},
        {b"UID SEARCH": b"* BYE no more\r\n"},
        {b"EXAMINE": b"* OK [UIDVALIDITY ] ?\r\nTAG OK done\r\n"},
        {b"EXAMINE": b"* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT many] ok\r\nTAG OK done\r\n"},
        {b"UID SEARCH": b"* SEARCH 1\r\nTAG OK done\r\n", b"UID FETCH": b"* 1 FETCH (((((\r\nTAG OK done\r\n"},
        {
            b"UID SEARCH": b"* SEARCH 1\r\nTAG OK done\r\n",
            b"UID FETCH": b"* 1 FETCH (UID 1 BODY[] {99999999999999}\r\nTAG OK done\r\n",
        },
        {
            b"UID SEARCH": b"* SEARCH 1\r\nTAG OK done\r\n",
            b"UID FETCH": b"* 1 FETCH (UID 1 RFC822.SIZE x)\r\nTAG OK done\r\n",
        },
    ],
)
def test_garbage_is_another_try_not_a_traceback(changed: dict[bytes, bytes]) -> None:
    with mailservers.scripted_server(talker(changed)) as port:
        mailbox = scripted(port)
        mailbox.settings["imap"]["since"] = "all"
        with pytest.raises(contract.Transient):
            Desk().one_round(mailbox)


def test_a_server_that_says_goodbye_while_idle() -> None:
    with (
        mailservers.scripted_server(talker({b"IDLE": b"+ idling\r\n* BYE going down\r\n"})) as port,
        pytest.raises(contract.Transient, match="goodbye"),
    ):
        reading.listen(scripted(port), Desk())


@pytest.mark.parametrize("said", [b"* 2 EXISTS\r\n+ idling\r\n", b"+ idling\r\n* 2 EXISTS\r\n"])
def test_news_that_come_while_idle_begins(said: bytes) -> None:
    """In the same packet as the `+` or before it: it must neither be slept through nor end the session."""
    with mailservers.scripted_server(talker({b"IDLE": said})) as port:
        mailbox = scripted(port)
        mailbox.settings["imap"]["poll_seconds"] = 3
        began = time.monotonic()
        with pytest.raises(contract.Transient):  # the table has no answer to DONE
            reading.listen(mailbox, Desk())
        assert time.monotonic() - began < 0.5


def test_a_server_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "READ_SECONDS", 0.3)
    monkeypatch.setattr(network, "CONNECT_SECONDS", 0.3)
    with mailservers.silent_server() as port, pytest.raises(contract.Transient) as caught:
        Desk().one_round(scripted(port))
    assert caught.value.code == "timeout"


def test_nobody_there() -> None:
    with pytest.raises(contract.Transient) as caught:
        Desk().one_round(scripted(mailservers.free_port()))
    assert caught.value.code == "refused"


def test_a_line_that_dies_silently_while_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half open: the server is gone without a word. Using the line after the poll interval tells."""
    monkeypatch.setattr(network, "READ_SECONDS", 0.3)
    with mailservers.scripted_server(talker({b"DONE": SILENCE})) as port:
        mailbox = scripted(port)
        mailbox.settings["imap"]["poll_seconds"] = 0.3
        with pytest.raises(contract.Transient) as caught:
            reading.listen(mailbox, Desk())
    assert caught.value.code == "timeout"


class Broken(imap.Mailbox):
    """The server answers NO to the body of one mail `refusals` times, as Exchange does to mails it cannot convert."""

    refusals = 1000

    def fetch(self, uids: Any, *items: str) -> Any:
        if "BODY.PEEK[]" in items and 1 in uids and self.refusals:
            self.refusals -= 1
            raise imap.Refused("NO the requested message could not be converted", code="no")
        return super().fetch(uids, *items)


@pytest.mark.parametrize(
    ("refusals", "words"), [(1000, b"could not hand out the content of this mail."), (3, b"Tere!")]
)
def test_a_mail_the_server_cannot_hand_out_does_not_block_the_others(
    dovecot: mailservers.Dovecot, box: str, monkeypatch: pytest.MonkeyPatch, refusals: int, words: bytes
) -> None:
    monkeypatch.setattr(reading, "PAUSES_BEFORE_HEADERS_ONLY", (0.01, 0.01, 0.01))
    desk = Desk()
    mailbox = account(dovecot, box)
    desk.one_round(mailbox)
    dovecot.deliver(box, mail("broken there"), mail("fine"))
    with imap.session(mailbox) as client:
        broken = Broken(client, "INBOX")
        broken.refusals = refusals
        broken.select()
        reading.read_new(broken, desk, reading.resume(broken, mailbox, desk.cursor))
    assert desk.subjects() == ["broken there", "fine"]
    assert next(iter(desk.mails.values())).body.endswith(words + b"\r\n")


def test_a_stop_while_a_mail_is_awaited_loses_nothing(dovecot: mailservers.Dovecot, box: str) -> None:
    class Stopping(Desk):
        def stopping(self) -> bool:
            return True

    desk = Stopping()
    mailbox = account(dovecot, box)
    desk.one_round(mailbox)
    before = desk.cursor
    dovecot.deliver(box, mail("broken there"))
    with imap.session(mailbox) as client:
        broken = Broken(client, "INBOX")
        broken.select()
        with pytest.raises(contract.Transient, match="stopped"):
            reading.read_new(broken, desk, reading.resume(broken, mailbox, before))
    assert (desk.subjects(), desk.cursor) == ([], before)


def test_a_server_that_finds_but_does_not_show() -> None:
    """OK and nothing is no proof that a mail is gone; taking it for one would lose the mail."""
    hides = {
        b"UID SEARCH": b"* SEARCH 1\r\nTAG OK done\r\n",
        b"UID FETCH": b"TAG OK done\r\n",
        b"NOOP": b"TAG OK done\r\n",
    }
    desk = Desk()
    with mailservers.scripted_server(talker(hides)) as port:
        mailbox = scripted(port)
        mailbox.settings["imap"]["since"] = "all"
        with pytest.raises(contract.Transient, match="hides"):
            desk.one_round(mailbox)
    assert desk.advances == 0
