"""Pushed notifications, against a push service of our own that decrypts what it is given."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from shopbell.agents import availability
from shopbell.agents.models import Agent, Status
from shopbell.events import delivery
from shopbell.events.models import Delivery
from shopbell.notifications import operations, push
from shopbell.notifications.audience import Notice
from shopbell.notifications.models import Kind, Notification, PushAddress
from tests import factories
from tests.notifications import receiving

pytestmark = pytest.mark.django_db


class Service:
    """A push service with one browser behind it."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = b"0123456789abcdef"
        self.status = 201
        self.got: list[tuple[dict[str, str], Any]] = []
        self.raw: list[bytes] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                plain = receiving.decrypt(body, service.key, service.secret)
                service.raw.append(body)
                service.got.append((dict(self.headers), json.loads(plain)))
                self.send_response(service.status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def keys(self) -> dict[str, str]:
        write = lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"=").decode()  # noqa: E731
        return {"p256dh": write(receiving.point(self.key.public_key())), "auth": write(self.secret)}


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    settings.PUSH_PRIVATE = True
    running = Service()
    yield running
    running.server.shutdown()
    running.server.server_close()


def subscribed(service: Service) -> tuple[Agent, Client]:
    mari, client = factories.agent(), Client()
    client.force_login(mari)
    sent = {"endpoint": f"{service.origin}/mari", "keys": service.keys()}
    assert client.post("/desk/preferences/push/", sent, content_type="application/json").status_code == 204
    return mari, client


def tell(agent: Agent, kind: Kind = Kind.ASSIGNED) -> int:
    row = factories.conversation()
    notice = Notice(agent_id=agent.pk, kind=kind, conversation_id=row.id, message_id=None, actor_id=None)
    return operations.tell([notice])[0]


def work() -> None:
    for lane in (Delivery.Lane.INSIDE, Delivery.Lane.OUTSIDE):
        while delivery.deliver(lane, 20):
            pass


def test_a_browser_gets_the_number_encrypted_and_signed_once(service: Service) -> None:
    mari, client = subscribed(service)
    number = tell(mari)
    work()
    [(headers, body)] = service.got
    assert body == {"id": number}
    token, key = (part.partition("=")[2] for part in headers["Authorization"].removeprefix("vapid ").split(", "))
    assert key == push.public_key()
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), receiving.read(key))
    claims = jwt.decode(token, public, algorithms=["ES256"], audience=service.origin)
    assert datetime.fromtimestamp(claims["exp"], UTC) < datetime.now(UTC) + timedelta(hours=24)
    assert claims["sub"].startswith(("http", "mailto:"))
    tampered = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(tampered, public, algorithms=["ES256"], audience=service.origin)
    work()
    assert len(service.got) == 1
    words = client.get(f"/desk/notifications/{number}/words/").json()
    assert (words["title"], words["body"]) == ("Shopbell assigned a conversation to you", "Order 1042")
    other = Client()
    other.force_login(factories.agent())
    assert other.get(f"/desk/notifications/{number}/words/").status_code == 404


