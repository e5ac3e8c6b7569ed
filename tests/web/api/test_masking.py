"""An outsourced team's agent sees customers masked over the API as in the desk."""

from __future__ import annotations

import pytest

from shopbell.channels.models import Outbound
from shopbell.conversations import operations
from tests import factories
from tests.web.api.calling import Program, problem

pytestmark = pytest.mark.django_db
SECRETS = (b"anna@customer.example", b"5123 4567", b"Anna Saar")


@pytest.fixture
def masked() -> tuple[Program, dict[str, int]]:
    team = factories.team(is_partner=True)
    program = Program(factories.agent("Ravi Menon", "partner", (team,)))
    message = factories.receive(
        text="Call me at +372 5123 4567 or anna@customer.example", attachments=(factories.attachment(),)
    )
    operations.assign(message.conversation_id, agent=None, team=team, actor=None)
    return program, {
        "conversation": message.conversation_id,
        "message": message.id,
        "customer": message.conversation.customer_id,
        "file": message.attachments.get().id,
    }


@pytest.mark.parametrize(
    "path",
    [
        "/conversations",
        "/conversations/{conversation}",
        "/conversations/{conversation}/messages",
        "/messages/{message}",
        "/customers",
        "/customers/{customer}",
        "/customers/{customer}/notes",
        "/search?q=Call",
    ],
)
def test_nothing_that_is_hidden_is_shown(masked: tuple[Program, dict[str, int]], path: str):
    program, numbers = masked
    answer = program.get(path.format(**numbers))
    assert answer.status_code == 200
    assert [secret for secret in SECRETS if secret in answer.content] == []
    whole = Program(factories.agent()).get(path.format(**numbers))
    if "notes" not in path:
        assert any(secret in whole.content for secret in SECRETS)


def test_an_address_cannot_be_asked_for(masked: tuple[Program, dict[str, int]]):
    program, _numbers = masked
    for address in ("anna@customer.example", "nobody@customer.example"):
        assert problem(program.get(f"/customers?address={address}"))[0] == 422
        assert program.get(f"/search?q={address}").json()["items"] == []


def test_a_customers_file_is_not_opened_unless_the_team_may(masked: tuple[Program, dict[str, int]]):
    program, numbers = masked
    assert problem(program.get(f"/files/{numbers['file']}"))[0] == 403
    team = program.agent.teams.get()
    team.files = "all"
    team.save()
    answer = program.get(f"/files/{numbers['file']}")
    assert b"".join(answer.streaming_content) == b"a file"


def test_an_answer_still_goes_where_it_should(masked: tuple[Program, dict[str, int]]):
    program, numbers = masked
    path = f"/conversations/{numbers['conversation']}/replies"
    elsewhere = {"text": "x", "to": [{"address": "me@elsewhere.example"}]}
    assert problem(program.post(path, elsewhere))[0] == 422
    answer = program.post(path, {"text": "We call you."})
    assert answer.status_code == 201
    assert b"anna@customer.example" not in answer.content
    assert Outbound.objects.get().content["to"][0]["address"] == "anna@customer.example"
    assert problem(program.patch(f"/customers/{numbers['customer']}", {"name": "x"}))[0] == 403
