"""People are added, changed and shut out; each step names who made it, and an admin is always left."""

from __future__ import annotations

import io
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from PIL import Image

from shopbell.agents import operations
from shopbell.agents.models import Agent, Face, Rules, Team
from shopbell.events.models import Event
from tests import factories, racing


def told() -> list[tuple[str, int | None]]:
    return list(Event.objects.order_by("id").values_list("name", "actor_id"))


@pytest.mark.django_db
def test_a_person_is_added_with_address_in_lower_case_role_and_teams():
    boss, team = factories.agent(role="admin"), factories.team()
    mari = operations.create_agent(
        actor=boss.pk, email="Mari@Shop.Example", name=" Mari ", role="lead", password="x" * 12, teams=[team]
    )
    assert (mari.email, mari.name, mari.role, list(mari.teams.all())) == ("mari@shop.example", "Mari", "lead", [team])
    assert mari.check_password("x" * 12)
    assert told() == [("agents.created", boss.pk)]


@pytest.mark.django_db
def test_the_first_one_made_themselves():
    first = operations.create_agent(actor=None, email="a@b.example", name="A", role="admin", password=None)
    assert told() == [("agents.created", first.pk)]
    assert not first.has_usable_password()


@pytest.mark.django_db
def test_an_address_stays_in_lower_case_however_it_is_edited():
    mari = factories.agent()
    operations.change_agent(mari, actor=mari.pk, email=" New@Shop.Example ")
    assert Agent.objects.get().email == mari.email == "new@shop.example"


@pytest.mark.django_db
def test_a_change_of_teams_writes_nothing_else():
    mari, team = factories.agent(), factories.team()
    old = Agent.objects.get()
    operations.set_password(mari, "another one entirely", actor=mari.pk)
    operations.change_agent(old, actor=mari.pk, teams=[team])
    assert Agent.objects.get().check_password("another one entirely")
    assert list(mari.teams.all()) == [team]


@pytest.mark.django_db
def test_the_last_admin_stays_and_another_may_go():
    boss = factories.agent(role="admin")
    factories.agent(role="admin", is_active=False)
    with pytest.raises(operations.LastAdmin):
        operations.deactivate_agent(boss, actor=boss.pk)
    with pytest.raises(operations.LastAdmin):
        operations.change_agent(boss, actor=boss.pk, role="agent")
    operations.change_agent(boss, actor=boss.pk, name="Boss")
    second = factories.agent(role="admin")
    operations.deactivate_agent(boss, actor=second.pk)
    assert Agent.objects.get(pk=boss.pk).is_active is False
    operations.reactivate_agent(boss, actor=second.pk)
    assert [name for name, _ in told()] == ["agents.changed", "agents.deactivated", "agents.reactivated"]


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_shut_each_other_out_at_once_leave_one():
    first, second = factories.agent("Ann", role="admin"), factories.agent("Ben", role="admin")
    barrier = threading.Barrier(2)
    refused: list[int] = []

    def shut_out(one: Agent, by: Agent) -> None:
        try:
            barrier.wait(10)
            operations.deactivate_agent(one, actor=by.pk)
        except operations.LastAdmin:
            refused.append(one.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=shut_out, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == Agent.objects.filter(is_active=True).count() == 1


@pytest.mark.django_db
def test_a_wrong_password_is_noted_for_people_of_ours_only():
    mari = factories.agent(email="mari@shop.example")
    operations.record_failed_sign_in(" Mari@Shop.example")
    operations.record_failed_sign_in("eve@elsewhere.example")
    operations.record_failed_sign_in("a\0b")
    operations.record_sign_in(mari)
    operations.record_sign_out(mari)
    assert told() == [
        ("agents.sign_in_failed", None),
        ("agents.signed_in", mari.pk),
        ("agents.signed_out", mari.pk),
    ]


@pytest.mark.django_db
def test_a_team_is_made_and_renamed():
    boss = factories.agent(role="admin")
    team = operations.save_team(Team(), actor=boss.pk, name=" Night ", is_partner=True)
    operations.save_team(team, actor=boss.pk, name="Day", is_partner=False)
    assert list(Team.objects.values_list("name", "is_partner")) == [("Day", False)]
    assert told() == [("agents.team_changed", boss.pk)] * 2


@pytest.mark.django_db
def test_days_of_grace_after_a_reset_go_on_when_the_person_is_edited():
    admin, mari = factories.agent(role="admin"), factories.agent()
    operations.save_rules(actor=admin.pk, part="factors", factor_roles=["agent"], grace_days=3)
    Rules.objects.update(factor_since=timezone.now() - timedelta(days=30))
    Agent.objects.filter(pk=mari.pk).update(date_joined=timezone.now() - timedelta(days=30))
    mari.refresh_from_db()
    operations.reset_factors(mari, actor=admin.pk)
    until = mari.factor_by
    assert timedelta(days=2.9) < until - timezone.now() < timedelta(days=3.1)
    operations.change_agent(mari, actor=admin.pk, name="Mari Tamm")
    mari.refresh_from_db()
    assert mari.factor_by == until
    operations.change_agent(mari, actor=admin.pk, role="lead")
    assert mari.factor_by is None


@pytest.mark.django_db(transaction=True)
def test_a_picture_taken_twice_at_once_is_there_once():
    agent, content = factories.agent(), io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, "PNG")
    assert racing.at_once(*[lambda: operations.set_face(agent, content.getvalue())] * 3) == []
    assert Face.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_invitations_made_at_once_one_works():
    lead = factories.agent("Lea", "admin")
    agent = operations.create_agent(actor=lead.pk, email="new@shop.example", name="New", role="agent", password=None)
    assert racing.at_once(*[lambda: operations.invite(agent, actor=lead.pk)] * 2) == []
    assert operations.open_invitations(agent).count() == 1
