"""The contact form: what a visitor sends, what becomes of it, and what robots and mishaps do."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from shopbell.channels import contract
from shopbell.channels.models import Channel, Inbound
from shopbell.conversations.models import Attachment, Conversation, Message
from shopbell.core.text import clean
from shopbell.events import delivery
from shopbell.knowledge import operations as knowledge
from shopbell.knowledge.models import ArticleText
from shopbell.plugins.contact_form.channel import ContactForm
from shopbell.selfservice.models import ArticleCount
from shopbell.shops.models import Shop
from shopbell.web.portal import contact_form
from tests import factories

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"


@pytest.fixture
def client() -> Client:
    """A visitor who reads English."""
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def channel() -> Channel:
    shop = factories.shop("Poder", language="et", website="https://www.poder.example/pood", retention_months=24)
    mailbox = factories.mailbox(shop, "abi@poder.example")
    return Channel.objects.create(shop=shop, type="contact_form", name="Contact form", replies_through=mailbox)


def address(channel: Channel, rest: str = "") -> str:
    return f"/contact/{channel.shop.slug}/{rest}"


def key_of_age(seconds: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """A form's key as it was made so many seconds ago."""
    with monkeypatch.context() as patch:
        then = timezone.now().timestamp() - seconds
        patch.setattr("django.core.signing.time.time", lambda: then)
        return contact_form.new_key()


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    return {
        "key": key_of_age(60, monkeypatch),
        "website": "",
        "email": "Anna@Customer.example",
        "name": "Anna Saar",
        "subject": "Kus on minu pakk?",
        "order": "1042",
        "message": "Tellisin nädal tagasi.\r\nAitäh!",
    }


def file_everything() -> None:
    while delivery.deliver("inside", 50):
        pass


def test_a_message_becomes_a_conversation_that_is_answered_through_the_mailbox(
    client: Client, channel: Channel, filled: dict[str, Any]
) -> None:
    picture = SimpleUploadedFile("../../etc/pilt.png", PNG, content_type="text/html")
    answer = client.post(address(channel), {**filled, "uploads": [picture]}, headers={"accept-language": "et"})
    assert answer.status_code == 200
    assert "Anna@customer.example".lower() in answer.content.decode().lower()
    file_everything()
    conversation = Conversation.objects.get()
    message = Message.objects.get()
    assert (conversation.subject, conversation.language) == ("Kus on minu pakk? (1042)", "et")
    assert conversation.channel == channel
    assert conversation.channel.outgoing == channel.replies_through
    assert conversation.waiting_since is not None
    assert (message.sender_name, message.sender_address) == ("Anna Saar", "anna@customer.example")
    assert message.text == "Tellisin nädal tagasi.\nAitäh!"
    assert not message.is_verified
    assert message.about["order"] == "1042"
    assert "warnings" not in message.about
    attachment = Attachment.objects.select_related("blob").get()
    assert (attachment.name, attachment.blob.content_type, attachment.blob.size) == ("pilt.png", "image/png", len(PNG))
    assert client.cookies == {}, "a visitor gets no cookie"


