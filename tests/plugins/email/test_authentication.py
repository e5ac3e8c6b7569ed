from __future__ import annotations

import pytest

from shopbell.plugins.email import authentication
from shopbell.plugins.email.mime import fields, headers
from shopbell.plugins.email.parsed import Authentication

OURS = ["mx.shop.example"]
HANDED_OVER = "Received: from out.kunde.example (out.kunde.example [198.51.100.7]) by mx.shop.example; x\n"


def check(
    fields_text: str, *, sender: str = "From: anna@kunde.example\n", ids: list[str] | None = None
) -> Authentication:
    raw = f"{fields_text}{sender}\n".encode()
    head, _ = headers.parse(raw, 0, len(raw))
    return authentication.check(head, fields.addresses(head, "from"), OURS if ids is None else ids)


@pytest.mark.parametrize(
    "result",
    [
        "dmarc=pass header.from=kunde.example",
        "dmarc=pass (p=REJECT) header.from=kunde.example; spf=fail smtp.mailfrom=x@other.example",
        "dkim=pass header.d=kunde.example",
        "dkim=pass header.i=@mail.kunde.example header.s=s1",
        "dkim=fail header.d=kunde.example; dkim=pass header.d=kunde.example",
        "spf=pass smtp.mailfrom=bounce@kunde.example",
        "spf=pass smtp.mailfrom=mail.kunde.example",
        'spf=pass smtp.mailfrom="anna@kunde.example"',
        "dmarc=none header.from=kunde.example; dkim=pass header.d=kunde.example",
        "auth=none; dkim = pass (good; key) header.d = kunde.example",
        "dkim/1=pass header.d=kunde.example",
    ],
)
def test_a_sender_our_server_proved_is_verified(result: str) -> None:
    found = check(f"Authentication-Results: mx.shop.example; {result}\n{HANDED_OVER}")
    assert (found.trusted, found.aligned, found.verified, found.from_domain) == (True, True, True, "kunde.example")


@pytest.mark.parametrize(
    "result",
    [
        "none",
        "dmarc=fail header.from=kunde.example; dkim=pass header.d=kunde.example",
        "dmarc=pass header.from=other.example",
        "dkim=pass header.d=other.example",
        "dkim=pass header.d=notkunde.example",
        "dkim=pass",
        "dkim=fail header.d=kunde.example",
        "dkim=pass header.d=example",
        "spf=pass smtp.mailfrom=bounce@other.example",
        "spf=softfail smtp.mailfrom=kunde.example",
        "spf=pass smtp.helo=kunde.example",
        'x=none reason="; dmarc=pass header.from=kunde.example"',
        "x=none (; dmarc=pass header.from=kunde.example)",
        'spf=fail smtp.mailfrom="x; dmarc=pass header.from=kunde.example"',
        "spf=fail (comment (nested; dmarc=pass header.from=kunde.example) end) smtp.mailfrom=x.example",
    ],
)
def test_what_does_not_prove_the_sender_does_not_verify_him(result: str) -> None:
    found = check(f"Authentication-Results: mx.shop.example; {result}\n{HANDED_OVER}")
    assert (found.trusted, found.verified) == (True, False)


PASS = "dmarc=pass header.from=kunde.example"
FORGED = f"Authentication-Results: mx.shop.example; {PASS}\n"


@pytest.mark.parametrize(
    "fields_text",
    [
        f"Authentication-Results: evil.example; {PASS}\n",
        f"Authentication-Results: evil.example; none\nAuthentication-Results: mx.shop.example; {PASS}\n",
        f"{HANDED_OVER}Authentication-Results: mx.shop.example; {PASS}\n",
        f"Received: from mx.shop.example (evil.example [198.51.100.9]) by mx.shop.example; x\n{FORGED}",
        f"Received: from localhost (evil.example [198.51.100.9]) by mx.shop.example; x\n{FORGED}",
        f"Received: from localhost ([198.51.100.9]) by mx.shop.example; x\n{FORGED}",
        f"X-Authentication-Results: mx.shop.example; {PASS}\n",
        f"Authentication-Results: mx.shop.example.evil.example; {PASS}\n",
        "Authentication-Results: dmarc=pass header.from=kunde.example\n",
        f"ARC-Authentication-Results: i=1; mx.shop.example; {PASS}\n",
        "",
    ],
)
def test_what_others_wrote_is_unknown(fields_text: str) -> None:
    found = check(fields_text)
    assert (found.spf, found.dkim, found.dmarc, found.trusted, found.verified) == (
        "unknown",
        "unknown",
        "unknown",
        False,
        False,
    )


