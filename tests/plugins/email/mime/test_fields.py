from __future__ import annotations

import time

import pytest

from shopbell.plugins.email.mime import fields, headers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("anna@kunde.example", [("", "anna@kunde.example")]),
        ("Anna <anna@KUNDE.example>", [("Anna", "anna@kunde.example")]),
        ('"Doe, John" <j@d.example>, x@y.example', [("Doe, John", "j@d.example"), ("", "x@y.example")]),
        ("Doe, John <j@d.example>", [("Doe, John", "j@d.example")]),
        ("undisclosed-recipients:;", []),
        (
            "Team: a@b.example, B <c@d.example>;, e@f.example",
            [("", "a@b.example"), ("B", "c@d.example"), ("", "e@f.example")],
        ),
        ("John <j@d.example", [("John", "j@d.example")]),
        ("a@b.example (Anna B.)", [("Anna B.", "a@b.example")]),
        ("=?utf-8?Q?M=C3=BCller=2C_Hans?= <h@m.example>", [("Müller, Hans", "h@m.example")]),
        ("=?utf-8?Q?Hans_=3Ch=40m.example=3E?=", [("Hans", "h@m.example")]),
        ("anna at kunde.example (Anna)", [("Anna", "anna@kunde.example")]),
        ("anna (at) kunde (dot) example", [("", "anna@kunde.example")]),
        ("<mailto:a@b.example>", [("", "a@b.example")]),
        ("a@b.example; c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("MAILER-DAEMON", [("MAILER-DAEMON", "")]),
        ("Postmaster <>", [("Postmaster", "")]),
        ("<>", []),
        ("", []),
        ('"unclosed <a@b.example>', [("unclosed", "a@b.example")]),
        ("user@[192.0.2.1]", [("", "user@[192.0.2.1]")]),
        ("'Jo' <jo@x.example>", [("Jo", "jo@x.example")]),
        ('"a@b.example" <real@c.example>', [("a@b.example", "real@c.example")]),
        ("Pete(chap) <pete(his account)@silly.example(his host)>", [("Pete", "pete@silly.example")]),
        ('"Jo \\"J\\" Doe" <jo@x.example>', [('Jo "J" Doe', "jo@x.example")]),
        ("jøran@exämple.example", [("", "jøran@exämple.example")]),
        ("a@b.example.", [("", "a@b.example")]),
    ],
)
def test_addresses(text: str, found: list[tuple[str, str]]) -> None:
    assert [(each.name, each.address) for each in fields.parse_addresses(text)] == found


def test_an_address_named_twice_counts_once() -> None:
    raw = b"To: a@b.example\nTo: A <a@b.example>, c@d.example\n\n"
    head, _ = headers.parse(raw, 0, len(raw))
    assert [each.address for each in fields.addresses(head, "to")] == ["a@b.example", "c@d.example"]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("<abc1@d.example> <efg2@h.example>", ["abc1@d.example", "efg2@h.example"]),
        ("<abc1@d.example>\t<abc1@d.example>", ["abc1@d.example"]),
        ("<abc\n def@x.example>", ["abcdef@x.example"]),
        ("abc1@d.example efg2@h.example", ["abc1@d.example", "efg2@h.example"]),
        ("Your message of Monday <abc1@d.example> (x)", ["abc1@d.example"]),
        ("Message from joe@x.example of Monday", []),
        ("<aaa@b.example <ccc@d.example>", ["aaa@b.example", "ccc@d.example"]),
        ("<a1@b.example,d2@e.example>", ["a1@b.example", "d2@e.example"]),
        ("<>", []),
        ("< >", []),
        ("<@>", []),
        ("<null@x.example>", []),
        ("<undefined>", []),
        ("<@x.example>", []),
        ("<" + "x" * 500 + "@d.example>", []),
        ("", []),
        ('<"odd id"@x.example>', ['"oddid"@x.example']),
    ],
)
def test_message_ids(text: str, ids: list[str]) -> None:
    assert fields.message_ids(text) == ids


def test_very_long_references_keep_their_first_and_last() -> None:
    found = fields.message_ids(" ".join(f"<id{number}@x.example>" for number in range(1000)))
    assert len(found) == 100
    assert [found[0], found[49], found[50], found[-1]] == [f"id{n}@x.example" for n in (0, 49, 950, 999)]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T09:55:06-06:00"),
        ("Tue, 3 Mar 2026 10:00:00 +0100 (CET)", "2026-03-03T10:00:00+01:00"),
        ("21 Nov 97 09:55 GMT", "1997-11-21T09:55:00+00:00"),
        ("Tue, 03 Mar 2026 10:00:00", "2026-03-03T10:00:00+00:00"),
        ("2026-03-03 10:00:00 +0100", "2026-03-03T10:00:00+01:00"),
        ("2026-03-03T10:00:00Z", "2026-03-03T10:00:00+00:00"),
        ("Di, 3 Mär 2026 10:00:00 +0100", "2026-03-03T10:00:00+01:00"),
        ("T, 3 märts 2026 10:00:00 +0200", "2026-03-03T10:00:00+02:00"),
        ("ti, 3 okt 2026 10:00:00 +0200", "2026-10-03T10:00:00+02:00"),
        ("Tue, 3 Mar 2026 10:00:00 +01:00", "2026-03-03T10:00:00+01:00"),
        ("Tue, 3 Mar 2026 10:00:00 GMT+2", "2026-03-03T10:00:00+02:00"),
        ("Tue, 3 Mar 2026 10:00:00 CEST", "2026-03-03T10:00:00+02:00"),
        ("Tue Mar 03 10:00:00 EET 2026", "2026-03-03T10:00:00+02:00"),
        ("Tue, 3 Mar 2026 08:00:00 PM +0100", "2026-03-03T20:00:00+01:00"),
        ("Tue, 3 Mar 2026 12:05:00 a.m. +0100", "2026-03-03T00:05:00+01:00"),
        ('"Tue, 3 Mar 2026 10:00:00 +0100"', "2026-03-03T10:00:00+01:00"),
        ("Tuesday, 3 March, 2026 10:00:00 +0100", "2026-03-03T10:00:00+01:00"),
        ("03-Mar-2026 10:00:00 +0100", "2026-03-03T10:00:00+01:00"),
        ("Thu, 01 Jan 1969 00:00:00 +0000", None),
        ("Mon, 99 Foo 2026 44:00", None),
        ("yesterday", None),
        ("", None),
        ("Tue, 3 Mar 2026 10:00:00 +9999", None),
        ("9" * 5000, None),
    ],
)
def test_dates(text: str, iso: str | None) -> None:
    found = fields.date(text)
    assert (found.isoformat() if found else None) == iso


@pytest.mark.parametrize(
    "text",
    [
        "<" * 100_000,
        '"' * 100_001,
        "(" * 100_000,
        "," * 100_000,
        "a@" * 50_000,
        '"\\' * 50_000,
        "a@b:" * 20_000,
        "@:" * 50_000,
        "<a@b>" * 20_000,
        " " * 100_000,
        "=?" * 50_000,
        " at " * 25_000,
    ],
)
def test_hostile_fields_take_linear_time(text: str) -> None:
    start = time.process_time()
    list(fields.parse_addresses(text))
    fields.message_ids(text)
    fields.date(text)
    assert time.process_time() - start < 3
