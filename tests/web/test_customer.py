"""The page of a customer: addresses, links, merges and what goes wrong with them."""

from __future__ import annotations

import pytest
from django.test import Client

from shopbell.agents.models import Agent
from shopbell.conversations import operations as conversations
from shopbell.conversations.models import Conversation, State
from shopbell.customers import operations, vouching
from shopbell.customers.models import Customer, CustomerLink, Double, Identity, Merge
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> Agent:
    return factories.agent(language="en")


@pytest.fixture
def lead() -> Client:
    client = Client()
    client.force_login(factories.agent("Lea Lead", role="lead"))
    return client


@pytest.fixture
def anna() -> Customer:
    return factories.conversation(language="de").customer


def at(customer: Customer, rest: str = "") -> str:
    return f"/desk/customers/{customer.id}/{rest}"


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("email", " Anna.2@Work.Example ", "anna.2@work.example"),
        ("phone", "030 901820", "+4930901820"),
        ("phone", "+372 5555 1234", "+37255551234"),
        ("external", "K-1042", "k-1042"),
    ],
)
def test_addresses_are_added_in_one_spelling(desk: Client, anna: Customer, kind, typed, kept):
    for _twice in range(2):
        assert desk.post(at(anna, "reach/"), {"kind": kind, "value": typed}).status_code == 303
    identity = Identity.objects.get(kind=kind, value=kept)
    assert (identity.customer, identity.verified_at) == (anna, None)
    assert Identity.objects.filter(customer=anna).count() == 2


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("email", "no address"),
        ("phone", "12"),
        ("phone", "call me"),
        ("external", " "),
        ("fax", "1"),
        ("email", "x" * 999),
    ],
)
def test_what_is_no_address_is_said_at_the_field(desk: Client, anna: Customer, kind, typed):
    page = desk.post(at(anna, "reach/"), {"kind": kind, "value": typed})
    assert page.status_code == 422
    assert 'aria-describedby="reach-error"' in page.content.decode()
    assert anna.identities.count() == 1


def test_somebody_elses_address_leads_to_them(desk: Client, anna: Customer):
    berta = factories.conversation(address="berta@customer.example", name="Berta").customer
    html = desk.post(at(anna, "reach/"), {"kind": "email", "value": "berta@customer.example"}).content.decode()
    assert f'href="/desk/customers/{berta.id}/"' in html
    assert f"/merge/?with={berta.id}" in html
    assert Identity.objects.get(value="berta@customer.example").customer == berta


def test_an_address_is_removed_and_somebody_new_writes_from_it(desk: Client, anna: Customer):
    identity = anna.identities.get()
    assert desk.post(at(anna, "reach/remove/"), {"identity": identity.id}).status_code == 303
    assert desk.post(at(anna, "reach/remove/"), {"identity": identity.id}).status_code == 404
    assert factories.conversation().customer != anna
    forged = Identity.objects.create(customer=anna, kind="email-unproven", value="x@y.example")
    assert desk.post(at(anna, "reach/remove/"), {"identity": forged.id}).status_code == 404


def test_an_address_is_blocked_and_heard_again(desk: Client, anna: Customer):
    identity = anna.identities.get()
    desk.post(at(anna, "block/"), {"identity": identity.id})
    assert factories.conversation().state == State.SPAM
    assert "blocked" in desk.get(at(anna)).content.decode()
    desk.post(at(anna, "block/"), {"identity": identity.id, "back": "1"})
    assert factories.conversation().state == State.OPEN


def test_two_people_are_linked_and_seen_on_both_pages(desk: Client, anna: Customer):
    berta = factories.conversation(address="berta@customer.example", name="Berta Bär").customer
    desk.post(at(berta, "link/"), {"other": anna.id, "relation": "family"})
    assert "Berta Bär" in desk.get(at(anna)).content.decode()
    assert "family" in desk.get(at(berta)).content.decode()
    for wrong in ({"other": anna.id, "relation": "family"}, {"other": berta.id, "relation": "enemy"}):
        desk.post(at(anna, "link/"), wrong)
    assert CustomerLink.objects.count() == 1
    assert desk.post(at(anna, "link/"), {"other": 99_999, "relation": "family"}).status_code == 404
    desk.post(at(anna, "unlink/"), {"other": berta.id})
    assert not CustomerLink.objects.exists()


def test_a_linked_person_of_another_team_is_not_shown_to_a_partner(anna: Customer, agent: Agent):
    berta = factories.conversation(address="berta@customer.example", name="Berta Bär").customer
    operations.link(anna.id, berta.id, relation="family", actor=agent.pk)
    team = factories.team(is_partner=True)
    conversations.assign(Conversation.objects.get(customer=anna).id, agent=None, team=team, actor=None)
    partner = Client()
    partner.force_login(factories.agent("Ravi", "partner", (team,)))
    html = partner.get(at(anna)).content.decode()
    assert "Berta" not in html
    assert partner.get(at(berta)).status_code == 404


def test_who_has_no_name_is_headed_by_what_is_known(desk: Client):
    nobody = factories.conversation(address="noname@customer.example", name="").customer
    operations.give(nobody.id, "chat", "96cf00@visitor.invalid")
    html = desk.get(at(nobody)).content.decode()
    assert "<h1>noname@customer.example</h1>" in html
    assert "visitor.invalid" not in html
    assert '<span class="address">chat</span>' in html
    row = Conversation.objects.get(customer=nobody)
    panel = desk.get(f"/desk/c/{row.id}/").content.decode()
    assert 'data-command="Open the customer">noname@customer.example</a>' in panel
    assert str(operations.resolve("chat", "96cf11@visitor.invalid")) == "Visitor 96CF"
    assert str(forged := operations.resolve("email-unproven", "boss@bank.example")) == f"Customer {forged.id}"