def test_a_forged_field_below_ours_adds_nothing() -> None:
    found = check(
        "Authentication-Results: mx.shop.example; dmarc=fail header.from=kunde.example\n"
        f"{HANDED_OVER}Authentication-Results: mx.shop.example; {PASS}\n"
    )
    assert (found.dmarc, found.verified) == ("fail", False)


@pytest.mark.parametrize(
    "hop",
    [
        "Received: by 2002:a05:6402:1 with SMTP id x1; Tue, 3 Mar 2026 10:00:00 +0100\n",
        "Received: from localhost (localhost [127.0.0.1]) by mx.shop.example; x\n",
        "Received: from filter (unknown [10.0.0.7]) by mx.shop.example; x\n",
        "Received: from mx2.shop.example (mx2.shop.example [198.51.100.1]) by mail.shop.example; x\n",
        "Received: (from root@localhost) by mx.shop.example; x\n",
    ],
)
def test_hops_inside_our_own_house_do_not_hide_the_field(hop: str) -> None:
    assert check(f"{hop}Authentication-Results: mx.shop.example; {PASS}\n{HANDED_OVER}").verified


def test_two_fields_of_ours_count_together() -> None:
    found = check(
        "Authentication-Results: mx.shop.example; dkim=pass header.d=kunde.example\n"
        "Authentication-Results: mx.shop.example; spf=softfail smtp.mailfrom=other.example\n" + HANDED_OVER
    )
    assert (found.spf, found.dkim, found.verified) == ("softfail", "pass", True)


@pytest.mark.parametrize(
    "text",
    [
        "mx.shop.example 1; " + PASS,
        "MX.shop.example; " + PASS,
        '"mx.shop.example"; ' + PASS,
        "mx.shop.example (our mx); " + PASS,
    ],
)
def test_forms_of_the_id(text: str) -> None:
    assert check(f"Authentication-Results: {text}\n").verified


def test_exchange_online_writes_no_id() -> None:
    field = (
        "Authentication-Results: spf=pass (sender IP is 198.51.100.7) smtp.mailfrom=kunde.example; "
        + PASS
        + ";compauth=pass\n"
    )
    inside = (
        "Received: from AM0PR01.eurprd01.prod.outlook.com (2603:10a6:208::1) by DB8PR01.eurprd01.prod.outlook.com; x\n"
    )
    assert check(inside + field, ids=["protection.outlook.com"]).verified
    assert not check(inside + field, ids=["mx.shop.example"]).trusted


@pytest.mark.parametrize(
    "sender",
    [
        "From: anna@kunde.example, b@kunde.example\n",
        "From: anna@kunde.example\nFrom: b@kunde.example\n",
        "From: Anna\n",
        "",
    ],
)
def test_several_or_no_senders_are_never_verified(sender: str) -> None:
    assert not check(f"Authentication-Results: mx.shop.example; {PASS}\n", sender=sender).verified


def test_without_configured_ids_nothing_is_known() -> None:
    assert check(f"Authentication-Results: mx.shop.example; {PASS}\n", ids=[]) == Authentication(
        from_domain="kunde.example"
    )


@pytest.mark.parametrize(
    ("domain", "other", "same"),
    [
        ("kunde.example", "kunde.example", True),
        ("mail.kunde.example", "kunde.example", True),
        ("a.kunde.example", "b.kunde.example", True),
        ("shop.co.uk", "mail.shop.co.uk", True),
        ("one.co.uk", "two.co.uk", False),
        ("one.com.pl", "two.com.pl", False),
        ("a.github.io", "b.github.io", False),
        ("co.uk", "co.uk", True),
        ("x.co.uk", "co.uk", False),
        ("kunde.example", "", False),
        ("localhost", "localhost", False),
    ],
)
def test_alignment_is_by_organisation(domain: str, other: str, same: bool) -> None:
    assert authentication.aligned(domain, other) is same


@pytest.mark.parametrize("junk", ["(" * 15_000, '"' * 15_000, "a=b;" * 4_000, "(((" * 3000 + ")" * 9000, '"(' * 5000])
def test_junk_is_read_fast_and_proves_nothing(junk: str) -> None:
    assert not check(f"Authentication-Results: mx.shop.example; {junk}\n").verified
