"""Merge, link and block at the desk: what is offered, what is told, what is refused, and where a late answer lands."""

from __future__ import annotations

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Draft, Link, Merge, Message
from shopbell.customers.models import Identity
from tests import factories
from tests.web.test_desk_conversation import PART

pytestmark = pytest.mark.django_db


@pytest.fixture
def box():
    return factories.mailbox()


def pair(box, second: str = "anna@customer.example") -> tuple[Conversation, Conversation]:
    first = factories.conversation(box, subject="Order 1042", text="Where is my parcel?")
    return first, factories.conversation(box, second, subject="Order 1042", text="Hello?", name="Anna Saar")


def now(one: Conversation) -> Conversation:
    return Conversation.objects.get(id=one.id)


def post(desk: Client, one: Conversation, action: str, **fields):
    return desk.post(f"/desk/c/{one.id}/{action}/?view=open", fields)


def page(desk: Client, one: Conversation, action: str = "", **query) -> str:
    return desk.get(f"/desk/c/{one.id}/{action}", query).content.decode()


def test_likely_ones_are_offered_with_the_reason_and_no_others(desk, box):
    first, second = pair(box)
    done = factories.conversation(box, subject="An older matter")
    operations.resolve(done.id, actor=None)
    eve = factories.conversation(box, "eve@elsewhere.example", subject="Of Eve")
    elsewhere = factories.conversation(factories.mailbox(), subject="Another shop")
    shown = page(desk, second, "merge/")
    assert shown.index(f"into={first.id}") < shown.index(f"into={done.id}")
    assert "same customer, same subject" in shown
    assert f"into={eve.id}" not in shown
    assert f"into={elsewhere.id}" not in shown
    found = page(desk, second, "merge/", q="eve")
    assert f"into={eve.id}" in found
    assert "another customer" in found
    assert f"into={eve.id}" in page(desk, second, "merge/", q=str(eve.id))


def test_the_preview_says_what_will_happen_and_changes_nothing(desk, box):
    first, second = pair(box)
    operations.resolve(first.id, actor=None)
    shown = page(desk, second, "merge/", into=first.id)
    assert "1 message moves" in shown
    assert f"#{first.id} is opened again" in shown
    assert "undone for 24 hours" in shown
    assert Merge.objects.count() == 0
    part = desk.get(f"/desk/c/{second.id}/merge/", {"into": first.id}, headers=PART)
    assert part["HX-Retarget"] == "#dialog-body"


def test_merged_shown_at_its_number_and_undone_from_there(desk, box, agent):
    first, second = pair(box)
    response = post(desk, second, "merge", into=first.id)
    assert (response.status_code, response["Location"]) == (303, f"/desk/c/{first.id}/?view=open")
    parent = page(desk, first)
    assert "Hello?" in parent
    assert f"Mari Maasikas merged #{second.id} into this one" in parent
    assert f"#{second.id} was merged into #{first.id}." in parent
    child = page(desk, second)
    assert f"This conversation was merged into #{first.id}" in child
    assert f'href="/desk/c/{first.id}/' in child
    assert "text-reply" not in child
    merge = Merge.objects.get()
    response = desk.post(f"/desk/merges/{merge.id}/undo/?view=open")
    assert response["Location"] == f"/desk/c/{second.id}/?view=open"
    assert (now(second).state, Message.objects.filter(conversation=second).count()) == ("open", 1)
    assert "stands by itself again" in page(desk, second)


def test_pressed_twice_it_is_merged_once(desk, box):
    first, second = pair(box)
    assert [post(desk, second, "merge", into=first.id).status_code for _ in range(2)] == [303, 303]
    assert Merge.objects.count() == 1


@pytest.mark.parametrize(("role", "status"), [("agent", 422), ("lead", 303)])
def test_two_customers_only_by_a_lead_who_says_so(client: Client, box, role, status):
    client.force_login(factories.agent("Kadri", role))
    first, second = pair(box, "eve@elsewhere.example")
    assert "These belong to two customers" in page(client, second, "merge/", into=first.id)
    refused = post(client, second, "merge", into=first.id)
    assert refused.status_code == 422
    assert "Only a lead merges them" in refused.content.decode()
    assert post(client, second, "merge", into=first.id, across="yes").status_code == status
    assert Merge.objects.count() == (1 if status == 303 else 0)


@pytest.mark.parametrize("into", ["0", "x", "", "99999999999999999999", "{partner}"])
def test_a_number_that_is_none_or_may_not_be_seen_is_refused(client: Client, box, into):
    team = factories.team(is_partner=True)
    client.force_login(factories.agent("Ravi", "partner", (team,)))
    first, second = pair(box)
    operations.assign(second.id, agent=None, team=team, actor=None)
    response = post(client, second, "merge", into=into.format(partner=first.id))
    assert response.status_code == 422
    assert "No conversation that you can see" in response.content.decode()
    assert "Where is my parcel" not in response.content.decode()


def test_a_partner_cannot_undo_what_they_do_not_see(client: Client, box):
    team = factories.team(is_partner=True)
    first, second = pair(box)
    operations.assign(second.id, agent=None, team=team, actor=None)
    merge = operations.merge(second.id, first.id, actor=None)
    client.force_login(factories.agent("Ravi", "partner", (team,)))
    assert client.post(f"/desk/merges/{merge.id}/undo/").status_code == 404
    shown = page(client, second)
    assert f"merged into #{first.id}" in shown
    assert f'href="/desk/c/{first.id}/' not in shown
    assert "Hello?" not in shown


