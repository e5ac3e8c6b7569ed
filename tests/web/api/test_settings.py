"""Settings over the API: fields, shops, teams, tags, checklists, chats, the watch; and the token's own agent."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shopbell.agents.models import Team
from shopbell.channels import operations as channels
from shopbell.conversations import operations as conversations
from shopbell.conversations.models import ChecklistTemplate, Tag
from shopbell.fields.models import Field
from shopbell.notifications.models import Kind, Notification
from shopbell.shops.models import Shop
from shopbell.watching.models import Rule, StatusMessage, Wording
from tests import factories
from tests.web.api.calling import Program, problem

pytestmark = pytest.mark.django_db
SIZE = {"subject": "customer", "key": "size", "kind": "choice", "labels": {"en": "Size"}, "options": ["S", "M", "m"]}


@pytest.fixture
def admin() -> Program:
    return Program(factories.agent("Kadri", "admin"), "settings:write", "desk:read", "desk:write")


@pytest.fixture
def agent() -> Program:
    return Program(factories.agent())


def put(program: Program, path: str, body: object = None):
    return program.call("PUT", path, body)


def where(answer) -> str:
    assert answer.status_code == 422, answer.content
    return str(answer.json()["errors"][0]["where"])


def test_a_field_is_made_changed_and_put_away_but_never_deleted(admin, agent):
    made = admin.post("/fields", SIZE)
    number = made.json()["id"]
    assert (made.status_code, made.json()["options"], made.json()["is_archived"]) == (201, ["S", "m"], False)
    assert problem(admin.post("/fields", SIZE))[0] == 409
    changed = admin.patch(f"/fields/{number}", {"labels": {"en": "Shoe size", "de": "Schuhgröße"}}).json()
    assert (changed["labels"]["de"], changed["options"]) == ("Schuhgröße", ["S", "m"])
    assert admin.patch(f"/fields/{number}", {"is_archived": True}).json()["is_archived"] is True
    assert agent.get("/fields").json()["items"] == []
    assert [one["key"] for one in agent.get("/fields?archived=true").json()["items"]] == ["size"]
    assert admin.patch(f"/fields/{number}", {"is_archived": False}).json()["is_archived"] is False
    assert problem(agent.post("/fields", {**SIZE, "key": "x"}))[0] == 403
    assert problem(admin.patch("/fields/999999", {}))[0] == 404


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"options": []}, "/options"),
        ({"options": ["a,b"]}, "/options"),
        ({"labels": {"de": "Größe"}}, "/labels"),
        ({"key": "Big Size"}, "/key"),
        ({"kind": "pigeon"}, "/kind"),
        ({"labels": {"en": "x" * 10_000}}, "/labels/en"),
    ],
)
def test_a_field_that_cannot_be_is_refused_at_its_place(admin, change, place):
    assert where(admin.post("/fields", {**SIZE, **change})) == place
    assert not Field.objects.exists()


def test_a_shop_is_made_and_changed_with_its_host_names(admin, agent, settings):
    settings.BASE_URL = "https://desk.example"
    made = admin.post("/shops", {"name": "Läden & Co", "time_zone": "Europe/Tallinn", "hosts": ["help.läden.example"]})
    assert made.status_code == 201
    shop = made.json()
    assert (shop["slug"], shop["time_zone"]) == ("laden-co", "Europe/Tallinn")
    assert shop["hosts"] == ["help.xn--lden-loa.example"]
    path = f"/shops/{shop['id']}"
    assert admin.patch(path, {"accent": "#8a5a00"}).json()["hosts"] == ["help.xn--lden-loa.example"]
    assert admin.patch(path, {"hosts": []}).json()["hosts"] == []
    wrong = {"/time_zone": "Mars/Olympus", "/accent": "red", "/website": "javascript:alert(1)", "/name": " "}
    for place, value in wrong.items():
        assert where(admin.patch(path, {place[1:]: value})) == place
    assert where(admin.patch(path, {"hosts": ["desk.example"], "phone": "1"})) == "/hosts"
    assert Shop.objects.get(id=shop["id"]).phone == "", "nothing half-done"
    admin.patch(path, {"hosts": ["a.example"]})
    other = admin.post("/shops", {"name": "Two"}).json()["id"]
    assert where(admin.patch(f"/shops/{other}", {"hosts": ["a.example"]})) == "/hosts"
    assert problem(agent.patch(path, {"name": "x"}))[0] == 403


def test_lists_of_shops_and_teams_cost_the_same_however_long(admin):
    def make(number: int) -> None:
        factories.shop(f"Shop {number}").domains.create(host=f"{number}.example")
        factories.team(f"Team {number}").leads.add(admin.agent)

    make(1)
    counts = {}
    for path in ("/shops", "/teams"):
        admin.get(path)  # a token's first use in a minute is written down
        with CaptureQueriesContext(connection) as one:
            admin.get(path)
        counts[path] = len(one)
    make(2)
    make(3)
    for path, before in counts.items():
        with CaptureQueriesContext(connection) as three:
            assert len(admin.get(path).json()["items"]) == 3
        assert len(three) == before


def test_a_team_is_made_and_led_but_its_members_and_mask_are_not_a_program_s(admin):
    made = admin.post("/teams", {"name": "Night", "is_partner": True})
    assert (made.status_code, made.json()["masks"], made.json()["lead_ids"]) == (201, True, [])
    path = f"/teams/{made.json()['id']}"
    assert admin.patch(path, {"lead_ids": [admin.agent.pk]}).json()["lead_ids"] == [admin.agent.pk]
    assert admin.patch(path, {"name": "Nights"}).json()["lead_ids"] == [admin.agent.pk]
    assert where(admin.patch(path, {"masks": False})) == "/masks"
    assert where(admin.patch(path, {"lead_ids": [999_999]})) == "/lead_ids/0"
    assert problem(admin.post("/teams", {"name": "Nights"}))[0] == 409
    assert where(admin.patch(path, {"name": "  "})) == "/name"
    assert Team.objects.get(is_partner=True).masks


def test_a_tag_is_renamed_and_merged_wherever_it_is(admin):
    one, two = (admin.post("/tags", {"name": name}).json() for name in ("late", "slow"))
    talk = factories.conversation()
    conversations.change_tags(talk.id, add=("late",), remove=(), actor=None)
    assert problem(admin.post(f"/tags/{one['id']}/rename", {"name": "slow"}))[0] == 409
    assert problem(admin.post(f"/tags/{one['id']}/merge", {"into_id": one["id"]}))[0] == 409
    assert where(admin.post(f"/tags/{one['id']}/merge", {"into_id": 999_999})) == "/into_id"
    leaving = admin.post(f"/tags/{one['id']}/merge", {"into_id": two["id"]})
    assert (leaving.status_code, leaving.json()["becomes"]) == (202, "slow")
    assert problem(admin.post(f"/tags/{one['id']}/rename", {"name": "later"}))[0] == 409
    assert admin.post(f"/tags/{Tag.objects.create(name='b').id}/rename", {"name": "c"}).json()["becomes"] == "c"


def test_templates_of_checklists_are_the_leads(admin, agent):
    lead = Program(factories.agent(role="lead"), "settings:write")
    body = {"name": "Lost", "steps": ["Ask the carrier", " ", "Tell Anna"]}
    made = lead.post("/checklist-templates", body)
    assert (made.status_code, made.json()["steps"]) == (201, ["Ask the carrier", "Tell Anna"])
    path = f"/checklist-templates/{made.json()['id']}"
    assert put(admin, path, {**body, "name": "Lost parcel"}).json()["name"] == "Lost parcel"
    assert where(put(lead, path, {**body, "steps": [" "]})) == "/steps"
    assert where(put(lead, path, {**body, "shop_id": 999_999})) == "/shop_id"
    assert problem(put(agent, path, body))[0] == 403
    limited = Program(factories.agent("Liis", "lead", limited_to_shops=True), "settings:write")
    ChecklistTemplate.objects.update(shop=factories.shop())
    assert problem(limited.call("DELETE", path))[0] == 404
    assert lead.call("DELETE", path).status_code == 204
    assert not ChecklistTemplate.objects.exists()


def test_a_chat_s_hours_and_words_are_changed_and_nothing_else_of_it(admin, agent):
    box = factories.mailbox()
    kept = {"capacity": 3, "hours": {"0": "09:00–17:00"}, "position": "left", "other": "kept"}
    chat = channels.create_channel(box.shop, type="chat", name="Chat", address="abc", settings=kept)
    path = f"/chats/{chat.id}"
    (shown,) = agent.get("/chats").json()["items"]
    assert (shown["hours"], shown["capacity"], shown["greetings"]) == ({"0": "09:00–17:00"}, 3, {})
    assert "other" not in shown
    body = {"greetings": {"en": "Hello", "de": " "}, "capacity": 5, "replies_through_id": box.id, "hours": {}}
    changed = admin.patch(path, body).json()
    assert (changed["greetings"], changed["capacity"], changed["hours"]) == ({"en": "Hello"}, 5, {})
    assert (changed["replies_through_id"], changed["position"]) == (box.id, "left")
    chat.refresh_from_db()
    assert chat.settings == {"capacity": 5, "position": "left", "other": "kept", "greetings": {"en": "Hello"}}
    assert where(admin.patch(path, {"hours": {"0": "morning"}})) == "/hours/0"
    assert where(admin.patch(path, {"holidays": "soon"})) == "/holidays"
    assert where(admin.patch(path, {"replies_through_id": factories.mailbox(factories.shop("B")).id})).endswith("_id")
    assert problem(agent.patch(path, {"capacity": 1}))[0] == 403
    assert problem(admin.patch(f"/chats/{box.id}", {"capacity": 1}))[0] == 404, "a mailbox is no chat"


def test_what_a_shop_watches_and_says_is_decided(admin, agent):
    shop = factories.shop(language="de")
    path = f"/shops/{shop.id}"
    late = next(one for one in agent.get(f"{path}/watch").json()["rules"] if one["kind"] == "late")
    assert (late["after"], late["unit"], late["writes"]) == (1, "days", False)
    changed = admin.patch(f"{path}/watch/late", {"after": 3, "choices": ["refund"]}).json()["rules"]
    rule = next(one for one in changed if one["kind"] == "late")
    assert (rule["after"], rule["choices"], rule["is_active"]) == (3, ["refund"], True)
    assert Rule.objects.get().after == 3
    assert put(admin, f"{path}/messages/shipped").status_code == 204
    assert agent.get(f"{path}/watch").json()["messages"] == ["shipped"]
    assert admin.call("DELETE", f"{path}/messages/shipped").status_code == 204
    assert not StatusMessage.objects.exists()
    text = f"{path}/texts/late/de"
    assert put(admin, text, {"subject": "Spät", "text": "{greeting} spät"}).json()["subject"] == "Spät"
    assert where(put(admin, text, {"subject": "S", "text": "{pigeon}"})) == "/text"
    assert problem(put(admin, f"{path}/texts/pigeon/de", {"subject": "S", "text": "T"}))[0] == 404
    listed = agent.get(f"{path}/texts").json()["items"]
    assert [one["subject"] for one in listed if (one["name"], one["language"]) == ("late", "de")] == ["Spät"]
    assert put(admin, text, {"subject": "", "text": ""}).json()["subject"] != "Spät"
    assert not Wording.objects.exists()
    assert problem(admin.patch(f"{path}/watch/late", {"after": 0}))[0] == 422
    assert problem(agent.patch(f"{path}/watch/late", {"after": 2}))[0] == 403
    stranger = Program(factories.agent("Liis", limited_to_shops=True))
    assert problem(stranger.get(f"{path}/watch"))[0] == 404
    assert problem(stranger.get(f"{path}/texts"))[0] == 404


def test_a_shop_s_calendar_is_changed_and_what_is_not_named_stays(admin, agent):
    box = factories.mailbox()
    path = f"/shops/{box.shop_id}/calendar"
    assert agent.get(path).json()["hours"]["0"] == "09:00–17:00"
    changed = admin.patch(path, {"holidays": "2026-12-24 2026-12-26", "mailbox_id": box.id}).json()
    assert (changed["holidays"], changed["mailbox_id"]) == ("2026-12-24 2026-12-26", box.id)
    changed = admin.patch(path, {"hours": {"5": "10:00–14:00"}, "quiet_from": "21:30"}).json()
    assert (changed["hours"], changed["quiet_from"]) == ({"5": "10:00–14:00"}, "21:30")
    assert (changed["holidays"], changed["mailbox_id"]) == ("2026-12-24 2026-12-26", box.id)
    assert where(admin.patch(path, {"holidays": "soon"})) == "/holidays"
    assert where(admin.patch(path, {"hours": {"5": "morning"}})) == "/hours/5"
    assert where(admin.patch(path, {"quiet_to": "25:00"})) == "/quiet_to"
    assert where(admin.patch(path, {"mailbox_id": factories.mailbox(factories.shop("B")).id})) == "/mailbox_id"
    assert problem(agent.patch(path, {"holidays": ""}))[0] == 403
    assert problem(Program(factories.agent("Liis", limited_to_shops=True)).get(path))[0] == 404


def test_texts_and_rules_cost_the_same_however_many_are_the_shop_s_own(admin, agent):
    shop = factories.shop()
    agent.get(f"/shops/{shop.id}/texts")
    with CaptureQueriesContext(connection) as none:
        agent.get(f"/shops/{shop.id}/texts")
    for name in ("late", "lost", "stuck"):
        put(admin, f"/shops/{shop.id}/texts/{name}/en", {"subject": "S", "text": "T"})
    with CaptureQueriesContext(connection) as three:
        agent.get(f"/shops/{shop.id}/texts")
    assert len(none) == len(three)


def test_the_token_s_agent_says_whether_they_are_there(agent):
    assert agent.get("/me/status").json()["status"] == "online"
    assert put(agent, "/me/status", {"status": "off"}).json() == {"status": "off", "is_now": "off"}
    assert where(put(agent, "/me/status", {"status": "lunch"})) == "/status"


def test_notifications_are_one_s_own(agent):
    talk = factories.conversation()
    rows = [Notification.objects.create(agent=agent.agent, kind=Kind.ASSIGNED, conversation=talk)]
    other = factories.agent("Kai Kask")
    Notification.objects.create(agent=other, kind=Kind.ASSIGNED, conversation=talk)
    (shown,) = agent.get("/me/notifications?unread=true").json()["items"]
    assert (shown["id"], shown["kind"], shown["conversation_id"]) == (rows[0].id, "assigned", talk.id)
    assert agent.post("/me/notifications/read", {}).status_code == 204
    assert agent.get("/me/notifications?unread=true").json()["items"] == []
    assert Notification.objects.get(agent=other).read_at is None
