"""The page that looks after tags."""

from __future__ import annotations

import pytest
from django.test import Client

from shopbell.agents.models import Agent
from shopbell.conversations import operations as conversations
from shopbell.conversations.models import Conversation, Tag, TagRules
from shopbell.lists import jobs, operations
from shopbell.lists.models import TagChange
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client: Client) -> Agent:
    agent = factories.agent("Lea", "lead")
    client.force_login(agent)
    return agent


@pytest.fixture
def row(lead: Agent) -> Conversation:
    row = factories.conversation()
    conversations.change_tags(row.id, add=("late", "vip"), actor=None)
    return row


def test_tags_with_their_uses(client, row):
    jobs.count_tags()
    html = client.get("/admin/tags/").content.decode()
    assert html.count("used 1 time<") == 2
    assert ">late</span>" in html


def test_a_colour_shows_in_rows(client, row):
    late = Tag.objects.get(name="late")
    answer = client.post(f"/admin/tags/{late.id}/", {"colour": "red", "description": "Parcel is late"})
    assert answer.status_code == 302 or answer.status_code == 303
    assert '<span class="tag c-red">late</span>' in client.get("/desk/").content.decode()
    dialog = client.get(f"/desk/c/{row.id}/tags/").content.decode()
    assert '<option value="late">Parcel is late</option>' in dialog


def test_renaming_merging_and_deleting_begin_and_are_shown(client, row):
    late = Tag.objects.get(name="late")
    client.post(f"/admin/tags/{late.id}/rename/", {"name": "delayed"})
    html = client.get("/admin/tags/").content.decode()
    assert "“late” becomes “delayed”" in html
    change = TagChange.objects.get()
    while operations.replace_some(change.id):
        pass
    assert Conversation.objects.get().tags == ["delayed", "vip"]
    assert "becomes" not in client.get("/admin/tags/").content.decode()
    client.post(f"/admin/tags/{Tag.objects.get(name='delayed').id}/merge/", {"into": "vip"})
    client.post(f"/admin/tags/{Tag.objects.get(name='vip').id}/delete/")  # busy: something becomes it
    assert TagChange.objects.filter(finished_at=None).count() == 1
    assert "This tag is just being changed." in client.get("/admin/tags/").content.decode()


@pytest.mark.parametrize("name", ["", "  ", "late", "VIP"])
def test_a_name_that_cannot_be_is_refused(client, row, name):
    late = Tag.objects.get(name="late")
    client.post(f"/admin/tags/{late.id}/rename/", {"name": name})
    assert not TagChange.objects.exists()
    assert client.post("/admin/tags/new/", {"name": name}).status_code == 422
    assert Tag.objects.count() == 2


def test_a_tag_is_made(client, lead):
    client.post("/admin/tags/new/", {"name": "Return", "colour": "green", "description": ""})
    assert Tag.objects.values_list("name", "colour").get() == ("return", "green")


def test_a_new_tag_begins_with_nothing(client, lead):
    assert "DatabaseDefault" not in client.get("/admin/tags/new/").content.decode()


def test_leads_decide_who_makes_tags(client, row):
    client.post("/admin/tags/rules/", {"only_leads": "on"})
    assert TagRules.objects.get().only_leads_create
    client.force_login(factories.agent("Mari"))
    answer = client.post(f"/desk/c/{row.id}/tags/", {"add": "new, vip"})
    assert answer.status_code == 422
    assert "There is no tag “new”, and only leads make new ones." in answer.content.decode()
    assert Conversation.objects.get().tags == ["late", "vip"]


def test_tags_are_suggested_by_what_the_customer_had(client, row):
    other = factories.conversation(row.channel, subject="Another matter")
    html = client.get(f"/desk/c/{other.id}/tags/").content.decode()
    assert 'name="suggested" value="late"' in html
    client.post(f"/desk/c/{other.id}/tags/", {"suggested": "late"})
    assert Conversation.objects.get(id=other.id).tags == ["late"]
    assert 'value="late">' not in client.get(f"/desk/c/{other.id}/tags/").content.decode().split("Suggested")[-1][:300]


def test_agents_stay_out(client, row):
    client.force_login(factories.agent("Mari"))
    for address in ("/admin/tags/", f"/admin/tags/{Tag.objects.first().id}/"):
        assert client.get(address).status_code == 403
    for address in ("rules/", f"{Tag.objects.first().id}/delete/"):
        assert client.post(f"/admin/tags/{address}").status_code == 403
    assert Tag.objects.count() == 2