def test_an_answer_written_meanwhile_stands_in_the_other_one_unsent(desk, box):
    first, second = pair(box)
    operations.merge(second.id, first.id, actor=None)
    fields = {"kind": "reply", "key": "k1", "text": "On its way!", "to": "anna@customer.example", "seen": "0"}
    response = post(desk, second, "reply", **fields)
    shown = response.content.decode()
    assert response.status_code == 409
    assert "Your text is here now" in shown
    assert f'action="/desk/c/{first.id}/reply/' in shown
    assert "On its way!" in shown
    assert Draft.objects.get().conversation_id == first.id
    assert Message.objects.filter(kind="agent").count() == 0


@pytest.mark.parametrize("action", ["resolve", "spam", "await", "note"])
def test_what_is_done_to_a_merged_one_is_told_and_not_done(desk, box, action):
    first, second = pair(box)
    operations.merge(second.id, first.id, actor=None)
    response = post(desk, second, action, text="", to="")
    if action == "note":
        assert response.status_code == 422 or response.status_code == 409
    else:
        assert response["Location"] == f"/desk/c/{first.id}/?view=open"
        assert "so this was not done" in page(desk, first)
    assert (now(first).state, now(second).state) == ("open", "merged")


def test_resolving_asks_when_something_newer_came(desk, box):
    first = factories.receive(box)
    seen = first.conversation.last_inbound_id
    factories.receive(box, thread_ids=(first.message_id,), text="One more thing")
    asked = post(desk, first.conversation, "resolve", seen=seen)
    assert asked.status_code == 409
    assert "It is not resolved yet" in asked.content.decode()
    assert "One more thing" in asked.content.decode()
    assert now(first.conversation).state == "open"
    assert post(desk, first.conversation, "resolve").status_code == 303
    assert now(first.conversation).state == "resolved"


def test_links_are_made_shown_on_both_sides_and_let_go(desk, box):
    first, second = pair(box)
    assert post(desk, second, "link", pick=first.id, relation="caused_by").status_code == 303
    assert list(Link.objects.values_list("conversation_id", "other_id", "relation")) == [
        (second.id, first.id, "caused_by")
    ]
    assert "caused by" in page(desk, second)
    assert "cause of" in page(desk, first)
    assert post(desk, first, "link", unlink=second.id).status_code == 303
    assert Link.objects.count() == 0


@pytest.mark.parametrize("other", ["", "x", "999999", "{itself}"])
def test_a_link_to_nothing_or_itself_is_refused_at_the_field(desk, box, other):
    first, _second = pair(box)
    response = post(desk, first, "link", other=other.format(itself=first.id))
    assert response.status_code == 422
    assert "aria-invalid" in response.content.decode()
    assert Link.objects.count() == 0


def test_a_link_of_what_a_partner_may_not_see_is_not_shown(client: Client, box):
    team = factories.team(is_partner=True)
    first, second = pair(box)
    operations.assign(second.id, agent=None, team=team, actor=None)
    operations.link(second.id, first.id, relation="related", actor=None)
    client.force_login(factories.agent("Ravi", "partner", (team,)))
    assert "Belongs with" not in page(client, second)


def test_block_files_as_spam_and_goes_on_and_unblock_takes_it_back(desk, box):
    first, second = pair(box)
    identity = Identity.objects.get(value="anna@customer.example")
    response = post(desk, second, "block", block=identity.id, spam="1")
    assert (response.status_code, response["Location"]) == (303, f"/desk/c/{first.id}/?view=open")
    assert now(second).state == "spam"
    identity.refresh_from_db()
    assert identity.blocked_at is not None
    assert "Hear again" in page(desk, second, "block/")
    post(desk, second, "block", unblock=identity.id)
    identity.refresh_from_db()
    assert identity.blocked_at is None


def test_undoing_a_block_hears_the_address_again_and_opens_the_conversation(desk, box):
    first, second = pair(box)
    identity = Identity.objects.get(value="anna@customer.example")
    post(desk, second, "block", block=identity.id, spam="1")
    undo = re.search(r'action="(/desk/c/\d+/block/[^"]*unblock[^"]*)"', page(desk, first))
    assert undo
    desk.post(html.unescape(undo[1]))
    identity.refresh_from_db()
    assert identity.blocked_at is None
    assert now(second).state == "open"


@pytest.mark.parametrize("whose", ["mailbox", "colleague", "stranger"])
def test_neither_mailboxes_nor_colleagues_nor_other_customers_are_blocked(desk, box, agent, whose):
    address = {"mailbox": box.address, "colleague": agent.email, "stranger": "anna@customer.example"}[whose]
    found = factories.conversation(box, address)
    identity = Identity.objects.get(value=address)
    if whose == "stranger":
        factories.conversation(box, "eve@elsewhere.example")
        identity = Identity.objects.get(value="eve@elsewhere.example")
    assert post(desk, found, "block", block=identity.id).status_code == 422
    identity.refresh_from_db()
    assert identity.blocked_at is None


def test_as_many_queries_with_three_links_as_with_one(desk, box):
    first, used = factories.conversation(box), []
    for number in (1, 3):
        for _ in range(number):
            other = factories.conversation(box, "eve@elsewhere.example")
            operations.link(first.id, other.id, relation="related", actor=None)
        page(desk, first)
        with CaptureQueriesContext(connection) as made:
            page(desk, first)
        used.append(len(made))
    assert used[0] == used[1]
