"""Every address of the desk refuses strangers and hides what a partner agent of another team must not see."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from shopbell.channels import contract, ingress
from shopbell.channels.models import Inbound
from shopbell.commerce.models import Action, Order
from shopbell.commerce.operations import recording
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Draft, DraftFile, Merge, Message
from shopbell.lists import operations as lists
from shopbell.lists.models import View
from shopbell.web.desk import article_urls, case_urls, customer_urls, urls
from tests import factories
from tests.commerce import things

pytestmark = pytest.mark.django_db

# What `number` is in each address that has one. A new address has to be entered here, or the tests below fail.
ABOUT = {
    "conversation": [
        "conversation",
        "older",
        "reply",
        "note",
        "draft",
        "files",
        "macros",
        "articles_for",
        "assign",
        "snooze",
        "await_third",
        "wake",
        "people",
        "names",
        "checklist",
        "side_new",
        "tags",
        "details",
        "fields",
        "await",
        "resolve",
        "reopen",
        "spam",
        "not_spam",
        "unread",
        "merge",
        "choose_order",
        "recommended",
        "link",
        "block",
        "split",
        "redact",
        "delete",
        "print",
        "going_along",
        "share_draft",
        "reveal",
    ],
    "draft": ["take_over", "discard_draft", "unschedule", "send_now", "put_off"],
    "message": ["whole", "undo", "side_undo", "retry"],
    "side": ["side_reply"],
    "merging": ["undo_merge"],
    "file": ["remove_file"],
    "customer": [
        "customer",
        "change_customer",
        "customer_note",
        "delete_customer_note",
        "add_identity",
        "remove_identity",
        "block_identity",
        "link_customer",
        "unlink_customer",
    ],
    "view": ["view", "view_delete"],
    "bulk": ["bulk_progress"],
    "order": ["order", "order_owner"],
    "deed": ["deed"],
    "action": ["withdraw_deed"],
    "approval": ["approve_deed", "say_deed"],
    "inbound": ["raw_mail", "raw_download", "raw_retry", "raw_dismiss"],
}
GUARDED = {
    "block": "may_block",
    "redact": "may_redact",
    "delete": "may_delete",
    "side_new": "may_pass_on",
    "reveal": "may_reveal",
    "approve_deed": "may_approve_actions",
    "say_deed": "may_approve_actions",
}
NOT_FOR_AGENTS = {"delete", "reveal", "approve_deed", "say_deed"}  # leads and admins; partner agents whose team may
OPEN_TO_ALL_AGENTS = [
    "list_choices",
    "bulk",
    "views",
    "view_new",
    "inbox",
    "rows",
    "search",
    "orders",
    "needs_person",
    "preferences",
    "notifications",
    "bell",
]
OF_ARTICLES = {pattern.name for pattern in article_urls.urlpatterns} - {"articles_for"}  # test_articles*.py
OF_CUSTOMERS = {pattern.name for pattern in customer_urls.urlpatterns} - set(ABOUT["customer"])  # test_customers_access
OF_CASES = {pattern.name for pattern in case_urls.urlpatterns}  # test_cases_pages.py
# One's own things and what is the same for everybody: test_doors.py keeps strangers out, their own tests the rest.
OWN = {
    "availability",
    "chapter",
    "drafts",
    "emoji",
    "end_session",
    "face",
    "forget_searches",
    "handbook",
    "handbook_picture",
    "macro_used",
    "notification_words",
    "notify",
    "picture",
    "push_address",
    "ratings",  # test_ratings.py
    "signature",
    "signature_delete",
    "signature_new",
    "signatures",
    "status",
    "store",  # test_store.py
    "suggest",
    "tour",
}
PATTERNS = [pattern for pattern in urls.urlpatterns if pattern.name not in OF_CUSTOMERS | OF_ARTICLES | OF_CASES | OWN]
NAMES = [pattern.name for pattern in PATTERNS]
METHODS = ("get", "post")


@pytest.fixture
def world() -> SimpleNamespace:
    """A conversation of the house with one of everything, and a partner agent of a team it is not with."""
    mine = factories.agent()
    message = factories.receive(text="a secret of Anna")
    conversation = message.conversation
    operations.add_draft_file(conversation, mine, "reply", name="a.txt", content=b"a secret")
    ask = operations.Ask(key="k", text="a secret question", to=(contract.Sender(address="s@supplier.example"),))
    ingress.accept(message.channel, b"From: secret@anna.example\r\n\r\nx")
    inbound = Inbound.objects.get()
    ingress.settle(inbound, Inbound.State.FAILED, "broken")
    return SimpleNamespace(
        agent=mine,
        partner=factories.agent("Ravi Menon", "partner", (factories.team(is_partner=True),)),
        conversation=conversation,
        message=message,
        side=operations.ask_third(conversation.id, mine, ask),
        file=DraftFile.objects.get(),
        draft=Draft.objects.get(),
        customer=conversation.customer,
        order=(bought := _ordered(message)),
        action=(asked := Action.objects.create(order=bought, ability="note", key="n", actor=mine)),
        approval=asked,
        merging=_merged_into(conversation),
        inbound=inbound,
        view=View.objects.create(name="V", owner=mine, filter={"match": "all", "of": []}),
        bulk=lists.start(mine, key="k", action="resolve", values={}, conversations=[]),
    )


def _ordered(message: Message) -> Order:
    bought = things.order(email=message.sender_address, note="a secret wish")
    recording.record(things.connect(message.conversation.shop), [bought])
    return Order.objects.get()


def _merged_into(conversation: Conversation) -> Merge:
    other = factories.conversation(conversation.channel, subject="Another secret")
    return operations.merge(other.id, conversation.id, actor=None)


def address(name: str, world: SimpleNamespace) -> str:
    for kind, names in ABOUT.items():
        if name in names and kind == "draft":
            return reverse(f"desk:{name}", args=[world.conversation.id, world.draft.id])
        if name in names and kind == "deed":
            return reverse(f"desk:{name}", args=[world.order.id, "note"])
        if name in names:
            return reverse(f"desk:{name}", args=[getattr(world, kind).id])
    return reverse(f"desk:{name}")


def test_every_address_is_known_to_these_tests():
    assert sorted([*OPEN_TO_ALL_AGENTS, *(name for names in ABOUT.values() for name in names)]) == sorted(NAMES)


@pytest.mark.parametrize("pattern", PATTERNS, ids=NAMES)
def test_every_view_stands_behind_a_door(pattern: URLPattern):
    assert callable(getattr(pattern.callback, "door", None))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("method", METHODS)
def test_a_stranger_is_sent_to_sign_in(name, method, client: Client, world):
    response = getattr(client, method)(address(name, world))
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=/desk/")


@pytest.mark.parametrize("name", NAMES)
def test_a_script_of_a_stranger_takes_the_window_to_sign_in(name, client: Client, world):
    response = client.get(address(name, world), headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (401, "/accounts/login/")


@pytest.mark.parametrize("name", [name for names in ABOUT.values() for name in names])
@pytest.mark.parametrize("method", METHODS)
def test_a_partner_agent_of_another_team_finds_nothing(name, method, client: Client, world):
    client.force_login(world.partner)
    response = getattr(client, method)(address(name, world))
    expected = {403} if name in [*ABOUT["inbound"], *GUARDED] else {404, 405}
    if name in ABOUT["customer"] and method == "post":
        expected |= {403}  # nobody who sees customers masked changes one
    assert response.status_code in expected
    assert b"secret" not in response.content


@pytest.mark.parametrize("name", OPEN_TO_ALL_AGENTS)
def test_a_partner_agent_sees_nothing_of_other_teams_on_open_pages(name, client: Client, world):
    client.force_login(world.partner)
    response = client.get(address(name, world), {"q": "anna secret", "view": "open"})
    assert response.status_code == (303 if name == "list_choices" else 405 if name == "bulk" else 200)
    page = response.content.decode()
    assert "Anna Saar" not in page
    assert "secret@anna.example" not in page
    assert "a secret of" not in page


@pytest.mark.parametrize("name", [name for names in ABOUT.values() for name in names])
def test_an_agent_of_the_house_comes_in(name, client: Client, world):
    client.force_login(world.agent)
    assert client.get(address(name, world)).status_code in ({403} if name in NOT_FOR_AGENTS else {200, 303, 405})


WRITING = [
    name
    for about in ("conversation", "draft", "message", "side", "customer", "merging", "order", "deed", "action")
    for name in ABOUT[about]
    if name
    not in {"order", "print", "redact", "delete", "reveal", "recommended"}
    | {"conversation", "older", "whole", "names", "customer"}
]


@pytest.mark.parametrize("name", WRITING)
@pytest.mark.parametrize("role", ["privacy", "admin"])
def test_who_may_only_read_cannot_write(name, role, client: Client, world):
    before = world.conversation.messages.count()
    client.force_login(factories.agent("Pia Privacy", role))
    assert client.post(address(name, world), {"text": "x", "to": "anna@customer.example"}).status_code == 403
    assert world.conversation.messages.count() == before


def test_an_admin_who_also_answers_may_write(client: Client, world):
    client.force_login(factories.agent("Kai", "admin", also_answers=True))
    assert client.post(address("note", world), {"text": "seen"}).status_code == 303


def test_a_partner_agent_works_with_what_their_team_has(client: Client, world):
    team = world.partner.teams.get()
    operations.assign(world.conversation.id, agent=None, team=team, actor=None)
    client.force_login(world.partner)
    assert "a secret of Anna" in client.get(address("conversation", world)).content.decode()
    seen = client.get(address("customer", world)).content.decode()
    assert ("Anna S." in seen, "Anna Saar" in seen) == (True, False), "outsourced teams see names shortened"
    assert "Anna S." in client.get("/desk/search/", {"q": "anna"}).content.decode()


def test_somebody_shut_out_is_a_stranger(client: Client, world):
    client.force_login(world.agent)
    world.agent.is_active = False
    world.agent.save()
    assert client.get(address("inbox", world)).status_code in {302, 403}


@pytest.mark.parametrize(
    "name", ["resolve", "reopen", "wake", "spam", "not_spam", "await", "unread", "reply", "note", "draft", "files"]
)
def test_looking_changes_nothing(name, client: Client, world):
    client.force_login(world.agent)
    assert client.get(address(name, world)).status_code == 405


def test_every_form_asks_for_the_token(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.agent)
    assert client.post(address("resolve", world)).status_code == 403


def test_pages_are_not_kept_by_caches(client: Client, world):
    client.force_login(world.agent)
    response = client.get(address("conversation", world))
    assert response["Cache-Control"] == "no-store"
    assert "script-src 'self'" in response["Content-Security-Policy"]


def test_the_door_asks_the_right_question():
    doors = {pattern.name: pattern.callback.door.__name__ for pattern in PATTERNS}  # type: ignore[union-attr]
    assert {name for name, door in doors.items() if door == "may_handle_failures"} == set(ABOUT["inbound"])
    assert {name: doors[name] for name in GUARDED} == GUARDED
    answering = {*WRITING, "remove_file", "bulk", "bulk_progress"} - {*GUARDED}
    assert {name for name, door in doors.items() if door == "may_answer"} == answering
