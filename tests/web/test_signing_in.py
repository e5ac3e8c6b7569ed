"""Second factors, sessions, invitations, and the company's sign-on against a real server."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time
from datetime import timedelta
from hashlib import sha1

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from shopbell.agents import operations
from shopbell.agents.models import Agent, Invitation
from shopbell.events.models import Event
from tests import factories

pytestmark = pytest.mark.django_db
NEW = "quiet otter sings at noon"


def sign_in(agent: Agent, password: str = factories.PASSWORD, client: Client | None = None) -> Client:
    client = client or Client()
    client.post("/accounts/login/", {"login": agent.email, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get("/desk/").status_code == 200


def totp(secret: str, at: float | None = None) -> str:
    """RFC 6238, written down again to check against."""
    counter = struct.pack(">Q", int((at or time.time()) // 30))
    digest = hmac.new(base64.b32decode(secret), counter, sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def set_up_app(client: Client) -> str:
    """Set up an authenticator app; returns its secret."""
    page = client.get("/accounts/security/app/").content.decode()
    found = re.search(r"<pre[^>]*>([A-Z2-7]+)</pre>", page)
    assert found, page
    answer = client.post("/accounts/security/app/", {"code": totp(found[1])})
    assert answer.headers["Location"] == "/accounts/security/codes/"
    return found[1]


def recovery_codes(client: Client) -> list[str]:
    found = re.search(r"<pre[^>]*>([\s\d]+)</pre>", client.get("/accounts/security/codes/").content.decode())
    assert found
    return found[1].split()


def log(name: str) -> list[dict[str, object]]:
    return list(Event.objects.filter(name=name).order_by("id").values_list("data", flat=True))


def test_who_has_just_signed_in_is_not_asked_for_the_password_twice() -> None:
    client = sign_in(factories.agent())
    assert client.get("/accounts/security/app/").status_code == 200
    session = client.session
    session["account_authentication_methods"][-1]["at"] -= 601
    session.save()
    assert client.get("/accounts/security/app/").headers["Location"].startswith("/accounts/reauthenticate/")


def test_nor_is_who_has_just_chosen_it() -> None:
    _kadri, _mari, token = invited()
    client = Client()
    client.post(f"/accounts/invitation/{token}/", {"password": NEW})
    assert client.get("/accounts/security/app/").status_code == 200
    assert client.get("/accounts/security/keys/add/").status_code == 200


@pytest.mark.django_db(transaction=True)  # allauth tells of changes after the commit
def test_with_an_app_the_password_alone_is_not_enough() -> None:
    mari = factories.agent()
    client = sign_in(mari)
    secret = set_up_app(client)
    codes = recovery_codes(client)
    assert len(codes) == 10
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored, "sealed in the database"
    again = sign_in(mari)
    assert not is_in(again)
    assert again.post("/accounts/security/second-step/", {"code": "000000"}).status_code == 200
    assert not is_in(again)
    again.post("/accounts/security/second-step/", {"code": codes[0]})
    assert is_in(again)
    third = sign_in(mari)
    third.post("/accounts/security/second-step/", {"code": codes[0]})
    assert not is_in(third), "a recovery code works once"
    third.post("/accounts/security/second-step/", {"code": totp(secret, time.time() + 30)})
    assert is_in(third)
    assert [data["change"] for data in log("agents.factor_changed")] == ["totp_activated"]
    assert secret not in str(list(Event.objects.values_list("data", flat=True)))


def test_a_new_password_by_link_still_asks_for_the_second_step() -> None:
    mari, admin = factories.agent(), factories.agent(role="admin")
    set_up_app(sign_in(mari))
    who, token = operations.make_password_link(mari, actor=admin.pk)
    client = Client()
    client.post(f"/accounts/welcome/{who}/{token}/", {"password": NEW})
    assert not is_in(client)


def test_what_changes_the_sign_in_asks_again_who_it_is() -> None:
    mari = factories.agent()
    client = Client()
    client.force_login(mari)  # long ago, as far as is known
    answer = client.get("/accounts/security/app/")
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert client.get(answer.headers["Location"]).status_code == 200
    assert client.post(answer.headers["Location"], {"password": "wrong"}).status_code == 200
    client.post(answer.headers["Location"], {"password": factories.PASSWORD})
    assert client.get("/accounts/security/app/").status_code == 200


@pytest.mark.django_db(transaction=True)  # allauth tells of changes after the commit
def test_a_role_that_needs_a_second_factor_gets_days_of_grace_then_nothing_else() -> None:
    admin, mari = factories.agent(role="admin"), factories.agent()
    operations.save_rules(actor=admin.pk, part="factors", factor_roles=["agent"], grace_days=3)
    mari.refresh_from_db()
    assert mari.factor_by is not None
    assert timedelta(days=2.9) < mari.factor_by - timezone.now() < timedelta(days=3.1)
    admin.refresh_from_db()
    assert admin.factor_by is None
    client = sign_in(mari)
    assert is_in(client)
    Agent.objects.filter(pk=mari.pk).update(factor_by=timezone.now() - timedelta(seconds=1))
    for address in ("/desk/", "/desk/preferences/", "/desk/search/?q=x"):
        assert client.get(address).headers["Location"] == "/accounts/security/", address
    part = client.get("/desk/list/", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (403, "/accounts/security/")
    page = client.get("/accounts/security/").content.decode()
    assert "authenticator app" in page
    assert "data-live" not in page
    set_up_app(client)
    assert is_in(client)
    mari.refresh_from_db()
    assert mari.factor_by is None
    assert "set up another one first" in client.get("/accounts/security/app/remove/").content.decode()
    client.post("/accounts/security/app/remove/")
    assert Authenticator.objects.filter(user=mari, type="totp").exists()


def test_an_admin_resets_a_lost_factor_and_the_log_says_who() -> None:
    admin, mari = factories.agent(role="admin"), factories.agent()
    set_up_app(sign_in(mari))
    client = sign_in(admin)
    assert client.post(f"/admin/people/{mari.pk}/factors/").status_code == 303
    assert not Authenticator.objects.filter(user=mari).exists()
    assert is_in(sign_in(mari))
    row = Event.objects.filter(name="agents.factor_changed").latest("id")
    assert (row.actor_id, row.data) == (admin.pk, {"agent_id": mari.pk, "change": "reset"})


def test_sessions_are_listed_with_their_device_and_end_one_by_one_or_all() -> None:
    mari = factories.agent()
    here = sign_in(mari, client=Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}))
    iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
    phone = sign_in(mari, client=Client(headers={"user-agent": iphone}))
    third = sign_in(mari)
    page = here.get("/accounts/security/").content.decode()
    assert "Firefox, Linux" in page
    assert "Safari, iPhone" in page
    assert "127.0.0.1" in page
    row = UserSession.objects.get(user_agent=iphone)
    stranger = sign_in(factories.agent())
    stranger.post("/desk/preferences/sessions/end/", {"session": row.pk})
    assert is_in(phone), "nobody ends another's session"
    here.post("/desk/preferences/sessions/end/", {"session": row.pk})
    assert (is_in(here), is_in(phone), is_in(third)) == (True, False, True)
    here.post("/desk/preferences/sessions/end/")
    assert (is_in(here), is_in(third)) == (True, False)
    assert [data["count"] for data in log("agents.session_ended")] == [1, 1]


def test_sessions_end_when_the_access_does_and_with_a_new_password() -> None:
    admin, mari = factories.agent(role="admin"), factories.agent()
    first, second = sign_in(mari), sign_in(mari)
    form = {"oldpassword": factories.PASSWORD, "password1": NEW, "password2": NEW}
    first.post("/accounts/password/", form)
    assert (is_in(first), is_in(second)) == (True, False)
    operations.deactivate_agent(mari, actor=admin.pk)
    assert not is_in(first)


@pytest.mark.parametrize(
    ("password", "fits"),
    [
        ("short words", False),
        ("password1234", False),
        ("mari@shop.example", False),
        ("123456789012", False),
        (NEW, True),
    ],
)
def test_a_password_is_long_and_not_what_everybody_takes(password: str, fits: bool) -> None:
    admin = factories.agent(role="admin")
    agent = operations.create_agent(actor=admin.pk, email="mari@shop.example", name="Mari", role="agent", password=None)
    _row, secret = operations.invite(agent, actor=admin.pk)
    answer = Client().post(f"/accounts/invitation/{secret}/", {"password": password})
    assert (answer.status_code == 302) is fits


def invited() -> tuple[Agent, Agent, str]:
    admin = factories.agent(role="admin")
    agent = operations.create_agent(actor=admin.pk, email="new@shop.example", name="New", role="agent", password=None)
    return admin, agent, operations.invite(agent, actor=admin.pk)[1]


def test_an_invitation_works_once() -> None:
    _admin, _agent, secret = invited()
    address = f"/accounts/invitation/{secret}/"
    client = Client()
    assert client.get(address).status_code == 200
    client.post(address, {"password": NEW})
    assert is_in(client)
    assert Client().get(address).status_code == 410
    assert Client().post(address, {"password": NEW}).status_code == 410
    assert secret not in str(list(Invitation.objects.values_list("digest", flat=True)))
    assert len(log("agents.invitation_accepted")) == 1


@pytest.mark.parametrize("how", ["expired", "revoked", "sent again", "deactivated", "made up"])
def test_an_invitation_that_ended_opens_nothing(how: str) -> None:
    admin, agent, secret = invited()
    if how == "expired":
        Invitation.objects.update(expires_at=timezone.now())
    elif how == "revoked":
        assert operations.revoke_invitations(agent, actor=admin.pk)
    elif how == "sent again":
        operations.invite(agent, actor=admin.pk)
    elif how == "deactivated":
        operations.deactivate_agent(agent, actor=admin.pk)
    else:
        secret = "x" * 43
    assert Client().get(f"/accounts/invitation/{secret}/").status_code == 410
    assert Client().post(f"/accounts/invitation/{secret}/", {"password": NEW}).status_code == 410
    agent.refresh_from_db()
    assert not agent.has_usable_password()


def test_who_has_come_in_is_not_invited_again() -> None:
    admin = factories.agent(role="admin")
    with pytest.raises(ValueError, match="not come in yet"):
        operations.invite(factories.agent(), actor=admin.pk)
