"""Keys of programs: shown once, kept as a hash, ended at once."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from shopbell.events.models import Event
from shopbell.integrations import operations, queries
from shopbell.integrations.models import Token
from tests import factories


@pytest.mark.django_db
def test_a_token_is_found_by_itself_and_by_nothing_that_is_stored():
    agent = factories.agent()
    token, plain = operations.make_token(agent, name="Shop", scopes=["conversations:read"], actor=agent.pk)
    assert plain.startswith("sb_")
    assert len(plain) == 46
    assert queries.token(plain) == token
    assert [queries.token(other) for other in (token.hash, plain[:-1], plain + "x", "", "sb_\ud800")] == [None] * 5
    assert plain not in str(Token.objects.values().get())
    assert token.hint == plain[-4:]
    line = Event.objects.get(name="integrations.token_made")
    assert (line.data, line.actor_id) == ({"token_id": token.id, "agent_id": agent.pk}, agent.pk)


@pytest.mark.django_db
def test_a_token_has_scopes_that_there_are_and_ends_later():
    agent = factories.agent()
    for scopes in ([], ["everything"], ["conversations:read", "x"]):
        with pytest.raises(ValueError):
            operations.make_token(agent, name="", scopes=scopes, actor=None)
    with pytest.raises(ValueError):
        operations.make_token(agent, name="", scopes=["admin"], expires_at=timezone.now(), actor=None)
    assert not Token.objects.exists()


@pytest.mark.django_db
def test_a_token_ends_by_time_by_revocation_and_with_its_agent():
    agent = factories.agent()
    token, plain = operations.make_token(
        agent, name="", scopes=["admin"], expires_at=timezone.now() + timedelta(hours=1), actor=None
    )
    assert queries.token(plain)
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert queries.token(plain) is None
    Token.objects.update(expires_at=None)
    agent.is_active = False
    agent.save()
    assert queries.token(plain) is None
    agent.is_active = True
    agent.save()
    assert operations.revoke_token(token.id, actor=agent.pk) is True
    assert operations.revoke_token(token.id, actor=agent.pk) is False
    assert queries.token(plain) is None
    assert Event.objects.filter(name="integrations.token_revoked").count() == 1


@pytest.mark.django_db
def test_use_is_noted_once_a_minute():
    token, _plain = operations.make_token(factories.agent(), name="", scopes=["admin"], actor=None)
    operations.note_use(token)
    first = Token.objects.get().last_used_at
    assert first is not None
    operations.note_use(Token.objects.get())
    assert Token.objects.get().last_used_at == first


@pytest.mark.django_db(transaction=True)
def test_revoking_waits_for_what_is_being_written():
    token, _plain = operations.make_token(factories.agent(), name="", scopes=["admin"], actor=None)
    order: list[str] = []

    def revoke() -> None:
        operations.revoke_token(token.id, actor=None)
        order.append("revoked")
        connection.close()

    thread = threading.Thread(target=revoke)
    with transaction.atomic():
        assert queries.hold(token)
        thread.start()
        time.sleep(0.3)
        order.append("written")
    thread.join()
    assert order == ["written", "revoked"]
    with transaction.atomic():
        assert not queries.hold(token)
