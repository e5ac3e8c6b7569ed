"""A widget without a browser."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from shopbell.channels.models import Channel
from tests import factories

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)


def chat(shop_name: str = "Kaubamaja", **settings: Any) -> Channel:
    """The chat of a shop that speaks English, with a mailbox for those who leave."""
    shop = factories.shop(shop_name, language="en")
    return Channel.objects.create(
        shop=shop,
        type="chat",
        name="Chat",
        address=uuid.uuid4().hex,
        settings={"capacity": 3, **settings},
        replies_through=factories.mailbox(shop),
    )


class Widget:
    """One visitor's widget; `begin` has it write."""

    def __init__(self, channel: Channel, **headers: str) -> None:
        self.channel = channel
        self.client = Client(headers={"accept-language": "en", "origin": "https://shop.example", **headers})
        self.token = ""

    def ask(self, method: str, path: str, said: Any = None, **options: Any) -> HttpResponse:
        if self.token:
            options.setdefault("headers", {"Authorization": f"Bearer {self.token}"})
        if said is not None and "content_type" not in options:
            options |= {"data": json.dumps(said), "content_type": "application/json"}
        elif said is not None:
            options["data"] = said
        return self.client.generic(method.upper(), f"/chat/{self.channel.address}/{path}", **options)  # type: ignore[return-value]

    def begin(self, **said: Any) -> Widget:
        answer = self.ask("post", "visits", {"client_id": str(uuid.uuid4()), "language": "en", **said})
        assert answer.status_code == 201, answer.content
        self.token = answer.json()["token"]  # type: ignore[attr-defined]
        return self

    def say(self, text: str = "Where is my parcel?", client_id: str = "", **more: Any) -> HttpResponse:
        return self.ask("post", "messages", {"client_id": client_id or str(uuid.uuid4()), "text": text, **more})

    def lines(self, after: int = 0) -> list[dict[str, Any]]:
        answer = self.ask("get", f"messages?after={after}")
        assert answer.status_code == 200, answer.content
        found: list[dict[str, Any]] = answer.json()["messages"]  # type: ignore[attr-defined]
        return found

    def attach(self, name: str = "photo.png", content: bytes = PNG) -> HttpResponse:
        return self.client.post(
            f"/chat/{self.channel.address}/files",
            {"file": SimpleUploadedFile(name, content)},
            headers={"Authorization": f"Bearer {self.token}"},
        )  # type: ignore[return-value]


def problem(answer: HttpResponse) -> tuple[int, str]:
    """(status, code) of a refusal, whose form is checked."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    said = json.loads(answer.content)
    assert said["title"]
    assert said["status"] == answer.status_code
    return answer.status_code, said["code"]
