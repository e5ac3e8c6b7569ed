"""The list of customers, segments, doubles, files that come in and go out."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.conversations import operations as conversations
from shopbell.customers import jobs, operations
from shopbell.customers.models import Customer, CustomerImport, Double, Identity, ImportProblem, Segment
from shopbell.events import delivery
from shopbell.events.models import Event
from shopbell.fields import operations as fields
from shopbell.fields.models import Kind, Subject
from shopbell.web.desk import customers as page
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> Agent:
    return factories.agent("Lea Lead", role="lead", language="en")


@pytest.fixture
def desk(client: Client, lead: Agent) -> Client:
    client.force_login(lead)
    return client


def own(key: str, kind: Kind = Kind.TEXT, **values) -> None:
    fields.create(actor=1, subject=Subject.CUSTOMER, key=key, kind=kind, labels={"en": key.title()}, **values)


def make(name: str, **values) -> Customer:
    row = operations.resolve("email", f"{name.lower().replace(' ', '.')}@customer.example", name=name)
    Customer.objects.filter(id=row.id).update(**values)
    row.refresh_from_db()
    return row


def names(response) -> list[str]:
    return [row.name for row in response.context["rows"]]


def test_customers_are_searched_filtered_and_sorted(desk: Client):
    own("club")
    now = timezone.now()
    anna = make("Anna Saar", language="et", last_contact_at=now, custom={"club": "gold"})
    make("berta Bär", language="de", last_contact_at=now - timezone.timedelta(days=9))
    make("Cleo", language="de")
    assert names(desk.get("/desk/customers/")) == ["Anna Saar", "berta Bär", "Cleo"]
    assert names(desk.get("/desk/customers/", {"sort": "newest"})) == ["Cleo", "berta Bär", "Anna Saar"]
    assert names(desk.get("/desk/customers/", {"sort": "name"})) == ["Anna Saar", "berta Bär", "Cleo"]
    assert names(desk.get("/desk/customers/", {"q": "saar"})) == ["Anna Saar"]
    assert names(desk.get("/desk/customers/", {"language": "de", "sort": "name"})) == ["berta Bär", "Cleo"]
    assert names(desk.get("/desk/customers/", {"field": "custom.club", "op": "is", "value": "gold"})) == ["Anna Saar"]
    operations.block(anna.identities.get().id, actor=1)
    assert names(desk.get("/desk/customers/", {"blocked": "yes"})) == ["Anna Saar"]
    wrong = desk.get("/desk/customers/", {"field": "custom.none", "op": "is", "value": "gold"})
    assert len(wrong.context["left_out"]) == 1


@pytest.mark.parametrize("sort", page.SORTS)
def test_every_customer_is_on_exactly_one_page(desk: Client, sort, monkeypatch):
    monkeypatch.setattr(page, "PAGE", 3)
    at = timezone.now()
    for number in range(10):
        wrote = at - timezone.timedelta(days=number // 2) if number < 6 else None
        name = ["Anna", "anna", "10 Anna", "Zoe", ""][number % 5]
        row = operations.resolve("email", f"c{number}@customer.example", name=name)
        Customer.objects.filter(id=row.id).update(last_contact_at=wrote)
    seen, url = [], f"/desk/customers/?sort={sort}"
    for _page in range(6):
        html = desk.get(url, headers={"HX-Request": "true"} if seen else {}).content.decode()
        seen += re.findall(r'<li class="one"><a href="([^"]+)"', html)
        if not (more := re.search(r'class="act" href="([^"]+)" hx-get', html)):
            break
        url = f"/desk/customers/{unescape(more[1])}"
    assert len(seen) == len(set(seen)) == 10


def test_a_spoilt_cursor_begins_anew(desk: Client):
    make("Anna")
    for after in ("x", "bnVsbA==", "WzEsMl0=", "WyJ4IiwxXQ=="):
        assert desk.get("/desk/customers/", {"after": after}).status_code == 200


def test_the_list_costs_the_same_however_long(desk: Client):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.get("/desk/customers/")
        return len(asked)

    make("Anna 0")
    desk.get("/desk/customers/")
    one = cost()
    for number in range(1, 4):
        make(f"Anna {number}")
    assert cost() == one


def test_who_wrote_in_a_chat_is_listed_by_that_word(desk: Client):
    make("Anna")
    operations.resolve("chat", "96cf@visitor.invalid", name="Visitor 96CF")
    rows = desk.get("/desk/customers/").context["rows"]
    assert {row.name: row.addresses for row in rows} == {"Anna": "anna@customer.example", "Visitor 96CF": "chat"}


def test_who_has_no_name_is_listed_by_what_is_known_at_one_cost(desk: Client):
    operations.resolve("email", "noname@customer.example")
    desk.get("/desk/customers/")
    with CaptureQueriesContext(connection) as one:
        desk.get("/desk/customers/")
    operations.resolve("chat", "96cf@visitor.invalid")
    operations.resolve("phone", "+4930901820")
    outside = operations.resolve("external", "k-1042")
    with CaptureQueriesContext(connection) as four:
        rows = desk.get("/desk/customers/").context["rows"]
    names = {row.name for row in rows}
    assert names == {"noname@customer.example", "Visitor 96CF", "+49 30 901820", f"Customer {outside.id}"}
    assert len(four) == len(one)


def test_a_segment_is_made_counted_used_and_deleted(desk: Client, lead: Agent):
    own("club")
    make("Anna", custom={"club": "gold"}, language="et")
    make("Berta", custom={"club": "silver"}, language="de")
    make("Cleo")
    sent = {
        "name": "Good ones",
        "match": "any",
        "field": ["custom.club", "language", ""],
        "op": ["is", "is", "is"],
        "value": ["gold", "de", ""],
    }
    assert desk.post("/desk/customers/segments/new/", sent).status_code == 303
    row = Segment.objects.get()
    assert row.filter == {"match": "any", "conditions": [["custom.club", "is", "gold"], ["language", "is", "de"]]}
    assert row.count is None
    jobs.count_segments()
    row.refresh_from_db()
    assert row.count == 2
    found = desk.get("/desk/customers/", {"segment": row.id, "sort": "name"})
    assert names(found) == ["Anna", "Berta"]
    assert '<span class="count">2</span>' in found.content.decode()
    assert desk.post("/desk/customers/segments/new/", sent).context["errors"].keys() == {"name"}
    delete = f"/desk/customers/segments/{row.id}/delete/"
    assert f'action="{delete}"' in desk.get(f"/desk/customers/segments/{row.id}/").content.decode()
    assert desk.get(delete).status_code == 405
    assert Segment.objects.exists()
    assert desk.post(delete).status_code == 303
    assert not Segment.objects.exists()
    assert Customer.objects.count() == 3


def test_what_a_segment_asks_is_chosen_by_its_name(desk: Client):
    own("club", Kind.CHOICE, options=["gold", "silver"])
    conditions = [["language", "is", "de"], ["reach", "not", "phone"], ["blocked", "is", "no"]]
    conditions += [["custom.club", "is", "gold"], ["custom.club", "set", ""], ["created", "more", "30"]]
    row = Segment.objects.create(name="S", filter={"match": "all", "conditions": conditions})
    page = desk.get(f"/desk/customers/segments/{row.id}/")
    lines = [line for line, _error in page.context["lines"]]
    assert [line.kind for line in lines] == ["choice", "choice", "choice", "choice", "", "days"]
    assert [line.choices[0] for line in lines[:4]] == [
        ("en", "English"),
        ("email", "e-mail address"),
        ("yes", "yes"),
        ("gold", "gold"),
    ]
    assert [[key for key, _label in line.operators] for line in (lines[0], lines[5])] == [
        ["is", "not"],
        ["more", "less"],
    ]
    html = page.content.decode()
    assert '<option value="de" selected>German</option>' in html
    assert '<option value="phone" selected>telephone</option>' in html
    assert "Languages as de" not in html


def test_a_field_that_is_chosen_shows_what_it_can_be_compared_with_and_keeps_nothing(desk: Client):
    sent = {
        "name": "S",
        "field": ["language", "created"],
        "was": ["", "created"],
        "op": ["", "less"],
        "value": ["", "9"],
    }
    page = desk.post("/desk/customers/segments/new/", {**sent, "do": "renew"})
    lines = [(line.name, line.op, line.value) for line, _error in page.context["lines"]]
    assert (page.status_code, lines[:3]) == (200, [("language", "is", "en"), ("created", "less", "9"), ("", "", "")])
    part = desk.post("/desk/customers/segments/new/?do=renew", sent, headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<div id="conditions"')
    response = desk.post("/desk/customers/segments/new/", sent)
    assert (response.status_code, response.context["errors"]) == (422, {"0": "Choose one."})
    assert not Segment.objects.exists()


def test_a_value_that_is_no_choice_any_more_and_a_date_as_it_was_typed_stay(desk: Client):
    own("club", Kind.CHOICE, options=["gold"])
    own("since", Kind.DATE)
    conditions = [["custom.club", "is", "tin"], ["custom.since", "more", "1.5.2026"], ["language", "is", "xx"]]
    row = Segment.objects.create(name="S", filter={"match": "all", "conditions": conditions})
    html = desk.get(f"/desk/customers/segments/{row.id}/").content.decode()
    assert '<option value="tin" selected>tin</option>' in html
    assert 'value="2026-05-01" maxlength="200" type="date"' in html
    assert '<option value="xx" selected>xx</option>' in html


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (("custom.none", "is", "x"), "0"),
        (("custom.size", "is", "x"), "0"),
        (("custom.size", "contains", "x"), "0"),
        (("created", "more", "soon"), "0"),
        (("blocked", "is", "maybe"), "0"),
        (("", "is", ""), "0"),
    ],
)
def test_a_condition_that_means_nothing_is_said_at_its_line(desk: Client, line, wrong):
    own("size", Kind.NUMBER)
    sent = dict(zip(("field", "op", "value"), line, strict=True))
    response = desk.post("/desk/customers/segments/new/", {"name": "S", **sent})
    assert (response.status_code, list(response.context["errors"])) == (422, [wrong])


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ([["custom.size", "more", "9"]], {"Berta"}),
        ([["custom.size", "less", "10"]], {"Anna"}),
        ([["custom.size", "not", "5"]], {"Berta", "Cleo"}),
        ([["custom.size", "unset", ""]], {"Cleo"}),
        ([["custom.since", "more", "2026-01-01"]], {"Anna"}),
        ([["custom.tags", "is", "vip"]], {"Anna"}),
        ([["created", "less", "1"]], {"Anna", "Berta", "Cleo"}),
        ([["created", "more", "1"]], set()),
        ([["reach", "is", "phone"]], {"Cleo"}),
        ([["contact", "less", "2"], ["language", "not", "de"]], {"Anna"}),
    ],
)
def test_conditions_find_who_they_should(desk: Client, conditions, found):
    own("size", Kind.NUMBER)
    own("since", Kind.DATE)
    own("tags", Kind.CHOICES, options=["vip", "new"])
    make("Anna", custom={"size": 5, "since": "2026-05-01", "tags": ["vip"]}, last_contact_at=timezone.now())
    make("Berta", custom={"size": 10, "since": "2025-05-01", "tags": ["new"]}, language="de")
    cleo = make("Cleo")
    operations.add_identity(cleo.id, kind="phone", typed="+37255551234", actor=1)
    row = Segment.objects.create(name="S", filter={"match": "all", "conditions": conditions})
    assert set(names(desk.get("/desk/customers/", {"segment": row.id}))) == found


def test_doubles_are_decided(desk: Client):
    one, other, third = make("Anna Saar"), make("Anna Zwei"), make("Anna Drei")
    first = Double.objects.create(first=one, second=other, confidence=95, reasons=["mailbox", "name"])
    Double.objects.create(first=one, second=third, confidence=60, reasons=["phone"])
    html = desk.get("/desk/customers/doubles/").content.decode()
    assert html.index("two spellings of one mailbox") < html.index("the same telephone number")
    assert desk.post(f"/desk/customers/doubles/{first.id}/dismiss/").status_code == 303
    assert desk.post(f"/desk/customers/doubles/{first.id}/dismiss/").status_code == 404
    assert Event.objects.filter(name="customers.double_dismissed").count() == 1
    assert "two spellings" not in desk.get("/desk/customers/doubles/").content.decode()


FILE = """Name;E-Mail;Telefon;Kundennummer;Club;Notiz;Sprache
Anna Saar;anna@customer.example;030 901820;K1;gold;likes blue;Deutsch
;berta@customer.example, b2@customer.example;;K2;;;et
Cleo;no address;;;;;
Dora;;;;;;
Emil;emil@customer.example;;;bronze;;
=cmd;f@customer.example;;;;;klingon?
"""


def bring(desk: Client, content: bytes, name: str = "customers.csv") -> CustomerImport:
    response = desk.post("/desk/customers/import/", {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 303, response.context and response.context.get("error")
    return CustomerImport.objects.latest("id")


def work() -> None:
    while delivery.deliver("outside", 1):
        pass


def run(desk: Client, row: CustomerImport, do: str) -> CustomerImport:
    sent = {"role": row.mapping, "charset": row.charset, "delimiter": row.delimiter, "country": "DE", "do": do}
    assert desk.post(f"/desk/customers/import/{row.id}/run/", sent).status_code == 303
    work()
    row.refresh_from_db()
    return row


def figures(row: CustomerImport) -> tuple[str, int, int, int, int]:
    return row.state, row.created, row.changed, row.unchanged, row.refused


def test_a_file_is_tried_then_taken_in_and_twice_is_once(desk: Client, lead: Agent):
    own("club", Kind.CHOICE, options=["gold", "silver"])
    known = make("Anna", language="en")
    Identity.objects.filter(customer=known).update(value="anna@customer.example")
    row = bring(desk, FILE.encode("cp1252"))
    assert row.mapping == ["name", "email", "phone", "external", "custom.club", "note", "language"]
    assert "Anna Saar · " in desk.get(f"/desk/customers/import/{row.id}/").content.decode()
    row = run(desk, row, "try")
    assert figures(row) == ("done", 1, 1, 0, 4)
    assert Customer.objects.count() == 1
    known.refresh_from_db()
    assert (known.name, known.custom) == ("Anna", {}), "a trial changes nothing"
    row = run(desk, row, "run")
    assert figures(row) == ("done", 1, 1, 0, 4)
    known.refresh_from_db()
    assert (known.name, known.language, known.custom) == ("Anna Saar", "de", {"club": "gold"})
    assert set(known.identities.values_list("kind", "value")) == {
        ("email", "anna@customer.example"),
        ("phone", "+4930901820"),
        ("external", "k1"),
    }
    assert [note.text for note in known.notes.all()] == ["likes blue"]
    berta = Identity.objects.get(value="b2@customer.example").customer
    assert berta.identities.count() == 3
    reasons = dict(ImportProblem.objects.values_list("line", "reason"))
    assert reasons.keys() == {4, 5, 6, 7}
    assert "no e-mail address" in reasons[4]
    assert "no address" in reasons[5].lower()
    assert "bronze" in reasons[6]
    assert Identity.objects.filter(value="emil@customer.example").count() == 0, "a refused row leaves nothing behind"
    again = run(desk, bring(desk, FILE.encode()), "run")
    assert figures(again) == ("done", 0, 0, 2, 4)
    assert [row.data["is_trial"] for row in Event.objects.filter(name="customers.import_started").order_by("id")] == [
        True,
        False,
        False,
    ]


def test_refused_rows_are_downloaded_and_harmless(desk: Client):
    row = run(desk, bring(desk, b"name,email\n=1+1,nobody\n"), "try")
    body = b"".join(desk.get(f"/desk/customers/import/{row.id}/refused/")).decode("utf-8-sig")
    assert body.splitlines()[1].startswith("2,")
    assert body.splitlines()[1].endswith(",'=1+1,nobody")


def test_a_row_of_two_customers_is_refused_whole(desk: Client):
    one, other = make("Anna"), make("Berta")
    row = run(desk, bring(desk, b"email,email\nanna@customer.example,berta@customer.example\n"), "run")
    assert figures(row) == ("done", 0, 0, 0, 1)
    assert f"#{one.id}, #{other.id}" in ImportProblem.objects.get().reason


def test_an_import_can_be_stopped_between_its_steps(desk: Client):
    lines = "\n".join(f"a{number}@customer.example" for number in range(250))
    row = bring(desk, f"email\n{lines}\n".encode())
    sent = {"role": row.mapping, "charset": "utf-8", "delimiter": ",", "do": "run"}
    desk.post(f"/desk/customers/import/{row.id}/run/", sent)
    delivery.deliver("outside", 1)
    progress = desk.get(f"/desk/customers/import/{row.id}/", headers={"HX-Request": "true"}).content.decode()
    assert "100 of 250" in progress
    assert "every 2s" in progress
    desk.post(f"/desk/customers/import/{row.id}/run/", sent)
    desk.post(f"/desk/customers/import/{row.id}/cancel/")
    work()
    row.refresh_from_db()
    assert (row.state, row.position, Customer.objects.count()) == ("cancelled", 100, 100)
    assert run(desk, row, "run").state == "done"
    assert (Customer.objects.count(), CustomerImport.objects.get().unchanged) == (250, 100)


@pytest.mark.parametrize("content", [b"", b"\0\1\2\0", b"   "])
def test_what_is_no_table_is_refused_at_the_field(desk: Client, content):
    response = desk.post("/desk/customers/import/", {"file": SimpleUploadedFile("a.csv", content)})
    assert response.status_code == 422
    assert not CustomerImport.objects.exists()
    assert desk.post("/desk/customers/import/").status_code == 422


def test_columns_without_any_address_start_nothing(desk: Client):
    row = bring(desk, b"name\nAnna\n")
    desk.post(f"/desk/customers/import/{row.id}/run/", {"role": ["name"], "do": "run"})
    row.refresh_from_db()
    assert row.state == "mapping"


def test_an_export_comes_back_as_it_was(desk: Client, lead: Agent):
    own("club")
    own("tags", Kind.CHOICES, options=["vip", "new"])
    anna = make("=Anna", language="de", custom={"club": "gold", "tags": ["vip", "new"]})
    operations.add_identity(anna.id, kind="phone", typed="+4930901820", actor=1)
    make("Berta")
    body = b"".join(desk.post("/desk/customers/export/"))
    lines = body.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert "'=Anna" in lines[1]
    assert "'+4930901820" in lines[1]
    assert Event.objects.get(name="customers.exported").data == {"segment_id": None}
    row = run(desk, bring(desk, body), "run")
    assert figures(row) == ("done", 0, 0, 2, 0)


def test_a_segment_is_exported_alone(desk: Client):
    make("Anna", language="et")
    make("Berta", language="de")
    row = Segment.objects.create(name="S", filter={"match": "all", "conditions": [["language", "is", "et"]]})
    lines = b"".join(desk.post("/desk/customers/export/", {"segment": row.id})).decode().splitlines()
    assert [re.split(",", line)[1] for line in lines[1:]] == ["Anna"]
    assert Event.objects.get(name="customers.exported").data == {"segment_id": row.id}
    assert desk.post("/desk/customers/export/", {"segment": "9" * 30}).status_code == 404


def test_who_was_merged_is_no_customer_of_their_own(desk: Client, lead: Agent):
    one, other = make("Anna"), make("Anna Zwei")
    conversations.merge_customers(one.id, other.id, actor=lead.pk)
    assert names(desk.get("/desk/customers/")) == ["Anna"]
    assert names(desk.get("/desk/customers/", {"q": "zwei"})) == ["Anna"]
    assert b"Zwei" not in b"".join(desk.post("/desk/customers/export/"))
