"""Sending through a provider's API: the real Anymail backends against a local stand-in for the provider."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from shopbell.channels import contract
from shopbell.plugins.email import channel


class Provider:
    """Answers every call with `status` and `body`, and keeps what it was told."""

    def __init__(self) -> None:
        self.status = 200
        self.body: Any = {}
        self.calls: list[tuple[str, dict[str, str], bytes]] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                owner.calls.append((self.path, dict(self.headers.items()), content))
                self.send_response(owner.status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(owner.body).encode())

            def log_message(self, *_arguments: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def provider() -> Iterator[Provider]:
    found = Provider()
    yield found
    found.server.shutdown()
    found.server.server_close()


POSTMARK_OK = {
    "ErrorCode": 0,
    "Message": "OK",
    "MessageID": "pm-1",
    "SubmittedAt": "2026-01-01",
    "To": "a@customer.test",
}


def postmark(provider: Provider, **changed: Any) -> channel.Email:
    chosen = {"backend": "postmark", "settings": {"server_token": "tok", "api_url": provider.url}}
    return channel.Email({"address": "support@shop.test", "anymail": chosen, "reply_token": True, **changed})


def message(**changed: Any) -> contract.OutboundMessage:
    found: dict[str, Any] = {
        "external_id": "m1.42@shop.test",
        "sender": contract.Sender(address="support@shop.test", name='Kännchen, "Co"'),
        "to": (contract.Sender(address="a@customer.test", name="Anna\r\nBcc: evil@x.test"),),
        "text": "Tere!",
        "reference": "r7k2",
        "subject": "Re: pakk\r\nX-Evil: 1",
    }
    return contract.OutboundMessage(**(found | changed))


def test_everything_reaches_the_provider(provider: Provider) -> None:
    provider.body = POSTMARK_OK
    logo = contract.AttachmentData(name="logo.png", content_type="image/png", content=b"\x89P", content_id="logo")
    bill = contract.AttachmentData(name="arve ä.pdf", content_type="application/pdf", content=b"%PDF")
    sent = message(
        cc=(contract.Sender(address="c@customer.test"),),
        bcc=(contract.Sender(address="b@customer.test"),),
        reply_to_external_id="q1@customer.test",
        thread_ids=("q0@customer.test",),
        html='<img src="cid:logo">',
        attachments=(logo, bill),
        automatic=True,
    )
    assert postmark(provider).send(sent) == "pm-1"
    path, http_headers, content = provider.calls[0]
    said = json.loads(content)
    assert path == "/email"
    assert http_headers["X-Postmark-Server-Token"] == "tok"
    assert said["From"] == '"Kännchen, Co" <support@shop.test>'
    assert said["To"] == '"Anna  Bcc: evil@x.test" <a@customer.test>'
    assert (said["Cc"], said["Bcc"]) == ("c@customer.test", "b@customer.test")
    assert said["Subject"] == "Re: pakk  X-Evil: 1"
    assert said["ReplyTo"].endswith("<support+r7k2@shop.test>")
    assert said["TextBody"] == "Tere!"
    assert said["HtmlBody"] == '<img src="cid:logo">'
    assert {header["Name"]: header["Value"] for header in said["Headers"]} == {
        "Message-ID": "<m1.42@shop.test>",
        "In-Reply-To": "<q1@customer.test>",
        "References": "<q0@customer.test> <q1@customer.test>",
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "DR, RN, NRN, OOF, AutoReply",
        "X-PM-KeepID": "true",
    }
    files = {file["Name"]: file for file in said["Attachments"]}
    assert base64.b64decode(files["logo.png"]["Content"]) == b"\x89P"
    assert files["logo.png"]["ContentID"] == "cid:logo"
    assert base64.b64decode(files["arve ä.pdf"]["Content"]) == b"%PDF"
    assert "ContentID" not in files["arve ä.pdf"]


def test_another_provider(provider: Provider) -> None:
    provider.body = {"id": "<m1.42@shop.test>", "message": "Queued. Thank you."}
    chosen = {
        "backend": "mailgun",
        "settings": {"api_key": "k", "api_url": provider.url, "sender_domain": "shop.test"},
    }
    own = channel.Email({"address": "support@shop.test", "anymail": chosen})
    assert own.send(message()) == "<m1.42@shop.test>"
    path, http_headers, content = provider.calls[0]
    assert path == "/shop.test/messages"
    assert http_headers["Authorization"].startswith("Basic ")
    form = {name: values[0] for name, values in parse_qs(content.decode()).items()}
    assert form["h:Message-Id"] == "<m1.42@shop.test>"
    assert form["subject"] == "Re: pakk  X-Evil: 1"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, contract.AuthFailed),
        (403, contract.AuthFailed),
        (429, contract.Transient),
        (500, contract.Transient),
        (503, contract.Transient),
        (400, contract.Permanent),
        (413, contract.Permanent),
        (302, contract.Transient),
    ],
)
def test_what_the_provider_may_answer(provider: Provider, status: int, kind: type[contract.ChannelError]) -> None:
    provider.status, provider.body = status, {"ErrorCode": 300, "Message": "no"}
    with pytest.raises(contract.ChannelError) as caught:
        postmark(provider).send(message())
    assert type(caught.value) is kind
    assert caught.value.code == str(status)


INACTIVE = "Found inactive addresses: %s. Inactive recipients are ones that have generated a hard bounce."


def test_refused_recipients(provider: Provider) -> None:
    provider.status = 422
    provider.body = {"ErrorCode": 406, "Message": INACTIVE % "a@customer.test"}
    with pytest.raises(contract.Permanent) as caught:
        postmark(provider).send(message())
    assert type(caught.value) is contract.Permanent


def test_some_recipients_refused(provider: Provider) -> None:
    provider.body = POSTMARK_OK | {
        "Message": "Message OK, but will not deliver to these inactive addresses: b@x.test. Inactive recipients are",
        "To": "a@customer.test, b@x.test",
    }
    two = (contract.Sender(address="a@customer.test"), contract.Sender(address="b@x.test"))
    with pytest.raises(contract.PartlyTaken) as caught:
        postmark(provider).send(message(to=two))
    assert list(caught.value.refused) == ["b@x.test"]


def test_an_answer_that_is_none(provider: Provider) -> None:
    provider.body = "hello"
    with pytest.raises(contract.Transient):
        postmark(provider).send(message())


def test_nobody_there(provider: Provider) -> None:
    provider.server.shutdown()
    provider.server.server_close()
    with pytest.raises(contract.Transient) as caught:
        postmark(provider).send(message())
    assert caught.value.code == "lost"


@pytest.mark.parametrize(
    "chosen",
    [
        {"backend": "postmark", "settings": {}},
        {"backend": "os.system", "settings": {}},
        {"backend": "", "settings": {}},
        {},
    ],
)
def test_settings_that_cannot_work(chosen: dict[str, Any]) -> None:
    own = channel.Email({"address": "support@shop.test", "anymail": chosen or {"settings": {}}})
    with pytest.raises(contract.AuthFailed) as caught:
        own.send(message())
    assert caught.value.code == "settings"
