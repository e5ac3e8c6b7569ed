"""What is done to a conversation: each with its exact effect, and what it leaves alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from shopbell.conversations import operations, queries
from shopbell.conversations.models import Conversation, Priority, State, Tag
from shopbell.events.models import Event
from shopbell.web.desk import moments
from tests import factories
from tests.web.test_desk_conversation import PART

pytestmark = pytest.mark.django_db


def now(one: Conversation) -> Conversation:
    return Conversation.objects.get(id=one.id)


def do(desk: Client, one: Conversation, action: str, view: str = "open", **fields):
    response = desk.post(f"/desk/c/{one.id}/{action}/?view={view}", fields)
    assert response.status_code == 303, response.content[:300]
    return response["Location"]


def happened() -> list[tuple[str, int | None]]:
    return list(Event.objects.exclude(name="conversations.opened").order_by("id").values_list("name", "actor_id"))


# assign


def test_to_me(desk, one, agent):
    assert do(desk, one, "assign", to="me") == f"/desk/c/{one.id}/?view=open"
    assert now(one).assignee == agent
    assert happened() == [("conversations.assigned", agent.id)]


def test_to_an_agent_keeps_the_team_and_to_a_team_frees_the_agent(desk, one):
    jaan, team = factories.agent("Jaan"), factories.team("Returns")
    do(desk, one, "assign", to=f"team:{team.id}")
    assert (now(one).assignee, now(one).team) == (None, team)
    do(desk, one, "assign", to=f"agent:{jaan.id}")
    assert (now(one).assignee, now(one).team) == (jaan, team)
    do(desk, one, "assign", to="nobody")
    assert (now(one).assignee, now(one).team) == (None, None)


@pytest.mark.parametrize("to", ["", "agent:0", "agent:x", "team:99", "everybody", "agent:{admin}", "agent:{gone}"])
def test_nobody_who_cannot_answer(desk, one, to):
    admin = factories.agent("Admin", "admin")
    gone = factories.agent("Gone", is_active=False)
    response = desk.post(f"/desk/c/{one.id}/assign/", {"to": to.format(admin=admin.id, gone=gone.id)})
    assert response.status_code == 422
    assert "does not exist any more" in response.content.decode()
    assert happened() == []


def test_a_partner_agent_gives_to_their_own_team_only_and_keeps_it_in_sight(client, one):
    team, other = factories.team("Nightline", is_partner=True), factories.team("House")
    ravi = factories.agent("Ravi", "partner", (team,))
    colleague, stranger = factories.agent("Uma", "partner", (team,)), factories.agent("Jaan")
    operations.assign(one.id, agent=ravi, team=team, actor=None)
    client.force_login(ravi)
    form = client.get(f"/desk/c/{one.id}/assign/", headers=PART).content.decode()
    assert "Uma" in form
    assert "Jaan" not in form
    assert "House" not in form
    for to in (f"agent:{stranger.id}", f"team:{other.id}"):
        assert client.post(f"/desk/c/{one.id}/assign/", {"to": to}).status_code == 422
    do(client, one, "assign", to=f"agent:{colleague.id}")
    do(client, one, "assign", to="nobody")
    assert (now(one).assignee, now(one).team) == (None, team)


# snooze


def test_snoozed_until_an_instant_the_next_one_opens_and_it_can_be_woken(desk, one, agent):
    other = factories.conversation(one.channel, "b@x.example")
    until = timezone.now() + timedelta(days=2)
    assert do(desk, one, "snooze", until=until.isoformat()) == f"/desk/c/{other.id}/?view=open"
    assert now(one).snoozed_until == until
    assert queries.counts(agent)["snoozed"] == 1
    html = desk.get("/desk/").content.decode()
    assert f'action="/desk/c/{one.id}/wake/?view=open"' in html
    do(desk, one, "wake")
    assert now(one).snoozed_until is None


def test_a_time_without_zone_is_the_agents_own(client, one):
    client.force_login(factories.agent("Kenji", time_zone="Asia/Tokyo"))
    do(client, one, "snooze", until="2030-01-02T09:00")
    assert now(one).snoozed_until == datetime(2030, 1, 2, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("until", ["", "x", "2020-01-01T10:00", "2026-13-45T10:00"])
def test_a_time_that_is_none_or_has_passed_is_asked_for_again(desk, one, until):
    response = desk.post(f"/desk/c/{one.id}/snooze/", {"until": until}, headers=PART)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()
    assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#dialog-body", "innerHTML")
    assert now(one).snoozed_until is None


@pytest.mark.parametrize(
    ("seen", "target", "mains"), [("/desk/c/{}/snooze/", "#main", 1), ("/desk/c/{}/", "#dialog-body", 0)]
)
def test_a_form_that_is_a_page_of_its_own_comes_back_there(desk, one, seen, target, mains):
    at = {"HX-Current-URL": f"http://testserver{seen.format(one.id)}?view=mine"}
    response = desk.post(f"/desk/c/{one.id}/snooze/?view=mine", {"until": ""}, headers={**PART, **at})
    assert response.status_code == 422
    assert (response["HX-Retarget"], response.get("HX-Reselect")) == (target, "#main" if mains else None)
    assert response.content.decode().count('<main id="main"') == mains


TALLINN = ZoneInfo("Europe/Tallinn")


@pytest.mark.parametrize(
    ("at", "offered"),
    [
        (datetime(2026, 11, 18, 10, 20), ["2026-11-18T13:00", "2026-11-19T09:00", "2026-11-23T09:00"]),  # a Wednesday
        (datetime(2026, 11, 18, 21, 30), ["2026-11-19T09:00", "2026-11-23T09:00"]),  # too late for later today
        (datetime(2026, 11, 22, 10, 0), ["2026-11-22T13:00", "2026-11-23T09:00"]),  # Sunday: Monday is tomorrow
        (datetime(2026, 11, 23, 10, 0), ["2026-11-23T13:00", "2026-11-24T09:00", "2026-11-30T09:00"]),  # Monday
        (datetime(2026, 3, 28, 10, 0), ["2026-03-28T13:00", "2026-03-29T09:00", "2026-03-30T09:00"]),  # clocks change
    ],
)
def test_times_one_press_away(at, offered):
    with timezone.override(TALLINN):
        choices = moments.choices(at.replace(tzinfo=TALLINN))
        assert [choice.value[:16] for choice in choices] == offered


# tags, details


def test_tags_are_added_and_removed(desk, one):
    do(desk, one, "tags", add="Refund, late ,refund")
    assert now(one).tags == ["late", "refund"]
    do(desk, one, "tags", remove="late")
    assert now(one).tags == ["refund"]
    assert set(Tag.objects.values_list("name", flat=True)) == {"late", "refund"}
    assert '<option value="late">' in desk.get(f"/desk/c/{one.id}/tags/", headers=PART).content.decode()


def test_nothing_typed_changes_nothing(desk, one):
    do(desk, one, "tags", add=" , ")
    assert happened() == []


def test_subject_and_priority(desk, one, agent):
    do(desk, one, "details", subject="Lost parcel", priority="4")
    assert (now(one).subject, now(one).priority) == ("Lost parcel", Priority.URGENT)
    before = len(happened())
    do(desk, one, "details", subject="Lost parcel", priority="4")
    do(desk, one, "details", subject="", priority="9")
    assert len(happened()) == before
    assert (now(one).subject, now(one).priority) == ("Lost parcel", Priority.URGENT)


# states


def test_resolve_opens_the_next_and_offers_to_go_back(desk, one):
    other = factories.conversation(one.channel, "b@x.example")
    assert do(desk, one, "resolve") == f"/desk/c/{other.id}/?view=open"
    assert now(one).state == State.RESOLVED
    html = desk.get("/desk/").content.decode()
    assert f"#{one.id} is resolved." in html
    assert f'action="/desk/c/{one.id}/reopen/?view=open"' in html
    assert do(desk, one, "reopen") == f"/desk/c/{one.id}/?view=open"
    assert now(one).state == State.OPEN
    assert now(other).state == State.OPEN


def test_a_notice_waits_for_a_page_somebody_asked_for(desk, one):
    do(desk, one, "resolve")
    renewal = desk.get("/desk/list/", headers={"HX-Request": "true"})
    assert "is resolved" not in renewal.content.decode()
    assert "is resolved" in desk.get("/desk/", headers=PART).content.decode()
    assert "is resolved" not in desk.get("/desk/", headers=PART).content.decode()


def test_resolve_in_a_view_opens_the_next_of_that_view(desk, agent):
    box = factories.mailbox()
    free, mine, also_mine = (factories.conversation(box, f"c{n}@x.example") for n in range(3))
    for row in (mine, also_mine):
        operations.assign(row.id, agent=agent, team=None, actor=None)
    assert do(desk, mine, "resolve", view="mine") == f"/desk/c/{also_mine.id}/?view=mine"
    assert do(desk, also_mine, "resolve", view="mine") == "/desk/?view=mine"
    assert now(free).state == State.OPEN


def test_who_wants_to_stay_stays(desk, one):
    factories.conversation(one.channel, "b@x.example")
    desk.cookies["next"] = "stay"
    assert do(desk, one, "resolve") == f"/desk/c/{one.id}/?view=open"


def test_spam_and_back(desk, one):
    assert do(desk, one, "spam") == "/desk/?view=open"
    assert now(one).state == State.SPAM
    do(desk, one, "not-spam")
    assert now(one).state == State.OPEN
    assert now(one).waiting_since is not None


def test_opening_again_takes_back_spam_and_snooze(desk, one):
    do(desk, one, "spam")
    do(desk, one, "reopen")
    assert now(one).state == State.OPEN
    do(desk, one, "snooze", until="2030-01-01T00:00")
    do(desk, one, "reopen")
    assert now(one).snoozed_until is None


def test_wait_for_the_customer(desk, one):
    do(desk, one, "await")
    assert now(one).state == State.PENDING_CUSTOMER


def test_unread_again_goes_back_to_the_list(desk, one):
    desk.get(f"/desk/c/{one.id}/")
    assert do(desk, one, "unread", view="mine") == "/desk/?view=mine"
    assert 'class="row new"' in desk.get("/desk/").content.decode()


@pytest.mark.parametrize("form", ["assign", "snooze", "tags", "details", "macros"])
def test_each_form_is_a_page_and_a_part(desk, one, form):
    whole = desk.get(f"/desk/c/{one.id}/{form}/").content.decode()
    part = desk.get(f"/desk/c/{one.id}/{form}/", headers=PART).content.decode()
    assert "<html" in whole
    assert 'class="rail"' in whole
    assert "<html" not in part
    assert f'action="/desk/c/{one.id}/{form}/?view=open"' in whole
    assert f'action="/desk/c/{one.id}/{form}/?view=open"' in part
    assert 'id="dialog-title"' in part