def test_the_receiver_reads_the_example_of_the_standard() -> None:
    """RFC 8291 section 5 and appendix A, so that the receiver of these tests is not our own sender read backwards."""
    number = int.from_bytes(receiving.read("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), "big")
    key = ec.derive_private_key(number, ec.SECP256R1())
    body = receiving.read(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7"
        "A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    plain = receiving.decrypt(body, key, receiving.read("BTBZMqHH6r4Tts7J_aSIgg"))
    assert plain == b"When I grow up, I want to be a watermelon"


def test_nobody_else_can_read_it(service: Service) -> None:
    mari, _client = subscribed(service)
    tell(mari)
    tell(mari)
    work()
    first, second = service.raw
    assert first[:16] != second[:16]  # a salt and a key pair of its own each time
    assert first[21:86] != second[21:86]
    with pytest.raises(InvalidTag):
        receiving.decrypt(first, ec.generate_private_key(ec.SECP256R1()), service.secret)
    with pytest.raises(InvalidTag):
        receiving.decrypt(first, service.key, b"fedcba9876543210")


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(service: Service, status: int) -> None:
    mari, _client = subscribed(service)
    service.status = status
    tell(mari)
    work()
    assert not PushAddress.objects.exists()
    assert not Delivery.objects.exists()


def test_a_service_that_fails_is_asked_again_later(service: Service) -> None:
    mari, _client = subscribed(service)
    service.status = 503
    tell(mari)
    work()
    assert PushAddress.objects.count() == 1
    [owed] = Delivery.objects.filter(event_name="notifications.push_owed")
    assert owed.attempts == 1


def test_after_signing_out_nothing_is_pushed(service: Service) -> None:
    mari, client = subscribed(service)
    client.post("/accounts/logout/")
    tell(mari)
    work()
    assert service.got == []
    assert not PushAddress.objects.exists()


def test_what_is_not_wanted_is_not_pushed_and_not_new_in_the_desk(service: Service) -> None:
    mari, _client = subscribed(service)
    Agent.objects.filter(pk=mari.pk).update(ways={Kind.ASSIGNED: ["mail"]})
    number = tell(mari)
    work()
    assert service.got == []
    assert Notification.objects.get(id=number).read_at is not None


def test_in_quiet_hours_nothing_is_pushed_but_it_waits_in_the_desk(service: Service) -> None:
    mari, _client = subscribed(service)
    Agent.objects.filter(pk=mari.pk).update(quiet_from=time(0), quiet_to=time(23, 59, 59))
    number = tell(mari)
    work()
    assert service.got == []
    assert Notification.objects.get(id=number).read_at is None


@pytest.mark.parametrize(
    "sent",
    [
        "no json",
        [],
        {"endpoint": "ftp://x.example/"},
        {"endpoint": "https://push.example/x", "keys": {"p256dh": "AAAA", "auth": "AAAA"}},
        {"endpoint": "https://push.example/" + "x" * 3_000, "keys": {"p256dh": "x", "auth": "x"}},
    ],
)
def test_what_is_no_address_is_refused(sent: Any) -> None:
    client = Client()
    client.force_login(factories.agent())
    body = sent if isinstance(sent, str) else json.dumps(sent)
    answer = client.post("/desk/preferences/push/", body, content_type="application/json")
    assert answer.status_code in (204, 400)
    assert not PushAddress.objects.exists()


NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # a Friday


@pytest.mark.parametrize(
    ("fields", "at", "expected"),
    [
        ({}, NOON, Status.ONLINE),
        ({"seen_at": None}, NOON, Status.AWAY),
        ({"seen_at": NOON - timedelta(minutes=16)}, NOON, Status.AWAY),
        ({"status": "away"}, NOON, Status.AWAY),
        ({"status": "off"}, NOON, Status.OFF),
        ({"hours": {"4": ["09:00", "17:00"]}}, NOON, Status.ONLINE),
        ({"hours": {"4": ["13:30", "17:00"]}}, NOON, Status.OFF),
        ({"hours": {"0": ["09:00", "17:00"]}}, NOON, Status.OFF),
        ({"hours": {"3": ["22:00", "14:00"]}}, NOON, Status.ONLINE),
        ({"hours": {"3": ["22:00", "06:00"]}}, NOON, Status.OFF),
        ({"days_off": [["2026-11-19", "2026-11-20"]]}, NOON, Status.OFF),
        ({"days_off": [["2026-11-21", "2026-11-22"]]}, NOON, Status.ONLINE),
    ],
)
def test_who_is_there(fields: dict[str, Any], at: datetime, expected: Status) -> None:
    """In Berlin it is one o'clock at NOON."""
    agent = Agent(**{"time_zone": "Europe/Berlin", "seen_at": NOON - timedelta(minutes=1), **fields})
    assert availability.of(agent, at) == expected
