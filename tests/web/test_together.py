"""People and checklists from the desk."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shopbell.channels.contract import Sender
from shopbell.conversations import operations
from shopbell.conversations.models import ChecklistItem, ChecklistTemplate, Conversation, Follower, Participant
from tests import factories
from tests.web.test_desk_conversation import PART

pytestmark = pytest.mark.django_db


@pytest.fixture
def mari():
    return factories.agent()


@pytest.fixture
def desk(client: Client, mari) -> Client:
    client.force_login(mari)
    return client


@pytest.fixture
def one() -> Conversation:
    bert = Sender(address="bert@other.example", name="Bert")
    return factories.conversation(cc=(bert,))


def people(desk: Client, one: Conversation, **fields):
    return desk.post(f"/desk/c/{one.id}/people/?view=open", fields)


def test_to_follow_oneself_and_a_colleague_and_no_longer(desk, one, mari):
    jens = factories.agent("Jens Holm")
    people(desk, one, follow="me")
    people(desk, one, follow=jens.pk)
    assert set(Follower.objects.values_list("agent_id", flat=True)) == {mari.pk, jens.pk}
    page = desk.get(f"/desk/c/{one.id}/").content.decode()
    assert "Mari Maasikas lets Jens Holm follow it" in page
    assert 'name="unfollow" value="me"' in page
    people(desk, one, unfollow=jens.pk)
    people(desk, one, unfollow="me")
    assert Follower.objects.count() == 0


def test_a_partner_who_cannot_see_it_is_not_offered_and_refused(desk, one):
    ravi = factories.agent("Ravi Menon", "partner", (factories.team(is_partner=True),))
    assert "Ravi" not in desk.get(f"/desk/c/{one.id}/people/").content.decode()
    people(desk, one, follow=ravi.pk)
    assert Follower.objects.count() == 0
    assert "Ravi Menon may not see this conversation." in desk.get(f"/desk/c/{one.id}/").content.decode()


def test_participants_are_shown_left_out_and_added(desk, one):
    bert = Participant.objects.get(address="bert@other.example")
    assert "Answers go to" in desk.get(f"/desk/c/{one.id}/").content.decode()
    people(desk, one, leave_out=bert.id)
    page = desk.get(f"/desk/c/{one.id}/people/").content.decode()
    assert "left out" in page
    people(desk, one, add="Carl <carl@third.example>, bert@other.example")
    assert Participant.objects.filter(is_active=True).count() == 3


@pytest.mark.parametrize(
    ("typed", "said"), [("nobody", "is not an e-mail address"), ("{mine}", "belongs to us or to a colleague")]
)
def test_a_wrong_address_comes_back_with_the_reason(desk, one, mari, typed, said):
    response = people(desk, one, add=typed.format(mine=mari.email))
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert 'aria-invalid="true"' in page
    assert Participant.objects.count() == 2


def test_who_sees_addresses_masked_sees_none_and_chooses_none(client, one):
    team = factories.team(is_partner=True)
    ravi = factories.agent("Ravi", "partner", (team,))
    team.masks = True
    team.save()
    operations.assign(one.id, agent=ravi, team=team, actor=None)
    client.force_login(ravi)
    for page in (client.get(f"/desk/c/{one.id}/"), client.get(f"/desk/c/{one.id}/people/")):
        assert b"bert@other.example" not in page.content
        assert b"anna@customer.example" not in page.content
    assert people(client, one, add="x@y.example").status_code == 403
    assert Participant.objects.count() == 2


def test_a_checklist_is_filled_ticked_moved_and_emptied_in_the_dialog(desk, one):
    url = f"/desk/c/{one.id}/checklist/"
    page = desk.post(url, {"add": "Ask for a picture", "key": "1", "in": "dialog"}, headers=PART)
    assert (page.status_code, page["HX-Retarget"]) == (200, "#dialog-body")
    desk.post(url, {"add": "Refund", "key": "2", "in": "dialog"}, headers=PART)
    first, second = ChecklistItem.objects.order_by("position")
    desk.post(url, {"up": second.id, "in": "dialog"}, headers=PART)
    assert "1/2" in desk.post(url, {"tick": first.id, "in": "dialog"}, headers=PART).content.decode()
    page = desk.get(f"/desk/c/{one.id}/").content.decode()
    assert page.index("Refund") < page.index("Ask for a picture")
    assert "1/2" in page
    assert desk.post(url, {"delete": first.id})["Location"] == f"/desk/c/{one.id}/?view=open"
    assert ChecklistItem.objects.count() == 1


def test_only_templates_of_the_shop_are_offered_and_taken(desk, one, mari):
    ours = operations.save_template(ChecklistTemplate(), name="Ours", shop=one.shop, steps=["a"], actor=mari.pk)
    theirs = operations.save_template(
        ChecklistTemplate(), name="Theirs", shop=factories.shop(), steps=["b"], actor=mari.pk
    )
    page = desk.get(f"/desk/c/{one.id}/checklist/").content.decode()
    assert "Ours" in page
    assert "Theirs" not in page
    for template in (ours, theirs, ours):
        desk.post(f"/desk/c/{one.id}/checklist/", {"template": template.id})
    assert list(ChecklistItem.objects.values_list("text", flat=True)) == ["a"]


def test_the_page_costs_the_same_for_one_and_for_three(desk, one, mari):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(f"/desk/c/{one.id}/?peek=1", headers=PART).status_code == 200
        return len(queries)

    def more(name: str) -> None:
        operations.follow(one, factories.agent(name), actor=None)
        operations.add_items(one.id, [name], key=name, actor=None)
        operations.add_participants(one.id, [Sender(address=f"{name.lower()}@more.example")], actor=None)

    more("Jens")
    cost()
    once = cost()
    more("Kadri")
    more("Siobhan")
    assert cost() - once == 0
