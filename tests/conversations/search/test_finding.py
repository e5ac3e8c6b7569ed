"""What is found, by whom, in which order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from shopbell.channels import contract
from shopbell.conversations import operations, search
from shopbell.conversations.models import Conversation, Message
from shopbell.conversations.search import finding, indexing, operators, scanning, typed
from tests import factories

pytestmark = pytest.mark.django_db


def result(agent: object, text: str, **options: object) -> finding.Result:
    return finding.find(agent, typed.parse(text), search.Budget(60_000), **options)


def found(agent: object, text: str) -> list[int]:
    return [one.conversation.id for one in result(agent, text).found]


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("de", "Ich warte auf die Rücksendung", "ruecksendungen"),
        ("da", "Hvor er min bestilling?", "bestillingen"),
        ("et", "Minu tellimus ei ole kohal", "tellimuse"),
        ("en", "I returned two shirts", "return shirt"),
        ("da", "Pakken er på Nørrebro", "norrebro"),
        ("et", "Õmblus läks katki", "omblus"),
        ("en", "Order SB-1042 is late", "sb-1042"),
    ],
)
def test_words_are_found_in_any_form_and_spelling(language: str, text: str, words: str):
    row = factories.conversation(text=text, language=language)
    factories.conversation(text="something else altogether", language="en")
    assert found(factories.agent(), words) == [row.id]


@pytest.fixture
def shop():
    """Two customers: Anna's red cup, resolved and tagged; Mads's red shirt, with Kadri, urgent, with a note."""

    class World:
        mari, kadri = factories.agent(), factories.agent("Kadri Tamm")
        team = factories.team(name="Returns")
        tallinn, copenhagen = factories.shop("Tallinn Tea"), factories.shop("Copenhagen Cups")
        post = factories.mailbox(tallinn, name="Post", address="post@tallinn.example")
        help = factories.mailbox(copenhagen, name="Help", address="help@cups.example")
        anna = factories.conversation(
            post, "anna@saar.example", name="Anna Saar", text="The red cup is broken", subject="A sad day",
            to=(contract.Sender(address="post@tallinn.example"),),
            cc=(contract.Sender(address="boss@saar.example", name="Berta Boss"),),
        )  # fmt: skip
        mads = factories.conversation(
            help, "mads@holm.example", name="Mads Holm", text="A red shirt, not broken at all", subject="Mug or shirt",
            language="da", to=(contract.Sender(address="help@cups.example"),),
        )  # fmt: skip

    operations.change_tags(World.anna.id, add=("complaint",), actor=None)
    operations.resolve(World.anna.id, actor=None)
    operations.assign(World.mads.id, agent=World.kadri, team=World.team, actor=None)
    operations.prioritise(World.mads.id, priority=4, actor=None)
    operations.note(World.mads.id, World.kadri, body="Ask the warehouse", key="n1")
    return World


NARROWED = {
    "red broken": "mads anna",
    "red cup": "anna",
    "red -cup": "mads",
    "red -shirt": "anna",
    "shirt OR cup": "mads anna",
    "red shirt OR red cup": "anna",
    '"red cup"': "anna",
    '"broken red"': "",
    'red -"red shirt"': "anna",
    '"red shirt" OR "red cup"': "mads anna",
    "from:holm": "mads",
    "red from:anna@saar.example": "anna",
    "red -from:anna": "mads",
    "from:nobody red": "",
    "from:anna OR from:mads": "mads anna",
    "to:post@tallinn.example": "anna",
    "to:help red": "mads",
    "cc:berta": "anna",
    "cc:boss red": "anna",
    "to:berta": "",
    "red -cc:berta": "mads",
    "cc:berta OR to:help": "mads anna",
    "subject:sad": "anna",
    "subject:mug": "mads",
    'subject:"sad day"': "anna",
    "red -subject:sad": "mads",
    "tag:complaint": "anna",
    "red -tag:complaint": "mads",
    "is:open": "mads",
    "is:resolved": "anna",
    "is:snoozed": "",
    "is:open OR is:resolved": "mads anna",
    "is:waiting": "mads",
    "is:unassigned": "anna",
    "is:mine": "",
    "is:unread red": "mads anna",
    "in:post": "anna",
    "in:copenhagen": "mads",
    "in:help@cups.example red": "mads",
    "shop:tallinn": "anna",
    "red -shop:tallinn": "mads",
    "assignee:kadri": "mads",
    "assignee:nobody red": "anna",
    "assignee:me": "",
    "team:returns": "mads",
    "team:none red": "anna",
    "has:note": "mads",
    "red -has:note": "anna",
    "has:attachment": "",
    "has:failure": "",
    "language:da": "mads",
    "language:Danish red": "mads",
    "priority:urgent": "mads",
    "before:2026-11-20": "",
    "red after:2026-11-20": "mads anna",
    "on:2026-11-20": "mads anna",
    "on:20.11.2026": "mads anna",
    'on:"20 Nov 2026"': "mads anna",
    "on:20.11.2026 red": "mads anna",
    "is:open red from:mads in:help has:note": "mads",
}


def test_every_operator_narrows_alone_and_with_words(shop):
    # a note is newer than NOON: dates are those of what customers wrote
    Conversation.objects.update(last_message_at=factories.NOON)
    Conversation.objects.filter(id=shop.mads.id).update(last_message_at=factories.NOON + timedelta(minutes=1))
    names = {shop.anna.id: "anna", shop.mads.id: "mads"}
    answers = {text: result(shop.mari, text) for text in NARROWED}
    assert {text: answer.problems for text, answer in answers.items() if answer.problems} == {}
    seen = {text: " ".join(names[one.conversation.id] for one in answer.found) for text, answer in answers.items()}
    assert seen == NARROWED


EXPLAINED = {
    "is:purple": "is: does not know “purple”. Known: merged, mine, open, resolved, snoozed, spam, unassigned,",
    "tag:nosuch": "No tag is called “nosuch”. Known: complaint",
    "assignee:zoe": "Nobody here is called “zoe”. Known: Kadri Tamm",
    "team:x": "No team is called “x”. Known: Returns, none",
    "in:x": "No mailbox and no shop is called “x”. Known: Copenhagen Cups, Help, Post, Tallinn Tea",
    "shop:x": "No shop is called “x”. Known: Copenhagen Cups, Tallinn Tea",
    "has:x": "has: does not know “x”. Known: attachment, failure, note",
    "before:soon": "“soon” is no day. Write 2026-11-21, today, yesterday or 2w.",
    "on:2026-02-31": "“2026-02-31” is no day.",
    "after:9999y": "“9999y” is no day.",
    "priority:x": "priority: does not know “x”. Known: high, low, normal, urgent",
    "language:?": "“?” is no language.",
    "from:": "from: needs a value right behind the colon.",
    "subject:!": "subject: needs a word.",
    "to:a OR is:open": "to:, cc: and subject: can be alternatives (OR) of each other only.",
}


def test_a_value_that_means_nothing_is_explained_and_left_out(shop):
    for text, said in EXPLAINED.items():
        alone, beside = result(shop.mari, text), result(shop.mari, f"cup {text}")
        assert len(alone.problems) == 1, text
        assert alone.problems[0].startswith(said)
        assert alone.found == []
        assert beside.problems == alone.problems
        assert [one.conversation.id for one in beside.found] == [shop.anna.id]


def test_a_name_many_people_have_is_looked_for_by_the_name(shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(operators, "MANY_CUSTOMERS", 0)
    assert found(shop.mari, "from:holm") == [shop.mads.id]
    assert found(shop.mari, "red from:anna") == [shop.anna.id]
    assert found(shop.mari, "red -from:anna") == [shop.mads.id]


def test_odd_searches_find_nothing_and_break_nothing():
    factories.conversation(text="cup")
    mari = factories.agent()
    for text in ("", "   ", "'", "\\", "a' | 'b", "((", "\x00", "!" * 5000, "🎁", "to:'", '-"'):
        assert found(mari, text) == []


def test_the_search_widens_block_by_block_until_it_has_enough(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(indexing, "BLOCK_BITS", (1, 2))
    rows = [factories.conversation(text="cup" if number in (0, 9) else "shirt") for number in range(10)]
    mari = factories.agent()
    assert found(mari, "cup") == [rows[9].id, rows[0].id]
    assert [one.conversation.id for one in result(mari, "cup", limit=1).found] == [rows[9].id]


def test_pages_are_complete_in_order_and_without_doubles(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(indexing, "BLOCK_BITS", (1, 2))
    monkeypatch.setattr(scanning, "STRETCHES", (3, None))
    box, mari = factories.mailbox(), factories.agent()
    rows = [factories.conversation(box, f"a{number}@x.example", text="A red cup") for number in range(7)]
    for row in rows[:3]:  # found by an old and a new message: shown once, where the new one is
        factories.receive(box, row.customer.identities.get().value, text="My red cup", thread_ids=_answers(row))
    expected = [rows[number].id for number in (2, 1, 0, 6, 5, 4, 3)]
    for few in (0, 2_000):
        monkeypatch.setattr(finding, "FEW", few)
        for text in ("cup", "is:open", "cup is:open", '"red cup"', "-shirt language:en"):
            assert list(_pages(mari, text)) == expected, (few, text)


def _pages(agent: object, text: str) -> Iterator[int]:
    after: str | None = ""
    while after is not None:
        page = result(agent, text, after=after, limit=2)
        yield from (one.conversation.id for one in page.found)
        after = page.after


def _answers(row: Conversation) -> tuple[str, ...]:
    return (Message.objects.filter(conversation=row).values_list("message_id", flat=True)[0],)


def test_the_best_have_the_words_in_subject_and_name():
    mari, box = factories.agent(), factories.mailbox()
    subject = factories.conversation(box, "a@x.example", subject="Broken cup", text="See the subject.")
    body = factories.conversation(box, "b@x.example", subject="Hello", text="So much first. " * 20 + "A broken cup.")
    query = typed.parse("broken cup")
    assert [one.conversation.id for one in result(mari, "broken cup").found] == [body.id, subject.id]
    best = finding.best(mari, query, search.Budget(60_000))
    assert [one.conversation.id for one in best.found] == [subject.id, body.id]


def test_what_lies_before_a_day_is_found_though_it_was_imported_later():
    mari, old = factories.agent(), timezone.now() - timedelta(days=900)
    factories.conversation(text="cup")
    imported = factories.conversation(text="cup", occurred_at=old)
    assert found(mari, f"cup before:{(old + timedelta(days=2)):%Y-%m-%d}") == [imported.id]
