"""Files of messages: for those who may see the conversation, and never run by a browser."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import cast

import pytest
from django.core.files.storage import default_storage
from django.http import FileResponse
from django.test import Client
from django.utils import timezone
from PIL import Image

from shopbell.agents.models import Agent
from shopbell.channels import contract
from shopbell.conversations import operations
from shopbell.conversations.models import Attachment, Message
from shopbell.web.desk.files import inline_address
from tests import factories

pytestmark = pytest.mark.django_db


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (640, 480), "red").save(content, "PNG")
    return content.getvalue()


def attached(content: bytes, name: str = "file", **options: object) -> Attachment:
    """A file that came with a mail; what the sender claimed it to be does not matter."""
    file = contract.AttachmentData(name=name, content_type="image/png", content=content, **options)  # type: ignore[arg-type]
    return factories.receive(attachments=(file,)).attachments.get()


def signed_in(agent: Agent | None = None) -> Client:
    client = Client()
    client.force_login(agent or factories.agent())
    return client


def body(response: object) -> bytes:
    return b"".join(cast(Iterable[bytes], cast(FileResponse, response).streaming_content))


@pytest.mark.parametrize(
    ("content", "name", "kind", "disposition"),
    [
        (picture(), "pilt õ.png", "image/png", "inline; filename*=utf-8''pilt%20%C3%B5.png"),
        (b"%PDF-1.7 x", "invoice.pdf", "application/pdf", 'attachment; filename="invoice.pdf"'),
        (b"<html><script>alert(1)</script>", "photo.png", "text/html", 'attachment; filename="photo.png"'),
        (b"<svg xmlns='x' onload='alert(1)'/>", "logo.svg", "image/svg+xml", 'attachment; filename="logo.svg"'),
        (b"hello", 'a"b\r\nSet-Cookie: x=1.txt', "text/plain", 'attachment; filename="a_b__Set-Cookie_ x=1.txt"'),
    ],
)
def test_what_it_is_decides_how_it_is_handed_out(content: bytes, name: str, kind: str, disposition: str) -> None:
    row = attached(content, name)
    answer = signed_in().get(f"/desk/files/{row.id}/")
    assert answer.status_code == 200
    assert body(answer) == content
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    assert answer.headers["Content-Disposition"] == disposition
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert sorted(answer.headers["Content-Security-Policy"].split("; ")) == ["default-src 'none'", "sandbox"]


def test_a_large_file_is_streamed() -> None:
    content = b"%PDF-" + bytes(3_000_000)
    answer = signed_in().get(f"/desk/files/{attached(content).id}/")
    chunks = list(cast(Iterable[bytes], cast(FileResponse, answer).streaming_content))
    assert answer.headers["Content-Length"] == str(len(content))
    assert len(chunks) == 12
    assert b"".join(chunks) == content


def test_a_thumbnail_where_there_is_one() -> None:
    client = signed_in()
    answer = client.get(f"/desk/files/{attached(picture(), 'a.png').id}/thumbnail/")
    assert answer.headers["Content-Type"] == "image/webp"
    assert Image.open(io.BytesIO(body(answer))).size == (320, 240)
    assert client.get(f"/desk/files/{attached(b'text').id}/thumbnail/").status_code == 404


def test_a_partner_gets_the_files_of_their_teams_only() -> None:
    team = factories.team(is_partner=True)
    row = attached(picture())
    client = signed_in(factories.agent(role="partner", teams=(team,)))
    paths = [f"/desk/files/{row.id}/", f"/desk/files/{row.id}/thumbnail/"]
    assert [client.get(path).status_code for path in paths] == [404, 404]
    operations.assign(row.message.conversation_id, agent=None, team=team, actor=None)
    assert [client.get(path).status_code for path in paths] == [200, 200]


def test_a_file_the_storage_lost_is_not_there() -> None:
    row = attached(b"only once " + str(timezone.now()).encode())
    default_storage.delete(row.blob.path)
    assert signed_in().get(f"/desk/files/{row.id}/").status_code == 404


def test_a_draft_file_is_its_writers_alone() -> None:
    writer = factories.agent()
    conversation = factories.conversation()
    row = operations.add_draft_file(conversation, writer, "reply", name="offer.pdf", content=b"%PDF-1.7")
    answer = signed_in(writer).get(f"/desk/files/drafts/{row.id}/")
    assert body(answer) == b"%PDF-1.7"
    assert signed_in(factories.agent(role="admin")).get(f"/desk/files/drafts/{row.id}/").status_code == 404


def test_a_picture_inside_a_mail_needs_its_signed_address_and_no_cookie(monkeypatch: pytest.MonkeyPatch) -> None:
    row = attached(picture(), "logo.png", content_id="logo@x", inline=True)
    address = inline_address(row)
    answer = Client().get(address)
    assert body(answer) == picture()
    forged = address.replace(f"/{row.id}:", f"/{row.id + 1}:")
    assert Client().get(forged).status_code == 404
    assert Client().get(f"/desk/inline/{row.id}/").status_code == 404
    script = attached(b"<html><script>1</script>", "x.png", content_id="x@x", inline=True)
    assert Client().get(inline_address(script)).status_code == 404, "only what is safe to show"
    later = timezone.now().timestamp() + 3700
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert Client().get(address).status_code == 404, "an hour later"


def test_only_looking_is_possible() -> None:
    row = attached(b"x")
    assert signed_in().post(f"/desk/files/{row.id}/").status_code == 405
    assert Message.objects.count() == 1
