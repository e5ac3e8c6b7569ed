"""People, teams, shops, macros and stuck work in the administration: exact effects, and a line in the log for each."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from shopbell import web
from shopbell.agents.models import Agent, Invitation, Team
from shopbell.channels.models import Channel
from shopbell.conversations.models import Tag
from shopbell.customers.models import VouchingKey
from shopbell.events.models import Delivery, Event, Heartbeat, Schedule
from shopbell.fields import operations as fields
from shopbell.integrations.models import Webhook
from shopbell.knowledge.models import Macro
from shopbell.shops.models import Logo, Shop
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def me() -> Agent:
    return factories.agent("Ada Admin", role="admin", language="de", time_zone="Europe/Tallinn")


@pytest.fixture
def admin(client: Client, me: Agent) -> Client:
    client.force_login(me)
    return client


def log() -> list[tuple[str, dict[str, Any], int | None]]:
    return [(row.name, row.data, row.actor_id) for row in Event.objects.order_by("id")]


def test_somebody_is_added_and_gets_a_link(admin: Client, me: Agent) -> None:
    team = factories.team()
    values = {"name": "Jens Møller", "email": "Jens@Shop.example", "role": "lead", "teams": [team.id]}
    page = admin.post("/admin/people/new/", values)
    jens = Agent.objects.get(email="jens@shop.example")
    assert (jens.name, jens.role, jens.also_answers, list(jens.teams.all())) == ("Jens Møller", "lead", False, [team])
    assert (jens.language, jens.time_zone) == ("de", "Europe/Tallinn"), "as the admin's, until they choose"
    assert not jens.has_usable_password()
    assert Client().get(page.context["link"].removeprefix("http://testserver")).status_code == 200
    assert log() == [
        ("agents.created", {"agent_id": jens.pk, "role": "lead"}, me.pk),
        ("agents.invited", {"agent_id": jens.pk, "invitation_id": Invitation.objects.get().id}, me.pk),
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Fill this in."), ("de", "Bitte ausfüllen."), ("da", "Skal udfyldes."), ("et", "See väli tuleb täita.")],
)
def test_what_is_missing_is_asked_for_in_our_words(client: Client, language: str, words: str) -> None:
    client.force_login(factories.agent(role="admin", language=language))
    page = client.post("/admin/people/new/", {"name": "X", "role": "agent"})
    assert list(page.context["form"].errors) == ["email"]
    assert f'id="id_email_error">{words}<' in page.content.decode()


def test_an_address_signs_in_one_person(admin: Client, me: Agent) -> None:
    page = admin.post("/admin/people/new/", {"name": "X", "email": me.email.upper(), "role": "agent"})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["email"]
    assert Agent.objects.count() == 1


def test_a_partner_needs_a_team(admin: Client) -> None:
    values = {"name": "P", "email": "p@partner.example", "role": "partner"}
    assert list(admin.post("/admin/people/new/", values).context["form"].errors) == ["role"], "there is no team at all"
    team = factories.team(is_partner=True)
    assert list(admin.post("/admin/people/new/", values).context["form"].errors) == ["teams"]
    assert admin.post("/admin/people/new/", {**values, "teams": [team.id]}).status_code == 200


def test_somebody_is_changed(admin: Client, me: Agent) -> None:
    other = factories.agent("Mari")
    values = {"name": "Mari Kask", "email": other.email, "role": "privacy"}
    assert admin.post(f"/admin/people/{other.pk}/", values).status_code == 303
    other.refresh_from_db()
    assert (other.name, other.role) == ("Mari Kask", "privacy")
    assert log() == [("agents.changed", {"agent_id": other.pk, "role": "privacy"}, me.pk)]


def test_the_last_admin_can_neither_leave_nor_be_demoted(admin: Client, me: Agent) -> None:
    page = admin.post(f"/admin/people/{me.pk}/", {"name": me.name, "email": me.email, "role": "agent"})
    assert list(page.context["form"].errors) == ["role"]
    admin.post(f"/admin/people/{me.pk}/access/")
    me.refresh_from_db()
    assert (me.role, me.is_active) == ("admin", True)
    assert log() == []


def test_access_ends_and_comes_back(admin: Client, me: Agent) -> None:
    other, theirs = factories.agent(), Client()
    theirs.force_login(other)
    admin.post(f"/admin/people/{other.pk}/access/")
    assert theirs.get("/desk/").status_code == 302
    assert admin.post(f"/admin/people/{other.pk}/link/").status_code == 404, "no link for whom the door is shut"
    admin.post(f"/admin/people/{other.pk}/access/")
    assert theirs.get("/desk/").status_code == 200
    assert [name for name, *_ in log()] == ["agents.deactivated", "agents.reactivated"]


def test_teams(admin: Client, me: Agent) -> None:
    there = admin.post("/admin/teams/new/", {"name": "Tallinn"})["Location"]
    assert there == "/admin/people/#teams"
    assert "<span>Gespeichert.</span>" in admin.get(there).content.decode()
    team = Team.objects.get()
    admin.post(f"/admin/teams/{team.id}/", {"name": "Partner Tallinn", "is_partner": "on"})
    team.refresh_from_db()
    assert (team.name, team.is_partner) == ("Partner Tallinn", True)
    assert admin.post("/admin/teams/new/", {"name": "Partner Tallinn"}).status_code == 422
    assert log() == [("agents.team_changed", {"team_id": team.id}, me.pk)] * 2


SHOP = {
    "name": "Põder Kodu",
    "language": "et",
    "time_zone": "Europe/Tallinn",
    "website": "poder.example",
    "controller": "Põder OÜ",
    "privacy_contact": "privacy@poder.example",
    "privacy_url": "",
    "retention_months": "24",
}


def test_shops(admin: Client, me: Agent) -> None:
    assert admin.post("/admin/shops/new/", SHOP).status_code == 303
    shop = Shop.objects.get()
    assert (shop.slug, shop.website, shop.retention_months) == ("poder-kodu", "https://poder.example", 24)
    admin.post(f"/admin/shops/{shop.id}/", {**SHOP, "name": "Renamed"})
    shop.refresh_from_db()
    assert (shop.name, shop.slug) == ("Renamed", "poder-kodu"), "public addresses stay"
    admin.post("/admin/shops/new/", SHOP)
    assert Shop.objects.order_by("-id")[0].slug == "poder-kodu-2"
    wrong = admin.post("/admin/shops/new/", {**SHOP, "time_zone": "Mars/Base", "website": "javascript:alert(1)"})
    assert sorted(wrong.context["form"].errors) == ["time_zone", "website"]
    assert [name for name, *_ in log()] == ["shops.changed"] * 3


CURSOR = re.compile(r'<(?:input|textarea|select)[^>]*name="(\w+)"[^>]* autofocus')


def test_the_cursor_is_where_writing_begins_or_something_is_wrong(admin: Client) -> None:
    tag = Tag.objects.create(name="late")
    for address, field in {"tags/new/": "name", "fields/new/customer/": "label_en", f"tags/{tag.id}/": ""}.items():
        assert CURSOR.findall(admin.get(f"/admin/{address}").content.decode()) == ([field] if field else []), address
    wrong = admin.post("/admin/shops/new/", {**SHOP, "website": "javascript:alert(1)"})
    assert CURSOR.findall(wrong.content.decode()) == ["website"]


@pytest.mark.parametrize(
    "path",
    [
        "tags/new",
        "checklists/new",
        "macros/new",
        "tokens/new",
        "webhooks/new",
        "webhooks/{}",
        "teams/new",
        "money-back",
    ],
)
def test_what_was_not_saved_says_so_above_the_form(admin: Client, me: Agent, path: str) -> None:
    Agent.objects.filter(pk=me.pk).update(language="en")
    webhook = Webhook.objects.create(url="https://shop.example/told", secrets=[])
    place = f"/admin/{path.format(webhook.pk)}/"
    said = '<p class="notice bad" role="alert">Not saved yet. Look at what is marked below.</p>'
    assert said not in admin.get(place).content.decode()
    answer = admin.post(place, {"url": "no address"})
    assert (answer.status_code, answer.content.decode().count(said)) == (422, 1)


@pytest.mark.parametrize(
    ("place", "sent"),
    [
        ("/admin/mailboxes/new/", {"do": "guess", "address": "none"}),
        ("/admin/mailboxes/{box}/", {"address": "none"}),
        ("/admin/connections/new/woocommerce/", {}),
        ("/admin/carriers/new/dhl/", {}),
        ("/admin/policies/{shop}/return/new/", {"valid_from": "never"}),
        ("/admin/watch/{shop}/", {"do": "calendar", "opens": "never"}),
        ("/desk/customers/segments/new/", {}),
        ("/desk/views/new/", {}),
        ("/desk/preferences/", {"language": "xx"}),
        ("/desk/signatures/new/", {"of": "nobody", "text": "Mari"}),
        ("/desk/articles/topics/new/", {"shop": "0"}),
        ("/desk/incidents/new/", {}),
        ("/accounts/password/", {}),
    ],
)
def test_every_form_says_it_in_the_same_way(admin: Client, me: Agent, place: str, sent: dict[str, str]) -> None:
    Agent.objects.filter(pk=me.pk).update(language="en")
    box = factories.mailbox()
    place = place.format(box=box.id, shop=box.shop_id)
    assert "Not saved yet." not in admin.get(place).content.decode()
    html = admin.post(place, sent).content.decode()
    assert html.count('<p class="notice bad" role="alert">') == html.count("Not saved yet. Look at what") == 1


def test_a_customer_whose_fields_do_not_fit_is_told_so(client: Client) -> None:
    client.force_login(factories.agent())
    fields.create(actor=1, subject="customer", key="size", kind="number", labels={"en": "Size"})
    place = f"/desk/customers/{factories.conversation().customer_id}/"
    assert "Not saved yet. Look" not in client.get(place).content.decode()
    assert client.post(f"{place}change/", {"own_size": "big"}).content.decode().count("Not saved yet. Look") == 1


def test_it_stands_in_one_place() -> None:
    """A page includes it, so that it is said and shown alike everywhere."""
    pages = (Path(web.__file__).parent / "templates").rglob("*.html")
    assert [page.name for page in pages if "Not saved yet. Look at" in page.read_text()] == ["not_saved.html"]


def test_a_macro_without_its_text_says_so_above_the_form(admin: Client, me: Agent) -> None:
    Agent.objects.filter(pk=me.pk).update(language="en")
    answer = admin.post("/admin/macros/new/", {"name": "Where is it?"})
    assert not answer.context["form"].errors
    assert "Not saved yet." in answer.content.decode()


def test_a_further_shop_begins_in_the_time_zone_of_the_first(admin: Client) -> None:
    chosen = '<option value="Europe/Tallinn" selected>'
    assert chosen not in admin.get("/admin/shops/new/").content.decode()
    factories.shop(time_zone="Europe/Tallinn")
    other = factories.shop("Other", time_zone="Europe/Berlin")
    assert chosen in admin.get("/admin/shops/new/").content.decode()
    assert chosen not in admin.get(f"/admin/shops/{other.id}/").content.decode()


def test_a_shop_has_host_names_of_its_own(admin: Client, settings: Any) -> None:
    settings.BASE_URL = "https://desk.example"
    shop, other = factories.shop("Poder"), factories.shop("Stockmann")
    path = f"/admin/shops/{shop.id}/"
    admin.post(path, {**SHOP, "hosts": "Hilfe.Läden.example\nhelp.poder.example"})
    assert admin.get(path).context["form"]["hosts"].value() == "hilfe.xn--lden-loa.example\nhelp.poder.example"
    for hosts in ("no host", "https://", "desk.example", "help.poder.example"):
        page = admin.post(f"/admin/shops/{other.id}/", {**SHOP, "name": "New", "hosts": hosts})
        assert (page.status_code, list(page.context["form"].errors)) == (422, ["hosts"])
    other.refresh_from_db()
    assert (other.name, other.domains.count()) == ("Stockmann", 0)


def _picture(size: tuple[int, int] = (900, 300)) -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", size, "#8a5a00").save(file, "PNG")
    return SimpleUploadedFile("logo.png", file.getvalue(), "image/png")


def test_a_shop_looks_as_it_likes(admin: Client) -> None:
    shop = factories.mailbox().shop
    path = f"/admin/shops/{shop.id}/"
    admin.post(f"{path}contact/", {"is_active": "on", "replies_through": shop.channels.get().id})
    plain = Client().get(f"/contact/{shop.slug}/")
    assert (plain.context["look"], len(plain.context["languages"])) == ({"style": "", "logo": ""}, 4)
    chosen = {**SHOP, "language": "et", "languages": ["de"], "has_accent": "on", "accent": "#ffcc00"}
    assert admin.post(path, {**chosen, "logo": _picture()}).status_code == 303
    page = Client().get(f"/contact/{shop.slug}/?lang=da")
    assert list(page.context["languages"]) == ["de", "et"]
    assert page.headers["Content-Language"] == "et", "not offered: the shop's own"
    look = page.context["look"]
    assert Client().get(look["style"]).content == b":root { --brand: #ffcc00; --on-brand: #000000; }\n"
    assert Client().get(look["style"].replace("ffcc00", "112233")).status_code == 404
    logo = Client().get(look["logo"])
    with Image.open(io.BytesIO(logo.content)) as image:
        assert (image.format, image.size) == ("WEBP", (480, 160))
    assert (logo.headers["Content-Type"], look["logo"] in page.text) == ("image/webp", True)
    admin.post(path, {**SHOP, "accent": "#ffcc00", "drop_logo": "on"})
    page = Client().get(f"/contact/{shop.slug}/")
    assert (page.context["look"], len(page.context["languages"])) == ({"style": "", "logo": ""}, 4)


def test_what_is_no_logo_changes_nothing(admin: Client) -> None:
    shop = factories.mailbox().shop
    for content, name in (
        (b"<svg onload=alert(1)>", "x.svg"),
        (b"GIF89a broken", "x.png"),
        (bytes(5_000_001), "x.png"),
    ):
        page = admin.post(
            f"/admin/shops/{shop.id}/", {**SHOP, "name": "New", "logo": SimpleUploadedFile(name, content)}
        )
        assert (page.status_code, list(page.context["form"].errors)) == (422, ["logo"])
    page = admin.post(f"/admin/shops/{shop.id}/", {**SHOP, "has_accent": "on", "accent": "red;}"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["accent"])
    assert not Shop.objects.filter(name="New").exists()
    assert not Logo.objects.exists()


def test_the_contact_form_opens_and_closes(admin: Client) -> None:
    mailbox = factories.mailbox()
    path = f"/admin/shops/{mailbox.shop_id}/"
    admin.post(f"{path}contact/", {"is_active": "on", "replies_through": mailbox.id})
    form = Channel.objects.get(type="contact_form")
    assert (form.is_active, form.replies_through) == (True, mailbox)
    page = admin.get(path)
    assert page.context["contact_address"] == f"http://testserver/contact/{mailbox.shop.slug}/"
    assert f"data-shop=&quot;{mailbox.shop.slug}&quot;" in page.content.decode()
    assert Client().get(page.context["contact_address"]).status_code == 200
    admin.post(f"{path}contact/", {"replies_through": mailbox.id})
    assert b"<form" not in Client().get(page.context["contact_address"]).content
    other = factories.mailbox()
    admin.post(f"{path}contact/", {"is_active": "on", "replies_through": other.id})
    form.refresh_from_db()
    assert (form.is_active, form.replies_through) == (False, mailbox), "not through another shop's mailbox"


def test_macros_are_for_leads_too(me: Agent) -> None:
    lead = factories.agent(role="lead")
    client = Client()
    client.force_login(lead)
    groups = client.get("/admin/").context["groups"]
    seen = {section.name for _group, members in groups for section in members}
    assert {"macros", "audit", "tokens"} <= seen
    assert not {"people", "rules", "sso", "mailboxes"} & seen
    values = {"name": "Late parcel", "language": "en", "shop": "", "body": "Dear {customer.first_name}"}
    assert client.post("/admin/macros/new/", values).status_code == 303
    macro = Macro.objects.get()
    assert (macro.name, macro.language, macro.shop, macro.body) == ("Late parcel", "en", None, values["body"])
    assert client.post(f"/admin/macros/{macro.id}/", {**values, "body": ""}).status_code == 422
    client.post(f"/admin/macros/{macro.id}/", {**values, "body": "Hello"})
    client.post(f"/admin/macros/{macro.id}/delete/")
    assert not Macro.objects.exists()
    number = {"macro_id": macro.id}
    assert log() == [
        ("knowledge.macro_changed", number, lead.pk),
        ("knowledge.macro_changed", number, lead.pk),
        ("knowledge.macro_deleted", number, lead.pk),
    ]


def stuck(**fields: Any) -> Delivery:
    values = {"handler": "x.y", "lane": "inside", "event_name": "conversations.opened", "data": {}, "attempts": 10}
    return Delivery.objects.create(
        **{**values, "parked_at": timezone.now(), "error": "ValueError: <b>no</b>", **fields}
    )


def test_stuck_work_is_shown_and_tried_again(admin: Client) -> None:
    one, two, waiting = stuck(), stuck(), stuck(parked_at=None, attempts=3)
    page = admin.get("/admin/stuck/").content.decode()
    assert "ValueError: &lt;b&gt;no" in page
    assert page.count('name="number"') == 2
    assert page.count('data-command="Alles noch einmal versuchen"') == 1
    admin.post("/admin/stuck/retry/", {"number": one.id})
    state = {row.id: (row.parked_at is None, row.attempts) for row in Delivery.objects.all()}
    assert state == {one.id: (True, 0), two.id: (False, 10), waiting.id: (True, 3)}
    admin.post("/admin/stuck/retry/", {"number": "x"})
    assert Delivery.objects.filter(parked_at=None).count() == 2
    admin.post("/admin/stuck/retry/")
    assert not Delivery.objects.exclude(parked_at=None).exists()


def test_health_says_the_gravest_first_in_the_readers_language(admin: Client) -> None:
    Heartbeat.objects.create(name="one:1", at=timezone.now() - timedelta(hours=1))
    Schedule.objects.create(name="mailboxes", due_at=timezone.now())
    findings = admin.get("/admin/health/", headers={"Accept-Language": "en"}).context["findings"]
    assert [finding.level for finding in findings][:2] == ["fail", "warn"]
    assert len({finding.subject for finding in findings}) == len(findings) >= 7


def test_the_administration_begins_with_all_its_sections(admin: Client) -> None:
    page = admin.get("/admin/")
    members = [section for _group, members in page.context["groups"] for section in members]
    assert [admin.get(section.url).status_code for section in members] == [200] * len(members)
    assert {"shops", "mailboxes", "macros", "people", "parked"} <= {section.name for section in members}
    agent = Client()
    agent.force_login(factories.agent())
    groups = agent.get("/admin/").context["groups"]
    assert [section.name for _group, members in groups for section in members] == ["tokens"]


def test_a_shops_secret_is_shown_once_renewed_and_ended(admin: Client) -> None:
    shop = factories.shop("Poder")
    path = f"/admin/shops/{shop.id}/"
    assert "Es gibt noch keines." in admin.get(path).content.decode()
    shown = []
    for _ in range(2):
        answer = admin.post(f"{path}secret/")
        assert answer.headers["Cache-Control"] == "no-store"
        shown.append(VouchingKey.objects.get().secrets["current"])
        assert f'value="{shown[-1]}"' in answer.content.decode()
    now = admin.get(path).content.decode()
    assert not [secret for secret in shown if secret in now]
    assert "Das frühere gilt bis" in now
    assert VouchingKey.objects.get().secrets["former"] == shown[0]
    admin.post(f"{path}secret/former/")
    assert VouchingKey.objects.get().secrets == {"current": shown[1], "former": ""}
    assert "Das frühere gilt bis" not in admin.get(path).content.decode()
    assert [name for name, *_ in log()] == ["customers.vouching_renewed"] * 3
