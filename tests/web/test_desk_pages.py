"""Customer, search, what needs a person, preferences."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shopbell.channels import ingress
from shopbell.channels.models import Inbound
from shopbell.conversations import operations
from shopbell.customers.models import Customer
from shopbell.events.models import Event
from tests import factories
from tests.web.test_desk_conversation import PART, set_state

pytestmark = pytest.mark.django_db


# customer


def test_a_customer_is_one_timeline_over_all_conversations(desk, agent):
    box = factories.mailbox()
    one = factories.conversation(box, subject="Order", text="first words")
    two = factories.conversation(box, subject="Return", text="second words")
    factories.conversation(box, "berta@x.example", text="about Berta’s lamp")
    operations.reply(one.id, agent, factories.answer("an answer"))
    html = desk.get(f"/desk/customers/{one.customer_id}/").content.decode()
    assert html.index("first words") < html.index("second words") < html.index("an answer")
    assert "about Berta’s lamp" not in html
    links = re.findall(r'<h3 class="divider fact"><span>.*?<a href="([^"]+)"><b>(\w+)</b>', html)
    assert links == [(f"/desk/c/{one.id}/", "Order"), (f"/desk/c/{two.id}/", "Return"), (f"/desk/c/{one.id}/", "Order")]


def test_a_customer_is_edited(desk, agent):
    one = factories.conversation()
    values = {"name": "Anna-Liis Saar", "language": "et", "salutation": "ms", "time_zone": "Europe/Tallinn"}
    response = desk.post(f"/desk/customers/{one.customer_id}/change/", values)
    assert response["Location"] == f"/desk/customers/{one.customer_id}/"
    customer = Customer.objects.get(id=one.customer_id)
    assert (customer.name, customer.language) == ("Anna-Liis Saar", "et")
    assert (customer.salutation, customer.time_zone) == ("ms", "Europe/Tallinn")
    assert Event.objects.get(name="customers.changed").actor_id == agent.id


def test_a_language_that_is_none_is_left_as_it_was(desk):
    one = factories.conversation(language="en")
    desk.post(f"/desk/customers/{one.customer_id}/change/", {"name": "A", "language": "klingon"})
    assert Customer.objects.get(id=one.customer_id).language == "en"


def test_a_long_history_comes_in_pages(desk):
    first = factories.receive(text="text 0")
    for number in range(1, 55):
        factories.receive(first.channel, thread_ids=(first.message_id,), text=f"text {number}")
    url = f"/desk/customers/{first.conversation.customer_id}/"
    html = desk.get(url).content.decode()
    assert ">text 4<" not in html
    more = re.search(r'href="(\?before=\d+)"', html)
    assert more
    older = desk.get(url + more[1], headers=PART).content.decode()
    assert ">text 4<" in older
    assert "<html" not in older
    assert "<html" in desk.get(url + more[1]).content.decode()


def test_the_customer_page_costs_the_same_however_long(desk):
    box = factories.mailbox()

    def cost() -> int:
        one = factories.conversation(box, text="more")
        with CaptureQueriesContext(connection) as asked:
            desk.get(f"/desk/customers/{one.customer_id}/")
        return len(asked)

    cost()
    assert cost() == cost()


# search


def search(desk: Client, q: str) -> str:
    return desk.get("/desk/search/", {"q": q}).content.decode()


def test_words_are_found_and_marked(desk):
    one = factories.conversation(text="The parcels were <wet>.")
    html = search(desk, "parcel")
    assert f'href="/desk/c/{one.id}/"' in html
    assert "<mark>parcels</mark>" in html
    assert "&lt;wet&gt;" in html
    assert "No conversation was found." in search(desk, "umbrella")


def test_operators_narrow_and_unknown_ones_are_named(desk, agent):
    box = factories.mailbox()
    one = factories.conversation(box, text="parcel lost")
    two = factories.conversation(box, "berta@x.example", name="Berta", text="parcel lost")
    operations.change_tags(two.id, add=("refund",), actor=agent.id)
    operations.resolve(one.id, actor=agent.id)

    def found(q: str) -> list[str]:
        return re.findall(r'<li class="hit"><a href="/desk/c/(\d+)/"', search(desk, q))

    assert found("parcel") == [str(two.id), str(one.id)]
    assert found("parcel from:berta") == [str(two.id)]
    assert found("parcel tag:refund") == [str(two.id)]
    assert found("is:resolved") == [str(one.id)]
    assert found("parcel before:2000-01-01") == []
    html = search(desk, "parcel is:strange before:someday")
    assert "is: does not know “strange”." in html
    assert "“someday” is no day." in html


def test_customers_come_first(desk):
    one = factories.conversation(text="hello")
    html = search(desk, "saar")
    assert html.index(f'href="/desk/customers/{one.customer_id}/"') < html.index('id="found"')


def test_a_number_goes_straight_there(desk):
    one = factories.conversation()
    assert desk.get("/desk/search/", {"q": f"#{one.id}"})["Location"] == f"/desk/c/{one.id}/"
    assert f'href="/desk/c/{one.id}/"' in search(desk, str(one.id))
    assert "No conversation was found." in search(desk, "#987654")


def test_what_is_typed_is_no_html(desk):
    html = search(desk, '"><script>alert(1)</script>')
    assert "<script>alert" not in html


@pytest.mark.parametrize("q", ["", " ", "'", "\\", "a:* | b", "from:", "tag:", "%", "\0", "x" * 5000])
def test_nothing_typed_breaks_it(desk, q):
    factories.conversation()
    assert desk.get("/desk/search/", {"q": q}).status_code == 200


# needs a person


@pytest.fixture
def broken() -> Inbound:
    body = b"From: =?utf-8?q?J=C3=BCri?= <j@x.example>\r\nSubject: <b>Help</b>\r\n\r\nbody \xff"
    ingress.accept(factories.mailbox(name="Support EU"), body)
    inbound = Inbound.objects.get()
    ingress.settle(inbound, Inbound.State.FAILED, "Unparsable: no end")
    return inbound


def test_broken_mail_is_listed_with_what_can_be_guessed(desk, broken):
    html = desk.get("/desk/needs-person/").content.decode()
    assert "j@x.example" in html
    assert "&lt;b&gt;Help&lt;/b&gt;" in html
    assert "Support EU: It could not be read: no end" in html
    assert 'id="needs-count">1<' in desk.get("/desk/").content.decode()


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (
            "Unparsable: no mail: neither a header nor readable text",
            "This is no mail: it has neither a header nor readable",
        ),
        ("nothing was understood", "There is nothing in it that could be filed."),
        ("ValueError: 3", "It could not be read: ValueError: 3"),
    ],
)
def test_why_it_was_not_understood_is_said_in_words(desk, broken, error, shown):
    ingress.settle(broken, Inbound.State.FAILED, error)
    assert shown in desk.get("/desk/needs-person/").content.decode()
    assert shown in desk.get(f"/desk/needs-person/{broken.id}/").content.decode()


@pytest.mark.parametrize(
    "body", [b"", b"\0\xff", b"\r\n\r\n", b"From: \xff\xfe\r\nSubject: =?x?q?=?=\r\n\r\n", b"x" * 70_000]
)
def test_whatever_the_bytes(desk, body):
    ingress.accept(factories.mailbox(), body, external_id="1")
    ingress.settle(Inbound.objects.get(), Inbound.State.FAILED, "x")
    assert desk.get("/desk/needs-person/").status_code == 200
    assert desk.get(f"/desk/needs-person/{Inbound.objects.get().id}/").status_code == 200


def test_it_can_be_read_downloaded_tried_again_and_dismissed(desk, broken, agent):
    url = f"/desk/needs-person/{broken.id}/"
    html = desk.get(url).content.decode()
    assert "Subject: &lt;b&gt;Help&lt;/b&gt;" in html
    response = desk.get(url + "download/")
    assert response.content == bytes(broken.body)
    assert response["Content-Disposition"] == f'attachment; filename="mail-{broken.id}.eml"'
    assert response["Content-Type"] == "application/octet-stream"
    assert desk.post(url + "retry/")["Location"] == "/desk/needs-person/"
    assert Inbound.objects.get().state == "new"
    desk.post(url + "dismiss/")
    assert Inbound.objects.get().state == "new"  # it is being read: nothing to dismiss
    ingress.settle(Inbound.objects.get(), Inbound.State.FAILED, "again")
    desk.post(url + "dismiss/")
    assert Inbound.objects.get().state == "seen"
    assert Event.objects.get(name="channels.inbound_dismissed").actor_id == agent.id
    assert "j@x.example" not in desk.get("/desk/needs-person/").content.decode()


def test_looking_at_the_addresses_of_buttons_changes_nothing(desk, broken):
    for name in ("retry", "dismiss"):
        assert desk.get(f"/desk/needs-person/{broken.id}/{name}/").status_code == 303
    assert Inbound.objects.get().state == "failed"


def test_answers_that_did_not_arrive_are_listed_with_the_reason(desk, agent):
    one = factories.conversation()
    message = operations.reply(one.id, agent, factories.answer())
    set_state(message, "failed", "550 no such user")
    html = desk.get("/desk/needs-person/").content.decode()
    assert f'href="/desk/c/{one.id}/?view=failure"' in html
    assert "550 no such user" in html


def test_empty_it_says_what_would_be_here(desk):
    html = desk.get("/desk/needs-person/").content.decode()
    assert "Every answer arrived." in html
    assert "Everything that came in was understood." in html


# preferences


def change(desk: Client, **fields):
    values = {"name": "Mari", "language": "en", "time_zone": "Europe/Berlin", "theme": "auto", "keys": "on"}
    return desk.post("/desk/preferences/", {**values, **fields})


def test_preferences_are_kept(desk, agent):
    response = change(desk, name="Mari M", language="et", time_zone="Europe/Tallinn", theme="dark")
    assert response.status_code == 303
    agent.refresh_from_db()
    assert (agent.name, agent.language, agent.time_zone, agent.theme) == ("Mari M", "et", "Europe/Tallinn", "dark")
    assert 'data-keys="on"' in desk.get("/desk/").content.decode()


def test_single_keys_can_be_switched_off(desk):
    change(desk, keys="", stays="on")
    html = desk.get("/desk/").content.decode()
    assert 'data-keys="off"' in html
    html = desk.get("/desk/preferences/").content.decode()
    assert not re.search(r'name="keys"[^>]*checked', html)
    assert re.search(r'name="stays"[^>]*checked', html)


@pytest.mark.parametrize(
    ("field", "value"), [("time_zone", "Mars/Olympus"), ("language", "xx"), ("theme", "pink"), ("name", "")]
)
def test_what_is_wrong_is_marked_and_nothing_is_changed(desk, agent, field, value):
    response = change(desk, **{field: value})
    assert response.status_code == 422
    assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', response.content.decode())
    before = agent.name
    agent.refresh_from_db()
    assert (agent.name, agent.time_zone) == (before, "Europe/Berlin")


def test_nobody_makes_themselves_an_admin(desk, agent):
    change(desk, role="admin", is_active="", also_answers="on", email="x@y.example")
    agent.refresh_from_db()
    assert (agent.role, agent.is_active, agent.also_answers) == ("agent", True, False)


def test_a_mailbox_that_cannot_be_read_is_shown_to_those_who_may_see_raw_mail(desk):
    since = timezone.now() - timedelta(hours=2)
    factories.mailbox(name="Sales", failing_since=since, alarmed_at=since, error="the password is refused")
    factories.mailbox(name="Paused", failing_since=since, alarmed_at=since, is_active=False)
    page = desk.get("/desk/needs-person/").content.decode()
    assert "Mailboxes that cannot be read" in page
    assert "the password is refused" in page
    assert "Paused" not in page
    partner = Client()
    partner.force_login(factories.agent("Pia Partner", "partner", (factories.team(is_partner=True),)))
    assert "the password is refused" not in partner.get("/desk/needs-person/").content.decode()


def test_a_lead_finds_the_macros_and_an_agent_no_administration(desk):
    assert 'href="/admin/"' not in desk.get("/desk/").content.decode()
    lead = Client()
    lead.force_login(factories.agent("Liis Lead", "lead"))
    assert 'href="/admin/"' in lead.get("/desk/").content.decode()
