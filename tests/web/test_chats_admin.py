"""A chat in the administration: made with a key of its own, changed, refused with words at the field."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from shopbell.channels.models import Channel
from shopbell.events.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(factories.agent(role="admin"))
    return client


def filled(shop: Any, **changed: Any) -> dict[str, Any]:
    hours = {f"hours.{day}": "09:00-17:00" if day < 5 else "" for day in range(7)}
    return {
        "shop": shop.id,
        "name": "Chat",
        "capacity": "3",
        "position": "left",
        "max_file_mb": "10",
        **hours,
        **changed,
    }


def test_made_with_a_key_and_a_line_for_the_shop(admin: Client) -> None:
    shop = factories.shop("Poder")
    mailbox = factories.mailbox(shop)
    answer = admin.post("/admin/chats/new/", filled(shop, replies_through=mailbox.id, **{"greetings.da": "Hej!"}))
    row = Channel.objects.get(type="chat")
    assert answer.headers["Location"] == f"/admin/chats/{row.id}/"
    assert (row.shop, row.name, row.replies_through, len(row.address)) == (shop, "Chat", mailbox, 16)
    assert (row.settings["position"], row.settings["capacity"]) == ("left", 3)
    assert (row.settings["hours"]["0"], row.settings["greetings"]) == ("09:00-17:00", {"da": "Hej!"})
    page = admin.get(f"/admin/chats/{row.id}/").text
    assert f"/chat/{row.address}/widget.js&quot;&gt;&lt;/script&gt;" in page
    assert f'href="/chat/{row.address}/try/"' in page
    assert Event.objects.filter(name="channels.channel_changed").count() == 1
    assert f'href="/admin/chats/{row.id}/"' in admin.get("/admin/mailboxes/").text


def test_the_key_stays_when_it_is_changed(admin: Client) -> None:
    shop = factories.shop("Poder")
    row = Channel.objects.create(shop=shop, type="chat", name="Chat", address="k1", settings={"position": "left"})
    assert admin.post(f"/admin/chats/{row.id}/", filled(shop, name="Talk", accent="#102030")).status_code == 303
    row.refresh_from_db()
    assert (row.name, row.address, row.settings["accent"]) == ("Talk", "k1", "#102030")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"accent": "red"}, "accent"),
        ({"name": ""}, "name"),
        ({"capacity": "many"}, "capacity"),
        ({"position": "middle"}, "position"),
    ],
)
def test_what_cannot_be_read_is_said_at_the_field(admin: Client, changed: dict[str, str], field: str) -> None:
    answer = admin.post("/admin/chats/new/", filled(factories.shop(), **changed))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Channel.objects.filter(type="chat").exists()


def test_another_shops_mailbox_does_not_answer(admin: Client) -> None:
    elsewhere = factories.mailbox()
    answer = admin.post("/admin/chats/new/", filled(factories.shop("Poder"), replies_through=elsewhere.id))
    assert answer.context["form"].errors["replies_through"] == ["This mailbox belongs to another shop."]


def test_another_kind_of_channel_is_no_chat(admin: Client) -> None:
    assert admin.get(f"/admin/chats/{factories.mailbox().id}/").status_code == 404
