"""Signing in and out, passwords, and what the log says of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shopbell.agents import operations
from shopbell.agents.models import Agent, Role
from shopbell.events.models import Event
from tests import factories

pytestmark = pytest.mark.django_db
NEW = "four words are enough"


def sign_in(client: Client, email: str, password: str = factories.PASSWORD, **query: str) -> int:
    data = {"login": email, "password": password, **query}
    return client.post("/accounts/login/", data).status_code


def log() -> list[tuple[str, int, int | None]]:
    """(name, agent, actor) of everything about agents so far."""
    rows = Event.objects.filter(name__startswith="agents.").order_by("id")
    return [(row.name, row.data["agent_id"], row.actor_id) for row in rows]


def test_signing_in_and_out(client: Client) -> None:
    agent = factories.agent()
    page = client.get("/accounts/login/?next=/desk/c/7/").content.decode()
    assert 'name="next" value="/desk/c/7/"' in page
    answer = client.post(
        "/accounts/login/", {"login": agent.email.upper(), "password": factories.PASSWORD, "next": "/desk/c/7/"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/c/7/")
    assert client.get("/accounts/logout/").status_code == 200, "asks first: a link signs nobody out"
    assert client.session["_auth_user_id"] == str(agent.pk)
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session
    assert log() == [("agents.signed_in", agent.pk, agent.pk), ("agents.signed_out", agent.pk, agent.pk)]


def test_one_lands_on_the_desk_and_nowhere_else(client: Client) -> None:
    agent = factories.agent()
    answer = client.post(
        "/accounts/login/", {"login": agent.email, "password": factories.PASSWORD, "next": "https://evil.example/"}
    )
    assert answer.headers["Location"] == "/desk/"


def test_a_wrong_password_is_logged_and_says_nothing_about_who_exists(client: Client) -> None:
    agent = factories.agent()
    known = client.post("/accounts/login/", {"login": agent.email, "password": "wrong"})
    unknown = client.post("/accounts/login/", {"login": "nobody@shop.example", "password": "wrong"})
    for answer in (known, unknown):
        assert answer.status_code == 200
        assert "The e-mail address or the password is wrong." in answer.content.decode()
    assert log() == [("agents.sign_in_failed", agent.pk, None)]
    assert "_auth_user_id" not in client.session


def test_guessing_is_slowed_down(client: Client) -> None:
    agent = factories.agent()
    for _ in range(5):
        sign_in(client, agent.email, "wrong")
    answer = client.post("/accounts/login/", {"login": agent.email, "password": factories.PASSWORD})
    assert "Too many failed attempts" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_deactivated_agent_stays_outside(client: Client) -> None:
    agent = factories.agent(is_active=False)
    answer = client.post("/accounts/login/", {"login": agent.email, "password": factories.PASSWORD})
    assert answer.headers["Location"] == "/accounts/inactive/"
    assert "Your access has ended" in client.get("/accounts/inactive/").content.decode()
    assert "_auth_user_id" not in client.session
    assert log() == []


def test_nobody_signs_up(client: Client) -> None:
    for path in ("/accounts/signup/", "/accounts/password/reset/", "/accounts/email/", "/accounts/"):
        assert client.get(path).status_code == 404


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(client: Client) -> None:
    agent, elsewhere = factories.agent(), Client()
    client.force_login(agent)
    elsewhere.force_login(agent)
    wrong = client.post("/accounts/password/", {"oldpassword": "wrong", "password1": NEW, "password2": NEW})
    assert "Please enter your current password." in wrong.content.decode()
    short = {"oldpassword": factories.PASSWORD, "password1": "short", "password2": "short"}
    assert client.post("/accounts/password/", short).status_code == 200
    answer = client.post("/accounts/password/", {"oldpassword": factories.PASSWORD, "password1": NEW, "password2": NEW})
    assert answer.headers["Location"] == "/desk/"
    assert client.get("/accounts/logout/").status_code == 200
    assert elsewhere.get("/accounts/logout/").status_code == 302, "signed out already"
    assert Agent.objects.get().check_password(NEW)
    assert ("agents.password_changed", agent.pk, agent.pk) in log()


def link(agent: Agent, actor: int = 1) -> str:
    who, token = operations.make_password_link(agent, actor=actor)
    return f"/accounts/welcome/{who}/{token}/"


def test_the_link_of_an_admin_works_once(client: Client) -> None:
    agent = operations.create_agent(actor=1, email="new@shop.example", name="New", role=Role.AGENT, password=None)
    address = link(agent)
    assert sign_in(client, agent.email, "") == 200, "no password, no sign-in"
    assert "new@shop.example" in client.get(address).content.decode()
    assert client.post(address, {"password": "short"}).status_code == 422
    answer = client.post(address, {"password": NEW})
    assert answer.headers["Location"] == "/desk/"
    assert client.session["_auth_user_id"] == str(agent.pk)
    assert Client().get(address).status_code == 410
    assert Client().post(address, {"password": "something else again"}).status_code == 410
    assert Agent.objects.get().check_password(NEW)
    names = [name for name, *_ in log()]
    assert names == ["agents.created", "agents.password_link_made", "agents.password_changed", "agents.signed_in"]


def test_a_link_ends_and_belongs_to_one_person(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    agent, other = factories.agent(), factories.agent()
    who, token = operations.make_password_link(agent, actor=1)
    other_who, _ = operations.make_password_link(other, actor=1)
    assert client.get(f"/accounts/welcome/{other_who}/{token}/").status_code == 410
    assert client.get(f"/accounts/welcome/!!/{token}/").status_code == 410
    with monkeypatch.context() as patch:
        later = timezone.now().replace(tzinfo=None) + timedelta(days=4)
        patch.setattr("django.contrib.auth.tokens.PasswordResetTokenGenerator._now", lambda _self: later)
        assert client.get(f"/accounts/welcome/{who}/{token}/").status_code == 410
    operations.deactivate_agent(agent, actor=1)
    assert client.get(f"/accounts/welcome/{who}/{token}/").status_code == 410


def test_the_last_admin_stays() -> None:
    one, two = factories.agent(role="admin"), factories.agent(role="admin")
    operations.deactivate_agent(two, actor=one.pk)
    with pytest.raises(operations.LastAdmin):
        operations.deactivate_agent(one, actor=one.pk)
    with pytest.raises(operations.LastAdmin):
        operations.change_agent(one, actor=one.pk, role=Role.AGENT)
    assert Agent.objects.get(pk=one.pk).role == Role.ADMIN
    operations.reactivate_agent(two, actor=one.pk)
    operations.change_agent(one, actor=two.pk, role=Role.AGENT)
    assert Agent.objects.get(pk=one.pk).role == Role.AGENT


def test_pages_speak_the_agents_language_and_zone(client: Client) -> None:
    client.force_login(factories.agent(language="de", time_zone="Nowhere/Never"))
    answer = client.get("/accounts/password/", headers={"accept-language": "et"})
    assert answer.headers["Content-Language"] == "de"
