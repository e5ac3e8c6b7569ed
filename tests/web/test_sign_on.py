"""The company's sign-on against an OpenID Connect server of our own, over HTTP."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from shopbell.agents import operations
from shopbell.agents.models import Agent, Rules
from shopbell.events.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


class Server:
    """Discovery, tokens signed RS256, user info; whoever comes is `claims`."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims: dict[str, Any] = {}
        self.posted: dict[str, list[str]] = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                places = {
                    "/.well-known/openid-configuration": server.configuration,
                    "/userinfo": lambda: server.claims,
                    "/jwks": lambda: {
                        "keys": [json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(server.key.public_key()))]
                    },
                }
                self.answer(places[self.path]())

            def do_POST(self) -> None:
                server.posted = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.answer({"access_token": "t", "token_type": "Bearer", "id_token": server.id_token()})

            def answer(self, body: dict[str, Any]) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def configuration(self) -> dict[str, Any]:
        places = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        ends = {f"{name}_endpoint": f"{self.issuer}/{place}" for name, place in places.items()}
        return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks", **ends}

    def public(self) -> dict[str, Any]:
        return dict(json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key())), kid="1")

    def id_token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": "desk", "iat": now, "exp": now + 60, **self.claims}
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "1"})


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.http.shutdown()
    running.http.server_close()


def set_up(server: Server, **fields: Any) -> Client:
    """An admin sets it up on the page; returns the admin's browser."""
    client = Client()
    client.force_login(factories.agent(role="admin"))
    form = {
        "sso_active": "on",
        "sso_label": "Hallik",
        "sso_issuer": server.issuer,
        "sso_client_id": "desk",
        "sso_secret": "s3cret",
        **fields,
    }
    assert client.post("/admin/sign-on/", form).status_code == 303
    return client


def come(server: Server, **claims: Any) -> tuple[Client, Any]:
    """Sign in by the sign-on as somebody; returns the browser and the last answer."""
    server.claims = {"sub": "u1", **claims}
    client = Client()
    begun = client.get("/accounts/sso/login/?process=login")
    assert begun.headers["Location"].startswith(f"{server.issuer}/authorize?")
    asked = parse_qs(urlsplit(begun.headers["Location"]).query)
    assert asked["redirect_uri"] == ["http://testserver/accounts/sso/login/callback/"]
    return client, client.get("/accounts/sso/login/callback/", {"code": "c", "state": asked["state"][0]})


def is_in(client: Client) -> bool:
    return client.get("/desk/").status_code == 200


def test_who_has_the_same_proved_address_is_let_in_and_the_secret_is_sealed(server: Server) -> None:
    set_up(server)
    assert "Sign in with Hallik" in Client().get("/accounts/login/").content.decode()
    mari = factories.agent(email="mari@hallik.example")
    client, _answer = come(server, email="Mari@Hallik.example", email_verified=True)
    assert is_in(client)
    assert client.session["_auth_user_id"] == str(mari.pk)
    assert (server.posted["code"], server.posted["client_secret"]) == (["c"], ["s3cret"])
    again, _answer = come(server, email="changed@elsewhere.example", email_verified=True)
    assert is_in(again), "joined by the sign-on's own number from now on"
    assert "s3cret" not in str(Rules.objects.extra(select={"raw": "sso_secret::text"}).values_list("raw", flat=True)[0])
    assert Event.objects.filter(name="agents.linked").count() == 1


@pytest.mark.parametrize(
    ("fields", "claims"),
    [
        ({}, {"email": "mari@hallik.example", "email_verified": False}),
        ({}, {"email": "mari@hallik.example"}),
        ({}, {"email": "nobody@hallik.example", "email_verified": True}),
        ({}, {}),
        ({"sso_domains": "other.example"}, {"email": "mari@hallik.example", "email_verified": True}),
    ],
)
def test_everybody_else_is_told_why_not(server: Server, fields: dict[str, str], claims: dict[str, Any]) -> None:
    set_up(server, **fields)
    factories.agent(email="mari@hallik.example")
    agents = Agent.objects.count()
    client, answer = come(server, **claims)
    assert answer.status_code == 403
    assert not is_in(client)
    assert Agent.objects.count() == agents


def test_somebody_new_of_the_own_domain_becomes_an_agent_where_that_is_wanted(server: Server) -> None:
    set_up(server, sso_domains="hallik.example", sso_role="agent")
    client, _answer = come(server, email="new@hallik.example", email_verified=True, name="Nele Uus")
    assert is_in(client)
    new = Agent.objects.get(email="new@hallik.example")
    assert (new.name, new.role, new.has_usable_password()) == ("Nele Uus", "agent", False)


@pytest.mark.parametrize("address", ["/accounts/sign-on/error/", "/accounts/sign-on/cancelled/"])
def test_whoever_comes_back_without_a_reason_is_told_what_to_do(address: str) -> None:
    page = Client().get(address).content.decode()
    assert '<p role="alert">The sign-on did not let you in, or could not be reached.' in page


def test_whose_access_ended_stays_out(server: Server) -> None:
    set_up(server)
    mari, admin = factories.agent(email="mari@hallik.example"), factories.agent(role="admin")
    come(server, email=mari.email, email_verified=True)
    operations.deactivate_agent(mari, actor=admin.pk)
    client, answer = come(server, email=mari.email, email_verified=True)
    assert answer.status_code == 403
    assert not is_in(client)


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(server: Server) -> None:
    client = Client()
    client.force_login(factories.agent(role="admin"))
    good = {"sso_active": "on", "sso_issuer": server.issuer, "sso_client_id": "desk"}
    wrong = {
        "sso_issuer": {**good, "sso_issuer": "http://127.0.0.1:9/"},
        "sso_client_id": {**good, "sso_client_id": ""},
        "sso_domains": {**good, "sso_role": "agent"},
    }
    for field, form in wrong.items():
        answer = client.post("/admin/sign-on/", form)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Rules.objects.filter(sso_active=True).exists()
    assert Client().get("/accounts/sso/login/").status_code == 404