def test_who_has_no_name_is_masked_for_a_partner(desk: Client):
    nobody = factories.conversation(address="noname@customer.example", name="").customer
    team = factories.team(is_partner=True)
    conversations.assign(Conversation.objects.filter(customer=nobody).first().id, agent=None, team=team, actor=None)
    partner = Client()
    partner.force_login(factories.agent("Ravi", "partner", (team,)))
    html = partner.get(at(nobody)).content.decode()
    assert "<h1>n•••@•••</h1>" in html
    assert "@customer.example" not in html
    assert "@customer.example" not in partner.get("/desk/customers/").content.decode()


def test_whom_a_customer_was_merged_with_is_not_named_to_a_partner(desk: Client, anna: Customer):
    gone = factories.conversation(address="berta@customer.example", name="Berta Bär").customer
    operations.merge(anna.id, gone.id, actor=None, reason="the same phone")
    team = factories.team(is_partner=True)
    conversations.assign(Conversation.objects.filter(customer=anna).first().id, agent=None, team=team, actor=None)
    partner = Client()
    partner.force_login(factories.agent("Ravi", "partner", (team,)))
    assert "Berta Bär" in desk.get(at(anna)).content.decode()
    assert "Berta Bär" not in partner.get(at(anna)).content.decode()


def double() -> tuple[Customer, Customer]:
    one = factories.conversation(address="anna@work.example", name="Anna Saar").customer
    other = factories.conversation(address="anna+2@work.example", name="Anna S.").customer
    return one, other


def test_an_agent_suggests_and_a_lead_merges(desk: Client, lead: Client):
    one, other = double()
    chosen = desk.get(at(one, "merge/"), {"q": "anna"}).content.decode()
    assert f"?with={other.id}" in chosen
    seen = desk.get(at(one, "merge/"), {"with": other.id}).content.decode()
    assert "1 conversation comes over." in seen
    assert "anna+2@work.example" in seen
    assert 'value="merge"' not in seen
    assert desk.post(at(one, "merge/"), {"with": other.id, "do": "merge"}).status_code == 403
    assert desk.post(at(one, "merge/"), {"with": other.id, "do": "suggest"}).status_code == 303
    assert Double.objects.get().reasons == ["agent"]
    assert f"?with={other.id}" in lead.get(at(one, "merge/")).content.decode()
    done = lead.post(at(one, "merge/"), {"with": other.id, "keep": one.id, "do": "merge"})
    assert done["Location"] == f"{at(one)}#merges"
    assert desk.get(at(other)).context["customer"] == one, "the old address leads to who they are now"


def test_the_other_may_be_kept(lead: Client):
    one, other = double()
    seen = lead.get(at(one, "merge/"), {"with": other.id, "keep": other.id})
    assert (seen.context["kept"].id, seen.context["gone"].id) == (other.id, one.id)
    lead.post(at(one, "merge/"), {"with": other.id, "keep": other.id, "do": "merge"})
    one.refresh_from_db()
    assert one.merged_into_id == other.id


def test_two_proved_addresses_need_a_lead_who_says_why(lead: Client):
    one, other = double()
    Identity.objects.update(verified_at="2026-01-01T00:00Z")
    page = lead.post(at(one, "merge/"), {"with": other.id, "do": "merge"})
    assert page.status_code == 422
    assert 'name="reason"' in page.content.decode()
    privacy = Client()
    privacy.force_login(factories.agent("Pia", "privacy"))
    refused = privacy.post(at(one, "merge/"), {"with": other.id, "do": "merge", "reason": "I say so"})
    assert refused.status_code == 422
    assert not Merge.objects.exists()
    lead.post(at(one, "merge/"), {"with": other.id, "do": "merge", "reason": "Told me on the phone"})
    assert Merge.objects.get().reason == "Told me on the phone"


def test_a_merge_is_taken_apart_on_the_page(desk: Client, lead: Client):
    one, other = double()
    lead.post(at(one, "merge/"), {"with": other.id, "do": "merge"})
    row = Merge.objects.get()
    assert "Take apart" in lead.get(at(one)).content.decode()
    assert "Take apart" not in desk.get(at(one)).content.decode()
    assert desk.post(at(one, "unmerge/"), {"merge": row.id}).status_code == 403
    stranger = factories.conversation(address="c@customer.example").customer
    assert lead.post(at(stranger, "unmerge/"), {"merge": row.id}).status_code == 404
    assert lead.post(at(one, "unmerge/"), {"merge": row.id})["Location"] == at(other)
    assert desk.get(at(other)).context["customer"] == other


def test_with_oneself_and_with_nobody(lead: Client):
    one, _other = double()
    assert lead.get(at(one, "merge/"), {"with": one.id}).context.get("kept") is None
    assert lead.post(at(one, "merge/"), {"with": one.id, "do": "merge"}).status_code == 200
    assert lead.get(at(one, "merge/"), {"with": "99999"}).status_code == 404
    assert lead.get(at(one, "merge/"), {"with": "9" * 40}).status_code == 404
    assert not Merge.objects.exists()


def test_what_a_shop_vouched_for_and_how_is_shown(client: Client) -> None:
    shop = factories.shop("Poder")
    identity = operations.accept_vouched(shop, vouching.Vouched(customer_id="K-17", email="anna@customer.example"))
    client.force_login(factories.agent())
    page = client.get(f"/desk/customers/{identity.customer_id}/").content.decode()
    assert f"K-17 ({shop.slug})" in page
    assert "proved: the shop&#x27;s word" in page
