"""Customers merged and taken apart: everything goes where it belongs, with mail coming in at the same time."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import transaction

from shopbell.agents.models import Agent
from shopbell.conversations import operations, queries
from shopbell.conversations.models import Conversation, CountChange, Message, MessageSearch
from shopbell.core import text
from shopbell.customers import operations as customers
from shopbell.customers import queries as customer_queries
from shopbell.customers.models import Customer, CustomerLink, CustomerNote, Double, Identity, Merge
from shopbell.events.models import Event
from shopbell.fields import operations as fields
from shopbell.fields.models import Kind, Subject
from tests import factories, racing

ANNA, ANNA_2 = "anna@customer.example", "anna.saar@work.example"


@pytest.fixture
def lead() -> Agent:
    return factories.agent("Lea Lead", role="lead")


def two(box=None) -> tuple[Customer, Customer]:
    box = box or factories.mailbox()
    one = factories.conversation(box, ANNA, name="Anna Saar", text="red parcel")
    other = factories.conversation(box, ANNA_2, name="A. Saar", text="blue parcel")
    return one.customer, other.customer


def marked(word: str, customer: Customer) -> int:
    """How many messages with the word count for the customer."""
    marks = " | ".join(f"'=c{number}'" for number in customer_queries.with_merged([customer.id]))
    words = " | ".join(text.query(word)[0])
    return MessageSearch.objects.extra(where=["words @@ %s::tsquery"], params=[f"({words}) & ({marks})"]).count()


def counters() -> dict[str, int]:
    found: dict[str, int] = {}
    for row in CountChange.objects.all():
        found[row.view] = found.get(row.view, 0) + row.change
    return {view: count for view, count in found.items() if count}


@pytest.mark.django_db
def test_a_merge_moves_addresses_conversations_notes_links_and_what_was_missing(lead: Agent) -> None:
    fields.create(actor=1, subject=Subject.CUSTOMER, key="club", kind=Kind.TEXT, labels={"en": "Club"})
    fields.create(actor=1, subject=Subject.CUSTOMER, key="size", kind=Kind.TEXT, labels={"en": "Size"})
    kept, gone = two()
    third = customers.resolve("email", "third@customer.example")
    customers.change(kept.id, actor=lead.pk, custom={"club": "gold"})
    customers.change(gone.id, actor=lead.pk, custom={"club": "none", "size": "XL"}, time_zone="Europe/Tallinn")
    customers.add_note(gone.id, actor=lead.pk, body="likes blue")
    customers.link(gone.id, third.id, relation="family", actor=lead.pk)
    before = counters()
    done = operations.merge_customers(kept.id, gone.id, actor=lead.pk)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert gone.merged_into_id == kept.id
    assert sorted(kept.identities.values_list("value", flat=True)) == [ANNA_2, ANNA]
    assert (kept.name, kept.time_zone, kept.custom) == ("Anna Saar", "Europe/Tallinn", {"club": "gold", "size": "XL"})
    assert [note.text for note in kept.notes.all()] == ["likes blue"]
    assert set(Conversation.objects.values_list("customer", "customer_name")) == {(kept.id, "Anna Saar")}
    assert set(Message.objects.values_list("customer", flat=True)) == {kept.id, gone.id}, "who wrote stays who wrote"
    assert counters() == before
    assert queries.find_customers(lead, "work.example") == [kept]
    assert queries.find_customers(lead, "anna") == [kept]
    assert marked("blue", kept) == 1
    assert done.moved["filled"] == {"time_zone": ["", "Europe/Tallinn"], "custom.size": [None, "XL"]}
    assert [row.data["conversation_id"] for row in Event.objects.filter(name="conversations.customer_replaced")] == [
        Conversation.objects.get(messages__sender_address=ANNA_2).id
    ]
    told = Event.objects.get(name="customers.merged")
    assert (told.actor_id, told.data["gone_id"], told.data["is_confirmed"]) == (lead.pk, gone.id, False)


@pytest.mark.django_db
def test_unmerged_everything_is_as_it_was(lead: Agent) -> None:
    fields.create(actor=1, subject=Subject.CUSTOMER, key="size", kind=Kind.TEXT, labels={"en": "Size"})
    kept, gone = two()
    third = customers.resolve("email", "third@customer.example")
    customers.change(gone.id, actor=lead.pk, custom={"size": "XL"}, language="et")
    customers.add_note(gone.id, actor=lead.pk, body="likes blue")
    customers.link(gone.id, third.id, relation="family", actor=lead.pk)

    def picture() -> list[object]:
        rows = Customer.objects.order_by("id").values_list("id", "name", "language", "custom", "merged_into", "search")
        talks = Conversation.objects.order_by("id").values_list("id", "customer", "customer_name")
        where = Identity.objects.order_by("id").values_list("value", "customer")
        return [list(rows), list(talks), list(where), list(gone.notes.values_list("text", flat=True)), counters()]

    before = picture()
    done = operations.merge_customers(kept.id, gone.id, actor=lead.pk)
    assert picture() != before
    assert operations.unmerge_customers(done.id, actor=lead.pk) is not None
    assert picture() == before
    assert operations.unmerge_customers(done.id, actor=lead.pk) is None
    assert Double.objects.get().state == "dismissed", "somebody said two"
    assert Event.objects.filter(name="customers.unmerged").count() == 1


@pytest.mark.django_db
def test_mail_that_came_after_the_merge_follows_its_address(lead: Agent) -> None:
    box = factories.mailbox()
    kept, gone = two(box)
    done = operations.merge_customers(kept.id, gone.id, actor=lead.pk)
    later = factories.receive(box, ANNA_2, text="green parcel")
    own = factories.receive(box, ANNA, text="grey parcel")
    assert (later.customer, later.conversation.customer) == (kept, kept)
    operations.unmerge_customers(done.id, actor=lead.pk)
    later.refresh_from_db()
    own.refresh_from_db()
    assert later.customer_id == Conversation.objects.get(id=later.conversation_id).customer_id == gone.id
    assert own.customer_id == Conversation.objects.get(id=own.conversation_id).customer_id == kept.id
    assert marked("green", gone) == 1
    assert marked("green", kept) == 0


@pytest.mark.django_db
def test_a_chain_of_merges_is_taken_apart_in_any_order(lead: Agent) -> None:
    kept, middle = two()
    first = factories.conversation(address="c@customer.example", name="C").customer
    inner = operations.merge_customers(middle.id, first.id, actor=lead.pk)
    outer = operations.merge_customers(kept.id, middle.id, actor=lead.pk)
    assert {one.customer_id for one in Identity.objects.all()} == {kept.id}
    assert marked("parcel", kept) == 3
    operations.unmerge_customers(inner.id, actor=lead.pk)
    assert Identity.objects.get(value="c@customer.example").customer_id == first.id
    assert Conversation.objects.get(messages__sender_address="c@customer.example").customer_id == first.id
    operations.unmerge_customers(outer.id, actor=lead.pk)
    assert Identity.objects.get(value=ANNA_2).customer_id == middle.id
    assert Identity.objects.get(value="c@customer.example").customer_id == first.id


@pytest.mark.django_db
def test_the_same_merge_twice_is_one_and_nonsense_is_refused(lead: Agent) -> None:
    kept, gone = two()
    done = operations.merge_customers(kept.id, gone.id, actor=lead.pk)
    assert operations.merge_customers(kept.id, gone.id, actor=lead.pk) == done
    assert Merge.objects.count() == 1
    with pytest.raises(ValueError):
        operations.merge_customers(kept.id, kept.id, actor=lead.pk)
    for one, other in ((gone.id, kept.id), (kept.id, 99_999), (99_999, kept.id)):
        with pytest.raises(customers.NotTheirOwn):
            operations.merge_customers(one, other, actor=lead.pk)


@pytest.mark.django_db
def test_two_proved_addresses_need_a_reason(lead: Agent) -> None:
    kept, gone = two()
    Identity.objects.update(verified_at="2026-01-01T00:00Z")
    with pytest.raises(customers.TwoProved):
        operations.merge_customers(kept.id, gone.id, actor=lead.pk, reason="  ")
    assert not Customer.objects.filter(merged_into__isnull=False).exists()
    done = operations.merge_customers(kept.id, gone.id, actor=lead.pk, reason="She said so on the phone")
    assert done.reason == "She said so on the phone"
    event = Event.objects.get(name="customers.merged")
    assert event.data["is_confirmed"] is True
    assert "phone" not in str(event.data), "no text in the log"


@pytest.mark.django_db
def test_a_new_name_shows_in_the_lists(lead: Agent) -> None:
    kept, _gone = two()
    customers.change(kept.id, actor=lead.pk, name="Anna Mägi")
    operations.show_name(kept.id)
    assert Conversation.objects.get(customer=kept).customer_name == "Anna Mägi"


@pytest.mark.django_db
def test_who_has_no_name_is_shown_as_they_signed_once_they_are_apart_again(lead: Agent) -> None:
    box = factories.mailbox()
    named = factories.conversation(box, "anna@x.example", name="Anna")
    nameless = factories.conversation(box, "post@x.example", name="")
    for kept, gone in ((named, nameless), (nameless, named)):
        done = operations.merge_customers(kept.customer_id, gone.customer_id, actor=lead.pk)
        shown = Conversation.objects.order_by("id").values_list("customer_name", flat=True)
        assert list(shown) == ["Anna", "Anna"]
        operations.unmerge_customers(done.id, actor=lead.pk)
        assert list(shown.all()) == ["Anna", "post@x.example"]


@pytest.mark.django_db(transaction=True)
def test_a_merge_waits_for_mail_that_is_being_filed_and_takes_it_along(lead: Agent) -> None:
    box = factories.mailbox()
    kept, gone = two(box)
    with racing.waiting(lambda: operations.merge_customers(kept.id, gone.id, actor=lead.pk)) as raised:
        factories.receive(box, ANNA_2, text="in between")
    assert raised == []
    assert set(Conversation.objects.values_list("customer", flat=True)) == {kept.id}
    assert Conversation.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_mail_waits_for_a_merge_and_lands_with_who_was_kept(lead: Agent) -> None:
    box = factories.mailbox()
    kept, gone = two(box)
    first = Message.objects.get(sender_address=ANNA_2)
    answer = factories.inbound(ANNA_2, text="late", thread_ids=(first.message_id,))
    with racing.waiting(lambda: transaction.atomic()(operations.receive)(box, answer)) as raised:
        operations.merge_customers(kept.id, gone.id, actor=lead.pk)
    assert raised == []
    late = Message.objects.get(text="late")
    assert (late.customer_id, late.conversation_id) == (kept.id, first.conversation_id)
    assert Conversation.objects.get(id=first.conversation_id).customer_id == kept.id
    assert Customer.objects.count() == 2, "nobody was made anew"


@pytest.mark.django_db(transaction=True)
def test_somebody_elses_answer_during_a_merge_joins_the_conversation(lead: Agent) -> None:
    box = factories.mailbox()
    kept, gone = two(box)
    first = Message.objects.get(sender_address=ANNA_2)
    answer = factories.inbound("colleague@work.example", name="C", text="me too", thread_ids=(first.message_id,))
    with racing.waiting(lambda: transaction.atomic()(operations.receive)(box, answer)) as raised:
        operations.merge_customers(kept.id, gone.id, actor=lead.pk)
    assert raised == []
    assert Message.objects.get(text="me too").conversation_id == first.conversation_id
    assert Conversation.objects.get(id=first.conversation_id).customer_id == kept.id


@pytest.mark.django_db(transaction=True)
def test_both_ways_at_once_one_of_them_wins(lead: Agent) -> None:
    kept, gone = two()
    refused = racing.at_once(
        lambda: operations.merge_customers(kept.id, gone.id, actor=lead.pk),
        lambda: operations.merge_customers(gone.id, kept.id, actor=lead.pk),
    )
    assert [type(error) for error in refused] == [customers.NotTheirOwn]
    assert Merge.objects.count() == 1
    assert len({one.customer_id for one in Identity.objects.all()}) == 1


@pytest.mark.django_db
def test_what_one_filled_in_is_the_next_one_s_once_that_one_is_taken_out(lead: Agent) -> None:
    box = factories.mailbox()
    kept, first, second = (factories.conversation(box, f"x{n}@c.example", name=n).customer for n in ("", "B", "C"))
    customers.change(kept.id, actor=lead.pk, language="")
    customers.change(first.id, actor=lead.pk, language="da")
    customers.change(second.id, actor=lead.pk, language="et")
    before = list(Customer.objects.order_by("id").values_list("name", "language", "search"))
    one, other = (operations.merge_customers(kept.id, gone.id, actor=lead.pk) for gone in (first, second))
    operations.unmerge_customers(one.id, actor=lead.pk)
    assert Customer.objects.values_list("name", "language").get(id=kept.id) == ("C", "et")
    operations.unmerge_customers(other.id, actor=lead.pk)
    assert list(Customer.objects.order_by("id").values_list("name", "language", "search")) == before


def linked() -> set[tuple[int, int]]:
    """Who is linked with whom, as the page of each says."""
    selves = Customer.objects.filter(merged_into=None).values_list("id", flat=True)
    return {(one, other.id) for one in selves for other, _how in customer_queries.linked(one)}


@pytest.mark.django_db
def test_links_that_two_brought_stay_until_both_are_taken_out(lead: Agent) -> None:
    box = factories.mailbox()
    kept, first, second, friend = (factories.conversation(box, f"{n}@c.example").customer for n in "abcd")
    for one in (first, second):
        customers.link(one.id, friend.id, relation="family", actor=lead.pk)
    before = linked()
    merges = [operations.merge_customers(kept.id, one.id, actor=lead.pk) for one in (first, second)]
    assert linked() == {(kept.id, friend.id), (friend.id, kept.id)}
    operations.unmerge_customers(merges[0].id, actor=lead.pk)
    assert linked() == {(kept.id, friend.id), (friend.id, kept.id), (first.id, friend.id), (friend.id, first.id)}
    operations.unmerge_customers(merges[1].id, actor=lead.pk)
    assert linked() == before


@pytest.mark.django_db
def test_a_link_taken_away_while_two_were_one_stays_away_and_what_was_said_since_counts(lead: Agent) -> None:
    box = factories.mailbox()
    kept, gone, friend, firm = (factories.conversation(box, f"{n}@c.example").customer for n in "abcd")
    customers.link(gone.id, friend.id, relation="family", actor=lead.pk)
    customers.link(gone.id, firm.id, relation="company", actor=lead.pk)
    done = operations.merge_customers(kept.id, gone.id, actor=lead.pk)
    customers.unlink(friend.id, kept.id, actor=lead.pk)
    customers.link(kept.id, firm.id, relation="behalf", actor=lead.pk)
    assert customer_queries.linked(kept.id) == [(firm, "one writes for the other")]
    operations.unmerge_customers(done.id, actor=lead.pk)
    assert linked() == {(kept.id, firm.id), (firm.id, kept.id), (gone.id, firm.id), (firm.id, gone.id)}
    assert customer_queries.linked(gone.id) == [(firm, "same company")]


@pytest.mark.django_db
def test_links_that_former_merges_moved_go_back_to_whom_they_were_said_of() -> None:
    people = [customers.resolve("email", f"{letter}@c.example") for letter in "abcd"]
    kept, gone, friend, other = (one.id for one in people)
    moved = {"notes": [], "links": [[friend, "family", True], [other, "company", False], [99_999, "other", True]]}
    merge = Merge.objects.create(kept_id=kept, gone_id=gone, moved=moved)
    for one in (friend, other):
        CustomerLink.objects.create(first_id=kept, second_id=one, relation="family" if one == friend else "company")
    import_module("shopbell.customers.migrations.0008_links_stay").give_back(apps, None)
    rows = CustomerLink.objects.order_by("first", "second").values_list("first", "second", "relation")
    assert list(rows) == [(kept, other, "company"), (gone, friend, "family"), (gone, other, "company")]
    merge.refresh_from_db()
    assert merge.moved == {"notes": []}


@pytest.mark.django_db
def test_who_last_wrote_is_known_again_once_they_are_apart(lead: Agent) -> None:
    box = factories.mailbox()
    kept = customers.resolve("email", "never@c.example")
    one, other = (
        factories.conversation(box, f"{n}@c.example", occurred_at=datetime(2026, n, 1, tzinfo=UTC)).customer
        for n in (1, 2)
    )
    stored = Customer.objects.order_by("id").values_list("last_contact_at", flat=True)
    before = list(stored)
    merges = [operations.merge_customers(kept.id, gone.id, actor=lead.pk) for gone in (one, other)]
    assert list(stored.all())[0] == before[2]
    operations.unmerge_customers(merges[1].id, actor=lead.pk)
    assert list(stored.all()) == [before[1], before[1], before[2]]
    operations.unmerge_customers(merges[0].id, actor=lead.pk)
    assert list(stored.all()) == before == [None, *before[1:]]


def owned() -> dict[int, tuple[object, ...]]:
    """Of everybody who is their own: name, language, addresses, who began their conversations, when they last wrote."""
    found: dict[int, tuple[object, ...]] = {}
    for one in Customer.objects.filter(merged_into=None):
        addresses = sorted(one.identities.values_list("value", flat=True))
        begun = Message.objects.filter(conversation__customer=one).values_list("sender_address", flat=True)
        newest = Message.objects.filter(sender_address__in=addresses).latest("occurred_at").occurred_at
        found[one.id] = one.name, one.language, addresses, sorted(set(begun)), one.last_contact_at == newest
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(8))
def test_whatever_the_order_of_merges_and_their_undoing_everybody_has_what_is_theirs(lead: Agent, seed: int) -> None:
    chance, box, letters = random.Random(seed), factories.mailbox(), "abcdef"
    names = [f"{letter}@c.example" for letter in letters]
    people = [factories.conversation(box, one, name=one[0] * (one > "c"), language="").customer.id for one in names]
    said = {tuple(chance.sample(people, 2)) for _time in range(5)}
    for one, other in said:
        customers.link(one, other, relation="family", actor=lead.pk)
    before, standing = owned(), list[int]()
    for step in range(14):
        selves = [one.id for one in Customer.objects.filter(merged_into=None)]
        if standing and (len(selves) < 3 or chance.random() < 0.4):
            operations.unmerge_customers(standing.pop(chance.randrange(len(standing))), actor=lead.pk)
        else:
            standing.append(operations.merge_customers(*chance.sample(selves, 2), actor=lead.pk).id)
        factories.receive(box, chance.choice(names), name="", language="")
        now = {one.id: customer_queries.self_of(one).id for one in Customer.objects.all()}
        expected = {(now[one], now[other]) for one, other in said if now[one] != now[other]}
        assert linked() == expected | {(other, one) for one, other in expected}, (seed, step)
        assert all(row[2] == row[3] and row[4] for row in owned().values()), (seed, step, owned())
    for merge in chance.sample(standing, len(standing)):
        operations.unmerge_customers(merge, actor=lead.pk)
    assert owned() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("deed", ["add", "note", "change", "link"])
def test_who_is_merged_while_somebody_writes_about_them_is_who_they_are_by_then(lead: Agent, deed: str) -> None:
    kept, gone = two()
    friend = customers.resolve("email", "friend@c.example")
    deeds: dict[str, Callable[[], object]] = {
        "add": lambda: customers.add_identity(gone.id, kind="email", typed="new@c.example", actor=lead.pk),
        "note": lambda: customers.add_note(gone.id, actor=lead.pk, body="likes blue"),
        "change": lambda: customers.change(gone.id, actor=lead.pk, language="et"),
        "link": lambda: customers.link(gone.id, friend.id, relation="family", actor=lead.pk),
    }
    with racing.waiting(deeds[deed]) as raised:
        operations.merge_customers(kept.id, gone.id, actor=lead.pk)
    row = Customer.objects.get(id=gone.id)
    assert (row.merged_into_id, row.search, row.language) == (kept.id, None, gone.language)
    owners = {
        "add": Identity.objects.filter(value="new@c.example").values_list("customer", flat=True),
        "note": CustomerNote.objects.values_list("customer", flat=True),
        "change": Customer.objects.filter(language="et").values_list("id", flat=True),
        "link": CustomerLink.objects.values_list("first", flat=True),
    }
    assert list(owners[deed]) == ([] if deed == "link" else [kept.id])
    assert [str(error) for error in raised] == (["no such customer"] if deed == "link" else [])
