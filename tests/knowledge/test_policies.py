"""Policies: one number, read on a day, told in four languages; what held stays, and two never hold at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from shopbell.core import markdown
from shopbell.events.models import Event
from shopbell.knowledge import operations, policies, policy_words, terms
from shopbell.knowledge.models import Policy, PolicyTopic
from shopbell.knowledge.terms import Exempt, Ground, Rate, Terms, Unfit
from shopbell.shops.models import Shop
from tests import factories

pytestmark = pytest.mark.django_db
RETURN = Terms(
    days={"window": 30, "send_back": 14},
    rates=(Rate(name="DHL", cost=490), Rate(name="In our shop")),
    exceptions=(Exempt(ground=Ground.HYGIENE, goods={"de": "Ohrringe"}),),
)


@pytest.fixture
def shop() -> Shop:
    return factories.shop(time_zone="Europe/Tallinn")


@pytest.fixture
def actor() -> int:
    return factories.agent(role="admin").pk


def approved(shop: Shop, actor: int, promised: Terms = RETURN, since: date | None = None, **fields: Any) -> Policy:
    topic, words = fields.get("topic", "return"), fields.get("words", {})
    row = operations.propose_policy(
        shop, topic, promised=promised, words=words, since=since or policies.today(shop), actor=actor
    )
    return operations.approve_policy(row, actor=actor)


def test_what_holds_on_a_day(shop: Shop, actor: int) -> None:
    today = policies.today(shop)
    assert policies.current(shop, "return") is None
    first = approved(shop, actor, since=today - timedelta(days=10))
    second = approved(shop, actor, Terms(days={"window": 60, "send_back": 14}), since=today + timedelta(days=5))
    windows = {
        days: found and found.terms.days["window"]
        for days in (-11, -10, 0, 4, 5, 500)
        for found in [policies.current(shop, "return", on=today + timedelta(days=days))]
    }
    assert windows == {-11: None, -10: 30, 0: 30, 4: 30, 5: 60, 500: 60}
    now = policies.current(shop, "return")
    assert now is not None
    assert (now.number, now.since, now.until) == (1, today - timedelta(days=10), today + timedelta(days=5))
    assert now.terms == RETURN
    operations.withdraw_policy(second, actor=actor)
    again = policies.current(shop, "return", on=today + timedelta(days=500))
    assert again is not None
    assert (again.id, again.until) == (first.pk, None)
    steps = Event.objects.filter(name="knowledge.policy_changed").order_by("id").values_list("data__step", flat=True)
    assert list(steps) == ["proposed", "approved", "proposed", "approved", "withdrawn"]


def test_a_proposal_binds_nobody(shop: Shop, actor: int) -> None:
    row = operations.propose_policy(shop, "return", promised=RETURN, words={}, since=policies.today(shop), actor=actor)
    assert policies.current(shop, "return") is None
    operations.withdraw_policy(row, actor=actor)
    assert not Policy.objects.exists()


def test_what_held_stays(shop: Shop, actor: int) -> None:
    today = policies.today(shop)
    approved(shop, actor, since=today - timedelta(days=3))
    late = operations.propose_policy(
        shop, "return", promised=RETURN, words={}, since=today - timedelta(days=1), actor=actor
    )
    with pytest.raises(Unfit) as wrong:
        operations.approve_policy(late, actor=actor)
    assert list(wrong.value.errors) == ["since"]
    with pytest.raises(Unfit):
        operations.withdraw_policy(Policy.objects.get(number=1), actor=actor)
    assert Policy.objects.filter(is_approved=True).count() == 1


def test_a_slip_is_put_right_on_the_same_day(shop: Shop, actor: int) -> None:
    approved(shop, actor)
    approved(shop, actor, Terms(days={"window": 31, "send_back": 14}))
    now = policies.current(shop, "return")
    assert now is not None
    assert (now.number, now.terms.days["window"]) == (2, 31)
    assert list(Policy.objects.order_by("number").values_list("is_approved", flat=True)) == [False, True]


def test_the_database_refuses_two_on_one_day(shop: Shop, actor: int) -> None:
    approved(shop, actor)
    values: dict[str, Any] = {"number": 9, "effective": DateRange(date(2020, 1, 1), None), "is_approved": True}
    with pytest.raises(IntegrityError, match="policy_once_return"), transaction.atomic():
        Policy.objects.create(shop=shop, topic="return", **values)
    Policy.objects.create(shop=shop, topic="refund", **values)
    Policy.objects.create(shop=factories.shop("Other"), topic="return", **values)


@pytest.mark.parametrize(
    ("topic", "promised", "names"),
    [
        ("return", Terms(days={"window": 7, "send_back": 14}), ["days.window"]),
        ("return", Terms(days={"window": 14}), ["days.send_back"]),
        ("refund", Terms(days={"window": 15}), ["days.window"]),
        ("refund", Terms(days={"window": 14}, rates=(Rate(name="x"),)), ["topic"]),
        ("payment", Terms(rates=(Rate(name="", cost=-1, currency="XXX", countries=("QQ",)),)),
         ["rates.0.name", "rates.0.countries", "rates.0.cost", "rates.0.currency"]),
        ("shipping", Terms(days={"dispatch": 1, "latest": 30}, rates=(Rate(name="DHL", days_from=4, days_to=2),)),
         ["rates.0.days"]),
    ],
)  # fmt: skip
def test_what_cannot_hold(shop: Shop, actor: int, topic: str, promised: Terms, names: list[str]) -> None:
    with pytest.raises(Unfit) as wrong:
        operations.propose_policy(shop, topic, promised=promised, words={}, since=date(2026, 1, 1), actor=actor)
    assert list(wrong.value.errors) == names
    assert not Policy.objects.exists()


def test_numbers_in_texts_come_from_the_policy(shop: Shop, actor: int) -> None:
    approved(shop, actor)
    shipping = Terms(
        countries=("EE", "DE"),
        days={"dispatch": 2, "latest": 30},
        rates=(Rate(name="DHL", cost=590, free_from=5000), Rate(name="Omniva", cost=299)),
    )
    approved(shop, actor, shipping, topic="shipping")
    source = "{policy.return.window} Tage, {policy.shipping.cost}, ab {policy.shipping.free_from} in \
{policy.shipping.countries}; {policy.refund.window} {policy.return.nothing} {customer.name}"
    assert policies.fill(shop, source, "de") == (
        "30 Tage, 2,99\u00a0€, ab 50,00\u00a0€ in Deutschland und Estland; "
        "{policy.refund.window} {policy.return.nothing} {customer.name}"
    )
    assert policies.unknown(shop, source, "de") == ["policy.refund.window", "policy.return.nothing"]


def test_a_policys_own_words_name_its_numbers_and_those_of_the_others(shop: Shop, actor: int) -> None:
    approved(shop, actor, Terms(days={"window": 10}), topic="refund")
    words = {"de": "Erst {policy.return.window} Tage, dann {policy.refund.window}.", "en": "Nothing to fill in."}
    approved(shop, actor, words=words)
    found = policies.current(shop, "return")
    assert found is not None
    assert policies.told(shop, found, "de").endswith("Erst 30 Tage, dann 10.")
    assert policies.told(shop, found, "en").endswith("Nothing to fill in.")


@pytest.mark.parametrize(
    "name", ["{policy.shipping.cost}", "{policy.return.windwo}", "{policy.return}", "{ Policy.return.window }"]
)
def test_own_words_that_name_a_number_nobody_has_are_refused(shop: Shop, actor: int, name: str) -> None:
    with pytest.raises(Unfit) as wrong:
        approved(shop, actor, words={"de": f"Es kostet {name}.", "en": "Fine."})
    assert wrong.value.errors == {"words.de": f"No policy says this: {name}"}
    assert not Policy.objects.exists()


def test_a_text_without_variables_costs_no_query(shop: Shop, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert policies.fill(shop, "nothing {here}", "en") == "nothing {here}"


def test_everything_is_one_query(shop: Shop, actor: int, django_assert_num_queries: Any) -> None:
    approved(shop, actor)
    approved(shop, actor, Terms(days={"window": 14}), topic="refund")
    with django_assert_num_queries(1):
        assert list(policies.everything(shop)) == [PolicyTopic.RETURN, PolicyTopic.REFUND]


def test_told_in_words(shop: Shop, actor: int) -> None:
    approved(shop, actor, words={"en": "Write to us first, please."})
    found = policies.current(shop, "return")
    assert found is not None
    assert policy_words.to_markdown(found, "en") == (
        "You can withdraw from the contract within 30 days without giving a reason. The time begins on the day you "
        "have the last item of your order in your hands; from a parcel box or a parcel shop, on the day you collect "
        "it. It is enough to tell us in time.\n\n"
        "Send the goods back within 14 days after that.\n\n"
        "| Way to send back | Cost |\n| --- | --- |\n| DHL | €4.90 |\n| In our shop | free |\n\n"
        "These cannot be returned:\n\n- Sealed for health or hygiene, and opened\n\n"
        "Write to us first, please."
    )


def test_what_was_typed_breaks_no_table() -> None:
    payment = Terms(rates=(Rate(name="a | b <b> [x](y)", cost=100),))
    found = terms.InForce(
        id=1, topic=PolicyTopic.PAYMENT, number=1, since=date(2026, 1, 1), until=None, terms=payment, words={}
    )
    assert "<td>a | b &lt;b&gt; [x](y)</td>" in markdown.to_html(policy_words.to_markdown(found, "en"))
