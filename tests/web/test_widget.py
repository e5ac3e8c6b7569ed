"""The widget's files: who gets them, how long they are kept, and how much they weigh."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shopbell.channels.models import Channel
from shopbell.web.widget import bundle, words
from tests import factories

pytestmark = pytest.mark.django_db
MOST_BYTES = 25_000


def chat(shop: Any = None, **fields: Any) -> Channel:
    shop = shop or factories.shop("Poder", accent="#205040", language="da")
    return Channel.objects.create(shop=shop, type="chat", name="Chat", address="k1k2k3k4", **fields)


def given(text: str) -> dict[str, Any]:
    found = re.search(r"const given=(\{.*?\});const script", text)
    assert found
    read: dict[str, Any] = json.loads(found[1])
    return read


def test_the_loader_knows_the_shop_and_where_the_parts_are(client: Client) -> None:
    channel = chat(settings={"position": "left", "greetings": {"da": "Hej!"}})
    answer = client.get("/chat/k1k2k3k4/widget.js")
    said = given(answer.text)
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert (said["key"], said["language"], said["position"]) == ("k1k2k3k4", "da", "left")
    assert (said["accent"], said["on_accent"], said["greetings"]) == ("#205040", "#ffffff", {"da": "Hej!"})
    assert said["contact"] == f"/contact/{channel.shop.slug}/"
    assert set(said["words"]) == set(said["catalogues"]) == {"en", "de", "da", "et"}
    assert said["words"]["en"]["other"] == "{n} new messages"
    assert client.get(said["panel"]).status_code == client.get(said["catalogues"]["de"]).status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert not answer.cookies


def test_a_colour_of_its_own_and_what_could_end_a_script(client: Client) -> None:
    chat(settings={"accent": "#ffe0a0", "greetings": {"en": "</script><b>"}})
    answer = client.get("/chat/k1k2k3k4/widget.js")
    assert "</script" not in answer.text
    assert (given(answer.text)["accent"], given(answer.text)["on_accent"]) == ("#ffe0a0", "#000000")
    assert given(answer.text)["greetings"] == {"en": "</script><b>"}


def test_a_paused_chat_does_nothing_and_another_key_is_nothing(client: Client) -> None:
    chat(is_active=False)
    assert client.get("/chat/k1k2k3k4/widget.js").content == b"/* This chat is not on. */\n"
    assert client.get("/chat/other/widget.js").status_code == 404
    Channel.objects.update(type="email", is_active=True)
    assert client.get("/chat/k1k2k3k4/widget.js").status_code == 404, "an address of a mailbox is no key"
    assert client.post("/chat/k1k2k3k4/widget.js").status_code == 405


def test_kept_for_minutes_then_asked_for_again(client: Client) -> None:
    chat()
    first = client.get("/chat/k1k2k3k4/widget.js")
    assert first.headers["Cache-Control"] == "public, max-age=300, stale-while-revalidate=86400"
    again = client.get("/chat/k1k2k3k4/widget.js", headers={"If-None-Match": f"W/{first.headers['ETag']}"})
    assert (again.status_code, again.content) == (304, b"")
    Channel.objects.update(settings={"position": "left"})
    changed = client.get("/chat/k1k2k3k4/widget.js", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_parts_are_kept_for_a_year_by_their_digest(client: Client) -> None:
    digest = bundle.panel().digest
    answer = client.get(f"/chat/parts/{digest}/panel.js", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert (
        gzip.decompress(answer.content) == bundle.panel().body == client.get(f"/chat/parts/{digest}/panel.js").content
    )
    old = client.get("/chat/parts/0123456789abcdef/panel.js")
    assert (old.status_code, old.headers["Cache-Control"][:19]) == (200, "public, max-age=300")
    for name in ("other.js", "panel.css", "xx.json", "..json"):
        assert client.get(f"/chat/parts/{digest}/{name}").status_code == 404, name


def test_the_words_are_those_of_the_catalogue() -> None:
    english = json.loads(words.catalogue("en").body)
    assert english["send"] == "Send"
    assert json.loads(words.catalogue("de").body)["send"] == "Senden"
    used = set(re.findall(r"\bwords\.(\w+)", "".join(path.read_text() for path in bundle.SOURCES.glob("*.js"))))
    assert used - set(english) == {"open", "close", "one", "other"} - set(english)
    assert set(english) - used == set(), "words nobody says"


def test_all_that_a_visitor_loads_weighs_little(client: Client) -> None:
    chat()
    loader = client.get("/chat/k1k2k3k4/widget.js", headers={"Accept-Encoding": "gzip"})
    assert loader.headers["Content-Encoding"] == "gzip"
    heaviest = max(len(words.catalogue(code).compressed) for code in ("en", "de", "da", "et"))
    whole = len(loader.content) + len(bundle.panel().compressed) + heaviest
    assert whole <= MOST_BYTES, (len(loader.content), len(bundle.panel().compressed), heaviest)


def test_the_parts_stay_one_script_that_can_be_read(tmp_path: Any) -> None:
    """Modules put together lose nothing and do not meet each other's names."""
    script = tmp_path / "panel.mjs"
    script.write_bytes(bundle.panel().body)
    assert b"import" not in bundle.panel().body.replace(b"important", b"")
    names = re.findall(
        r"^(?:export )?(?:async )?(?:const|let|function|class) (\w+)",
        "".join(path.read_text() for path in bundle.SOURCES.glob("*.js") if path.name != "widget.js"),
        re.MULTILINE,
    )
    assert len(names) == len(set(names))


def test_the_page_to_try_it_is_for_colleagues_who_see_the_shop(client: Client) -> None:
    channel = chat()
    address = reverse("chat_try", args=[channel.address])
    assert client.get(address).status_code == 302
    client.force_login(factories.agent())
    answer = client.get(f"{address}?language=de&theme=dark")
    assert answer.status_code == 200
    assert 'data-language="de" data-theme="dark"' in answer.text
    assert 'lang="da"' in client.get(f"{address}?language=xx&theme=%22").text
    elsewhere = factories.agent(limited_to_shops=True)
    elsewhere.shops.set([factories.shop("Other")])
    client.force_login(elsewhere)
    assert client.get(address).status_code == 404
    assert client.get(reverse("chat_try", args=["other"])).status_code == 404