def test_sent_twice_is_once_and_changed_is_another(client: Client, channel: Channel, filled: dict[str, Any]) -> None:
    for _ in range(2):
        assert client.post(address(channel), filled).status_code == 200
    assert client.post(address(channel), {**filled, "message": "And one more thing"}).status_code == 200
    file_everything()
    assert Inbound.objects.count() == 2
    texts = Message.objects.order_by("id").values_list("text", flat=True)
    assert list(texts) == [clean(filled["message"]), "And one more thing"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "anna"),
        ("email", "a@b.example\nBcc: x@y.example"),
        ("subject", " "),
        ("message", ""),
        ("message", "x" * 10_001),
    ],
)
def test_what_is_wrong_is_said_and_what_was_written_stays(
    client: Client, channel: Channel, filled: dict[str, Any], field: str, value: str
) -> None:
    answer = client.post(address(channel), {**filled, field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "Anna Saar" in answer.content.decode()
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert re.findall(r'<(?:input|textarea)[^>]*name="(\w+)"[^>]* autofocus', answer.content.decode()) == [field]
    assert Inbound.objects.count() == 0


def test_a_text_too_long_is_told_by_how_much(client: Client, channel: Channel, filled: dict[str, Any]) -> None:
    html = client.post(address(channel), {**filled, "message": "x" * 10_001}).content.decode()
    assert "This is too long: at most 10000 characters, and you wrote 10001." in html


@pytest.mark.parametrize("trap", ["website", "hasty", "stale", "forged", "missing"])
def test_a_robot_is_asked_once_more_and_a_person_gets_through(
    client: Client, channel: Channel, filled: dict[str, Any], trap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = {
        "website": {"website": "http://spam.example"},
        "hasty": {"key": key_of_age(1, monkeypatch)},
        "stale": {"key": key_of_age(25 * 3600, monkeypatch)},
        "forged": {"key": filled["key"][:-1] + "!"},
        "missing": {"key": ""},
    }[trap]
    answer = client.post(address(channel, "?lang=en"), {**filled, **changed})
    assert answer.status_code == 422
    assert "once more" in answer.content.decode()
    assert "Tellisin" in answer.content.decode()
    assert Inbound.objects.count() == 0
    again = {**filled, "key": key_of_age(5, monkeypatch)}
    assert client.post(address(channel), again).status_code == 200
    assert Inbound.objects.count() == 1


def test_a_flood_is_stopped_and_told_so(
    client: Client, channel: Channel, filled: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_form, "PER_HOUR", {"sender": 2, "network": 3, "shop": 100})
    answers = [client.post(address(channel), {**filled, "message": f"text {number}"}) for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "text 2" in answers[2].content.decode()
    other = {**filled, "email": "b@customer.example"}
    assert client.post(address(channel), other).status_code == 429, "the network's fourth"
    assert client.post(address(channel), other, REMOTE_ADDR="192.0.2.7").status_code == 200
    assert Inbound.objects.count() == 3


def test_many_links_are_marked_not_refused(client: Client, channel: Channel, filled: dict[str, Any]) -> None:
    spam = "Buy https://a.example https://b.example https://c.example http://d.example"
    assert client.post(address(channel), {**filled, "message": spam}).status_code == 200
    file_everything()
    assert Message.objects.get().about["warnings"] == ["many-links"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("run.pdf", b"MZ" + b"\0" * 200)], "kind we cannot take"),
        ([("a.txt", b"<html><script>alert(1)</script>")], "kind we cannot take"),
        ([("big.png", PNG + b"\0" * 5_000_001)], "larger than 5 MB"),
        ([("a.png", PNG + b"\0" * 4_000_000)] * 3, "larger than 10 MB"),
        ([(f"{n}.png", PNG) for n in range(6)], "At most 5"),
    ],
)
def test_files_are_bounded(
    client: Client, channel: Channel, filled: dict[str, Any], files: list[tuple[str, bytes]], said: str
) -> None:
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    answer = client.post(address(channel, "?lang=en"), {**filled, "uploads": uploads})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "Tellisin" in answer.content.decode()
    assert Inbound.objects.count() == 0


def test_the_notice_has_six_points_in_the_visitors_language(client: Client, channel: Channel) -> None:
    channel.shop.controller, channel.shop.privacy_contact = "Põder OÜ\nTallinn", "privacy@poder.example"
    channel.shop.save()
    points = client.get(address(channel) + "?lang=en").context["privacy"]
    assert len(points) == 6
    assert points[0].text == "Põder OÜ\nTallinn"
    assert "24 months" in points[4].text
    assert "privacy@poder.example" in points[5].text
    assert all(point.label and point.text for point in points)


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [("?lang=da", "de", "da"), ("", "de-AT,de;q=0.9,en;q=0.5", "de"), ("", "fr", "et"), ("?lang=xx", "", "et")],
)
def test_the_language_is_the_pages_the_browsers_or_the_shops(
    client: Client, channel: Channel, query: str, header: str, language: str
) -> None:
    answer = client.get(address(channel, query), headers={"accept-language": header})
    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in answer.content.decode()


def test_only_the_shops_site_may_frame_it(client: Client, channel: Channel) -> None:
    page, embedded = client.get(address(channel)), client.get(address(channel, "embed/"))
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    policy = embedded.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://poder.example https://www.poder.example;" in policy + ";"
    assert "X-Frame-Options" not in embedded.headers
    assert "script-src 'self'" in policy


