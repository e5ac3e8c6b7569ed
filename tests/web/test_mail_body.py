"""A mail's HTML on its own page, and the mail as it came."""

from __future__ import annotations

import pytest
from django.test import Client

from shopbell.channels import contract, ingress
from shopbell.channels.models import Inbound
from shopbell.conversations import operations
from shopbell.conversations.models import Message
from tests import factories
from tests.web.test_files import picture, signed_in

pytestmark = pytest.mark.django_db

HTML = """<html><head><script>alert(1)</script><style>body{background:url(https://spy.example/x)}</style></head>
<body onload="alert(2)"><p style="color:red;position:fixed">Hello <a href="javascript:alert(3)">x</a></p>
<img src="cid:logo@x"><img src="https://spy.example/pixel.png" width="1" height="1">
<img src="https://shop.example/photo.jpg" alt="photo"><form action="https://evil.example"><input name="p"></form>
</body></html>"""


def mail(**fields: object) -> Message:
    logo = contract.AttachmentData(
        name="logo.png", content_type="image/png", content=picture(), content_id="logo@x", inline=True
    )
    return factories.receive(html=HTML, attachments=(logo,), **fields)


def policy(answer: object) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split("; ")  # type: ignore[attr-defined]
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


def test_nothing_runs_and_nothing_is_fetched_from_elsewhere() -> None:
    answer = signed_in().get(f"/desk/messages/{mail().id}/body/")
    page = answer.content.decode()
    assert answer.status_code == 200
    for trace in ("<script", "onload", "javascript:", "<form", "<input", "spy.example", "position", "shop.example"):
        assert trace not in page
    assert "Hello" in page
    assert "color:red" in page
    assert '<img src="/desk/inline/' in page
    assert policy(answer) == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "'self' data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "allow-popups allow-popups-to-escape-sandbox",
    }
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_remote_images_come_when_they_are_asked_for() -> None:
    answer = signed_in().get(f"/desk/messages/{mail().id}/body/?images=1")
    assert '<img alt="photo" src="https://shop.example/photo.jpg"' in answer.content.decode()
    assert "spy.example" not in answer.content.decode()
    assert policy(answer)["img-src"] == "'self' data: https: http:"
    assert "script-src" not in policy(answer)


def test_a_message_without_html_has_no_such_page() -> None:
    assert signed_in().get(f"/desk/messages/{factories.receive().id}/body/").status_code == 404


def test_a_partner_sees_the_mails_of_their_teams_and_no_raw_one() -> None:
    team = factories.team(is_partner=True)
    team.masks = False
    team.save()
    message = raw_mail()
    client = signed_in(factories.agent(role="partner", teams=(team,)))
    assert client.get(f"/desk/messages/{message.id}/body/").status_code == 404
    operations.assign(message.conversation_id, agent=None, team=team, actor=None)
    assert client.get(f"/desk/messages/{message.id}/body/").status_code == 200
    assert client.get(f"/desk/messages/{message.id}/raw/").status_code == 403


def raw_mail() -> Message:
    mailbox = factories.mailbox()
    ingress.accept(mailbox, b"From: anna@customer.example\r\n\r\n\xff<script>alert(1)</script>")
    message = mail(channel=mailbox)
    message.inbound = Inbound.objects.get()
    message.save()
    return message


def test_the_raw_mail_is_a_download_byte_for_byte() -> None:
    message = raw_mail()
    answer = signed_in().get(f"/desk/messages/{message.id}/raw/")
    assert answer.content == b"From: anna@customer.example\r\n\r\n\xff<script>alert(1)</script>"
    assert answer.headers["Content-Type"] == "message/rfc822"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="message-{message.id}.eml"'
    assert policy(answer) == {"default-src": "'none'", "sandbox": ""}
    assert signed_in().get(f"/desk/messages/{factories.receive().id}/raw/").status_code == 404


def test_strangers_see_nothing() -> None:
    message = raw_mail()
    for path in ("body", "raw"):
        answer = Client().get(f"/desk/messages/{message.id}/{path}/")
        assert answer.headers["Location"].startswith("/accounts/login/")
