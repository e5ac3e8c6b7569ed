"""Load data look like what comes in through the front door."""

import argparse

import pytest
from django.db import connection

from shopbell.commands import seed
from shopbell.conversations import queries, search
from shopbell.conversations.models import Conversation, CountChange, Folder, Message, MessageSearch, Tag, Wait
from shopbell.conversations.search import finding, typed
from shopbell.customers.models import Customer
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    seed.arguments(parser)
    return seed.run(parser.parse_args(arguments))


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'")
        return {definition for (definition,) in cursor.fetchall()}


def test_the_rows_agree_with_each_other() -> None:
    assert run("--conversations", "300", "--messages-per", "4", "--open", "0.1") == 0
    assert (Conversation.objects.count(), Message.objects.count(), MessageSearch.objects.count()) == (300, 1200, 1200)
    for row in Conversation.objects.select_related("customer"):
        newest = row.messages.order_by("-id")[0]
        assert (row.last_message_at, row.last_message_id) == (newest.occurred_at, newest.id)
        assert row.last_from_customer == (newest.kind == "customer")
        assert row.last_inbound_id == max(row.messages.filter(kind="customer").values_list("id", flat=True))
        assert newest.text.startswith(row.preview.split()[0])
        waits = [wait.opened_at for wait in Wait.objects.filter(conversation=row, closed_at=None)]
        assert waits == ([row.waiting_since] if row.waiting_since else [])
        assert bool(row.waiting_since) == (row.folder in (Folder.OPEN, Folder.SNOOZED))


def test_a_message_is_found_by_the_same_words_as_one_that_came_in() -> None:
    run("--conversations", "5")
    stored = Message.objects.filter(kind="customer")[0]
    seeded = MessageSearch.objects.get(message=stored).words
    parts = (stored.sender_name, stored.sender_address, stored.subject, stored.text)
    words = search.words_of(stored.id, stored.customer_id, parts, stored.language, stored.recipients)
    search.index(stored.id, stored.conversation_id, words)
    assert MessageSearch.objects.get(message=stored).words == seeded


def test_the_counters_are_those_a_recount_finds() -> None:
    run("--conversations", "200", "--open", "0.2")
    counted = {row.view: row.change for row in CountChange.objects.all()}
    folders = Conversation.objects.exclude(folder=Folder.RESOLVED).values_list("folder", flat=True)
    for folder in (Folder.OPEN, Folder.SNOOZED, Folder.SPAM):
        assert counted.get(folder, 0) == list(folders).count(folder)


def test_seeded_mail_and_customers_are_found() -> None:
    run("--conversations", "50")
    message = Message.objects.filter(kind="customer").order_by("-id")[0]
    number = next(word for word in message.text.replace(",", " ").split() + message.subject.split() if "SB-" in word)
    mari = factories.agent()
    number = "SB-" + number.split("SB-")[1].strip(".:“”»«")
    result = finding.find(mari, typed.parse(number), search.Budget(60_000))
    assert message.conversation_id in [one.conversation.id for one in result.found]
    assert queries.find_customers(factories.agent(), message.sender_name)
    assert Tag.objects.count() == 32


def test_the_same_seed_gives_the_same_texts_and_another_one_others() -> None:
    run("--conversations", "20")
    run("--conversations", "20")
    run("--conversations", "20", "--seed", "2")
    texts = list(Message.objects.order_by("id").values_list("text", flat=True))
    assert texts[:60] == texts[60:120] != texts[120:]
    assert Customer.objects.count() == 36


def test_a_large_load_leaves_the_indexes_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shopbell.seeding.load.LARGE", 10)
    before = indexes()
    run("--conversations", "20")
    assert indexes() == before


def test_nothing_is_written_where_it_was_not_meant(capsys: pytest.CaptureFixture[str]) -> None:
    factories.conversation()
    assert run("--conversations", "10") == 2
    assert run("--conversations", "10", "--languages", "de,xx", "--yes") == 2
    assert run("--conversations", "0", "--yes") == 2
    assert Conversation.objects.count() == 1
    assert "no texts in xx; there are de, da, en, et" in capsys.readouterr().err
    assert run("--conversations", "10", "--yes", "--languages", "da") == 0
    assert set(Customer.objects.exclude(name="Anna Saar").values_list("language", flat=True)) == {"da"}