def test_where_the_form_is_closed_the_other_ways_to_a_person_are_shown(
    client: Client, channel: Channel, filled: dict[str, Any]
) -> None:
    assert client.get("/contact/nobody/").status_code == 404
    channel.is_active = False
    channel.save()
    Shop.objects.filter(id=channel.shop_id).update(phone="+372 600 0000", phone_hours="Mon–Fri 9–17")
    page = client.get(address(channel))
    assert page.status_code == 200
    assert "<form" not in page.content.decode()
    for way in ("mailto:abi@poder.example", "tel:+3726000000", "Mon–Fri 9–17"):
        assert way in page.content.decode()
    late = client.post(address(channel), filled)
    assert late.status_code == 410
    assert "Not sent" in late.content.decode()
    assert not Inbound.objects.exists()
    assert client.get(address(channel, "embed/")).status_code == 404


def test_the_form_names_the_telephone_too(client: Client, channel: Channel) -> None:
    Shop.objects.filter(id=channel.shop_id).update(phone="+372 600 0000")
    page = client.get(address(channel)).content.decode()
    assert "mailto:abi@poder.example" in page
    assert "tel:+3726000000" in page


def test_the_privacy_notice_has_a_page_of_its_own(client: Client, channel: Channel) -> None:
    page = client.get(address(channel, "privacy/"))
    assert page.status_code == 200
    assert "for 24 months" in page.content.decode()


def test_what_a_link_fills_in_is_shown_as_text(client: Client, channel: Channel) -> None:
    page = client.get(address(channel), {"order": '"><script>1</script>', "subject": "Return"}).content.decode()
    assert 'value="Return"' in page
    assert "<script>1" not in page


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"key": "k", "email": "none"}',
        b'{"key": "k", "email": "a@b", "attachments": [{}]}',
    ],
)
def test_what_is_no_form_is_unparsable(body: bytes) -> None:
    with pytest.raises(contract.Unparsable):
        list(ContactForm({}).parse(body, {}, factories.NOON))


def test_parsing_is_pure_and_takes_anything_as_text() -> None:
    said = {
        "key": "k",
        "email": "A@B.example ",
        "name": "x\r\nBcc: y",
        "subject": "s\n\u202et",
        "message": "\0hi\x07",
        "order": 7,
    }
    (message,) = ContactForm({}).parse(json.dumps(said).encode(), {}, factories.NOON + timedelta(hours=1))
    assert isinstance(message, contract.InboundMessage)
    assert (message.external_id, message.sender.address, message.sender.verified) == ("form:k", "a@b.example", False)
    assert (message.sender.name, message.subject, message.text, message.about) == ("x Bcc: y", "s t", "hi", {})
    assert message.occurred_at == factories.NOON + timedelta(hours=1)


def test_the_articles_read_before_are_named(client: Client, channel: Channel, filled: dict[str, Any]) -> None:
    entry = knowledge.Entry(key="track", title="Kus on minu pakk?", body="Jälgi seda.", language="et")
    knowledge.file_entry(channel.shop, entry)
    row = ArticleText.objects.get()
    client.get(f"/help/{channel.shop.slug}/et/articles/{row.slug}/")
    client.post(address(channel), filled)
    file_everything()
    message = Message.objects.get()
    assert message.about["read"] == [row.id]
    agent = Client()
    agent.force_login(factories.agent())
    page = agent.get(f"/desk/c/{message.conversation_id}/")
    assert page.context["read_before"] == [("Kus on minu pakk?", f"/help/{channel.shop.slug}/et/articles/{row.slug}/")]
    other = Client(headers={"user-agent": "Another"})
    other.post(address(channel), {**filled, "message": "Something else"})
    file_everything()
    assert "read" not in Message.objects.order_by("-id")[0].about
    counts = dict(ArticleCount.objects.values_list("what", "times"))
    assert counts == {"view": 1, "contact": 1}


def test_an_article_answers_before_anything_is_sent(client: Client, channel: Channel) -> None:
    entry = knowledge.Entry(key="track", title="Kus on minu pakk?", body="Jälgi seda.", language="et")
    knowledge.file_entry(channel.shop, entry)
    form = client.get(address(channel), headers={"accept-language": "et"}).content.decode()
    assert f'suggest="/help/{channel.shop.slug}/et/suggest"' in form
    (found,) = client.get(f"/help/{channel.shop.slug}/et/suggest?q=kus on mu pakk, ootan nädal").json()["results"]
    path = urlsplit(found["url"]).path + "solved"
    assert client.post(path).status_code == 204
    client.post(path)
    assert dict(ArticleCount.objects.values_list("what", "times")) == {"solved": 1}
    assert client.post(path.replace("/articles/", "/articles/x")).status_code == 404
    assert client.post(path, headers={"sec-fetch-site": "cross-site"}).status_code == 404
