"""Cases and incidents in the desk: who sees them, who acts, and that lists cost the same however long."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from shopbell.commerce.models import Connection, Order, Shipment
from shopbell.conversations.models import Conversation
from shopbell.watching.models import Case, Incident, Kind, Notice
from tests import factories
from tests.watching.things import laden, look, noon, on_its_way, rule, sent, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Connection:
    found = laden()
    rule(found, Kind.LATE)
    on_its_way(found, promised_on=date(2026, 11, 17))
    look()
    return found


def late() -> Case:
    return Case.objects.get(kind=Kind.LATE)


def desk(role: str = "agent", **fields: object) -> Client:
    client = Client()
    client.force_login(factories.agent(role=role, **fields))  # type: ignore[arg-type]
    return client


def text(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))  # type: ignore[attr-defined]


def act(client: Client, **fields: object):  # type: ignore[no-untyped-def]
    return client.post(f"/desk/cases/{late().id}/change/", fields)


PAGES = ["/desk/cases/", "/desk/cases/{case}/", "/desk/incidents/", "/desk/incidents/{incident}/"]
DEEDS = ["/desk/cases/{case}/change/", "/desk/parcels/{parcel}/not-there/"]
RUNNING = ["/desk/incidents/new/", "/desk/incidents/{incident}/edit/", "/desk/incidents/{incident}/change/"]


def address(pattern: str, shop: Connection) -> str:
    incident = Incident.objects.get_or_create(shop=shop.shop, name="Strike", words={"de": ["S", "T"]})[0]
    return pattern.format(case=late().id, incident=incident.id, parcel=Shipment.objects.get().id)


@pytest.mark.parametrize("pattern", [*PAGES, *DEEDS, *RUNNING])
def test_a_stranger_gets_nothing(shop, pattern):
    answer = Client().get(address(pattern, shop)) if pattern in PAGES else Client().post(address(pattern, shop))
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


@pytest.mark.parametrize("pattern", PAGES)
def test_who_works_here_reads_them(shop, pattern):
    assert desk().get(address(pattern, shop)).status_code == 200
    assert desk("privacy").get(address(pattern, shop)).status_code == 200


@pytest.mark.parametrize("pattern", RUNNING)
def test_agents_do_not_run_incidents_and_leads_do(shop, pattern):
    place = address(pattern, shop)
    for role in ("agent", "privacy"):
        assert desk(role).post(place, {"do": "tell"}).status_code == 403
    assert desk("lead").post(place, {"do": "tell"}).status_code in (303, 422)


def test_a_partner_agent_of_another_team_sees_none_and_changes_none(shop):
    partner = desk("partner", name="Paul", teams=(factories.team(is_partner=True),))
    assert "past the promise" not in text(partner.get("/desk/cases/")).split("Show")[-1]
    assert partner.get(f"/desk/cases/{late().id}/").status_code == 404
    assert act(partner, do="settle").status_code == 404
    assert partner.post(f"/desk/parcels/{Shipment.objects.get().id}/not-there/").status_code == 404
    assert late().resolved_at is None


def test_an_agent_of_another_shop_sees_none(shop):
    other = desk(name="Zoe", limited_to_shops=True)
    assert other.get(f"/desk/cases/{late().id}/").status_code == 404
    Incident.objects.create(shop=shop.shop, name="Strike", words={"de": ["S", "T"]})
    assert other.get(f"/desk/incidents/{Incident.objects.get().id}/").status_code == 404
    assert "Strike" not in text(other.get("/desk/incidents/"))


def test_an_officer_reads_and_does_nothing(shop):
    assert act(desk("privacy"), do="settle").status_code == 403
    assert late().resolved_at is None


def test_the_list_is_narrowed_by_kind_state_carrier_and_person(shop):
    mari = factories.agent("Mari")
    client = Client()
    client.force_login(mari)
    Case.objects.filter(kind=Kind.STUCK).update(assignee=mari, carrier="gls")
    rows = lambda query: [row.what for row in client.get(f"/desk/cases/?{query}").context["rows"]]  # noqa: E731
    assert sorted(rows("")) == ["past the promise", "stuck"]
    assert rows("kind=late") == ["past the promise"]
    assert rows("carrier=gls") == ["stuck"]
    assert rows("whose=me") == ["stuck"]
    assert rows("whose=nobody") == ["past the promise"]
    assert rows("state=resolved") == []
    Case.objects.filter(kind=Kind.LATE).update(state="resolved", resolved_at=timezone.now())
    assert rows("state=resolved") == ["past the promise"]
    assert rows("") == ["stuck"]
    assert len(rows("state=all")) == 2
    assert len(rows("kind=nonsense&state=nonsense&shop=x&before=y")) == 1


def test_the_list_goes_on_where_it_ended_and_costs_the_same(shop):
    client, order, counts = desk(), Order.objects.get(), []
    client.get("/desk/cases/")
    for number in (1, 60):
        for each in range(number):
            Case.objects.create(
                shop=shop.shop, order=order, kind=Kind.EXCEPTION, stage=f"{number}{each}", due_at=timezone.now()
            )
        with CaptureQueriesContext(database) as queries:
            page = client.get("/desk/cases/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert len(page.context["rows"]) == 50
    after = client.get(f"/desk/cases/{page.context['more_url']}", headers={"HX-Request": "true"})
    assert len(after.context["rows"]) == 13
    assert "<html" not in after.content.decode()


def test_taken_given_noted_settled_and_opened_again(shop):
    client, jens = desk(), factories.agent("Jens")
    act(client, do="take")
    assert str(late().assignee) == "Mari Maasikas"
    act(client, do="assign", agent=jens.pk)
    assert late().assignee == jens
    act(client, do="note", note="Calls back")
    assert "Calls back" in client.get(f"/desk/cases/{late().id}/").content.decode()
    act(client, do="settle")
    assert late().state == "resolved"
    act(client, do="reopen")
    assert late().state == "open"
    assert act(client, do="nonsense").status_code == 303


def test_the_page_says_what_was_told_and_what_was_not(shop):
    tell()
    Notice.objects.create(
        key="x",
        shop=shop.shop,
        order=late().order,
        name="shipped",
        state="withheld",
        reason="off",
        due_at=timezone.now(),
    )
    page = text(desk().get(f"/desk/cases/{late().id}/"))
    assert "past the promise : sent" in page
    assert "order sent: not sent – the shop had switched it off" in page
    assert "Your order 101 is taking longer than it should." in page
    assert "Open the conversation" in page


def test_an_agent_writes_because_of_a_case_once(shop):
    client = desk()
    form = client.get(f"/desk/cases/{late().id}/").context["form"]
    assert form.initial["subject"] == "Ihre Bestellung 101 verspätet sich"
    assert act(client, do="begin", subject="", text="Hello", key="k").status_code == 422
    answer = act(client, do="begin", subject="Your order", text="Hello", key="k")
    assert answer.status_code == 303
    assert len(sent()) == 1
    assert act(client, do="begin", subject="Your order", text="Hello", key="k").status_code == 422
    assert Conversation.objects.count() == len(sent()) == 1
    assert late().conversation == Conversation.objects.get()


def test_a_case_stands_beside_its_order_and_its_conversation(shop):
    tell()
    client = desk()
    order = client.get(f"/desk/orders/{Order.objects.get().id}/")
    assert f"/desk/cases/{late().id}/" in order.content.decode()
    beside = client.get(reverse("desk:conversation", args=[Conversation.objects.get().id])).content.decode()
    assert f"/desk/cases/{late().id}/" in beside


def test_a_parcel_said_to_be_delivered_is_denied_from_the_order(shop):
    client, order = desk(), Order.objects.get()
    place = f"/desk/parcels/{Shipment.objects.get().id}/not-there/"
    assert place not in client.get(f"/desk/orders/{order.id}/").content.decode()
    Shipment.objects.update(state="delivered")
    assert place in client.get(f"/desk/orders/{order.id}/").content.decode()
    client.post(place)
    client.post(place)
    assert Case.objects.filter(kind=Kind.DENIED).count() == 1


def incident(client: Client, where: Connection, **fields: object):  # type: ignore[no-untyped-def]
    given = {
        "shop": where.shop_id,
        "name": "Strike",
        "subject-de": "Streik",
        "text-de": "{order.number} wartet.",
        **fields,
    }
    return client.post("/desk/incidents/new/", given)


def test_an_incident_is_made_told_and_closed(shop):
    client = desk("lead")
    assert 'data-command="Go to incidents"' in client.get("/desk/").content.decode()
    assert "Ihre Bestellung {order.number} verzögert sich" in client.get("/desk/incidents/new/").content.decode()
    answer = incident(client, shop, kinds=["late"], carrier="DHL", country="de")
    assert answer.status_code == 303
    page = client.get(answer["Location"])
    assert "Saved." in text(page)
    assert page.context["progress"]["all"] == 1
    assert "DHL · Germany" in text(page), "a country by its name"
    assert "Strike" in text(client.get(f"/desk/cases/{late().id}/"))
    client.post(f"{answer['Location']}change/", {"do": "tell"})
    client.post(f"{answer['Location']}change/", {"do": "tell"})
    tell(noon())
    assert [mail.content["subject"] for mail in sent()] == ["Streik"]
    assert "Customers told 1" in text(client.get(answer["Location"]))
    client.post(f"{answer['Location']}change/", {"do": "close"})
    assert late().outcome == "incident"
    assert Case.objects.get(kind=Kind.STUCK).resolved_at is None


def test_writing_to_all_and_closing_ask_first_and_say_how_many(shop):
    client = desk("lead")
    for remote_id in "23":
        on_its_way(shop, remote_id, promised_on=date(2026, 11, 17))
    Order.objects.filter(remote_id="3").update(customer=None)
    look()
    place = incident(client, shop, kinds=["late"])["Location"]
    page = client.get(place).content.decode()
    asking = "".join(re.findall(r'<details class="sure">.*?</details>', page))
    assert re.findall(r'name="do" value="(\w+)"', asking) == ["tell", "close"]
    assert re.findall(r'name="do" value="(\w+)"', page) == ["gather", "tell", "close"], "nowhere without asking"
    assert re.findall(r'data-command="([^"]+)"', asking) == ["Write to all of them …", "Over: settle all cases …"]
    assert "2 customers are written to, each once" in asking
    assert "3 cases are settled and the incident closed." in asking
    assert "2 customers are being written to." in text(client.post(f"{place}change/", {"do": "tell"}, follow=True))


def cursors(answer) -> list[str]:
    """The fields the cursor is to be in."""
    return re.findall(r'<(?:input|textarea)[^>]*name="([\w-]+)"[^>]* autofocus', answer.content.decode())


def test_a_suggested_text_in_which_nobody_gave_the_reason_is_not_sent(shop):
    client = desk("lead")
    form = client.get("/desk/incidents/new/")
    assert cursors(form) == ["name"]
    texts = {code: (subject, text) for code, _language, subject, text in form.context["texts"]}
    as_suggested = {f"text-{code}": text.replace("\n", "\r\n") for code, (_subject, text) in texts.items()}
    subjects = {f"subject-{code}": subject for code, (subject, _text) in texts.items()}
    refused = incident(client, shop, **as_suggested, **subjects)
    assert (refused.status_code, cursors(refused)) == (422, [f"text-{next(iter(texts))}"])
    german = texts["de"][1].replace("Der Grund: …", "Der Grund: ein Streik.")
    assert german != texts["de"][1]
    assert incident(client, shop, **{**as_suggested, "text-de": german}, **subjects).status_code == 303
    assert Incident.objects.get().words == {"de": [texts["de"][0], german]}


def test_what_is_wrong_with_an_incident_is_said_and_nothing_is_kept(shop):
    client = desk("lead")
    for fields in (
        {"text-de": "{nonsense}"},
        {"text-de": ""},
        {"name": ""},
        {"country": "Germany"},
        {"since": "soon"},
        {"shop": 0},
    ):
        answer = incident(client, shop, **fields)
        assert answer.status_code == 422, fields
    assert "nonsense" in text(incident(client, shop, **{"text-de": "{nonsense}"}))
    assert not Incident.objects.exists()


def test_a_case_is_given_to_who_can_answer_and_nobody_else_is_offered(shop):
    officer, siobhan = factories.agent("Olga", role="privacy"), factories.agent("Siobhan", role="lead")
    mari = desk(name="Mari")
    offered = [str(one) for one in mari.get(f"/desk/cases/{late().id}/").context["colleagues"]]
    assert offered == ["Mari", "Siobhan"]
    act(mari, do="assign", agent=siobhan.pk)
    assert late().assignee == siobhan
    act(mari, do="assign", agent=officer.pk)
    assert late().assignee is None


def test_what_was_told_costs_the_same_however_much_it_was(shop):
    tell()
    client, notice = desk("lead"), Notice.objects.get()
    page = lambda: client.get(f"/desk/cases/{late().id}/")  # noqa: E731
    page()
    with CaptureQueriesContext(database) as few:
        assert len(page().context["told"]) == 1
    for number in range(3):
        Notice.objects.create(
            key=f"more:{number}",
            shop=notice.shop,
            order=notice.order,
            name=notice.name,
            due_at=notice.due_at,
            conversation=notice.conversation,
        )
    with CaptureQueriesContext(database) as many:
        told = page().context["told"]
    assert len(told) == 4
    assert all(one.conversation_url for one in told) == (notice.conversation_id is not None)
    assert len(many) == len(few)
