from __future__ import annotations

import json
import random
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shopbell.plugins.email import inspecting
from tests.plugins.email import mails
from tests.plugins.email.bounces.cases import BY_NAME, CASES, NONE

KEYS = [
    "file",
    "subject",
    "from",
    "to",
    "cc",
    "reply_to",
    "date",
    "message_id",
    "in_reply_to",
    "references",
    "auto",
    "bounce",
    "text",
    "visible",
    "quoted",
]
KEYS += ["signature", "forwarded", "attachments", "language", "authentication", "warnings"]
WHOLE = [
    mails.GERMAN,
    mails.DANISH,
    mails.ESTONIAN,
    mails.ENGLISH,
    mails.FORWARDED,
    *(case.mail for case in CASES),
    *NONE.values(),
]


HELLO = "Hello,\n\nI ordered two weeks ago and have not received anything. The photo shows my receipt."


def check(raw: bytes) -> dict[str, object]:
    found = inspecting.inspect(raw, "x.eml")
    assert list(found) == KEYS
    text = json.dumps(found, ensure_ascii=False)
    assert "\\u0000" not in text
    assert text.encode("utf-8")
    return found


def test_a_mail_as_json() -> None:
    assert inspecting.inspect(mails.ENGLISH.encode(), "en.eml") == {
        "file": "en.eml",
        "subject": "Where is my parcel?",
        "from": {"name": "Jane Doe", "address": "jane@customer.example"},
        "to": [{"name": "", "address": "help@shop.example"}],
        "cc": [],
        "reply_to": [],
        "date": "2026-03-06T18:45:00+00:00",
        "message_id": "en-1@customer.example",
        "in_reply_to": "",
        "references": [],
        "auto": "none",
        "bounce": None,
        "text": HELLO + "\n\n-- \nJane",
        "visible": HELLO,
        "quoted": "",
        "signature": "-- \nJane",
        "forwarded": None,
        "attachments": [
            {
                "name": "receipt.png",
                "type": "image/png",
                "size": 70,
                "sha256": "6b7fa434f92a8b80aab02d9bf1a12e49ffcae424e4013a1c4f68b67e3d2bbcd0",
                "inline": False,
            }
        ],
        "language": "en",
        "authentication": {
            "spf": "unknown",
            "dkim": "unknown",
            "dmarc": "unknown",
            "aligned": False,
            "from_domain": "customer.example",
            "trusted": False,
        },
        "warnings": [],
    }


def test_a_bounce_as_json() -> None:
    found = check(BY_NAME["postfix-report"].mail.encode())
    assert found["auto"] == "bounce"
    assert found["bounce"] == {
        "recipient": "karin@kunde.example",
        "status": "5.1.1",
        "smtp_code": 550,
        "kind": "hard",
        "reason": "mailbox_unknown",
    }


def test_of_several_recipients_the_first_failed_one_is_shown_and_the_others_told() -> None:
    found = check(BY_NAME["three-recipients-in-one-report-folded-fields-comments"].mail.encode())
    assert found["bounce"]["recipient"] == "one@a.example"  # type: ignore[index]
    assert "bounce: failed for two@b.example too" in found["warnings"]  # type: ignore[operator]


def test_a_delivered_mail_is_no_bounce() -> None:
    found = check(BY_NAME["delivered"].mail.encode())
    assert (found["auto"], found["bounce"]) == ("delivery-report", None)


def test_a_forward_as_json() -> None:
    assert check(mails.FORWARDED.encode())["forwarded"] == {
        "from": {"name": "Udo Kunde", "address": "udo@kunde.example"},
        "to": [{"name": "", "address": "boss@shop.example"}],
        "date": "Thu, 5 Mar 2026 08:00:00 +0100",
        "subject": "Reklamation",
        "body": "Die Lampe ist kaputt.",
    }


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"\r",
        b"\x00",
        b"\xff\xfe",
        b"\xff\xfeS\x00",
        b"From ",
        b":",
        b": x\n\n",
        b"Content-Type: multipart/mixed; boundary=\n\n--\n\nx\n----\n",
        b'Content-Type: multipart/mixed; boundary=""\n\n--\n',
        b"Content-Type: message/rfc822\n\nSubject: inner\n\nbody",
        b"Content-Type: text/plain; charset=utf-16\n\n\xff\xfeH\x00i\x00",
        b"Content-Type: text/plain; charset=utf-7\n\n+AGEAYg",
        b"Subject: =?utf-8?B?=?=\nFrom: =?x\n\n",
        "Subject: \ud800".encode("utf-8", "surrogatepass") + b"\n\n\xed\xa0\x80",
        b"Date: Tue, 3 Mar 99999 10:00:00 +0100\n\n",
        b"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n=====",
        bytes(range(256)) * 20,
    ],
)
def test_any_file_gives_every_key(raw: bytes) -> None:
    check(raw)


