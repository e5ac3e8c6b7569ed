"""Saying what one does: only about conversations one may see."""

from __future__ import annotations

import json

import psycopg
import pytest
from django.test import Client

from tests import factories
from tests.web.serving import database_url

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_an_agent_does_is_told_to_whoever_listens(client: Client) -> None:
    agent, conversation = factories.agent("Jens Møller"), factories.conversation()
    client.force_login(agent)
    with psycopg.connect(database_url(), autocommit=True) as ear:
        ear.execute("LISTEN shopbell_presence")
        answer = client.post("/presence/", {"conversation": conversation.id, "state": "typing"})
        assert answer.status_code == 204
        said = [json.loads(notice.payload) for notice in ear.notifies(timeout=2, stop_after=1)]
    assert said == [{"conversation": conversation.id, "agent": agent.pk, "name": "Jens Møller", "state": "typing"}]


def test_nonsense_and_the_unseen_are_refused(client: Client) -> None:
    team, conversation = factories.team(is_partner=True), factories.conversation()
    client.force_login(factories.agent(role="partner", teams=(team,)))
    answers = [
        client.post("/presence/", data).status_code
        for data in (
            {},
            {"conversation": "x", "state": "viewing"},
            {"conversation": "9" * 30, "state": "viewing"},
            {"conversation": conversation.id, "state": "dancing"},
            {"conversation": conversation.id, "state": "viewing"},
        )
    ]
    assert answers == [400, 400, 400, 400, 404]
