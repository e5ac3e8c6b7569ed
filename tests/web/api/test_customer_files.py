"""Customers as files over the API: brought, tried, taken in, stopped; taken out."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shopbell.customers.models import Customer, CustomerImport, Segment
from shopbell.events import delivery
from shopbell.events.models import Event
from tests import factories
from tests.web.api.calling import Program, problem

pytestmark = pytest.mark.django_db
FILE = "Name;E-Mail;Nonsense\nAnna Saar;anna@x.example;1\nBroken;anna@;2\nBerta;berta@x.example;3\n;;\nNobody;;4\n"


@pytest.fixture
def lead() -> Program:
    return Program(factories.agent(role="lead"), "customers:write", "customers:read")


def bring(program: Program, content: bytes | str, name: str = "customers.csv"):
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    headers = {"Authorization": f"Bearer {program.token}"}
    return program.client.post("/api/v1/customer-imports", {"file": file}, headers=headers)


def work() -> None:
    while delivery.deliver("outside", 1):
        pass


def test_a_file_is_tried_then_taken_in_and_broken_rows_are_told(lead: Program):
    brought = bring(lead, FILE)
    assert brought.status_code == 201
    number = brought.json()["id"]
    assert brought["Location"] == f"/api/v1/customer-imports/{number}"
    assert brought.json()["columns"] == [
        {"head": "Name", "role": "name"},
        {"head": "E-Mail", "role": "email"},
        {"head": "Nonsense", "role": ""},
    ]
    assert (brought.json()["state"], brought.json()["delimiter"], brought.json()["total"]) == ("mapping", ";", 4)
    path = f"/customer-imports/{number}"
    assert lead.post(f"{path}/run", {"is_trial": True}).status_code == 202
    work()
    tried = lead.get(path).json()
    assert (tried["state"], tried["is_trial"], tried["created"], tried["refused"]) == ("done", True, 2, 2)
    assert not Customer.objects.exists()
    assert lead.post(f"{path}/run", {}).json()["state"] == "running"
    work()
    done = lead.get(path).json()
    assert (done["created"], done["changed"], done["refused"], done["position"]) == (2, 0, 2, 4)
    assert sorted(Customer.objects.values_list("name", flat=True)) == ["Anna Saar", "Berta"]
    first = lead.get(f"{path}/problems?limit=1").json()
    rest = lead.get(f"{path}/problems?limit=1&after={first['next']}").json()
    told = [(one["line"], one["reason"], one["row"]) for one in first["items"] + rest["items"]]
    assert told == [
        (3, "“anna@” is no e-mail address.", ["Broken", "anna@", "2"]),
        (6, "There is no address, telephone number or customer number in this row.", ["Nobody", "", "4"]),
    ]
    assert problem(lead.post(f"{path}/run", {}))[0] == 409


def test_it_can_be_stopped_and_nothing_is_half_done(lead: Program):
    rows = "\n".join(f"p{number}@x.example" for number in range(1_000))
    number = bring(lead, f"email\n{rows}\n").json()["id"]
    lead.post(f"/customer-imports/{number}/run", {})
    delivery.deliver("outside", 1)
    stopped = lead.post(f"/customer-imports/{number}/cancel").json()
    work()
    again = lead.get(f"/customer-imports/{number}").json()
    assert (stopped["state"], again["position"]) == ("cancelled", stopped["position"])
    assert 0 < again["created"] == again["position"] == Customer.objects.count() < 1_000


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"   \n  "])
def test_what_is_no_table_is_refused(lead: Program, content: bytes):
    assert problem(bring(lead, content))[0] == 422
    assert not CustomerImport.objects.exists()


def test_columns_are_said_to_be_something_that_there_is(lead: Program):
    path = f"/customer-imports/{bring(lead, FILE).json()['id']}/run"
    assert lead.post(path, {"roles": ["name", "pigeon", ""]}).json()["errors"][0]["where"] == "/roles/1"
    assert lead.post(path, {"roles": ["name", "", ""]}).json()["errors"][0]["where"] == "/roles"
    assert lead.post(path, {"charset": "klingon"}).json()["errors"][0]["where"] == "/charset"
    assert lead.post(path, {"delimiter": "x"}).json()["errors"][0]["where"] == "/delimiter"
    assert lead.post(path, {"roles": ["name", "email", ""], "country": "EE"}).status_code == 202
    assert CustomerImport.objects.get().country == "EE"


def test_only_who_may_brings_and_takes_files(lead: Program):
    number = bring(lead, FILE).json()["id"]
    agent = Program(factories.agent())
    limited = Program(factories.agent("Liis", "lead", (factories.team(),), limited_to_teams=True))
    reader = Program(lead.agent, "customers:read")
    for program in (agent, limited, reader):
        assert problem(bring(program, FILE))[0] == 403
        assert problem(program.get(f"/customer-imports/{number}"))[0] == 403
        assert problem(program.post(f"/customer-imports/{number}/run", {}))[0] == 403
    assert problem(agent.post("/customer-exports", {}))[0] == 403
    assert CustomerImport.objects.get().state == "mapping"


def test_customers_are_taken_out_as_csv_and_the_log_says_by_whom(lead: Program):
    Customer.objects.create(name="Anna", language="de").identities.create(kind="email", value="a@x.example")
    Customer.objects.create(name="=HYPERLINK()", language="et").identities.create(kind="email", value="b@x.example")
    answer = lead.post("/customer-exports", {})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert answer["Content-Type"].startswith("text/csv")
    assert lines[0].startswith("\ufeffdesk_number,name,language")
    assert [line.split(",")[1] for line in lines[1:]] == ["Anna", "'=HYPERLINK()"]
    assert Event.objects.get(name="customers.exported").actor_id == lead.agent.pk
    kept = {"match": "all", "conditions": [["language", "is", "et"]]}
    segment = Segment.objects.create(name="Estonians", filter=kept)
    some = lead.post("/customer-exports", {"segment_id": segment.id})
    assert len(b"".join(some.streaming_content).decode().splitlines()) == 2
    assert problem(lead.post("/customer-exports", {"segment_id": segment.id + 1}))[0] == 422
