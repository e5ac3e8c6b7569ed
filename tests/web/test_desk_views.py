"""Views agents make, in the desk."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shopbell.agents.models import Agent
from shopbell.conversations import operations as conversations
from shopbell.lists import jobs, operations
from shopbell.lists.models import Choice, View
from tests import factories

pytestmark = pytest.mark.django_db
LATE = {"match": "all", "of": [{"field": "tags", "op": "any", "value": ["late"]}]}


def made(agent: Agent, name: str = "Late ones", *, team: Any = None, shared: bool = False) -> View:
    owner = None if shared else agent
    return operations.save_view(View(), actor=agent, name=name, owner=owner, team=team, filter=LATE, sort="newest")


def late() -> Any:
    row = factories.conversation()
    conversations.change_tags(row.id, add=("late",), actor=None)
    return row


def rows(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'<li id="row-(\d+)"', html)]


def form(**fields: Any) -> dict[str, Any]:
    """A view called Late with one condition: has any of the tag late."""
    line = {"line": "0", "g0": "0", "f0": "tags", "o0": "any", "v0": ["late"]}
    return {"name": "Late", "sort": "newest", "who": "me", "match": "all", "do": "save", **line, **fields}


def test_a_view_shows_counts_and_opens_by_key(desk, agent):
    row, _other = late(), factories.conversation()
    view = made(agent)
    desk.get("/desk/")
    jobs.count_views()
    html = desk.get(f"/desk/?view=v{view.id}").content.decode()
    assert rows(html) == [row.id]
    assert '<h2 class="title" id="list-title">Late ones</h2><span class="soft">1</span>' in html
    assert 'data-command="View: Late ones"' in html
    assert f'href="/desk/c/{row.id}/?view=v{view.id}"' in html
    assert 'data-go="9"' in html


def test_a_conversation_of_a_view_leads_to_the_next_one_of_it(desk, agent):
    first, second, _other = late(), late(), factories.conversation()
    view = made(agent)
    answer = desk.post(f"/desk/c/{second.id}/resolve/?view=v{view.id}")
    assert answer["Location"] == f"/desk/c/{first.id}/?view=v{view.id}"


def test_somebody_elses_view_is_all_open(desk):
    row = factories.conversation()
    view = made(factories.agent("Kadri"))
    html = desk.get(f"/desk/?view=v{view.id}").content.decode()
    assert rows(html) == [row.id]
    assert "Late ones" not in html


def test_who_has_which_views(client, agent):
    lead, team = factories.agent("Lea", "lead"), factories.team(is_partner=True)
    partner = factories.agent("Pia", "partner", (team,))
    made(lead, "For all", shared=True)
    made(lead, "For a team", shared=True, team=team)
    made(agent, "Of Mari")
    seen = {}
    for one in (agent, lead, partner):
        client.force_login(one)
        html = client.get("/desk/views/").content.decode()
        seen[one.name] = [name for name in ("For all", "For a team", "Of Mari") if name in html]
    assert seen == {"Mari Maasikas": ["For all", "Of Mari"], "Lea": ["For all", "For a team"], "Pia": ["For a team"]}


def test_a_view_is_made_by_the_form(desk, agent):
    conversations.change_tags(factories.conversation().id, add=("late",), actor=None)
    answer = desk.post("/desk/views/new/", form(name="  Late  ones "))
    view = View.objects.get()
    assert answer["Location"] == f"/desk/?view=v{view.id}"
    assert (view.name, view.owner, view.filter) == ("Late ones", agent, LATE)
    html = desk.get(f"/desk/views/{view.id}/").content.decode()
    assert '<input type="checkbox" name="v0" value="late" checked>' in html


def test_groups_lengths_and_days_come_back_as_they_were_typed(desk):
    lines = {
        "line": ["0", "1", "2"],
        "match": "all",
        **{"g0": "0", "f0": "created", "o0": "older", "n0": "3", "u0": "d"},
        **{"g1": "1", "m1": "any", "f1": "created", "o1": "from", "t1": "2020-01-02"},
        **{"g2": "1", "f2": "subject", "o2": "contains", "t2": "Order"},
    }
    assert desk.post("/desk/views/new/", {**form(), **lines}).status_code == 303
    view = View.objects.get()
    group = view.filter["of"][1]
    assert view.filter["of"][0] == {"field": "created", "op": "older", "value": {"n": 3, "unit": "d"}}
    assert (group["match"], group["of"][0]["value"]) == ("any", "2020-01-02T00:00:00+01:00")
    html = desk.get(f"/desk/views/{view.id}/").content.decode()
    for typed in ('name="n0" id="n0" value="3"', 'name="t1" id="t1" value="2020-01-02"', 'id="t2" value="Order"'):
        assert typed in html


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": " "}, "A view needs a name."),
        ({"name": "x" * 10_000}, "At most 60 letters."),
        ({"v0": []}, "Choose at least one."),
        ({"line": []}, "Add at least one condition."),
        ({"f0": "nonsense"}, "Choose what to ask."),
        ({"sort": "sideways"}, "Choose one."),
        ({"f0": "created", "o0": "older", "n0": "many"}, "Type a number from 1 to 10000."),
        ({"f0": "customer", "o0": "is", "t0": "nobody@x.example"}, "No customer has this number or address."),
        (
            {"line": ["0", "1"], "g1": "0", "f1": "tags", "o1": "none", "v1": ["late"]},
            "Nothing can fit this together with the conditions above: they contradict each other.",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(desk, fields, said):
    answer = desk.post("/desk/views/new/", form(**fields))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html
    assert not View.objects.exists()
    assert 'name="name" maxlength="60"' in html


def test_buttons_add_and_remove_conditions(desk):
    def lines(do: str, **fields: Any) -> list[str]:
        html = desk.post("/desk/views/new/", form(do=do, **fields), headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in html
        return re.findall(r'name="line" value="(\d+)"><input type="hidden" name="g\d+" value="(\d+)"', html)

    assert lines("add") == [("0", "0"), ("1", "0")]
    assert lines("group") == [("0", "0"), ("1", "1")]
    two = {"line": ["0", "1", "2"], "g1": "1", "g2": "0"}
    assert lines("add:1", **two) == [("0", "0"), ("1", "1"), ("3", "1"), ("2", "0")]
    assert lines("remove:1", **two) == [("0", "0"), ("2", "0")]
    assert not View.objects.exists()


def test_another_field_begins_without_what_was_ticked(desk):
    def ticked(was: str) -> list[str]:
        sent = form(do="renew", f0="language", o0="is", k0=was, v0=["de"])
        return re.findall(r'name="v0" value="(\w+)" checked', desk.post("/desk/views/new/", sent).content.decode())

    assert ticked("folder") == []
    assert ticked("language") == ["de"]


def test_a_long_choice_is_named_and_not_ticked_through(desk, agent):
    language = {"f0": "language", "o0": "is", "v0": ["de"]}
    named = desk.post("/desk/views/new/?do=renew", form(**language, w0="eston")).content.decode()
    assert re.findall(r'name="v0" value="(\w+)" checked', named) == ["de", "et"]
    assert named.count('type="checkbox" name="v0"') == 2
    assert 'name="w0" id="w0" list="l0" value=""' in named
    assert desk.post("/desk/views/new/", form(**language, w0="Danish")).status_code == 303
    assert View.objects.get().filter["of"][0]["value"] == ["de", "da"]


@pytest.mark.parametrize("typed", ["Klingon", "s"])
def test_a_name_that_is_none_or_several_is_said_and_nothing_is_kept(desk, typed):
    answer = desk.post("/desk/views/new/", form(f0="language", o0="is", v0=["de"], w0=typed))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert f"“{typed}” is not one of the choices." in html
    assert f'value="{typed}" maxlength="200" autocomplete="off" data-renews' in html
    assert not View.objects.exists()


def test_only_leads_share(desk, client):
    assert desk.post("/desk/views/new/", form(who="all")).status_code == 303
    assert View.objects.get().owner is not None  # what was asked for is not theirs to decide
    shared = made(factories.agent("Lea", "lead"), shared=True)
    assert desk.get(f"/desk/views/{shared.id}/").status_code == 403
    assert desk.post(f"/desk/views/{shared.id}/delete/").status_code == 403
    assert desk.post("/desk/views/", {"view": shared.id, "by": "1"}).status_code == 403
    client.force_login(factories.agent("Leo", "lead"))
    assert client.post(f"/desk/views/{shared.id}/delete/").status_code == 303
    assert not View.objects.filter(id=shared.id).exists()


def test_views_are_put_in_order(desk, agent):
    views = [made(agent, name) for name in "abc"]
    desk.post("/desk/views/", {"view": views[2].id, "by": "-1"})
    assert list(View.objects.order_by("position").values_list("name", flat=True)) == ["a", "c", "b"]


def test_what_is_gone_is_shown_and_said(desk, agent):
    team = factories.team("Night shift")
    view = made(agent)
    view.filter = {"match": "all", "of": [{"field": "team", "op": "is", "value": [str(team.id)]}, LATE["of"][0]]}
    view.save()
    row, number = late(), team.id
    team.delete()
    html = desk.get(f"/desk/?view=v{view.id}").content.decode()
    assert f"Left out of this view, for it is gone: Team {number}" in html
    assert rows(html) == [row.id]
    assert f"{number} (is gone)" in desk.get(f"/desk/views/{view.id}/").content.decode()


def test_an_order_is_remembered_for_its_view(desk, agent):
    first, second = factories.conversation(), factories.conversation()
    assert rows(desk.get("/desk/").content.decode()) == [second.id, first.id]
    desk.post("/desk/list/choices/?view=open", {"sort": "oldest"})
    assert rows(desk.get("/desk/").content.decode()) == [first.id, second.id]
    assert rows(desk.get("/desk/?view=unassigned").content.decode()) == [second.id, first.id]
    assert desk.post("/desk/list/choices/", {"sort": "sideways"}).status_code == 400
    desk.post("/desk/list/choices/", {"density": "compact"})
    assert Choice.objects.get(agent=agent).density == "compact"
    assert 'class="rows compact"' in desk.get("/desk/").content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_costs_the_same_however_many_views(desk, agent, many, django_assert_num_queries):
    for number in range(many):
        made(agent, f"V{number}")
    factories.conversation()
    desk.get("/desk/")
    jobs.count_views()
    with django_assert_num_queries(13):  # as without, and what they hold
        desk.get("/desk/")
