"""Mailboxes in the administration: guessed, tried against real servers, saved, paused, signed in at a provider."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client, override_settings

from shopbell.channels.models import Channel
from shopbell.events.models import Event
from tests import factories, mailservers

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def tokens() -> Iterator[mailservers.TokenServer]:
    with mailservers.TokenServer() as server:
        yield server


@pytest.fixture(scope="module")
def dovecot(tokens: mailservers.TokenServer) -> Iterator[mailservers.Dovecot]:
    with mailservers.Dovecot("help", tokens=tokens) as server:
        yield server


@pytest.fixture(scope="module")
def postfix(dovecot: mailservers.Dovecot) -> Iterator[mailservers.Postfix]:
    with mailservers.Postfix(dovecot) as server:
        yield server


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(factories.agent(role="admin"))
    return client


def filled(**changed: Any) -> dict[str, Any]:
    """The form as a browser sends it, for a mailbox of which nothing works."""
    shop = changed.pop("shop", None) or factories.shop()
    return {
        "do": "save",
        "shop": shop.id,
        "address": "help@shop.test",
        "name": "Kaubamaja",
        "reading": "imap",
        "imap.host": "127.0.0.1",
        "imap.port": "1",
        "imap.security": "none",
        "imap.auth": "password",
        "imap.folder": "INBOX",
        "imap.since": "now",
        "smtp.host": "127.0.0.1",
        "smtp.port": "1",
        "smtp.security": "none",
        "smtp.auth": "password",
        "oauth.provider": "google",
        "password": "secret",
        "signature": "Your team",
        "acknowledgement": "",
        **changed,
    }


def working(dovecot: mailservers.Dovecot, postfix: mailservers.Postfix, **changed: Any) -> dict[str, Any]:
    settings = {
        "imap.port": str(dovecot.imaps),
        "imap.security": "ssl",
        "imap.username": "help",
        "smtp.port": str(postfix.submission),
        "smtp.security": "starttls",
        "smtp.username": "help",
        "password": mailservers.PASSWORD,
        "ca_file": str(postfix.folder / "both.pem"),
    }
    (postfix.folder / "both.pem").write_bytes(dovecot.cert.read_bytes() + postfix.cert.read_bytes())
    return filled(**{**settings, **changed})


def test_from_the_address_the_servers_are_filled_in(admin: Client) -> None:
    factories.shop()
    page = admin.post("/admin/mailboxes/new/", {"do": "guess", "address": "shop@gmail.com", "name": "My shop"})
    form = page.context["form"]
    assert [form[name].value() for name in ("address", "name", "imap.host", "imap.auth", "smtp.host")] == [
        "shop@gmail.com",
        "My shop",
        "imap.gmail.com",
        "xoauth2",
        "smtp.gmail.com",
    ]
    assert form.needs_rare()
    unknown = admin.post("/admin/mailboxes/new/", {"do": "guess", "address": "help@shop.invalid"}).context["form"]
    assert unknown["imap.host"].value() == "imap.shop.invalid"
    assert not unknown.needs_rare()
    assert admin.post("/admin/mailboxes/new/", {"do": "guess", "address": "help"}).status_code == 422


def test_what_does_not_work_is_said_in_words_and_not_saved(admin: Client) -> None:
    page = admin.post("/admin/mailboxes/new/", filled())
    assert page.status_code == 422
    assert page.context["problems"] == [
        "Nothing answers at 127.0.0.1, port 1 (IMAP). Check the port.",
        "Nothing answers at 127.0.0.1, port 1 (SMTP). Check the port.",
    ]
    assert 'value="Kaubamaja"' in page.content.decode()
    assert not Channel.objects.exists()


def test_it_can_be_saved_all_the_same(admin: Client) -> None:
    assert admin.post("/admin/mailboxes/new/", filled(do="anyway")).status_code == 303
    mailbox = Channel.objects.get(type="email")
    assert (mailbox.name, mailbox.address, mailbox.signature) == ("Kaubamaja", "help@shop.test", "Your team")
    assert mailbox.settings == {
        "address": "help@shop.test",
        "name": "Kaubamaja",
        "reading": "imap",
        "imap": {
            "host": "127.0.0.1",
            "port": 1,
            "security": "none",
            "auth": "password",
            "folder": "INBOX",
            "since": "now",
        },
        "smtp": {"host": "127.0.0.1", "port": 1, "security": "none", "auth": "password"},
        "password": "secret",
        "oauth": {"provider": "google"},
        "reply_token": False,
        "verp": False,
        "quote_history": False,
    }
    form = Channel.objects.get(type="contact_form")
    assert (form.replies_through, form.shop) == (mailbox, mailbox.shop), "the shop's form answers through it"


def test_a_working_mailbox_is_added(admin: Client, dovecot: mailservers.Dovecot, postfix: mailservers.Postfix) -> None:
    answer = admin.post("/admin/mailboxes/new/", working(dovecot, postfix))
    assert answer.status_code == 303, answer.context and answer.context["problems"]
    assert Channel.objects.get(type="email").adapter().test() == []
    assert "The mailbox is connected." in admin.get("/admin/mailboxes/").content.decode()


def test_an_address_belongs_to_one_channel(admin: Client) -> None:
    factories.mailbox(address="Help@shop.test")
    page = admin.post("/admin/mailboxes/new/", filled(do="anyway"))
    assert list(page.context["form"].errors) == ["address"]
    assert Channel.objects.count() == 1


def test_secrets_never_come_back_and_stay_when_left_empty(admin: Client) -> None:
    values = filled(do="anyway", **{"oauth.client_secret": "oauth-secret", "dkim.private_key": "PEM-secret"})
    admin.post("/admin/mailboxes/new/", values)
    mailbox = Channel.objects.get(type="email")
    page = admin.get(f"/admin/mailboxes/{mailbox.id}/").content.decode()
    for secret in ("secret", "oauth-secret", "PEM-secret"):
        assert f'value="{secret}"' not in page
        assert f">{secret}" not in page
    changed = {**values, "password": "", "oauth.client_secret": "", "dkim.private_key": "", "name": "Other"}
    admin.post(f"/admin/mailboxes/{mailbox.id}/", changed)
    mailbox.refresh_from_db()
    assert mailbox.name == "Other"
    assert mailbox.settings["password"] == "secret"
    assert mailbox.settings["oauth"]["client_secret"] == "oauth-secret"
    assert mailbox.settings["dkim"] == {"private_key": "PEM-secret"}


def test_a_list_of_names_is_shown_as_it_is_typed(admin: Client) -> None:
    names = ["mx.shop.example", "mx2.shop.example"]
    mailbox = factories.mailbox(settings={"address": "help@shop.example", "authserv_ids": names})
    page = admin.get(f"/admin/mailboxes/{mailbox.id}/").content.decode()
    assert 'value="mx.shop.example, mx2.shop.example"' in page


def test_only_testing_saves_nothing(admin: Client, dovecot: mailservers.Dovecot, postfix: mailservers.Postfix) -> None:
    mailbox = factories.mailbox(address="help@shop.test")
    before = dict(mailbox.settings)
    page = admin.post(f"/admin/mailboxes/{mailbox.id}/", working(dovecot, postfix, shop=mailbox.shop, do="test"))
    assert page.context["works"]
    wrong = working(dovecot, postfix, shop=mailbox.shop, do="test", password="wrong")
    assert not admin.post(f"/admin/mailboxes/{mailbox.id}/", wrong).context["works"]
    mailbox.refresh_from_db()
    assert mailbox.settings == before


def test_a_saved_mailbox_is_tried_from_the_list(
    admin: Client, dovecot: mailservers.Dovecot, postfix: mailservers.Postfix
) -> None:
    admin.post("/admin/mailboxes/new/", working(dovecot, postfix))
    mailbox = Channel.objects.get(type="email")
    admin.post(f"/admin/mailboxes/{mailbox.id}/test/")
    assert "“Kaubamaja” works" in admin.get("/admin/mailboxes/").content.decode()
    mailbox.settings["password"] = "wrong"
    mailbox.save()
    admin.post(f"/admin/mailboxes/{mailbox.id}/test/")
    assert "User name or password is wrong (IMAP at 127.0.0.1)" in admin.get("/admin/mailboxes/").content.decode()


def test_pausing_and_going_on_leave_a_line_in_the_log(admin: Client) -> None:
    mailbox = factories.mailbox()
    for is_active in (False, True):
        assert admin.post(f"/admin/mailboxes/{mailbox.id}/pause/").status_code == 303
        mailbox.refresh_from_db()
        assert mailbox.is_active is is_active
    names = Event.objects.values_list("name", "data")
    assert list(names) == [("channels.channel_changed", {"channel_id": mailbox.id})] * 2


def test_trouble_stands_in_the_list(admin: Client) -> None:
    mailbox = factories.mailbox()
    mailbox.failing_since, mailbox.error = factories.NOON, "User name or password is wrong"
    mailbox.save()
    page = admin.get("/admin/mailboxes/").content.decode()
    assert "cannot be read since " in page
    assert "User name or password is wrong" in page


@pytest.fixture
def at_provider(dovecot: mailservers.Dovecot, postfix: mailservers.Postfix, tokens: mailservers.TokenServer) -> Channel:
    """A mailbox that wants somebody to sign in at its provider."""
    tokens.rotates = True
    oauth = {
        "provider": "custom",
        "client_id": "shopbell",
        "client_secret": "s3cret",
        "authorize_url": f"{tokens.url}/authorize",
        "token_url": f"{tokens.url}/token",
        "scope": "mail",
    }
    values = working(dovecot, postfix)
    settings = {
        "address": "help@shop.test",
        "imap": {"host": "127.0.0.1", "port": dovecot.imaps, "username": "help", "auth": "xoauth2"},
        "smtp": {"host": "127.0.0.1", "port": postfix.submission, "security": "starttls", "username": "help"},
        "password": mailservers.PASSWORD,
        "ca_file": values["ca_file"],
        "oauth": oauth,
    }
    return factories.mailbox(address="help@shop.test", settings=settings)


def sent_to_provider(admin: Client, mailbox: Channel) -> dict[str, str]:
    """What stands in the address the admin is sent to."""
    address = admin.get(f"/admin/mailboxes/{mailbox.id}/connect/?go=1").headers["Location"]
    assert urlsplit(address).path == "/authorize"
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.mark.django_db(transaction=True)  # tokens are kept by a transaction of their own
def test_signing_in_at_the_provider(admin: Client, at_provider: Channel, tokens: mailservers.TokenServer) -> None:
    assert "Sign in there" in admin.get(f"/admin/mailboxes/{at_provider.id}/").content.decode()
    asked = sent_to_provider(admin, at_provider)
    assert asked["redirect_uri"] == "http://testserver/admin/mailboxes/connected/"
    assert asked["code_challenge_method"] == "S256"
    tokens.codes["the-code"] = ("help", asked["code_challenge"])
    answer = admin.get("/admin/mailboxes/connected/", {"code": "the-code", "state": asked["state"]})
    page = admin.get(answer.headers["Location"]).content.decode()
    assert "The mailbox is connected." in page
    at_provider.refresh_from_db()
    assert at_provider.settings["oauth"]["refresh_token"] in tokens.refresh_tokens
    assert at_provider.settings["oauth"]["client_secret"] == "s3cret"
    assert "Sign in there" not in admin.get(f"/admin/mailboxes/{at_provider.id}/").content.decode()


def test_a_foreign_answer_connects_nothing(
    admin: Client, at_provider: Channel, tokens: mailservers.TokenServer
) -> None:
    asked = sent_to_provider(admin, at_provider)
    tokens.codes["the-code"] = ("help", asked["code_challenge"])
    for query in ({"code": "the-code", "state": "forged"}, {"code": "the-code", "state": asked["state"]}):
        answer = admin.get("/admin/mailboxes/connected/", query)
        assert "was not begun here" in admin.get(answer.headers["Location"]).content.decode(), (
            "a state is good for one try"
        )
    asked = sent_to_provider(admin, at_provider)
    refused = admin.get("/admin/mailboxes/connected/", {"error": "access_denied", "state": asked["state"]})
    assert "access_denied" in admin.get(refused.headers["Location"]).content.decode()
    at_provider.refresh_from_db()
    assert "refresh_token" not in at_provider.settings["oauth"]


def test_without_a_client_id_one_is_asked_for_it(admin: Client, at_provider: Channel) -> None:
    del at_provider.settings["oauth"]["client_id"]
    at_provider.save()
    answer = admin.get(f"/admin/mailboxes/{at_provider.id}/connect/?go=1")
    assert answer.headers["Location"] == f"/admin/mailboxes/{at_provider.id}/"


def test_a_mailbox_whose_secret_is_lost_can_be_entered_anew(admin: Client) -> None:
    with override_settings(SECRET_KEY="x" * 50, SECRET_KEY_FALLBACKS=[]):
        box = factories.mailbox()
    assert admin.get("/admin/mailboxes/").status_code == 200
    page = admin.get(f"/admin/mailboxes/{box.id}/")
    assert (page.status_code, page.context["form"]["address"].value()) == (200, box.address)
    saved = {**filled(address=box.address, do="anyway"), "shop": box.shop_id}
    assert admin.post(f"/admin/mailboxes/{box.id}/", saved).status_code == 303
    assert Channel.objects.get(id=box.id).settings["password"] == "secret"