@given(st.binary(max_size=3000))
@settings(max_examples=150, deadline=None)
@example(b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\n--b")
def test_random_bytes(raw: bytes) -> None:
    check(raw)


@given(st.sampled_from(WHOLE), st.randoms(use_true_random=False), st.integers(1, 40))
@settings(max_examples=200, deadline=None)
def test_real_mails_with_damage(mail: str, chance: random.Random, hits: int) -> None:
    raw = bytearray(mail.encode())
    for _ in range(hits):
        position = chance.randrange(len(raw))
        match chance.randrange(4):
            case 0:
                raw[position] = chance.randrange(256)
            case 1:
                del raw[position : position + chance.randrange(30)]
            case 2:
                raw[position:position] = chance.choice(
                    [b"\r\n", b"\x00", b"=?utf-8?q?", b'"', b"<", b"--RR\n", b"\xe4", b"\n\n", b";"]
                )
            case _:
                other = chance.randrange(len(raw))
                raw[position:position] = raw[other : other + chance.randrange(200)]
        if not raw:
            break
    check(bytes(raw))


@given(st.sampled_from(WHOLE), st.floats(0, 1))
@settings(max_examples=150, deadline=None)
def test_mails_cut_off_anywhere(mail: str, share: float) -> None:
    raw = mail.encode()
    check(raw[: int(len(raw) * share)])


FIELD = st.sampled_from(
    [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "References",
        "In-Reply-To",
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
        "Received",
        "Return-Path",
        "Authentication-Results",
        "X-Failed-Recipients",
        "Auto-Submitted",
    ]
)


@given(st.lists(st.tuples(FIELD, st.text(max_size=80)), max_size=12), st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_odd_values_in_known_fields(fields: list[tuple[str, str]], body: str) -> None:
    header = "".join(f"{name}: {value}\n" for name, value in fields)
    check(f"{header}\n{body}".encode("utf-8", "surrogatepass"))


HEAD = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: hi\r\nMessage-ID: <x1@b.example>\r\n"
TEXT = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
MAILER = b"From: mailer-daemon@x.example\r\nSubject: Undelivered Mail\r\n\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        TEXT
        + b"Answer\r\n\r\nOn Mon, 2 Mar 2026, X <x@y.example> wrote:\r\n"
        + b"> a quoted line of text that goes on\r\n" * 27_000,
        TEXT + b"word word word\r\n" * 1_000_000,
        TEXT + b"On Mon wrote:\n" * 100_000,
        TEXT + b"-------- Forwarded Message --------\nFrom: x <a@b.example>\n" * 30_000,
        TEXT + b"begin 644 x\n" * 200_000,
        TEXT + b"-----BEGIN PGP SIGNED MESSAGE-----\n" * 50_000,
        TEXT + b"<" * 2_000_000,
        TEXT + b"word " * 2_000_000,
        MAILER + b"a@b.example " * 200_000,
        MAILER + b"could not be delivered to the following recipients\n\n" + b"a.b" * 500_000,
        HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div><p>hello <b>x</b></p>" * 100_000,
        HEAD + b"Content-Type: text/html\r\n\r\n" + b"<" * 1_000_000,
        HEAD + b"Content-Type: text/html\r\n\r\n" + b"<blockquote>" * 50_000,
        b"Subject: " + b"=?utf-8?q?=C3=A4?= " * 6_000 + b"\r\n" + TEXT,
        b"".join(b"X-A%d: y\r\n" % number for number in range(100_000)) + TEXT,
        random.Random(1).randbytes(3_000_000),
    ],
    ids=range(16),
)
def test_a_megabyte_of_anything_takes_no_time(raw: bytes) -> None:
    inspecting.inspect(mails.ENGLISH.encode(), "warm")
    start = time.process_time()
    check(raw)
    assert time.process_time() - start < 4  # 20 times what it takes here, for a busy machine
