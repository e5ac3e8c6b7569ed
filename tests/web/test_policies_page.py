"""Policies in the administration: proposed by leads, approved by admins, typed once, previewed, counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from shopbell.conversations import operations as conversations
from shopbell.fields.models import Field
from shopbell.knowledge import policies
from shopbell.knowledge.models import Policy
from shopbell.knowledge.terms import Exempt, Ground, Rate
from shopbell.shops.models import Shop
from tests import factories, racing
from tests.web.entering import entering

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def shop() -> Shop:
    return factories.shop(language="de", languages=["de", "en"])


@pytest.fixture
def admin() -> Client:
    return entering(factories.agent(role="admin"))


@pytest.fixture
def lead() -> Client:
    return entering(factories.agent(role="lead"))


def sent(shop: Shop, **changes: str) -> dict[str, str]:
    values = {
        "since": policies.today(shop).isoformat(),
        "countries": "de, ee",
        "days.window": "30",
        "days.send_back": "14",
        "rates.0.name": "",
        "rates.0.currency": "EUR",
        "rates.1.name": "DHL",
        "rates.1.cost": "4,90",
        "rates.1.currency": "EUR",
        "exceptions.0.ground": "hygiene",
        "exceptions.0.de": "Ohrringe",
        "words.en": "Write first.",
    }
    return {**values, **{name.replace("__", "."): value for name, value in changes.items()}}


def new(shop: Shop, topic: str = "return") -> str:
    return f"/admin/policies/{shop.pk}/{topic}/new/"


def test_own_words_are_filled_in_or_refused_at_their_field(shop: Shop, admin: Client, client: Client) -> None:
    wrong = admin.post(new(shop), {**sent(shop, words__en="Within {policy.return.windw} days."), "approve": "1"})
    html = wrong.content.decode()
    assert wrong.status_code == 422
    assert 'aria-describedby="words.en_error"' in html
    assert "{policy.return.windw}" in html
    assert not Policy.objects.exists()
    typed = sent(shop, words__en="Within {policy.return.window} days.")
    assert "Within 30 days." in admin.post(new(shop), {**typed, "preview": "1"}).content.decode()
    admin.post(new(shop), {**typed, "approve": "1"})
    page = client.get(f"/help/{shop.slug}/en/policies/return/").content.decode()
    assert "Within 30 days." in page
    assert "{policy" not in page


def test_one_that_is_to_come_is_told_in_the_list(shop: Shop, admin: Client) -> None:
    soon, later = TODAY + timedelta(days=9), TODAY + timedelta(days=30)
    for day in (soon, later):
        admin.post(new(shop), {**sent(shop, since=day.isoformat()), "approve": "1"})
    told = f"will hold from {date_format(soon, 'SHORT_DATE_FORMAT')}"
    html = admin.get("/admin/policies/").content.decode()
    assert (told in html, html.count("not written yet"), "holds since" in html) == (True, 3, False)
    assert f'href="/admin/policies/{shop.pk}/return/"' in html
    assert Policy.objects.count() == 2
    admin.post(new(shop, "refund"), {"since": TODAY.isoformat(), "days.window": "14", "approve": "1"})
    html = admin.get("/admin/policies/").content.decode()
    assert (html.count("will hold from"), html.count("holds since")) == (1, 1)


def test_an_admin_writes_one_that_holds(shop: Shop, admin: Client) -> None:
    answer = admin.post(new(shop), {**sent(shop), "approve": "1"})
    assert (answer.status_code, answer["Location"]) == (303, f"/admin/policies/{shop.pk}/return/")
    found = policies.current(shop, "return")
    assert found is not None
    assert (found.terms.countries, found.terms.days) == (("DE", "EE"), {"window": 30, "send_back": 14})
    assert found.terms.rates == (Rate(name="DHL", cost=490),)
    assert found.terms.exceptions == (Exempt(ground=Ground.HYGIENE, goods={"de": "Ohrringe"}),)
    assert found.words == {"en": "Write first."}
    form = admin.get(new(shop)).content.decode()
    assert 'name="rates.0.cost" value="4.90"' in form
    assert 'name="exceptions.0.de" value="Ohrringe"' in form
    assert "Goods in German" in form


def test_a_lead_proposes_and_an_admin_approves(shop: Shop, admin: Client, lead: Client) -> None:
    lead.post(new(shop), {**sent(shop), "approve": "1"})
    row = Policy.objects.get()
    assert (row.is_approved, policies.current(shop, "return")) == (False, None)
    assert lead.post(f"/admin/policies/{row.pk}/approve/").status_code == 403
    assert "Proposed" in admin.get("/admin/policies/").content.decode()
    assert admin.post(f"/admin/policies/{row.pk}/approve/").status_code == 303
    assert policies.current(shop, "return") is not None
    assert admin.post(f"/admin/policies/{row.pk}/withdraw/").status_code == 303
    assert policies.current(shop, "return") is not None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"days__window": "7"}, "Consumers in the EU have 14 days by law"),
        ({"days__window": "many"}, "This has to be a whole number."),
        ({"rates__1__cost": "4,9051"}, "This has to be an amount, like 4.90."),
        ({"rates__1__cost": "4,905"}, "“4,905” can be read in two ways: write 4905 or 4,9050."),
        ({"rates__1__cost": "-1"}, "This has to be an amount, like 4.90."),
        ({"since": "tomorrow"}, "This has to be a date, like 2026-11-30."),
        ({"countries": "DE, XX"}, "No country has the code XX."),
        ({"days__send_back": ""}, "This number is needed."),
    ],
)
def test_what_is_wrong_is_said_at_the_field(shop: Shop, admin: Client, change: dict[str, str], said: str) -> None:
    answer = admin.post(new(shop), {**sent(shop, **change), "approve": "1"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'value="DHL"' in answer.content.decode()
    assert not Policy.objects.exists()


def test_the_preview_is_the_customers_page_and_saves_nothing(shop: Shop, admin: Client) -> None:
    html = admin.post(new(shop), {**sent(shop), "preview": "1"}).content.decode()
    assert "You can withdraw from the contract within 30 days without giving a reason." in html
    assert "<td>€4.90</td>" in html
    assert "<td>4,90\u00a0€</td>" in html
    assert not Policy.objects.exists()


def test_history_and_what_comes(shop: Shop, admin: Client) -> None:
    admin.post(new(shop), {**sent(shop), "approve": "1"})
    later = (policies.today(shop) + timedelta(days=10)).isoformat()
    admin.post(new(shop), {**sent(shop, since=later, days__window="60"), "approve": "1"})
    page = admin.get(f"/admin/policies/{shop.pk}/return/")
    stands = [(one["row"].number, one["holds"], one["is_coming"]) for one in page.context["versions"]]
    assert stands == [(2, False, True), (1, True, False)]
    assert page.context["versions"][1]["until"] == policies.today(shop) + timedelta(days=9)


def test_contacts_are_counted_by_topic(shop: Shop, admin: Client, lead: Client) -> None:
    assert lead.post("/admin/policies/count/").status_code == 403
    for _twice in range(2):
        assert admin.post("/admin/policies/count/").status_code == 303
    field = Field.objects.get()
    assert (field.key, field.options) == ("policy_topic", ["shipping", "payment", "return", "refund"])
    box = factories.mailbox(shop)
    for address, topic in (("a@x.example", "return"), ("b@x.example", "return"), ("c@x.example", "refund")):
        row = factories.conversation(box, address)
        conversations.change_custom(row.id, values={"policy_topic": topic}, actor=None)
    lines = {line.topic: line.contacts for line in admin.get("/admin/policies/").context["groups"][0][1]}
    assert lines == {"shipping": 0, "payment": 0, "return": 2, "refund": 1}


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_a_topic_asks_no_more_for_more(
    shop: Shop, admin: Client, number: int, django_assert_num_queries: Any
) -> None:
    for _each in range(number):
        admin.post(new(shop), {**sent(shop), "propose": "1"})
    admin.get(f"/admin/policies/{shop.pk}/return/")
    with django_assert_num_queries(6):
        admin.get(f"/admin/policies/{shop.pk}/return/")


def test_a_lead_of_another_shop_sees_nothing_of_it(shop: Shop, admin: Client) -> None:
    admin.post(new(shop), {**sent(shop), "propose": "1"})
    outsider = factories.agent(role="lead", limited_to_shops=True)
    outsider.shops.set([factories.shop("Andere")])
    client = entering(outsider)
    assert client.get(f"/admin/policies/{shop.pk}/return/").status_code == 404
    assert client.post(new(shop), sent(shop)).status_code == 404
    assert shop.name not in client.get("/admin/policies/").content.decode().split("<main")[1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["approve", "withdraw"])
def test_what_another_withdraws_while_somebody_settles_it_is_not_there_any_more(admin, shop, step):
    row, statuses = Policy.objects.create(shop=shop, topic="return", number=1, effective=DateRange(TODAY, None)), []
    with racing.waiting(lambda: statuses.append(admin.post(f"/admin/policies/{row.pk}/{step}/").status_code)) as raised:
        Shop.objects.select_for_update().get(pk=shop.pk)
        Policy.objects.all().delete()
    assert (raised, statuses) == ([], [404])
