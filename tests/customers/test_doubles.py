"""Suggestions of doubles: found where there are some, decided once, measured on pairs made up by hand."""

from __future__ import annotations

import pytest

from shopbell.conversations import jobs
from shopbell.conversations import operations as conversations
from shopbell.customers import likeness, operations
from shopbell.customers.models import Customer, Double
from tests import factories
from tests.customers import doubles, labelled


def test_suggestions_are_as_good_as_the_documents_say():
    at = doubles.measure()
    assert (at.found, at.there, at.wrong) == (23, 26, 1)
    assert doubles.measure(90).wrong == 0


def test_doubles_of_a_whole_town_are_found():
    found = labelled.scores(labelled.town(each=10))
    at = labelled.measure(found)
    assert at.precision >= 0.95
    assert at.recall >= 0.9
    kinds = {kind for score, is_one, kind in found if not is_one and score >= 50}
    assert not any(kind.startswith(("household", "flatmates", "namesakes", "a firm")) for kind in kinds)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hauptstr. 5a", "Hauptstraße 5 A"),
        ("Pärnu mnt 12", "Parnu maantee 12-5"),
        ("Nørregade 7", "Noerregade 7, 2. tv"),
    ],
)
def test_one_street_however_it_is_written(one, other):
    assert likeness.street_key(one) == likeness.street_key(other) != ""
    assert likeness.street_key("Hauptstr. 6") != likeness.street_key("Hauptstr. 5")
    assert likeness.street_key("Postfach") == ""


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("Anna Saar", "Saar, Anna", likeness.ALIKE),
        ("Jürgen Groß", "juergen gross", likeness.ALIKE),
        ("A. Saar", "Anna Saar", likeness.ALIKE),
        ("Anna Saar", "Mart Saar", likeness.FAMILY),
        ("Anna Saar", "", likeness.UNKNOWN),
        ("Anna Saar", "anna@saar.ee", likeness.UNKNOWN),
        ("Anna Saar", "Mart Tamm", likeness.DIFFERENT),
        ("A. Saar", "M. Saar", likeness.FAMILY),
        ("Kristjan Tamm", "Kristajn Tamm", likeness.ALIKE),
        ("Martin Groß", "Martina Gross", likeness.FAMILY),
        ("Andreas Holm", "Andrea Holm", likeness.FAMILY),
        ("Åse Nørgaard", "Aase Norgard", likeness.ALIKE),
        ("Õnne Kõiv", "Onne Koiv", likeness.ALIKE),
        ("Petra Klein", "Petra Wolf", likeness.FIRST),
        ("Юрий Щукин", "Juri Štšukin", likeness.ALIKE),
        ("Yuri Shchukin", "Юрий Щукин", likeness.ALIKE),
        ("Евгений Жуков", "Jevgeni Žukov", likeness.ALIKE),
        ("Наталья Яковлева", "Natalia Jakovleva", likeness.ALIKE),
        ("Ελένη Οικονόμου", "Eleni Oikonomou", likeness.ALIKE),
        ("Иван Петров", "Natalia Petrova", likeness.DIFFERENT),
        ("Иван Петров", "Olga Ivanova", likeness.DIFFERENT),
        ("Анна Петрова", "Anton Petrov", likeness.DIFFERENT),
        ("Lena Tamm", "Lina Tamm", likeness.SHORT),
        ("Maria Tamm", "Marta Tamm", likeness.SHORT),
        ("Katarzyna Król", "Katarzina Król", likeness.ALIKE),
        ("Hans Weiß", "Hans Weiß jun.", likeness.FAMILY),
        ("Hans Weiß jr", "Weiß, Hans junior", likeness.ALIKE),
        ("Hans Weiß sen.", "Hans Weiss Sen", likeness.ALIKE),
    ],
)
def test_names_go_together(one, other, together):
    assert likeness.together(one, other)[0] == likeness.together(other, one)[0] == together


@pytest.mark.django_db
def test_two_spellings_of_a_mailbox_are_suggested_once():
    one = operations.resolve("email", "anna.saar@gmail.com", name="Anna Saar")
    other = operations.resolve("email", "annasaar+shop@googlemail.com", name="Anna Saar")
    operations.resolve("email", "berta@customer.example", name="Berta Saar")
    for _again in range(2):
        Customer.objects.update(compared_at=None)
        jobs.compare_customers()
    double = Double.objects.get()
    assert (double.first_id, double.second_id, double.state) == (one.id, other.id, "open")
    assert double.reasons == ["mailbox", "claimed", "name"] or double.reasons == ["mailbox", "name"]
    assert double.confidence == 95
    assert not Customer.objects.filter(compared_at=None).exists()


@pytest.mark.django_db
def test_signatures_and_shared_conversations_are_read():
    box = factories.mailbox()
    signed = "Where is it?\n\n--\nAnna Saar\nTel. +49 30 901820"
    first = factories.receive(box, "anna@customer.example", text="Where is it?", full_text=signed, language="de")
    factories.receive(box, "a.s@work.example", text="Hello", full_text="Hello\nA. Saar, 030 901820", language="de")
    factories.receive(box, "saar@other.example", text="me again", thread_ids=(first.message_id,))
    jobs.compare_customers()
    found = {tuple(sorted(double.reasons)) for double in Double.objects.all()}
    assert found == {("name", "phone"), ("name", "thread")}


@pytest.mark.django_db
def test_what_many_share_says_nothing():
    for number in range(likeness.MOST_SHARING + 2):
        operations.resolve("email", f"anna.saar+{number}@work.example", name="Anna Saar")
    jobs.compare_customers()
    assert not Double.objects.exists()


@pytest.mark.django_db
def test_what_was_dismissed_stays_so_until_an_agent_says_otherwise():
    one = operations.resolve("email", "anna@work.example", name="Anna Saar")
    other = operations.resolve("email", "anna+2@work.example", name="Anna Saar")
    jobs.compare_customers()
    operations.dismiss(Double.objects.get(), actor=7)
    Customer.objects.update(compared_at=None)
    jobs.compare_customers()
    assert Double.objects.get().state == "dismissed"
    lead = factories.agent()
    again = operations.suggest(other.id, one.id, actor=lead.pk)
    assert (again.state, again.reasons[0]) == ("open", "agent")
    assert operations.suggest(one.id, other.id, actor=lead.pk) == again
    Customer.objects.update(compared_at=None)
    jobs.compare_customers()
    assert Double.objects.get().state == "open"


@pytest.mark.django_db
def test_what_is_no_longer_alike_goes_and_who_is_merged_is_nobodys_double():
    one = operations.resolve("email", "anna@work.example", name="Anna Saar")
    other = operations.resolve("email", "anna+2@work.example", name="Anna Saar")
    third = operations.resolve("email", "anna+3@work.example", name="Anna Saar")
    jobs.compare_customers()
    assert Double.objects.count() == 3
    operations.remove_identity(third.identities.get().id, customer_id=third.id, actor=7)
    operations.recompare([third.id])
    jobs.compare_customers()
    assert Double.objects.count() == 1
    lead = factories.agent(role="lead")
    conversations.merge_customers(one.id, other.id, actor=lead.pk)
    jobs.compare_customers()
    assert Double.objects.get().state == "merged"
