"""A search ends in time, whatever the database does; and few run at once."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, connections, transaction

from shopbell.conversations import search
from shopbell.conversations.search import budget, finding, typed
from tests import factories


def sleep() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(30)")
    return True


@pytest.mark.django_db
def test_a_slow_statement_is_ended_and_nothing_is_begun_after_it():
    spent = search.Budget(100)
    begun = time.monotonic()
    assert spent.run(sleep) is None
    assert spent.run(lambda: 1) is None
    assert time.monotonic() - begun < 10
    assert spent.is_spent
    with connection.cursor() as cursor:  # whoever called goes on without the limits
        cursor.execute("SELECT pg_sleep(0.2), current_setting('statement_timeout'), current_setting('enable_hashjoin')")
        assert cursor.fetchone()[1:] == ("0", "on")


@pytest.mark.django_db
def test_in_time_is_answered_and_leaves_no_limit_behind():
    assert search.Budget(60_000).run(lambda: 7) == 7
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('enable_hashjoin')")
        assert cursor.fetchone() == ("0", "on")


@pytest.mark.django_db(transaction=True)
def test_while_the_words_cannot_be_read_a_search_says_so_instead_of_waiting():
    row, mari = factories.conversation(text="red cup"), factories.agent()
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE conversations_messagesearch IN ACCESS EXCLUSIVE MODE")
            locked.set()
            done.wait(20)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(20)
    try:
        begun = time.monotonic()
        result = finding.find(mari, typed.parse("cup"), search.Budget(200))
        assert time.monotonic() - begun < 10
    finally:
        done.set()
        holder.join()
    assert (result.found, result.is_cut) == ([], True)
    assert result.after == str(row.last_message_id + 1)
    again = finding.find(mari, typed.parse("cup"), search.Budget(60_000), after=result.after)
    assert [one.conversation.id for one in again.found] == [row.id]


def test_no_more_than_so_many_at_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(budget, "PATIENCE_SECONDS", 0.01)
    with search.taking(1), search.taking(1), search.taking(1), pytest.raises(search.Busy), search.taking(1):
        pass
    with search.taking(1):
        pass
