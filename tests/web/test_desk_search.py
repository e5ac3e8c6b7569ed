"""The search page, what is suggested while one types, and what is remembered."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from shopbell.conversations import operations, search
from shopbell.conversations.models import Recent
from shopbell.conversations.search import budget
from shopbell.knowledge.models import Macro
from tests import factories

pytestmark = pytest.mark.django_db
COST = 20  # most of it begins and ends the limits of the few statements that search
PAGE, SUGGEST = reverse("desk:search"), reverse("desk:suggest")


@pytest.fixture
def mari():
    return factories.agent(role="lead")


@pytest.fixture
def desk(mari) -> Client:
    client = Client()
    client.force_login(mari)
    return client


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_hits_are_marked_and_further_pages_follow(desk):
    rows = [factories.conversation(text=f"A red cup, number {number}") for number in range(26)]
    page = text_of(desk.get(PAGE, {"q": "cups"}))
    assert page.count("<mark>cup</mark>") == 25
    more = re.search(r'hx-get="([^"]+)"[^>]*>(?:(?!</a>).)*Show more', page)
    assert more
    further = desk.get(PAGE + more[1].replace("&amp;", "&"), headers={"HX-Request": "true"})
    assert f"#{rows[0].id}</span>" in text_of(further)
    assert "<html" not in text_of(further)
    assert "Show more" not in text_of(further)


def test_a_page_is_called_by_a_noun_and_its_button_by_a_verb():
    desk = Client()
    desk.force_login(factories.agent(language="de"))
    page = text_of(desk.get(PAGE))
    assert ("<h1>Suche</h1>" in page, "Suchen</button>" in page, "Suche</button>" in page) == (True, True, False)


def test_what_was_typed_wrongly_is_explained_and_nothing_is_silent(desk):
    factories.conversation(text="A red cup")
    page = text_of(desk.get(PAGE, {"q": "cup is:purple form:anna"}))
    assert "is: does not know “purple”. Known: merged, mine, open" in page
    assert "<code>form:</code> was taken for a word. Did you mean <code>from:</code>?" in page
    assert "No conversation was found." in page


def test_a_number_goes_there_and_others_things_are_named(desk, mari):
    row = factories.conversation(address="anna@saar.example", name="Anna Saar", subject="Late")
    assert desk.get(PAGE, {"q": f"#{row.id}"}).url == reverse("desk:conversation", args=[row.id])
    for typed in (str(row.id), f"<{row.messages.get().message_id}>"):
        assert "Exactly this" in text_of(desk.get(SUGGEST, {"q": typed})), typed
    assert "Exactly this" in text_of(desk.get(SUGGEST, {"q": "Anna@Saar.example"}))
    assert "Exactly this" not in text_of(desk.get(SUGGEST, {"q": "berta@saar.example"}))


def test_suggestions_come_in_groups_from_everywhere(desk):
    factories.conversation(name="Refunda Saar", text="refund please", subject="A refund")
    factories.agent("Refik Tamm")
    Macro.objects.create(name="Refund granted", body="x")
    shown = text_of(desk.get(SUGGEST, {"q": "ref"}))
    assert [name for name in ("Customers", "Colleagues", "Macros") if f">{name}<" in shown] == [
        "Customers",
        "Colleagues",
        "Macros",
    ]
    assert ">Conversations<" in text_of(desk.get(SUGGEST, {"q": "refund"}))
    assert ">Views<" in text_of(desk.get(SUGGEST, {"q": "unassi"}))
    assert ">Settings<" not in text_of(desk.get(SUGGEST, {"q": "mailboxes"}))  # a lead has none to open
    admin = Client()
    admin.force_login(factories.agent(role="admin"))
    assert ">Settings<" in text_of(admin.get(SUGGEST, {"q": "mailboxes"}))


def test_operators_and_their_values_are_completed(desk):
    operations.change_tags(factories.conversation().id, add=("refund", "return"), actor=None)
    completed = lambda typed: re.findall(r'data-complete="([^"]*)"', text_of(desk.get(SUGGEST, {"q": typed})))  # noqa: E731
    assert completed("red fr") == ["red from:"]
    assert completed("cup tag:ref") == ["cup tag:refund "]
    assert completed("-is:un") == ["-is:unread ", "-is:unassigned "]
    assert completed("assignee:mari") == ["assignee:&quot;Mari Maasikas&quot; "]
    assert completed("red cup") == ["red cc:"][:0]


def test_what_was_looked_for_and_opened_is_offered_again_and_can_be_forgotten(desk, mari):
    row = factories.conversation(subject="Late again")
    desk.get(PAGE, {"q": "teapot"})
    desk.get(reverse("desk:conversation", args=[row.id]))
    for shown in (text_of(desk.get(PAGE)), text_of(desk.get(SUGGEST))):
        assert "teapot" in shown
        assert "Late again" in shown
    other = Client()
    other.force_login(factories.agent("Kadri Tamm"))
    assert "teapot" not in text_of(other.get(PAGE))
    desk.post(reverse("desk:forget_searches"))
    assert "teapot" not in text_of(desk.get(PAGE))
    assert Recent.objects.filter(agent=mari, kind="conversation").count() == 1


def test_few_are_remembered(mari):
    for number in range(30):
        operations.remember(mari, Recent.Kind.SEARCH, f"word {number}")
    operations.remember(mari, Recent.Kind.SEARCH, "word 15")
    kept = list(Recent.objects.filter(agent=mari).order_by("-at").values_list("key", flat=True))
    assert (len(kept), kept[0], kept[1]) == (20, "word 15", "word 29")


def test_what_one_may_not_see_any_more_is_not_offered(desk, mari):
    team = factories.team(is_partner=True)
    partner = factories.agent("Pia Partner", "partner", (team,))
    row = factories.conversation(subject="Late again")
    operations.assign(row.id, agent=None, team=team, actor=None)
    client = Client()
    client.force_login(partner)
    client.get(reverse("desk:conversation", args=[row.id]))
    assert "Late again" in text_of(client.get(SUGGEST))
    operations.assign(row.id, agent=None, team=None, actor=None)
    assert "Late again" not in text_of(client.get(SUGGEST))
    for address in (PAGE, SUGGEST):
        assert "Late again" not in text_of(client.get(address, {"q": "parcel"}))
        assert str(row.id) not in re.findall(r"/c/(\d+)/", text_of(client.get(address, {"q": str(row.id)})))


def test_a_partner_is_told_nothing_about_an_address_that_exists(mari):
    team = factories.team(is_partner=True)
    client = Client()
    client.force_login(factories.agent("Pia Partner", "partner", (team,)))
    row = factories.conversation(address="anna@saar.example", name="Anna Saar")
    operations.assign(row.id, agent=None, team=team, actor=None)
    answers = [
        text_of(client.get(address, {"q": typed})).replace(typed, "…")
        for address in (SUGGEST,)
        for typed in ("anna@saar.example", "nobody@none.example")
    ]
    assert answers[0] == answers[1]
    assert "cannot be searched for" in text_of(client.get(PAGE, {"q": "anna@saar.example"}))


def test_while_others_search_it_is_said(desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(budget, "PATIENCE_SECONDS", 0.01)
    with search.taking(1), search.taking(1), search.taking(1):
        assert "Others are searching just now" in text_of(desk.get(PAGE, {"q": "cup"}))
        assert "Others are searching just now" in text_of(desk.get(SUGGEST, {"q": "cup"}))


def test_when_the_time_is_over_it_says_how_far_it_got(desk, monkeypatch: pytest.MonkeyPatch):
    factories.conversation(text="A red cup")
    monkeypatch.setattr(search, "PAGE_MILLISECONDS", 0)
    page = text_of(desk.get(PAGE, {"q": "cup"}))
    assert "The time for one search was over" in page
    assert "Go on searching" in page


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_the_same_however_much_is_found(desk, count: int, django_assert_num_queries):
    for _ in range(count):
        factories.conversation(text="A red cup")
    desk.get(PAGE, {"q": "cup"})
    with django_assert_num_queries(COST):
        desk.get(PAGE, {"q": "cup"})
