"""No page of the desk tells a partner agent what is masked, and answers still go where they should."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, reverse

from shopbell.agents.models import Team
from shopbell.channels import contract
from shopbell.channels.models import Outbound
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Draft, Message
from shopbell.events.models import Event
from shopbell.web.desk import urls as desk
from tests import factories

pytestmark = pytest.mark.django_db
SECRETS = ("anna@customer.example", "berta@friend.example", "5555 1234", "Saarinen")


@pytest.fixture
def given() -> Conversation:
    box = factories.mailbox(address="help@shop.example")
    row = factories.conversation(
        box,
        name="Anna Saarinen",
        subject="For anna@customer.example",
        text="Call Anna Saarinen at +372 5555 1234 about red cups",
        html="<p>anna@customer.example</p>",
        to=(contract.Sender(address="help@shop.example"),),
        cc=(contract.Sender(address="berta@friend.example", name="Berta Saarinen"),),
    )
    team = factories.team(is_partner=True)
    operations.assign(row.id, agent=None, team=team, actor=None)
    return row


@pytest.fixture
def pia(client: Client, given: Conversation) -> Client:
    client.force_login(factories.agent("Pia Partner", "partner", tuple(Team.objects.all())))
    return client


def everywhere(patterns: list[Any] = desk.urlpatterns, before: str = "/desk/") -> Iterator[str]:
    """Every address of the desk that names nothing but a number."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from everywhere(one.url_patterns, before + str(one.pattern))
        elif "<" not in (address := before + str(one.pattern)).replace("<int:number>", ""):
            yield address


def addresses(row: Conversation) -> list[str]:
    message = Message.objects.get(conversation=row)
    numbers = {"m": message.id, "messages": message.id, "customers": row.customer_id}
    found = [one.replace("<int:number>", str(numbers.get(one.split("/")[2], row.id))) for one in everywhere()]
    return [*found, "/desk/search/?q=cups", "/desk/search/?q=anna"]


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_no_page_and_no_part_of_one_tells(pia: Client, given: Conversation, headers: dict[str, str]) -> None:
    named = []
    for address in addresses(given):
        answer = pia.get(address, headers=headers)
        body = (b"".join(answer) if answer.streaming else answer.content).decode(errors="replace")
        assert [secret for secret in SECRETS if secret in body] == [], address
        named += [address] * ("Anna S." in body)
    for name in ("print", "split", "older"):
        assert f"/desk/c/{given.id}/{name}/" in named
    assert {"/desk/list/", f"/desk/c/{given.id}/", f"/desk/customers/{given.customer_id}/"} <= set(named)


def test_whom_an_answer_goes_to_is_masked_where_only_we_have_written(pia: Client, given: Conversation) -> None:
    Message.objects.update(kind=Message.Kind.AGENT)
    body = pia.get(f"/desk/c/{given.id}/").content.decode()
    assert [secret for secret in SECRETS[:2] if secret in body] == []


def test_the_mail_itself_and_its_html_are_not_shown(pia: Client, given: Conversation) -> None:
    message = Message.objects.get()
    assert pia.get(f"/desk/messages/{message.id}/body/").status_code == 404
    assert pia.get(f"/desk/messages/{message.id}/raw/").status_code == 403


def test_an_answer_goes_to_the_customer_whatever_the_form_says(pia: Client, given: Conversation) -> None:
    form = {"text": "It is on its way.", "key": "k1", "to": "thief@elsewhere.example", "bcc": "thief@elsewhere.example"}
    assert pia.post(f"/desk/c/{given.id}/reply/", form).status_code == 303
    content: dict[str, Any] = Outbound.objects.get().content
    assert [who["address"] for who in content["to"]] == ["anna@customer.example"]
    assert [who["address"] for who in content["cc"]] == ["berta@friend.example"]
    assert content["bcc"] == []


def test_a_taken_back_answer_does_not_show_its_recipients(pia: Client, given: Conversation) -> None:
    Draft.objects.create(
        agent_id=int(pia.session["_auth_user_id"]),
        conversation=given,
        kind="reply",
        text="Hello",
        recipients={"to": [["Anna Saarinen", "anna@customer.example"]]},
    )
    body = pia.get(f"/desk/c/{given.id}/").content.decode()
    assert "Hello" in body
    assert "anna@customer.example" not in body


def test_a_partner_does_not_edit_customers(pia: Client, given: Conversation) -> None:
    form = {"name": "Somebody else", "language": "en", "note": ""}
    assert pia.post(f"/desk/customers/{given.customer_id}/change/", form).status_code == 403
    given.customer.refresh_from_db()
    assert given.customer.name == "Anna Saarinen"


def test_a_look_behind_the_mask_needs_the_right_and_a_reason_and_is_logged(pia: Client, given: Conversation) -> None:
    address = f"/desk/c/{given.id}/reveal/"
    assert pia.get(address).status_code == 403
    Team.objects.update(reveals=True)
    page = pia.get(address).content.decode()
    assert SECRETS[0] not in page
    assert pia.post(address, {"reason": "curiosity"}).status_code == 422
    assert not Event.objects.filter(name="agents.customer_revealed").exists()
    assert "anna@customer.example" in pia.post(address, {"reason": "delivery"}).content.decode()
    row = Event.objects.get(name="agents.customer_revealed")
    assert row.data == {"conversation_id": given.id, "customer_id": given.customer_id, "reason": "delivery"}
    assert "anna@customer.example" not in pia.get(f"/desk/c/{given.id}/").content.decode()


def test_what_a_customer_wrote_is_not_passed_on(pia: Client, given: Conversation) -> None:
    assert pia.get(reverse("desk:side_new", args=[given.id])).status_code == 403
    assert pia.post(reverse("desk:people", args=[given.id]), {"add": "thief@elsewhere.example"}).status_code == 403
