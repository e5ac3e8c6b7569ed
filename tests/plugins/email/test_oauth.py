"""Tokens: got, kept, renewed in time; signed in with against a real Dovecot and a real Postfix."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from shopbell.channels import contract
from shopbell.plugins.email import oauth, sending
from tests import mailservers
from tests.plugins.email.desk import Desk, account, mail


@pytest.fixture(scope="module")
def tokens() -> Iterator[mailservers.TokenServer]:
    with mailservers.TokenServer() as server:
        yield server


@pytest.fixture(scope="module")
def dovecot(tokens: mailservers.TokenServer) -> Iterator[mailservers.Dovecot]:
    with mailservers.Dovecot("support", tokens=tokens) as server:
        yield server


@pytest.fixture(autouse=True)
def fresh(tokens: mailservers.TokenServer) -> None:
    tokens.users.clear()
    tokens.refresh_tokens = {"r1": "support"}
    tokens.asked.clear()
    tokens.life, tokens.rotates, tokens.fails_with = 3600, False, 0


def settings(tokens: mailservers.TokenServer, **changed: Any) -> dict[str, Any]:
    own = {
        "provider": "custom",
        "client_id": "shopbell",
        "client_secret": "s3cret",
        "authorize_url": f"{tokens.url}/authorize",
        "token_url": f"{tokens.url}/token",
        "scope": "mail",
        "refresh_token": "r1",
    }
    return {"address": "support@shop.test", "oauth": own | changed}


def mailbox(
    dovecot: mailservers.Dovecot, tokens: mailservers.TokenServer, auth: str, remembered: dict[str, Any], **changed: Any
) -> oauth.Account:
    found = account(dovecot, "support", auth=auth)
    found.settings |= settings(tokens, **changed)
    found.remember = remembered.update
    del found.settings["password"]
    return found


@pytest.mark.parametrize("auth", ["xoauth2", "oauthbearer"])
def test_signing_in_by_token(dovecot: mailservers.Dovecot, tokens: mailservers.TokenServer, auth: str) -> None:
    remembered: dict[str, Any] = {}
    desk = Desk()
    box = mailbox(dovecot, tokens, auth, remembered)
    desk.one_round(box)
    dovecot.deliver("support", mail("a"))
    desk.one_round(box)
    assert desk.subjects() == ["a"]
    assert [form["grant_type"] for form in tokens.asked] == ["refresh_token"]
    assert tokens.asked[0]["client_id"] == "shopbell"
    assert tokens.asked[0]["client_secret"] == "s3cret"
    kept = remembered["oauth"]
    assert kept["access_token"] in tokens.users
    assert kept["refresh_token"] == "r1"
    assert kept["client_secret"] == "s3cret"
    assert kept["expires_at"] - time.time() == pytest.approx(3600, abs=20)
    assert kept["refresh_at"] - time.time() == pytest.approx(2880, abs=20)


@pytest.mark.parametrize("auth", ["xoauth2", "oauthbearer"])
def test_a_token_the_server_refuses_is_renewed_once(
    dovecot: mailservers.Dovecot, tokens: mailservers.TokenServer, auth: str
) -> None:
    """Expired early, revoked: to the mail server it is the same as a wrong password."""
    remembered: dict[str, Any] = {}
    box = mailbox(dovecot, tokens, auth, remembered, access_token="stale", refresh_at=time.time() + 900)
    Desk().one_round(box)
    assert len(tokens.asked) == 1
    assert remembered["oauth"]["access_token"] in tokens.users


@pytest.mark.parametrize("auth", ["xoauth2", "oauthbearer"])
def test_a_second_refusal_ends_it(dovecot: mailservers.Dovecot, tokens: mailservers.TokenServer, auth: str) -> None:
    tokens.refresh_tokens = {"r1": "somebody-else"}
    box = mailbox(dovecot, tokens, auth, {}, access_token="stale", refresh_at=time.time() + 900)
    with pytest.raises(contract.AuthFailed):
        Desk().one_round(box)
    assert len(tokens.asked) == 1


def test_a_token_is_used_until_four_fifths_of_its_life(tokens: mailservers.TokenServer) -> None:
    seen: list[str] = []
    box = oauth.Account(settings(tokens) | {"imap": {"auth": "xoauth2"}})
    tokens.life = 10
    for _ in range(3):
        box.signed_in("imap", seen.append)
    assert len(tokens.asked) == 1
    assert len(set(seen)) == 1
    box.settings["oauth"]["refresh_at"] = time.time() - 1
    box.signed_in("imap", seen.append)
    assert len(tokens.asked) == 2
    assert seen[3] != seen[0]


def test_a_rotated_refresh_token_is_remembered_and_used(tokens: mailservers.TokenServer) -> None:
    remembered: dict[str, Any] = {}
    tokens.rotates = True
    box = oauth.Account(settings(tokens) | {"imap": {"auth": "xoauth2"}}, remembered.update)
    box.signed_in("imap", len)
    first = remembered["oauth"]["refresh_token"]
    box.settings["oauth"]["refresh_at"] = 0
    box.settings["oauth"]["expires_at"] = 0
    box.signed_in("imap", len)
    assert first != "r1"
    assert [form["refresh_token"] for form in tokens.asked] == ["r1", first]
    assert remembered["oauth"]["refresh_token"] in tokens.refresh_tokens


@pytest.mark.parametrize(
    ("changed", "fails_with", "kind", "code"),
    [
        ({"refresh_token": "revoked"}, 0, contract.AuthFailed, "invalid_grant"),
        ({"refresh_token": ""}, 0, contract.AuthFailed, "no-refresh-token"),
        ({}, 503, contract.Transient, "token-server"),
        ({}, 429, contract.Transient, "token-server"),
        ({"token_url": "http://127.0.0.1:1/token"}, 0, contract.Transient, "token-server"),
    ],
)
def test_what_the_token_server_may_say(
    tokens: mailservers.TokenServer,
    changed: dict[str, Any],
    fails_with: int,
    kind: type[contract.ChannelError],
    code: str,
) -> None:
    tokens.fails_with = fails_with
    remembered: dict[str, Any] = {}
    box = oauth.Account(settings(tokens, **changed) | {"imap": {"auth": "xoauth2"}}, remembered.update)
    with pytest.raises(contract.ChannelError) as caught:
        box.signed_in("imap", len)
    assert (type(caught.value), caught.value.code) == (kind, code)
    assert remembered == {}


def test_signing_in_the_first_time(tokens: mailservers.TokenServer) -> None:
    verifier = secrets.token_urlsafe(48)
    url = oauth.authorization_url(settings(tokens), "https://desk.test/back", "state1", verifier)
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert url.startswith(f"{tokens.url}/authorize?")
    assert (query["state"], query["redirect_uri"]) == ("state1", "https://desk.test/back")
    assert (query["login_hint"], query["code_challenge_method"]) == ("support@shop.test", "S256")
    assert verifier not in url
    tokens.codes["c1"] = tokens.codes["c2"] = ("support", query["code_challenge"])
    tokens.rotates = True
    found = oauth.exchange_code(settings(tokens, refresh_token=""), "c1", "https://desk.test/back", verifier)
    assert tokens.users[found["access_token"]] == "support"
    assert found["refresh_token"] in tokens.refresh_tokens
    assert found["client_id"] == "shopbell"
    with pytest.raises(contract.AuthFailed):
        oauth.exchange_code(settings(tokens), "c2", "https://desk.test/back", secrets.token_urlsafe(48))


@pytest.mark.parametrize(
    ("provider", "host", "scopes", "extra"),
    [
        ("google", "accounts.google.com", {"https://mail.google.com/"}, {"access_type": "offline"}),
        (
            "microsoft",
            "login.microsoftonline.com",
            {
                "https://outlook.office.com/IMAP.AccessAsUser.All",
                "https://outlook.office.com/SMTP.Send",
                "offline_access",
            },
            {},
        ),
    ],
)
def test_well_known_providers(provider: str, host: str, scopes: set[str], extra: dict[str, str]) -> None:
    own = {"address": "a@b.test", "oauth": {"provider": provider, "client_id": "x"}}
    url = urlsplit(oauth.authorization_url(own, "https://desk.test/back", "s", secrets.token_urlsafe(48)))
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert url.hostname == host
    assert set(query["scope"].split()) == scopes
    assert extra.items() <= query.items()


def test_the_words_spoken() -> None:
    """The examples of RFC 7628, 4.1 and of Google's description of XOAUTH2."""
    bearer = oauth.sasl("oauthbearer", "user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==", "s.test", 143)
    assert bearer(b"") == (
        "n,a=user@example.com,\1host=s.test\1port=143\1auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\1\1"
    )
    assert bearer(b'{"status":"invalid_token"}') == "\1"
    assert oauth.sasl("oauthbearer", "a=b,c", "t", "h", 1)(b"").startswith("n,a=a=3Db=2Cc,\1")
    google = oauth.sasl("xoauth2", "someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg", "h", 1)
    assert google(None) == ("user=someuser@example.com\1auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\1\1")
    assert google(b"{}") == ""


@pytest.mark.parametrize("auth", ["xoauth2", "oauthbearer"])
def test_sending_by_token(dovecot: mailservers.Dovecot, tokens: mailservers.TokenServer, auth: str) -> None:
    with mailservers.Postfix(dovecot) as postfix:
        server = {"host": mailservers.HOST, "port": postfix.smtps, "username": "support", "auth": auth}
        own = settings(tokens, access_token="stale", refresh_at=time.time() + 900)
        box = oauth.Account(own | {"smtp": server, "ca_file": str(postfix.cert)})
        message = contract.OutboundMessage(
            external_id="m1@shop.test",
            sender=contract.Sender(address="support@shop.test"),
            to=(contract.Sender(address="support@shop.test"),),
            text="Hei",
            reference="",
            subject=f"by {auth}",
        )
        sending.send(box, message)
        mailservers.until(lambda: any(f"by {auth}".encode() in found for found in dovecot.mails("support")))
        assert len(tokens.asked) == 1
        tokens.refresh_tokens.clear()
        tokens.users.clear()
        with pytest.raises(contract.AuthFailed):
            sending.send(box, message)
